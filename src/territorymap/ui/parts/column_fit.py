"""Shows as many columns as the table's width holds, the important ones first, until the planner chooses.

Owns which columns are hidden and how wide they are; the columns themselves are the model's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtWidgets import QHeaderView, QMenu, QStyle, QTableView, QWidget

from territorymap.i18n import tr
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.tick_menu import TickMenu

ONLY_CHOSEN = 100  # columns of this priority and higher are never shown by themselves


@dataclass(frozen=True)
class ColumnNeed:
    """What a column asks for. Priority 0 is always there and takes the room that is left; then 1, 2, 3 ..."""

    key: str
    title: str
    priority: int
    least: int = 0  # pixels, whatever is in it
    most: int = 0  # pixels, 0 = as its content asks
    extra: int = 0  # pixels it may take beside the main column once that has enough


_MEASURED_ROWS = 40


class ColumnFit(QObject):
    """Fits the columns of a table."""

    def __init__(
        self,
        view: QTableView,
        needs: Callable[[], list[ColumnNeed]],
        least_ems: float,
        enough_ems: float = 0.0,
        first_class: int = 0,
    ) -> None:
        super().__init__(view)
        self._view, self._needs = view, needs
        self._least_ems, self._enough_ems, self._first_class = least_ems, enough_ems, first_class
        self.beneath: Callable[[int], int] | None = None  # pixels that what stands under a column takes
        self.chosen: set[str] | None = None  # keys the planner chose; None = as fits
        self._dragged: dict[str, int] = {}  # widths the planner gave by hand
        self._is_fitting = self._is_stale = False
        self._later = QTimer(self, singleShot=True, interval=400)
        self._later.timeout.connect(self.fit)
        # The viewport, not the table: a scroll bar that comes or goes resizes only that.
        view.viewport().installEventFilter(self)
        header = view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionsMovable(True)
        # Without it Qt measures a thousand rows of a table that is not shown yet: 15 s for the sample.
        header.setResizeContentsPrecision(_MEASURED_ROWS)
        header.sectionResized.connect(self._resized)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.FontChange):
            self.fit()
        return False

    def reset(self) -> None:
        """Forget what the planner chose and dragged: another plan has other columns."""
        self.chosen = None
        self._dragged.clear()

    def fit_later(self) -> None:
        """Fit once the hand rests: numbers may have become longer. Measuring takes longer than an edit."""
        self._later.start()

    def fit(self) -> None:
        """Hide what does not fit, or what was not chosen, and give the rest to the main column."""
        if self._is_fitting:
            self._is_stale = True  # a scroll bar came or went while columns were being set
            return
        self._is_fitting = True
        for _ in range(3):
            self._is_stale = False
            self._fit_once(self._needs())
            if not self._is_stale:
                break
        self._is_fitting = False

    def _fit_once(self, needs: list[ColumnNeed]) -> None:
        if not needs:
            return
        room = self._view.viewport().width()
        # What is shown only if chosen is not measured else: its numbers may take long to work out.
        widths = [self._width(column, need) if self._may_show(need) else 0 for column, need in enumerate(needs)]
        shown = self._shown(needs, widths, room)
        main = next(column for column, need in enumerate(needs) if need.priority == 0)
        left = room - sum(widths[column] for column in shown if column != main)
        enough = max(self._wish(needs, widths), ems(self._view, self._least_ems)) if self._enough_ems else 0
        for column, need in enumerate(needs):
            if enough and column in shown and need.extra and left > enough and need.key not in self._dragged:
                more = min(need.extra, left - enough)
                widths[column] += more
                left -= more
        widths[main] = max(ems(self._view, self._least_ems), left)
        for column in range(len(needs)):
            self._view.setColumnHidden(column, column not in shown)
            if column in shown:
                self._view.setColumnWidth(column, widths[column])

    def _may_show(self, need: ColumnNeed) -> bool:
        if self.chosen is not None:
            return need.key in self.chosen or need.priority == 0
        return need.priority < ONLY_CHOSEN

    def _shown(self, needs: list[ColumnNeed], widths: list[int], room: int) -> set[int]:
        if self.chosen is not None:
            return {c for c, need in enumerate(needs) if self._may_show(need)}
        shown: set[int] = set()
        left = room - ems(self._view, self._least_ems)
        # The main column's text may be cut short for what is important, not for the rest.
        cut = max(0, self._wish(needs, widths) - ems(self._view, self._least_ems))
        for column, need in sorted(enumerate(needs), key=lambda pair: pair[1].priority):
            reserve = cut if need.priority > self._first_class else 0
            if need.priority == 0:
                shown.add(column)
            elif self._may_show(need) and widths[column] <= left - reserve:
                left -= widths[column]
                shown.add(column)
        return shown

    def _wish(self, needs: list[ColumnNeed], widths: list[int]) -> int:
        """Return the width that the main column's content asks for, up to what is enough."""
        main = next(column for column, need in enumerate(needs) if need.priority == 0)
        return min(widths[main], ems(self._view, self._enough_ems or self._least_ems))

    def _width(self, column: int, need: ColumnNeed) -> int:
        if need.key in self._dragged:
            return self._dragged[need.key]
        margin = 2 * (self._view.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin) + 1)
        content = max(self._view.sizeHintForColumn(column), 0) + ems(self._view, 0.7)
        if self.beneath is not None:
            content = max(content, self.beneath(column))
        title = self._view.fontMetrics().horizontalAdvance(need.title) + ems(self._view, 0.8) + margin
        width = max(content, title, need.least)
        return min(width, max(need.most, title)) if need.most else width

    def _resized(self, column: int, _before: int, width: int) -> None:
        needs = self._needs()
        if not self._is_fitting and width > 0 and column < len(needs) and needs[column].priority:
            self._dragged[needs[column].key] = width

    def menu(self, parent: QWidget) -> QMenu:
        """Return the menu that chooses columns; it shows what is so when it opens."""
        menu = TickMenu(tr("Colu&mns"), parent)
        self._fill(menu)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        return menu

    def pop_up(self, menu: QMenu, at: QPoint) -> None:
        """Show a menu of the rows at a point of the table, the choice of columns at its end; closed, it is gone."""
        menu.addMenu(self.menu(menu))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._view.viewport().mapToGlobal(at))

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        auto = menu.addAction(tr("&As many as fit"))
        auto.setCheckable(True)
        auto.triggered.connect(lambda: self._choose_fitting(menu))
        menu.addSeparator()
        for need in self._needs():
            if need.priority == 0:
                continue
            action = menu.addAction(need.title.replace("&", "&&"))
            action.setData(need.key)
            action.setCheckable(True)
            action.triggered.connect(lambda on, key=need.key: self._toggle(menu, key, on))
        self._show_ticks(menu)

    def _show_ticks(self, menu: QMenu) -> None:
        """Tick what is shown: the menu stays open, and a choice may show or hide other columns as well."""
        auto, *columns = [action for action in menu.actions() if action.isCheckable()]
        auto.setChecked(self.chosen is None)
        is_shown = {need.key: not self._view.isColumnHidden(column) for column, need in enumerate(self._needs())}
        for action in columns:
            action.setChecked(is_shown.get(str(action.data()), False))

    def open_menu(self, at: QPoint) -> None:
        """Show the column menu at a point of the header."""
        menu = self.menu(self._view)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._view.horizontalHeader().mapToGlobal(at))

    def choose(self, keys: set[str] | None) -> None:
        """Show exactly these columns; None = as many as fit."""
        self.chosen = keys
        self.fit()

    def _choose_fitting(self, menu: QMenu) -> None:
        self._dragged.clear()
        self.choose(None)
        self._show_ticks(menu)

    def _toggle(self, menu: QMenu, key: str, on: bool) -> None:
        chosen = self.chosen
        if chosen is None:
            chosen = {n.key for column, n in enumerate(self._needs()) if not self._view.isColumnHidden(column)}
        self.choose(chosen | {key} if on else chosen - {key})
        self._show_ticks(menu)
