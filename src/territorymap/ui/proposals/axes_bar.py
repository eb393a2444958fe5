"""Chooses what the chart's axes are. Owns the three lists; the chart draws."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QToolButton, QWidget

from territorymap.i18n import tr
from territorymap.ui.parts.scale import ems
from territorymap.ui.proposals.board import Board


class AxesBar(QWidget):
    """Across, up, size and shade; a button swaps the first two."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.across = self._box(tr("What goes across"))
        self.up = self._box(tr("What goes up"))
        self.shade = self._box(tr("What size and shade mean"))
        self.swap = QToolButton(self)
        self.swap.setText("⇄")
        self.swap.setAutoRaise(True)
        self.swap.setToolTip(tr("Swap the axes across and up"))
        self.swap.setAccessibleName(self.swap.toolTip())
        self.swap.clicked.connect(self._swap)
        grid = QGridLayout(self)
        pad = ems(self, 0.8)
        grid.setContentsMargins(pad, pad // 2, pad, pad // 2)
        grid.setHorizontalSpacing(ems(self, 0.8))
        grid.setVerticalSpacing(1)
        heads = ((tr("A&cross"), self.across), (tr("&Up"), self.up), (tr("Si&ze and shade"), self.shade))
        for column, (text, box) in zip((0, 2, 3), heads, strict=True):
            label = QLabel(text)
            label.setProperty("role", "muted")
            label.setBuddy(box)
            grid.addWidget(label, 0, column)
            grid.addWidget(box, 1, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(self.swap, 1, 1, Qt.AlignmentFlag.AlignVCenter)

    def _box(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.setToolTip(name)
        # A long title must not make the panel wide: it is cut in the field, whole in the list.
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(7)
        box.activated.connect(lambda _row: self.chosen.emit())
        return box

    @property
    def value(self) -> tuple[str, str, str]:
        """Keys of the axes that are chosen."""
        return str(self.across.currentData()), str(self.up.currentData()), str(self.shade.currentData())

    def show_board(self, board: Board, wanted: tuple[str, str, str]) -> None:
        """List the axes that proposals have; choose those wanted, as far as they are there."""
        axes = board.chart_axes
        for box, key, usual in zip((self.across, self.up, self.shade), wanted, board.chosen, strict=True):
            box.clear()
            for axis in axes:
                box.addItem(axis.title, axis.key)
                box.setItemData(box.count() - 1, axis.tip, Qt.ItemDataRole.ToolTipRole)
            box.setCurrentIndex(max(0, box.findData(key) if box.findData(key) >= 0 else box.findData(usual)))
            widest = max((box.fontMetrics().horizontalAdvance(a.title) for a in axes), default=0)
            box.view().setMinimumWidth(widest + ems(self, 5))

    def _swap(self) -> None:
        across, up = self.across.currentIndex(), self.up.currentIndex()
        self.across.setCurrentIndex(up)
        self.up.setCurrentIndex(across)
        self.chosen.emit()
