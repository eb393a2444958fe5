"""The plan's figures under the territory table; a click goes to what a figure counts.

Owns which figures and their words; the numbers are the balance's.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from territorymap.i18n import number, percent, tr
from territorymap.session.session import Session
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.stats import Figure, Figures
from territorymap.ui.parts.words import NOTHING, measure_label

ORIGIN = "figures"


class TerritoryFigures(Figures):
    """Max deviation, CV, outside, unassigned units and accounts, territories in pieces."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._bar_ix = 0
        self.max_deviation = Figure(
            tr("max. deviation"), tr("The largest distance of an index from 100 %. Click to go to that territory.")
        )
        self.cv = Figure(
            tr("variation (CV)"),
            tr("Coefficient of variation: the standard deviation of the index. 0 % is perfectly even."),
        )
        self.outside = Figure(
            tr("outside"), tr("Territories whose index is outside the tolerance. Click to go to them.")
        )
        self.unassigned_units = Figure(
            tr("units unassigned"), tr("Units that belong to no territory. Click to select them on the map.")
        )
        self.unassigned_accounts = Figure(
            tr("accounts unassigned"), tr("Accounts that belong to no territory. Click to select them.")
        )
        self.noncontiguous = Figure(
            tr("in pieces"), tr("Territories that are not in one piece. Click to go to the first.")
        )
        self.misfits = Figure(
            tr("teams do not fit"),
            tr(
                "Territories whose team lacks a language or vertical of its accounts, or lives far. Click to see which."
            ),
        )
        self.misfits.hide()
        self.all = [
            self.max_deviation,
            self.cv,
            self.outside,
            self.unassigned_units,
            self.unassigned_accounts,
            self.noncontiguous,
        ]
        super().__init__(self.all)
        for figure, go in zip(
            self.all,
            (self._go_worst, self._go_worst, self._go_worst, self._go_units, self._go_accounts, self._go_pieces),
            strict=True,
        ):
            figure.clicked.connect(self._calling(go))

    def _calling(self, go: Callable[[Session], None]) -> Callable[[], None]:
        def call() -> None:
            if self._panel.session is not None:
                go(self._panel.session)

        return call

    def show_balance(self, session: Session, bar_ix: int) -> None:
        """Show the figures of one measure."""
        balance, plan = session.balance, session.plan
        self._bar_ix = bar_ix
        if not plan.measures:
            return
        tolerance = plan.measures[bar_ix].tolerance
        deviation, cv = float(balance.max_deviation[bar_ix]), float(balance.cv[bar_ix])
        n_outside = int(balance.outside[bar_ix])
        self.max_deviation.show_value(NOTHING if np.isnan(deviation) else percent(deviation, 1), deviation > tolerance)
        self.cv.show_value(NOTHING if np.isnan(cv) else percent(cv, 1), False)
        band = percent(tolerance, 0 if round(tolerance * 100, 6) == round(tolerance * 100) else 1)
        self.outside.show_value(number(n_outside), n_outside > 0, tr("outside ±{tolerance}", tolerance=band))
        for figure, n in (
            (self.unassigned_units, int(balance.unassigned_units)),
            (self.unassigned_accounts, int(balance.unassigned_accounts)),
            (self.noncontiguous, int(balance.noncontiguous)),
        ):
            figure.show_value(number(n), n > 0)
        self.setAccessibleName(tr("Figures for {measure}", measure=measure_label(plan.measures[bar_ix])))
        self.arrange()

    def show_misfits(self, n: int) -> None:
        """Show how many teams do not fit; the figure is there only while some do not."""
        self.misfits.show_value(number(n), n > 0)
        wanted = [*self.all, self.misfits] if n else self.all
        self.misfits.setVisible(n > 0)
        self.replace(wanted)

    def _go_worst(self, session: Session) -> None:
        deviation = np.abs(session.balance.index[self._bar_ix] - 1)
        if np.isfinite(deviation).any():
            self._go_to(session, int(np.nanargmax(deviation)))

    def _go_pieces(self, session: Session) -> None:
        broken = np.flatnonzero(session.totals.pieces > 1)
        if len(broken):
            self._go_to(session, int(broken[0]))

    def _go_to(self, session: Session, territory_ix: int) -> None:
        plan = session.plan
        self._panel.selection.set_territory(plan.territories[territory_ix].territory_id, ORIGIN)
        self._panel.zoom_to_units(plan.units_of(territory_ix))

    def _go_units(self, session: Session) -> None:
        units = np.flatnonzero(session.plan.unit_territory < 0).astype(np.int32)
        self._panel.selection.set_units(units, ORIGIN)
        self._panel.zoom_to_units(units)

    def _go_accounts(self, session: Session) -> None:
        plan = session.plan
        accounts = np.flatnonzero(plan.in_scope & (plan.territory_of_accounts() < 0)).astype(np.int32)
        self._panel.selection.set_accounts(accounts, ORIGIN)
        self._panel.zoom_to_accounts(accounts)
