"""How subextract is used from a terminal."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

import subextract
from subextract.cli import models, pictures, reviewing, steering, tallying, translating, watching
from subextract.cli.checks import check_lists
from subextract.cli.columns import TwoColumns
from subextract.cli.flags import Config, Json, Quiet, Verbose, as_flags, given
from subextract.cli.saying import configure_logging, log, report
from subextract.cli.tables import facts, print_json, print_table, track_row
from subextract.errors import Interrupted, UsageError
from subextract.options import SETTINGS, resolve, written

if TYPE_CHECKING:
    from subextract.ocr import Engine
    from subextract.types import Video

COMMANDS = ("probe", "tracks", "engines", "ocr", "translate", "review", "watch", "jobs", "models")
USAGE = """Usage: subextract VIDEO... [OPTIONS]
       subextract probe VIDEO [--json]
       subextract tracks VIDEO [--json]
       subextract engines [--json]
       subextract ocr IMAGE|VIDEO@TIME... [--task TASK] [--json]
       subextract translate SUBTITLES... --to LANGUAGE [OPTIONS]
       subextract review VIDEO|SUBTITLES [OPTIONS]
       subextract watch FOLDER... [OPTIONS]
       subextract models [list|get NAME...|path] [--json]
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
        return report(Interrupted("Stopped; no result was left unfinished."))
    except Exception as error:  # the user gets one sentence, whatever happened; -v shows the rest
        return report(error)
    finally:
        log.handlers.clear()


if TYPE_CHECKING:
    _Flags = Any
else:
    _Flags = as_flags("_Flags", SETTINGS)

app = App(
    name="subextract",
    help="Turns the subtitles of a video, in tracks or burned into the picture, into a subtitle file.",
    usage=USAGE,
    version=lambda: f"subextract {subextract.__version__}",
    help_format="plaintext",
    help_formatter=TwoColumns(),
    suppress_keyboard_interrupt=False,
    result_action="return_value",
)
app.command(tallying.tracks)
app.command(pictures.ocr)
app.command(translating.translate)
app.command(reviewing.review)
app.command(watching.watch)
app.command(steering.jobs)
app.command(models.models)


@app.default
def extract(
    *videos: Annotated[str, Parameter(help="The videos; after -- also names that begin with a dash.")],
    flags: Annotated[_Flags | None, Parameter(name="*")] = None,
    config: Config = None,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> int:
    """Write the subtitles of each video; one bad video does not stop the others."""
    configure_logging(verbose, quiet)
    _refuse_typo(videos)
    from subextract import output
    from subextract.cli.extracting import one_by_one
    from subextract.cli.jobs import at_once, number_of_jobs

    sources = (given(flags), os.environ, config)
    options = resolve(*sources)
    check_lists(options, written(*sources))
    plans = output.plan(videos, options)
    codes = [report(plan) for plan in plans if isinstance(plan, UsageError)]
    ready = [plan for plan in plans if not isinstance(plan, UsageError)]
    jobs = number_of_jobs(options.jobs, len(ready))
    codes += at_once(ready, jobs, quiet) if jobs > 1 else one_by_one(ready, quiet)
    return next(filter(None, codes), 0)


def _refuse_typo(videos: Sequence[str]) -> None:
    if not videos:
        raise UsageError("There is no video to read; name at least one, as in: subextract film.mp4")
    close = difflib.get_close_matches(videos[0], COMMANDS, n=1, cutoff=0.7)
    if close and not os.path.lexists(videos[0]):
        raise UsageError(f"{videos[0]!r} is neither a file nor a command; did you mean subextract {close[0]}?")


@app.command
def probe(video: Annotated[str, Parameter(help="The video.")], /, *, json: Json = False, verbose: Verbose = 0) -> None:
    """Show what a video holds: size, duration, frame rate, subtitle tracks."""
    configure_logging(verbose, quiet=False)
    found = _probe(video)
    if json:
        print_json(asdict(found))
        return
    print_table([], facts(found))
    if found.tracks:
        print_table(["track", "kind", "codec", "language", "title", "marks"], map(track_row, found.tracks))


@app.command
def engines(*, json: Json = False, verbose: Verbose = 0) -> None:
    """Show which engines can read text here, and what is missing for the others."""
    configure_logging(verbose, quiet=False)
    found = _engines()
    if json:
        print_json([{"name": one.name, "description": one.description, "missing": one.missing} for one in found])
        return
    rows = [(one.name, one.missing or "ready", one.description) for one in found]
    print_table(["engine", "state", "description"], rows)


def _probe(path: str) -> Video:
    from subextract.media import probe

    return probe(path)


def _engines() -> Sequence[Engine]:
    from subextract.ocr import engines

    return engines()
