"""What is on the screen is what a new table would show, after any walk of edits, undo and redo.

A mirror of each table learns only from the model's signals, as a view does: a row that changes without being told
of would make it differ.
"""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QAbstractTableModel
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from territorymap.errors import UserError
from territorymap.session import commands
from territorymap.session.session import Session
from territorymap.ui.panels import AccountPanel, TerritoryPanel
from territorymap.ui.selection import Selection
from tests.ui.panels.plans import columns


class Mirror:
    """The texts of a table, kept up by its signals alone."""

    def __init__(self, model: QAbstractTableModel) -> None:
        self._model = model
        self.rows: list[list[str]] = []
        model.modelReset.connect(self.read)
        model.layoutChanged.connect(self.read)
        model.rowsInserted.connect(self._inserted)
        model.rowsRemoved.connect(self._removed)
        model.dataChanged.connect(self._changed)
        self.read()

    def read(self) -> None:
        self.rows = [self._row(row) for row in range(self._model.rowCount())]

    def _row(self, row: int) -> list[str]:
        return [str(self._model.index(row, c).data()) for c in range(self._model.columnCount())]

    def _inserted(self, _parent: object, first: int, last: int) -> None:
        self.rows[first:first] = [self._row(row) for row in range(first, last + 1)]

    def _removed(self, _parent: object, first: int, last: int) -> None:
        del self.rows[first : last + 1]

    def _changed(self, top: object, bottom: object) -> None:
        for row in range(top.row(), bottom.row() + 1):
            for column in range(top.column(), bottom.column() + 1):
                self.rows[row][column] = str(self._model.index(row, column).data())


def take_a_step(session: Session, rng: np.random.Generator) -> None:
    """Do one random thing; what is refused changes nothing."""
    plan = session.plan
    ids = [t.territory_id for t in plan.territories]
    pick = ids[int(rng.integers(len(ids)))] if ids else None
    units = rng.choice(24, int(rng.integers(1, 6)), replace=False)
    accounts = rng.choice(24, 3, replace=False)
    rep_id = [None, *(rep.rep_id for rep in plan.reps)][int(rng.integers(len(plan.reps) + 1))]
    name = f"T{rng.integers(1_000_000)}"
    steps = {
        "assign": lambda: commands.assign_units(plan, units, pick),
        "unassign": lambda: commands.assign_units(plan, units, None),
        "create": lambda: commands.create_territory(plan, name, unit_ix=units),
        "rename": lambda: commands.rename_territory(plan, pick, name),
        "delete": lambda: commands.delete_territories(plan, [pick]),
        "merge": lambda: commands.merge_territories(plan, ids[:2], ids[0]),
        "lock": lambda: commands.set_territory_locked(plan, [pick], True),
        "unlock": lambda: commands.set_territory_locked(plan, ids, False),
        "rep": lambda: commands.set_territory_rep(plan, pick, rep_id),
        "override": lambda: commands.set_override(plan, accounts, pick, name),
        "clear": lambda: commands.clear_overrides(plan, accounts),
        "settings": lambda: commands.edit_plan(plan, constants={"visits": float(rng.integers(1, 40))}),
        "target": lambda: commands.edit_plan(plan, target_kind=str(rng.choice(["equal", "capacity"]))),
        "hide": lambda: commands.show_measure(plan, plan.measures[-1].measure_id, bool(rng.integers(2))),
        "capacity": lambda: commands.edit_rep(plan, plan.reps[0].rep_id, capacity_h=float(rng.integers(100, 2000))),
        "home": lambda: commands.edit_rep(plan, plan.reps[0].rep_id, lon=float(rng.uniform(-99, -95)), lat=41.0),
        "visits": lambda: commands.edit_account_constants(plan, accounts, {"visits": float(rng.integers(1, 40))}),
    }
    name_of_step = str(rng.choice([*steps, "undo", "redo"]))
    try:
        if name_of_step == "undo":
            session.undo()
        elif name_of_step == "redo":
            session.redo()
        else:
            session.do(steps[name_of_step]())
    except (UserError, IndexError):
        return  # refused, or there is no territory left to do it to


@pytest.mark.parametrize("seed", range(3))
def test_tables_show_what_new_ones_would_after_any_walk(qtbot: QtBot, session: Session, seed: int) -> None:
    rng = np.random.default_rng(seed)
    territories, accounts = TerritoryPanel(Selection()), AccountPanel(Selection())
    mirrors = []
    for panel in (territories, accounts):
        qtbot.addWidget(panel)
        panel.set_session(session)
        mirrors.append(Mirror(panel.model))
    testers = [QAbstractItemModelTester(p.model, FATAL) for p in (territories, accounts)]
    session.do(commands.assign_units(session.plan, columns(session, 6), session.plan.territories[0].territory_id))
    for step in range(40):
        take_a_step(session, rng)
        fresh = TerritoryPanel(Selection())
        qtbot.addWidget(fresh)
        fresh.model.set_session(session)
        fresh.model.set_bar(territories.model.bar_ix)
        assert sorted(mirrors[0].rows) == sorted(Mirror(fresh.model).rows), (seed, step)
        assert mirrors[1].rows == Mirror(accounts.model).rows, (seed, step)
        assert territories.totals_row.texts == fresh.model.sums()
        fresh.set_session(None)
    assert len(testers) == 2
    for panel in (territories, accounts):
        panel.set_session(None)


FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
