"""Which languages there are, what they are called and written in, and in which one a text is.

``tags`` turns the codes of containers into tags (BCP 47), ``codes`` and ``names`` know what people call a language,
``packs`` says which script and which reader it needs, and ``identification`` tells it from a text.
"""
