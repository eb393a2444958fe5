"""Rows of texts to type into. Owns the table; what the texts mean is the dialog's."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem

from territorymap.ui.parts.scale import ems, lines

_KEY = Qt.ItemDataRole.UserRole


class Rows(QTableWidget):
    """Rows of texts to type into, with a key behind the first cell."""

    def __init__(self, heads: Sequence[str], widths: Sequence[float], spoken_name: str) -> None:
        super().__init__(0, len(heads))
        self.setAccessibleName(spoken_name)
        self.setHorizontalHeaderLabels(list(heads))
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for at, width in enumerate(widths):
            if width:
                self.setColumnWidth(at, ems(self, width))
            else:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setDefaultSectionSize(lines(self, 1.7))
        self.setMinimumHeight(lines(self, 1.7) * 10)

    def add(self, key: object, cells: Sequence[str], fixed: Sequence[int] = ()) -> None:
        """Add a row; the cells in ``fixed`` cannot be typed into."""
        row = self.rowCount()
        self.insertRow(row)
        for at, text in enumerate(cells):
            item = QTableWidgetItem(text)
            if at in fixed:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self.setItem(row, at, item)
        self.cell(row, 0).setData(_KEY, key)

    def add_empty(self) -> None:
        """Add a row to be typed into, and go there."""
        self.add(None, [""] * self.columnCount())
        self.setCurrentCell(self.rowCount() - 1, 0)

    def cells(self, row: int) -> list[str]:
        return [self.cell(row, at).text().strip() for at in range(self.columnCount())]

    def key(self, row: int) -> object:
        return self.cell(row, 0).data(_KEY)

    def cell(self, row: int, column: int) -> QTableWidgetItem:
        """Return the cell, which every row has."""
        item = self.item(row, column)
        assert item is not None
        return item

    def move_row(self, by: int) -> None:
        """Move the row of the cursor up or down, where there is room."""
        row = self.currentRow()
        to = row + by
        if not (0 <= row < self.rowCount() and 0 <= to < self.rowCount()):
            return
        for at in range(self.columnCount()):
            one, other = self.takeItem(row, at), self.takeItem(to, at)
            self.setItem(row, at, other)
            self.setItem(to, at, one)
        self.setCurrentCell(to, self.currentColumn())
