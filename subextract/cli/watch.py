"""How a watched folder is started from a terminal."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from subextract.cli.checks import check_lists, check_reading
from subextract.cli.flags import VerboseProcesses, as_flags, given
from subextract.cli.lines import log_lines
from subextract.cli.messages import log
from subextract.errors import OutputError, UsageError
from subextract.options import SETTINGS, Options, flag, resolve, resolve_section, settings, written
from subextract.watch.settings import Watching

# What of the options a watch decides itself, and what it offers in their place; it has jobs of its own.
DECIDED = {
    "output": "subtitles are written beside each video, or below --out FOLDER",
    "track": "--if-soft and --if-pictures say what becomes of subtitle tracks",
    "mux": "copies of the videos would be read in their turn; make one with: subextract film.mkv --mux",
    "review": "nobody looks at what is seen while it works; keep it with: subextract film.mkv --review",
    "overwrite": "only what a watch wrote itself is replaced; subextract jobs retry N reads a video again",
    "resume": "what was stopped is always gone on with",
}

if TYPE_CHECKING:
    _WatchFlags = Any
    _OptionFlags = Any
    _DecidedFlags = Any
else:
    _WatchFlags = as_flags("_WatchFlags", settings(Watching))
    _OptionFlags = as_flags("_OptionFlags", [each for each in SETTINGS if each.name not in {"jobs", *DECIDED}])
    _DecidedFlags = as_flags("_DecidedFlags", [each for each in SETTINGS if each.name in DECIDED], shown=False)

_Config = Annotated[
    Path | None,
    Parameter(help="TOML file with settings; [watch] has those of the watch, [folders.'/films'] those of a folder."),
]


def watch(
    *folders: Annotated[str, Parameter(help="Folders to watch for videos.")],
    watching: Annotated[_WatchFlags | None, Parameter(name="*")] = None,
    reading: Annotated[_OptionFlags | None, Parameter(name="*")] = None,
    decided: Annotated[_DecidedFlags | None, Parameter(name="*")] = None,
    once: Annotated[
        bool, Parameter(negative="", show_default=False, help="Process what is there, then exit; for cron.")
    ] = False,
    config: _Config = None,
    verbose: VerboseProcesses = 0,
) -> int:
    """Watch folders, and put the subtitles of every video that lands in them beside it."""
    from subextract.watch.loop import Daemon
    from subextract.watch.setup import Setup

    def read_setup() -> Setup:
        chosen = resolve_section(Watching, given(watching), os.environ, config)
        _check_settings(folders, chosen)
        sources = (given(reading), os.environ, config)
        found = {folder: resolve(*sources, folder) for folder in (None, *map(os.path.abspath, folders))}
        for folder, each in found.items():
            check_reading(each)
            check_lists(each, written(*sources, folder))
        return Setup(chosen, found[None], {folder: each for folder, each in found.items() if folder})

    _check_folders(folders)
    for name in given(decided):
        raise UsageError(f"{flag(name)} is not for a watch: {DECIDED[name]}.")
    setup = read_setup()
    log_lines(setup.settings.log, verbose)
    _tell_what_counts_for_nothing([setup.options, *setup.folders.values()])
    return Daemon(folders, read_setup, once=once).run()


def _tell_what_counts_for_nothing(chosen: Sequence[Options]) -> None:
    """Settings that files and variables have for other commands, too, are no mistake."""
    for name, reason in DECIDED.items():
        if any(name in options.model_fields_set for options in chosen):
            log.warning("The setting %r does nothing in a watch: %s.", name, reason)


def _check_folders(folders: Sequence[str]) -> None:
    if not folders:
        raise UsageError("There is no folder to watch; name at least one, as in: subextract watch /films")
    for folder in folders:
        if not os.path.isdir(folder):
            raise UsageError(f"{folder} is no folder; make it first, or mount its disk.")


def _check_settings(folders: Sequence[str], chosen: Watching) -> None:
    """Say at once what would go wrong with every video."""
    from subextract.watch import hooks

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
