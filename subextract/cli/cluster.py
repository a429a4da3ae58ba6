"""How a library is read on a cluster from a terminal."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from subextract.cli.checks import check_lists, check_reading
from subextract.cli.flags import Config, Verbose, as_flags, given
from subextract.cli.messages import configure_logging, say
from subextract.cluster.addresses import bare
from subextract.cluster.settings import Clustering
from subextract.errors import EngineError, Interrupted, SubextractError, UsageError
from subextract.options import SETTINGS, Options, clock, flag, resolve, resolve_section, settings, written

# What of the options a cluster decides itself, and what it offers in their place.
DECIDED = {
    "output": "results are written below --out",
    "jobs": "as many videos are read at a time as the cores allow, --cpus-per-video for each",
    "processes": "a video is read by one process; --cpus-per-video says with how many cores",
    "threads": "--cpus-per-video says with how many cores a video is read",
    "mux": "copies of the videos would take as much room again; make one with: subextract film.mkv --mux",
    "review": "nobody looks at what is seen while it works; keep it with: subextract film.mkv --review",
    "overwrite": "what fits the settings is kept, and all else is done again",
    "resume": "a run goes on with what is missing",
}
EVERY = 10.0  # s between two lines about the progress

if TYPE_CHECKING:
    from subextract.cluster.running import Plan, Progress

    _ClusterFlags = Any
    _OptionFlags = Any
    _DecidedFlags = Any
else:
    _ClusterFlags = as_flags("_ClusterFlags", settings(Clustering))
    _OptionFlags = as_flags("_OptionFlags", [each for each in SETTINGS if each.name not in DECIDED])
    _DecidedFlags = as_flags("_DecidedFlags", [each for each in SETTINGS if each.name in DECIDED], shown=False)


def cluster(
    source: Annotated[
        str, Parameter(help="Folder, s3://bucket/folder, list (.txt), or Parquet file with a column 'path'.")
    ],
    /,
    *,
    clustering: Annotated[_ClusterFlags | None, Parameter(name="*")] = None,
    reading: Annotated[_OptionFlags | None, Parameter(name="*")] = None,
    decided: Annotated[_DecidedFlags | None, Parameter(name="*")] = None,
    config: Config = None,
    verbose: Verbose = 0,
) -> int:
    """Read a whole library, on this machine or on many, with Ray. A second run does only what is missing."""
    configure_logging(verbose, quiet=False)
    for name in given(decided):
        raise UsageError(f"{flag(name)} is not for a cluster: {DECIDED[name]}.")
    chosen = resolve_section(Clustering, given(clustering), os.environ, config)
    sources = (given(reading), os.environ, config)
    options = resolve(*sources)
    check_lists(options, written(*sources))
    _check(chosen, options)
    from subextract.cluster import running, stages  # not at the top: Arrow and the libraries of the pipeline are large

    plan = running.planned(source, chosen, options)
    say(_told(plan))
    if not plan.missing:
        return 0
    if chosen.dry_run:
        return _estimated(plan)
    started = time.monotonic()
    try:
        with stages.connected(chosen):
            say(f"Ray is there after {time.monotonic() - started:.1f} s, with {stages.cores_there()} cores.")
            stages.check(plan.order, chosen)
            progress = running.run(plan, chosen, _Telling())
    except KeyboardInterrupt:
        raise Interrupted("Stopped; what is done stays done, and the same command goes on with the rest.") from None
    say(f"Done: {_counted(progress)}.")
    return SubextractError.exit_code if progress.errors else 0


def _check(chosen: Clustering, options: Options) -> None:
    from importlib.util import find_spec

    from subextract.distribution import installing

    if not chosen.out:
        raise UsageError("--out is missing; name a folder or s3://bucket/folder for the results.")
    if options.track == "all":
        raise UsageError("--track all makes several results of a video, which is one row here; name one of them.")
    if not all(map(find_spec, ("ray", "pyarrow"))):
        raise EngineError(f"The cluster needs Ray Data: {installing('cluster')}.")
    check_reading(options)


def _told(plan: Plan) -> str:
    there = len(plan.all) - len(plan.missing)
    errors = f" ({_many(plan.errors, 'error')}; try again with --retry-errors)" if plan.errors else ""
    return f"{_many(len(plan.all), 'video')}: {there} done{errors}, {len(plan.missing)} to do."


def _estimated(plan: Plan) -> int:
    from subextract.cluster.estimate import estimated, sentences

    for line in sentences(estimated(plan, lambda video, error: say(_named(video.place, str(error))))):
        print(line)
    return 0


class _Telling:
    """Says each error, and now and then how far the run is."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, progress: Progress, row: dict[str, Any]) -> None:
        if row["code"]:
            say(_named(row["place"], str(row["error"])))
        if time.monotonic() - self._last >= EVERY:
            self._last = time.monotonic()
            say(f"{_counted(progress)}, {clock(round(progress.left) * 1000)} left.")


def _named(place: str, error: str) -> str:
    """An error with the place of its video, unless the sentence names it."""
    return error if bare(place) in error else f"{bare(place)}: {error}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _counted(progress: Progress) -> str:
    return (
        f"{progress.done} of {progress.total} videos, {progress.hours_per_hour:.1f} hours of video per hour, "
        f"{progress.cues} cues, {_many(progress.errors, 'error')}"
    )
