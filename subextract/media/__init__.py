"""What a video file holds: its facts, its pictures in order, and a few stills spread over it. The only door to PyAV."""

from subextract.media.opening import probe
from subextract.media.reading import frames
from subextract.media.sampled import stills

__all__ = ["frames", "probe", "stills"]
