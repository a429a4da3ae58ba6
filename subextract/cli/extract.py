"""How videos are extracted from a terminal: what is asked, which of them can be done, and how each ended."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from subextract.cli.checks import check_lists
from subextract.cli.flags import Config, Quiet, Verbose, as_flags, given
from subextract.cli.messages import configure_logging, report
from subextract.errors import UsageError
from subextract.options import SETTINGS, resolve, written

COMMANDS = ("probe", "tracks", "engines", "ocr", "translate", "review", "serve", "watch", "cluster", "jobs", "models")

if TYPE_CHECKING:
    _Flags = Any
else:
    _Flags = as_flags("_Flags", SETTINGS)


def extract(
    *videos: Annotated[str, Parameter(help="Videos to process. After --, names may begin with a dash.")],
    flags: Annotated[_Flags | None, Parameter(name="*")] = None,
    config: Config = None,
    verbose: Verbose = 0,
    quiet: Quiet = False,
) -> int:
    """Write the subtitles of each video. An error in one video does not stop the others."""
    configure_logging(verbose, quiet)
    _refuse_typo(videos)
    from subextract import output
    from subextract.cli.parallel import at_once, number_of_jobs
    from subextract.cli.sequential import one_by_one

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
