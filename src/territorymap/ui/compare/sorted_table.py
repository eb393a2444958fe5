"""A table whose header sorts, with as many columns as fit. Owns that; the rows are the model's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QAbstractTableModel, QPoint, Qt
from PySide6.QtWidgets import QMenu

from territorymap.i18n import tr
from territorymap.ui.parts.cells import SwatchDelegate
from territorymap.ui.parts.column_fit import ColumnFit, ColumnNeed
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.tables import Table, dress_table


class Column(Protocol):
    """What the table needs to know of a column."""

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def priority(self) -> int: ...

    @property
    def is_number(self) -> bool: ...


class SortedTable(Table):
    """Click a header to sort, again to turn the order round; columns with a territory show its colour."""

    def __init__(
        self,
        model: QAbstractTableModel,
        columns: Callable[[], list[Column]],
        sort: Callable[[int, bool], None],
        swatches: tuple[str, ...],
        spoken_name: str,
    ) -> None:
        super().__init__()
        self._columns, self._sort, self._swatches = columns, sort, swatches
        self._keys: list[str] = []
        self._sorted: tuple[str, bool] | None = None
        self.setModel(model)
        dress_table(self, spoken_name, 1.5)
        self._swatch = SwatchDelegate(self)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setToolTip(tr("Click to sort; right-click to choose columns."))
        self.fit = ColumnFit(self, self._needs, least_ems=14)
        header.sectionClicked.connect(self._header_clicked)
        header.customContextMenuRequested.connect(self.fit.open_menu)

    def _needs(self) -> list[ColumnNeed]:
        widest = {"before": 24.0, "after": 24.0, "from": 22.0, "to": 22.0, "rep_from": 18.0, "rep_to": 18.0}
        return [ColumnNeed(c.key, c.title, c.priority, most=ems(self, widest.get(c.key, 0.0))) for c in self._columns()]

    def columns_changed(self) -> None:
        """Dress the columns anew, if they are others than before."""
        keys = [column.key for column in self._columns()]
        if keys != self._keys:
            self._keys = keys
            for at, key in enumerate(keys):
                self.setItemDelegateForColumn(at, self._swatch if key in self._swatches else None)  # type: ignore[arg-type]
        self.fit.fit_later()

    def _header_clicked(self, at: int) -> None:
        columns = self._columns()
        if not 0 <= at < len(columns):
            return
        column, header = columns[at], self.horizontalHeader()
        first = column.is_number and column.key != "kept"  # the least kept is what matters
        is_again = self._sorted == (column.key, first) and header.isSortIndicatorShown()
        self.sort_by(at, is_descending=not first if is_again else first)

    def sort_by(self, at: int, *, is_descending: bool) -> None:
        """Order the rows by a column."""
        self._sorted = (self._columns()[at].key, is_descending)
        self._sort(at, is_descending)
        header = self.horizontalHeader()
        header.setSortIndicatorShown(True)
        header.setSortIndicator(at, Qt.SortOrder.DescendingOrder if is_descending else Qt.SortOrder.AscendingOrder)
        self.scrollToTop()

    def open_menu(self, menu: QMenu, at: QPoint) -> None:
        """Show a menu of the rows, with the choice of columns at its end."""
        menu.addSeparator()
        self.fit.pop_up(menu, at)
