"""The tool bar: tools, what is painted into, brush size, undo, redo, find.

Owns which territory is the target; the map does the painting.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QToolBar, QToolButton, QWidget

from territorymap.i18n import tr
from territorymap.model.records import Territory
from territorymap.ui import icons
from territorymap.ui.actions import Actions
from territorymap.ui.drawing_bar import DrawingBar
from territorymap.ui.map_specs import PAINTING_TOOLS, TOOLS
from territorymap.ui.parts.scale import ems

_TARGET_EMS, _DRAW_EMS, _NARROW_EMS = 22, 15, 14
MIN_BRUSH, MAX_BRUSH, DEFAULT_BRUSH = 0, 120, 24


class Guest(QWidget):
    """A widget of another's that stands in the tool bar."""

    @property
    def narrow_width(self) -> int:
        """Pixels it takes where it is narrow."""
        return self.sizeHint().width()

    @property
    def spare(self) -> int:
        """Pixels more that it takes where it is wide."""
        return 0

    def set_narrow(self, is_narrow: bool) -> None:
        """Be narrow, or wide."""


class ToolBar(QToolBar):
    """Tools at the left, steps and find at the right; where it is narrow, tools have no text."""

    tool_chosen = Signal(str)
    target_chosen = Signal(object)  # territory_id, or None = erase
    brush_chosen = Signal(int)  # radius in pixels
    stretch_chosen = Signal(int)  # 1 = a longer stretch of border is to follow, -1 = a shorter one
    level_chosen = Signal(int)  # 0 = single units, n = the n-th level of whole areas

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(tr("Tools"), parent)
        self.setObjectName("tool_bar")
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self._has_text = True
        self._is_roomy = True  # the target and what stands before the steps have their full width
        self._guest: Guest | None = None  # what stands before the steps
        self._guest_action: QAction | None = None
        self._actions = actions
        self._tool = "pick"
        self._buttons = [self._add_tool(name) for name in TOOLS]
        self.addSeparator()
        self.drawing = DrawingBar(self._labelled, self)
        self.target = self._build_target()
        self.level = self._build_level()
        self._buttons.append(self._add_button("erase"))
        self.brush = self._build_brush()
        self.drawing.add_rule()
        self.drawing.changed.connect(self._drawing_changed)
        actions["erase"].toggled.connect(self._erase_toggled)
        spacer = QWidget(self)
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spacer)
        self._first_step = actions["undo"]
        for name in ("undo", "redo", "find"):
            self.addAction(actions[name])
            button = self.widgetForAction(actions[name])
            if isinstance(button, QToolButton):
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        for button in self.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        actions["brush_smaller"].triggered.connect(lambda: self._scale_brush(1 / 1.3))
        actions["brush_larger"].triggered.connect(lambda: self._scale_brush(1.3))
        actions["next_target"].triggered.connect(self._next_target)
        actions["next_level"].triggered.connect(self._next_level)

    def add_before_steps(self, guest: Guest) -> None:
        """Put a widget at the right, before undo and redo; it is narrow, or hidden, where there is no room."""
        self._guest, self._guest_action = guest, self.insertWidget(self._first_step, guest)
        self._fit()

    # -- target --------------------------------------------------------------------------------------------------------

    @property
    def is_erasing(self) -> bool:
        return self._actions["erase"].isChecked()

    @property
    def tool(self) -> str:
        return self._tool

    @property
    def target_id(self) -> int | None:
        """The territory that strokes paint into; None = unassign."""
        return None if self.is_erasing else self.listed_id

    @property
    def listed_id(self) -> int | None:
        """The territory in the list, erasing or not; None if there is none."""
        data = self.target.currentData()
        return int(data) if data is not None else None

    def set_territories(self, territories: Sequence[Territory]) -> None:
        """List the territories; the target stays if it is still there, else becomes the first."""
        before = self.listed_id
        self.target.blockSignals(True)
        self.target.clear()
        for territory in territories:
            self.target.addItem(icons.swatch_icon(territory.color), territory.name, territory.territory_id)
        if not territories:
            self.target.addItem(tr("No territory yet"), None)
        self.target.setCurrentIndex(max(0, self.target.findData(before)) if before is not None else 0)
        self.target.blockSignals(False)
        self.target.setEnabled(bool(territories) and self._actions["tool_brush"].isEnabled())
        self._tell_target()

    def _tell_target(self) -> None:
        """Tell what is painted into; where there is no territory and no erasing, nothing is."""
        if self.is_erasing or self.listed_id is not None:
            self.target_chosen.emit(self.target_id)

    def set_target(self, territory_id: int | None, *, stop_erasing: bool = False) -> None:
        """Make a territory the target; None is ignored, for erasing has its own switch."""
        if stop_erasing and territory_id is not None:
            self._actions["erase"].setChecked(False)
        index = self.target.findData(territory_id) if territory_id is not None else -1
        if index >= 0:
            self.target.setCurrentIndex(index)

    def set_tool(self, name: str) -> None:
        """Show the tool that the map uses."""
        self._tool = name
        self._actions[f"tool_{name}"].setChecked(True)
        self._brush_action.setVisible(name == "brush")
        self.drawing.show(name == "draw")
        self._show_fields()
        self._fit()

    def set_levels(self, words: Sequence[str], chosen: int = 0) -> None:
        """List what can be painted by: the word for a unit first, then those of larger areas."""
        self.level.blockSignals(True)
        self.level.clear()
        self.level.addItems(list(words))
        self.level.setCurrentIndex(min(chosen, len(words) - 1))
        self.level.blockSignals(False)
        self._show_fields()
        self._fit()

    def _show_fields(self) -> None:
        """Show the target, and what is painted by, where the tool goes by them."""
        self._target_action.setVisible(self._tool not in ("border", "cut") and not self.drawing.has_own_target)
        if self._target_label is not None:
            self._target_label.setVisible(self._tool != "draw")  # it follows "Draw a part of"
        self._size_target()
        self._level_action.setVisible(self.level.count() > 1 and self._tool not in ("border", "draw", "cut"))

    def set_writable(self, can_write: bool) -> None:
        self.target.setEnabled(can_write and self.listed_id is not None)

    def set_brush(self, radius: int) -> None:
        """Show the brush size that the map uses."""
        self.brush.blockSignals(True)
        self.brush.setValue(radius)
        self.brush.blockSignals(False)

    # -- building ------------------------------------------------------------------------------------------------------

    def _add_tool(self, name: str) -> QToolButton:
        self._actions[f"tool_{name}"].triggered.connect(lambda: self._choose_tool(name))
        return self._add_button(f"tool_{name}")

    def _add_button(self, name: str) -> QToolButton:
        self.addAction(self._actions[name])
        button = self.widgetForAction(self._actions[name])
        assert isinstance(button, QToolButton)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    # -- width ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Return what is needed without texts and with narrow fields: the window may become that narrow."""
        hint = super().sizeHint()
        width = hint.width() - self._text_width() * self._has_text - self._room_width() * self._is_roomy
        is_guest_seen = self._guest_action is not None and self._guest_action.isVisible()
        return QSize(width - self._guest_width() * is_guest_seen, hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the texts of the tools where there is room for all of them."""
        needed = self.sizeHint().width() + self._guest_width()
        if self._guest_action is not None:
            self._guest_action.setVisible(needed <= self.width())
        needed += self._room_width()
        if (needed <= self.width()) != self._is_roomy:
            self._is_roomy = not self._is_roomy
            if self._guest is not None:
                self._guest.set_narrow(not self._is_roomy)
            self._size_target()
        needed += self._text_width()
        if (needed <= self.width()) == self._has_text:
            return
        self._has_text = not self._has_text
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if self._has_text else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._buttons:
            button.setToolButtonStyle(style)

    def _size_target(self) -> None:
        wide = _DRAW_EMS if self._tool == "draw" else _TARGET_EMS
        self.target.setFixedWidth(ems(self, wide if self._is_roomy else min(wide, _NARROW_EMS)))

    def _room_width(self) -> int:
        """Return by how much the wide fields make the bar wider."""
        wide = _DRAW_EMS if self._tool == "draw" else _TARGET_EMS
        saved = ems(self, wide) - ems(self, min(wide, _NARROW_EMS)) if self._target_action.isVisible() else 0
        return saved + (self._guest.spare if self._guest is not None else 0)

    def _guest_width(self) -> int:
        return self._guest.narrow_width if self._guest is not None else 0

    def _text_width(self) -> int:
        """Return by how much the tools' texts make the bar wider."""
        gap = 13  # pixels between icon and text and around them, rounded up
        return sum(b.fontMetrics().horizontalAdvance(b.text()) + gap for b in self._buttons)

    def _choose_tool(self, name: str) -> None:
        self.set_tool(name)
        self.tool_chosen.emit(name)

    def _build_brush(self) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(MIN_BRUSH, MAX_BRUSH)
        box.setValue(DEFAULT_BRUSH)
        box.setSuffix(tr(" px"))
        box.setSpecialValueText(tr("one unit"))
        box.setToolTip(tr("Radius of the brush on the screen (keys [ and ])"))
        box.setAccessibleName(tr("Brush radius"))
        box.valueChanged.connect(self.brush_chosen)
        self._brush_action = self._labelled(tr("Size"), box)
        self._brush_action.setVisible(False)
        return box

    def _build_level(self) -> QComboBox:
        box = QComboBox(self)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.setToolTip(
            tr("What brush, lasso, rectangle and pick take: units, or all units of a larger area at once (key P)")
        )
        box.setAccessibleName(tr("Paint by"))
        box.currentIndexChanged.connect(self.level_chosen)
        self._level_action = self._labelled(tr("by"), box)
        self._level_action.setVisible(False)
        return box

    def _build_target(self) -> QComboBox:
        box = QComboBox(self)
        box.setFixedWidth(ems(self, _TARGET_EMS))
        box.setMaxVisibleItems(24)
        box.setIconSize(QSize(14, 14))
        box.setToolTip(tr("The territory that brush, lasso and rectangle paint into"))
        box.setAccessibleName(tr("Target territory"))
        box.activated.connect(lambda: self._actions["erase"].setChecked(False))
        box.currentIndexChanged.connect(self._tell_target)
        self._target_action = self._labelled(tr("Paint into"), box)
        holder = box.parentWidget()
        self._target_label = holder.findChild(QLabel) if holder is not None else None
        return box

    def _labelled(self, text: str, widget: QWidget) -> QAction:
        holder = QWidget(self)
        holder.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(holder)
        row.setContentsMargins(6, 0, 6, 0)
        if text:
            label = QLabel(text, holder)
            label.setProperty("role", "muted")
            row.addWidget(label)
        row.addWidget(widget)
        return self.addWidget(holder)

    def _drawing_changed(self) -> None:
        self._show_fields()
        self._fit()

    # -- reactions -----------------------------------------------------------------------------------------------------

    def _erase_toggled(self, _: bool) -> None:
        if self.is_erasing and self._tool not in PAINTING_TOOLS:
            self._choose_tool("brush")
        self._tell_target()

    def _scale_brush(self, factor: float) -> None:
        if self._tool == "border":
            self.stretch_chosen.emit(1 if factor > 1 else -1)
            return
        value = self.brush.value()
        step = round(value * factor)
        self.brush.setValue(step if step != value else value + (1 if factor > 1 else -1))

    def _next_level(self) -> None:
        if self.level.count() > 1:
            self.level.setCurrentIndex((self.level.currentIndex() + 1) % self.level.count())

    def _next_target(self) -> None:
        n = self.target.count()
        if self.listed_id is not None and n:
            self._actions["erase"].setChecked(False)
            self.target.setCurrentIndex((self.target.currentIndex() + 1) % n)
