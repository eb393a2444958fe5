"""The look and keys all tables of the application share.

Owns that only; models and delegates are each panel's.
"""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from territorymap.ui.parts.scale import tabular


class Table(QTableView):
    """A table that tells when Return is pressed on a row; while a cell is edited Return belongs to the editor."""

    return_pressed = Signal(QModelIndex)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_return and self.currentIndex().isValid() and self.state() != QAbstractItemView.State.EditingState:
            self.return_pressed.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


def dress_table(view: QTableView, spoken_name: str, row_height: float = 1.6) -> None:
    """Give a table that has its model our look: whole rows, no grid, one row height, tabular digits."""
    view.setAccessibleName(spoken_name)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setShowGrid(False)
    view.setAlternatingRowColors(True)
    view.setWordWrap(False)
    view.setFont(tabular(view.font()))
    view.setFrameShape(QTableView.Shape.NoFrame)
    # Tab leaves the table; the arrow keys move inside.
    view.setTabKeyNavigation(False)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    rows, header = view.verticalHeader(), view.horizontalHeader()
    header.setResizeContentsPrecision(0)  # widths by the rows in sight, not by a thousand
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(round(view.fontMetrics().height() * row_height))
    header.setHighlightSections(False)
    # Qt asks of each header section whether all its cells are selected: 100,000 calls a column. Ask an empty selection.
    header.setSelectionModel(QItemSelectionModel(view.model(), header))
    header.setStretchLastSection(False)
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
