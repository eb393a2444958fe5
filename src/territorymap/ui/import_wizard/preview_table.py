"""The first rows of a file as a table, with a choice above each column of what it means.

Owns the view and its header; which meanings there are is told by the form.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QStyle, QStyleOptionHeader, QTableView, QWidget

from territorymap.i18n import tr
from territorymap.importers.fields import SKIP
from territorymap.importers.table import RawTable
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.theme import tokens

_Index = QModelIndex | QPersistentModelIndex


class PreviewModel(QAbstractTableModel):
    """Rows of a RawTable as they stand in the file."""

    def __init__(self, table: RawTable | None = None) -> None:
        super().__init__()
        self._table = table

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() or self._table is None else len(self._table.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() or self._table is None else len(self._table.headers)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._table is None or not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            text = self._table.rows[index.row()][index.column()]
            if role == Qt.ItemDataRole.DisplayRole:
                return text[:200]
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in self._table.number_columns:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._table is None or role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self._table.headers[section]
        return str(self._table.row_numbers[section])


class MeaningHeader(QHeaderView):
    """Column headers, each with a combo box of meanings under its name."""

    meaning_changed = Signal(int)  # section

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.boxes: list[QComboBox] = []
        self.setSectionsMovable(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setMinimumSectionSize(ems(self, 14))
        self.sectionResized.connect(self._place)
        self.geometriesChanged.connect(self._place)

    def set_boxes(self, names: Sequence[str], meanings: Sequence[tuple[str, str]], chosen: Sequence[str]) -> None:
        """Put a box over each column; ``meanings`` are (value, text), None as text for a separator."""
        for box in self.boxes:
            box.hide()
            box.deleteLater()
        self.boxes = []
        for section, (name, value) in enumerate(zip(names, chosen, strict=True)):
            box = QComboBox(self.viewport())
            for meaning, text in meanings:
                if text:
                    box.addItem(text, meaning)
                else:
                    box.insertSeparator(box.count())
            box.setCurrentIndex(max(0, box.findData(value)))
            box.setMaxVisibleItems(30)
            box.setAccessibleName(tr("What column {name} means", name=name))
            box.setToolTip(tr("What this column means"))
            box.setCursor(Qt.CursorShape.ArrowCursor)
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.view().setMinimumWidth(ems(self, 26))
            box.currentIndexChanged.connect(lambda _ix, section=section: self._changed(section))
            box.show()
            self.boxes.append(box)
        self._place()

    def _changed(self, section: int) -> None:
        self.viewport().update()
        self.meaning_changed.emit(section)

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        box = self.boxes[0].sizeHint().height() if self.boxes else lines(self, 1.8)
        return QSize(size.width(), lines(self, 1.4) + box + 8)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._place()

    def setOffset(self, offset: int) -> None:
        super().setOffset(offset)
        self._place()

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's own name
        option = QStyleOptionHeader()
        self.initStyleOption(option)
        option.rect = rect
        option.section = logicalIndex
        painter.save()
        self.style().drawControl(QStyle.ControlElement.CE_HeaderSection, option, painter, self)
        box = self.boxes[logicalIndex] if logicalIndex < len(self.boxes) else None
        is_used = box is not None and box.currentData() != SKIP
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if is_used else QFont.Weight.Normal)
        painter.setFont(font)
        t = tokens()
        painter.setPen(QColor(t.text if is_used else t.muted))
        name = str(self.model().headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        line = QRect(rect.left() + 6, rect.top() + 3, rect.width() - 12, lines(self, 1.3))
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()

    def _place(self, *_: object) -> None:
        height = self.boxes[0].sizeHint().height() if self.boxes else 0
        top = lines(self, 1.4) + 2
        for section, box in enumerate(self.boxes):
            left = self.sectionViewportPosition(section)
            box.setGeometry(left + 4, top, self.sectionSize(section) - 8, height)


class PreviewTable(QTableView):
    """Shows a RawTable; :attr:`meanings` says what was chosen for each column."""

    meaning_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = MeaningHeader(self)
        self.setHorizontalHeader(self.header)
        self.header.meaning_changed.connect(self.meaning_changed)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.verticalHeader().setDefaultSectionSize(lines(self, 1.55))
        self.setAccessibleName(tr("First rows of the file"))
        self._model = PreviewModel()

    def set_table(self, table: RawTable, meanings: Sequence[tuple[str, str]], chosen: Sequence[str]) -> None:
        """Show a table; ``chosen`` is the meaning of each column, SKIP = none."""
        self._model = PreviewModel(table)
        self.setModel(self._model)
        self.header.set_boxes(table.headers, meanings, chosen)
        metrics = self.fontMetrics()
        for column, name in enumerate(table.headers):
            cells = [row[column] for row in table.rows[:30]]
            widest = max((metrics.horizontalAdvance(text[:60]) for text in [name, *cells]), default=0)
            box = metrics.horizontalAdvance(self.header.boxes[column].currentText()) + ems(self, 7)
            self.setColumnWidth(column, max(min(widest + 28, ems(self, 40)), ems(self, 17), box))

    @property
    def meanings(self) -> list[str]:
        """What each column means, SKIP = not imported."""
        return [str(box.currentData()) for box in self.header.boxes]

    def show_meanings(self, chosen: Sequence[str]) -> None:
        """Show other meanings without telling anybody."""
        for box, value in zip(self.header.boxes, chosen, strict=True):
            box.blockSignals(True)
            box.setCurrentIndex(max(0, box.findData(value)))
            box.blockSignals(False)
        self.header.viewport().update()
