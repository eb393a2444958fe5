"""Imports through a real plan file: accounts again by key, alignments, reps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.exporters.registry import export
from territorymap.geo.locate import UnitLocator
from territorymap.importers.accounts import AccountImport, build_accounts
from territorymap.importers.alignment import build_alignment
from territorymap.importers.columns import guess_columns
from territorymap.importers.reps import build_reps
from territorymap.importers.table import read_table
from territorymap.session import commands
from territorymap.session.create import NewPlan, create_plan
from territorymap.session.session import Session
from tests.support.grid import grid_layer

ACCOUNTS = """Key,Name,Longitude,Latitude,Revenue,Class
a,Alpha,0.5,0.5,100,A
b,Beta,1.5,0.5,50,B
c,Gamma,3.5,3.5,25,A
"""
AGAIN = """Key,Name,Longitude,Latitude,Revenue
a,Alpha,0.5,0.5,110
b,Beta GmbH,2.5,0.5,50
d,Delta,0.5,1.5,5
"""
ALIGNMENT = """unit_code,territory,rep,region
A1,West,Ann,Land
A2,West,Ann,Land
B1,West,,
D4,East,Bob,Sea
Z9,East,Bob,Sea
"""


def accounts_of(session: Session, text: str, folder: Path) -> AccountImport:
    path = folder / "accounts.csv"
    path.write_text(text, encoding="utf-8")
    table = read_table(path)
    locator = UnitLocator(session.geometry)
    return build_accounts(table, guess_columns(table, "accounts"), locator, unit_codes=session.plan.units.code)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    path = tmp_path / "list.csv"
    path.write_text(ALIGNMENT, encoding="utf-8")
    layer = grid_layer(4, 4)
    table = read_table(path)
    alignment = build_alignment(table, guess_columns(table, "alignment"), layer.code)
    assert [reject.row for reject in alignment.rejects] == [6]  # Z9 is no unit
    create_plan(tmp_path / "plan.gpkg", NewPlan(layer, "Plan", alignment=alignment), author="Ada")
    with Session.open(tmp_path / "plan.gpkg", author="Ada") as session:
        session.do(commands.import_accounts(session.plan, accounts_of(session, ACCOUNTS, tmp_path)))
        yield session


def revenue(session: Session) -> list[float]:
    row = [m.name for m in session.plan.measures].index("Revenue")
    return [float(x) for x in session.totals.territory_total[row]]


def test_an_alignment_makes_territories_reps_and_regions(session: Session) -> None:
    plan = session.plan
    assert [t.name for t in plan.territories] == ["West", "East"]
    assert [rep.name for rep in plan.reps] == ["Ann", "Bob"]
    assert [plan.rep_of(ix).name for ix in (0, 1)] == ["Ann", "Bob"]  # type: ignore[union-attr]
    assert [region.name for region in plan.regions] == ["Land", "Sea"]
    assert list(session.totals.n_units) == [3, 1]
    assert plan.territories[0].color != plan.territories[1].color


def test_accounts_bring_their_measures_and_segments(session: Session) -> None:
    assert revenue(session) == [150.0, 25.0]
    assert [s.name for s in session.plan.segments] == ["Class"]
    assert list(session.plan.accounts.segments[session.plan.segments[0].column_name]) == ["A", "B", "A"]


def test_importing_again_by_key_changes_adds_and_keeps_the_rest(session: Session, tmp_path: Path) -> None:
    east = session.plan.territories[1].territory_id
    session.do(commands.set_override(session.plan, np.array([0]), east, "old contract"))
    before = list(session.plan.accounts.account_id)
    n_steps = len(session.timeline())
    session.do(commands.import_accounts(session.plan, accounts_of(session, AGAIN, tmp_path), is_update=True))
    accounts = session.plan.accounts
    assert len(session.timeline()) == n_steps + 1
    assert list(accounts.key) == ["a", "b", "c", "d"]
    assert list(accounts.account_id[:3]) == before
    assert list(accounts.name) == ["Alpha", "Beta GmbH", "Gamma", "Delta"]
    assert [session.plan.units.code[ix] for ix in accounts.unit_ix] == ["A1", "A3", "D4", "B1"]
    assert list(accounts.segments[session.plan.segments[0].column_name])[:3] == ["A", "B", "A"]
    assert session.plan.overrides[before[0]].reason == "old contract"
    assert revenue(session) == [5.0, 135.0]  # Beta lies in A3 now, which nobody has
    session.undo()
    assert list(session.plan.accounts.key) == ["a", "b", "c"]
    assert revenue(session) == [50.0, 125.0]


def test_missing_accounts_go_only_when_asked(session: Session, tmp_path: Path) -> None:
    again = accounts_of(session, AGAIN, tmp_path)
    session.do(commands.import_accounts(session.plan, again, is_update=True, is_missing_removed=True))
    assert list(session.plan.accounts.key) == ["a", "b", "d"]
    session.undo()
    assert list(session.plan.accounts.key) == ["a", "b", "c"]


def test_reps_are_updated_by_name_and_take_their_territory(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "reps.csv"
    path.write_text("Name,Capacity,Territory\nBob,800,East\nCleo,1600,West\n", encoding="utf-8")
    table = read_table(path)
    session.do(commands.import_reps(session.plan, build_reps(table, guess_columns(table, "reps"))))
    assert [(r.name, r.capacity_h) for r in session.plan.reps] == [("Ann", None), ("Bob", 800.0), ("Cleo", 1600.0)]
    assert session.plan.rep_of(0).name == "Cleo"  # type: ignore[union-attr]
    session.undo()
    assert session.plan.rep_of(0).name == "Ann"  # type: ignore[union-attr]


def test_a_plan_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    def stop(fraction: float, text: str) -> None:
        if fraction > 0.2:
            raise StopError

    with pytest.raises(StopError):
        create_plan(tmp_path / "plan.gpkg", NewPlan(grid_layer(), n_territories=3), progress=stop)
    assert list(tmp_path.glob("*plan*")) == []


def test_an_exported_list_comes_back_as_the_same_alignment(session: Session, tmp_path: Path) -> None:
    """Also where a name looks like a formula, which the CSV defuses."""
    west = session.plan.territories[0].territory_id
    session.do(commands.rename_territory(session.plan, west, "=HYPERLINK(1)"))
    before = session.plan.unit_territory.copy()
    export(session, tmp_path / "units.csv")
    assert "'=HYPERLINK" in (tmp_path / "units.csv").read_text(encoding="utf-8")
    table = read_table(tmp_path / "units.csv")
    again = build_alignment(table, guess_columns(table, "alignment"), session.plan.units.code)
    n_steps = len(session.timeline())
    session.do(commands.import_alignment(session.plan, again, session.adjacency))
    assert len(session.timeline()) == n_steps  # nothing changed, so there is no step
    assert [t.name for t in session.plan.territories] == ["=HYPERLINK(1)", "East"]
    assert np.array_equal(session.plan.unit_territory, before)


def test_traits_of_reps_reach_the_file_and_an_update_without_them_leaves_them(session: Session, tmp_path: Path) -> None:
    def take(text: str) -> None:
        path = tmp_path / "reps.csv"
        path.write_text(text, encoding="utf-8")
        table = read_table(path)
        session.do(commands.import_reps(session.plan, build_reps(table, guess_columns(table, "reps"))))

    take("Rep,Role,Languages,Verticals\nAnn,Inside Sales,German; English,Retail\n")
    take("Rep,Seniority\nAnn,Senior\n")
    (ann,) = [rep for rep in session.plan.reps if rep.name == "Ann"]
    assert (ann.role, ann.seniority, ann.languages, ann.verticals) == ("inside", "Senior", ("de", "en"), ("Retail",))
    session.do(
        commands.edit_rep(
            session.plan, ann.rep_id, languages="Chinese", verticals=("A", "B"), role="Key account manager"
        )
    )
    with Session.open(session.document.path, author="Ada", read_only=True) as again:
        (read,) = [rep for rep in again.plan.reps if rep.name == "Ann"]
    assert (read.role, read.languages, read.verticals) == ("account_management", ("zh",), ("A", "B"))
    session.undo()
    assert [rep for rep in session.plan.reps if rep.name == "Ann"] == [ann]
