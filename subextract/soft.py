"""Which of a file's subtitles are meant, and what a subtitle track says."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from subextract import ocr
from subextract.errors import DecodeError, InputError, UsageError
from subextract.formats import load
from subextract.languages.identification import language_of
from subextract.languages.packs import same_language
from subextract.languages.tags import short
from subextract.media import probe
from subextract.options import Options
from subextract.subtitles import clips, contents, is_readable, plane, texts
from subextract.text import is_wide
from subextract.types import Batch, Clip, Cue, Line, Source, Track, Video

log = logging.getLogger(__name__)

LEANING, LEANING_WIDE = 0.05, 0.1  # slants of italics; upright lines have less than -0.02 and 0.09 (docs/log.md)
EVIDENCE = 1.0  # slant by letters; "Wow!" in upright letters has 0.5
_SAME = {"...": ("...", "…"), "……": ("……", "......")}  # readings that are as good as what the shapes say
ONE_PLACE = 0.5  # of the height of the picture; what is higher stands at the top and at the bottom at once


@dataclass(frozen=True, slots=True)
class Run:
    """What one result of a file is read from: ``source``, whose track is in ``language``; ``options`` name it, too.

    ``source`` is None where the file was not examined. ``refusal`` says why the track cannot be read; the others of the
    file can. ``parted`` says whether what is marked as forced in it gets a file of its own besides: where there is a
    forced track, that one is the file.
    """

    options: Options
    source: Source | None = None
    language: str | None = None
    notice: str | None = None
    refusal: UsageError | None = None
    parted: bool = False


class Listener:
    """Asks the tracks of a file what they say; each is read at most once."""

    def __init__(self, video: Video) -> None:
        self.video = video
        self._cues: dict[int, Sequence[Cue]] = {}

    def says_something(self, track: Track) -> bool:
        """Captions inside a video are often there and empty; so they are looked at first."""
        return track.codec != "eia_608" or bool(self._said(track))

    def language(self, track: Track) -> str | None:
        """The language of a track (BCP 47): as declared, or for text beside a picture as its words say.

        A file of text alone may be called as it is: naming its language in the result would be a new name for a
        conversion.
        """
        if track.language or track.kind != "text" or not self.video.width or not is_readable(track):
            return short(track.language)
        return _language(self._said(track))

    def speaks(self, track: Track, language: str | None) -> bool:
        """Whether the track is in the language; ``pt`` is also ``pt-BR``, and who wants any gets any."""
        if language is None:
            return True
        found = self.language(track)
        return found is not None and same_language(found, language)

    def _said(self, track: Track) -> Sequence[Cue]:
        if track.index not in self._cues:
            self._cues[track.index] = texts(self.video.path, track).cues
        return self._cues[track.index]


def runs(path: str | os.PathLike[str], options: Options) -> list[Run]:
    """What the track that was asked for means for one file: a run for each result.

    Raises UsageError where there is no such track. A file that cannot be read is left to the run itself to complain of.
    """
    if options.track == "hard":
        return [Run(options)]
    try:
        listener = Listener(contents(path))
    except InputError:
        return [Run(options)]
    if options.track == "all":
        found = [track for track in listener.video.tracks if _may_serve(track, options.forced)]
        if found:
            return [_of_track(listener, track, options) for track in found]
    track = _chosen(listener, options if options.track != "all" else options.model_copy(update={"track": "auto"}))
    return [_of_track(listener, track, options) if track else _burned_in(listener.video, options)]


def run_of(source: Source, options: Options) -> Run:
    """The run over what was chosen before."""
    if source.track is None:
        return _burned_in(source.video, options)
    return _of_track(Listener(source.video), source.track, options)


def _burned_in(video: Video, options: Options) -> Run:
    notice = f"No subtitle track fits, so burned-in ones are looked for. {_listed(video)}" if video.tracks else None
    return Run(options.model_copy(update={"track": "hard"}), Source(video), notice=notice)


def _of_track(listener: Listener, track: Track, options: Options) -> Run:
    video, language = listener.video, listener.language(track)
    notice = f"Taking the {track.kind} track {track.index} ({', '.join(filter(None, (track.codec, language)))})"
    hint = "; --track hard reads what is burned in." if video.width else "."
    updated = options.model_copy(update={"track": str(track.index), "language": options.language or language})
    refusal = ocr.refusal(options.engine, updated.language) if track.kind == "image" else None
    if options.mux and not video.width:
        refusal = UsageError(f"--mux: {video.path} holds no video to copy; name the film, or leave --mux out.")
    forced = any(other.forced and short(other.language) == language for other in video.tracks)
    mixed = track.kind == "image" and options.forced == "both"
    parted = not options.split_languages and mixed and not (forced or track.hearing_impaired)
    return Run(updated, Source(video, track), language, notice + hint, refusal, parted)


def examined(path: str | os.PathLike[str], options: Options) -> Source:
    """The file with the track that the options mean. Raises InputError, and UsageError where there is no such track."""
    if options.track == "hard":
        return Source(probe(path))
    video = contents(path)
    return Source(video, chosen(video, options))


def loaded(path: str | os.PathLike[str]) -> tuple[Video | None, list[Cue]]:
    """The cues of a subtitle file; those of an ASS script with the video that has its styles. InputError."""
    if Path(path).suffix.lower() != ".ass":
        return None, load(path)
    source = examined(path, Options())
    assert source.track is not None  # contents() refuses a file without any
    video, found = text_cues(source.video, source.track)
    return video, [cue for _, cues in found for cue in cues]


def chosen(video: Video, options: Options) -> Track | None:
    """The track that the options mean, None for what is burned in. UsageError where there is no such track."""
    return _chosen(Listener(video), options)


def _chosen(listener: Listener, options: Options) -> Track | None:
    wanted, video = options.track, listener.video
    if wanted == "hard":
        return None
    if wanted.isdecimal():
        return _numbered(video, wanted)
    if wanted == "all":
        raise UsageError(f"--track all makes a file of each track; name one of them. {_listed(video)}")
    language = options.one_language if wanted == "auto" else wanted
    for track in _best_first(video, options.forced):
        if listener.speaks(track, language) and (wanted != "auto" or listener.says_something(track)):
            return track
    if options.forced == "only":
        raise UsageError(f"{video.path} has no subtitle track that holds forced ones. {_listed(video)}")
    if options.forced == "skip" and any(listener.speaks(track, language) for track in _best_first(video, "both")):
        raise UsageError(_nothing_but_forced(video))
    if wanted != "auto":
        raise UsageError(_without(video, wanted))
    return None if video.width else _only_one(video)


def _numbered(video: Video, number: str) -> Track:
    for track in video.tracks:
        if track.index == int(number):
            return track
    raise UsageError(_without(video, number))


def _best_first(video: Video, forced: str) -> list[Track]:
    """The tracks that can hold what is asked for; where that is forced ones, the forced tracks first."""
    found = [track for track in video.tracks if _may_serve(track, forced)]
    return sorted(found, key=lambda track: (track.forced != (forced == "only"), _rank(track)))


def _may_serve(track: Track, forced: str) -> bool:
    """Whether the track can hold what is asked for: single cues are marked as forced in tracks of pictures alone."""
    fits = {"both": True, "only": track.forced or track.kind == "image", "skip": not track.forced}
    return is_readable(track) and fits[forced]


def _unwanted(track: Track, marked: bool, forced: str) -> str | None:
    """What a cue that is not asked for counts as; None where it is. All cues of a forced track are forced."""
    if forced == "only":
        return None if marked or track.forced else "unforced"
    return "forced" if forced == "skip" and (marked or track.forced) else None


def _only_one(video: Video) -> Track | None:
    """What a file without a video is there for, whatever language it declares."""
    order = sorted(video.tracks, key=lambda track: (not is_readable(track), track.language is not None, _rank(track)))
    return order[0] if order else None


def _rank(track: Track) -> tuple[bool, ...]:
    """Whole tracks before forced ones, text before pictures, and what the file itself prefers before the rest."""
    return track.forced, track.kind != "text", track.codec == "eia_608", track.hearing_impaired, not track.default


def _language(cues: Iterable[Cue]) -> str | None:
    return language_of(line for cue in cues for line in cue.text.split("\n"))


def _nothing_but_forced(video: Video) -> str:
    """A user who wants no forced cues did not ask for hours of OCR in their place."""
    ways = "leave that out, or add --track hard to read what is burned in"
    return f"{video.path} has no subtitle track besides forced ones, and --forced skip leaves these out; {ways}."


def _without(video: Video, wanted: str) -> str:
    return f"{video.path} has no subtitle track {wanted!r}. {_listed(video)}"


def _listed(video: Video) -> str:
    tracks = [f"{track.index} ({short(track.language) or 'no language'}, {track.kind})" for track in video.tracks]
    return f"Its tracks are {', '.join(tracks)}." if tracks else "It has none; use --track hard for burned-in ones."


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
    language = language or _language(said.cues)
    return seen, _all_at_once([replace(cue, language=language) for cue in said.cues], said.broken)


def _all_at_once(cues: Sequence[Cue], broken: DecodeError | None) -> Iterator[Batch[Cue]]:
    yield Batch(max((cue.end for cue in cues), default=0), cues)
    if broken:
        raise broken


def image_cues(
    video: Video, track: Track, reader: ocr.Reader, left_out: Callable[[str], None], forced: str = "both"
) -> Iterator[Batch[Cue]]:
    """What the pictures of a track say: one cue each, because the format itself says when each comes and goes.

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


def _batches(found: Iterable[Clip], least: int) -> Iterator[list[Clip]]:
    """Clips with ``least`` lines or more together; those before an error, too."""
    waiting: list[Clip] = []
    failure: DecodeError | None = None
    try:
        for clip in found:
            waiting.append(clip)
            if sum(len(each.lines) for each in waiting) >= least:
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
    return slant >= (LEANING_WIDE if any(map(is_wide, text)) else LEANING) and slant * letters >= EVIDENCE
