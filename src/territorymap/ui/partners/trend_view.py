"""Revenue of the last periods as columns with the target as a line over each. Owns the drawing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from territorymap.i18n import tr
from territorymap.metrics.partners import words
from territorymap.metrics.partners.sheet import Point
from territorymap.ui.parts.inks import blend, faint, ink
from territorymap.ui.parts.scale import ems, lines, scaled


class TrendView(QWidget):
    """A small chart; its numbers stand in the table beside it, and in its description."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: list[Point] = []
        self._currency = ""
        self.setMinimumHeight(lines(self, 7))
        self.setAccessibleName(tr("Revenue by period as columns, the target as a line"))

    def show_trend(self, points: Sequence[Point], currency: str) -> None:
        """Show these periods, the newest last."""
        self._points = [p for p in points if p.revenue.is_told or p.target.is_told]
        self._currency = currency
        said = [
            tr(
                "{period}: {revenue} of {target}",
                period=p.period.label,
                revenue=words.money_text(p.revenue.amount, currency),
                target=words.money_text(p.target.amount, currency),
            )
            for p in self._points
        ]
        self.setAccessibleDescription("; ".join(said))
        self.setToolTip("\n".join(said))
        self.setVisible(len(self._points) > 1)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(ems(self, 40), lines(self, 8))

    def paintEvent(self, event: QPaintEvent) -> None:
        amounts = [v for p in self._points for v in (p.revenue.amount, p.target.amount) if v == v]
        top = max(amounts, default=0.0)
        if top <= 0:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = scaled(self.font(), 0.86)
        painter.setFont(font)
        foot = QFontMetrics(font).height() + 4
        room = QRectF(self.rect()).adjusted(4, 6, -4, -foot)
        step = room.width() / len(self._points)
        base = self.palette().color(QPalette.ColorRole.Window)
        for at, point in enumerate(self._points):
            left, width = room.left() + at * step, step
            is_short = point.target.is_told and point.revenue.amount < point.target.amount
            if point.revenue.is_told and point.revenue.amount > 0:
                height = point.revenue.amount / top * room.height()
                color = blend(ink(self.palette(), "over" if is_short else "under"), base, 0.7)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color)
                painter.drawRect(QRectF(left + width * 0.22, room.bottom() - height, width * 0.56, height))
            if point.target.is_told:
                y = room.bottom() - point.target.amount / top * room.height()
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self.palette().color(QPalette.ColorRole.WindowText))
                painter.drawRect(QRectF(left + width * 0.12, y - 1, width * 0.76, 2))
            painter.setPen(faint(self.palette()))
            box = QRectF(left, room.bottom() + 2, width, foot)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, point.period.label)
        painter.end()
