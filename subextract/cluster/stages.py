"""Which stages a library goes through on Ray Data: the only place that knows Ray.

One row is one video from the first stage to the last, and each row is a block of its own, so that no video waits for
another. No stage shuffles. Tasks and actors of machines that are lost are done again by Ray.
"""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable, Iterator, Sequence
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

CONNECTING = 10.0  # s; a machine in the same network answers within one


@contextmanager
def connected(settings: Clustering) -> Iterator[None]:
    """Join the cluster at the address, or start Ray on this machine alone, which ends with this. EngineError."""
    ray = _ray()
    of_others = bool(settings.address)
    _check_address(settings.address or "")
    memory = settings.object_store << 20 if settings.object_store and not of_others else None
    try:
        ray.init(
            address=settings.address or "local",  # by itself it would join whatever cluster was started here last
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


def _check_address(address: str) -> None:
    """EngineError where nobody answers at ``[ray://]HOST:PORT``; Ray itself would try for many minutes."""
    found = re.fullmatch(r"(?:ray://)?(?P<host>[^/]+):(?P<port>\d{1,5})/?", address)
    if not found:
        return
    try:
        socket.create_connection((found["host"].strip("[]"), int(found["port"])), CONNECTING).close()
    except (OSError, OverflowError) as exc:
        raise EngineError(f"Nobody answers at --address {address} ({exc}); start Ray there: ray start --head.") from exc


def done(videos: Sequence[Video], order: Order, settings: Clustering) -> Iterator[node.Row]:
    """Do all videos, and yield the row of each (``node``) as soon as it is written; those that are long come last."""
    long: list[node.Row] = []
    for row in _through(
        [node.first_row(video) for video in videos], node.scan if order.split else node.read, order, settings
    ):
        if row["parts"] and not row["done"]:
            long.append(row)
        else:
            yield row
    if long:
        yield from _in_parts(long, order, settings)


def _in_parts(long: Sequence[node.Row], order: Order, settings: Clustering) -> Iterator[node.Row]:
    """Scan the parts of all long videos, and then join those of each."""
    failed: set[str] = set()
    parts = [{**row, "part": number} for row in long for number in range(row["parts"])]
    for row in _mapped(parts, partial(node.scan_part, order=order), settings).iter_rows():
        if row["code"] and row["id"] not in failed:
            failed.add(row["id"])
            yield row
    whole = [row for row in long if row["id"] not in failed]
    yield from _through(whole, node.join, order, settings) if whole else ()


def _through(
    rows: Sequence[node.Row], first: Callable[..., node.Row], order: Order, settings: Clustering
) -> Iterator[node.Row]:
    """The rows after their first stage, and where a model reads after the two that follow."""
    found = _mapped(rows, partial(first, order=order), settings)
    if order.split:
        from ray import data

        found = found.map_batches(
            _Reader,
            fn_constructor_kwargs={"order": order},
            batch_size=settings.together,
            batch_format="pyarrow",
            compute=data.ActorPoolStrategy(min_size=1, max_size=settings.readers),
            # None of the cores: scans take them all, and with as many as a scan it would be put into its process.
            num_cpus=0,
            num_gpus=settings.gpus_per_reader or None,
        ).map(partial(node.finish, order=order), num_cpus=1)
    yield from found.iter_rows()


def _mapped(rows: Sequence[node.Row], stage: Callable[[node.Row], node.Row], settings: Clustering) -> Any:
    """Rows that go through a stage on the cores, each a block of its own."""
    from ray import data

    _quiet(data)
    return data.from_items(list(rows), override_num_blocks=len(rows)).map(stage, num_cpus=settings.cpus_per_video)


class _Reader:
    """An actor with the model."""

    def __init__(self, order: Order) -> None:
        self._together = Together(order)

    def __call__(self, batch: Any) -> Any:
        import pyarrow

        return pyarrow.Table.from_pylist(self._together.rows(batch.to_pylist()))


def cores_there() -> int:
    """The number of cores that the machines of the cluster have together."""
    return int(_ray().cluster_resources().get("CPU", 0))


def check(order: Order, settings: Clustering) -> None:
    """UsageError where this machine alone could never begin: Ray would wait, as for machines that are still to come."""
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
