"""How subextract is used from a terminal."""

from __future__ import annotations

import difflib
import json
import logging
import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, field, make_dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from subextract.cli import watching
from subextract.errors import DecodeError, EngineError, Interrupted, SubextractError, UsageError
from subextract.options import SETTINGS, Options, Setting, clock, resolve

if TYPE_CHECKING:
    from types import FrameType

    from subextract.ocr import Engine
    from subextract.output import Plan, Writer
    from subextract.pipeline import Extraction
    from subextract.types import Track, Video

log = logging.getLogger("subextract")

LOW_CONFIDENCE = 0.9  # one wrong line in three scores less, and one right line in 25
IMPATIENCE = 1.0  # s; a second Ctrl-C within this time may be the first one, sent to the whole process group
COMMANDS = ("probe", "engines", "watch", "jobs")
USAGE = """Usage: subextract VIDEO... [OPTIONS]
       subextract probe VIDEO [--json]
       subextract engines [--json]
       subextract watch FOLDER... [OPTIONS]
       subextract jobs [list|show N|retry N|forget N|pause|resume] [--json]
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status; what goes wrong is said in one sentence on stderr."""
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if callable(reconfigure := getattr(stream, "reconfigure", None)):
            reconfigure(errors="backslashreplace")  # names of files need not be text
    try:
        return int(app(tokens or ["--help"], exit_on_error=False, print_error=False, verbose=False) or 0)
    except KeyboardInterrupt:
        return _report(Interrupted("Stopped; no result was left unfinished."))
    except Exception as error:  # the user gets one sentence, whatever happened; -v shows the rest
        return _report(error)
    finally:
        log.handlers.clear()


def _report(error: Exception) -> int:
    """Say in one sentence what went wrong; the result is the exit status."""
    log.info("In detail:", exc_info=error)
    code = error.exit_code if isinstance(error, SubextractError) else UsageError.exit_code
    message = " ".join(" ".join([str(error), *getattr(error, "__notes__", [])]).split())
    if isinstance(error, CycloptsError):
        message += "" if "Did you mean" in message else " See subextract --help."
    elif not isinstance(error, SubextractError):
        code = SubextractError.exit_code
        message = f"Unexpected {type(error).__name__} ({message}); run it again with -v and report what it says."
    _say(f"subextract: {message}")
    return code


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class _Stderr(logging.Handler):
    """Looks up sys.stderr for each record, because a live progress bar puts its own in that place."""

    def emit(self, record: logging.LogRecord) -> None:
        _say(self.format(record))


def _configure_logging(verbosity: int, quiet: bool) -> None:
    if verbosity and quiet:
        raise UsageError("--verbose and --quiet exclude each other; leave one out.")
    handler = _Stderr()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s" if verbosity else "%(message)s"))
    log.handlers[:] = [handler]
    log.setLevel(logging.ERROR if quiet else (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbosity, 2)])


def _flag(setting: Setting) -> tuple[str, Any, Any]:
    """The flag of a setting. None stands for "not given", because the environment and the file are asked next."""
    names = (f"--{setting.name}", *([f"-{setting.short}"] if setting.short else []))
    shown = None if setting.is_switch else setting.default
    parameter = Parameter(name=names, help=setting.description, show_default=(lambda _: shown) if shown else False)
    return setting.name, Annotated[(bool if setting.is_switch else str) | None, parameter], field(default=None)


if TYPE_CHECKING:
    _Flags = Any
else:
    _Flags = make_dataclass("_Flags", map(_flag, SETTINGS), namespace={"__module__": __name__})

_Verbose = Annotated[
    int,
    Parameter(name=("--verbose", "-v"), count=True, show_default=False, help="Say what is decided; -vv says more."),
]
_Quiet = Annotated[
    bool, Parameter(name=("--quiet", "-q"), negative="", show_default=False, help="Say nothing but errors.")
]
_Json = Annotated[bool, Parameter(negative="", show_default=False, help="As JSON, for programs.")]

app = App(
    name="subextract",
    help="Turns the subtitles that are burned into a video into a subtitle file.",
    usage=USAGE,
    version=lambda: f"subextract {version('subextract')}",
    help_format="plaintext",
    suppress_keyboard_interrupt=False,
    result_action="return_value",
)


app.command(watching.watch)
app.command(watching.jobs)


@app.default
def extract(
    *videos: Annotated[str, Parameter(help="The videos; after -- also names that begin with a dash.")],
    flags: Annotated[_Flags | None, Parameter(name="*")] = None,
    config: Annotated[Path | None, Parameter(help="A TOML file with settings, named like these flags.")] = None,
    verbose: _Verbose = 0,
    quiet: _Quiet = False,
) -> int:
    """Write the subtitles of each video; one bad video does not stop the others."""
    _configure_logging(verbose, quiet)
    _refuse_typo(videos)
    from subextract import output

    given = {name: value for name, value in vars(flags).items() if value is not None} if flags else {}
    plans = output.plan(videos, resolve(given, os.environ, config))
    codes = [_report(plan) for plan in plans if isinstance(plan, UsageError)]
    with _stoppable() as stopped:
        for plan in plans:
            if not isinstance(plan, UsageError) and not stopped:
                codes.append(_attempt(plan, quiet))
    return next(filter(None, codes), 0)


def _refuse_typo(videos: Sequence[str]) -> None:
    if not videos:
        raise UsageError("There is no video to read; name at least one, as in: subextract film.mp4")
    close = difflib.get_close_matches(videos[0], COMMANDS, n=1, cutoff=0.7)
    if close and not os.path.lexists(videos[0]):
        raise UsageError(f"{videos[0]!r} is neither a file nor a command; did you mean subextract {close[0]}?")


def _attempt(plan: Plan, quiet: bool) -> int:
    try:
        _extract(plan, quiet)
    except (UsageError, EngineError, Interrupted):
        raise  # the next video would fare no better
    except Exception as error:  # this video's problem alone
        return _report(error)
    return 0


def _extract(plan: Plan, quiet: bool) -> None:
    from subextract.output import Writer

    started = time.monotonic()
    if plan.notice and not quiet:
        _say(plan.notice)
    with (
        _Bar(plan, quiet) as bar,
        _stream(plan.video, plan.remaining, bar.moved) as extraction,
        Writer(plan, extraction.video, position=lambda: extraction.position) as writer,
    ):
        broken = _collect(writer, extraction, bar)
    if not quiet and (writer.cues or not broken):
        _say(_summary(plan, writer, extraction, time.monotonic() - started))
    if broken:
        raise broken


def _stream(path: Path, options: Options, on_progress: Callable[[int, int | None], None]) -> Extraction:
    """Imports the video libraries only now, so that --help and mistakes are answered at once."""
    from subextract.pipeline import stream

    return stream(path, options, on_progress=on_progress)


def _collect(writer: Writer, extraction: Extraction, bar: _Bar) -> DecodeError | None:
    """All cues into the writer; the error is that of a video which breaks off before its end."""
    broken = None
    try:
        for cue in extraction:
            writer.add(cue)
            bar.found(len(writer.cues))
    except DecodeError as error:
        broken = error
    if broken and not writer.cues:
        writer.discard()
    else:
        writer.finish({"skipped_packets": extraction.skipped, "left_out": extraction.left_out})
    return broken


def _summary(plan: Plan, writer: Writer, extraction: Extraction, seconds: float) -> str:
    names = ", ".join(str(target.path) for target in plan.targets)
    doubtful = sum(cue.score is not None and cue.score < LOW_CONFIDENCE for cue in writer.cues)
    covered = (extraction.position - plan.remaining.start) / 1000
    facts = [
        writer.tally if writer.cues else "no subtitles found",
        f"{doubtful} of low confidence" if doubtful else "",
        _left_out(extraction.left_out),
        f"{extraction.skipped} corrupt packets skipped" if extraction.skipped else "",
        f"{seconds:.1f} s",
        f"{covered / max(seconds, 0.001):.1f} times real time",
    ]
    hint = "" if writer.cues else f" To look closer: {_closer(plan.video)}"
    return f"{names}: {', '.join(filter(None, facts))}.{hint}"


def _left_out(numbers: Mapping[str, int]) -> str:
    kinds = " and ".join(f"{number} {kind}" for kind, number in numbers.items() if number)
    return f"{kinds} text{'' if sum(numbers.values()) == 1 else 's'} left out" if kinds else ""


def _closer(video: Path) -> str:
    dashes = ["--"] if str(video).startswith("-") else []
    return shlex.join(["subextract", "--region", "full", "--overwrite", "-v", *dashes, str(video)])


class _Bar:
    """The progress of one video on a terminal; nothing is shown where stderr is none, or with --quiet."""

    def __init__(self, plan: Plan, quiet: bool) -> None:
        self._start = plan.remaining.start
        self._since = time.monotonic()
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[where]}"),
            TextColumn("{task.fields[speed]}"),
            TextColumn("{task.fields[cues]} cues"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=quiet or not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task(plan.video.name, total=None, where="", speed="", cues=0)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def moved(self, done: int, total: int | None) -> None:
        """``done`` of ``total`` milliseconds of the video have been looked at."""
        whole = f" of {clock(self._start + total)}" if total else ""
        speed = done / 1000 / max(time.monotonic() - self._since, 0.001)
        where = f"{clock(self._start + done)}{whole}"
        self._progress.update(self._task, completed=done, total=total, where=where, speed=f"{speed:.1f}x")

    def found(self, cues: int) -> None:
        self._progress.update(self._task, cues=cues)


@contextmanager
def _stoppable() -> Iterator[list[int]]:
    """Let SIGTERM end a run as Ctrl-C does; yields the list of the signals that came.

    The first one raises KeyboardInterrupt, so that what was found is written. Another one ends the process at once.
    """
    came: list[int] = []
    first = 0.0

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal first
        came.append(number)
        if len(came) == 1:
            first = time.monotonic()
            raise KeyboardInterrupt
        if time.monotonic() - first > IMPATIENCE:
            os._exit(Interrupted.exit_code)

    if threading.current_thread() is not threading.main_thread():  # only the main thread may set handlers
        yield came
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@app.command
def probe(
    video: Annotated[str, Parameter(help="The video.")], /, *, json: _Json = False, verbose: _Verbose = 0
) -> None:
    """Show what a video holds: size, duration, frame rate, subtitle tracks."""
    _configure_logging(verbose, quiet=False)
    found = _probe(video)
    if json:
        _print_json(asdict(found))
        return
    console = Console(soft_wrap=True)
    console.print(_table([], _facts(found)))
    if found.tracks:
        console.print(_table(["track", "kind", "codec", "language", "title", "marks"], map(_track, found.tracks)))


@app.command
def engines(*, json: _Json = False, verbose: _Verbose = 0) -> None:
    """Show which engines can read text here, and what is missing for the others."""
    _configure_logging(verbose, quiet=False)
    found = _engines()
    if json:
        _print_json([{"name": one.name, "description": one.description, "missing": one.missing} for one in found])
        return
    rows = [(one.name, one.missing or "ready", one.description) for one in found]
    Console(soft_wrap=True).print(_table(["engine", "state", "description"], rows))


def _probe(path: str) -> Video:
    from subextract.media import probe

    return probe(path)


def _engines() -> Sequence[Engine]:
    from subextract.ocr import engines

    return engines()


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=1, default=str))


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(*header, box=None, show_header=bool(header), pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))  # as Text, brackets in a title are no markup
    return table


def _facts(video: Video) -> list[tuple[str, str]]:
    rate = "unknown" if video.frame_rate is None else f"{video.frame_rate:.3f}".rstrip("0").rstrip(".")
    facts = {
        "file": video.path,
        "container": video.container,
        "duration": "unknown" if video.duration is None else f"{clock(video.duration)} ({video.duration} ms)",
        "video": f"stream {video.stream}, {video.codec}, {video.pixel_format}",
        "picture": f"{video.width}x{video.height}" + _peculiarities(video),
        "frame rate": f"{rate}, {'variable' if video.variable_rate else 'constant'}",
        "subtitle tracks": str(len(video.tracks) or "none"),
    }
    return list(facts.items())


def _peculiarities(video: Video) -> str:
    found = {
        f"rotated by {video.rotation} degrees": video.rotation != 0,
        f"pixels {video.pixel_aspect:.3f} times as wide as high": video.pixel_aspect != 1,
        "interlaced": video.interlaced,
    }
    return "".join(f", {text}" for text, holds in found.items() if holds)


def _track(track: Track) -> tuple[str, ...]:
    marks = {"default": track.default, "forced": track.forced, "hearing impaired": track.hearing_impaired}
    shown = ", ".join(mark for mark, holds in marks.items() if holds)
    return str(track.index), track.kind, track.codec, track.language or "", track.title or "", shown
