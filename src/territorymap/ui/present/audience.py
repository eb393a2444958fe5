"""The window that the audience sees: caption, map, figures; with one display also a bar that hides itself.

Owns the widgets, their sizes for a projector, and that all in them is fed by a veiled session; what is shown when is
presentation.py's. It has a map page of its own, so that the plan's window stays as it is.
"""

from __future__ import annotations

import math
from typing import cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QFont, QKeyEvent, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from territorymap.i18n import tr
from territorymap.model.privacy import Privacy
from territorymap.model.scene_view import SceneView
from territorymap.session.session import PlanChange, Session
from territorymap.session.veiled import VeiledSession
from territorymap.ui import icons
from territorymap.ui.find import FindBar
from territorymap.ui.map.view import MapView
from territorymap.ui.present.actions import PresentActions
from territorymap.ui.present.bars import ControlBar, WhatIfBar
from territorymap.ui.present.figures import FiguresPanel
from territorymap.ui.present.overlay import Overlay
from territorymap.ui.present.privacy_menu import PrivacySwitches
from territorymap.ui.present.showing import show_looks
from territorymap.ui.selection import Selection
from territorymap.ui.toast import Toast

_LETTERS_SHARE, _LEAST_PX = 1 / 46, 15  # height of a letter, of the window's
_FIGURES_SHARE = 0.33
_FADE_AFTER_MS = 450  # the page needs so long at most to show other colours of a national plan


class AudienceWindow(QWidget):
    """A window of its own, over the whole of a display."""

    key_pressed = Signal(object)  # Qt.Key, of those that the presentation may want
    closed = Signal()
    moved = Signal()  # the map shows another place

    def __init__(self, actions: PresentActions, switches: PrivacySwitches, *, is_alone: bool) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("audience")
        self.setWindowTitle(tr("Presentation - Territory Map"))
        self.setWindowIcon(icons.app_icon())
        self.setMouseTracking(True)
        self.is_alone = is_alone
        self.session: VeiledSession | None = None
        self.selection = Selection(self)
        self._is_what_if = False
        self._is_over = False
        self.caption = QLabel(self)
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setWordWrap(True)
        self.step = QLabel(self)
        self.step.setTextFormat(Qt.TextFormat.PlainText)
        self.step.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.head = QWidget(self)
        self.what_if = WhatIfBar(self)
        self.map_view = MapView(self.selection, self)
        self.figures = FiguresPanel(self)
        self.toast = Toast(self.map_view)
        self.find_bar = FindBar(self.selection, self.map_view)
        self.overlay = Overlay(self)
        self.bar = ControlBar(actions, switches.make_button(self), self.map_view, self) if is_alone else None
        self.black = _black_sheet(self)
        self._lay_out()
        self._connect()
        self.map_view.set_option("audience", True)
        self.map_view.set_option("large_labels", True)
        self.map_view.set_tool("pan")
        for widget in (self, *self.findChildren(QWidget)):
            widget.setAcceptDrops(False)

    def _lay_out(self) -> None:
        head = QHBoxLayout(self.head)
        head.setContentsMargins(20, 10, 20, 10)
        head.addWidget(self.caption, 1)
        head.addWidget(self.step)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.map_view, 1)
        body.addWidget(self.figures)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.what_if)
        column.addWidget(self.head)
        column.addLayout(body, 1)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)

    def _connect(self) -> None:
        self.map_view.refused.connect(lambda text: self.toast.show_message(text, "warning"))
        self.map_view.view_changed.connect(self.moved)
        self.map_view.target_picked.connect(self._target_picked)
        self.selection.territory_changed.connect(lambda territory_id, _: self._target_picked(territory_id))
        self.map_view.tool_changed.connect(self._tool_changed)
        self.find_bar.zoom_requested.connect(self.map_view.fly_to)
        self.what_if.tool_chosen.connect(self.map_view.set_tool)
        self.what_if.target_chosen.connect(self.map_view.set_target)
        self.overlay.framed.connect(self._go_to_frame)
        self.overlay.stirred.connect(self.wake)
        self.map_view.when_ready(self._listen_to_page)

    def _listen_to_page(self) -> None:
        """Keys and moves of the mouse over the page go to the page's own widget."""
        widget = self.map_view.view.focusProxy()
        if widget is not None:
            widget.installEventFilter(self)
            widget.setMouseTracking(True)

    # -- the plan ------------------------------------------------------------------------------------------------------

    def set_session(self, session: Session | None, privacy: Privacy) -> None:
        """Show a plan as far as it may be seen, or none."""
        if self.session is not None:
            self.session.close()
        self.session = VeiledSession(session, privacy) if session is not None else None
        # Every view here is made for a session; the veiled one gives them all that they ask for, and no more.
        shown = cast("Session | None", self.session)
        self._hide_homes(privacy)
        self.selection.clear("audience")
        self.map_view.set_session(shown)
        self.find_bar.set_session(shown)
        self.figures.set_session(self.session)
        if self.session is not None:
            self.session.listen(self._plan_changed)

    def set_privacy(self, privacy: Privacy) -> None:
        """Hide something else from now on."""
        self._hide_homes(privacy)
        if self.session is not None:
            self.session.set_privacy(privacy)

    def _hide_homes(self, privacy: Privacy) -> None:
        """A house tells whose it is."""
        if privacy.rep_names:
            self.map_view.set_option("show_homes", False)

    def _plan_changed(self, change: PlanChange) -> None:
        if self._is_what_if and self.session is not None:
            self.what_if.show_targets(self.session.plan.territories, self.map_view.target)
        if change.kind in ("switch", "veil") or change.delta.is_full:
            QTimer.singleShot(_FADE_AFTER_MS, self, self.overlay.fade)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def show_view(self, view: SceneView, *, caption: str, step: str) -> None:
        """Give the window the looks of a scene; the place is reached by a flight."""
        assert self.session is not None
        self.caption.setText(self.session.text(caption))
        self.show_step(step)
        self.figures.setVisible("figures" in view.panels)
        self.figures.set_measure(view.index_of)
        self.map_view.set_option("show_legend", "legend" in view.panels or view.color_by != "territory")
        show_looks(self.map_view, view)
        self._hide_homes(self.session.privacy)

    def show_step(self, text: str) -> None:
        """Say at the right of the caption which scenario is seen."""
        self.step.setText(text)
        self.head.setVisible(bool(self.caption.text() or text))

    def show_what_if(self, is_on: bool, text: str = "") -> None:
        """Show or hide the banner with its tools; outside of a what-if the map is for looking at only."""
        self._is_what_if = is_on
        self.what_if.setVisible(is_on)
        self.what_if.text.setText(text)
        if is_on and self.session is not None:
            self.what_if.show_targets(self.session.plan.territories, self.map_view.target)
            self.map_view.set_tool("brush" if self.map_view.target is not None else "pick")
            self.what_if.show_tool(self.map_view.tool)
        else:
            self.map_view.set_tool("pan")

    def hold_picture(self) -> None:
        """Keep the map on the screen as it is until what comes next is painted."""
        self.overlay.hold(self.map_picture(), self._map_box())

    def map_picture(self) -> QPixmap:
        """Return the map as it is now, without what lies over it."""
        return self.map_view.view.grab()

    def picture(self) -> QPixmap:
        """Return all that the audience sees."""
        return self.grab()

    def set_black(self, is_black: bool) -> None:
        """Show nothing, so that the audience looks at who speaks."""
        self.black.setGeometry(self.rect())
        self.black.setVisible(is_black)
        self.black.raise_()

    def _map_box(self) -> QRect:
        return QRect(self.map_view.mapTo(self, QPoint(0, 0)), self.map_view.size())

    def _go_to_frame(self, frame: QRect) -> None:
        """Go to what a frame drawn over the map holds."""
        box = self._map_box()
        frame = frame.intersected(box).translated(-box.topLeft())
        if self.map_view.bounds is None or frame.isEmpty():
            return
        west, south, east, north = self.map_view.bounds
        size = self.map_view.size()

        def lon(x: int) -> float:
            return west + (east - west) * x / size.width()

        def lat(y: int) -> float:
            return mercator_between(north, south, y / size.height())

        self.map_view.glide_to((lon(frame.left()), lat(frame.bottom()), lon(frame.right()), lat(frame.top())))

    def point_at(self, share: QPointF | None) -> None:
        """Put pointer or spotlight at a place told as shares of the width and height of the window."""
        size = self.overlay.size()
        self.overlay.set_point(None if share is None else QPointF(share.x() * size.width(), share.y() * size.height()))

    # -- what-if tools -------------------------------------------------------------------------------------------------

    def _target_picked(self, territory_id: int | None) -> None:
        self.what_if.targets.setCurrentIndex(self.what_if.targets.findData(territory_id))

    def _tool_changed(self, name: str) -> None:
        """A key on the page chose a tool: only a what-if has any."""
        if not self._is_what_if and name != "pan":
            self.map_view.set_tool("pan")
        else:
            self.what_if.show_tool(name)

    # -- window --------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        px = max(_LEAST_PX, round(self.height() * _LETTERS_SHARE))
        font = QFont(self.font())
        font.setPixelSize(round(px * 1.5))
        font.setBold(True)
        self.caption.setFont(font)
        plain = QFont(self.font())
        plain.setPixelSize(px)
        self.step.setFont(plain)
        self.figures.set_letters(px)
        self.figures.setFixedWidth(round(self.width() * _FIGURES_SHARE))
        self.black.setGeometry(self.rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.key_pressed.emit(Qt.Key(event.key()))

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._filter_key(event)
        if event.type() == QEvent.Type.MouseMove:
            self.wake()
        return False

    def _filter_key(self, event: QKeyEvent) -> bool:
        """Take the presentation's keys before the page does; while something is tried only those of a clicker."""
        key = Qt.Key(event.key())
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        of_clicker = key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Escape)
        if (self._is_what_if and not of_clicker) or isinstance(QApplication.focusWidget(), QLineEdit):
            return False
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Equal, Qt.Key.Key_Tab):
            return False
        self.key_pressed.emit(key)
        return True

    def wake(self) -> None:
        """Show the bar for some seconds, and the mouse."""
        if self.bar is not None and self.black.isHidden():
            self.bar.wake()

    def mouseMoveEvent(self, event: object) -> None:
        self.wake()

    def tear_down(self) -> None:
        """Let go of page and session; the page must be gone before its profile."""
        self._is_over = True
        if self.session is not None:
            self.session.close()
            self.session = None
        self.figures.set_session(None)
        self.find_bar.set_session(None)
        self.map_view.tear_down()
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """A window manager that closes it ends the presentation."""
        event.accept()
        if not self._is_over:
            self.closed.emit()


def _black_sheet(parent: QWidget) -> QWidget:
    sheet = QWidget(parent)
    palette = sheet.palette()
    palette.setColor(QPalette.ColorRole.Window, Qt.GlobalColor.black)
    sheet.setPalette(palette)
    sheet.setBackgroundRole(QPalette.ColorRole.Window)  # else it is the parent's
    sheet.setAutoFillBackground(True)
    sheet.setCursor(Qt.CursorShape.BlankCursor)
    sheet.hide()
    return sheet


def mercator_between(north: float, south: float, share: float) -> float:
    """Return the latitude at a share of the way down a map in Mercator's projection."""

    def y(lat: float) -> float:
        return math.asinh(math.tan(math.radians(lat)))

    return math.degrees(math.atan(math.sinh(y(north) + (y(south) - y(north)) * share)))
