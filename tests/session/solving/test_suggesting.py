"""Next best moves on an open plan: what they say is what the program shows once they are done.

h g f e d c b a      8 x 3 squares; North has columns 1-5, South 6-7, column 8 is East's. Ada (North) lives in the west,
                     Bo (South) in the east; East is vacant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.model.plan import Plan
from territorymap.session.commands import assign_units, create_territory, protect_accounts, set_override
from territorymap.session.commands.territories import set_territory_locked, territory_row
from territorymap.session.commands.units import set_units_locked
from territorymap.session.parts import part_wish, write_part
from territorymap.session.session import Command, Session
from territorymap.session.solving.aims import Aim
from territorymap.session.solving.suggesting import Search, Suggestions, aims_with, suggest_moves
from tests.document.plans import rows_in
from tests.support.grid import grid_layer
from tests.ui.panels.plans import columns, make_session, territory_id

COLUMNS, ROWS = 8, 3
NORTH, SOUTH, EAST = 0, 1, 2


def _content(writer: Writer, plan: Plan) -> None:
    ada, bo = writer.insert(
        "rep",
        [
            {"rep_name": "Ada", "lon": 0.5, "lat": 1.5, "location_level": "city", "fte": 1.0},
            {"rep_name": "Bo", "lon": 6.5, "lat": 1.5, "location_level": "city", "fte": 1.0},
        ],
    )
    rows = [
        territory_row(plan, name, color, rep, i)
        for i, (name, color, rep) in enumerate(
            (("North", "#93c0ff", ada), ("South", "#ffd579", bo), ("East", "#81b367", None))
        )
    ]
    column = np.arange(COLUMNS * ROWS) % COLUMNS
    for key, own in zip(writer.insert("territory", rows), ((0, 1, 2, 3, 4), (5, 6), (7,)), strict=True):
        writer.assign(plan.units.unit_id[np.isin(column, own)], key)
    revenue = writer.add_measure("Revenue", "account").column_name
    writer.insert(
        "account",
        [
            {
                "account_key": f"K{i}",
                "account_name": f"Account {i}",
                "lon": float(plan.units.lon[i // 2]) + 0.1,
                "lat": float(plan.units.lat[i // 2]),
                "location_level": "coordinates",
                "unit_id": int(plan.units.unit_id[i // 2]),
                revenue: 100.0 + i,
            }
            for i in range(2 * len(plan.units))
        ],
    )


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "plan.gpkg", grid_layer(COLUMNS, ROWS), title="Grid", author="Ada") as session:
        session.do(Command("Content", _content))
        yield session


def _unit(code: str) -> int:
    row, column = ord(code[0]) - ord("A"), int(code[1:]) - 1
    return row * COLUMNS + column


def _id(session: Session, ix: int) -> int:
    return session.plan.territories[ix].territory_id


def _check(session: Session, found: Suggestions) -> None:
    """Do each move and take it back: the figures of the program are those that were told before."""
    rows = [next(i for i, m in enumerate(session.plan.measures) if m.name == aim.measure) for aim in found.aims]
    for suggestion in found.moves:
        move = suggestion.move
        before = session.balance.index[rows].copy()
        accounts, file = session.totals.n_accounts.copy(), rows_in(session.document)["assignment"]
        session.do(suggestion.command(session.plan))
        after = session.balance.index[rows]
        for side, t in enumerate((move.giver, move.taker)):
            if t >= 0:
                np.testing.assert_allclose(move.index_before[:, side], before[:, t], rtol=1e-9)
                np.testing.assert_allclose(move.index_after[:, side], after[:, t], rtol=1e-9)
                assert move.pieces_after[side] == session.totals.pieces[t]
        assert session.totals.n_accounts[move.taker] - accounts[move.taker] == suggestion.n_accounts
        session.undo()
        assert rows_in(session.document)["assignment"] == file


@pytest.mark.parametrize("kind", ["equal", "capacity"])
def test_figures_are_those_of_the_program_after_the_move(session: Session, kind: str) -> None:
    """With ways from two homes and one vacancy, an account given away by name, a unit of nobody's."""
    if kind == "capacity":
        session.do(Command("Capacity", _by_capacity))
    account = int(np.flatnonzero(session.plan.accounts.unit_ix == _unit("B5"))[0])
    session.do(set_override(session.plan, np.array([account]), _id(session, EAST), "key account"))
    session.do(assign_units(session.plan, np.array([_unit("C6")]), None))
    n = 0
    for asked in (None, *(t.territory_id for t in session.plan.territories)):
        found = suggest_moves(session, asked)
        _check(session, found)
        n += len(found.moves)
    assert n > 5


def _by_capacity(writer: Writer, plan: Plan) -> None:
    writer.update("plan", {1: {"target_kind": "capacity"}})
    writer.update(
        "rep", {rep.rep_id: {"capacity_h": hours} for rep, hours in zip(plan.reps, (900.0, 700.0), strict=True)}
    )


def test_the_sentence_tells_what_goes_and_what_becomes_of_both(session: Session) -> None:
    """By accounts: 30, 12 and 6 where each should have 16; three squares with six accounts go."""
    found = suggest_moves(session, _id(session, NORTH), (Aim("accounts", 0.05),))
    assert found.heading == "North: accounts 188 %"
    best = found.moves[0]
    assert {str(code) for code in session.plan.units.code[best.move.units]} <= {
        f"{r}{c}" for r in "ABC" for c in (4, 5)
    }
    n, revenue = 2 * len(best.move.units), best.move.units
    share = sum(200 + 4 * int(u) + 1 for u in revenue) / sum(
        200 + 4 * u + 1 for u in range(COLUMNS * ROWS) if u % COLUMNS < 5
    )
    assert best.sentence == (
        f"{best.title}: {n} accounts, {share * 100:.0f} % of the Revenue of North; "
        f"accounts: North 188 % → {100 * (30 - n) / 16:.0f} %, South 75 % → {100 * (12 + n) / 16:.0f} %; "
        "both stay whole."
    )
    assert best.title.startswith("Give Square")
    assert best.title.endswith("to South")


def test_the_step_is_named_and_taken_back(session: Session) -> None:
    move = suggest_moves(session).moves[0]
    session.do(move.command(session.plan))
    assert session.document.undo_label == move.label
    assert re.fullmatch(r"Best move: give Square .* to .*", move.label)


def test_the_worst_is_looked_at_and_what_nothing_can_be_done_for_is_told(session: Session) -> None:
    assert suggest_moves(session, aims=(Aim("accounts", 0.05),)).territory_id == _id(session, NORTH)
    column = np.arange(COLUMNS * ROWS) % COLUMNS
    session.do(assign_units(session.plan, np.flatnonzero(column == 4), _id(session, SOUTH)))
    session.do(assign_units(session.plan, np.flatnonzero(np.isin(column, (5, 6))), _id(session, EAST)))
    session.do(assign_units(session.plan, np.array([_unit("A4")]), _id(session, SOUTH)))
    session.do(create_territory(session.plan, "Spare"))
    spare = session.plan.territories[-1].territory_id
    session.do(set_territory_locked(session.plan, [spare], True))
    found = suggest_moves(session, aims=(Aim("accounts", 0.05),))
    assert found.heading == "North: accounts 183 %"
    assert found.passed == (
        "Further from even is Spare. It is locked. Unlock it in the menu Territory to get suggestions.",
    )
    assert {(m.move.giver, m.move.taker) for m in found.moves} == {(NORTH, SOUTH)}


def test_what_must_stay_is_not_suggested(session: Session) -> None:
    """Of the border with South, A5 is locked, an account in B5 protected: only C5 may go at once."""
    session.do(set_units_locked(session.plan, np.array([_unit("A5")]), True))
    account = np.flatnonzero(session.plan.accounts.unit_ix == _unit("B5"))[:1]
    session.do(protect_accounts(session.plan, account, True))
    moves = suggest_moves(session, _id(session, NORTH)).moves
    assert moves
    for suggestion in moves:
        assert _unit("C5") in suggestion.move.units
        assert not {_unit("A5"), _unit("B5")} & set(suggestion.move.units.tolist())


def test_a_lock_that_came_meanwhile_refuses_the_move(session: Session) -> None:
    move = suggest_moves(session).moves[0]
    session.do(set_units_locked(session.plan, move.move.units[:1], True))
    with pytest.raises(UserError, match="locked"):
        session.do(move.command(session.plan))


def test_nothing_is_suggested_where_all_is_even(session: Session) -> None:
    column = np.arange(COLUMNS * ROWS) % COLUMNS
    for t, own in ((NORTH, (0, 1, 2)), (SOUTH, (3, 4, 5)), (EAST, (6, 7))):
        session.do(assign_units(session.plan, np.flatnonzero(np.isin(column, own)), _id(session, t)))
    found = suggest_moves(session, aims=(Aim("accounts", 0.4),))
    assert (found.moves, found.territory_id) == ((), None)
    assert found.heading == "All territories are within tolerance"
    assert "accounts ± 40.0 %" in found.reason
    asked = suggest_moves(session, _id(session, NORTH), (Aim("accounts", 0.4),))
    assert asked.heading == "North: accounts 112 %, within tolerance"
    assert asked.reason == "It is within tolerance, and no border move would help its neighbours."


def test_a_plan_without_territories_says_what_to_do(tmp_path: Path) -> None:
    with Session.create(tmp_path / "empty.gpkg", grid_layer(2, 2)) as session:
        found = suggest_moves(session)
        assert (found.moves, found.heading) == ((), "No territories yet")


def test_a_territory_without_accounts_or_units_is_filled(session: Session) -> None:
    session.do(assign_units(session.plan, session.plan.units_of(EAST), _id(session, SOUTH)))
    found = suggest_moves(session, _id(session, EAST))
    assert found.moves[0].taker_id == _id(session, EAST)
    _check(session, found)


def test_one_measure_counts_in_full_and_the_other_shown_ones_a_quarter(session: Session) -> None:
    plan = session.plan
    assert {a.measure: a.importance for a in aims_with(plan, "Revenue")} == {
        m.name: 1.0 if m.name == "Revenue" else 0.25 for m in plan.measures if m.is_shown
    }
    assert {a.importance for a in aims_with(plan, None)} == {1.0}
    with pytest.raises(KeyError):
        aims_with(plan, "nothing")


def test_an_edit_between_the_steps_does_not_reach_the_look(session: Session) -> None:
    calm = suggest_moves(session, _id(session, NORTH))
    search = Search(session, _id(session, NORTH))
    steps = search.steps()
    next(steps)  # the copies are made
    session.do(assign_units(session.plan, np.array([_unit("A5"), _unit("B5"), _unit("C5")]), _id(session, SOUTH)))
    for _ in steps:
        pass
    assert [m.sentence for m in search.result.moves] == [m.sentence for m in calm.moves]
    assert search.result.rev == session.rev - 1


def test_in_a_part_only_its_own_and_what_nobody_has_is_suggested(tmp_path: Path) -> None:
    """West, which is not in the part, has less than anybody, and South more; only North may take of South."""
    with make_session(tmp_path / "whole.gpkg") as whole:
        wish = part_wish(whole, [territory_id(whole, "North"), territory_id(whole, "South")])
        write_part(whole, tmp_path / "part.gpkg", wish)
    with Session.open(tmp_path / "part.gpkg", author="Rita") as part:
        part.do(assign_units(part.plan, columns(part, 2), territory_id(part, "South")))
        west = next(i for i, t in enumerate(part.plan.territories) if t.name == "West")
        asked = [None, *(t.territory_id for t in part.plan.territories)]
        found = [suggest_moves(part, i, (Aim("units", 0.05),)) for i in asked]
        moves = [m for one in found for m in one.moves]
        assert moves
        for suggestion in moves:
            assert west not in (suggestion.move.giver, suggestion.move.taker)
            part.do(suggestion.command(part.plan))
            part.undo()
        assert "locked" in found[1 + west].reason
