"""One topic on the page: own style in light and dark, pictures as wide as there is room, marked hits, zoom.

Owns how a text looks; which text it is, is window.py's.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QImage,
    QImageReader,
    QPalette,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from territorymap.resources import shipped
from territorymap.ui.help.markup import Look, to_html
from territorymap.ui.theme import Tokens, tokens

ZOOMS = (0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
PICTURE = "picture:"
_WIDEST_PICTURE, _MARGIN = 900, 28
_RESIZED_MS = 120


class TopicBrowser(QTextBrowser):
    """Shows one text; ``followed`` tells which link was chosen."""

    followed = Signal(str)
    zoomed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.document().setDocumentMargin(_MARGIN)
        self._text = ""
        self._terms: list[str] = []
        self.zoom = 1.0
        self._drawn_width = 0
        self._hits: list[QTextCursor] = []
        self._at = -1
        self._again = QTimer(self, singleShot=True, interval=_RESIZED_MS)
        self._again.timeout.connect(self._fit_pictures)
        self.anchorClicked.connect(lambda url: self.followed.emit(url.toString()))

    @property
    def n_hits(self) -> int:
        return len(self._hits)

    @property
    def hit_at(self) -> int:
        """Which hit is the current one, from 0; -1 = none."""
        return self._at

    def show_text(self, text: str, terms: list[str], *, place: int = 0) -> None:
        """Show a text, its hits marked, scrolled to a place of before or to the first hit."""
        self._text, self._terms = text, terms
        self._render()
        self.verticalScrollBar().setValue(place)
        if not place and self._hits:
            self.next_hit()

    def set_terms(self, terms: list[str]) -> None:
        """Mark other words in what is shown."""
        self._terms = terms
        self._mark()

    def next_hit(self, step: int = 1) -> None:
        """Go to the next hit, or with -1 to the one before."""
        if not self._hits:
            return
        self._at = (self._at + step) % len(self._hits)
        cursor = QTextCursor(self._hits[self._at])
        cursor.clearSelection()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        self._paint_hits()

    def set_zoom(self, zoom: float) -> None:
        """Show letters larger or smaller; 1.0 = as the program's."""
        if zoom != self.zoom:
            self.zoom = zoom
            self._redraw()
            self.zoomed.emit(zoom)

    def step_zoom(self, step: int) -> None:
        at = min(range(len(ZOOMS)), key=lambda i: abs(ZOOMS[i] - self.zoom))
        self.set_zoom(ZOOMS[max(0, min(len(ZOOMS) - 1, at + step))])

    def refresh(self) -> None:
        """Draw again, in another theme."""
        self._redraw()

    # -- drawing -------------------------------------------------------------------------------------------------------

    def _redraw(self) -> None:
        bar = self.verticalScrollBar()
        share = bar.value() / bar.maximum() if bar.maximum() else 0.0
        self._render()
        bar.setValue(round(share * bar.maximum()))

    def _render(self) -> None:
        t = tokens()
        document = self.document()
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.05 * self.zoom)
        document.setDefaultFont(font)
        document.setDefaultStyleSheet(_style(t))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(t.base))
        palette.setColor(QPalette.ColorRole.Text, QColor(t.text))
        palette.setColor(QPalette.ColorRole.Link, QColor(t.accent))
        self.setPalette(palette)
        self._drawn_width = self.viewport().width()
        self.setHtml(to_html(self._text, Look(self._picture, t.alternate, t.hover, t.hover)))
        self._mark()

    def _picture(self, name: str) -> tuple[str, int]:
        size = QImageReader(str(_picture_file(name))).size()
        room = self.viewport().width() - 2 * _MARGIN - 4
        width = max(80, min(size.width(), room, _WIDEST_PICTURE))
        return f"{PICTURE}{name}?{width}", width

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Return one of our own pictures, drawn small by a filter; nothing else is ever read."""
        address = name.toString() if isinstance(name, QUrl) else name
        if not address.startswith(PICTURE):
            return None
        file, _, width = address.removeprefix(PICTURE).partition("?")
        ratio = self.devicePixelRatioF()
        picture = QImage(str(_picture_file(file))).scaledToWidth(
            round(int(width) * ratio), Qt.TransformationMode.SmoothTransformation
        )
        picture.setDevicePixelRatio(ratio)
        return picture

    def _mark(self) -> None:
        self._hits, self._at = [], -1
        for term in self._terms:
            cursor = QTextCursor(self.document())
            while not (cursor := self.document().find(term, cursor)).isNull():
                self._hits.append(cursor)
        self._hits.sort(key=lambda found: found.selectionStart())
        self._paint_hits()

    def _paint_hits(self) -> None:
        t = tokens()
        marks = []
        for i, cursor in enumerate(self._hits):
            mark = QTextEdit.ExtraSelection()
            form = QTextCharFormat()
            is_current = i == self._at
            form.setBackground(QColor(t.accent if is_current else ("#6b5a12" if t.is_dark else "#ffe48a")))
            form.setForeground(QColor(t.accent_text if is_current else t.text))
            mark.format, mark.cursor = form, cursor
            marks.append(mark)
        self.setExtraSelections(marks)

    # -- size ----------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._text:
            self._again.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_zoom(1 if event.angleDelta().y() > 0 else -1)
            return
        super().wheelEvent(event)

    def _fit_pictures(self) -> None:
        if "![" in self._text and abs(self.viewport().width() - self._drawn_width) > 8:
            self._redraw()


def _picture_file(name: str) -> Path:
    return shipped("resources", "pictures", name)


def _style(t: Tokens) -> str:
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return f"""
body, p, li, td, th {{ color: {t.text}; line-height: 135%; }}
h1 {{ font-size: xx-large; font-weight: 600; margin-top: 0px; margin-bottom: 14px; color: {t.text}; }}
h2 {{ font-size: x-large; font-weight: 600; margin-top: 22px; margin-bottom: 8px; color: {t.text}; }}
h3 {{ font-size: large; font-weight: 600; margin-top: 16px; margin-bottom: 4px; color: {t.text}; }}
p {{ margin-top: 0px; margin-bottom: 9px; }}
li {{ margin-bottom: 5px; }}
ul, ol {{ margin-top: 2px; margin-bottom: 10px; margin-left: 0px; }}
code {{ font-family: "{fixed}"; color: {t.text}; }}
p.picture {{ line-height: 100%; margin-bottom: 4px; }}
th {{ font-weight: 600; }}
td, th {{ border-bottom: 1px solid {t.border}; }}
table.note td {{ border: 0; }}
a {{ color: {t.accent}; text-decoration: none; }}
a.do {{ font-weight: 600; }}
p.caption {{ color: {t.muted}; font-size: small; margin-bottom: 16px; }}
p.gap {{ font-size: 4px; margin-bottom: 4px; }}
"""
