"""In what proposals are compared, and what moving is counted in. Owns titles and explanations; values are a row's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.ui.parts.words import measure_label
from territorymap.ui.proposals.board import (
    COMPACTNESS,
    COUNT,
    KM,
    MOVED,
    OUTSIDE,
    PIECES,
    RATIO,
    SHARE,
    SPREAD,
    TRAVEL,
    WORST,
    Axis,
)

if TYPE_CHECKING:  # the solvers load seconds of libraries: not at the start of the program
    from territorymap.session.solving.figures import Figures

ACCOUNTS, UNITS = "accounts", "units"  # costs beside measures


def cost_of(plan: Plan, cost: str) -> str:
    """Return what moving is counted in."""
    return cost or (ACCOUNTS if len(plan.accounts) else UNITS)


def cost_word(plan: Plan, cost: str) -> str:
    """Return what a cost is called in the middle of a sentence."""
    if cost in (ACCOUNTS, UNITS):
        return tr("the accounts") if cost == ACCOUNTS else tr("the units")
    return name_of(plan, cost)


def name_of(plan: Plan, name: str) -> str:
    """Return what a measure is called on the screen."""
    measure = plan.measure_named(name)
    return measure_label(measure) if measure is not None else name


def axes_of(plan: Plan, cost: str, figures: Figures) -> list[Axis]:
    """Return everything in which proposals are compared, in the order of the table."""
    names = [m.measure for m in figures.measures]
    others = [c for c in (ACCOUNTS, UNITS, *names) if not is_same_cost(plan, c, cost)]
    others = [c for c in dict.fromkeys(others) if c != ACCOUNTS or len(plan.accounts)]
    return [
        _moved(plan, MOVED, cost),
        *_evenness(plan, names),
        *_shape(),
        *(_spread(plan, name, is_only=len(names) == 1) for name in names),
        *(_moved(plan, f"{MOVED}:{other}", other) for other in others),
    ]


def _moved(plan: Plan, key: str, cost: str) -> Axis:
    what = cost_word(plan, cost)
    return Axis(
        key,
        tr("Moved, of {what}", what=what),
        tr("Share of {what} that would be in another territory than now.", what=what),
        SHARE,
    )


def _evenness(plan: Plan, names: list[str]) -> list[Axis]:
    beyond = Axis(OUTSIDE, tr("Beyond"), tr("Territories beyond a tolerance."), COUNT, is_on_chart=False)
    if len(names) == 1:
        tip = tr("How far the worst territory is from its target; units too heavy for any territory set apart.")
        return [Axis(WORST, tr("Worst deviation"), tip, SHARE), beyond]
    tip = tr("The largest deviation in any measure, divided by its tolerance; 1.00 is just within.")
    each = [
        Axis(
            f"{WORST}:{name}",
            tr("Worst, {measure}", measure=name_of(plan, name)),
            tr("How far the worst territory is from its target of {measure}.", measure=name_of(plan, name)),
            SHARE,
        )
        for name in names
    ]
    return [Axis(WORST, tr("Worst, in tolerances"), tip, RATIO), *each, beyond]


def _shape() -> list[Axis]:
    return [
        Axis(
            TRAVEL,
            tr("Distance to centre"),
            tr("How far the ground lies from the middle of its territory: the less, the shorter the ways."),
            KM,
        ),
        Axis(
            COMPACTNESS,
            tr("Compactness"),
            tr("Mean Polsby-Popper compactness of the territories; 1 is a circle."),
            RATIO,
            is_less_better=False,
        ),
        Axis(PIECES, tr("In pieces"), tr("Territories that are not whole."), COUNT, is_on_chart=False),
    ]


def _spread(plan: Plan, name: str, *, is_only: bool) -> Axis:
    return Axis(
        f"{SPREAD}:{name}",
        tr("Spread") if is_only else tr("Spread, {measure}", measure=name_of(plan, name)),
        tr(
            "Coefficient of variation of the index of {measure}: how uneven all territories are.",
            measure=name_of(plan, name),
        ),
        SHARE,
    )


def is_same_cost(plan: Plan, a: str, b: str) -> bool:
    """Whether two names mean the same count: the measure called Accounts is the number of accounts."""

    def meaning(name: str) -> str:
        measure = plan.measure_named(name)
        is_count = measure is not None and measure.source == "builtin" and measure.column_name in (ACCOUNTS, UNITS)
        return measure.column_name if measure is not None and is_count else name

    return meaning(a) == meaning(b)
