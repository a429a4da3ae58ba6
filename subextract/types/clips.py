"""Text as a picture: where it is looked for, what is measured of it, its image, and the lines read from that."""

from __future__ import annotations

from dataclasses import dataclass

from subextract.types.geometry import Box
from subextract.types.pictures import Colour, Image, luma


@dataclass(frozen=True, slots=True)
class Zone:
    """A band of the picture in which subtitles come and go.

    ``text_height`` is the height in pixels of one line's box there, ``tallest`` that of the largest text where there is
    text of several sizes (0 where there is not), and ``logos`` are boxes whose text never leaves. ``words`` is the
    share (0 to 1) of the lines seen there that are as short as a word. Where it is ``vertical``, lines are columns:
    ``text_height`` is their width. A zone that is not ``lasting`` is given up when nothing was seen in it for long.
    Text that one of ``others`` takes, zones that overlap, is left to it.
    """

    box: Box
    text_height: float
    logos: tuple[Box, ...] = ()
    vertical: bool = False
    lasting: bool = True
    others: tuple[Zone, ...] = ()
    tallest: float = 0.0
    words: float = 0.0

    @property
    def largest_text(self) -> float:
        """The height in pixels of the largest lines that are known there."""
        return max(self.text_height, self.tallest)


@dataclass(frozen=True, slots=True)
class Look:
    """How the letters of one line look, measured from their ink.

    ``height`` of the ink and width of a ``stroke`` are in px of the video. ``fill`` is the colour of the strokes,
    ``edge`` of what lies right around them; ``fill_spread`` and ``edge_spread`` (luma levels) say how much either
    varies along the line: the background around letters without an edge varies, an outline does not.
    ``background_spread`` is the same for what lies beyond the edge: little on a box or a bar.
    """

    height: float
    stroke: float
    fill: Colour
    edge: Colour
    fill_spread: float
    edge_spread: float
    background_spread: float

    @property
    def contrast(self) -> float:
        """Luma levels between the strokes and what lies around them; negative for dark letters."""
        return luma(self.fill) - luma(self.edge)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of text and its stay on the screen; ``box`` is in px of the video, times in ms.

    ``look`` is None where it could not be measured. ``cut_in`` and ``cut_out`` say whether it came or went with a cut
    of the picture, ``from_first`` and ``to_last`` whether it was there on the first or the last frame that was looked
    at. ``steadiness`` (-1 to 1) is the mean correlation of its strokes with themselves over its stay, ``found`` the
    share of looks that found it. ``follows`` says whether another text was at its place until then, ``written``
    whether it appeared letter by letter, ``brief`` that it is one of several that come and go one after the other at
    one place, as spoken words do, ``fresh`` that this place was seen to be clear between the text before it and it.
    """

    start: int
    end: int
    box: Box
    look: Look | None = None
    cut_in: bool = False
    cut_out: bool = False
    from_first: bool = False
    to_last: bool = False
    steadiness: float = 1.0
    found: float = 1.0
    follows: bool = False
    written: bool = False
    brief: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text as read; what the reader does not know is None, never a made-up value.

    ``alternative`` is what a second reader saw in the same place, where the two do not agree. ``unread`` is the script
    (ISO 15924) of a line that no reader here can read: its text is then none, and only tells equal lines from others.
    """

    text: str
    box: Box | None = None
    score: float | None = None
    alternative: str | None = None
    unread: str | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """A picture with a time span: one text on the screen.

    ``box`` is where ``image`` lies in the video; ``lines`` are the boxes of the lines of text inside ``image``, in
    reading order. ``start`` is the time of the first frame that shows the text, ``end`` of the first that does not.
    ``evidence`` says of each line what is known of it besides its picture, where it was followed; ``written`` says
    whether the text appeared letter by letter, ``vertical`` that its lines are columns, the first one at the right,
    ``forced`` whether it is shown also to those who want no subtitles. ``kind`` is that of Cue. ``image`` is the mean
    of several frames, some of which ``frames`` shows alone. ``slants`` says of each line how far its letters lean (see
    subtitles/bitmap/italics.py), where that was looked at, ``marks`` what a line says that holds nothing but dots,
    commas and dashes ("" of other lines).
    """

    start: int
    end: int
    image: Image
    box: Box
    lines: tuple[Box, ...] = ()
    written: bool = False
    kind: str | None = None
    vertical: bool = False
    forced: bool = False
    frames: tuple[Image, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    slants: tuple[float, ...] = ()
    marks: tuple[str, ...] = ()
