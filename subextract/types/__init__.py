"""The values that the stages hand to one another: pictures with a time, texts with a time, and where they come from.

Times are whole milliseconds from the start of the video. Boxes are pixels of the displayed picture (after rotation),
origin at the top left, right and bottom exclusive. Images are (H, W, 3) uint8 RGB, luma planes (H, W) uint8.
"""

from subextract.types.batches import Batch
from subextract.types.clips import Clip, Evidence, Line, Look, Zone
from subextract.types.cues import Cue, Word
from subextract.types.files import Source, Track, Video
from subextract.types.geometry import Box
from subextract.types.pictures import Colour, Detect, Frame, Image, Luma, Plane, Rows, luma

__all__ = [
    "Batch",
    "Box",
    "Clip",
    "Colour",
    "Cue",
    "Detect",
    "Evidence",
    "Frame",
    "Image",
    "Line",
    "Look",
    "Luma",
    "Plane",
    "Rows",
    "Source",
    "Track",
    "Video",
    "Word",
    "Zone",
    "luma",
]
