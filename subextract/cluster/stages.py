"""Which stages a library goes through on Ray Data: the only place that knows Ray.

One row is one video from the first stage to the last, and each row is a block of its own, so that no video waits for
another. No stage shuffles. Tasks and actors of machines that are lost are done again by Ray.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from subextract.cluster import node
from subextract.cluster.messages import Order, Video
from subextract.cluster.reading import Together
from subextract.cluster.settings import Clustering
from subextract.distribution import installing
from subextract.errors import EngineError, UsageError

log = logging.getLogger(__name__)


@contextmanager
def connected(settings: Clustering) -> Iterator[None]:
    """Ray, of this machine alone or of the cluster at the address; what was started here ends with this."""
    ray = _ray()
    of_others = bool(settings.address)
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # what its core warns of is for who works on Ray
    memory = settings.object_store << 20 if settings.object_store and not of_others else None
    try:
        ray.init(
            address=settings.address,
            include_dashboard=None if of_others else False,
            object_store_memory=memory,
            logging_level=logging.ERROR,
            log_to_driver=False,
        )
    except (ConnectionError, ValueError, RuntimeError, TimeoutError) as exc:
        where = settings.address or "this machine"
        raise EngineError(f"Ray cannot be used at {where} ({' '.join(str(exc).split())}); start it there.") from exc
    try:
        yield
    finally:
        ray.shutdown()


def done(videos: Sequence[Video], order: Order, settings: Clustering) -> Iterator[dict[str, Any]]:
    """Do all videos, and yield the row of each as soon as it is written."""
    from ray import data

    _quiet(data)
    rows = data.from_items([node.first_row(video) for video in videos], override_num_blocks=len(videos))
    cores = settings.cpus_per_video
    if not order.split:
        found = rows.map(partial(node.read, order=order), num_cpus=cores)
    else:
        found = rows.map(partial(node.scan, order=order), num_cpus=cores).map_batches(
            _Reader,
            fn_constructor_kwargs={"order": order},
            batch_size=settings.together,
            batch_format="pyarrow",
            compute=data.ActorPoolStrategy(min_size=1, max_size=settings.readers),
            # None of the cores: scans take them all, and with as many as a scan it would be put into its process.
            num_cpus=0,
            num_gpus=settings.gpus_per_reader or None,
        )
        found = found.map(partial(node.finish, order=order), num_cpus=1)
    yield from found.iter_rows()


class _Reader:
    """An actor with the model."""

    def __init__(self, order: Order) -> None:
        self._together = Together(order)

    def __call__(self, batch: Any) -> Any:
        import pyarrow

        return pyarrow.Table.from_pylist(self._together.rows(batch.to_pylist()))


def cores_there() -> int:
    """How many cores the machines of the cluster have together."""
    return int(_ray().cluster_resources().get("CPU", 0))


def check(order: Order, settings: Clustering) -> None:
    """UsageError where this machine alone could never begin; Ray would wait, as for machines that are still to come."""
    if settings.address:
        return
    there = _ray().cluster_resources()
    if settings.cpus_per_video > there.get("CPU", 0):
        raise UsageError(
            f"--cpus-per-video: this machine has {there.get('CPU', 0):.0f} cores and {settings.cpus_per_video} are "
            "asked for; ask for fewer."
        )
    if order.split and settings.gpus_per_reader > there.get("GPU", 0):
        raise UsageError("--gpus-per-reader: this machine has too few GPUs; 0 reads on the CPU, or asks a server.")


def _ray() -> Any:
    try:
        import ray
    except ImportError as exc:
        raise EngineError(f"The cluster needs Ray Data: {installing('cluster')}.") from exc
    return ray


def _quiet(data: Any) -> None:
    """The driver tells how far it is by itself."""
    context = data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
