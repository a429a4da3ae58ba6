"""How a library is done: what is missing is handed to the machines, and counted as it comes back."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from subextract import ocr
from subextract.cluster import stages
from subextract.cluster.addresses import is_url, joined
from subextract.cluster.index import Index, missing
from subextract.cluster.manifest import videos
from subextract.cluster.messages import LIST_SETTINGS, Order, Video
from subextract.cluster.settings import INDEX, Clustering
from subextract.cluster.stores import Store
from subextract.errors import EngineError, OutputError, SubextractError, UsageError
from subextract.options import Options
from subextract.regional import Regions, languages

log = logging.getLogger(__name__)

QUICK = "rapidocr"  # reads all texts for evidence, where it knows their letters
# What decides how, where or how fast a video is done, and not what comes of it.
WITHOUT_EFFECT = {
    *("output", "threads", "jobs", "processes", "overwrite", "resume", "review", "mux"),
    *("device", "requests", "hwaccel", "models", "server_url", "translator_url"),
}


class Plan(NamedTuple):
    """The work of a run: all videos of the library, those of them that are ``missing``, and how they are done.

    ``errors`` is how many of the others ended with an error before.
    """

    all: Sequence[Video]
    missing: Sequence[Video]
    order: Order
    errors: int = 0


@dataclass(slots=True)
class Progress:
    """The progress of a run. ``read`` is the duration (ms) of what is done, ``began`` a time of the monotonic clock."""

    total: int
    began: float
    done: int = 0
    errors: int = 0
    cues: int = 0
    read: int = 0

    def take(self, row: dict[str, Any]) -> None:
        """Count a row that came back."""
        self.done += 1
        self.errors += row["code"] != 0
        self.cues += row["cues"]
        self.read += row["duration"]

    @property
    def hours_per_hour(self) -> float:
        """Hours of video in an hour."""
        return self.read / 1000 / max(0.001, time.monotonic() - self.began)

    @property
    def left(self) -> float:
        """Seconds, if what is left is like what is done."""
        return (time.monotonic() - self.began) / max(1, self.done) * (self.total - self.done)


def planned(source: str, settings: Clustering, options: Options) -> Plan:
    """List a library and compare it with its index. Nothing is written.

    Args:
        source: Folder, list or Parquet file, as ``manifest.videos`` takes it.
        settings: Those of the cluster; ``out`` must be set.
        options: Those of reading a video.

    Raises:
        UsageError: The source names no video, or the settings do not go together.
        InputError: The source, or the index, cannot be read.
        OutputError: Results cannot be written there.
    """
    order = ordered(settings, options)
    found = videos(source, settings.root)
    for place in filter(None, (order.out, order.index, order.cues_index)):
        if not is_url(place) and os.path.exists(place) and not os.path.isdir(place):
            raise OutputError(f"Cannot write below {place!r}: it is a file; choose a folder.")
    rows = Index(order.index).rows()
    there = {entry.name for entry in Store(order.out).entries()}
    left = list(missing(found, rows, there, order.settings, retry_errors=settings.retry_errors))
    stays = {video.id for video in found} - {video.id for video in left}
    return Plan(found, left, order, sum(rows[each]["code"] != 0 for each in stays))


def ordered(settings: Clustering, options: Options) -> Order:
    """The order that all machines of a run are given. UsageError as ``is_split``."""
    assert settings.out is not None
    return Order(
        out=settings.out,
        index=settings.index or joined(settings.out, INDEX),
        settings=digest(options),
        options=options.model_dump(exclude_defaults=True, exclude={"output", "jobs", *LIST_SETTINGS}),
        lists={name: files for name in LIST_SETTINGS if (files := _files(getattr(options, name)))},
        cues_index=settings.cues_index,
        cores=settings.cpus_per_video,
        copy=settings.copy_videos,
        stall=settings.stall,
        limit=settings.limit,
        memory=settings.memory,
        split=is_split(options),
        longest=round(settings.long_hours * 3_600_000),
    )


def is_split(options: Options) -> bool:
    """Whether a model reads the lines in a stage of its own: where it is shown only what may be a subtitle.

    UsageError where it would have to read all texts as evidence, and is too large for each scan to have it.
    """
    if options.engine not in ocr.VLM_ENGINES:
        return False
    spoken = languages(options, Regions.of(options, 1, 1))
    if any(ocr.refusal(QUICK, language) for language in spoken):
        if options.engine != "server":
            needs = f"On a cluster, --engine {options.engine} needs a language whose letters the bundled models know"
            raise UsageError(f"{needs}; choose --engine server, or auto with what 'subextract models get' fetches.")
        return False
    return True


def digest(options: Options) -> str:
    """A digest (16 hexadecimal digits) that is equal for settings with equal results.

    The contents of the files that they name count, settings without effect on results do not.
    """
    values = options.model_dump(mode="json", exclude={*WITHOUT_EFFECT, *LIST_SETTINGS})
    texts = {name: [text.hex() for _, text in _files(getattr(options, name))] for name in LIST_SETTINGS}
    return hashlib.sha256(json.dumps([values, texts], sort_keys=True).encode()).hexdigest()[:16]


def _files(value: Path | Sequence[Path] | None) -> list[tuple[str, bytes]]:
    paths = [value] if isinstance(value, Path) else list(value or ())
    return [(path.name, path.read_bytes()) for path in paths]


def run(plan: Plan, settings: Clustering, tell: Callable[[Progress, dict[str, Any]], None]) -> Progress:
    """Do what is missing; ``tell`` is called with each row that comes back. Ray must be connected.

    Raises EngineError or OutputError where no video could be done so; what was done until then stays.
    """
    progress = Progress(len(plan.missing), time.monotonic())
    for row in stages.done(plan.missing, plan.order, settings) if plan.missing else ():
        if row["stop"]:
            raise _error(row)
        progress.take(row)
        tell(progress, row)
    return progress


def _error(row: dict[str, Any]) -> SubextractError:
    kind = OutputError if row["code"] == OutputError.exit_code else EngineError
    return kind(str(row["error"]))
