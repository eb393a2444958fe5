"""A row of sums that stays under a table, each under its column.

Owns the drawing; the texts are given by whoever counts.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QStyle, QTableView, QWidget

from territorymap.ui.parts.inks import blend, hairline
from territorymap.ui.parts.scale import ems, scaled, tabular


class TotalsRow(QWidget):
    """One line of text cells that follow the sections of a table's header."""

    def __init__(self, view: QTableView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.texts: list[str] = []
        self._numbers: list[bool] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        header = view.horizontalHeader()
        header.sectionResized.connect(self.update)
        header.sectionMoved.connect(self.update)
        header.geometriesChanged.connect(self.update)
        view.horizontalScrollBar().valueChanged.connect(self.update)

    def show_texts(self, texts: list[str], is_number: list[bool], spoken: str) -> None:
        """Show one text a column of the table; ``spoken`` is the whole as a sentence."""
        self.texts, self._numbers = texts, is_number
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(ems(self, 20), round(QFontMetrics(self.font()).height() * 1.5))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = self.palette()
        base = palette.color(QPalette.ColorRole.Base)
        painter.fillRect(self.rect(), blend(palette.color(QPalette.ColorRole.Text), base, 0.06))
        painter.setPen(hairline(palette))
        painter.drawLine(0, 0, self.width(), 0)
        painter.setFont(tabular(scaled(self.font(), 1.0, bold=True)))
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        header = self._view.horizontalHeader()
        offset = self._view.viewport().x()
        pad = self.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin) + 1  # as table cells have it
        for column, text in enumerate(self.texts):
            if not text or header.isSectionHidden(column):
                continue
            left = offset + header.sectionViewportPosition(column)
            box = QRect(left, 0, header.sectionSize(column), self.height()).adjusted(pad, 0, -pad, 0)
            side = Qt.AlignmentFlag.AlignRight if self._numbers[column] else Qt.AlignmentFlag.AlignLeft
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)
