"""The shortcuts sheet on paper: two columns a page, a heading never without its lines.

Owns the layout; what stands on it is sheet.py's.
"""

from __future__ import annotations

from PySide6.QtCore import QMarginsF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from territorymap.i18n import tr

_MARGIN_MM, _GAP_MM, _HEAD_MM = 14, 8, 11
_N_COLUMNS = 2
_MM_PER_INCH = 25.4


def print_columns(writer: QPdfWriter, title: str, body: str, style: str) -> int:
    """Draw HTML in columns, the title and the page's number over them; returns how many pages it took."""
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(*[_MARGIN_MM] * 4), QPageLayout.Unit.Millimeter)
    writer.setTitle(title)
    room = writer.pageLayout().paintRectPixels(writer.resolution()).size()
    gap, head = (round(mm / _MM_PER_INCH * writer.resolution()) for mm in (_GAP_MM, _HEAD_MM))
    width, height = (room.width() - gap * (_N_COLUMNS - 1)) // _N_COLUMNS, room.height() - head
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    document.setDocumentMargin(0)
    document.setDefaultStyleSheet(style)
    document.setHtml(body)
    document.setPageSize(QRectF(0, 0, width, height).size())
    n_columns = document.pageCount()
    n_pages = -(-n_columns // _N_COLUMNS)
    painter = QPainter(writer)
    for column in range(n_columns):
        at = column % _N_COLUMNS
        if at == 0:
            if column:
                writer.newPage()
            _draw_head(painter, QRect(0, 0, room.width(), head), title, column // _N_COLUMNS + 1, n_pages)
        painter.save()
        painter.translate(at * (width + gap), head - column * height)
        document.drawContents(painter, QRectF(0, column * height, width, height))
        painter.restore()
    painter.end()
    return n_pages


def _draw_head(painter: QPainter, room: QRect, title: str, page: int, n_pages: int) -> None:
    font = QFont(painter.font())
    font.setPointSizeF(13)
    font.setBold(True)
    painter.setFont(font)
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
    font.setPointSizeF(9)
    font.setBold(False)
    painter.setFont(font)
    number = tr("{at} of {n}", at=page, n=n_pages)
    painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, number)
