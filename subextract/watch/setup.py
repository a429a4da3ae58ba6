"""What is set for a watch, and what follows from that for one video."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from subextract.concurrency.cores import share
from subextract.ledger import Job
from subextract.options import Options
from subextract.watch import spool
from subextract.watch.messages import Order
from subextract.watch.settings import Watching


class Setup(NamedTuple):
    """What is set, from all sources; read again at each SIGHUP."""

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
        options = self.folders.get(job.folder, self.options)
        options = options.model_copy(update={"threads": share(options.threads, settings.jobs)})
        return Order(
            ledger=str(ledger),
            job=job.id,
            token=job.token,
            video=job.video,
            folder=job.folder,
            work=str(spool.folder(ledger)),
            out=self._out(job.folder, folders),
            disk=disk,
            options=options.model_dump(exclude_defaults=True),
            if_soft=settings.if_soft,
            if_pictures=settings.if_pictures,
            memory=settings.memory,
            pause=settings.pause,
            tell=settings.on_done is not None,
        )

    def _out(self, folder: str, folders: Sequence[str]) -> str | None:
        """The folder below which the results go; several watched folders get one each."""
        out = self.settings.out
        return str(out / os.path.basename(folder) if len(folders) > 1 else out) if out else None
