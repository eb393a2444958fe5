"""One plan's figures as values on axes and in sentences. Owns what is said; the figures are session.solving's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territorymap.i18n import ntr, number, percent, tr
from territorymap.model.plan import Plan
from territorymap.ui.proposals.axes import ACCOUNTS, UNITS, cost_word, is_same_cost, name_of
from territorymap.ui.proposals.board import COMPACTNESS, MOVED, OUTSIDE, PIECES, SPREAD, TRAVEL, WORST

if TYPE_CHECKING:
    from territorymap.session.solving.figures import Figures, MeasureFigures

_SAME = 5e-5  # shares nearer than that read the same


@dataclass(frozen=True)
class Row:
    """One plan's figures, read for the board."""

    plan: Plan
    figures: Figures
    cost: str
    flow: float | None = None  # share of the cost that the least transport between neighbours moves
    moved: float | None = None  # share of the cost, where the search counts it otherwise than by territories

    def share(self, cost: str) -> float:
        """Return the share of a cost that moves."""
        moved = self.figures.moved
        if cost == self.cost and self.moved is not None:
            return self.moved
        if is_same_cost(self.plan, cost, ACCOUNTS):
            return moved.accounts / len(self.plan.accounts) if len(self.plan.accounts) else math.nan
        if is_same_cost(self.plan, cost, UNITS):
            return moved.units / len(self.plan.units) if len(self.plan.units) else math.nan
        return moved.share.get(cost, math.nan)

    @property
    def worst(self) -> float:
        measures = self.figures.measures
        return measures[0].max_deviation_apart if len(measures) == 1 else self.figures.worst

    @property
    def is_within(self) -> bool:
        """Whether all are within the tolerances, units too heavy for any territory set apart."""
        return self.figures.worst <= 1 + _SAME

    @property
    def n_outside(self) -> int:
        """Territories beyond a tolerance in any of the measures."""
        return self.figures.n_outside

    def values(self, measures: Sequence[str]) -> dict[str, float]:
        figures = self.figures
        values = {
            MOVED: self.share(self.cost),
            WORST: self.worst,
            OUTSIDE: float(self.n_outside),
            TRAVEL: figures.rms_km,
            COMPACTNESS: figures.polsby_popper_mean,
            PIECES: float(figures.noncontiguous),
        }
        for measure in figures.measures:
            values[f"{WORST}:{measure.measure}"] = measure.max_deviation_apart
            values[f"{SPREAD}:{measure.measure}"] = measure.cv
        for cost in (ACCOUNTS, UNITS, *measures):
            values[f"{MOVED}:{cost}"] = self.share(cost)
        return values

    # -- sentences -----------------------------------------------------------------------------------------------------

    def sentence(self) -> str:
        """Return what the plan does, in a few whole sentences."""
        parts = [self._moved(), *(self.evenness(m) for m in self.figures.measures), self.wholeness()]
        share, flow = self.share(self.cost), self.flow
        if flow is not None and flow > _SAME and math.isfinite(share) and self.is_within:
            parts.append(
                tr(
                    "That is {times} times the flow between neighbours ({flow}).",
                    times=number(share / flow, 1),
                    flow=percent(flow, 1),
                )
            )
        return " ".join(parts)

    def _moved(self) -> str:
        moved, share = self.figures.moved, self.share(self.cost)
        if not moved.units and not moved.accounts:
            return tr("Nothing moves.")
        return tr(
            "It moves {share} of {what}: {accounts} and {units}.",
            share=percent(share, 1) if math.isfinite(share) else tr("an unknown part"),
            what=cost_word(self.plan, self.cost),
            accounts=ntr("{n} account", "{n} accounts", moved.accounts),
            units=ntr("{n} unit", "{n} units", moved.units),
        )

    def evenness(self, measure: MeasureFigures) -> str:
        n, off = self.figures.n_territories, measure.max_deviation_apart
        name = name_of(self.plan, measure.measure)
        if not measure.outside_apart:
            return ntr(
                "The territory is within {tolerance} of its target of {measure}.",
                "All {n} territories are within {tolerance} of their targets of {measure}.",
                n,
                tolerance=tolerance_text(measure.tolerance),
                measure=name,
            )
        return ntr(
            "{n} of {all} territories is beyond {tolerance} in {measure}; the worst is {off} off.",
            "{n} of {all} territories are beyond {tolerance} in {measure}; the worst is {off} off.",
            measure.outside_apart,
            all=number(n),
            tolerance=tolerance_text(measure.tolerance),
            measure=name,
            off=percent(max(off, 0.0), 1) if math.isfinite(off) else tr("unknown"),
        )

    def wholeness(self) -> str:
        if not self.figures.noncontiguous:
            return tr("All are whole.")
        return ntr("{n} territory is in pieces.", "{n} territories are in pieces.", self.figures.noncontiguous)


def trade(less: Row, more: Row, letter: str) -> str:
    """Return what moving more buys, beside the proposal before."""
    step = more.share(more.cost) - less.share(less.cost)
    what = cost_word(more.plan, more.cost)
    by = percent(step, 1) if math.isfinite(step) else tr("an unknown part")
    if more.worst < less.worst - _SAME:
        return tr(
            "It moves {by} of {what} more than {letter}, and brings the worst from {was} to {now}.",
            by=by,
            what=what,
            letter=letter,
            was=_off(less),
            now=_off(more),
        )
    if more.n_outside < less.n_outside:
        return ntr(
            "It moves {by} of {what} more than {letter}, and leaves {n} territory beyond instead of {was}.",
            "It moves {by} of {what} more than {letter}, and leaves {n} territories beyond instead of {was}.",
            more.n_outside,
            by=by,
            what=what,
            letter=letter,
            was=number(less.n_outside),
        )
    if more.figures.rms_km < less.figures.rms_km:
        return tr(
            "It moves {by} of {what} more than {letter}, for shorter ways: {now} km to the centre instead of {was} km.",
            by=by,
            what=what,
            letter=letter,
            now=number(more.figures.rms_km, 1),
            was=number(less.figures.rms_km, 1),
        )
    return tr(
        "It moves {by} of {what} more than {letter}, for rounder territories: {now} instead of {was}.",
        by=by,
        what=what,
        letter=letter,
        now=number(more.figures.polsby_popper_mean, 2),
        was=number(less.figures.polsby_popper_mean, 2),
    )


def _off(row: Row) -> str:
    """Return the worst deviation as text: percent, or times the tolerance where there are several measures."""
    if len(row.figures.measures) == 1:
        return percent(row.worst, 1)
    return tr("{n} tolerances", n=number(row.worst, 2))


def tolerance_text(share: float) -> str:
    """Return a tolerance as it was asked for: 5 %, 2.5 %."""
    return percent(share, 0 if abs(share * 100 - round(share * 100)) < 1e-9 else 1)
