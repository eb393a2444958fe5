"""Draws a move: what to do in bold, what it does below, what gets worse in the ink of warnings. Owns the drawing."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from territorymap.session.solving.suggesting import Suggestion
from territorymap.ui.parts.cells import draw_ground, draw_swatch, is_selected, text_color
from territorymap.ui.parts.inks import blend
from territorymap.ui.suggest.model import COLOR_ROLE, MOVE_ROLE, Index
from territorymap.ui.theme import tokens

_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_TALL = 10_000


class MoveDelegate(QStyledItemDelegate):
    """Two or three paragraphs beside the colour of who would get the units."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        draw_ground(painter, option, self._view)
        move: Suggestion | None = index.data(MOVE_ROLE)
        if move is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = text_color(option)
        line = option.fontMetrics.height()
        box = self._text_box(option.rect, line)
        swatch = QRectF(option.rect.left() + line * 0.5, box.top() + line * 0.1, line * 0.8, line * 0.8)
        draw_swatch(painter, swatch, QColor(index.data(COLOR_ROLE)), option.palette)
        muted = blend(ink, option.palette.base().color(), 0.72)
        warning = ink if is_selected(option) else QColor(tokens().warning)
        top = box.top()
        for text, font, color in zip(
            self._texts(index, move),
            (_bold(option.font), option.font, option.font),
            (ink, muted, warning),
            strict=False,
        ):
            painter.setFont(font)
            painter.setPen(color)
            space = QRect(box.left(), top, box.width(), _TALL)
            top += QFontMetrics(font).boundingRect(space, _WRAP, text).height()
            painter.drawText(space, _WRAP, text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        self.initStyleOption(option, index)
        move: Suggestion | None = index.data(MOVE_ROLE)
        line, width = option.fontMetrics.height(), self._view.viewport().width()
        if move is None:
            return QSize(width, line)
        box = self._text_box(QRect(0, 0, width, _TALL), line)
        fonts = (_bold(option.font), option.font, option.font)
        heights = [
            QFontMetrics(font).boundingRect(QRect(0, 0, box.width(), _TALL), _WRAP, text).height()
            for text, font in zip(self._texts(index, move), fonts, strict=False)
        ]
        return QSize(width, sum(heights) + 2 * box.top())

    def _texts(self, index: Index, move: Suggestion) -> list[str]:
        texts = [str(index.data()), move.details, *filter(None, [move.harm])]
        return [text.replace(" %", "\N{NO-BREAK SPACE}%") for text in texts]  # no line begins with the sign

    def _text_box(self, rect: QRect, line: int) -> QRect:
        return rect.adjusted(round(line * 1.7), round(line * 0.25), -round(line * 0.5), 0)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold
