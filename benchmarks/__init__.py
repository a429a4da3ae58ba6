"""How good and how fast is it: ``python -m benchmarks FOLDER`` on clips whose subtitles are known."""
