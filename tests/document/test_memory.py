"""What a step of very many rows takes of the memory, by the row: measured, so that a million fit into a laptop."""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from territorymap.document import Document
from territorymap.document.images import LeanRow, dict_of, values_of
from territorymap.document.problems import DamagedPlanError
from territorymap.document.repairing import repair_plan
from territorymap.document.repairing.reading import read_tables
from territorymap.errors import UserError
from tests.document.plans import new_plan, plan_with_content, rows_in

N_ROWS = 12_000


def peak_by_row(work: Callable[[], object]) -> float:
    """Return the bytes that work takes at its highest for each of the rows."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / N_ROWS
    finally:
        tracemalloc.stop()


def insert(document: Document, column: str) -> None:
    row = {"account_name": "Ore and Mill", "city": "Bonn", "lon": 0.5, "lat": 0.5, "location_level": "coordinates"}
    with document.step("Import") as writer:
        writer.insert("account", [{**row, column: 1.0} for _ in range(N_ROWS)])


def test_a_step_that_puts_in_many_rows_holds_each_of_them_once(tmp_path: Path) -> None:
    with new_plan(tmp_path) as document:
        with document.step("Measure") as writer:
            column = writer.add_measure("Revenue", "account").column_name
        assert peak_by_row(lambda: insert(document, column)) < 1_550


@pytest.fixture
def long_step(tmp_path: Path) -> Path:
    """A plan of which the history says that rows came of which the table has none."""
    with new_plan(tmp_path) as document, document.step("Lock") as writer:
        writer.update("unit", {1: {"locked": 1}})
    connection = sqlite3.connect(document.path, isolation_level=None)
    connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO journal_row"
        " (step_id, table_name, row_key, new) SELECT 2, 'unit', 'x', '{\"unit_id\": ' || (i + 100) || '}' FROM n",
        (N_ROWS,),
    )
    connection.close()
    return document.path


def test_a_repair_lets_go_of_what_it_has_taken_further(long_step: Path, tmp_path: Path) -> None:
    reports = []
    assert peak_by_row(lambda: reports.append(repair_plan(long_step, tmp_path / "saved.gpkg"))) < 1_400
    assert reports[0].tables["unit"].n_lost == N_ROWS


def test_rows_that_are_read_for_a_repair_share_names_and_equal_texts(long_step: Path) -> None:
    found = []
    assert peak_by_row(lambda: found.append(read_tables(long_step, lambda _share: None))) < 520
    rows = list(found[0].tables["journal_row"].rows.values())[-2:]
    assert rows[0]["table_name"] is rows[1]["table_name"]


def rows_without_end() -> Iterator[dict[str, object]]:
    yield {"rep_name": "Rhea"}
    raise MemoryError


def test_a_plan_that_the_memory_cannot_take_is_not_called_damaged(tmp_path: Path) -> None:
    with plan_with_content(tmp_path) as document:
        before = rows_in(document)
        with pytest.raises(UserError) as caught, document.step("Import") as writer:
            writer.insert("rep", rows_without_end())
        assert not isinstance(caught.value, DamagedPlanError)
        assert caught.value.message == "plan.gpkg holds more than the memory of this computer can take."
        assert "Every finished step is saved" in caught.value.hint
        assert rows_in(document) == before


def test_a_lean_row_is_the_row_that_a_dict_would_be() -> None:
    plain = {"unit_id": 7, "unit_name": "A", "geom": b"x", "lon": None}
    lean = LeanRow(LeanRow.places(plain, 2), ("told", "before", *plain.values()))
    assert lean == plain
    assert plain == lean
    assert lean != {**plain, "lon": 0.0}
    assert {**lean} == dict_of(lean) == plain
    assert list(values_of(lean)) == list(lean.values()) == list(plain.values())
    assert list(lean) == list(plain)
    assert len(lean) == len(plain)
    assert "geom" in lean
    assert "told" not in lean
    assert lean.get("lon", 1.0) is None
    assert lean.get("told", 1.0) == 1.0
    assert repr(lean) == repr(plain)
    with pytest.raises(KeyError):
        lean["told"]
