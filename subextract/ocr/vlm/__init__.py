"""How vision-language models read lines, in this process or on a server."""
