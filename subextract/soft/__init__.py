"""Which subtitle track is meant, and what it says."""

from subextract.soft.choosing import Run, chosen, examined, run_of, runs
from subextract.soft.reading import Tally, asked_for, image_cues, loaded, placed, tallies, text_cues

__all__ = [
    "Run",
    "Tally",
    "asked_for",
    "chosen",
    "examined",
    "image_cues",
    "loaded",
    "placed",
    "run_of",
    "runs",
    "tallies",
    "text_cues",
]
