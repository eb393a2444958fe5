"""The figures beside the map of an audience: each territory with its index, large, and the plan's in a line.

Owns the list and its looks; it is for reading only, so it has no menu, no editor and no selection.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import ntr, percent, sentence, tr
from territorymap.model.plan import Plan
from territorymap.session.session import PlanChange
from territorymap.session.veiled import VeiledSession
from territorymap.ui.parts.cells import INDEX_ROLE, IndexBarDelegate, IndexValue, SwatchDelegate
from territorymap.ui.parts.inks import faint
from territorymap.ui.parts.words import amount, digits_for, measure_label

Index = QModelIndex | QPersistentModelIndex
_NAME, _TOTAL, _INDEX = range(3)
REP_ROLE = Qt.ItemDataRole.UserRole + 10  # str
_ROW, _LOWEST_ROW, _TALL_ROW = 1.75, 1.3, 2.5  # height of a row in letters: as wished, at least, with the rep below
_WITH_TOTALS = 18.0  # width of the list in letters; in less, totals would leave no room for the names
_SMALLEST = 0.55  # of the letters, so that more territories are seen at once
_REACHES = (0.1, 0.25, 0.5, 1.0, 2.0)


class FiguresModel(QAbstractTableModel):
    """Territories by name, with the total and index of one measure."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session: VeiledSession | None = None
        self._order: list[int] = []
        self._measure = ""
        self.row = -1  # of the measure in the balance

    def set_session(self, session: VeiledSession | None) -> None:
        self._session = session
        self.refresh()

    def set_measure(self, name: str) -> None:
        """Show the index of this measure; "", or one that is not there, is the first that is no mere count."""
        self._measure = name
        self.refresh()

    def refresh(self) -> None:
        """Read all anew."""
        self.beginResetModel()
        plan = self._session.plan if self._session is not None else None
        self._order = sorted(range(plan.n_territories), key=lambda ix: _by_name(plan, ix)) if plan is not None else []
        self.row = self._find_row()
        self.endResetModel()

    def update_rows(self) -> None:
        """The same territories have other numbers."""
        if self._order:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, _INDEX))

    def _find_row(self) -> int:
        if self._session is None:
            return -1
        plan, names = self._session.plan, self._session.balance.measures
        if self._measure in names:
            return names.index(self._measure)
        counts = {m.name for m in plan.measures if m.source == "builtin" and m.column_name in ("accounts", "units")}
        shown = {m.name for m in plan.measures if m.is_shown}
        return next((i for i, name in enumerate(names) if name not in counts and name in shown), 0 if names else -1)

    @property
    def title(self) -> str:
        """What the measure is called, "" where there is none."""
        return measure_label(self._session.plan.measures[self.row]) if self._session and self.row >= 0 else ""

    # -- Qt's own ------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return [tr("Territory"), self.title, tr("Index")][section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        session = self._session
        if session is None or not index.isValid() or index.row() >= len(self._order):
            return None
        ix, column = self._order[index.row()], index.column()
        if ix >= session.plan.n_territories:
            return None  # the change that took it away is being told
        territory, balance, row = session.plan.territories[ix], session.balance, self.row
        if role == Qt.ItemDataRole.TextAlignmentRole and column == _TOTAL:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if column == _NAME and role == Qt.ItemDataRole.DecorationRole:
            return QColor(territory.color)
        if column == _NAME and role == Qt.ItemDataRole.DisplayRole:
            return territory.name
        if column == _NAME and role == REP_ROLE:
            rep = session.plan.rep_of(ix)
            return rep.name if rep is not None and rep.name != territory.name else ""
        if row < 0:
            return None
        if column == _TOTAL and role == Qt.ItemDataRole.DisplayRole:
            total = session.totals.territory_total[balance.measure_ix[row]]
            return amount(float(total[ix]), digits_for(total))
        if column == _INDEX and role == INDEX_ROLE:
            return IndexValue(float(balance.index[row, ix]), float(balance.tolerance[row]), self._reach())
        return None

    def _reach(self) -> float:
        assert self._session is not None
        index = self._session.balance.index[self.row]
        far = float(np.abs(index[np.isfinite(index)] - 1).max(initial=0.0))
        return next((reach for reach in _REACHES if far <= reach), _REACHES[-1])


class FiguresPanel(QWidget):
    """The list with its heading and the plan's own figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: VeiledSession | None = None
        self._stop: Callable[[], None] | None = None
        self._letters = 16.0  # height in pixels, as wished
        self.model = FiguresModel(self)
        self.heading = QLabel(self)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.foot = QLabel(self)
        self.foot.setTextFormat(Qt.TextFormat.PlainText)
        self.foot.setWordWrap(True)
        self.changes = QLabel(self)
        self.changes.setTextFormat(Qt.TextFormat.PlainText)
        self.changes.setWordWrap(True)
        self.table = self._make_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.addWidget(self.heading)
        column.addWidget(self.table, 1)
        column.addWidget(self.foot)
        column.addWidget(self.changes)

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setModel(self.model)
        table.setItemDelegateForColumn(_NAME, _NameDelegate(table))
        table.setItemDelegateForColumn(_INDEX, _ShortBarDelegate(table))
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setFrameShape(QTableView.Shape.NoFrame)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.hide()  # the heading says what the numbers are
        header.setMinimumSectionSize(20)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_TOTAL, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_INDEX, QHeaderView.ResizeMode.ResizeToContents)
        table.setAccessibleName(tr("Territories with their figures"))
        return table

    def set_session(self, session: VeiledSession | None) -> None:
        """Show another plan, or none."""
        if self._stop is not None:
            self._stop()
        self._session = session
        self._stop = session.listen(self._changed) if session is not None else None
        self.model.set_session(session)
        self._show_foot()

    def set_measure(self, name: str) -> None:
        self.model.set_measure(name)
        self._show_foot()

    def set_letters(self, px: int) -> None:
        """Write in letters of this height, for a projector; smaller where all territories are seen only so."""
        self._letters = float(px)
        for widget, share, is_bold in ((self.foot, 1.0, False), (self.changes, 1.0, True), (self.heading, 1.25, True)):
            widget.setFont(_sized(self.font(), px * share, is_bold=is_bold))
        self._fit_rows()

    def _fit_rows(self) -> None:
        n = max(1, self.model.rowCount())
        room = self.table.viewport().height() / n
        px = min(self._letters, max(self._letters * _SMALLEST, room / _LOWEST_ROW))
        height = px * (_TALL_ROW if room >= px * _TALL_ROW else max(_LOWEST_ROW, min(_ROW, room / px)))
        self.table.setFont(_sized(self.font(), px))
        self.table.setColumnHidden(_TOTAL, self.table.viewport().width() < px * _WITH_TOTALS)
        self.table.verticalHeader().setDefaultSectionSize(int(height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit_rows)  # the table has its height by then

    def _changed(self, change: PlanChange) -> None:
        delta = change.delta
        if delta.is_full or delta.added_territory_ix or delta.removed_territory_ix or delta.changed_territory_ix:
            self.model.refresh()
        else:
            self.model.update_rows()
        self._show_foot()

    def _show_foot(self) -> None:
        QTimer.singleShot(0, self, self._fit_rows)
        session, row = self._session, self.model.row
        self.heading.setText(tr("Index of {measure}", measure=self.model.title) if self.model.title else "")
        if session is None or row < 0 or not session.plan.n_territories:
            self.foot.setText(tr("There is no territory yet.") if session is not None else "")
            return
        balance = session.balance
        n_outside = int(balance.outside[row])
        parts = [ntr("{n} territory outside the tolerance", "{n} territories outside the tolerance", n_outside)]
        if math.isfinite(float(balance.max_deviation[row])):
            parts.append(tr("largest deviation {share}", share=percent(float(balance.max_deviation[row]))))
        if balance.unassigned_units:
            parts.append(ntr("{n} unit unassigned", "{n} units unassigned", balance.unassigned_units))
        self.foot.setText(sentence(parts))

    def show_changes(self, text: str) -> None:
        """Say below what differs from the baseline, "" = nothing to say."""
        self.changes.setText(text)
        self.changes.setVisible(bool(text))


class _ShortBarDelegate(IndexBarDelegate):
    """An index bar that leaves the room to the names."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(QFontMetrics(option.font).horizontalAdvance("0") * 11, option.rect.height())


class _NameDelegate(SwatchDelegate):
    """A territory's name; under it the rep's, smaller, where the rows are tall enough."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rep = str(index.data(REP_ROLE) or "")
        metrics = QFontMetrics(option.font)
        if not rep or option.rect.height() < metrics.height() * 1.75:
            super().paint(painter, option, index)
            return
        whole = QRect(option.rect)
        option.rect = QRect(whole.left(), whole.top(), whole.width(), round(whole.height() * 0.58))
        super().paint(painter, option, index)
        small = _sized(option.font, option.font.pixelSize() * 0.78)
        left = round(metrics.height() * 0.8 + metrics.horizontalAdvance("0") * 1.2)
        below = QRect(
            whole.left() + left, option.rect.bottom(), whole.width() - left, whole.bottom() - option.rect.bottom()
        )
        painter.save()
        painter.setFont(small)
        painter.setPen(faint(option.palette))
        text = QFontMetrics(small).elidedText(rep, Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, text)
        painter.restore()


def _sized(font: QFont, px: float, *, is_bold: bool = False) -> QFont:
    sized = QFont(font)
    sized.setPixelSize(max(8, round(px)))
    sized.setBold(is_bold)
    return sized


def _by_name(plan: Plan, ix: int) -> tuple[list[tuple[int, str | int]], int]:
    """Return what sorts territories as people do: Territory 2 before Territory 10."""
    parts = re.split(r"(\d+)", plan.territories[ix].name.casefold())
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts], ix
