"""Filling holes: one step, locks, undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.geo.holes import Hole, coast_of, find_holes
from territorymap.model.plan import Plan
from territorymap.session.commands import fill_holes, set_territory_locked, set_units_locked
from territorymap.session.commands.territories import territory_row
from territorymap.session.session import Command, Session
from tests.support.grid import grid_layer

HOLDERS = """
    A A A A A A A
    A . A B A . A
    A A A A A A A
    B B B B B B B
    B B B B B B B
"""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A with two unassigned squares and a square of B in it; B is below. The drawing's north is up."""
    session = Session.create(tmp_path / "holes.gpkg", grid_layer(7, 5), title="Holes")
    rows = [line.split() for line in HOLDERS.strip().splitlines()][::-1]
    letters = np.array([letter for row in rows for letter in row])

    def run(writer: Writer, plan: Plan) -> None:
        ids = writer.insert(
            "territory",
            [
                territory_row(plan, n, c, None, i)
                for i, (n, c) in enumerate(zip("AB", ("#ff0000", "#00ff00"), strict=True))
            ],
        )
        for name, territory_id in zip("AB", ids, strict=True):
            writer.assign(plan.units.unit_id[letters == name], territory_id)

    session.do(Command("Set up", run))
    yield session
    session.close()


def holes_of(session: Session) -> list[Hole]:
    return find_holes(session.adjacency, coast_of(session.topology), session.plan.unit_territory)


def test_all_holes_are_filled_as_one_step_and_undo_opens_them_again(session: Session) -> None:
    before = session.plan.unit_territory.copy()
    holes = holes_of(session)
    assert [(h.territory_ix, h.holder_ix, h.units.tolist()) for h in holes] == [
        (0, -1, [22]),
        (0, 1, [24]),
        (0, -1, [26]),
    ]
    n = len(session.timeline())
    change = session.do(fill_holes(session.plan, holes))
    assert change.label == "Fill 3 holes: 3 units"
    assert session.document.load().unit_territory[[22, 24, 26]].tolist() == [0, 0, 0]
    assert holes_of(session) == []
    assert len(session.timeline()) == n + 1
    session.undo()
    assert np.array_equal(session.document.load().unit_territory, before)


def test_one_hole_is_named_by_its_territory(session: Session) -> None:
    assert session.do(fill_holes(session.plan, holes_of(session)[:1])).label == "Fill a hole of A: 1 unit"
    assert session.plan.unit_territory[[22, 24]].tolist() == [0, 1]


def test_what_is_locked_stays_and_the_rest_is_filled(session: Session) -> None:
    session.do(set_units_locked(session.plan, np.array([22]), True))
    session.do(fill_holes(session.plan, holes_of(session)))
    assert session.plan.unit_territory[[22, 24, 26]].tolist() == [-1, 0, 0]


def test_if_all_is_locked_nothing_is_done_and_it_says_why(session: Session) -> None:
    session.do(set_territory_locked(session.plan, [session.plan.territories[0].territory_id], True))
    n = len(session.timeline())
    with pytest.raises(UserError, match="enclosed in A is locked"):
        session.do(fill_holes(session.plan, holes_of(session)))
    assert len(session.timeline()) == n


def test_no_hole_is_refused(session: Session) -> None:
    with pytest.raises(UserError, match="no hole"):
        fill_holes(session.plan, [])
