"""What a video file holds: its facts, its pictures in order, and a few stills spread over it. The only door to PyAV."""

from subextract.media.devices import decoding
from subextract.media.opening import Decoding, probe
from subextract.media.reading import frames
from subextract.media.sampled import stills

__all__ = ["Decoding", "decoding", "frames", "probe", "stills"]
