"""The panel Scenes: saved views made in one click, renamed, reordered, taken anew, with notes for the presenter.

Owns the panel; the scenes are the plan's, and every change of one is a step.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QMenu,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import tr
from territorymap.model.records import Scene
from territorymap.model.scene_view import COMPARE_MODES, SceneView, read_scene_view
from territorymap.session import commands
from territorymap.session.session import PlanChange, Session
from territorymap.ui.map.view import MapView
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.scale import lines
from territorymap.ui.present.scene_list import ID_ROLE, SceneList, scene_item
from territorymap.ui.present.showing import capture
from territorymap.ui.present.stops import scene_detail
from territorymap.ui.present.thumbnails import Thumbnails
from territorymap.ui.selection import Selection

ORIGIN = "scenes_panel"


class ScenesPanel(Panel):
    """The scenes of the open plan."""

    present_wanted = Signal(object)  # scene_id to begin with, None = the first
    show_wanted = Signal(int)  # scene_id, to be shown on the plan's own map

    def __init__(self, selection: Selection, map_view: MapView, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self._map_view = map_view
        self.thumbnails = Thumbnails()
        self._shown_id = -1  # the scene whose details are in the fields
        self._is_filling = False
        self._make_actions()
        self.list = SceneList(self)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.list.moved.connect(self._move)
        self.list.renamed.connect(self._rename)
        self.list.chosen.connect(self.show_wanted)
        self.list.delete_wanted.connect(self.delete)
        self.list.currentRowChanged.connect(lambda _: self._show_details())
        self.list.itemSelectionChanged.connect(self._enable)
        self.empty = EmptyState(
            "present-scene",
            tr("No scene yet"),
            tr(
                "A scene is a saved view: place, scenario, colours and panels. Arrange the map as the audience should "
                "see it, then add it."
            ),
        )
        self.empty.offer(self.add_action)
        self.details = self._make_details()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_bar())
        column.addWidget(self.empty, 1)
        column.addWidget(self.list, 1)
        column.addWidget(self.details)
        self._enable()

    def _make_actions(self) -> None:
        make = self.make_action
        self.add_action = make(
            "scene_add",
            tr("&New scene"),
            tr("Save what the map shows as a scene"),
            self.add_scene,
            shortcut="Ctrl+Shift+P",
            icon="present-scene",
        )
        self.update_action = make(
            "scene_update",
            tr("&Take anew"),
            tr("Let the selected scene show what the map shows now"),
            self.update_scene,
            icon="redo",
        )
        self.show_action = make(
            "scene_show", tr("&Show on the map"), tr("Show the selected scene on this map"), self._show_selected
        )
        self.rename_action = make(
            "scene_rename", tr("&Rename"), tr("Give the selected scene another caption (F2)"), self._edit_caption
        )
        self.delete_action = make(
            "scene_delete", tr("&Delete"), tr("Delete the selected scenes"), self.delete, icon="panel-delete"
        )
        self.present_action = make(
            "present",
            tr("&Present"),
            tr("Show the scenes to an audience, from the first one"),
            lambda: self._present(None),
            shortcut="Ctrl+F5",
            icon="present-start",
        )
        self.present_here_action = make(
            "present_here",
            tr("Present from &here"),
            tr("Show the scenes to an audience, from the selected one"),
            lambda: self._present(self._current_id()),
            shortcut="Ctrl+Shift+F5",
        )

    def actions_of_menu(self) -> list[QAction]:
        """Return what stands in the menu Present."""
        return [self.present_action, self.present_here_action, self.add_action, self.update_action]

    def _make_bar(self) -> QWidget:
        bar = QWidget(self)
        row = QHBoxLayout(bar)
        row.setContentsMargins(6, 4, 6, 4)
        for action in (self.add_action, self.update_action, self.delete_action):
            row.addWidget(_button(action, bar))
        row.addStretch(1)
        row.addWidget(_button(self.present_action, bar))
        return bar

    def _make_details(self) -> QWidget:
        box = QWidget(self)
        self.before = QComboBox(box)
        self.before.setToolTip(tr("The scenario that the audience sees first, at the same place"))
        self.mode = QComboBox(box)
        words = (tr("by a fade"), tr("by a slider"), tr("side by side"), tr("as outline"))
        for mode, text in zip(COMPARE_MODES, words, strict=True):
            self.mode.addItem(text, mode)
        self.mode.setAccessibleName(tr("How the second scenario comes"))
        beside = QHBoxLayout()
        beside.addWidget(self.before, 1)
        beside.addWidget(self.mode)
        self.panels = {
            "figures": QCheckBox(tr("Figures"), box),
            "changes": QCheckBox(tr("Changes"), box),
            "legend": QCheckBox(tr("Legend"), box),
        }
        shown = QHBoxLayout()
        for check in self.panels.values():
            check.clicked.connect(self._details_changed)
            shown.addWidget(check)
        shown.addStretch(1)
        self.before.activated.connect(self._details_changed)
        self.mode.activated.connect(self._details_changed)
        self.notes = QPlainTextEdit(box)
        self.notes.setTabChangesFocus(True)
        self.notes.setPlaceholderText(tr("Notes for the presenter; the audience does not see them"))
        self.notes.setAccessibleName(tr("Notes"))
        self.notes.setFixedHeight(lines(self, 4.2))
        self.notes.installEventFilter(self)
        form = QFormLayout(box)
        form.setContentsMargins(8, 4, 8, 8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("&Before it"), beside)
        form.addRow(tr("Beside it"), shown)
        form.addRow(self.notes)
        form.labelForField(beside).setBuddy(self.before)  # type: ignore[attr-defined]
        return box

    # -- what is shown -------------------------------------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Show another plan; notes under way are kept in the former one first."""
        self.keep_notes()
        super().set_session(session)

    def session_replaced(self) -> None:
        self._shown_id = -1
        self._fill()

    def plan_changed(self, change: PlanChange) -> None:
        tables = {row.table for row in change.changes}
        if change.delta.is_full or tables & {"scene", "scenario"} or change.kind == "switch":
            self._fill()

    @property
    def _scenes(self) -> list[Scene]:
        return self.session.plan.scenes if self.session is not None else []

    def _fill(self) -> None:
        """List the scenes; what was selected stays selected."""
        selected, current = set(self.list.selected_ids()), self._current_id()
        self._is_filling = True
        self.list.clear()
        for scene in self._scenes:
            assert self.session is not None
            plan, view = self.session.plan, read_scene_view(scene.content)
            item = scene_item(
                scene.scene_id,
                scene.caption,
                scene_detail(plan, view),
                self.thumbnails.picture(scene, plan),
                compares=view.is_comparison,
                can_write=self.can_write,
            )
            self.list.addItem(item)
            if scene.scene_id == current:
                self.list.setCurrentItem(item)
            item.setSelected(scene.scene_id in selected)
        self._is_filling = False
        has_any = bool(self._scenes)
        self.list.setVisible(has_any)
        self.empty.setVisible(not has_any)
        if has_any and self.list.currentRow() < 0:
            self.list.setCurrentRow(self.list.count() - 1)
        self._show_details()
        self._enable()

    def _show_details(self) -> None:
        if self._is_filling:
            return
        scene = self._current()
        if scene is None or scene.scene_id != self._shown_id:
            self.keep_notes()
        self._shown_id = scene.scene_id if scene is not None else -1
        self.details.setVisible(scene is not None)
        if scene is None or self.session is None:
            return
        view = read_scene_view(scene.content)
        self.before.clear()
        self.before.addItem(tr("Nothing: one scenario"), "")
        for scenario in self.session.plan.scenarios:
            if scenario.uuid != view.scenario:
                self.before.addItem(scenario.name, scenario.uuid)
        self.before.setCurrentIndex(max(0, self.before.findData(view.before)))
        self.mode.setCurrentIndex(self.mode.findData(view.compare_mode))
        self.mode.setEnabled(view.is_comparison)
        for name, check in self.panels.items():
            check.setChecked(name in view.panels)
        if not self.notes.hasFocus() and self.notes.toPlainText() != scene.notes:
            self.notes.setPlainText(scene.notes)

    def _enable(self) -> None:
        has_plan, has_scene = self.session is not None, self._current() is not None
        self.add_action.setEnabled(self.can_write)
        self.present_action.setEnabled(has_plan)
        self.present_here_action.setEnabled(has_scene)
        self.show_action.setEnabled(has_scene)
        for action in (self.update_action, self.rename_action, self.delete_action):
            action.setEnabled(has_scene and self.can_write)
        self.details.setEnabled(self.can_write)

    def _current_id(self) -> int | None:
        item = self.list.currentItem()
        return int(item.data(ID_ROLE)) if item is not None else None

    def _current(self) -> Scene | None:
        wanted = self._current_id()
        return next((scene for scene in self._scenes if scene.scene_id == wanted), None)

    # -- what is done --------------------------------------------------------------------------------------------------

    def add_scene(self) -> None:
        """Save what the map shows as a scene behind the others."""
        if self.session is None:
            return
        picture = self._map_view.view.grab()
        view = capture(self._map_view, self.session.plan)
        known = {scene.scene_id for scene in self._scenes}
        if not self.do(lambda plan: commands.add_scene(plan, view)):
            return
        added = next(scene for scene in self._scenes if scene.scene_id not in known)
        self.thumbnails.keep(added, picture)
        self._fill()
        self._select([added.scene_id])

    def update_scene(self) -> None:
        """Let the current scene show what the map shows now; what stands beside it stays."""
        scene = self._current()
        if self.session is None or scene is None:
            return
        former = read_scene_view(scene.content)
        picture = self._map_view.view.grab()
        view = capture(self._map_view, self.session.plan, former.panels, former.before)
        if self.do(lambda plan: commands.edit_scene(plan, scene.scene_id, view=view)):
            current = self._current()
            assert current is not None
            self.thumbnails.keep(current, picture)
            self._fill()

    def delete(self) -> None:
        """Delete the selected scenes; undo brings them back."""
        ids = self.list.selected_ids()
        if ids and self.can_write:
            self.do(lambda plan: commands.delete_scenes(plan, ids))

    def _move(self, source: int, target: int) -> None:
        ids = [scene.scene_id for scene in self._scenes]
        moved = ids.pop(source)
        ids.insert(target, moved)
        if self.do(lambda plan: commands.reorder_scenes(plan, ids)):
            self._select([moved])

    def _rename(self, scene_id: int, caption: str) -> None:
        scene = next((scene for scene in self._scenes if scene.scene_id == scene_id), None)
        if self._is_filling or scene is None or scene.caption == caption:
            return
        if not self.do(lambda plan: commands.edit_scene(plan, scene_id, caption=caption)):
            self._fill()

    def _edit_caption(self) -> None:
        if self.list.currentItem() is not None:
            self.list.setFocus()
            self.list.editItem(self.list.currentItem())

    def _details_changed(self) -> None:
        """Keep what a field below the list was set to."""
        scene = self._current()
        if scene is None:
            return
        former = read_scene_view(scene.content)
        view = SceneView(
            **{
                **vars(former),
                "before": self.before.currentData() or "",
                "compare_mode": self.mode.currentData(),
                "panels": tuple(name for name, check in self.panels.items() if check.isChecked()),
            }
        )
        if view.to_text() == scene.content:
            return
        picture = self.thumbnails.picture(scene, self.session.plan) if self.session is not None else None
        if self.do(lambda plan: commands.edit_scene(plan, scene.scene_id, view=view)):
            current = self._current()
            if current is not None and picture is not None:
                self.thumbnails.keep(current, picture)  # the place is the same
                self._fill()

    def keep_notes(self) -> None:
        """Save notes that were typed."""
        scene = next((scene for scene in self._scenes if scene.scene_id == self._shown_id), None)
        text = self.notes.toPlainText()
        if scene is not None and self.can_write and text != scene.notes:
            self.do(lambda plan: commands.edit_scene(plan, scene.scene_id, notes=text))

    def _select(self, scene_ids: list[int]) -> None:
        self.list.clearSelection()
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(ID_ROLE) in scene_ids:
                self.list.setCurrentItem(item)
                self.list.scrollToItem(item)

    def _show_selected(self) -> None:
        current = self._current_id()
        if current is not None:
            self.show_wanted.emit(current)

    def _present(self, scene_id: int | None) -> None:
        self.keep_notes()
        self.present_wanted.emit(scene_id)

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.addActions([self.show_action, self.present_here_action])
        menu.addSeparator()
        menu.addActions([self.rename_action, self.update_action, self.delete_action])
        menu.addSeparator()
        menu.addAction(self.add_action)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.list.viewport().mapToGlobal(place))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.notes and event.type() == QEvent.Type.FocusOut:
            self.keep_notes()
        return False


def _button(action: QAction, parent: QWidget) -> QWidget:
    button = QToolButton(parent)
    button.setDefaultAction(action)
    button.setAutoRaise(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button
