"""What the map can be coloured by: owners, index, measures, and the list of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territorymap.mapview.shading.figure import figure_shades
from territorymap.mapview.shading.index import index_limits
from territorymap.mapview.shading.registry import Case, Classing, Shades, families, find_choice
from territorymap.metrics.targets import outside_tolerance
from territorymap.model.records import Measure, Region, Rep
from territorymap.model.territory_figure import NUMBER, FigureSpec, TerritoryFigure
from tests.geo.coverages import drawn
from tests.metrics.builders import NAN, Workshop, make_accounts, make_plan, row_of_four

REVENUE = Measure(4, "m4", "Revenue", "account", "revenue")
PEOPLE = Measure(5, "m5", "People", "unit", "people")
CLASSING = Classing()


def case_of(shop: Workshop) -> Case:
    return Case(shop.plan, shop.totals, {m.name: m.name for m in shop.plan.measures})


def shades(case: Case, key: str, classing: Classing = CLASSING) -> Shades:
    found = find_choice(case, key)
    assert found is not None, key
    return found[0].shade(case, key, classing)


def keys(case: Case) -> list[str]:
    return [choice.key for family in families().values() for choice in family.choices(case)]


def test_a_bare_plan_offers_no_dead_entry() -> None:
    """No reps, no regions, no accounts: by territory, and the index of what is shown."""
    case = case_of(row_of_four())
    assert keys(case) == ["territory", "index:m1", "index:m2", "index:m3"]


def test_reps_regions_and_measures_are_offered_once_there_are_some() -> None:
    accounts = make_accounts([0, 1], revenue=[5.0, 6.0])
    shop = row_of_four(
        accounts, measures=[REVENUE, PEOPLE], unit_values={"people": [1, 2, 3, 4]}, reps=[Rep(1, "r", "Ann")]
    )
    assert "region" not in keys(case_of(shop))
    shop.plan.regions = [Region(7, "g", "North")]
    shop.plan.territories[0] = replace(shop.plan.territories[0], region_id=7)
    assert keys(case_of(shop)) == [
        "territory", "rep", "region", "index:m1", "index:m2", "index:m3", "index:m4", "index:m5",
        "measure:m1", "measure:m3", "measure:m4", "measure:m5",
    ]  # fmt: skip
    assert find_choice(case_of(shop), "measure:gone") is None


def test_a_figure_that_no_territory_has_is_one_group_without_a_figure() -> None:
    """As a role metric is that stands in the table for another alignment only."""
    spec = FigureSpec("calls", "Calls", "Calls", "", NUMBER, "Role metrics")
    found = figure_shades(TerritoryFigure(spec, np.full(3, NAN)))
    assert [(group.label, group.n) for group in found.groups] == [("No figure", 3)]
    assert np.asarray(found.of).tolist() == [0, 0, 0]


def test_territories_of_one_rep_look_alike_and_neighbours_do_not() -> None:
    """A B C D: Ann has A and C, Bob B, D is vacant; all territories have the same colour of their own."""
    geometry = drawn("A B C D")
    reps = [Rep(1, "r1", "Bob"), Rep(2, "r2", "Ann"), Rep(3, "r3", "Idle")]
    shop = Workshop(make_plan(geometry, [0, 1, 2, 3], 4, reps=reps, rep_ids=[2, 1, 2, None]), geometry)
    found = shades(case_of(shop), "rep")
    assert found.of is not None
    assert found.of.tolist() == [0, 1, 0, 2]
    assert [(g.label, g.n, g.kind) for g in found.groups] == [
        ("Ann", 2, "class"), ("Bob", 1, "class"), ("Vacant", 1, "none"),
    ]  # fmt: skip
    assert found.groups[0].light == "#336699"  # the colour of Ann's first territory: the familiar one
    assert len({g.light for g in found.groups}) == 3


@pytest.mark.parametrize("tolerance", [0.0, 0.02, 0.05, 0.10, 0.25, 0.6])
def test_the_neutral_class_of_the_index_is_the_tolerance_and_nothing_else(tolerance: float) -> None:
    case = case_of(row_of_four())
    case.plan.measures[1] = replace(case.plan.measures[1], tolerance=tolerance)
    found = shades(case, "index:m2")
    edge = 1 + tolerance * np.array([-1, 1])
    for index in [*np.linspace(0, 3, 301), *edge, *(edge + 1e-7), *(edge - 1e-7)]:
        group = sum(index >= limit for limit in found.below) + sum(index > limit for limit in found.above)
        is_neutral = group == len(found.below)
        assert is_neutral == (outside_tolerance(np.array([[index]]), np.array([tolerance]))[0] == 0), index
    assert len(found.groups) == len(found.below) + len(found.above) + 2
    assert found.row == 1


def test_the_limits_of_the_index_at_the_usual_tolerance() -> None:
    assert index_limits(0.05) == ([0.8, 0.9, 0.95], [1.05, 1.1, 1.2])
    assert index_limits(0.0) == ([0.85, 0.95, 1.0], [1.0, 1.05, 1.15])
    assert index_limits(0.4) == ([0.2, 0.6], [1.4, 1.8, 2.6])  # an index is never below 0


def test_what_a_unit_has_is_summed_over_the_accounts_that_lie_in_it() -> None:
    """A: 5 + 7, the second given to T2 by name; B: nothing told; C: no account; D: 0 and -0.

    Two classes are wanted at least: 12 alone is one.
    """
    accounts = make_accounts([0, 0, 1, 3, 3], revenue=[5.0, 7.0, NAN, 0.0, -0.0])
    shop = row_of_four(accounts, measures=[REVENUE])
    shop.override([1], 1)
    found = shades(case_of(shop), "measure:m4")
    assert found.of is not None
    assert found.of.tolist() == [0, 2, 1, 1]
    assert [(g.label, g.n, g.kind) for g in found.groups] == [
        ("12", 1, "class"), ("Zero", 2, "zero"), ("No value", 1, "none"),
    ]  # fmt: skip


def test_measures_of_units_are_classed_and_counted() -> None:
    shop = row_of_four(measures=[PEOPLE], unit_values={"people": [100.0, 250.0, 900.0, NAN]})
    found = shades(case_of(shop), "measure:m5", Classing("quantiles", 3))
    assert found.of is not None
    assert found.of.tolist() == [0, 1, 2, 3]
    assert [(g.label, g.n) for g in found.groups] == [
        ("up to 200", 1),
        ("200 to 500", 1),
        ("above 500", 1),
        ("No value", 1),
    ]


def test_numbers_can_be_divided_by_the_area_of_the_unit() -> None:
    """Squares of one degree: 12,300 km² at the equator."""
    shop = row_of_four(measures=[PEOPLE], unit_values={"people": [123_000.0, 0.0, 246_000.0, NAN]})
    found = shades(case_of(shop), "measure:m5", Classing("quantiles", 3, per_km2=True))
    assert found.of is not None
    assert found.of.tolist() == [0, 2, 1, 3]
    assert "quare kilometre" in found.note


def test_accounts_and_workload_of_a_unit_know_nothing_of_who_has_it() -> None:
    accounts = make_accounts([0, 0, 1])
    shop = row_of_four(accounts)
    before = shades(case_of(shop), "measure:m3").of
    shop.assign([0, 1], -1)
    after = shades(case_of(shop), "measure:m3").of
    assert before is not None
    assert after is not None
    assert before.tolist() == after.tolist()
    assert shades(case_of(shop), "measure:m1").groups[0].n == 1


@pytest.mark.parametrize(
    ("method", "n_classes", "per_km2", "expected"),
    [
        ("", "", "", Classing()),
        ("natural_breaks", "7", "1", Classing("natural_breaks", 7, True)),
        ("magic", "99", "x", Classing("quantiles", 9)),
        ("quantiles", "-1", "", Classing()),
        ("quantiles", "1", "", Classing("quantiles", 3)),
    ],
)
def test_what_was_kept_is_read_or_forgotten(method: str, n_classes: str, per_km2: str, expected: Classing) -> None:
    assert Classing.read(method, n_classes, per_km2) == expected


def test_the_message_is_plain_json() -> None:
    found = find_choice(case_of(row_of_four()), "index:m1")
    assert found is not None
    family, choice = found
    message = family.shade(case_of(row_of_four()), choice.key, CLASSING).message(choice)
    assert message["kind"] == "shading"
    assert message["form"] == "index"
    assert all(type(x) is float for x in [*message["below"], *message["above"]])
