"""Teams and regions through a real plan file of three territories, North, South, East; the reps Ann, Bo and Cy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.metrics.fit_settings import TOPIC, FitSettings, settings_from_json
from territorymap.model.coverage import Assumption
from territorymap.model.plan import Plan
from territorymap.model.records import Region, TeamMember, Territory
from territorymap.session import commands
from territorymap.session.commands.regions import add_region, ancestors, assign_region, delete_regions, edit_region
from territorymap.session.commands.teams import Member, set_fit, set_team
from territorymap.session.session import Command, Session
from tests.support.grid import grid_layer


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "grid.gpkg", grid_layer(2, 2), author="Ada") as session:
        session.do(commands.create_territories(session.plan, ["North", "South", "East"]))
        for name, hours in (("Ann", 1600.0), ("Bo", 1000.0), ("Cy", 2000.0)):
            session.do(commands.add_rep(session.plan, name=name, capacity_h=hours))
        yield session


def territory(session: Session, name: str = "North") -> Territory:
    found = session.plan.territory_named(name)
    assert found is not None
    return found


def ids(session: Session) -> list[int]:
    return [rep.rep_id for rep in session.plan.reps]


def again(session: Session) -> tuple[list[Territory], list[Region]]:
    """Territories and regions as another program reads them from the file."""
    with Session.open(session.document.path, author="Bob", read_only=True) as other:
        return other.plan.territories, other.plan.regions


def test_a_team_is_saved_counts_and_is_undone(session: Session) -> None:
    ann, bo, cy = ids(session)
    members = [Member(bo, 0.5), Member(cy, 0.25, "overlay")]
    session.do(set_team(session.plan, territory(session).territory_id, ann, members, lead_share=0.5))
    uuids = [rep.uuid for rep in session.plan.reps]
    assert territory(session).team == (
        TeamMember(uuids[0], 0.5, "lead"),
        TeamMember(uuids[1], 0.5, "member"),
        TeamMember(uuids[2], 0.25, "overlay"),
    )
    assert session.balance.capacity_h.tolist() == [800 + 500, 0, 0]
    assert again(session)[0] == session.plan.territories
    # A new lead has a share of his own; that of the former lead is nobody's.
    session.do(commands.set_territory_rep(session.plan, territory(session).territory_id, bo))
    assert session.balance.capacity_h.tolist() == [500, 0, 0]
    session.undo()
    session.undo()
    assert territory(session).team == ()
    session.redo()
    assert len(territory(session).team) == 3
    session.do(commands.delete_reps(session.plan, [bo]))
    assert session.balance.capacity_h.tolist() == [800, 0, 0]


def test_a_vacancy_says_since_when(session: Session) -> None:
    ann = ids(session)[0]
    north = territory(session).territory_id
    session.do(commands.set_territory_rep(session.plan, north, ann))
    assert territory(session).vacant_since == ""
    session.do(commands.delete_reps(session.plan, [ann]))
    assert territory(session).vacant_since == date.today().isoformat()
    session.do(set_team(session.plan, north, None, since="2026-01-31"))
    assert territory(session).vacant_since == "2026-01-31"
    session.do(commands.set_territory_rep(session.plan, north, None))
    assert territory(session).vacant_since == "2026-01-31"
    session.do(commands.set_territory_rep(session.plan, north, ids(session)[0]))
    assert territory(session).vacant_since == ""
    with pytest.raises(UserError, match="not a date"):
        set_team(session.plan, north, None, since="31.1.2026")


@pytest.mark.parametrize("share", [0.0, -1.0, 1.5, float("nan"), float("inf")])
def test_a_team_that_cannot_be_is_refused(session: Session, share: float) -> None:
    ann, bo, _ = ids(session)
    north = territory(session).territory_id
    with pytest.raises(UserError, match="share"):
        set_team(session.plan, north, ann, [Member(bo, share)])
    with pytest.raises(UserError, match="share"):
        set_team(session.plan, north, ann, lead_share=share)
    with pytest.raises(UserError, match="twice"):
        set_team(session.plan, north, ann, [Member(ann)])
    with pytest.raises(UserError, match="no longer in the plan"):
        set_team(session.plan, north, 99)
    with pytest.raises(UserError, match="too large"):
        set_team(session.plan, north, ann, [Member(bo)] * 51)


def test_regions_nest_hold_territories_and_give_them_up(session: Session) -> None:
    """World > Land > Coast; North in Coast, South in Land."""
    north, south = territory(session).territory_id, territory(session, "South").territory_id
    session.do(add_region(session.plan, "World", manager=" Mia  Moor "))
    world = session.plan.regions[0]
    assert world.manager == "Mia Moor"
    session.do(add_region(session.plan, "Land", parent_id=world.region_id, territory_ids=[south]))
    land = session.plan.regions[1]
    session.do(add_region(session.plan, "Coast", parent_id=land.region_id))
    coast = session.plan.regions[2]
    session.do(assign_region(session.plan, [north], coast.region_id))
    assert [r.name for r in ancestors(session.plan, coast.region_id)] == ["Land", "World"]
    assert again(session) == (session.plan.territories, session.plan.regions)
    with pytest.raises(UserError, match="within itself"):
        edit_region(session.plan, world.region_id, parent_id=coast.region_id)
    with pytest.raises(UserError, match="already a region"):
        add_region(session.plan, " land ")
    session.do(delete_regions(session.plan, [land.region_id, world.region_id]))
    assert [(r.name, r.parent_region_id) for r in session.plan.regions] == [("Coast", None)]
    assert territory(session).region_id == coast.region_id
    assert territory(session, "South").region_id is None
    session.undo()
    assert [r.parent_region_id for r in session.plan.regions] == [None, world.region_id, land.region_id]
    assert territory(session, "South").region_id == land.region_id
    session.do(edit_region(session.plan, coast.region_id, name="Shore", manager="Al", parent_id=None))
    assert session.plan.regions[2] == Region(coast.region_id, coast.uuid, "Shore", None, "Al")
    session.do(assign_region(session.plan, [north], None))
    assert territory(session).region_id is None


def test_regions_do_not_nest_without_end(session: Session) -> None:
    parent = None
    for depth in range(12):
        session.do(add_region(session.plan, f"R{depth}", parent_id=parent))
        parent = session.plan.regions[-1].region_id
    with pytest.raises(UserError, match="nested 13 deep"):
        add_region(session.plan, "too deep", parent_id=parent)


def test_what_teams_are_compared_with_is_kept_once(session: Session) -> None:
    for far_km in (10.0, 20.0):
        known = next((a for a in session.register(Assumption).values() if a.topic == TOPIC), None)
        session.do(set_fit(session.plan, FitSettings(far_km=far_km), known))
    (record,) = session.register(Assumption).values()
    assert settings_from_json(record.content) == FitSettings(far_km=20.0)


@pytest.mark.parametrize(
    ("scope", "mark"),
    [
        ('{"field":"protected","set":true}', commands.protect_accounts),
        ('{"field":"wants_change","set":true}', commands.mark_for_change),
        ('{"field":"satisfaction","from":1}', commands.set_satisfaction),
    ],
)
def test_a_scope_that_asks_for_a_mark_follows_it(session: Session, scope: str, mark: Callable[..., Command]) -> None:
    def add(writer: Writer, plan: Plan) -> None:
        writer.insert("account", [{"account_name": name, "lon": 0.5, "lat": 0.5} for name in "ab"])

    session.do(Command("Accounts", add))
    session.do(commands.new_alignment(session.plan, "Marked", scope=scope))
    assert session.coverages()[1].in_scope.tolist() == [False, False]
    session.do(mark(session.plan, np.array([1]), True))
    assert session.coverages()[1].in_scope.tolist() == [False, True]
    session.undo()
    assert session.coverages()[1].in_scope.tolist() == [False, False]
