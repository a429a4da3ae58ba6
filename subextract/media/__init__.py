"""The content of a video file: its facts, its pictures in order, a few stills; and how it gets more tracks."""

from subextract.media.container import Decoding
from subextract.media.hwaccel import decoding
from subextract.media.lent import Lender, lent
from subextract.media.muxing import MATROSKA, Added, check_copy, container_for, mux, one_at_a_time
from subextract.media.probing import probe
from subextract.media.reading import frames, reachable
from subextract.media.sampled import stills

__all__ = [
    "MATROSKA",
    "Added",
    "Decoding",
    "Lender",
    "check_copy",
    "container_for",
    "decoding",
    "frames",
    "lent",
    "mux",
    "one_at_a_time",
    "probe",
    "reachable",
    "stills",
]
