"""A list read again beside the plan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from territorymap.errors import UserError
from territorymap.importers.accounts import AccountImport, build_accounts
from territorymap.importers.columns import ColumnMap
from territorymap.importers.compare import compare_accounts, compare_reps
from territorymap.importers.reps import RepImport
from territorymap.importers.table import read_table
from territorymap.model.accounts import Accounts
from territorymap.model.plan import Plan
from territorymap.model.records import Measure, PlanInfo, Rep, Segment
from territorymap.model.units import Units
from tests.importers.files import write_csv


def strings(*values: str) -> np.ndarray:
    return np.array(values, dtype=object)


def plan_of(keys: list[str], sales: list[float], reps: list[Rep] | None = None) -> Plan:
    n = len(keys)
    nothing = strings()
    none = np.empty(0)
    units = Units(np.empty(0, dtype=np.int64), *[nothing] * 5, none, none, none, np.empty(0, dtype=bool))
    accounts = Accounts(
        account_id=np.arange(1, n + 1),
        key=strings(*keys),
        name=strings(*[f"Name {key}" for key in keys]),
        postal_code=strings(*["02139"] * n),
        city=strings(*["Cambridge"] * n),
        state=strings(*[""] * n),
        country=strings(*["US"] * n),
        lon=np.full(n, np.nan),
        lat=np.full(n, np.nan),
        level=np.full(n, 3, dtype=np.int8),
        unit_ix=np.full(n, -1, dtype=np.int32),
        constants=np.full((5, n), np.nan),
        values={"m_sales": np.array(sales, dtype=float)},
        segments={"s_kind": strings(*["IT"] * n)},
    )
    return Plan(
        info=PlanInfo("u", "t"),
        units=units,
        accounts=accounts,
        territories=[],
        reps=reps or [],
        measures=[Measure(4, "m", "Sales", "account", "m_sales")],
        segments=[Segment(1, "s", "Kind", "s_kind")],
        unit_territory=np.empty(0, dtype=np.int32),
        account_override=np.full(n, -1, dtype=np.int32),
    )


def read(path: Path, rows: list[list[object]], fields: dict[str, str], measures: tuple[str, ...] = ()) -> AccountImport:
    table = read_table(write_csv(path / "t.csv", rows))
    return build_accounts(table, ColumnMap("accounts", fields, measures))


def test_added_changed_missing_and_unchanged_are_told_apart(tmp_path: Path) -> None:
    plan = plan_of(["A", "B", "C"], [1.0, 2.0, np.nan])
    rows: list[list[object]] = [["Key", "Name", "SALES"], ["A", "Name A", 1], ["B", "New name", 5], ["D", "Name D", 7]]
    preview = compare_accounts(plan, read(tmp_path, rows, {"account_key": "Key", "account_name": "Name"}, ("SALES",)))
    assert preview.added.tolist() == [2]
    assert preview.changed.tolist() == [1]
    assert preview.changed_in_plan.tolist() == [1]
    assert preview.changed_fields == [("account_name", "SALES")]
    assert preview.unchanged.tolist() == [0]
    assert preview.missing.tolist() == [2]
    assert preview.field_counts == {"account_name": 1, "SALES": 1}


def test_columns_that_the_file_lacks_are_not_compared(tmp_path: Path) -> None:
    plan = plan_of(["A", "B"], [1.0, 2.0])
    preview = compare_accounts(plan, read(tmp_path, [["Key", "x"], ["A", ""], ["B", ""]], {"account_key": "Key"}))
    assert preview.unchanged.tolist() == [0, 1]
    assert preview.changed_fields == []


def test_a_blank_number_equals_a_blank_and_differs_from_a_number(tmp_path: Path) -> None:
    plan = plan_of(["A", "B"], [np.nan, 2.0])
    imported = read(tmp_path, [["Key", "Sales"], ["A", ""], ["B", ""]], {"account_key": "Key"}, ("Sales",))
    preview = compare_accounts(plan, imported)
    assert preview.unchanged.tolist() == [0]
    assert preview.changed_fields == [("Sales",)]


def test_a_new_measure_changes_the_accounts_that_have_a_number(tmp_path: Path) -> None:
    plan = plan_of(["A", "B"], [1.0, 2.0])
    imported = read(tmp_path, [["Key", "Beds"], ["A", "3"], ["B", ""]], {"account_key": "Key"}, ("Beds",))
    assert compare_accounts(plan, imported).changed_fields == [("Beds",)]


def test_a_key_that_the_plan_has_twice_means_the_first_and_is_noted(tmp_path: Path) -> None:
    plan = plan_of(["A", "A"], [1.0, 2.0])
    imported = read(tmp_path, [["Key", "Sales"], ["A", "9"]], {"account_key": "Key"}, ("Sales",))
    preview = compare_accounts(plan, imported)
    assert preview.changed_in_plan.tolist() == [0]
    assert preview.missing.tolist() == [1]
    assert len(preview.notes) == 1


def test_accounts_can_be_recognised_by_name_and_not_without_a_key(tmp_path: Path) -> None:
    plan = plan_of(["A", "B"], [1.0, 2.0])
    imported = read(tmp_path, [["Name", "Sales"], ["Name B", "2"]], {"account_name": "Name"}, ("Sales",))
    assert compare_accounts(plan, imported, "account_name").unchanged.tolist() == [0]
    with pytest.raises(UserError, match="No row of the file has a key"):
        compare_accounts(plan, imported)
    with pytest.raises(UserError, match="cannot be compared by city"):
        compare_accounts(plan, imported, "city")


def test_reps_are_recognised_by_name() -> None:
    plan = plan_of([], [], [Rep(1, "r1", "Anna", capacity_h=1600.0), Rep(2, "r2", "Bert"), Rep(3, "r3", "Cleo")])
    records: list[dict[str, object]] = [
        {"rep_name": "ANNA", "capacity_h": 1700.0},
        {"rep_name": "Bert", "capacity_h": None},
        {"rep_name": "Dora", "capacity_h": 1.0},
    ]
    imported = RepImport(records, np.array([2, 3, 4]), frozenset({"rep_name", "capacity_h"}))  # type: ignore[arg-type]
    preview = compare_reps(plan, imported)
    assert (preview.added.tolist(), preview.changed.tolist(), preview.unchanged.tolist()) == ([2], [0], [1])
    assert preview.changed_fields == [("capacity_h",)]
    assert preview.missing.tolist() == [2]
