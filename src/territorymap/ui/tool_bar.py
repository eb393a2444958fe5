"""The tool bar: tools, what is painted into, brush size, undo, redo, find.

Owns which territory is the target; the map does the painting.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QToolBar, QToolButton, QWidget

from territorymap.i18n import tr
from territorymap.model.records import Territory
from territorymap.ui import icons
from territorymap.ui.actions import PAINTING_TOOLS, TOOLS, Actions
from territorymap.ui.parts.scale import ems

MIN_BRUSH, MAX_BRUSH, DEFAULT_BRUSH = 0, 120, 24


class ToolBar(QToolBar):
    """Tools at the left, steps and find at the right."""

    tool_chosen = Signal(str)
    target_chosen = Signal(object)  # territory_id, or None = erase
    brush_chosen = Signal(int)  # radius in pixels

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(tr("Tools"), parent)
        self.setObjectName("tool_bar")
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._actions = actions
        self._tool = "pick"
        for name in TOOLS:
            self._add_tool(name)
        self.addSeparator()
        self.target = self._build_target()
        self.addAction(actions["erase"])
        self.brush = self._build_brush()
        actions["erase"].toggled.connect(self._erase_toggled)
        spacer = QWidget(self)
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spacer)
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

    def set_writable(self, can_write: bool) -> None:
        self.target.setEnabled(can_write and self.listed_id is not None)

    def set_brush(self, radius: int) -> None:
        """Show the brush size that the map uses."""
        self.brush.blockSignals(True)
        self.brush.setValue(radius)
        self.brush.blockSignals(False)

    # -- building ------------------------------------------------------------------------------------------------------

    def _add_tool(self, name: str) -> None:
        action = self._actions[f"tool_{name}"]
        self.addAction(action)
        action.triggered.connect(lambda: self._choose_tool(name))

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

    def _build_target(self) -> QComboBox:
        box = QComboBox(self)
        box.setFixedWidth(ems(self, 27))
        box.setMaxVisibleItems(24)
        box.setIconSize(QSize(14, 14))
        box.setToolTip(tr("The territory that brush, lasso and rectangle paint into"))
        box.setAccessibleName(tr("Target territory"))
        box.activated.connect(lambda: self._actions["erase"].setChecked(False))
        box.currentIndexChanged.connect(self._tell_target)
        self._labelled(tr("Paint into"), box)
        return box

    def _labelled(self, text: str, widget: QWidget) -> QAction:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(6, 0, 6, 0)
        label = QLabel(text, holder)
        label.setProperty("role", "muted")
        row.addWidget(label)
        row.addWidget(widget)
        return self.addWidget(holder)

    # -- reactions -----------------------------------------------------------------------------------------------------

    def _erase_toggled(self, _: bool) -> None:
        if self.is_erasing and self._tool not in PAINTING_TOOLS:
            self._choose_tool("brush")
        self._tell_target()

    def _scale_brush(self, factor: float) -> None:
        value = self.brush.value()
        step = round(value * factor)
        self.brush.setValue(step if step != value else value + (1 if factor > 1 else -1))

    def _next_target(self) -> None:
        n = self.target.count()
        if self.listed_id is not None and n:
            self._actions["erase"].setChecked(False)
            self.target.setCurrentIndex((self.target.currentIndex() + 1) % n)
