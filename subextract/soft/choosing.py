"""Which of a file's subtitles are meant."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from subextract import ocr
from subextract.errors import InputError, UsageError
from subextract.languages.identification import language_of
from subextract.languages.packs import same_language
from subextract.languages.tags import short
from subextract.media import probe
from subextract.options import Options
from subextract.subtitles import contents, is_readable, texts
from subextract.types import Cue, Source, Track, Video


@dataclass(frozen=True, slots=True)
class Run:
    """The source of one result of a file: ``source``, whose track is in ``language``; ``options`` name it, too.

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
        return language_in(self._said(track))

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
    """The runs over one file that the track asked for means: one for each result.

    Raises UsageError where there is no such track. A file that cannot be read is left to the run itself to complain of.
    """
    if options.track == "hard":
        return [Run(options, notice=_without_marks(options))]
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
    found = f"No subtitle track fits, so burned-in ones are looked for. {_listed(video)}" if video.tracks else None
    notice = " ".join(filter(None, (found, _without_marks(options)))) or None
    return Run(options.model_copy(update={"track": "hard"}), Source(video), notice=notice)


def _without_marks(options: Options) -> str | None:
    """That what is asked for leaves nothing out."""
    if options.forced != "skip":
        return None
    return "Nothing that is burned in is marked as forced, so --forced skip leaves nothing out."


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


def _only_one(video: Video) -> Track | None:
    """The only track of a file without a video, whatever language it declares."""
    order = sorted(video.tracks, key=lambda track: (not is_readable(track), track.language is not None, _rank(track)))
    return order[0] if order else None


def _rank(track: Track) -> tuple[bool, ...]:
    """Whole tracks before forced ones, text before pictures, and what the file itself prefers before the rest."""
    return track.forced, track.kind != "text", track.codec == "eia_608", track.hearing_impaired, not track.default


def language_in(cues: Iterable[Cue]) -> str | None:
    """The language that the words of cues are in (BCP 47), where it is certain."""
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
