"""The team of a territory: lead and members with their shares, overlay specialists, since when it is vacant.

Owns the fields; the command is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import listed, number, percent, tr
from territorymap.metrics.team import LEAD, MEMBER, OVERLAY, Seat, plan_teams, promised_shares, team_seats, teams_of
from territorymap.model.plan import Plan
from territorymap.model.records import Territory
from territorymap.session.commands.teams import Member, set_team
from territorymap.session.session import Command
from territorymap.ui import icons
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.day_field import DayEdit
from territorymap.ui.parts.scale import ems
from territorymap.ui.teams.team_words import traits_of

_VACANT = -1


class SeatRow(QWidget):
    """One person: who, as what, with which share of the time."""

    def __init__(self, plan: Plan, seat: Seat | None, changed: Callable[[], None], *, is_lead: bool) -> None:
        super().__init__()
        self.is_lead = is_lead
        self.rep = QComboBox()
        self.rep.setAccessibleName(tr("Lead") if is_lead else tr("Person"))
        self.rep.setMaxVisibleItems(20)
        if is_lead:
            self.rep.addItem(tr("vacant"), _VACANT)
        for rep in sorted(plan.reps, key=lambda rep: rep.name.casefold()):
            self.rep.addItem(rep.name, rep.rep_id)
            self.rep.setItemData(self.rep.count() - 1, traits_of(rep), Qt.ItemDataRole.ToolTipRole)
        self.rep.setCurrentIndex(max(0, self.rep.findData(seat.rep.rep_id)) if seat is not None else 0)
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("Part in the team"))
        if is_lead:
            self.kind.addItem(tr("Lead"), LEAD)
            self.kind.setEnabled(False)
        else:
            self.kind.addItem(tr("Member"), MEMBER)
            self.kind.addItem(tr("Overlay specialist"), OVERLAY)
            self.kind.setToolTip(tr("An overlay specialist helps in several territories and owns no account."))
            self.kind.setCurrentIndex(max(0, self.kind.findData(seat.kind)) if seat is not None else 0)
        self.share = QDoubleSpinBox()
        self.share.setAccessibleName(tr("Share of the time"))
        self.share.setRange(0.01, 1.0)
        self.share.setSingleStep(0.1)
        self.share.setDecimals(2)
        self.share.setValue(seat.share if seat is not None else 1.0)
        self.share.setToolTip(tr("Share of the person's time for this territory: 0.5 is half."))
        self.remove = QToolButton()
        self.remove.setAutoRaise(True)
        self.remove.setIcon(icons.icon("close"))
        self.remove.setToolTip(tr("Take this person out of the team"))
        self.remove.setAccessibleName(tr("Take this person out of the team"))
        policy = self.remove.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.remove.setSizePolicy(policy)
        self.remove.setVisible(not is_lead)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.rep, 1)
        row.addWidget(self.kind)
        row.addWidget(self.share)
        row.addWidget(self.remove)
        self.setFocusProxy(self.rep)
        self.rep.currentIndexChanged.connect(lambda _at: changed())
        self.kind.currentIndexChanged.connect(lambda _at: changed())
        self.share.valueChanged.connect(lambda _value: changed())

    @property
    def rep_id(self) -> int | None:
        data = self.rep.currentData()
        return None if data is None or data == _VACANT else int(data)

    @property
    def member(self) -> Member | None:
        rep_id = self.rep_id
        return None if rep_id is None else Member(rep_id, self.share.value(), str(self.kind.currentData()))


class TeamDialog(FormDialog):
    """Asks who works for a territory."""

    def __init__(
        self,
        plan: Plan,
        territory: Territory,
        parent: QWidget | None = None,
        elsewhere: Mapping[int, float] | None = None,
    ) -> None:
        """``elsewhere``: by rep_id, what other alignments promise of somebody's time."""
        self._elsewhere = elsewhere or {}
        title = tr("Team of {name}", name=territory.name)
        super().__init__(title, tr("&Save"), parent, width_ems=66)
        self._plan, self._territory = plan, territory
        lead = plan.rep(territory.rep_id)
        seats = team_seats(territory, {rep.uuid: rep for rep in plan.reps}, lead)
        self._others = promised_shares(
            team for t, team in zip(plan.territories, plan_teams(plan), strict=True) if t is not territory
        )
        self.rows: list[SeatRow] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(ems(self, 0.8))
        self.insert(self._column)
        first = seats[0] if seats and seats[0].kind == LEAD else None
        self._add(first, is_lead=True)
        for seat in seats:
            if seat.kind != LEAD:
                self._add(seat)
        self.add = QToolButton()
        self.add.setText(tr("&Person"))
        self.add.setToolTip(tr("Add a member or an overlay specialist"))
        self.add.setIcon(icons.icon("panel-new"))
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setAutoRaise(True)
        self.add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.add.setEnabled(bool(plan.reps))
        self.add.clicked.connect(self._add_person)
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addStretch(1)
        self.insert(foot)
        self._add_since()
        self.hours: QLabel = muted("")
        self.insert(self.hours)
        self.refresh()
        self.rows[0].setFocus()

    def _add_since(self) -> None:
        known = QDate.fromString(self._territory.vacant_since, Qt.DateFormat.ISODate)
        self.is_since = QCheckBox(tr("&Vacant since"))
        self.is_since.setChecked(known.isValid())
        self._had_lead = self._territory.rep_id is not None
        self.since = DayEdit(known if known.isValid() else QDate.currentDate())
        self.since.setAccessibleName(tr("Vacant since"))
        self.is_since.toggled.connect(lambda _on: self.refresh())
        line = QHBoxLayout()
        line.addWidget(self.is_since)
        line.addWidget(self.since)
        line.addStretch(1)
        self._since_line = QWidget()
        self._since_line.setLayout(line)
        line.setContentsMargins(0, 0, 0, 0)
        self.insert(self._since_line)

    def _add(self, seat: Seat | None, *, is_lead: bool = False) -> SeatRow:
        row = SeatRow(self._plan, seat, self.refresh, is_lead=is_lead)
        self.rows.append(row)
        self._column.addWidget(row)
        row.remove.clicked.connect(lambda: self._remove(row))
        return row

    def _add_person(self) -> None:
        taken = {row.rep_id for row in self.rows}
        row = self._add(None)
        free = next((at for at in range(row.rep.count()) if row.rep.itemData(at) not in taken), 0)
        row.rep.setCurrentIndex(free)
        row.setFocus()
        self.refresh()

    def _remove(self, row: SeatRow) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.add.setFocus()
        self.refresh()

    # -- what is chosen ------------------------------------------------------------------------------------------------

    def command(self, plan: Plan) -> Command:
        """Return the command of what stands there; UserError where it cannot be."""
        lead = self.rows[0]
        members = [row.member for row in self.rows[1:]]
        since = self.since.date().toString(Qt.DateFormat.ISODate) if self.is_since.isChecked() else ""
        return set_team(
            plan,
            self._territory.territory_id,
            lead.rep_id,
            [member for member in members if member is not None],
            lead_share=lead.share.value(),
            since=since,
        )

    def refresh(self) -> None:
        """Say how many hours the team has, and who is promised to more than there is."""
        if not hasattr(self, "hours"):
            return
        lead = self.rows[0]
        lead.share.setEnabled(lead.rep_id is not None)
        if lead.rep_id is None and self._had_lead:
            self.is_since.setChecked(True)  # who is taken away leaves it today, unless another day is told
        self._had_lead = lead.rep_id is not None
        self._since_line.setVisible(lead.rep_id is None)
        self.since.setEnabled(self.is_since.isChecked())
        hours, unknown, too_much, together = 0.0, [], [], []
        for row in self.rows:
            rep = self._plan.rep(row.rep_id)
            if rep is None:
                continue
            share = row.share.value()
            promised = self._others.get(rep.rep_id, 0.0) + share
            if promised > 1 + 1e-9:
                too_much.append(tr("{name}: {share}", name=rep.name, share=percent(promised)))
            everywhere = promised + self._elsewhere.get(rep.rep_id, 0.0)
            if everywhere > max(promised, 1.0) + 1e-9:
                together.append(tr("{name}: {share}", name=rep.name, share=percent(everywhere)))
            if row.kind.currentData() == OVERLAY:
                continue
            if rep.capacity_h is None:
                unknown.append(rep.name)
            else:
                hours += max(rep.capacity_h, 0.0) * share / max(promised, 1.0)
        words = [tr("The team has {hours} hours a year for this territory.", hours=number(hours))]
        if unknown:
            words.append(tr("Capacity not known: {names}.", names=listed(unknown)))
        if too_much:
            words.append(
                tr(
                    "Promised to territories of this alignment for more than all of the time, so the hours are "
                    "divided: {names}.",
                    names=listed(too_much),
                )
            )
        if together:
            words.append(
                tr("Promised to territories of all alignments together for more than all of the time: {names}.",
                   names=listed(together))
            )  # fmt: skip
        self.hours.setText("\n".join(words))


def ask_team(panel: Panel, territory_id: int) -> None:
    """Ask who works for a territory, from any panel."""
    session = panel.session
    territory = next((t for t in session.plan.territories if t.territory_id == territory_id), None) if session else None
    if session is None or territory is None:
        return
    in_use = session.plan.alignment.alignment_id
    elsewhere = promised_shares(
        team
        for coverage in session.coverages()
        if coverage.alignment.alignment_id != in_use
        for team in teams_of(session.plan, coverage.territories)
    )
    dialog = TeamDialog(session.plan, territory, panel, elsewhere)
    dialog.submit_with(lambda: panel.attempt(dialog.command))
    dialog.open()
