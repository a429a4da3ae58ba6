"""What a video file holds: its facts, its pictures in order, a few stills spread over it, and its subtitle tracks.

The only door to PyAV.
"""

from subextract.media.bitmaps import clips, plane
from subextract.media.devices import decoding
from subextract.media.languages import short
from subextract.media.muxing import MATROSKA, Added, check_copy, container_for, mux, one_at_a_time
from subextract.media.opening import Decoding, probe
from subextract.media.reading import frames, reachable
from subextract.media.sampled import stills
from subextract.media.texts import is_readable, texts
from subextract.media.tracks import contents

__all__ = [
    "MATROSKA",
    "Added",
    "Decoding",
    "check_copy",
    "clips",
    "container_for",
    "contents",
    "decoding",
    "frames",
    "is_readable",
    "mux",
    "one_at_a_time",
    "plane",
    "probe",
    "reachable",
    "short",
    "stills",
    "texts",
]
