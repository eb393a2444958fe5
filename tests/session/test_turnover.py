"""A rep leaves: who covers, that nothing is lost or given twice, and that all comes back when it ends.

a a L L L L b b      a column is 2 squares high, and every square has an account; L is the leaver's
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.geo.adjacency import adjacency_of_pairs
from territorymap.metrics.turnover import divide_among, overloads
from territorymap.model.coverage import Assumption
from territorymap.model.plan import Plan
from territorymap.session.commands import (
    add_rep,
    create_territory,
    set_override,
    set_territory_locked,
    set_territory_rep,
)
from territorymap.session.commands.turnover import cover_rep, end_cover, noted_covers
from territorymap.session.session import Command, Session
from territorymap.session.turnover.planning import plan_cover
from tests.support.grid import grid_layer

COLUMNS = 8


def test_the_one_with_most_room_takes_the_next_unit() -> None:
    """As in the docstring of divide_among: a t t t t b."""
    pairs = np.array([[i, i + 1] for i in range(5)], dtype=np.int32)
    adjacency = adjacency_of_pairs(pairs, np.ones(5), 6)
    territory = np.array([0, 9, 9, 9, 9, 1])
    hours = np.full((2, 4), 10.0)
    given_to = divide_among(
        np.arange(1, 5), adjacency, territory, [0, 1], hours, np.array([30.0, 50.0]), np.array([100.0, 100.0])
    )
    assert given_to.tolist() == [0, 0, 0, 1]


def test_overloads_by_hand() -> None:
    """As in the docstring of overloads."""
    found = overloads(np.array([1200.0, 900.0, 10.0]), np.array([1000.0, 1000.0, np.nan]))
    assert np.allclose(found, [0.2, 0.0, np.nan], equal_nan=True)


@given(st.integers(1, 5), st.integers(1, 4), st.integers(1, 3), st.randoms(use_true_random=False))
def test_every_unit_has_one_heir_and_islands_too(columns: int, rows: int, n_heirs: int, random: object) -> None:
    """On a grid with bits of three heirs in it, some touching nothing."""
    n = columns * rows
    rng = np.random.default_rng(random.randrange(10**6))  # type: ignore[attr-defined]
    owner = np.where(rng.random(n) < 0.5, 9, rng.integers(0, n_heirs, n))
    units = np.flatnonzero(owner == 9)
    pairs = [(i, i + 1) for i in range(n) if (i + 1) % columns] + [(i, i + columns) for i in range(n - columns)]
    adjacency = adjacency_of_pairs(np.array(pairs, dtype=np.int32).reshape(-1, 2), np.ones(len(pairs)), n)
    hours = rng.random((n_heirs, len(units))) * 10
    found = divide_among(
        units, adjacency, owner, list(range(n_heirs)), hours, np.zeros(n_heirs), np.full(n_heirs, 50.0)
    )
    assert len(found) == len(units)
    assert ((found >= 0) & (found < n_heirs)).all()


def _accounts(writer: Writer, plan: Plan) -> None:
    units = plan.units
    rows = [
        {"account_name": f"A{i}", "lon": lon, "lat": lat, "unit_id": int(key), "location_level": "coordinates"}
        for i, (key, lon, lat) in enumerate(zip(units.unit_id, units.lon, units.lat, strict=True))
    ]
    writer.insert("account", rows)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Two alignments with the same ground; in Inside the leaver has all but the last two columns."""
    with Session.create(tmp_path / "plan.gpkg", grid_layer(COLUMNS, 2), title="Grid", author="Ada") as session:
        session.do(Command("Accounts", _accounts))
        for name, hours in (("Ann", 400.0), ("Lea", 500.0), ("Bob", 1000.0)):
            session.do(add_rep(session.plan, name=name, capacity_h=hours))
        ids = {rep.name: rep.rep_id for rep in session.plan.reps}
        _territories(session, {"Alpha": (0, 1), "Lost": (2, 3, 4, 5), "Beta": (6, 7)}, ids, ["Ann", "Lea", "Bob"])
        session.do(Command("Inside", _alignment))
        session.switch_alignment(session.plan.alignments[-1].alignment_id)
        _territories(session, {"Most": tuple(range(6)), "Rest": (6, 7)}, ids, ["Lea", "Bob"])
        session.switch_alignment(session.plan.alignments[0].alignment_id)
        yield session


def _alignment(writer: Writer, plan: Plan) -> None:
    writer.insert("alignment", [{"alignment_name": "Inside", "role": "inside"}])


def _territories(session: Session, columns: dict[str, tuple[int, ...]], ids: dict[str, int], reps: list[str]) -> None:
    for (name, held), rep in zip(columns.items(), reps, strict=True):
        units = np.array([u for i in held for u in (i, i + COLUMNS)])
        session.do(create_territory(session.plan, name, unit_ix=units))
        territory = session.plan.territory_named(name)
        assert territory is not None
        session.do(set_territory_rep(session.plan, territory.territory_id, ids[rep]))


def leaver(session: Session) -> int:
    return next(rep.rep_id for rep in session.plan.reps if rep.name == "Lea")


def standing(session: Session) -> list[tuple[object, ...]]:
    """Return alignment, unit, territory and rep of every unit as the file has it."""
    query = (
        "SELECT s.alignment_id, s.unit_id, t.territory_name, r.rep_name, coalesce(t.vacant_since, '') "
        "FROM assignment s JOIN territory t USING (territory_id) LEFT JOIN rep r USING (rep_id) ORDER BY 1, 2"
    )
    with closing(connect(session.document.path)) as file:
        return file.execute(query).fetchall()


def test_neighbours_cover_in_every_alignment_and_it_ends(session: Session) -> None:
    before = standing(session)
    found = plan_cover(session, leaver(session))
    assert found.rep.name == "Lea"
    two = next(i for i, option in enumerate(found.options) if option.most == 2)
    cover = found.options[two]
    assert {(one.alignment.name, one.territory.name) for one in cover.covered} == {
        ("Field", "Lost"),
        ("Inside", "Most"),
    }
    lost = next(one for one in cover.covered if one.territory.name == "Lost")
    assert sum(len(heir.unit_ix) for heir in lost.heirs) == 8
    assert sum(heir.n_accounts for heir in lost.heirs) == 8
    assert {heir.rep.name for heir in lost.heirs} == {"Ann", "Bob"}
    session.do(cover_rep(session, found, two, "2027-01-01", "2027-06-30"))
    after = standing(session)
    assert "Lea" not in {row[3] for row in after}
    assert len(after) == len(before)
    assert {row[4] for row in after if row[2] == "Lost"} == {"2027-01-01"}
    # The file says of everyone's hours what was foreseen.
    again = {load.rep.name: load.after_h for load in cover.loads}
    now = session.totals.territory_total[2]
    field = {t.name: float(now[ix]) for ix, t in enumerate(session.plan.territories)}
    assert again["Ann"] == pytest.approx(field["Alpha"] + (field["Lost"] if lost.heirs[0].rep.name == "Ann" else 0))
    (noted,) = noted_covers(session.register(Assumption))
    assert (noted.name, noted.since, noted.until, len(noted.territories)) == ("Lea", "2027-01-01", "2027-06-30", 2)
    session.do(end_cover(session, noted.rep))
    assert standing(session) == before
    assert noted_covers(session.register(Assumption)) == []
    session.undo()
    assert standing(session) == after
    session.undo()
    assert standing(session) == before


def test_a_successor_gets_it_back(session: Session) -> None:
    found = plan_cover(session, leaver(session))
    session.do(cover_rep(session, found, found.best))
    session.do(add_rep(session.plan, name="New"))
    new = session.plan.reps[-1]
    session.do(end_cover(session, found.rep.uuid, new.rep_id))
    assert {row[3] for row in standing(session)} == {"Ann", "Bob", "New"}


def test_accounts_given_by_name_stay_with_who_is_in_charge(session: Session) -> None:
    lost = session.plan.territory_named("Lost")
    assert lost is not None
    session.do(set_override(session.plan, np.array([0]), lost.territory_id, "by name"))
    found = plan_cover(session, leaver(session))
    for option in found.options:
        one = next(one for one in option.covered if one.territory.name == "Lost")
        assert sum(heir.n_accounts for heir in one.heirs) == 9


def test_what_cannot_be_is_refused(session: Session) -> None:
    session.do(add_rep(session.plan, name="Idle"))
    with pytest.raises(UserError, match="no territory"):
        plan_cover(session, session.plan.reps[-1].rep_id)
    found = plan_cover(session, leaver(session))
    with pytest.raises(UserError, match="before it begins"):
        cover_rep(session, found, 0, "2027-02-01", "2027-01-01")
    with pytest.raises(UserError, match="Nobody covers"):
        end_cover(session, found.rep.uuid)
    lost = session.plan.territory_named("Lost")
    assert lost is not None
    session.do(set_territory_locked(session.plan, [lost.territory_id], True))
    with pytest.raises(UserError, match="Lost is locked"):
        plan_cover(session, leaver(session))


def test_nobody_there_is_told(session: Session) -> None:
    """In Inside, Bob alone could; without Bob and Ann nobody can."""
    for rep in ("Ann", "Bob"):
        for territory in session.plan.territories:
            held = session.plan.rep(territory.rep_id)
            if held is not None and held.name == rep:
                session.do(set_territory_rep(session.plan, territory.territory_id, None))
    found = plan_cover(session, leaver(session))
    assert any("Nobody can cover Lost" in note for note in found.notes[0])
