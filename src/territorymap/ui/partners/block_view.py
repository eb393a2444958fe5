"""A block of the sheet as widgets: facts in two columns, a table, a remark. Owns the look; telling owns the words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from territorymap.metrics.partners.telling import Block
from territorymap.ui.parts.scale import ems, scaled, tabular


class BlockView(QScrollArea):
    """Blocks under each other; it scrolls where they do not fit."""

    def __init__(self, facts_a_row: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts_a_row = facts_a_row
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.texts: list[str] = []  # all that is shown, for who reads it aloud

    def show_blocks(self, blocks: Sequence[Block], *, has_titles: bool = True) -> None:
        """Show these blocks instead."""
        at = self.verticalScrollBar().value()
        body = QWidget()
        column = QVBoxLayout(body)
        pad = ems(self, 1)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(ems(self, 0.8))
        self.texts = []
        for block in blocks:
            if has_titles:
                title = _label(block.title)
                title.setFont(scaled(self.font(), 1.05, bold=True))
                column.addWidget(title)
            if block.facts:
                column.addLayout(self._facts(block))
            if block.rows:
                column.addWidget(self._table(block))
            if block.note:
                note = _label(block.note, "muted")
                note.setWordWrap(True)
                column.addWidget(note)
            self.texts += [block.title, block.note, *(t for pair in block.facts for t in pair)]
            self.texts += [cell for row in block.rows for cell in row]
        column.addStretch(1)
        self.setWidget(body)
        self.verticalScrollBar().setValue(at)

    def _facts(self, block: Block) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(ems(self, 1.5))
        grid.setVerticalSpacing(ems(self, 0.5))
        for n, (name, value) in enumerate(block.facts):
            row, side = divmod(n, self._facts_a_row)
            grid.addWidget(_label(name, "muted"), row, 2 * side, Qt.AlignmentFlag.AlignTop)
            text = _label(value)
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(text, row, 2 * side + 1)
        for side in range(self._facts_a_row):
            grid.setColumnStretch(2 * side + 1, 1)
        return grid

    def _table(self, block: Block) -> QTableWidget:
        table = QTableWidget(len(block.rows), len(block.heads))
        table.setAccessibleName(block.title)
        table.setFont(tabular(table.font()))
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setFrameShape(QTableWidget.Shape.NoFrame)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for r, row in enumerate(block.rows):
            for c, cell in enumerate(row):
                item = QTableWidgetItem(cell)
                side = Qt.AlignmentFlag.AlignRight if c in block.numeric else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip("")
                table.setItem(r, c, item)
        for c in range(len(block.heads)):
            side = Qt.AlignmentFlag.AlignRight if c in block.numeric else Qt.AlignmentFlag.AlignLeft
            head = QTableWidgetItem(block.heads[c])
            head.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            table.setHorizontalHeaderItem(c, head)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(len(block.heads) - 1 not in block.numeric)
        table.verticalHeader().hide()
        table.resizeRowsToContents()
        height = header.sizeHint().height() + sum(table.rowHeight(r) for r in range(len(block.rows))) + 4
        table.setFixedHeight(height)
        return table


def _label(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
