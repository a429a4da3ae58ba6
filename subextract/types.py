"""Which things the stages hand to one another: pictures with a time, texts with a time, and where they come from.

Times are whole milliseconds from the start of the video. Boxes are pixels of the displayed picture (after rotation),
origin at the top left, right and bottom exclusive. Images are (H, W, 3) uint8 RGB, luma planes (H, W) uint8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:  # numpy is needed to make a picture, not to name its type
    import numpy as np
    from numpy.typing import NDArray

Item = TypeVar("Item")

Image: TypeAlias = "NDArray[np.uint8]"
"""(H, W, 3) uint8, RGB."""

Luma: TypeAlias = "NDArray[np.uint8]"
"""(H, W) uint8, the brightness plane alone."""

Colour: TypeAlias = tuple[int, int, int]
"""Red, green, blue, from 0 to 255."""


class Batch(NamedTuple, Generic[Item]):
    """Items in order of start that one stage hands to the next.

    No later batch has an item that starts before ``complete_until`` (ms).
    """

    complete_until: int
    items: Sequence[Item]


class Box(NamedTuple):
    """A rectangle in pixels; right and bottom are the first column and row outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def area(self) -> int:
        return max(0, self.width) * max(0, self.height)

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def intersection(self, other: Box) -> Box:
        """The common part; its area is 0 where there is none."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def moved(self, right: int, down: int) -> Box:
        """The same rectangle, shifted."""
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def scaled(self, across: float, down: float) -> Box:
        """The same rectangle in a picture of another size."""
        return Box(
            round(self.left * across), round(self.top * down), round(self.right * across), round(self.bottom * down)
        )

    def turned(self, around: Box) -> Box:
        """Where it lies in the part ``around`` of the picture once that is turned left, its right edge on top."""
        return Box(self.top - around.top, around.right - self.right, self.bottom - around.top, around.right - self.left)

    def turned_back(self, around: Box) -> Box:
        """Where a box of that turned part lies in the picture."""
        return Box(around.right - self.bottom, around.top + self.left, around.right - self.top, around.top + self.right)

    def padded(self, across: int, down: int, width: int, height: int) -> Box:
        """The rectangle with a margin, kept inside a picture of ``width`` by ``height``."""
        return Box(
            max(0, self.left - across),
            max(0, self.top - down),
            min(width, self.right + across),
            min(height, self.bottom + down),
        )


Detect: TypeAlias = Callable[[Sequence[Image]], list[list[Box]]]
"""The boxes of the lines of text in each picture, from top to bottom."""


Rows: TypeAlias = tuple[int, int] | None
"""Rows of a picture, the last one excluded; None are all of them."""


class Plane(Protocol):
    """The brightness of a whole picture, (H, W); slices of it are Luma."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __getitem__(self, part: tuple[slice, slice], /) -> Luma: ...


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture as the scan sees it.

    ``luma`` is a view on the decoder's own buffer for 8-bit formats, and of deeper ones narrows what is sliced;
    ``colour`` makes the RGB picture of a box on request, because converting every frame would cost more than decoding
    it.
    """

    time: int
    duration: int
    luma: Plane
    colour: Callable[[Box], Image]


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


def luma(colour: Colour) -> float:
    """Brightness from 0 to 255, as ITU-R BT.601 weighs the channels."""
    red, green, blue = colour
    return 0.299 * red + 0.587 * green + 0.114 * blue


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


@dataclass(frozen=True, slots=True)
class Word:
    """A part of a cue's text with a time span of its own."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Cue:
    """A text with a time span. ``start`` < ``end``; lines of the text are separated by a line feed.

    ``kind`` is None for a subtitle, else what other text it is: "sign" (in the scene), "credits" (rolling, or on a
    title card) or "static" (logos, banners, clocks: what stays for longer than any cue). ``forced`` is shown also to
    those who want no subtitles. ``markup`` is the same text as the event of an ASS script, from its layer on, where it
    comes from one: it stands with the styles in ``Video.script``. ``alternative`` is what another reader saw,
    where the two do not agree. ``vertical`` says that it stands in columns, the first one at the right. ``italics`` are
    the numbers, from 0 on, of the lines that are set in italics; ``styled`` is the same text with tags (see
    subextract/tags.py), where letters of it are in italics, bold, underlined or coloured. ``turns`` are the numbers of
    the lines that stand somewhere else than the line before, because somebody else says them. ``original`` is the text
    in the language from which it was translated, ``untranslated`` says that this should have been done and failed.
    ``as_read`` is the whole text as it was read, where the user's lists changed it. ``unread`` is the script (ISO
    15924) of lines that no reader here can read, and which the text leaves out. ``words`` say when each part of the
    text was shown, where it came word by word; they hold as long as they are all of the text.
    """

    start: int
    end: int
    text: str
    box: Box | None = None
    score: float | None = None
    language: str | None = None
    kind: str | None = None
    forced: bool = False
    markup: str | None = None
    alternative: str | None = None
    vertical: bool = False
    italics: tuple[int, ...] = ()
    styled: str | None = None
    original: str | None = None
    untranslated: bool = False
    words: tuple[Word, ...] = ()
    as_read: str | None = None
    turns: tuple[int, ...] = ()
    unread: str | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """A subtitle stream inside a container; ``page`` is the page of teletext that it stands for, where it is one."""

    index: int
    kind: str
    codec: str
    language: str | None = None
    title: str | None = None
    forced: bool = False
    default: bool = False
    hearing_impaired: bool = False
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Video:
    """What a file holds. ``width`` and ``height`` are of the displayed picture: rotated, with square pixels not
    enforced (``pixel_aspect`` is the width of a stored pixel over its height, after rotation). ``script``
    is what an ASS track says before its events, where the cues come from one. ``origin`` is what the clock of the file
    says where times here are 0 (ms); ``late`` is when the file begins on a time line that was not moved, though it
    begins after 0."""

    path: str
    width: int
    height: int
    duration: int | None = None
    frame_rate: float | None = None
    variable_rate: bool = False
    codec: str = ""
    pixel_format: str = ""
    rotation: int = 0
    pixel_aspect: float = 1.0
    interlaced: bool = False
    container: str = ""
    stream: int = 0
    tracks: tuple[Track, ...] = ()
    script: str = ""
    origin: int = 0
    late: int = 0
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was examined, and which of its subtitles are meant: those of a track, or burned-in ones (None)."""

    video: Video
    track: Track | None = None
