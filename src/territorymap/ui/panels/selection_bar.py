"""One line that says what is selected and what it adds up to.

Owns the words; the sums are metrics'.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from territorymap.i18n import ntr, tr
from territorymap.session.session import PlanChange, Session
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.cells import draw_swatch
from territorymap.ui.parts.elided import ElidedLabel
from territorymap.ui.parts.scale import ems, tabular
from territorymap.ui.parts.words import amount, index_text, measure_label
from territorymap.ui.selection import Selection

ORIGIN = "selection_bar"
SEPARATOR = "  ·  "


class SelectionBar(Panel):
    """Totals of the selected units and accounts, and of the selected territory."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.swatch = _Swatch()
        self.territory = ElidedLabel()
        self.chosen = ElidedLabel()
        for label, name in ((self.territory, tr("Selected territory")), (self.chosen, tr("Selection"))):
            label.setFont(tabular(self.font()))
            label.setAccessibleName(name)
            label.setMaximumWidth(ems(self, 70))  # what is under the pointer wants room beside it
        layout = QHBoxLayout(self)
        pad = ems(self, 0.6)
        layout.setContentsMargins(pad, pad // 2, pad, pad // 2)
        layout.setSpacing(pad)
        layout.addWidget(self.swatch)
        layout.addWidget(self.territory)
        layout.addSpacing(pad * 3)
        layout.addWidget(self.chosen)
        selection.territory_changed.connect(lambda *_: self.refresh())
        selection.units_changed.connect(lambda *_: self.refresh())
        selection.accounts_changed.connect(lambda *_: self.refresh())
        self.refresh()

    def session_replaced(self) -> None:
        self.refresh()

    def plan_changed(self, change: PlanChange) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Say what is selected now."""
        session = self.session
        self.territory.setText(self._territory_text(session) if session is not None else "")
        self.swatch.setVisible(bool(self.territory.text()))
        self.territory.setToolTip(
            tr("{totals}\nThe index is in brackets; 100 % is even.", totals=self.territory.text())
        )
        self.chosen.setText(self._chosen_text(session) if session is not None else "")

    def _territory_text(self, session: Session) -> str:
        plan = session.plan
        territory_id = self.selection.territory_id
        position = next((ix for ix, t in enumerate(plan.territories) if t.territory_id == territory_id), -1)
        self.swatch.show_color(plan.territories[position].color if position >= 0 else "")
        if position < 0:
            return ""
        parts = [plan.territories[position].name]
        for m, measure in enumerate(plan.measures):
            if measure.is_shown:
                parts.append(
                    tr(
                        "{measure} {total} ({index})",
                        measure=measure_label(measure),
                        total=amount(float(session.totals.territory_total[m, position])),
                        index=index_text(float(session.balance.index[m, position])),
                    )
                )
        return SEPARATOR.join(parts)

    def _chosen_text(self, session: Session) -> str:
        units = self.selection.units[self.selection.units < len(session.plan.units)]
        accounts = self.selection.accounts[self.selection.accounts < len(session.plan.accounts)]
        parts = []
        if len(units):
            parts += [ntr("{n} unit selected", "{n} units selected", len(units)), *_unit_figures(session, units)]
        if len(accounts):
            parts.append(ntr("{n} account selected", "{n} accounts selected", len(accounts)))
            parts += _account_figures(session, accounts)
        return SEPARATOR.join(parts)


def _unit_figures(session: Session, units: NDArray[np.int32]) -> list[str]:
    totals = session.totals.selection(session.plan, units)
    return [
        tr("{measure} {total}", measure=measure_label(m), total=amount(float(totals[m.name])))
        for m in session.plan.measures
        if m.is_shown and m.name in totals and m.column_name != "units"
    ]


def _account_figures(session: Session, accounts: NDArray[np.int32]) -> list[str]:
    values = session.plan.accounts.values
    return [
        tr("{measure} {total}", measure=m.name, total=amount(float(np.nansum(values[m.column_name][accounts]))))
        for m in session.plan.measures
        if m.is_shown and m.source == "account"
    ]


class _Swatch(QWidget):
    """The colour of the selected territory."""

    def __init__(self) -> None:
        super().__init__()
        self._color = ""
        self.setFixedSize(QSize(self.fontMetrics().height(), self.fontMetrics().height()))

    def show_color(self, color: str) -> None:
        self._color = color
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._color:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_swatch(
                painter, QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), QColor(self._color), self.palette()
            )
