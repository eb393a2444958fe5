"""A few rows of texts and numbers in a form, such as the tiers of a pay plan. Owns adding, removing and reading."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import tr
from territorymap.ui.parts.scale import lines


class RowsField(QWidget):
    """Rows with columns that are typed into; ``changed`` after each."""

    changed = Signal()

    def __init__(
        self, spoken: str, columns: Sequence[tuple[str, str]], begin: Sequence[str], parent: QWidget | None = None
    ) -> None:
        """``columns``: title and tip of each; ``begin``: what a new row holds."""
        super().__init__(parent)
        self._begin = list(begin)
        self.table = QTableWidget(0, len(columns))
        self.table.setAccessibleName(spoken)
        self.table.setHorizontalHeaderLabels([title for title, _ in columns])
        for i, (_, tip) in enumerate(columns):
            head = self.table.horizontalHeaderItem(i)
            if head is not None:
                head.setToolTip(tip)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(lines(self, 1.6))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setFixedHeight(lines(self, 6))
        self.table.itemChanged.connect(lambda _item: self.changed.emit())
        self.add = QPushButton(tr("Add"))
        self.add.setToolTip(tr("Add a row"))
        self.add.clicked.connect(lambda _=False: self._add())
        self.remove = QPushButton(tr("Remove"))
        self.remove.setToolTip(tr("Remove the chosen rows"))
        self.remove.clicked.connect(lambda _=False: self._remove())
        side = QVBoxLayout()
        side.addWidget(self.add)
        side.addWidget(self.remove)
        side.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.table, 1)
        row.addLayout(side)
        self.setFocusProxy(self.table)

    @property
    def rows(self) -> list[list[str]]:
        """The texts, row by row; a row without any text is left out."""
        out = []
        for y in range(self.table.rowCount()):
            items = [self.table.item(y, x) for x in range(self.table.columnCount())]
            texts = [item.text().strip() if item is not None else "" for item in items]
            if any(texts):
                out.append(texts)
        return out

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show these rows."""
        self.table.blockSignals(True)
        self.table.setRowCount(0)
        for row in rows:
            self._put(row)
        self.table.blockSignals(False)

    def _put(self, row: Sequence[str]) -> None:
        y = self.table.rowCount()
        self.table.insertRow(y)
        for x, text in enumerate(row):
            self.table.setItem(y, x, QTableWidgetItem(text))

    def _add(self) -> None:
        self.table.blockSignals(True)
        self._put(self._begin)
        self.table.blockSignals(False)
        self.table.setCurrentCell(self.table.rowCount() - 1, 0)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _remove(self) -> None:
        rows = sorted({index.row() for index in self.table.selectedIndexes()}, reverse=True)
        for y in rows or ([self.table.rowCount() - 1] if self.table.rowCount() else []):
            self.table.removeRow(y)
        self.changed.emit()
