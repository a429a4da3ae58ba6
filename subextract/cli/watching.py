"""How a watched folder is started, looked at and steered from a terminal."""

from __future__ import annotations

import json as as_json
import logging
import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, field, make_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from subextract.errors import EngineError, OutputError, UsageError
from subextract.options import SETTINGS, Setting, clock, resolve, resolve_section, settings
from subextract.watch.settings import Watching, ledger_path

if TYPE_CHECKING:
    from subextract.ledger import Job, Ledger

log = logging.getLogger("subextract")

HERE_ALREADY = ("output", "overwrite", "resume")  # what of the options the watch decides itself
LISTED = 50  # jobs; the newest ones say what is going on


def _flag(setting: Setting) -> tuple[str, Any, Any]:
    """The flag of a setting. None stands for "not given", because the environment and the file are asked next."""
    shown = None if setting.is_switch else setting.default
    names = (f"--{setting.name.replace('_', '-')}", *([f"-{setting.short}"] if setting.short else []))
    parameter = Parameter(name=names, help=setting.description, show_default=(lambda _: shown) if shown else False)
    kind = (bool if setting.is_switch else str) | None
    return setting.name, Annotated[kind, parameter], field(default=None)


if TYPE_CHECKING:
    _WatchFlags = Any
    _OptionFlags = Any
else:
    _WatchFlags = make_dataclass("_WatchFlags", map(_flag, settings(Watching)), namespace={"__module__": __name__})
    _OptionFlags = make_dataclass(
        "_OptionFlags",
        map(_flag, (setting for setting in SETTINGS if setting.name not in HERE_ALREADY)),
        namespace={"__module__": __name__},
    )

_Config = Annotated[Path | None, Parameter(help="A TOML file with settings; those of the watch in the table [watch].")]
_Json = Annotated[bool, Parameter(negative="", show_default=False, help="As JSON, for programs.")]
_LedgerFile = Annotated[Path | None, Parameter(name="--ledger", help="The ledger of the watch, where it is elsewhere.")]
_Number = Annotated[int, Parameter(help="The number of the job.")]


def watch(
    *folders: Annotated[str, Parameter(help="The folders that videos land in.")],
    watching: Annotated[_WatchFlags | None, Parameter(name="*")] = None,
    reading: Annotated[_OptionFlags | None, Parameter(name="*")] = None,
    once: Annotated[
        bool, Parameter(negative="", show_default=False, help="Read what is there, then end: for cron.")
    ] = False,
    config: _Config = None,
    verbose: Annotated[
        int, Parameter(name=("--verbose", "-v"), count=True, show_default=False, help="Also say what readers say.")
    ] = 0,
) -> int:
    """Watch folders, and put the subtitles of every video that lands in them beside it."""
    from subextract.watch.loop import Daemon
    from subextract.watch.setup import Setup

    def read_setup() -> Setup:
        chosen = resolve_section(Watching, _given(watching), os.environ, config)
        options = resolve(_given(reading), os.environ, config)
        _check_settings(folders, chosen)
        _check_engine(options.engine, options.language)
        return Setup(chosen, options)

    _check_folders(folders)
    _configure_logging(read_setup().settings.log, verbose)
    return Daemon(folders, read_setup, once=once).run()


def _given(flags: object) -> dict[str, object]:
    return {name: value for name, value in vars(flags).items() if value is not None} if flags else {}


def _check_folders(folders: Sequence[str]) -> None:
    if not folders:
        raise UsageError("There is no folder to watch; name at least one, as in: subextract watch /films")
    for folder in folders:
        if not os.path.isdir(folder):
            raise UsageError(f"{folder} is no folder; make it first, or mount its disk.")


def _check_settings(folders: Sequence[str], chosen: Watching) -> None:
    """Say at once what would go wrong with every video."""
    from subextract.watch import hooks

    if chosen.if_soft == "extract":
        raise UsageError("--if-soft extract: soft tracks cannot be taken out yet; choose skip or hard.")
    if chosen.on_done and (fault := hooks.check(chosen.on_done)):
        raise UsageError(f"--on-done: {fault}; name a command, or a URL that begins with http:// or https://.")
    if chosen.out:
        names = [os.path.basename(os.path.abspath(folder)) for folder in folders]
        if len({*names}) < len(names):
            raise UsageError("--out: two of the folders have the same name; watch them with a command each.")
        try:
            chosen.out.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise OutputError(f"--out: {chosen.out} cannot be made ({exc.strerror}); choose another folder.") from exc


def _check_engine(name: str, language: str | None) -> None:
    """Without loading the engine: the daemon itself reads nothing."""
    from subextract.ocr import engines
    from subextract.ocr.languages import refuse_unreadable

    known = {engine.name: engine for engine in engines()}
    if name not in known:
        raise UsageError(f"There is no engine {name!r}; the engines are {', '.join(known)}.")
    if reason := known[name].missing:
        raise EngineError(f"The engine {name!r} cannot run here. {reason}")
    refuse_unreadable(name, language)


class _JsonLines(logging.Formatter):
    """One object a line, with the job that it is about."""

    def format(self, record: logging.LogRecord) -> str:
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {"time": f"{when}.{int(record.msecs):03}Z", "level": record.levelname.lower(), "message": ""}
        line |= {"message": record.getMessage()} | getattr(record, "about", {})
        return as_json.dumps(line | ({"detail": self.formatException(record.exc_info)} if record.exc_info else {}))


def _configure_logging(style: str, verbosity: int) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _JsonLines() if style == "json" else logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    )
    log.handlers[:] = [handler]
    log.setLevel(logging.DEBUG if verbosity else logging.INFO)


jobs = App(name="jobs", help="Show the jobs of a watched folder, and steer them.")


@jobs.default
@jobs.command(name="list")
def list_jobs(
    *,
    state: Annotated[
        str | None, Parameter(help="Only those that are queued, running, done, failed, skipped or gone.")
    ] = None,
    limit: Annotated[int, Parameter(help="At most so many, the newest; 0: all.")] = LISTED,
    json: _Json = False,
    ledger: _LedgerFile = None,
) -> None:
    """List the newest jobs, and how many there are in each state."""
    from subextract.ledger import STATES

    if state is not None and state not in STATES:
        raise UsageError(f"--state: there is no state {state!r}; the states are {', '.join(STATES)}.")
    with _opened(ledger) as opened:
        found, counts, paused = opened.jobs(state, limit or -1), opened.counts(), opened.paused()
    if json:
        _print_json({"paused": paused, "counts": counts, "jobs": [asdict(job) for job in found]})
        return
    console = Console(soft_wrap=True)
    if found:
        console.print(_table(["job", "state", "video", "what"], map(_row, found)))
    summary = ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "no jobs"
    console.print(f"{summary}{'; paused' if paused else ''}", highlight=False)


@jobs.command
def show(number: _Number, /, *, json: _Json = False, ledger: _LedgerFile = None) -> None:
    """Show everything that is known of a job."""
    with _opened(ledger) as opened:
        job = opened.job(number)
        if job is None:
            raise _unknown(number)
        facts = asdict(job) | {"outputs": list(opened.results(job))}
    if json:
        _print_json(facts)
        return
    for name in ("due", "updated", "tell"):
        facts[name] = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(facts[name])) if facts[name] else None
    Console(soft_wrap=True).print(_table([], [(name, _shown(value)) for name, value in facts.items()]))


@jobs.command
def retry(number: _Number, /, *, ledger: _LedgerFile = None) -> None:
    """Queue a job again, whatever became of it."""
    with _opened(ledger) as opened:
        if not opened.retry(number):
            if opened.job(number):
                raise UsageError(f"Job {number} is being read just now; wait for its end.")
            raise _unknown(number)


@jobs.command
def forget(number: _Number, /, *, ledger: _LedgerFile = None) -> None:
    """Drop a job; if its video is still there it is found as a new one."""
    with _opened(ledger) as opened:
        if not opened.forget(number):
            raise _unknown(number)


@jobs.command
def pause(*, ledger: _LedgerFile = None) -> None:
    """Begin no further job; those that are being read are finished."""
    with _opened(ledger) as opened:
        opened.pause(True)


@jobs.command
def resume(*, ledger: _LedgerFile = None) -> None:
    """Begin jobs again."""
    with _opened(ledger) as opened:
        opened.pause(False)


def _unknown(number: int) -> UsageError:
    return UsageError(f"There is no job {number}; subextract jobs lists them.")


def _opened(chosen: Path | None) -> Ledger:
    """The ledger of the watch, which must be there: a mistyped name makes no new one."""
    from subextract.ledger import Ledger

    path = ledger_path(resolve_section(Watching, {"ledger": chosen} if chosen else {}, os.environ).ledger)
    if not path.exists():
        raise UsageError(f"There is no ledger {path}; name that of the watch with --ledger.")
    return Ledger(path)


def _row(job: Job) -> tuple[str, ...]:
    return str(job.id), job.state, job.video, _what(job)


def _what(job: Job) -> str:
    """In a few words what there is to know of a job in its state."""
    if job.state == "running":
        whole = f" of {clock(job.duration)}" if job.duration else ""
        return f"at {clock(job.position)}{whole}"
    if job.state == "done" and job.cues:
        return f"{job.cues} cues{f' in {job.language}' if job.language else ''}, {job.seconds or 0:g} s"
    return job.reason or ""


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _print_json(value: object) -> None:
    print(as_json.dumps(value, indent=1, default=str))


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    columns = (Column(name, overflow="fold") for name in header)  # no part of a path is left out
    table = Table(*columns, box=None, show_header=bool(header), pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))  # as Text, brackets in a name are no markup
    return table
