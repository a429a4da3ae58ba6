"""How a review is started from a terminal."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from subextract.cli.checks import check_lists, check_web
from subextract.cli.flags import Config, Quiet, Verbose, as_flags, given
from subextract.cli.messages import configure_logging, report, say
from subextract.errors import DecodeError, InputError, Untranslated, UsageError
from subextract.options import SETTINGS, Options, resolve, resolve_section, settings, written
from subextract.web.settings import Page

if TYPE_CHECKING:
    from subextract.output import Plan
    from subextract.review import Sidecar
    from subextract.types import Video

    _Flags = Any
    _PageFlags = Any
else:
    _DECIDED = {"review", "jobs"}
    _Flags = as_flags("_Flags", [each for each in SETTINGS if each.name not in _DECIDED])
    _PageFlags = as_flags("_PageFlags", settings(Page))

SUBTITLES = (".srt", ".vtt", ".ass", ".json", ".csv", ".tsv", ".ttml")
VIDEOS = (".mkv", ".mp4", ".m4v", ".webm", ".mov", ".avi", ".ts", ".m2ts", ".mpg", ".wmv", ".flv")


@dataclass(frozen=True)
class _Asked:
    """The arguments beside settings."""

    video: Annotated[
        Path | None, Parameter(help="Video of a subtitle file, if it is not beside it under the same name.")
    ] = None
    html: Annotated[
        Path | None, Parameter(help="Write the page to this file instead of serving it, for use without Python.")
    ] = None
    quiet: Quiet = False


def review(
    film: Annotated[str, Parameter(help="A video, or a subtitle file.")],
    /,
    *,
    asked: Annotated[_Asked | None, Parameter(name="*")] = None,
    page: Annotated[_PageFlags | None, Parameter(name="*")] = None,
    flags: Annotated[_Flags | None, Parameter(name="*")] = None,
    config: Config = None,
    verbose: Verbose = 0,
) -> int:
    """Look at the subtitles of a video beside its pictures, and mend them, in a browser.

    A video that was not read yet is read first; what was read and changed stands in film.review.
    """
    video, html, quiet = astuple(asked or _Asked())
    configure_logging(verbose, quiet)
    chosen = resolve_section(Page, given(page), os.environ, config)
    sources = (given(flags), os.environ, config)
    options = resolve(*sources).model_copy(update={"review": True})
    check_lists(options, written(*sources))
    if html is None:
        check_web(
            "The page needs Starlette and uvicorn: {}. --html writes a file without them.", "starlette", "uvicorn"
        )
    elif not Path(html).parent.is_dir():
        raise UsageError(f"--html: the folder of {html} does not exist; make it first, or choose another name.")
    elif os.path.lexists(html):  # --overwrite would read the video again
        raise UsageError(f"{html} already exists; choose another name with --html, or delete it first.")
    path = Path(film)
    if path.suffix.lower() in SUBTITLES:
        seen = video or _beside(path)
        sidecar = _of_subtitles(path, seen, options, strict=video is not None)
    elif video is not None:
        raise UsageError(f"--video names the video of a subtitle file; {film} is looked into itself, so leave it away.")
    else:
        seen, sidecar = path, _of_video(path, options, quiet)
    _shown(sidecar, seen, chosen, html)
    return 0


def _beside(subtitles: Path) -> Path | None:
    """The video that a subtitle file is called after: film.mkv of film.en.srt."""
    stem = subtitles.with_suffix("")
    while True:
        for suffix in VIDEOS:
            if (found := Path(f"{stem}{suffix}")).is_file():
                return found
        if not stem.suffix:
            return None
        stem = stem.with_suffix("")


def _of_subtitles(subtitles: Path, video: Path | None, options: Options, *, strict: bool) -> Path:
    """The sidecar of a subtitle file, made where there is none; ``strict`` where the video was named."""
    from subextract.output.naming import review_of
    from subextract.review import begun

    if video is None:
        say(f"There is no video called like {subtitles} beside it, so there are no pictures; name it with --video.")
    sidecar = review_of(subtitles)
    if options.overwrite or not sidecar.exists():
        begun(subtitles, _probed(video, strict) if video else None)
    _check_whose(sidecar, subtitles)
    return sidecar


def _check_whose(path: Path, subtitles: Path) -> None:
    """UsageError where the sidecar is that of another subtitle file."""
    from subextract.review import Sidecar

    with Sidecar(path) as sidecar:
        names = [Path(result["path"]).name for result in sidecar.fact("results", [])]
    if subtitles.name not in names:
        raise UsageError(
            f"{path} is the review of {', '.join(names)}; add --overwrite to begin one of {subtitles} in its place."
        )


def _probed(video: Path, strict: bool) -> Video | None:
    from subextract.media import probe

    try:
        return probe(video)
    except InputError as error:
        if strict:
            raise
        say(f"There are no pictures of the film: {error}")
        return None


def _of_video(video: Path, options: Options, quiet: bool) -> Path:
    """The sidecar of a video, which is read where that was not done yet."""
    plan = _plan(video, options.model_copy(update={"overwrite": True}))
    if options.overwrite or not plan.sidecar.exists():
        there = [path for target in plan.targets for path in target.standing()]
        plan = _plan(video, options, there)
        if there and not plan.checkpoint and not options.overwrite:
            return _of_subtitles(_best(there), video, options, strict=True)
        _read(plan, quiet)
    return plan.sidecar


def _plan(video: Path, options: Options, there: Sequence[Path] = ()) -> Plan:
    from subextract import output

    (first, *more) = output.plan([video], options)
    if more:
        raise UsageError("--track all makes several results; review them one by one, each with its --track.")
    if isinstance(first, UsageError):
        if there and not options.overwrite:
            return replace(_plan(video, options.model_copy(update={"overwrite": True})), options=options)
        raise first
    return first


def _best(there: Sequence[Path]) -> Path:
    """Of results of a former run the one that says most."""
    readable = [path for path in there if path.suffix.lower() in SUBTITLES]
    if not readable:
        raise UsageError(f"{there[0]} is there and cannot be read back; add --overwrite to read the video again.")
    return min(readable, key=lambda path: (path.suffix.lower() != ".json", str(path)))


def _read(plan: Plan, quiet: bool) -> None:
    """Read the video. Where it breaks off, what was found until there is there to be reviewed."""
    from subextract.cli.progress import bar
    from subextract.cli.sequential import extract_one
    from subextract.cli.signals import stoppable

    try:
        with stoppable():
            extract_one(plan, bar(plan, quiet), quiet)
    except (DecodeError, Untranslated) as error:
        if not plan.sidecar.exists():
            raise
        report(error)


def _shown(path: Path, video: Path | None, chosen: Page, html: Path | None) -> None:
    from subextract.review import Sidecar, changed_results, is_of_another_video

    if video is not None and not video.is_file():
        say(f"{video} is not there, so no pictures are cut out of it; name it with --video.")
        video = None
    if video and not _is_video(video):  # a file of subtitles alone
        video = None
    with Sidecar(path) as sidecar:
        for changed in changed_results(sidecar):
            say(f"{changed} has changed since; {path} shows it as it was (--overwrite begins with it as it is).")
        if video and is_of_another_video(sidecar, video):
            say(f"{video} is not the video that {path} was made of; --overwrite reads it anew.")
        if html:
            _write(sidecar, video, html)
        else:
            _serve(sidecar, video, chosen)


def _is_video(path: Path) -> bool:
    from subextract.media import probe

    try:
        return probe(path).width > 0
    except InputError:
        return False


def _serve(sidecar: Sidecar, video: Path | None, chosen: Page) -> None:
    from subextract.web.reviewing import Reviewing
    from subextract.web.serving import serve

    serve(Reviewing(sidecar, video).app(), chosen.port, browser=chosen.browser, say=_say_link)
    state = sidecar.state()
    if state["revision"] != state["saved"]:
        say(f"Changes that are not in the subtitle files yet are kept in {sidecar.path}.")


def _say_link(text: str) -> None:
    say(f"The page is at {text} (Ctrl-C ends it)." if text.startswith("http") else text)


def _write(sidecar: Sidecar, video: Path | None, html: Path) -> None:
    from subextract import formats
    from subextract.web.alone import page_alone

    formats.write(page_alone(sidecar, video), html)
    say(f"{html}: a page to look at and mend {shlex.quote(str(sidecar.path.stem))} with, in any browser.")
