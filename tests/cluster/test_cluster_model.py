"""Whether the simulation of a large cluster says what can be reckoned by hand where nothing is left to chance."""

from __future__ import annotations

import pytest

from benchmarks.cluster_model import BACK, Costs, Site, simulated

CALM = Site(machines=1, cores=4, per_video=2, network=100.0, store=100.0, lost=0.0)
COSTS = Costs(scan=600.0, read=30.0, write=0.0, size=1.0)


def test_cores_that_are_never_idle_pay_for_the_scans_alone() -> None:
    found = simulated(CALM, COSTS, 10, seed=1)
    assert (found.hours, found.core_hours) == pytest.approx((5 * 300 / 3600, 10 * 600 / 3600))
    assert found.limit == "cores"


def test_a_thin_network_limits_however_many_cores_there_are() -> None:
    site = Site(machines=10, cores=4, per_video=2, network=100.0, store=0.02, lost=0.0)
    found = simulated(site, COSTS, 100, seed=1)
    assert found.limit == "network of the store"
    assert found.hours == pytest.approx(100 * 1.0 / 0.02 / 3600)


def test_one_reader_limits_many_scans() -> None:
    site = Site(machines=100, cores=4, per_video=2, network=100.0, store=100.0, readers=1, lost=0.0)
    found = simulated(site, COSTS, 1000, seed=1)
    assert found.limit == "readers"
    assert found.hours == pytest.approx((300 + 1000 * 30) / 3600)


def test_lost_machines_cost_time_and_never_a_video() -> None:
    calm = simulated(CALM, COSTS, 200, seed=3)
    lossy = simulated(Site(machines=1, cores=4, per_video=2, network=100.0, store=100.0, lost=0.5), COSTS, 200, seed=3)
    assert lossy.hours > calm.hours + BACK / 3600
    assert lossy.wasted > 0
    assert lossy == simulated(
        Site(machines=1, cores=4, per_video=2, network=100.0, store=100.0, lost=0.5), COSTS, 200, seed=3
    )
