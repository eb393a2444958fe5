"""What territories of a region make together, nested regions included."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from territorymap.metrics.balance import compute_balance
from territorymap.metrics.regions import lines_of, region_balance, region_lines, regions_json, sums, together
from territorymap.model.records import Region, Rep
from tests.metrics.builders import Workshop, make_plan, make_territory
from tests.support.grid import grid_layer

NAN = float("nan")
EAST, COAST, WEST, EMPTY = (
    Region(1, "e", "East", None, "Dana"),
    Region(2, "c", "Coast", 1, "Lee"),
    Region(3, "w", "West", None),
    Region(4, "x", "Empty", 3),
)


def test_regions_hold_what_is_within_them() -> None:
    """As in the docstring of sums: East has 0 and, in Coast, 1; territory 2 is in no region."""
    places = [1, 2, None]
    territories = [replace(make_territory(i + 1), region_id=place) for i, place in enumerate(places)]
    lines = lines_of([WEST, COAST, EAST, EMPTY], territories)
    assert [(line.name, line.manager, line.depth, line.territory_ix) for line in lines] == [
        ("East", "Dana", 0, (0, 1)),
        ("Coast", "Lee", 1, (1,)),
        ("", "", 0, (2,)),
    ]
    assert sums(lines, np.array([3, 4, 5])).tolist() == [7, 4, 5]
    assert np.array_equal(sums(lines, np.array([3, NAN, NAN])), [3, NAN, NAN], equal_nan=True)
    assert together(lines, np.array([0.9, 0.8, 0.5]), "mean").tolist() == [0.8500000000000001, 0.8, 0.5]


def test_without_regions_there_is_no_line() -> None:
    assert lines_of([EAST], [make_territory(1)]) == []
    assert lines_of([], []) == []


def test_the_balance_of_regions_by_hand() -> None:
    """A row of six squares, three territories of 1, 2 and 3: East 3 of 6, target 2 each, so 3 / 4 = 0.75."""
    layer = grid_layer(6, 1)
    plan = make_plan(layer.geometry, [0, 1, 1, 2, 2, 2], 3, reps=[Rep(1, "r", "Ann")], rep_ids=[1, 1, None])
    plan.territories[:] = [replace(t, region_id=at) for t, at in zip(plan.territories, [1, 1, 3], strict=True)]
    plan.regions = [EAST, WEST]
    totals = Workshop(plan, layer.geometry).totals
    found = region_balance(plan, totals, compute_balance(plan, totals))
    units = found.measures.index("units")
    assert found.total[units].tolist() == [3, 3]
    assert found.target[units].tolist() == [4, 2]
    assert found.index[units].tolist() == [0.75, 1.5]
    assert found.outside[units].tolist() == [1, 1]
    assert (found.n_reps.tolist(), found.n_vacant.tolist()) == ([1, 0], [0, 1])
    told = regions_json(found)
    assert (told[0]["manager"], told[1]["manager"], told[0]["capacity_h"]) == ("Dana", None, None)


regions = st.lists(st.one_of(st.none(), st.integers(1, 6)), min_size=6, max_size=6)


@given(regions, st.lists(st.one_of(st.none(), st.integers(1, 8)), max_size=10))
def test_each_territory_counts_once_on_the_first_level(parents: list[int | None], places: list[int | None]) -> None:
    """Regions may be in circles, in themselves or in a region that is gone."""
    known = [Region(i + 1, str(i), f"R{i}", parent) for i, parent in enumerate(parents)]
    territories = [replace(make_territory(i + 1), region_id=place) for i, place in enumerate(places)]
    lines = lines_of(known, territories)
    first = sorted(ix for line in lines if line.depth == 0 for ix in line.territory_ix)
    in_some = any(place is not None and place <= 6 for place in places)
    assert first == (list(range(len(places))) if in_some else [])
    named = [line.region_id for line in lines]
    assert len(named) == len(set(named))
    for line in lines:
        own = {ix for ix, place in enumerate(places) if place == line.region_id} if line.region_id else set()
        assert own <= set(line.territory_ix)


def test_a_plan_tells_its_lines() -> None:
    layer = grid_layer(2, 1)
    plan = make_plan(layer.geometry, [0, 0], 1)
    assert region_lines(plan) == []
