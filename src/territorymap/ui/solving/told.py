"""What a proposal is worth as figures on a strip. Owns the choice and the words; the look is parts.stats'."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from territorymap.i18n import clauses, number, percent, tr
from territorymap.metrics.balance import Balance
from territorymap.model.plan import Plan
from territorymap.ui.parts.stats import Figure, Figures
from territorymap.ui.parts.words import NOTHING, measure_label

if TYPE_CHECKING:
    from territorymap.session.solving.figures import Figures as Worth
    from territorymap.session.solving.figures import MeasureFigures


class Told(Figure):
    """A figure that is only to be read."""

    def __init__(self, label: str, tip: str, value: str, is_warning: bool) -> None:
        super().__init__(label, tip)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.show_value(value, is_warning)

    def underMouse(self) -> bool:
        """A click does nothing, so it must not look as if it did."""
        return False


class ToldFigures(Figures):
    """The figures of the best so far."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__([], parent)
        self.told: list[Told] = []

    def tell(self, plan: Plan, worth: Worth, now: Balance) -> None:
        """Show what a proposal is worth, beside the plan as it is ``now``."""
        former, self.told = self.told, figures_of(plan, worth, now)
        for figure in self.told:
            figure.setParent(self)
        self.replace(list(self.told))
        for figure in former:
            figure.deleteLater()
        for figure in self.told:
            figure.show()

    @property
    def text(self) -> str:
        """All of them in one line, for who does not see them."""
        return clauses(figure.text() for figure in self.told)


def figures_of(plan: Plan, worth: Worth, now: Balance) -> list[Told]:
    """Return the figures of a proposal, the most wanted first."""
    told = []
    for measure in worth.measures:
        told.append(_worst(plan, measure, now, is_only=len(worth.measures) == 1))
    told.append(
        Told(tr("beyond a tolerance"), tr("Territories beyond a tolerance, oversize units set apart"),
             number(worth.n_outside), worth.n_outside > 0)
    )  # fmt: skip
    told.append(
        Told(tr("in pieces"), tr("Territories that are not whole; islands count as joined to the nearest ground"),
             number(worth.noncontiguous), worth.noncontiguous > 0)
    )  # fmt: skip
    compactness = worth.polsby_popper_mean
    told.append(
        Told(tr("compactness"), tr("Mean Polsby-Popper compactness of the territories; 1 is a circle"),
             number(compactness, 2) if compactness == compactness else NOTHING, False)
    )  # fmt: skip
    told.append(_moved(plan, worth))
    if worth.lower_bound is not None:
        told.append(
            Told(tr("must move at least"), tr("No plan within the tolerances moves less than this"),
                 percent(worth.lower_bound, 1), False)
        )  # fmt: skip
    return told


def _worst(plan: Plan, measure: MeasureFigures, now: Balance, *, is_only: bool) -> Told:
    known = plan.measure_named(measure.measure)
    name = measure_label(known) if known is not None else measure.measure
    worst = measure.max_deviation_apart
    label = tr("worst deviation") if is_only else tr("worst, {measure}", measure=name)
    tip = tr(
        "How far the worst territory is from its target of {measure}; units too heavy for any territory set apart.",
        measure=name,
    )
    limit = tr("Tolerance {tolerance}.", tolerance=percent(measure.tolerance, 1))
    tip = " ".join([tip, limit if measure.is_to_be_even else tr("It is only limited, not to be even.")])
    before = dict(zip(now.measures, now.max_deviation.tolist(), strict=True)).get(measure.measure, math.nan)
    if math.isfinite(before):
        tip = " ".join([tip, tr("In the plan as it is: {worst}.", worst=percent(before, 1))])
    text = percent(worst, 1) if worst == worst else NOTHING
    return Told(label, tip, text, worst > measure.tolerance + 1e-9)


def _moved(plan: Plan, worth: Worth) -> Told:
    moved = worth.moved
    if len(plan.accounts):
        share = moved.accounts / len(plan.accounts)
        tip = tr(
            "{accounts} accounts and {units} units would be in another territory than now",
            accounts=number(moved.accounts),
            units=number(moved.units),
        )
        return Told(tr("of the accounts move"), tip, percent(share, 1), False)
    share = moved.units / max(1, len(plan.units))
    tip = tr("{units} units would be in another territory than now", units=number(moved.units))
    return Told(tr("of the units move"), tip, percent(share, 1), False)
