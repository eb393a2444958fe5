"""The alignments as tabs over the map: one click switches. Owns the strip; switching is asked for by a signal."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QTabBar, QToolButton, QWidget

from territorymap.i18n import tr
from territorymap.mapview.second import ink_of
from territorymap.model.records import Alignment
from territorymap.model.role_words import role_label
from territorymap.ui import icons
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.words import plain_tip

_WIDE_EMS = 90  # from this width on it is said which alignment is drawn as lines
_LETTERS = 36


class AlignmentTabs(QWidget):
    """A tab for each alignment, there while the plan has two or more; at the right what is drawn as lines."""

    switch_wanted = Signal(int)  # alignment_id
    edit_wanted = Signal(int)
    menu_wanted = Signal(int, QPoint)  # alignment_id, where on the screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ids: list[int] = []
        self.bar = QTabBar(self)
        self.bar.setAccessibleName(tr("Alignments"))
        self.bar.setDocumentMode(True)
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)  # where there is no room it scrolls
        self.bar.setIconSize(QSize(12, 12))
        self.bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.bar.currentChanged.connect(self._chosen)
        self.bar.tabBarDoubleClicked.connect(self._double_clicked)
        self.bar.customContextMenuRequested.connect(self._menu_asked)
        self.lines = QToolButton(self)
        self.lines.setAutoRaise(True)
        icons.set_icon(self.lines, "border")
        self.lines.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.lines.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.lines.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.lines.setToolTip(tr("Draw the borders of another alignment over this one (Ctrl+Shift+PgDown: the next)"))
        self.lines.setMenu(QMenu(self.lines))
        row = QHBoxLayout(self)
        pad = ems(self, 0.5)
        row.setContentsMargins(pad, 0, pad, 0)
        row.addWidget(self.bar, 1)
        row.addWidget(self.lines)
        self.hide()

    def show_alignments(self, alignments: Sequence[Alignment], in_use: int, tips: Sequence[str], second: str) -> None:
        """List these; ``second`` names the one that is drawn as lines, "" = none."""
        bar = self.bar
        bar.blockSignals(True)
        while bar.count() > len(alignments):
            bar.removeTab(bar.count() - 1)
        while bar.count() < len(alignments):
            bar.addTab("")
        self._ids = [alignment.alignment_id for alignment in alignments]
        for at, alignment in enumerate(alignments):
            bar.setTabText(at, _short(alignment.name).replace("&", "&&"))
            bar.setTabIcon(at, icons.swatch_icon(ink_of(alignment)))
            role = tr("{name}: {role}", name=alignment.name, role=role_label(alignment.role))
            keys = tr("Ctrl+PgUp and Ctrl+PgDown go from one to the next; a double click edits.")
            bar.setTabToolTip(at, plain_tip("\n".join([role, tips[at], keys])))
        if in_use in self._ids:
            bar.setCurrentIndex(self._ids.index(in_use))
        bar.blockSignals(False)
        self.lines.setText(tr("Lines: {name}", name=_short(second).replace("&", "&&")) if second else tr("Lines: none"))
        self.setVisible(len(alignments) > 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() > ems(self, _WIDE_EMS)
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if is_wide else Qt.ToolButtonStyle.ToolButtonIconOnly
        self.lines.setToolButtonStyle(style)

    def _chosen(self, at: int) -> None:
        if 0 <= at < len(self._ids):
            self.switch_wanted.emit(self._ids[at])

    def _double_clicked(self, at: int) -> None:
        if 0 <= at < len(self._ids):
            self.edit_wanted.emit(self._ids[at])

    def _menu_asked(self, where: QPoint) -> None:
        at = self.bar.tabAt(where)
        if at >= 0:
            self.menu_wanted.emit(self._ids[at], self.bar.mapToGlobal(where))


def _short(name: str) -> str:
    """Return a name as far as a tab has room for it; the tooltip has all of it."""
    return name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…"
