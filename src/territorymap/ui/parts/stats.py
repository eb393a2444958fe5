"""A strip of labelled figures that breaks into rows when it is narrow.

Owns the look and the click; the figures come from whoever shows it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QLayout, QSizePolicy, QWidget

from territorymap.ui.parts.inks import blend, faint
from territorymap.ui.parts.scale import ems, scaled, tabular
from territorymap.ui.parts.words import plain_tip
from territorymap.ui.theme import tokens


class Figure(QAbstractButton):
    """A number over its label; a click takes the planner to what it counts."""

    def __init__(self, label: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = label
        self.value = ""
        self.is_warning = False
        self.setToolTip(plain_tip(tip))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_value("", False)

    def show_value(self, value: str, is_warning: bool, label: str = "") -> None:
        """Show another number; a warning is drawn in the warning ink and bold."""
        self.value, self.is_warning, self.label = value, is_warning, label or self.label
        self.setText(f"{self.label}: {value}")
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        value, label = (QFontMetrics(font) for font in self._fonts())
        width = max(value.horizontalAdvance(self.value), label.horizontalAdvance(self.label))
        return QSize(width + ems(self, 1.6), value.height() + label.height() + ems(self, 0.8))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _fonts(self) -> tuple[QFont, QFont]:
        return tabular(scaled(self.font(), 1.12, bold=True)), scaled(self.font(), 0.86)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        ground = palette.color(QPalette.ColorRole.Window)
        if self.underMouse() or self.hasFocus():
            share = 0.16 if self.isDown() else 0.08
            painter.setBrush(blend(palette.color(QPalette.ColorRole.WindowText), ground, share))
            painter.setPen(palette.color(QPalette.ColorRole.Highlight) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
        value_font, label_font = self._fonts()
        box = self.rect().adjusted(ems(self, 0.8), ems(self, 0.4), -ems(self, 0.4), -ems(self, 0.4))
        color = QColor(tokens().warning) if self.is_warning else palette.color(QPalette.ColorRole.WindowText)
        self._draw(painter, box, value_font, self.value, color, Qt.AlignmentFlag.AlignTop)
        self._draw(painter, box, label_font, self.label, faint(palette), Qt.AlignmentFlag.AlignBottom)

    def _draw(
        self, painter: QPainter, box: QRect, font: QFont, text: str, color: QColor, edge: Qt.AlignmentFlag
    ) -> None:
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(box, edge | Qt.AlignmentFlag.AlignLeft, text)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)


class Figures(QWidget):
    """Figures in as many columns as fit."""

    def __init__(self, figures: list[Figure], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures = figures
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._grid.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # it breaks into rows instead
        self._n_columns = 0
        self.arrange()

    def replace(self, figures: list[Figure]) -> None:
        """Show other figures; the former ones are no more laid out."""
        for figure in self._figures:
            self._grid.removeWidget(figure)
        for column in range(self._n_columns):
            self._grid.setColumnStretch(column, 0)
        self._figures, self._n_columns = figures, 0
        self.arrange()

    def arrange(self) -> None:
        """Lay the figures out for the width there is."""
        if not self._figures:
            return
        widest = max(figure.sizeHint().width() for figure in self._figures)
        fitting = max(1, min(len(self._figures), self.width() // max(1, widest)))
        n_rows = -(-len(self._figures) // fitting)
        n_columns = -(-len(self._figures) // n_rows)  # rows of equal length: 3 + 3, not 4 + 2
        if n_columns == self._n_columns:
            return
        for column in range(self._n_columns):
            self._grid.setColumnStretch(column, 0)
        self._n_columns = n_columns
        for i, figure in enumerate(self._figures):
            self._grid.addWidget(figure, i // n_columns, i % n_columns)
        for column in range(n_columns):
            self._grid.setColumnStretch(column, 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(ems(self, 12), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()
