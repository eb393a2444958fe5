"""Sizing and ranking of a small plan by hand, and what the plan file may hold instead of assumptions."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.errors import UserError
from territorymap.metrics.capacity.assumed import (
    AccountClass,
    ChannelRule,
    Criterion,
    Market,
    Sizing,
    TimeBudget,
    rates_json,
    read_market,
    read_rates,
    read_sizing,
)
from territorymap.metrics.capacity.funnel import Rates
from territorymap.metrics.capacity.groups import rule_sentence
from territorymap.metrics.capacity.ranked import place_values, places_of, rank_markets, territories_as_places
from territorymap.metrics.capacity.sized import size_plan
from territorymap.metrics.capacity.usual import guess_measure, usual_market, usual_sizing
from territorymap.model.records import Measure, Rep, Segment
from territorymap.model.scope import All, OneOf, Range
from tests.geo.coverages import drawn
from tests.metrics.builders import make_accounts, make_plan, texts

SALES = Measure(4, "m-sales", "Sales", "account", "sales", sort_order=4)
POTENTIAL = Measure(5, "m-pot", "Potential", "account", "pot", sort_order=5)
RIVALS = Measure(6, "m-riv", "Competitors", "unit", "riv", sort_order=6)
CLASSES = (
    AccountClass("A", 24, 60, 24, 20),
    AccountClass("B", 12, 45, 12, 15),
    AccountClass("C", 4, 30, 6, 10),
)
SIZING = Sizing(
    "abc", "m-sales", classes=CLASSES, rules=(ChannelRule("size", "class", "inside", values=("C",)),),
    potential_key="m-pot", win_share=0.1, field_sales=50, inside_sales=25, turnover=0.1, revenue_key="m-sales",
    max_part_share=1.0,
)  # fmt: skip
RATES = Rates(0.10, 0.30, 0.25, 0.25, 1.0, 4.0, 2.0, 10.0, 90.0)


def plan_of_five():
    """
    A B C D    a degree each at the equator; two accounts in A, one in B, C and D; T1 = A, B, T2 = C, D

    sales 50 30 10 6 4: classes A A B B C; potential 100 200 300 400 500; industry steel steel food food (none)
    """
    accounts = make_accounts([0, 0, 1, 2, 3], sales=[50, 30, 10, 6, 4], pot=[100, 200, 300, 400, 500])
    accounts.segments["industry"] = texts(["steel", "Steel ", "food", "food", ""])
    plan = make_plan(
        drawn("A B C D"), [0, 0, 1, 1], 2, accounts, measures=[SALES, POTENTIAL, RIVALS],
        unit_values={"riv": [1, 2, 3, 5]}, reps=[Rep(1, "r", "Ann", lon=0.5, lat=0.5)],
    )  # fmt: skip
    plan.segments.append(Segment(1, "s-ind", "Industry", "industry"))
    plan.units.parent_code = texts(["N", "N", "S", "S"])
    plan.units.parent_name = texts(["North", "North", "South", "South"])
    return plan


def test_three_methods_by_hand():
    """
    Field: 2 x 24 x 60 min + 2 x 12 x 45 min = 48 h + 18 h = 66 h, over 880 h 0.075; inside: 6 x 10 min over 1,144 h.
    Potential: (100 + 200 + 300 + 400) x 10 % / 50 x 1.1 = 2.2 field; 500 x 10 % / 25 x 1.1 = 2.2 inside.
    Funnel: revenue 96, target 96 x 1.1 = 105.6, less 86.4 that comes again: 19.2 = 1.92 deals = 256 activities of
    0.485 h = 124.16 h, over 880 h 0.14109.
    """
    sized = size_plan(plan_of_five(), SIZING, lambda role: RATES)
    by_workload, by_potential, by_funnel = sized.methods
    assert sized.grouped.class_of.tolist() == [0, 0, 1, 1, 2]
    assert by_workload.field.basis == pytest.approx(66)
    assert by_workload.field.staff.fte == pytest.approx(0.075)
    assert (by_workload.field.staff.full_time, by_workload.field.staff.part_time) == (0, 1)
    assert by_workload.inside.basis == pytest.approx(1)
    assert by_potential.field.staff.fte == pytest.approx(2.2)
    assert (by_potential.field.staff.full_time, by_potential.field.staff.part_time) == (2, 1)
    assert by_potential.inside.staff.fte == pytest.approx(2.2)
    assert by_funnel.field.basis == pytest.approx(19.2)
    assert by_funnel.field.staff.fte == pytest.approx(0.141090909)
    assert by_potential.heads("field") == 3
    assert [m.obstacle for m in sized.methods] == ["", "", ""]


def test_split_by_reason_and_column():
    plan = plan_of_five()
    rules = (
        ChannelRule("location", "distance", "inside", above_km=200),  # D lies 333 km from the home in A, C 222 km
        ChannelRule("industry", "segment", "field", "s-ind", ("food",)),
        ChannelRule("size", "class", "inside", values=("A",)),
    )
    sized = size_plan(plan, replace(SIZING, rules=rules), lambda role: RATES)
    assert sized.grouped.rule_of.tolist() == [2, 2, 1, 0, 0]
    assert sized.grouped.channel.tolist() == [1, 1, 0, 1, 1]
    sentences = [rule_sentence(plan, rule) for rule in rules] + [rule_sentence(plan, None)]
    assert sentences[1] == "Industry: food is sold face to face."
    assert [line.n_accounts for line in sized.by_rule(sentences)] == [2, 1, 2, 0]
    industry = {line.name: line for line in sized.by_texts(plan.accounts.segments["industry"])}
    assert industry["food"].field_h == pytest.approx(9)  # one class B visited
    assert industry["food"].inside_h == pytest.approx(3)  # one class B called: 12 x 15 min
    total = sum(line.field_h + line.inside_h for line in industry.values())
    assert total == pytest.approx(float(sized.hours.sum()))


def test_a_rule_of_conditions_takes_what_fits_all_of_them():
    """Steel and potential of at least 150: the second account alone."""
    plan = plan_of_five()
    scope = All((OneOf("segment:s-ind", ("STEEL",)), Range("measure:m-pot", low=150)))
    rule = ChannelRule("other", "scope", "inside", scope=scope.to_json())
    sizing = replace(SIZING, rules=(rule,))
    assert read_sizing(sizing.to_json()) == sizing
    sized = size_plan(plan, sizing, lambda role: RATES)
    assert sized.grouped.rule_of.tolist() == [-1, 0, -1, -1, -1]
    assert "Industry is STEEL" in rule_sentence(plan, rule)
    with pytest.raises(UserError):
        read_sizing('{"rules": [{"way": "scope", "scope": "{"}]}')


def test_drives_of_the_plan_instead_of_a_share():
    """
    Way to an account: 60 x 1.3 / 60 x (2 x stem / 4 + hop) min; stem 0 in A (its point is the home); hop = 0.7124 x
    sqrt(area / 2). Time for customers is then 1,760 x 0.7 = 1,232 h.
    """
    plan = plan_of_five()
    sized = size_plan(plan, replace(SIZING, travel="plan"), lambda role: RATES)
    hop = 0.7124 * math.sqrt(plan.units.area_km2[0] / 2)
    assert sized.selling_h[0] == pytest.approx(1232)
    assert sized.hours[0] == pytest.approx(24 * (60 + 1.3 * hop) / 60, rel=1e-4)


def test_what_is_not_there_is_said():
    plan = plan_of_five()
    plan.measures = plan.measures[:3]
    plan.segments = []
    plan.reps = []
    rules = (
        ChannelRule("industry", "segment", "field", "s-ind", ("food",)),
        ChannelRule("location", "distance", "inside"),
    )
    sized = size_plan(plan, replace(SIZING, rules=rules), lambda role: RATES)
    assert len(sized.notes) == 3  # no measure, no column, no home
    assert sized.methods[0].obstacle == ""
    assert "potential" in sized.methods[1].obstacle
    assert sized.methods[1].heads("field") == 0
    assert "revenue" in sized.methods[2].obstacle
    none_left = replace(SIZING, field_time=TimeBudget(44, 40, 0.8, 0.4))
    assert "no hours" in size_plan(plan, none_left, lambda role: RATES).methods[0].obstacle
    empty = make_plan(drawn("A"), [-1], 0)
    assert size_plan(empty, usual_sizing(empty), lambda role: RATES).methods[0].heads("field") == 0


def test_only_accounts_in_scope_count():
    scope = np.array([True, False, False, False, True])
    sized = size_plan(plan_of_five(), SIZING, lambda role: RATES, scope)
    assert sized.methods[0].field.basis == pytest.approx(24)
    assert sized.methods[0].field.n_accounts == 1
    assert [line.n_accounts for line in sized.by_class()] == [1, 0, 1]


def test_markets_ranked_by_hand():
    """
    States: North has sales 90, South 10; rivals 3 and 8. Sales weigh 3, rivals (less is better) 1: North 1, South 0.
    Units by rivals per sale: 1/80, 2/10, 3/6, 5/4.
    """
    plan = plan_of_five()
    sales = Criterion("Sales", "sum", "m-sales", weight=3)
    rivals = Criterion("Rivals", "sum", "m-riv", weight=1, is_less_better=True)
    ranked = rank_markets(plan, Market("states", (sales, rivals)))
    assert ranked.places.names == ["North", "South"]
    assert ranked.value.tolist() == [[90, 10], [3, 8]]
    assert ranked.score.tolist() == [1, 0]
    assert ranked.rank.tolist() == [1, 2]
    units = places_of(plan, "units")
    each = place_values(plan, units, Criterion("x", "ratio", "m-riv", "m-sales"))
    assert each.tolist() == pytest.approx([1 / 80, 0.2, 0.5, 1.25])
    assert place_values(plan, units, Criterion("x", "difference", "m-pot", "m-sales")).tolist() == [220, 290, 394, 496]
    assert place_values(plan, units, Criterion("x", "mean", "m-sales")).tolist() == [40, 10, 6, 4]
    fit = place_values(plan, units, Criterion("x", "share", "s-ind", values=("STEEL",)))
    assert fit.tolist() == [1, 0, 0, 0]
    assert np.isnan(place_values(plan, units, Criterion("x", "sum", "gone"))).all()


def test_territories_are_ranked_by_the_accounts_they_own():
    plan = plan_of_five()
    plan.account_override[0] = 1  # the largest account goes to the second territory
    places = territories_as_places(plan, plan.territory_of_accounts())
    assert place_values(plan, places, Criterion("x", "sum", "m-sales")).tolist() == [40, 60]


@given(st.lists(st.tuples(st.sampled_from("ab "), st.one_of(st.none(), st.integers(-50, 50))), max_size=12))
def test_sums_of_places_agree_with_pandas(rows):
    n = len(rows)
    accounts = make_accounts([i % 4 for i in range(n)], sales=[math.nan if v is None else v for _, v in rows])
    plan = make_plan(drawn("A B C D"), [0, 0, 1, 1], 2, accounts, measures=[SALES])
    found = place_values(plan, places_of(plan, "units"), Criterion("x", "sum", "m-sales"))
    frame = pd.DataFrame({"unit": accounts.unit_ix, "sales": accounts.values["sales"]})
    expected = frame.groupby("unit")["sales"].sum(min_count=1).reindex(range(4))
    has = frame.groupby("unit").size().reindex(range(4), fill_value=0).to_numpy()
    assert np.array_equal(found, np.where(has > 0, expected.to_numpy(dtype=float), 0.0), equal_nan=True)


# -- what the file holds -----------------------------------------------------------------------------------------------


def test_assumptions_survive_the_file():
    assert read_sizing(SIZING.to_json()) == SIZING
    assert read_sizing("") == Sizing()
    market = Market("units", (Criterion("销售", "share", "k", values=("é",), weight=2.5, scale="rank", role="fit"),))
    assert read_market(market.to_json()) == market
    assert read_rates(rates_json(RATES)) == RATES
    assert read_rates("{}") == Rates()


@pytest.mark.parametrize(
    ("read", "text", "named"),
    [
        (read_sizing, "{", "JSON"),
        (read_sizing, "[1]", "sizing"),
        (read_sizing, '{"win_share": 2}', "win_share"),
        (read_sizing, '{"win_share": NaN}', "win_share"),
        (read_sizing, '{"classes": 3}', "classes"),
        (read_sizing, '{"rules": [{"channel": "moon"}]}', "channel"),
        (read_rates, '{"lead_rate": "x"}', "lead_rate"),
        (read_rates, '{"lead_rate": true}', "lead_rate"),
        (read_market, '{"criteria": [{"weight": -1}]}', "weight"),
        (read_market, '{"criteria": [{"values": [1]}]}', "values"),
        (read_market, "[" * 100_000, "JSON"),
    ],
)
def test_what_cannot_be_read_is_named(read, text, named):
    with pytest.raises(UserError) as caught:
        read(text)
    assert named in caught.value.message + caught.value.hint


KEYS = st.sampled_from(["classes", "rules", "limits", "win_share", "field_time", "class_way", "target"])
LEAVES = st.none() | st.booleans() | st.floats() | st.text(max_size=3)
ANY_JSON = st.recursive(LEAVES, lambda x: st.lists(x, max_size=3) | st.dictionaries(KEYS, x, max_size=4), max_leaves=6)


@given(ANY_JSON)
def test_any_json_is_read_or_refused(value):
    try:
        found = read_sizing(json.dumps(value))
    except UserError:
        return
    assert read_sizing(found.to_json()) == found


def test_guesses_go_by_words_not_by_parts_of_words():
    profit = Measure(7, "p", "Profit", "account", "p")
    assert guess_measure([profit, SALES], "fit") is None
    assert guess_measure([profit, SALES], "revenue") is SALES
    assert guess_measure([Measure(8, "c", "市场潜力", "unit", "c")], "potential") is not None
    plan = plan_of_five()
    market = usual_market(plan)
    assert [c.role for c in market.criteria] == ["potential", "revenue", "competition"]
    assert market.criteria[2].is_less_better
    assert usual_sizing(plan).potential_key == "m-pot"
    assert usual_sizing(plan).field_sales == 100  # one rep sells 100
    assert usual_sizing(plan).win_share == 0.073  # 100 of 1,500 are sold now, and a tenth more: 7.33 %
