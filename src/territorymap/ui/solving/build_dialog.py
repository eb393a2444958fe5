"""Asks what territories are to be like that are built anew. Owns the fields; the search is session.solving's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QStackedWidget,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import ntr, number, tr
from territorymap.metrics.ledger import WORKLOAD
from territorymap.session.session import Session
from territorymap.session.solving.owners import homes_to_start
from territorymap.session.solving.start import is_around_homes
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.words import amount, measure_label
from territorymap.ui.preferences import Preferences
from territorymap.ui.selection import Selection
from territorymap.ui.solving.asked import count_for, flag_of, number_of
from territorymap.ui.solving.dialog import SolvingDialog, capacity_box, label_of
from territorymap.ui.solving.measure_grid import digits_for_total
from territorymap.ui.solving.more import MoreWishes
from territorymap.ui.solving.rebalance_dialog import change_sentence, kept_sentence

if TYPE_CHECKING:
    from territorymap.session.solving.jobs import Job

NUMBER, TARGET, CAP = "number", "target", "cap"
NOTHING, SEEDS, REPS = "nothing", "seeds", "reps"
_USUAL = 8  # territories where the plan has none


class BuildDialog(SolvingDialog):
    """How many, of what, from where."""

    def __init__(
        self, session: Session, selection: Selection, preferences: Preferences, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Build territories"), tr("&Build"), "build", session, preferences, parent)
        self._seeds = selection.units
        self._add_count()
        self.insert(self.measures)
        self._add_rest()
        self.more_wishes = MoreWishes(session, selection, self.asked)
        self.add_more(self.more_wishes.fill)
        self.measures.changed.connect(self._recount)
        self._recount()
        self.number_of.setFocus()
        self.number_of.selectAll()

    # -- how many ------------------------------------------------------------------------------------------------------

    def _add_count(self) -> None:
        plan = self.session.plan
        self.how = QComboBox()
        for key, text in (
            (NUMBER, tr("this many territories")),
            (TARGET, tr("about so much for each")),
            (CAP, tr("at most so much for each")),
        ):
            self.how.addItem(text, key)
        self.how.setAccessibleName(tr("How many"))
        self.number_of = QSpinBox()
        self.number_of.setRange(1, 100_000)
        self.number_of.setValue(int(number_of(self.asked, "n", plan.n_territories or len(plan.reps) or _USUAL)))
        self.number_of.setAccessibleName(tr("Number of territories"))
        self.number_of.setToolTip(tr("Locked territories included"))
        self.each = QDoubleSpinBox()
        self.each.setRange(0, 1e12)
        self.each.setGroupSeparatorShown(True)
        self.each.setAccessibleName(tr("For each territory"))
        self.of = QComboBox()
        for shared in self.shared:
            if not shared.obstacle:
                self.of.addItem(measure_label(shared.measure), shared.measure.name)
        self.of.setAccessibleName(tr("Measured in"))
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        amounts = QWidget()
        row = QHBoxLayout(amounts)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(ems(self, 0.8))
        self.each.setFixedWidth(ems(self, 14))
        for widget in (self.each, self.of):
            row.addWidget(widget)
        row.addWidget(self.count, 1)
        self._stack = QStackedWidget()
        first = QWidget()
        line = QHBoxLayout(first)
        line.setContentsMargins(0, 0, 0, 0)
        self.number_of.setMinimumWidth(ems(self, 12))
        line.addWidget(self.number_of)
        line.addStretch(1)
        self._stack.addWidget(first)
        self._stack.addWidget(amounts)
        holder = QHBoxLayout()
        holder.addWidget(self.how)
        holder.addWidget(self._stack, 1)
        self.form.addRow(label_of(tr("B&uild"), self.how), holder)
        self.of.currentIndexChanged.connect(self._offer_each)
        wanted = self.of.findData(str(self.asked.get("of", "")))
        ticked = self.of.findData(next((r.shared.measure.name for r in self.measures.wanted), ""))
        self.of.setCurrentIndex(max(0, wanted if wanted >= 0 else ticked))
        self._offer_each()
        if number_of(self.asked, "each", 0.0) > 0:
            self.each.setValue(number_of(self.asked, "each", 0.0))
        self.how.currentIndexChanged.connect(self._show_how)
        for box in (self.number_of, self.each):
            box.valueChanged.connect(self._recount)
        self.how.setCurrentIndex(max(0, self.how.findData(str(self.asked.get("how", NUMBER)))))
        self._show_how()

    def offer_number(self, n: int) -> None:
        """Fill in how many territories, whatever was asked for the last time."""
        self.how.setCurrentIndex(self.how.findData(NUMBER))
        self.number_of.setValue(n)
        self.number_of.selectAll()

    def _show_how(self) -> None:
        self._stack.setCurrentIndex(0 if self.how.currentData() == NUMBER else 1)
        self._recount()

    def _offer_each(self) -> None:
        """Offer what each has if there are as many as asked for by number."""
        total = self._total()
        digits = digits_for_total(total)
        self.each.setDecimals(digits)
        self.each.setValue(round(total / max(1, self.number_of.value()), digits))

    def _total(self) -> float:
        name = self.of.currentData()
        return next((s.total for s in self.shared if s.measure.name == name), 0.0)

    @property
    def n_territories(self) -> int:
        """How many are asked for; UserError if it cannot be said."""
        how = self.how.currentData()
        if how == NUMBER:
            return self.number_of.value()
        return count_for(self._total(), self.each.value(), is_cap=how == CAP)

    def _recount(self) -> None:
        if self.how.currentData() == NUMBER:
            return
        try:
            n = self.n_territories
        except UserError as error:
            self.count.setText(error.message)
            return
        self.count.setText(
            ntr("about {n} territory", "about {n} territories", n)
        )  # fmt: skip
        self.count.setToolTip(tr("{total} in all", total=amount(self._total())))

    # -- the rest ------------------------------------------------------------------------------------------------------

    def _add_rest(self) -> None:
        plan = self.session.plan
        self.capacity = capacity_box(plan, self.asked)
        self.start = QComboBox()
        n_homes = len(homes_to_start(plan))
        n_seeds = len(self._seeds)
        self.start.addItem(tr("nothing"), NOTHING)
        self.start.addItem(ntr("the selected unit", "the {n} selected units, one for each", n_seeds), SEEDS)
        self.start.addItem(ntr("the home of the rep", "the homes of {n} reps, one for each", n_homes), REPS)
        for key, has, tip in (
            (SEEDS, n_seeds, tr("Select units on the map first: a territory grows from each.")),
            (REPS, n_homes, tr("No rep has a home yet: import reps, or place them on the map.")),
        ):
            at = self.start.findData(key)
            if not has:
                item = self.start.model().item(at)  # type: ignore[attr-defined]
                item.setEnabled(False)
                self.start.setItemData(at, tip, Qt.ItemDataRole.ToolTipRole)
        usual = REPS if is_around_homes(plan, (WORKLOAD,), None) else NOTHING
        wanted = self.start.findData(str(self.asked.get("start", usual)))
        is_able = wanted >= 0 and (self.start.itemData(wanted) != REPS or n_homes > 0)
        is_able = is_able and self.start.itemData(wanted) != SEEDS  # of another selection
        self.start.setCurrentIndex(wanted if is_able else 0)
        self.start.setAccessibleName(tr("Start from"))
        self.start.currentIndexChanged.connect(self._follow_start)
        holder = QFormLayout()
        holder.setHorizontalSpacing(ems(self, 1.4))
        holder.setVerticalSpacing(ems(self, 1.1))
        line = QHBoxLayout()
        line.addWidget(self.start)
        line.addStretch(1)
        holder.addRow(label_of(tr("&Start from"), self.start), line)
        holder.addRow("", self.capacity)
        self.several = QCheckBox(tr("Several &proposals to choose from, on a chart"))
        self.several.setToolTip(tr("Rounder and more even ones beside what is asked for; they share the time"))
        self.several.setChecked(flag_of(self.asked, "several", False))
        holder.addRow("", self.several)
        holder.addRow(label_of(tr("T&ime limit"), self.seconds), self.time_row())
        holder.addRow("", self.locked)
        marked = muted("\n".join(filter(None, [kept_sentence(self.session.plan), change_sentence(self.session.plan)])))
        marked.setVisible(bool(marked.text()))
        holder.addRow("", marked)
        self.insert(holder)

    def _follow_start(self) -> None:
        """As many territories as there are beginnings, at least."""
        n_homes = len(homes_to_start(self.session.plan))
        n = {SEEDS: len(self._seeds), REPS: n_homes}.get(self.start.currentData(), 0)
        if self.start.currentData() == REPS or n > self.number_of.value():
            self.number_of.setValue(max(1, n))

    # -- the job -------------------------------------------------------------------------------------------------------

    def read(self) -> dict[str, Any]:
        return {
            **super().read(),
            "how": self.how.currentData(),
            "n": self.number_of.value(),
            "each": self.each.value(),
            "of": self.of.currentData(),
            "start": self.start.currentData(),
            "capacity": self.capacity.isChecked(),
            "several": self.several.isChecked(),
            **self.more_wishes.read(),
        }

    def prepare(self) -> Callable[[], Job]:
        from territorymap.session.solving.aims import Goal, Wishes
        from territorymap.session.solving.still import still_of

        start, how = self.start.currentData(), self.how.currentData()
        n = self.n_territories
        if start == SEEDS and len(self._seeds) > n:
            raise UserError(
                tr(
                    "{seeds} units are selected to start from, and only {n} territories are to be built.",
                    seeds=number(len(self._seeds)),
                    n=number(n),
                ),
                tr("Build more, or select fewer."),
            )
        goal = None if how == NUMBER else Goal(str(self.of.currentData()), self.each.value(), is_cap=how == CAP)
        wishes = Wishes(
            self.measures.aims(),
            n if goal is None else None,
            goal,
            by_capacity=self.capacity.isChecked(),
            seeds=tuple(int(u) for u in self._seeds) if start == SEEDS else (),
            from_reps=start == REPS,
            **self.more_wishes.wishes(),
        )
        still, is_several = still_of(self.session), self.several.isChecked()

        def make() -> Job:
            from territorymap.session.solving.building import BuildJob

            return BuildJob(still, wishes, is_several=is_several)

        return make
