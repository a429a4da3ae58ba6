"""Which pictures an image track shows, each once, with its times, ready to be read."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from subextract.errors import DecodeError, NotMedia
from subextract.subtitles.bitmap import dvb, pgs, vobsub, xsub
from subextract.subtitles.bitmap.likeness import Change, change, clearness, passes, together
from subextract.subtitles.bitmap.screens import Part, Screen
from subextract.subtitles.bitmap.tall import parted
from subextract.subtitles.packets import extradata_of, payloads, tag_of
from subextract.types import Box, Clip, Luma, Track

if TYPE_CHECKING:
    from subextract.subtitles.bitmap.heights import Heights

log = logging.getLogger(__name__)

UNENDED = 5000  # ms; what nothing takes off the screen is shown for that long
EMPTY_FRAME = 60  # ms; one empty frame between two pictures is a fault, two are meant: the line is said again
MIN_LINE = 1 / 20  # of the height of the plane; no line is much lower, so that a comma is not blown up to a letter
LOWEST_LINE = 0.8  # of the highest line; dots and dashes alone get the room of a line
BASE_ROOM = 0.75  # of that room is above; what is alone is a comma or full stops more often than quotes
PAPER = 255
LINE_ROOM = 0.1  # of a line's height, white above and below: readers want the ink and a fifth (docs/log.md 2026-11-24)


@dataclass(slots=True, eq=False)
class Span:
    """A part on the screen since ``start``, last sent at ``seen``; ``end`` is None while nothing says when it goes.

    ``part`` is how it looks best, ``latest`` how it was sent last. What lies above the row ``below`` of the screen was
    pushed up there and is no part of it.
    """

    start: int
    seen: int
    end: int | None
    part: Part
    plane: tuple[int, int]
    latest: Part
    below: int = 0

    @property
    def is_new(self) -> bool:
        """Whether there is anything in it that was not pushed up."""
        return self.part.box.height > 0

    def show(self, part: Part, screen: Screen) -> None:
        """Go on with another look."""
        whole = together(self.part, part) if passes(self.latest, part) else crop_above(part, self.below)
        self.seen, self.end, self.latest = screen.start, screen.end, part
        self.part = max((self.part, whole), key=lambda each: clearness(each.colours))


Known = dict[tuple[Box, bytes], Span]
"""What is on the screen or was a moment ago, by place and pattern of what was sent last."""


def clips(path: str | os.PathLike[str], track: Track) -> Iterator[Clip]:
    """The pictures of a track in order of start; boxes are pixels of the track's own plane (see ``plane``).

    The same pixels without a break are one clip, however often they are sent; parts that come and go together are one,
    too. Raises NotMedia where the format is not known, DecodeError after the last picture where the file breaks off.
    """
    from subextract.subtitles.bitmap.heights import Heights  # not at the top, as in ``_clip``

    heights: Heights | None = None
    for spans in groups(screens(path, track)):
        if spans[0].end is None or spans[0].start < spans[0].end:
            heights = heights or Heights(_min_height(spans))
            yield _clip(spans, heights)
        else:
            log.info("A picture at %.3f s is left out: it is gone before it comes.", spans[0].start / 1000)


def plane(path: str | os.PathLike[str], track: Track) -> tuple[int, int]:
    """Width and height of the picture in which the parts are placed; 0 where the track does not say."""
    first = next(iter(screens(path, track)), None)
    return (first.width, first.height) if first else (0, 0)


def screens(path: str | os.PathLike[str], track: Track) -> Iterator[Screen]:
    """The screens of the track, as sent."""
    sent = payloads(path, track)
    match track.codec:
        case "hdmv_pgs_subtitle":
            return pgs.screens(sent)
        case "dvd_subtitle":
            return vobsub.screens(sent, extradata_of(path, track))
        case "dvb_subtitle":
            return dvb.screens(sent)
        case "xsub":
            return xsub.screens(sent, translucent=tag_of(path, track) == "DXSA")
    raise NotMedia(f"Track {track.index} of {os.fspath(path)} holds pictures of an unknown kind, {track.codec}.")


def groups(sent: Iterable[Screen]) -> Iterator[list[Span]]:
    """Parts that come and go at the same time, all of them forced or none, in order of start, as soon as nothing
    earlier can come."""
    known: Known = {}
    waiting: list[list[Span]] = []
    failure: DecodeError | None = None
    try:
        for screen in map(parted, sent):
            waiting += _grouped(_over(known, screen))
            _take(known, screen)
            first = min(span.start for span in known.values()) if known else screen.start
            waiting.sort(key=_start)
            while waiting and _start(waiting[0]) <= first:
                yield waiting.pop(0)
    except DecodeError as error:  # what came before it counts
        failure = error
    yield from sorted([*waiting, *_grouped(known.values())], key=_start)
    if failure:
        raise failure


def _start(group: Sequence[Span]) -> int:
    return group[0].start


def _grouped(spans: Iterable[Span]) -> list[list[Span]]:
    found: dict[tuple[int, int | None, bool], list[Span]] = {}
    for span in (each for each in spans if each.is_new):
        found.setdefault((span.start, span.end, span.part.forced), []).append(span)
    return list(found.values())


def _over(known: Known, screen: Screen) -> list[Span]:
    """Take out what has been gone for too long to come back."""
    gone = [key for key, span in known.items() if span.end is not None and span.end + EMPTY_FRAME < screen.start]
    return [known.pop(key) for key in gone]


def _take(known: Known, screen: Screen) -> None:
    """Continue what is shown again, end what is not, and begin what is new."""
    shown = {(part.box, pattern(part.numbers)): part for part in screen.parts if part.colours[..., 3].any()}
    for key, span in known.items():
        if key in shown:
            span.show(shown.pop(key), screen)
        elif span.end is None or span.end > screen.start:
            span.end = screen.start
    ended = [key for key, span in known.items() if span.end is not None and span.end <= screen.start]
    for key, part in shown.items():
        known[key] = _successor(known, ended, part, screen)


def _successor(known: Known, ended: list[tuple[Box, bytes]], part: Part, screen: Screen) -> Span:
    """The span to which a part belongs that was not sent before: one that has just ended and goes on, or a new one."""
    below = 0
    for key in ended:
        span = known[key]
        found = change(span.latest, part) if span.part.forced == part.forced else None
        if found and found[0] is Change.GOES_ON:
            ended.remove(key)
            span.show(part, screen)
            return known.pop(key)
        below = found[1] if found else below
    cut = crop_above(part, below)
    return Span(screen.start, screen.start, screen.end, cut, (screen.width, screen.height), part, below)


def crop_above(part: Part, row: int) -> Part:
    """The content of a part below a row of the screen; all, nothing, or the lower lines of it."""
    rows = min(max(0, row - part.box.top), part.box.height)
    box = part.box._replace(top=part.box.top + rows)
    if not rows:
        return part
    return replace(part, box=box, numbers=part.numbers[rows:], colours=part.colours[rows:], window=None)


def pattern(numbers: NDArray[np.uint8]) -> bytes:
    """A plane with its numbers counted anew in order of appearance: the same for the same pixels under any palette.

    A bitmap that shows a text again beside another one has another palette.
    """
    flat = numbers.reshape(-1)
    first = np.full(256, flat.size)
    first[flat[::-1]] = np.arange(flat.size - 1, -1, -1)  # of equal indices the last assignment holds
    ranks = np.empty(256, np.uint8)
    ranks[np.argsort(first, kind="stable")] = np.arange(256, dtype=np.uint8)
    return ranks[flat].tobytes()


def _min_height(spans: Sequence[Span]) -> int:
    """How high (px) the lowest line can be."""
    return round(MIN_LINE * (spans[0].plane[1] or max(span.part.box.bottom for span in spans)))


def _clip(spans: Sequence[Span], heights: Heights | None = None) -> Clip:
    """The lines of all parts on one sheet, from top to bottom, as far apart as readers want it.

    The sheet shows what stands in ``box``; it is not as large. ``heights`` are those of the track's lines until there.
    """
    from subextract.subtitles.bitmap.binarize import (  # not at the top: probing loads this, and needs no OpenCV
        darkened,
        lines_of,
    )
    from subextract.subtitles.bitmap.heights import Heights
    from subextract.subtitles.bitmap.italics import slant
    from subextract.subtitles.bitmap.punctuation import marks_alone

    parts = sorted((span.part for span in spans), key=lambda part: (part.box.top, part.box.left))
    whole = reduce(Box.union, (part.box for part in parts))
    heights = heights or Heights(_min_height(spans))
    lines = [line for part in parts for line in lines_of(darkened(part.colours), heights.usual)]
    heights.take(lines)
    image, boxes = sheet([line.picture for line in lines], min_height=_min_height(spans))
    return Clip(
        spans[0].start,
        max(span.seen + UNENDED if span.end is None else span.end for span in spans),
        np.repeat(image[:, :, None], 3, axis=2),
        whole,
        tuple(boxes),
        forced=parts[0].forced,
        slants=tuple(slant(line.picture) for line in lines),
        marks=tuple(marks_alone(line.picture, heights.usual) for line in lines),
    )


def sheet(lines: Sequence[Luma], *, min_height: int) -> tuple[Luma, list[Box]]:
    """The lines below one another on white, and their boxes, which leave some white around the ink.

    A line that is much lower than ``min_height``, or than the highest one, is no line of letters and stays that low.
    """
    lowest = LOWEST_LINE * max([min_height, *(line.shape[0] for line in lines)])
    placed, top = [], 0
    for line in lines:
        height, width = line.shape
        side = round(LINE_ROOM * max(height, lowest))
        lack = max(0, round(lowest) - height)
        box = Box(0, top, width + 2 * side, top + height + 2 * side + lack)
        placed.append((line, side, top + side + round(BASE_ROOM * lack), box))
        top = box.bottom
    paper = np.full((max(1, top), max((box.right for *_, box in placed), default=1)), PAPER, np.uint8)
    for line, left, upper, _ in placed:
        paper[upper : upper + line.shape[0], left : left + line.shape[1]] = line
    return paper, [box for *_, box in placed]
