"""The page Scorecard: territories by the criteria of markets, with quota, goals and synergies.

Owns the table, which territory is shown, and the way of a change to the plan.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import money, number, percent, tr
from territorymap.metrics.capacity.scorecard import Card, Scorecards
from territorymap.metrics.regions import RegionLine
from territorymap.model.coverage import Action
from territorymap.model.plan import Plan
from territorymap.model.privacy import Privacy
from territorymap.session.capacity import scorecards_of
from territorymap.session.capacity_shown import SCORE
from territorymap.session.commands.capacity import add_goal, delete_goals, edit_goal, tick_off
from territorymap.session.session import PlanChange
from territorymap.ui import icons
from territorymap.ui.capacity.bar import ShareBarDelegate
from territorymap.ui.capacity.how import explain_score
from territorymap.ui.capacity.problem import Problem
from territorymap.ui.dialogs.explain import ExplainDialog
from territorymap.ui.market.card_view import CardView
from territorymap.ui.market.goal_dialog import GoalDialog
from territorymap.ui.market.words import score_text, value_text
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.parts.region_rows import RegionRow, Titled, people_text, ratio_text, rolled_up, sum_text
from territorymap.ui.parts.words import NOTHING
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection

ORIGIN = "scorecard_page"
_SCORE_AT = 3


@dataclass(frozen=True)
class Row:
    """A territory's card with its names."""

    territory_id: int
    name: str
    rep: str
    card: Card
    found: Scorecards
    currency: str

    def value(self, criterion: int) -> float:
        return float(self.found.ranked.value[criterion, self.card.territory_ix])


class ScorecardPage(PlanningPage):
    """A row a territory over the card of the chosen one."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self._shape: tuple[tuple[str, ...], str, bool] = ((), "", False)  # names of criteria, year, penetration
        self._found: Scorecards | None = None
        self.table: RecordTable[Row] = self._make_table()
        self.card = CardView()
        self.card.goal_wanted.connect(self._add_goal)
        self.card.change_wanted.connect(self._change_goal)
        self.card.done_wanted.connect(self._tick_off)
        self.card.delete_wanted.connect(lambda actions: self._write(lambda plan: delete_goals(actions)))
        self.export = QPushButton(tr("&Export…"))
        self.export.setToolTip(tr("Write the scorecards into an Excel or CSV file, or a web page to print"))
        self.export.clicked.connect(lambda _checked=False: self._export())
        self.criteria = QPushButton(tr("&Criteria…"))
        self.criteria.setToolTip(tr("Criteria and their weights are on the page Market"))
        self.criteria.clicked.connect(lambda _checked=False: self.page_wanted.emit("market"))
        self.told = QLabel(tr("Territories by the criteria of the page Market, on one scale."))
        self.told.setProperty("role", "muted")
        self.color = QPushButton(tr("Show on the &map"))
        self.color.clicked.connect(lambda _checked=False: self.color_wanted.emit(f"figure:{SCORE}"))
        row = QHBoxLayout()
        row.addWidget(self.told, 1)
        row.addWidget(self.color)
        row.addWidget(self.criteria)
        row.addWidget(self.export)
        self._holder = QVBoxLayout()
        self._holder.setContentsMargins(0, 0, 0, 0)
        self._holder.addWidget(self.table)
        upper = QWidget()
        upper.setLayout(self._holder)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(upper)
        splitter.addWidget(self.card)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.addLayout(row)
        layout.addWidget(splitter, 1)
        self.explain = QAction(icons.icon("panel-explain"), tr("&How is this computed?"), self)
        self.explain.triggered.connect(lambda _checked=False: self._explain())
        self._stack = QStackedLayout(self)
        self.problem = Problem(self, "territories", self._stack)
        self._stack.addWidget(content)

    def _make_table(self) -> RecordTable[Row]:
        table: RecordTable[Row] = RecordTable(
            _columns(*self._shape), lambda row: row.territory_id, tr("Scorecards of territories")
        )
        table.view.setItemDelegateForColumn(_SCORE_AT, ShareBarDelegate(1.0, parent=table))
        table.chosen.connect(self._show_card)
        table.opened.connect(self._show_territory)
        return table

    def concerns(self, change: PlanChange) -> bool:
        return True  # every edit moves what a territory has; it is looked at only while the page is seen

    # -- showing -------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the cards as they are now."""
        session = self.session
        if session is None:
            return
        if not session.plan.n_territories:
            self.problem.say(tr("No territories yet"), tr("Draw or build some first: menu Territory."))
            return
        try:
            found = scorecards_of(session)
        except UserError as error:
            self.problem.refuse(error)
            return
        self.problem.clear()
        self._found = found
        can_color = any(spec.key == SCORE for spec in session.figures.specs())
        self.color.setEnabled(can_color)
        self.color.setToolTip(
            tr("Colour the territories by their score")
            if can_color
            else tr("Weigh the criteria on the page Market first.")
        )
        names = tuple(criterion.name for criterion in found.ranked.criteria)
        shape = (names, found.year, any(card.penetration == card.penetration for card in found.cards))
        if shape != self._shape:
            self._shape = shape
            table = self._make_table()
            table.offer([self.explain])
            self._holder.replaceWidget(self.table, table)
            self.table.deleteLater()
            self.table = table
        plan = session.plan
        rows = [self._row(plan, card, found) for card in found.cards]
        self.table.show_records(sorted(rows, key=lambda row: (row.card.rank == 0, row.card.rank)))
        self.table.show_regions(_region_rows(plan, rows, self.table.model.columns))
        if not self.table.selected:
            self.table.select([self._first_chosen(rows)])
        self._show_card()

    def _row(self, plan: Plan, card: Card, found: Scorecards) -> Row:
        territory, rep = plan.territories[card.territory_ix], plan.rep_of(card.territory_ix)
        name = rep.name if rep is not None else tr("vacant")
        return Row(territory.territory_id, territory.name, name, card, found, plan.info.currency)

    def _first_chosen(self, rows: list[Row]) -> int:
        """Return the territory chosen on the map, else the first of the ranking."""
        ids = [row.territory_id for row in rows]
        chosen = self.selection.territory_id
        return chosen if chosen in ids and chosen is not None else self.table.model.rows[0].territory_id

    def _chosen(self) -> Row | None:
        chosen = self.table.selected
        return chosen[0] if len(chosen) == 1 else None

    def _show_card(self) -> None:
        if self.session is not None and self._found is not None:
            row = self._chosen()
            card = row.card if row is not None else None
            self.card.show_card(self.session.plan, card, self._found, can_write=self.can_write)

    def _show_territory(self, row: Row) -> None:
        assert self.session is not None
        self.selection.set_territory(row.territory_id, ORIGIN)
        self.zoom_to_units(np.flatnonzero(self.session.plan.unit_territory == row.card.territory_ix))

    def _explain(self) -> None:
        for row in self.table.selected[:1]:
            ExplainDialog(explain_score(row.found.ranked, row.card.territory_ix), self).open()

    # -- writing -------------------------------------------------------------------------------------------------------

    def _write(self, build: Any) -> None:
        if self.do(build):
            self.refresh_now()

    def _add_goal(self, kind: str) -> None:
        row = self._chosen()
        if row is None:
            return
        dialog = GoalDialog(kind, row.name, None, date.today().isoformat(), self)

        def submit() -> UserError | None:
            values = dialog.values
            values.pop("done_on")
            title = values.pop("title")
            error = self.attempt(lambda plan: add_goal(plan, row.territory_id, kind, title, **values))
            if error is None:
                self.refresh_now()
            return error

        dialog.submit_with(submit)
        dialog.open()

    def _change_goal(self, action: Action) -> None:
        row = self._chosen()
        if row is None or not self.can_write:
            return
        dialog = GoalDialog(action.kind, row.name, action, date.today().isoformat(), self)

        def submit() -> UserError | None:
            error = self.attempt(lambda plan: edit_goal(action, **dialog.values))
            if error is None:
                self.refresh_now()
            return error

        dialog.submit_with(submit)
        dialog.open()

    def _tick_off(self, actions: list[Action]) -> None:
        open_ones = [action for action in actions if not action.done_on]
        if open_ones:
            self._write(lambda plan: tick_off(open_ones, date.today().isoformat()))

    def _export(self) -> None:
        from territorymap.exporters.registry import ExportOptions, export
        from territorymap.exporters.view import take_view
        from territorymap.ui.tasks import run_task

        session = self.session
        if session is None:
            return
        stem = session.document.path.stem
        proposed = session.document.path.with_name(tr("{plan} scorecards", plan=stem) + ".xlsx")
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            tr("Export to"),
            str(proposed),
            tr("Excel workbook (*.xlsx);;CSV table (*.csv);;Web page, a territory a page (*.html)"),
        )
        if not chosen:
            return
        target = Path(chosen)
        format_of = {".xlsx": "xlsx", ".csv": "csv", ".html": "scorecard"}
        if target.suffix.casefold() not in format_of:
            target = target.with_name(f"{target.name}.xlsx")
        name = format_of[target.suffix.casefold()]
        view = take_view(session)
        options = ExportOptions(privacy=Privacy(hides_terms=session.hides_pay))

        def work(progress: object, is_cancelled: object) -> Path:
            return export(view, target, "scorecards", options, name=name)  # type: ignore[arg-type]  # a view is as good as what it was of

        run_task(
            self, tr("Writing {name}…", name=target.name), work,
            lambda path: self.said.emit(tr("{name} was written to {folder}.", name=path.name, folder=path.parent)),
        )  # fmt: skip


def _columns(names: tuple[str, ...], year: str, has_penetration: bool) -> list[RecordColumn[Row]]:
    def criterion(at: int, name: str) -> RecordColumn[Row]:
        return RecordColumn(
            f"criterion:{at}", name, tr("Value of the criterion {name}", name=name),
            lambda row: value_text(row.value(at)), lambda row: row.value(at), is_number=True, priority=2 + at,
        )  # fmt: skip

    def share_text(row: Row) -> str:
        share = row.card.penetration
        return NOTHING if share != share else percent(share, 1)

    columns = [
        RecordColumn("rank", tr("Rank"), tr("1 is the best by all criteria together"),
                     lambda row: number(row.card.rank) if row.card.rank else NOTHING,
                     lambda row: row.card.rank or None, is_number=True, priority=1),
        RecordColumn("name", tr("Territory"), tr("Double-click shows it on the map"), lambda row: row.name, priority=0),
        RecordColumn("rep", tr("Rep"), tr("Who has it"), lambda row: row.rep, priority=8, most_ems=18),
        RecordColumn("score", tr("Score"), tr("0 to 100, by all criteria and their weights"),
                     lambda row: score_text(row.card.score), lambda row: row.card.score, is_number=True, priority=1),
        *(criterion(at, name) for at, name in enumerate(names)),
        RecordColumn("goals", tr("Goals"), tr("Goals that stand open, of all"), _goals_text, is_number=True,
                     priority=3),
        RecordColumn("synergies", tr("Synergies"), tr("Synergies told"), lambda row: number(len(row.card.synergies)),
                     is_number=True, priority=4),
    ]  # fmt: skip
    if has_penetration:
        columns.insert(
            -2,
            RecordColumn(
                "penetration", tr("Penetration"), tr("Revenue of potential"), share_text,
                lambda row: row.card.penetration, is_number=True, priority=6,
            ),
        )  # fmt: skip
    if year:
        quota = RecordColumn[Row](
            "quota", tr("Quota {year}", year=year), tr("Quota of the newest year"),
            lambda row: NOTHING if row.card.quota is None else money(row.card.quota, row.currency),
            lambda row: row.card.quota, is_number=True, priority=2,
        )  # fmt: skip
        columns.insert(-2, quota)
    return columns


def _region_rows(plan: Plan, rows: Sequence[Row], columns: Sequence[Titled]) -> list[RegionRow]:
    """Return what each region has together: criteria that are sums, penetration, quota, goals, synergies."""
    by_ix = {row.card.territory_ix: row for row in rows}
    ordered = [by_ix[ix] for ix in range(len(plan.territories))]
    texts = {
        f"criterion:{at}": sum_text([row.value(at) for row in ordered], value_text)
        for at, criterion in enumerate(ordered[0].found.ranked.criteria if ordered else ())
        if criterion.source == "sum"
    }
    quotas = [math.nan if row.card.quota is None else row.card.quota for row in ordered]
    revenue, potential = ([row.card.value[role] for row in ordered] for role in ("revenue", "potential"))

    def goals(line: RegionLine) -> str:
        held = [goal for ix in line.territory_ix for goal in ordered[ix].card.goals]
        return _open_text(held)

    texts |= {
        "rep": lambda line: people_text(plan, line),
        "penetration": ratio_text(revenue, potential, 1),
        "quota": sum_text(quotas, lambda value: money(value, plan.info.currency)),
        "goals": goals,
        "synergies": sum_text([len(row.card.synergies) for row in ordered], number),
    }
    return rolled_up(plan, columns, texts)


def _goals_text(row: Row) -> str:
    return _open_text(row.card.goals)


def _open_text(goals: Sequence[Action]) -> str:
    if not goals:
        return NOTHING
    n_open = sum(not action.done_on for action in goals)
    return tr("{open} of {n}", open=number(n_open), n=number(len(goals)))
