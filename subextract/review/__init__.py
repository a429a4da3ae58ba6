"""The review of the cues of a video by a person, and what becomes of the changes.

``film.review`` is one SQLite file beside the results: each cue, the pictures that were read, what was rejected, and
every change, step by step. The subtitle files are written from it, whole, when the person says so.
"""

from subextract.review.beginning import begun, document
from subextract.review.entries import Refused, cue_of
from subextract.review.keeping import Keeper, set_aside
from subextract.review.running import keeper_of, kept
from subextract.review.saving import changed_results, cues_of, is_of_another_video, save, video_of, without_text
from subextract.review.sidecar import Conflict, Sidecar
from subextract.review.stills import Stills, usual_place

__all__ = [
    "Conflict",
    "Keeper",
    "Refused",
    "Sidecar",
    "Stills",
    "begun",
    "changed_results",
    "cue_of",
    "cues_of",
    "document",
    "is_of_another_video",
    "keeper_of",
    "kept",
    "save",
    "set_aside",
    "usual_place",
    "video_of",
    "without_text",
]
