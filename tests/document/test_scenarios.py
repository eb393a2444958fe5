"""Scenarios: each is what was done in it, whatever is done in others; differences are stored, nothing else.

a b c d      four units in a row, and a model in plain dicts beside the file
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.document import Document
from territorymap.errors import UserError
from territorymap.model.plan import Plan
from territorymap.model.variant import Variant
from tests.document.plans import raw
from tests.support.grid import grid_layer

N_UNITS = 4
UNITS = range(1, N_UNITS + 1)


@contextmanager
def opened(folder: Path) -> Iterator[Document]:
    with Document.create(
        folder / "plan.gpkg", grid_layer(N_UNITS, 1), title="Grid", author="Ada", overwrite=True
    ) as doc:
        with doc.step("Content") as writer:
            writer.insert("rep", [{"rep_name": "Ada"}, {"rep_name": "Grace"}])
            (north,) = writer.insert("territory", [{"territory_name": "North", "color": "#112233", "rep_id": 1}])
            writer.assign([1, 2], north)
            writer.insert("account", [{"account_name": f"A{i}", "unit_id": i} for i in UNITS])
        yield doc


def choices(document: Document, scenario_id: int) -> dict[str, Any]:
    """Return what a scenario has, by names and keys."""
    plan = document.load()
    return chosen(plan, document.variant(scenario_id, plan))


def chosen(plan: Plan, variant: Variant) -> dict[str, Any]:
    names = [*(t.name for t in variant.territories), None]
    return {
        "units": [names[ix] for ix in variant.unit_territory],
        "accounts": [names[ix] for ix in variant.account_override],
        "territories": {t.name: t.rep_id for t in variant.territories},
        "reasons": sorted(o.reason for o in variant.overrides.values()),
    }


def new_scenario(document: Document, name: str, parent_id: int = 1) -> int:
    with document.step(name) as writer:
        (row_id,) = writer.insert("scenario", [{"scenario_name": name, "parent_scenario_id": parent_id}])
    return int(row_id)


def test_a_new_scenario_is_as_its_parent_and_stores_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as document:
        other = new_scenario(document, "Other")
        assert choices(document, other) == choices(document, 1)
        for table in ("assignment", "override", "territory_variant"):
            sql = f"SELECT count(*) FROM {table} WHERE scenario_id = ?"
            assert document._connection.execute(sql, (other,)).fetchone() == (0,)


def test_an_edit_of_the_parent_does_not_reach_the_child(tmp_path: Path) -> None:
    with opened(tmp_path) as document:
        other = new_scenario(document, "Other")
        before = choices(document, other)
        with document.step("Edit the parent") as writer:
            (south,) = writer.insert("territory", [{"territory_name": "South", "color": "#445566"}])
            writer.assign([1, 3], south)
            writer.assign([2], None)
            writer.set_override([4], south, "key account")
            writer.update("territory", {1: {"territory_name": "Far north", "rep_id": 2}})
        assert choices(document, other) == before
        assert choices(document, 1)["units"] == ["South", None, "South", None]
        assert choices(document, 1)["territories"] == {"Far north": 2, "South": None}
        document.undo()
        assert choices(document, 1) == choices(document, other) == before


def test_what_is_put_back_to_the_parents_choice_needs_no_row(tmp_path: Path) -> None:
    with opened(tmp_path) as document:
        other = new_scenario(document, "Other")
        document.switch(other, 1, [])
        with document.step("There") as writer:
            writer.assign([1, 3], None)
        with document.step("And back") as writer:
            writer.assign([1], 1)
        rows = document._connection.execute("SELECT unit_id, territory_id FROM assignment WHERE scenario_id = 2")
        assert rows.fetchall() == []


def test_a_territory_deleted_in_one_scenario_stays_in_the_other(tmp_path: Path) -> None:
    with opened(tmp_path) as document:
        other = new_scenario(document, "Other")
        with document.step("Delete") as writer:
            writer.delete("territory", [1])
        assert choices(document, 1)["territories"] == {}
        assert choices(document, other)["units"] == ["North", "North", None, None]
        document.switch(other, 1, [])
        with document.step("Delete there too") as writer:
            writer.delete("territory", [1])
        assert document._connection.execute("SELECT count(*) FROM territory").fetchone() == (0,)
        document.undo()
        document.undo()
        assert choices(document, 1)["units"] == ["North", "North", None, None]
        assert document.check() == []


def test_the_last_scenario_stays(tmp_path: Path) -> None:
    with opened(tmp_path) as document, pytest.raises(ValueError, match="last scenario"), document.step("No") as writer:
        writer.delete("scenario", [1])


def test_the_scenario_in_use_is_the_one_at_the_next_opening(tmp_path: Path) -> None:
    with opened(tmp_path) as document:
        other = new_scenario(document, "Other")
        document.switch(other, 1, [])
    with Document.open(tmp_path / "plan.gpkg", author="Ada") as document:
        assert document.load().scenario.name == "Other"
        assert document.notices == []


def test_scenarios_that_go_in_a_circle_are_told(tmp_path: Path) -> None:
    with opened(tmp_path) as document:
        new_scenario(document, "Other")
    connection = raw(tmp_path / "plan.gpkg")
    connection.execute("UPDATE scenario SET parent_scenario_id = 2 WHERE scenario_id = 1")
    connection.close()
    with pytest.raises(UserError, match="damaged"):
        Document.open(tmp_path / "plan.gpkg", author="Ada")


ACTIONS = st.one_of(
    st.tuples(st.just("assign"), st.lists(st.sampled_from(UNITS), min_size=1, unique=True), st.integers(0, 4)),
    st.tuples(st.just("override"), st.lists(st.sampled_from(UNITS), min_size=1, unique=True), st.integers(0, 4)),
    st.tuples(st.just("create")),
    st.tuples(st.just("rename"), st.integers(0, 4)),
    st.tuples(st.just("rep"), st.integers(0, 4), st.sampled_from([None, 1, 2])),
    st.tuples(st.just("delete"), st.integers(0, 4)),
    st.tuples(st.just("new"), st.integers(0, 4)),
    st.tuples(st.just("drop"), st.integers(0, 4)),
    st.tuples(st.just("switch"), st.integers(0, 4)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


class Model:
    """What every scenario has, whole: no differences, no parents."""

    def __init__(self) -> None:
        self.scenarios: dict[int, dict[str, Any]] = {
            1: {"units": {1: 1, 2: 1}, "accounts": {}, "territories": {1: ("North", 1)}}
        }

    def copy(self) -> Model:
        other = Model()
        other.scenarios = {
            i: {name: dict(part) for name, part in scenario.items()} for i, scenario in self.scenarios.items()
        }
        return other

    def shown(self, scenario_id: int) -> dict[str, Any]:
        scenario = self.scenarios[scenario_id]
        names = {row_id: name for row_id, (name, _) in scenario["territories"].items()}
        return {
            "units": [names.get(scenario["units"].get(unit)) for unit in UNITS],
            "accounts": [names.get(scenario["accounts"].get(account)) for account in UNITS],
            "territories": dict(scenario["territories"].values()),
            "reasons": ["because"] * len(scenario["accounts"]),
        }


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTIONS, max_size=14))
def test_each_scenario_is_what_was_done_in_it(tmp_path: Path, actions: list[tuple[Any, ...]]) -> None:
    with opened(tmp_path) as document:
        model, past, future = Model(), [], []
        for n, (kind, *arguments) in enumerate(actions):
            before, after = model.copy(), model.copy()
            if kind in ("undo", "redo"):
                source, target = (past, future) if kind == "undo" else (future, past)
                if source:
                    target.append(model)
                    model = source.pop()
                    document.undo() if kind == "undo" else document.redo()
            elif kind == "switch":
                ids = sorted(model.scenarios)
                document.switch(ids[arguments[0] % len(ids)], 1, [])
            elif _do(document, after, kind, arguments, f"{kind} {n}"):
                past.append(before)
                future.clear()
                model = after
            assert document.scenario_id in model.scenarios
            for scenario_id in model.scenarios:
                assert choices(document, scenario_id) == model.shown(scenario_id)
        assert document.check() == []


def _do(document: Document, model: Model, kind: str, arguments: list[Any], name: str) -> bool:
    """Do one thing in the scenario in use, to the file and to the model; False if it changes nothing."""
    here = model.scenarios[document.scenario_id]
    known = sorted(here["territories"])
    picked = known[arguments[-1] % len(known)] if known and arguments and isinstance(arguments[-1], int) else None
    with document.step(name) as writer:
        if kind == "assign":
            owner = picked if arguments[1] else None
            writer.assign(arguments[0], owner)
            here["units"].update(dict.fromkeys(arguments[0], owner))
        elif kind == "override":
            owner = picked if arguments[1] else None
            writer.set_override(arguments[0], owner, "because" if owner else "")
            for account in arguments[0]:
                here["accounts"].pop(account, None)
                if owner:
                    here["accounts"][account] = owner
        elif kind == "create":
            (row_id,) = writer.insert("territory", [{"territory_name": name, "color": "#abcdef"}])
            here["territories"][row_id] = (name, None)
        elif kind == "rename" and picked:
            writer.update("territory", {picked: {"territory_name": name}})
            here["territories"][picked] = (name, here["territories"][picked][1])
        elif kind == "rep" and known:
            row_id = known[arguments[0] % len(known)]
            writer.update("territory", {row_id: {"rep_id": arguments[1]}})
            here["territories"][row_id] = (here["territories"][row_id][0], arguments[1])
        elif kind == "delete" and picked:
            writer.delete("territory", [picked])
            del here["territories"][picked]
            for part in ("units", "accounts"):
                here[part] = {key: owner for key, owner in here[part].items() if owner != picked}
        elif kind == "new":
            ids = sorted(model.scenarios)
            parent = ids[arguments[0] % len(ids)]
            (row_id,) = writer.insert("scenario", [{"scenario_name": name, "parent_scenario_id": parent}])
            model.scenarios[row_id] = {part: dict(rows) for part, rows in model.scenarios[parent].items()}
        elif kind == "drop" and len(model.scenarios) > 1:
            ids = sorted(model.scenarios)
            gone = ids[arguments[0] % len(ids)]
            writer.delete("scenario", [gone])
            del model.scenarios[gone]
    return writer.step is not None
