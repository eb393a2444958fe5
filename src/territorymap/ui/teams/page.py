"""The page of teams: who works for each territory of the alignment in use, its hours, and what does not fit.

Owns table and list of warnings; the rules are metrics.fit's, the fields of a team team_dialog's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import listed, number, percent, tr
from territorymap.metrics.explain import explain
from territorymap.metrics.fit import FitWarning
from territorymap.metrics.fit_words import fit_sentence, short_words
from territorymap.metrics.team import MEMBER, OVERLAY, Seat, plan_teams, promised_shares, teams_of
from territorymap.model.languages import language_name
from territorymap.model.records import Rep, Territory
from territorymap.session.commands.teams import set_fit
from territorymap.session.fit import FitReport
from territorymap.session.session import PlanChange
from territorymap.ui import icons
from territorymap.ui.dialogs.explain import ExplainDialog
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.buttons import action_button
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.parts.region_rows import RegionRow, people_text, rolled_up
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.parts.words import NOTHING
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection
from territorymap.ui.teams.fit_dialog import FitDialog
from territorymap.ui.teams.team_dialog import ask_team
from territorymap.ui.teams.team_words import vacant_words

ORIGIN = "teams"


@dataclass(frozen=True)
class TeamRow:
    """One territory with its team."""

    territory: Territory
    territory_ix: int
    team: Sequence[Seat]
    capacity_h: float
    promised: dict[int, float]  # by rep_id, over all territories
    warnings: Sequence[FitWarning]
    everywhere: dict[int, float] = field(default_factory=dict)  # by rep_id, over all alignments

    def names(self, kind: str) -> str:
        return listed(
            seat.rep.name if seat.share == 1 else tr("{name} ({share})", name=seat.rep.name, share=percent(seat.share))
            for seat in self.team
            if seat.kind == kind
        )

    @property
    def lead(self) -> str:
        if self.territory.rep_id is not None:
            return self.names("lead")
        return vacant_words(self.territory)

    @property
    def languages(self) -> str:
        return listed(map(language_name, dict.fromkeys(code for seat in self.team for code in seat.rep.languages)))

    @property
    def verticals(self) -> str:
        return listed(dict.fromkeys(word for seat in self.team for word in seat.rep.verticals))

    @property
    def seniority(self) -> str:
        return listed(dict.fromkeys(seat.rep.seniority for seat in self.team if seat.rep.seniority))

    @property
    def overloaded(self) -> str:
        """Who is promised to more than there is: here, or in all alignments together."""
        return listed(text for seat in self.team if (text := self._too_much(seat.rep)))

    def _too_much(self, rep: Rep) -> str:
        here = self.promised[rep.rep_id]
        everywhere = self.everywhere.get(rep.rep_id, here)
        if here > 1 + 1e-9:
            return tr("{name}: {share}", name=rep.name, share=percent(here))
        if everywhere > 1 + 1e-9:
            return tr("{name}: {share} in all alignments", name=rep.name, share=percent(everywhere))
        return ""


def team_columns() -> list[RecordColumn[TeamRow]]:
    """Return the columns, in order."""

    def swatch(row: TeamRow) -> QIcon:
        return icons.swatch_icon(row.territory.color)

    return [
        RecordColumn(
            "territory", tr("Territory"), tr("Double-click to edit its team."), lambda r: r.territory.name,
            icon=swatch, priority=0,
        ),
        RecordColumn(
            "lead", tr("Lead"), tr("Who leads, or since when nobody does."), lambda r: r.lead,
            ink=lambda r: "warning" if r.territory.rep_id is None else "", most_ems=34, priority=1,
        ),
        RecordColumn("members", tr("Members"), tr("Others, with the share of their time."),
                     lambda r: r.names(MEMBER), most_ems=34, priority=3),
        RecordColumn("overlay", tr("Overlay"), tr("Specialists who help here and own no account."),
                     lambda r: r.names(OVERLAY), most_ems=28, priority=5),
        RecordColumn(
            "fit", tr("Does not fit"), tr("Languages and verticals of the accounts that the team lacks; far homes."),
            lambda r: short_words(r.warnings), order=lambda r: len(r.warnings), ink=lambda _: "warning", most_ems=44,
            tip_of=lambda r: "\n".join(map(fit_sentence, r.warnings)), priority=1,
        ),
        RecordColumn(
            "capacity", tr("Hours"), tr("Hours a year of lead and members, by their shares."),
            lambda r: number(r.capacity_h) if r.capacity_h else NOTHING, order=lambda r: r.capacity_h,
            is_number=True, priority=2,
        ),
        RecordColumn("languages", tr("Languages"), tr("Languages that somebody in the team speaks."),
                     lambda r: r.languages, most_ems=30, priority=4),
        RecordColumn("verticals", tr("Verticals"), tr("Verticals that somebody in the team covers."),
                     lambda r: r.verticals, most_ems=30, priority=4),
        RecordColumn("seniority", tr("Seniority"), tr("Seniority in the team."), lambda r: r.seniority, most_ems=20,
                     priority=6),
        RecordColumn("overload", tr("Over-promised"),
                     tr("Who is promised for more than all the time, here or in all alignments together."),
                     lambda r: r.overloaded, ink=lambda _: "warning", most_ems=30, priority=4),
    ]  # fmt: skip


class TeamsPage(PlanningPage):
    """Teams of the alignment in use."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.report: FitReport | None = None
        self.edit = self.make_action(
            "team_edit", tr("&Team…"), tr("Edit who works for the territory"), self.ask_team, icon="reps"
        )
        self.show_on_map = self.make_action(
            "team_show",
            tr("Sho&w on the map"),
            tr("Select the territory and show it on the map"),
            self._show_territory,
            icon="panel-zoom",
        )
        self.explain = self.make_action(
            "team_explain", tr("&How is this computed?"), tr("Show how the hours of the team come about"),
            self._explain, shortcut="Ctrl+I", icon="panel-explain", is_local=True,
        )  # fmt: skip
        self.compare = self.make_action(
            "team_fit", tr("&Compared with…"), tr("Which fields tell language and vertical, and how far is far"),
            self.ask_fit, icon="settings",
        )  # fmt: skip
        self.table: RecordTable[TeamRow] = RecordTable(team_columns(), lambda r: r.territory.territory_id, tr("Teams"))
        self.table.offer([self.edit, self.show_on_map, self.explain])
        self.table.opened.connect(lambda _row: self.ask_team())
        self.table.chosen.connect(self._show_warnings)
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.warnings = QListWidget()
        self.warnings.setAccessibleName(tr("What does not fit"))
        self.warnings.setWordWrap(True)
        self.warnings.itemActivated.connect(self._show_accounts)
        self.warnings.itemClicked.connect(self._show_accounts)
        self._build()
        self.session_replaced()

    def _build(self) -> None:
        pad = ems(self, 0.8)
        bar = QHBoxLayout()
        for action in (self.edit, self.show_on_map, self.explain, self.compare):
            bar.addWidget(action_button(action))
        bar.addStretch(1)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(pad, pad, pad, pad)
        column.addWidget(muted(tr("What does not fit; a click selects the accounts and shows them on the map.")))
        column.addWidget(self.warnings, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(below)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        self.warnings.setMinimumHeight(lines(self, 4))
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(pad, pad, pad, 0)
        layout.addWidget(self.summary)
        layout.addLayout(bar)
        layout.addWidget(split, 1)
        self._empty = EmptyState(
            "reps",
            tr("There are no territories yet"),
            tr("Make territories on the map, or build them; who works for them is told here."),
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)

    # -- following -----------------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self.report = FitReport(self.session) if self.session is not None else None
        super().session_replaced()

    def concerns(self, change: PlanChange) -> bool:
        return True  # who owns which account is part of the fit

    def refresh(self) -> None:
        session, report = self.session, self.report
        rows: list[TeamRow] = []
        if session is not None and report is not None:
            teams = plan_teams(session.plan)
            promised, capacity = promised_shares(teams), session.balance.capacity_h
            everywhere = promised_shares(
                team for c in session.coverages() for team in teams_of(session.plan, c.territories)
            )
            by_territory: dict[int, list[FitWarning]] = {}
            for warning in report.warnings():
                by_territory.setdefault(warning.territory_ix, []).append(warning)
            rows = [
                TeamRow(territory, ix, teams[ix], float(capacity[ix]), promised, by_territory.get(ix, ()), everywhere)
                for ix, territory in enumerate(session.plan.territories)
            ]
        self._stack.setCurrentIndex(int(bool(rows)))
        self.summary.setText(self._summary(rows))
        self.table.show_records(rows)
        self.table.show_regions(self._regions(rows))
        if rows and not self.table.selected:
            self.table.select([rows[0].territory.territory_id])
        self._show_warnings()

    def _regions(self, rows: Sequence[TeamRow]) -> list[RegionRow]:
        """Return the people and hours of each region."""
        if self.session is None or not rows:
            return []
        plan = self.session.plan
        return rolled_up(
            plan,
            self.table.model.columns,
            {
                "lead": lambda line: people_text(plan, line),
                "capacity": lambda line: number(sum(rows[ix].capacity_h for ix in line.territory_ix)),
            },
        )

    def _summary(self, rows: Sequence[TeamRow]) -> str:
        return tr(
            "Territories: {n}. Vacant: {vacant}. With something that does not fit: {unfit}.",
            n=number(len(rows)),
            vacant=number(sum(row.territory.rep_id is None for row in rows)),
            unfit=number(sum(bool(row.warnings) for row in rows)),
        )

    def _show_warnings(self) -> None:
        chosen = self.table.selected
        is_one = len(chosen) == 1
        self.edit.setEnabled(self.can_write and is_one and not chosen[0].territory.is_outside)
        self.show_on_map.setEnabled(bool(chosen))
        self.explain.setEnabled(is_one)
        self.compare.setEnabled(self.can_write)
        self.warnings.clear()
        for row in chosen:
            for warning in row.warnings:
                item = QListWidgetItem(icons.icon("panel-warning"), fit_sentence(warning), self.warnings)
                item.setData(Qt.ItemDataRole.UserRole, warning)
        if chosen and not self.warnings.count():
            item = QListWidgetItem(tr("The team fits its accounts, as far as it is told."), self.warnings)
            item.setFlags(Qt.ItemFlag.NoItemFlags)

    # -- doing ---------------------------------------------------------------------------------------------------------

    def ask_team(self) -> None:
        """Ask who works for the chosen territory."""
        if self.edit.isEnabled() and self.session is not None:
            ask_team(self, self.table.selected[0].territory.territory_id)

    def ask_fit(self) -> None:
        """Ask what teams are compared with."""
        session, report = self.session, self.report
        if session is None or report is None:
            return
        dialog = FitDialog(session.plan, report.settings, self)
        dialog.submit_with(lambda: self.attempt(lambda plan: set_fit(plan, dialog.settings, report.record)))
        dialog.open()

    def _explain(self) -> None:
        session, chosen = self.session, self.table.selected
        if session is not None and len(chosen) == 1:
            ix = chosen[0].territory_ix
            ExplainDialog(explain(session.plan, session.totals, session.balance, ix, "team_capacity_h"), self).open()

    def _show_territory(self) -> None:
        if self.session is None or not self.table.selected:
            return
        self.selection.set_territory(self.table.selected[0].territory.territory_id, ORIGIN)
        ix = [row.territory_ix for row in self.table.selected]
        self.zoom_to_units(np.flatnonzero(np.isin(self.session.plan.unit_territory, ix)))

    def _show_accounts(self, item: QListWidgetItem) -> None:
        warning = item.data(Qt.ItemDataRole.UserRole)
        if isinstance(warning, FitWarning):
            self.selection.set_accounts(warning.account_ix.astype(np.int32), ORIGIN)
            self.zoom_to_accounts(warning.account_ix)
