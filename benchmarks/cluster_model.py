"""What a library of 100,000 hours costs on 1 to 1,000 machines, and which stage limits: a simulation without Ray.

    python -m benchmarks.cluster_model [--hours 100000] [--network 10] [--lost 1] [--seed 1]

Machines have cores for scans, a network of their own, and share that of the store; readers have a GPU each. Videos go
to whichever machine has cores left. The times of the stages are those of docs/cluster.md, per hour of video, measured
on this project's machines; how they grow with the length of a video, and that machines are alike, is assumed. A machine
that is lost (a share of all of them in an hour) comes back after some minutes, and what it worked on begins anew.
"""

from __future__ import annotations

import argparse
import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

SIZES = (1, 10, 100, 1000)  # machines
BACK = 300.0  # s until another machine is there for one that was lost


@dataclass(frozen=True)
class Costs:
    """What an hour of video costs: ``scan`` and ``write`` in core seconds, ``read`` in GPU seconds, ``size`` in GB."""

    scan: float = 612.0
    read: float = 30.6
    write: float = 2.0
    size: float = 1.5


@dataclass(frozen=True)
class Site:
    """Some machines: ``cores`` of each, those of one video, ``network`` of one machine and ``store`` of all (GB/s),
    ``readers`` with a GPU (0: the scan's cores read), ``lost`` the share of machines that is lost in an hour."""

    machines: int
    cores: int = 16
    per_video: int = 2
    network: float = 1.25
    store: float = 10.0
    readers: int = 0
    lost: float = 0.01


@dataclass(frozen=True)
class Outcome:
    """How long it takes (h), the core hours that were paid and those that losses cost, and how busy each stage was."""

    hours: float
    core_hours: float
    wasted: float
    busy: dict[str, float]

    @property
    def limit(self) -> str:
        """The stage that was busiest: more of it would make it faster."""
        return max(self.busy, key=lambda stage: self.busy[stage])


def simulated(site: Site, costs: Costs, library: float, seed: int, length: float = 1.0) -> Outcome:
    """The run of a library of so many hours, in videos of ``length`` hours.

    Events are the ends of scans. A scan takes as long as its cores or its part of the network need, whichever is more;
    its losses are drawn once: a machine that is lost during a scan costs the part that was done, and BACK.
    """
    draw = random.Random(seed)
    videos = max(1, round(library / length))
    slots = site.machines * (site.cores // site.per_video)
    by_cores = costs.scan * length / site.per_video
    by_network = costs.size * length / min(site.network * site.machines / slots, site.store / slots)
    one = max(by_cores, by_network)
    free = [0.0] * min(slots, videos)
    reader = [0.0] * site.readers
    end = wasted = 0.0
    for _ in range(videos):
        begin = heapq.heappop(free)
        done = begin + one
        for part in _losses(draw, one, site.lost):
            wasted += part * site.per_video
            done += part + BACK
        heapq.heappush(free, done)
        if reader:
            done = max(done, heapq.heappop(reader)) + costs.read * length
            heapq.heappush(reader, done)
        end = max(end, done + costs.write * length)
    total = costs.size * length * videos
    busy = {
        "cores": videos * by_cores / (slots * end),
        "network of the machines": total / (site.network * site.machines * end),
        "network of the store": total / (site.store * end),
        "readers": videos * costs.read * length / (site.readers * end) if reader else 0.0,
    }
    return Outcome(end / 3600, site.machines * site.cores * end / 3600, wasted / 3600, busy)


def _losses(draw: random.Random, seconds: float, lost: float) -> Iterator[float]:
    """The parts (s) of a scan that were done when its machine was lost, until one of it is whole."""
    while lost and (at := draw.expovariate(lost / 3600)) < seconds:
        yield at


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=100_000)
    parser.add_argument("--network", type=float, default=10.0, help="Gbit/s of each machine")
    parser.add_argument("--store", type=float, default=80.0, help="Gbit/s of the store to all machines together")
    parser.add_argument("--lost", type=float, default=1.0, help="percent of the machines that are lost in an hour")
    parser.add_argument("--readers", type=int, default=0, help="GPUs that read; 0: the cores of the scan")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    site = Site(1, network=given.network / 8, store=given.store / 8, readers=given.readers, lost=given.lost / 100)
    print("| machines | hours | core hours | lost core hours | limit | busy |")
    print("| ---: | ---: | ---: | ---: | :--- | ---: |")
    for machines in SIZES:
        found = simulated(replace(site, machines=machines), Costs(), given.hours, given.seed)
        told = f"{found.hours:,.1f} | {found.core_hours:,.0f} | {found.wasted:,.1f}"
        print(f"| {machines:,} | {told} | {found.limit} | {found.busy[found.limit]:.0%} |")


if __name__ == "__main__":
    main()
