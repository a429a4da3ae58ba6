"""How Tesseract reads lines, from dark letters on a white page."""
