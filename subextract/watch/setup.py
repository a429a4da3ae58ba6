"""The settings of a watch, and what follows from them for one video."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from subextract.concurrency.cores import share
from subextract.ledger import Job
from subextract.options import Limits, Options
from subextract.watch import spool
from subextract.watch.messages import Order
from subextract.watch.settings import Watching


def order_for(job: Job, ledger: Path, options: Options, limits: Limits, **more: Any) -> Order:
    """How a worker reads the video of a job: with its share of the cores, and what else an Order says."""
    options = options.model_copy(update={"threads": share(options.threads, limits.jobs)})
    return Order(
        ledger=str(ledger),
        job=job.id,
        token=job.token,
        video=job.video,
        folder=job.folder,
        work=str(spool.folder(ledger)),
        options=options.model_dump(exclude_defaults=True),
        memory=limits.memory,
        pause=limits.pause,
        **more,
    )


class Setup(NamedTuple):
    """The settings from all sources; read again at each SIGHUP."""

    settings: Watching
    options: Options
    folders: Mapping[str, Options] = MappingProxyType({})
    """Those of a folder, where they are others."""

    def without_skipping(self) -> Setup:
        """For later: what was there has been noted when the watch began."""
        return self._replace(settings=self.settings.model_copy(update={"skip_existing": False}))

    def order(self, job: Job, ledger: Path, folders: Sequence[str], disk: str | None) -> Order:
        """How a video is read; ``disk`` is where that of ``--out`` is mounted."""
        settings = self.settings
        return order_for(
            job,
            ledger,
            self.folders.get(job.folder, self.options),
            settings,
            out=self._out(job.folder, folders),
            disk=disk,
            if_soft=settings.if_soft,
            if_pictures=settings.if_pictures,
            tell=settings.on_done is not None,
        )

    def _out(self, folder: str, folders: Sequence[str]) -> str | None:
        """The folder below which the results go; several watched folders get one each."""
        out = self.settings.out
        return str(out / os.path.basename(folder) if len(folders) > 1 else out) if out else None
