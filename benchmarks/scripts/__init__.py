"""How the classifier of scripts (subextract/ocr/script) is trained and judged: ``python -m benchmarks.scripts``."""
