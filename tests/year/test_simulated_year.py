"""A year of simulated clock over ten zones, both anchors, all policies: no occurrence is lost, doubled or moved.

`make test` lives some series of each zone, `make chaos` 10,000, a tenth in each (TODO_YEAR_SERIES says another number).
The one that fails is told by its zone and number, and lived again by them alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import pytest

from tests.year.living import Lived, live
from tests.year.plans import ZONES, plan_of

SERIES_OF_A_ZONE = int(os.environ.get("TODO_YEAR_SERIES", "10000")) // len(ZONES)
AT_ONCE = 250


@pytest.mark.parametrize(("zone", "year"), ZONES)
def test_a_year_of_some_series(zone: str, year: int) -> None:
    assert _lived(zone, year, range(25)).tasks > 25 * 12


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_a_year_of_ten_thousand_series_over_ten_zones() -> None:
    parts = [range(first, min(first + AT_ONCE, SERIES_OF_A_ZONE)) for first in range(0, SERIES_OF_A_ZONE, AT_ONCE)]
    total = Lived()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for zone, year in ZONES:
            for lived in pool.map(partial(_lived, zone, year), parts):
                total.add(lived)
            print(f"{zone}: {total.tasks} tasks up to here, {total.passed_over} dates passed over", flush=True)


def _lived(zone: str, year: int, numbers: Iterable[int]) -> Lived:
    total = Lived()
    for number in numbers:
        plan, chance = plan_of(zone, year, number)
        try:
            total.add(live(plan, chance))
        except Exception as error:
            raise AssertionError(f"series {number} of {zone}, {plan}: {type(error).__name__}: {error}") from error
    return total
