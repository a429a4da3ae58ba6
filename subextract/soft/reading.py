"""Reads the cues of a subtitle track, and counts them."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from subextract import ocr
from subextract.errors import DecodeError
from subextract.formats import load
from subextract.options import Options
from subextract.soft.choosing import examined, language_in
from subextract.subtitles import clips, contents, is_readable, plane, texts
from subextract.text import is_wide
from subextract.types import Batch, Clip, Cue, Line, Track, Video

log = logging.getLogger(__name__)

ITALIC_SLANT, ITALIC_SLANT_WIDE = 0.05, 0.1  # of italics; upright lines have less than -0.02 and 0.09 (docs/log.md)
EVIDENCE = 1.0  # slant by letters; "Wow!" in upright letters has 0.5
_SAME = {"...": ("...", "…"), "……": ("……", "......")}  # readings that are as good as what the shapes say
ONE_PLACE = 0.5  # of the height of the picture; what is higher stands at the top and at the bottom at once


def loaded(path: str | os.PathLike[str]) -> tuple[Video | None, list[Cue]]:
    """The cues of a subtitle file; those of an ASS script with the video that has its styles. InputError."""
    if Path(path).suffix.lower() != ".ass":
        return None, load(path)
    source = examined(path, Options())
    assert source.track is not None  # contents() refuses a file without any
    video, found = text_cues(source.video, source.track)
    return video, [cue for _, cues in found for cue in cues]


def placed(video: Video, track: Track) -> Video:
    """The video, for a file without one as large as the plane of an image track."""
    if video.width:
        return video
    width, height = plane(video.path, track)
    return replace(video, width=width, height=height)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cues a track has, and how many of them are forced; None where it cannot be decoded here."""

    track: Track
    cues: int | None
    forced: int | None


def tallies(path: str | os.PathLike[str]) -> list[Tally]:
    """Every track of a file with its numbers; nothing is read. Raises what ``contents`` raises."""
    return [_tally(path, track) for track in contents(path).tracks]


def _tally(path: str | os.PathLike[str], track: Track) -> Tally:
    if not is_readable(track):
        return Tally(track, None, None)
    counted: Counter[bool] = Counter()
    try:
        if track.kind == "text":
            counted.update(cue.forced for cue in texts(path, track).cues)
        else:
            counted.update(clip.forced for clip in clips(path, track))
    except DecodeError as error:
        log.warning("%s", error)
    return Tally(track, counted.total(), counted[True])


def text_cues(video: Video, track: Track, language: str | None = None) -> tuple[Video, Iterator[Batch[Cue]]]:
    """The video with the head of the track's script, and the track's cues in their language, which their words say
    where it is not known. DecodeError after the last one."""
    said = texts(video.path, track, video.width, video.height)
    seen = replace(video, width=said.width, height=said.height, script=said.script)
    language = language or language_in(said.cues)
    return seen, _all_at_once([replace(cue, language=language) for cue in said.cues], said.broken)


def _all_at_once(cues: Sequence[Cue], broken: DecodeError | None) -> Iterator[Batch[Cue]]:
    yield Batch(max((cue.end for cue in cues), default=0), cues)
    if broken:
        raise broken


def image_cues(
    video: Video, track: Track, reader: ocr.Reader, left_out: Callable[[str], None], forced: str = "both"
) -> Iterator[Batch[Cue]]:
    """The cues of a track of pictures: one for each, because the format itself says when it comes and goes.

    ``left_out`` is told of each picture in which nothing can be read, and of those that ``forced`` (as in Options)
    leaves out, which are not read. DecodeError after the last one.
    """
    width, height = plane(video.path, track)
    width, height = width or video.width, height or video.height
    shown = (clip for clip in clips(video.path, track) if _is_wanted(track, clip.forced, forced, left_out))
    for batch in _batches(shown, ocr.batch(reader)):
        found = []
        for clip, lines in zip(batch, reader.read(batch), strict=True):
            if cue := _cue(clip, lines):
                one_place = width > 0 and 0 < clip.box.height <= ONE_PLACE * height  # 0: nothing says how large it is
                box = clip.box.scaled(video.width / width, video.height / height) if one_place else None
                found.append(replace(cue, box=box))
            else:
                left_out("illegible")
        yield Batch(batch[-1].start, found)


def asked_for(
    found: Iterable[Batch[Cue]], track: Track, forced: str, left_out: Callable[[str], None]
) -> Iterator[Batch[Cue]]:
    """The cues of a text track that ``forced`` (as in Options) asks for."""
    for complete_until, cues in found:
        yield Batch(complete_until, [cue for cue in cues if _is_wanted(track, cue.forced, forced, left_out)])


def _is_wanted(track: Track, marked: bool, forced: str, left_out: Callable[[str], None]) -> bool:
    if kind := _unwanted(track, marked, forced):
        left_out(kind)
    return kind is None


def _batches(found: Iterable[Clip], min_lines: int) -> Iterator[list[Clip]]:
    """Clips with ``min_lines`` lines or more together; those before an error, too."""
    waiting: list[Clip] = []
    failure: DecodeError | None = None
    try:
        for clip in found:
            waiting.append(clip)
            if sum(len(each.lines) for each in waiting) >= min_lines:
                yield waiting
                waiting = []
    except DecodeError as error:
        failure = error
    if waiting:
        yield waiting
    if failure:
        raise failure


def _cue(clip: Clip, lines: Sequence[Line]) -> Cue | None:
    slants = clip.slants or (0.0,) * len(lines)
    marks = clip.marks or ("",) * len(lines)
    said = [_as_marks(line, mark) if mark else line for line, mark in zip(lines, marks, strict=True)]
    unread = next((line.unread for line in lines if line.unread), None)
    seen = [(line, slant) for line, slant in zip(said, slants, strict=True) if line.text.strip() and not line.unread]
    if not seen:
        return Cue(clip.start, clip.end, "", forced=clip.forced, unread=unread) if unread else None
    legible = [line for line, _ in seen]
    text = "\n".join(line.text.strip() for line in legible)
    alternative = "\n".join((line.alternative or line.text).strip() for line in legible)
    score = min((line.score for line in legible if line.score is not None), default=None)
    second = None if alternative == text else alternative
    italics = tuple(number for number, (line, slant) in enumerate(seen) if _in_italics(line.text, slant))
    cue = Cue(clip.start, clip.end, text, None, score, forced=clip.forced, alternative=second, italics=italics)
    return replace(cue, unread=unread)


def _as_marks(line: Line, marks: str) -> Line:
    """The line as its shapes say it; what an engine that knows no size made of it counts for nothing."""
    if line.text.strip() in _SAME.get(marks, (marks,)):
        return line
    return replace(line, text=marks, score=1.0, alternative=None)


def _in_italics(text: str, slant: float) -> bool:
    """Whether a line leans, and is long enough to tell: a 7 or a V alone leans, too, and so do many katakana."""
    letters = sum(letter.isalnum() for letter in text)
    return slant >= (ITALIC_SLANT_WIDE if any(map(is_wide, text)) else ITALIC_SLANT) and slant * letters >= EVIDENCE


def _unwanted(track: Track, marked: bool, forced: str) -> str | None:
    """The kind under which an unwanted cue counts; None where it is wanted. All cues of a forced track are forced."""
    if forced == "only":
        return None if marked or track.forced else "unforced"
    return "forced" if forced == "skip" and (marked or track.forced) else None
