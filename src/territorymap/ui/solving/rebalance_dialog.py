"""Asks how the plan as it is should be rebalanced. Owns the fields; the search is session.solving's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QHBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.session.session import Session
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.words import NOTHING, measure_label
from territorymap.ui.preferences import Preferences
from territorymap.ui.solving.asked import flag_of, number_of
from territorymap.ui.solving.dialog import SolvingDialog, capacity_box, label_of

if TYPE_CHECKING:
    from territorymap.session.solving.jobs import Job

MOST_PROPOSALS = 8


class RebalanceDialog(SolvingDialog):
    """What is to be even, what may move, and how many answers are wanted."""

    def __init__(self, session: Session, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(tr("Rebalance"), tr("&Rebalance"), "rebalance", session, preferences, parent)
        self.form.addRow(
            muted(tr("Territories keep their reps and most of what they have: as little moves as can be."))
        )
        self.insert(self.measures)
        self._add_rest()
        self.add_more(self._fill_more)
        if not session.plan.territories:
            self.ok.setEnabled(False)
            self.show_problem(
                UserError(tr("There is no territory yet."), tr("Build territories first, in the menu Territory."))
            )
        self.ok.setFocus()

    def _add_rest(self) -> None:
        plan = self.session.plan
        self.least = QComboBox()
        for shared in self.shared:
            if not shared.obstacle:
                self.least.addItem(measure_label(shared.measure), shared.measure.name)
        at = self.least.findData(str(self.asked.get("least", _first_cost(plan))))
        self.least.setCurrentIndex(max(0, at))
        self.least.setToolTip(tr("What counts as moved: as little of this as can be changes territory"))
        self.given = self._share_box("given", tr("What a rep may give away, as a share of what he has"))
        self.taken = self._share_box("taken", tr("What a rep may be given, as a share of what he has"))
        self.capacity = capacity_box(plan, self.asked)
        n_loose = int((plan.unit_territory < 0).sum())
        self.deals = QCheckBox(
            ntr("&Deal out the unit that nobody has", "&Deal out the {n} units that nobody has", n_loose)
        )
        self.deals.setChecked(n_loose > 0 and flag_of(self.asked, "deals", False))
        self.deals.setVisible(n_loose > 0)
        self.several = QCheckBox(tr("Several &proposals to choose from, on a chart"))
        self.several.setToolTip(tr("Off: one, the one that moves least"))
        self.several.setChecked(flag_of(self.asked, "several", True))
        holder = QFormLayout()
        holder.setHorizontalSpacing(ems(self, 1.4))
        holder.setVerticalSpacing(ems(self, 1.1))
        holder.addRow(label_of(tr("&Move as little as can be of"), self.least), _left(self.least))
        caps = QHBoxLayout()
        caps.setSpacing(ems(self, 1))
        caps.addWidget(self.given)
        caps.addWidget(label_of(tr("and ta&kes at most"), self.taken))
        caps.addWidget(self.taken)
        caps.addStretch(1)
        holder.addRow(label_of(tr("Each rep &gives at most"), self.given), caps)
        holder.addRow("", self.capacity)
        holder.addRow("", self.several)
        if n_loose:
            holder.addRow("", self.deals)
        holder.addRow(label_of(tr("T&ime limit"), self.seconds), self.time_row())
        told = [self.locked.text(), protected_sentence(plan), change_sentence(plan)]
        self.kept = muted("\n".join(filter(None, told)))
        self.kept.setVisible(bool(self.kept.text()))
        holder.addRow("", self.kept)
        self.insert(holder)

    def _share_box(self, key: str, tip: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(0, 100)
        box.setDecimals(1)
        box.setSuffix(" %")
        box.setSpecialValueText(NOTHING)
        box.setValue(number_of(self.asked, key, 0.0))
        box.setToolTip(tip)
        box.setAccessibleName(tip)
        return box

    def _fill_more(self, form: QFormLayout) -> None:
        self.radius = QDoubleSpinBox()
        self.radius.setRange(0, 20_000)
        self.radius.setDecimals(0)
        self.radius.setSpecialValueText(NOTHING)
        self.radius.setSuffix(tr(" km"))
        self.radius.setValue(number_of(self.asked, "radius", 0.0))
        self.radius.setToolTip(tr("How far a unit may be from the home of its territory's rep"))
        form.addRow(tr("Farthest r&each"), self.radius)

    def read(self) -> dict[str, Any]:
        return {
            **super().read(),
            "least": self.least.currentData(),
            "given": self.given.value(),
            "taken": self.taken.value(),
            "capacity": self.capacity.isChecked(),
            "several": self.several.isChecked(),
            "deals": self.deals.isChecked(),
            "radius": self.radius.value(),
        }

    def prepare(self) -> Callable[[], Job]:
        from territorymap.session.solving.aims import Wishes
        from territorymap.session.solving.still import still_of

        wishes = Wishes(
            self.measures.aims(),
            by_capacity=self.capacity.isChecked(),
            max_radius_km=self.radius.value() or None,
        )
        least = str(self.least.currentData() or "")
        given, taken = self.given.value() / 100 or None, self.taken.value() / 100 or None
        deals = self.deals.isChecked()
        n_proposals = MOST_PROPOSALS if self.several.isChecked() else 1
        still = still_of(self.session)

        def make() -> Job:
            from territorymap.session.solving.rebalance_task import RebalanceWishes
            from territorymap.session.solving.rebalancing import RebalanceJob
            from territorymap.ui.solving.compared import ComparedJob

            asked = RebalanceWishes(least, given, taken, deals)
            return ComparedJob(RebalanceJob(still, wishes, asked, n_proposals=n_proposals))

        return make


def protected_sentence(plan: Plan) -> str:
    """Return what of the planner's limits is kept, in words; "" where there are none."""
    n = int(plan.accounts.is_protected.sum())
    if n and plan.caps:
        return ntr(
            "A protected account stays with its rep, and the plan's caps are kept.",
            "{n} protected accounts stay with their reps, and the plan's caps are kept.",
            n,
        )
    if plan.caps:
        return tr("The plan's caps on what changes rep are kept.")
    return kept_sentence(plan)


def kept_sentence(plan: Plan) -> str:
    """Return what happens to protected accounts, "" where there are none."""
    n = int(plan.accounts.is_protected.sum())
    return (
        ntr("A protected account stays with its rep.", "{n} protected accounts stay with their reps.", n) if n else ""
    )


def change_sentence(plan: Plan) -> str:
    """Return what is done with accounts marked "change rep"; "" where there are none."""
    n = int(plan.accounts.wants_change.sum())
    return (
        ntr(
            "An account marked “change rep” gets another rep: with its unit, or by name.",
            "{n} accounts marked “change rep” get other reps: with their units, or by name.",
            n,
        )
        if n
        else ""
    )


def _first_cost(plan: Plan) -> str:
    kind = "accounts" if len(plan.accounts) else "units"
    return next((m.name for m in plan.measures if m.source == "builtin" and m.column_name == kind), "")


def _left(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
