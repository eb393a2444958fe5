"""Colour by market priority: each unit has the class of its market, and nothing is offered that says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from territorymap.mapview.shading.registry import Case, Classing, find_choice
from territorymap.metrics.capacity.assumed import Criterion, Market
from territorymap.model.coverage import Assumption
from tests.geo.coverages import drawn
from tests.metrics.builders import Workshop
from tests.metrics.capacity.test_sized import plan_of_five


def case_of(content: str | None) -> Case:
    """
    A B C D    states North = A, B and South = C, D; sales 80 10 6 4
    """
    plan = plan_of_five()
    records = {} if content is None else {1: Assumption(1, "u", "market", content)}

    def register(kind: type) -> Mapping[int, Any]:
        return records if kind is Assumption else {}

    shop = Workshop(plan, drawn("A B C D"))
    return Case(plan, shop.totals, {m.name: m.name for m in plan.measures}, register=register)


def test_units_of_a_state_look_alike_and_the_better_state_is_darker() -> None:
    market = Market("states", (Criterion("Sales", "sum", "m-sales"),))
    case = case_of(market.to_json())
    found = find_choice(case, "market")
    assert found is not None
    shades = found[0].shade(case, "market", Classing(n_classes=3))
    assert shades.of is not None
    assert shades.of.tolist() == [1, 1, 0, 0]
    assert [(g.n, g.kind) for g in shades.groups] == [(2, "class"), (2, "class"), (None, "none")]
    assert "Sales" in shades.note
    assert shades.message(found[1])["form"] == "unit"


def test_a_market_without_a_score_has_a_look_of_its_own() -> None:
    case = case_of(Market("units", (Criterion("Gone", "sum", "gone"),)).to_json())
    found = find_choice(case, "market")
    assert found is not None
    shades = found[0].shade(case, "market", Classing())
    assert shades.of is not None
    assert shades.of.tolist() == [0, 0, 0, 0]
    assert [g.kind for g in shades.groups] == ["none"]


def test_it_is_offered_where_criteria_are_told_or_can_be_guessed() -> None:
    assert find_choice(case_of(None), "market") is not None
    assert find_choice(case_of("{"), "market") is None
    case = case_of(None)
    case.plan.measures = case.plan.measures[:3]
    assert find_choice(case, "market") is None
    assert find_choice(Case(case.plan, case.totals, case.labels), "market") is None
