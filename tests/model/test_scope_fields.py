"""Fields of a plan that a scope may ask.

Two units, A (country US, population 10) and B (DE, 20); three accounts:

    account   unit   country   Revenue   Industry   visits
    0         A      none      100       Retail     plan's (12)
    1         B      CH        none      none       4
    2         none   none      7         Banking    plan's
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from territorymap.model.plan import Plan
from territorymap.model.records import Measure, PlanInfo, Segment
from territorymap.model.scope import IsEmpty, OneOf, PlanFields, Range, mask, scope_fields, sentence
from tests.metrics.builders import BUILTIN, NAN, make_accounts, make_units, texts


def _plan() -> Plan:
    units = make_units(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]), population=[10, 20])
    units = replace(units, country=texts(["US", "DE"]), parent_name=texts(["West", "East"]))
    constants = np.full((5, 3), NAN)
    constants[0, 1] = 4
    accounts = make_accounts([0, 1, -1], constants=constants, revenue=[100, NAN, 7])
    accounts = replace(accounts, country=texts(["", "CH", ""]), segments={"industry": texts(["Retail", "", "Banking"])})
    own = [
        Measure(4, "m-rev", "Revenue", "account", "revenue"),
        Measure(5, "m-pop", "Population", "unit", "population"),
    ]
    segments = [Segment(1, "s-ind", "Industry", "industry")]
    none = np.full(2, -1, dtype=np.int32)
    return Plan(
        PlanInfo("p", "Plan"), units, accounts, [], [], [*BUILTIN, *own], segments, none, np.full(3, -1, np.int32)
    )


def test_each_listed_field_gives_a_value_for_each_account() -> None:
    plan = _plan()
    fields = scope_fields(plan)
    assert [f.label for f in fields][:3] == ["Industry", "Revenue", "Population"]
    assert not [f for f in fields if f.label in ("accounts", "units", "workload_h")]
    for field in fields:
        values = PlanFields(plan).values(field.key)
        assert values is not None
        assert len(values) == 3
        assert {"O": "text", "f": "number", "b": "mark"}[values.dtype.kind] == field.kind


def test_values_are_the_accounts_own_and_those_of_their_unit() -> None:
    plan = _plan()
    values = PlanFields(plan)

    def listed(key: str) -> list[object]:
        found = values.values(key)
        assert found is not None
        return found.tolist()

    assert listed("country") == ["US", "CH", ""]
    assert listed("parent") == ["West", "East", ""]
    assert listed("visits") == [12, 4, 12]
    assert mask(Range("measure:m-pop", 20), values).tolist() == [False, True, False]
    assert mask(IsEmpty("measure:m-pop"), values).tolist() == [False, False, True]
    assert mask(IsEmpty("measure:m-rev"), values).tolist() == [False, True, False]
    assert mask(OneOf("segment:s-ind", ("retail",)), PlanFields(plan, np.array([2, 0]))).tolist() == [False, True]


def test_a_rule_stands_when_a_field_is_renamed_and_says_so_when_it_is_gone() -> None:
    plan = _plan()
    scope = OneOf("segment:s-ind", ("Retail",))
    plan.segments = [replace(plan.segments[0], name="Branche")]
    assert sentence(scope, scope_fields(plan)) == "Accounts where Branche is Retail."
    plan.segments = []
    assert sentence(scope, scope_fields(plan)) == "Accounts where (a field that is gone) is Retail."
    assert not mask(scope, PlanFields(plan)).any()
    assert PlanFields(plan).values("measure:m1") is None  # builtin


def test_a_plan_without_units_or_accounts_has_fields() -> None:
    plan = _plan()
    empty = replace(plan, units=make_units(np.array([], dtype=object)), accounts=make_accounts([]))
    for field in scope_fields(empty):
        if not field.key.startswith(("segment:", "measure:")):
            values = PlanFields(empty).values(field.key)
            assert values is not None
            assert len(values) == 0
