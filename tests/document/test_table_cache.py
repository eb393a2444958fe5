"""Tables kept as arrays: the same as the rows in the file in every state, or not used at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from territorymap.document import Document, table_cache
from territorymap.document.loading import load_plan
from territorymap.document.table_cache import TableCache
from territorymap.document.table_columns import BadContentError, TableColumns, read_columns
from territorymap.errors import Cancelled
from territorymap.model.plan import Plan
from territorymap.session.session import Session
from tests.document.plans import new_plan, plan_with_content
from tests.document.test_document import actions, perform


@pytest.fixture(autouse=True)
def keep_small_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_cache, "MIN_ROWS", 0)


def arrays_of(plan: Plan) -> dict[str, Any]:
    """All arrays of units and accounts by name."""
    found: dict[str, Any] = {}
    for table, record in (("unit", plan.units), ("account", plan.accounts)):
        for name, value in vars(record).items():
            parts = value if isinstance(value, dict) else {"": value}
            found |= {f"{table}.{name}.{key}": array for key, array in parts.items()}
    return found


def assert_same(one: Plan, other: Plan) -> None:
    first, second = arrays_of(one), arrays_of(other)
    assert first.keys() == second.keys()
    for name, array in first.items():
        assert_array_equal(array, second[name], err_msg=name)
        assert array.dtype == second[name].dtype, name
        assert array.flags.writeable, name


def read_anew(document: Document) -> Plan:
    return load_plan(document._connection, document.place)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.lists(actions, min_size=1, max_size=3), st.sampled_from(["undo", "redo"])), max_size=8))
def test_what_is_kept_is_what_the_file_holds_after_any_steps(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any]
) -> None:
    document = plan_with_content(tmp_path_factory.mktemp("plan"))
    for step in steps:
        if step == "undo" and document.can_undo:
            document.undo()
        elif step == "redo" and document.can_redo:
            document.redo()
        elif isinstance(step, list):
            with document.step("Random") as writer:
                for action in step:
                    perform(document, writer, action)
        assert_same(document.load(), read_anew(document))  # may have been kept now
        assert_same(document.load(), read_anew(document))  # is kept now, if it can be
    document.close()


def test_a_step_that_leaves_the_accounts_alone_leaves_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = plan_with_content(tmp_path)
    before = document.load()
    with document.step("Assign") as writer:
        writer.assign([1, 2, 3], None)
    document.close()
    monkeypatch.setattr("territorymap.document.loading.read_columns", lambda *_: pytest.fail("was read"))
    with Document.open(document.path, author="Bob") as again:
        assert_same(again.load(), before)


def test_a_copy_of_the_plan_uses_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = plan_with_content(tmp_path)
    before = document.load()
    document.save_copy(tmp_path / "copy.gpkg")
    document.close()
    monkeypatch.setattr("territorymap.document.loading.read_columns", lambda *_: pytest.fail("was read"))
    with Document.open(tmp_path / "copy.gpkg", author="Bob") as copy:
        assert_same(copy.load(), before)


@pytest.mark.parametrize("read_only", [True, False])
def test_what_another_program_changed_is_seen(tmp_path: Path, read_only: bool) -> None:
    document = plan_with_content(tmp_path)
    document.load()
    document.close()
    with closing(sqlite3.connect(document.path)) as other, other:
        other.execute("UPDATE account SET account_name = 'Changed outside' WHERE account_id = 1")
    with Document.open(document.path, author="Bob", read_only=read_only) as again:
        assert again.load().accounts.name[0] == "Changed outside"


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "swapped head", "longer"])
def test_a_damaged_file_is_not_used(tmp_path: Path, state_folder: Path, damage: str) -> None:
    document = plan_with_content(tmp_path)
    document.load()
    for path in (state_folder / "cache").glob("table-*.bin"):
        data = bytearray(path.read_bytes())
        if damage == "flipped":
            data[-3] ^= 1
        elif damage == "swapped head":
            data[22:40] = bytes(18)
        changed = {"empty": b"", "cut": data[:-8], "longer": data + b"more"}.get(damage, data)
        path.write_bytes(bytes(changed))
    assert_same(document.load(), read_anew(document))
    document.close()


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path, state_folder: Path) -> None:
    (state_folder / "cache").write_text("in the way")
    document = plan_with_content(tmp_path)
    assert_same(document.load(), read_anew(document))
    document.close()


texts = st.text(max_size=4)


@given(st.lists(st.tuples(texts, texts, st.floats(allow_nan=False)), max_size=30))
def test_columns_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    def text_column(position: int) -> np.ndarray:
        column = np.empty(len(rows), dtype=object)
        column[:] = [row[position] for row in rows]
        return column

    columns = TableColumns(
        np.arange(len(rows)), [text_column(0), text_column(1)], [np.array([row[2] for row in rows], dtype=float)]
    )
    cache = TableCache(tmp_path_factory.mktemp("cache"), "account", "plan", "state", ("a", "b"), ("c",))
    cache.keep(columns)
    kept = cache.read()
    # A zero byte separates the texts in the file, so a column with one in it is not kept at all.
    if any("\0" in row[0] + row[1] for row in rows):
        assert kept is None
        return
    assert kept is not None
    assert_array_equal(kept.key, columns.key)
    for one, other in zip([*kept.texts, *kept.numbers], [*columns.texts, *columns.numbers], strict=True):
        assert_array_equal(one, other)


def test_another_state_or_other_columns_are_not_what_was_kept(tmp_path: Path) -> None:
    columns = TableColumns(np.arange(2), [np.array(["x", "y"], dtype=object)], [np.zeros(2)])
    TableCache(tmp_path, "account", "plan", "state", ("a",), ("b",)).keep(columns)
    assert TableCache(tmp_path, "account", "plan", "state", ("a",), ("b",)).read() is not None
    assert TableCache(tmp_path, "account", "plan", "later", ("a",), ("b",)).read() is None
    assert TableCache(tmp_path, "account", "plan", "state", ("a",), ("c",)).read() is None
    assert TableCache(tmp_path, "account", "other", "state", ("a",), ("b",)).read() is None
    assert TableCache(tmp_path, "account", "plan", "", ("a",), ("b",)).read() is None


def test_same_texts_are_one_object_and_types_are_checked(tmp_path: Path) -> None:
    document = new_plan(tmp_path)
    country = read_columns(document._connection, "unit", "unit_id", ("country",), ()).texts[0]
    assert len({id(text) for text in country}) == 1
    document._connection.execute("UPDATE unit SET lon = 'east', unit_name = x'07' WHERE unit_id = 2")
    with pytest.raises(BadContentError, match=r"unit\.lon: not a number"):
        read_columns(document._connection, "unit", "unit_id", (), ("lon",))
    with pytest.raises(BadContentError, match=r"unit\.unit_name: not text"):
        read_columns(document._connection, "unit", "unit_id", ("unit_name",), ())
    document.close()


def test_reading_can_be_stopped_and_lets_go_of_the_file(tmp_path: Path) -> None:
    path = plan_with_content(tmp_path).path
    shares: list[float] = []

    def stop(share: float) -> None:
        shares.append(share)
        raise Cancelled

    with pytest.raises(Cancelled):
        Session.open(path, progress=stop)
    assert shares == [1.0]
    with Session.open(path) as session:
        assert not session.is_read_only
