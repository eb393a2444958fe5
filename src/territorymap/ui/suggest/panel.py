"""The panel "Next moves": the few border moves that help the selected or the worst territory, each done with a key.

Owns view and commands; when moves are looked for is looker's, what they are session.solving's.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import tr
from territorymap.session.session import PlanChange
from territorymap.session.solving.suggesting import Suggestion, Suggestions, default_measure
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.elided import ElidedLabel
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.scale import ems, tabular
from territorymap.ui.parts.words import measure_label
from territorymap.ui.selection import Selection
from territorymap.ui.suggest.delegate import MoveDelegate
from territorymap.ui.suggest.looker import Looker
from territorymap.ui.suggest.model import Index, MoveModel

ORIGIN = "moves_panel"
_RINGS = 3  # of neighbours that are shown around the units of a move


class MoveList(QListView):
    """Sentences that wrap; tells which row is pointed at, by mouse or by keys."""

    pointed = Signal(int)  # row, -1 = none
    wanted = Signal(QModelIndex)  # Return or double click

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Next best moves"))
        self.setFont(tabular(self.font()))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setAlternatingRowColors(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setMouseTracking(True)
        self._hovered = -1
        self.entered.connect(lambda index: self._hover(index.row()))
        self.viewportEntered.connect(lambda: self._hover(-1))
        self.doubleClicked.connect(self.wanted)

    @property
    def row_pointed_at(self) -> int:
        """The row under the pointer, else the current one while the list has the focus; -1 = none."""
        if self._hovered >= 0:
            return self._hovered
        return self.currentIndex().row() if self.hasFocus() else -1

    def point_again(self) -> None:
        """Say anew what is pointed at, after other rows have come."""
        at = self.viewport().mapFromGlobal(self.cursor().pos())
        is_over = self.underMouse() and self.viewport().rect().contains(at)
        self._hovered = self.indexAt(at).row() if is_over else -1
        self.pointed.emit(self.row_pointed_at)

    def _hover(self, row: int) -> None:
        self._hovered = row
        self.pointed.emit(self.row_pointed_at)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.pointed.emit(self.row_pointed_at)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.pointed.emit(self.row_pointed_at)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.pointed.emit(self.row_pointed_at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.wanted.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()  # sentences wrap anew


class MovesPanel(Panel):
    """Follows the selected territory, the worst where none is selected, and every edit."""

    wanted = Signal()  # the panel should be seen
    pointed = Signal(object, object)  # unit_ix of the move pointed at, () = none; territory_id that would get them
    said = Signal(str)

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.looker = Looker(self)
        self.model = MoveModel(self)
        self.view = MoveList()
        self.view.setModel(self.model)
        self.view.setItemDelegate(MoveDelegate(self.view))
        self.heading, self.passed = ElidedLabel(), ElidedLabel()
        self.choice = QComboBox()
        self._measure: str | None = None  # what counts in full, None = all alike
        self.is_seen = False
        self._is_chosen = False  # by hand: the index bars are followed no more
        self._make_actions()
        self._build()
        self._wire()
        self.session_replaced()

    # -- building --------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.show_moves = self.make_action(
            "moves_show",
            tr("Sugg&est moves"),
            tr("Show the few border moves that help the selected or the worst territory most"),
            self.wanted.emit,
            icon="balance",
        )
        self.apply = self.make_action(
            "moves_apply",
            tr("&Do the next best move"),
            tr("Do the move chosen in the list, at first the best; once more does the next"),
            self.do_move,
            shortcut="Ctrl+D",
            icon="check",
        )
        self.apply.setIconText(tr("Do it"))
        self.zoom = self.make_action(
            "moves_zoom",
            tr("Show on the &map"),
            tr("Fly to the units of the chosen move"),
            self.zoom_to_move,
            icon="panel-zoom",
        )
        self.look_at_worst = self.make_action(
            "moves_worst",
            tr("Look at the &worst territory"),
            tr("Clear the selection, so that the moves for the territory furthest from even are shown"),
            lambda: self.selection.set_territory(None, ORIGIN),
            icon="panel-deviation",
        )

    def _build(self) -> None:
        self._stack = QStackedLayout(self)
        no_plan = EmptyState(
            "balance",
            tr("No plan is open"),
            tr("Open a plan, or start a new one from the File menu; moves that make it more even are listed here."),
        )
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._bar())
        self.passed.setProperty("role", "muted")
        self.passed.setContentsMargins(ems(self, 0.8), 0, ems(self, 0.6), ems(self, 0.4))
        self.nothing = EmptyState("balance", "", "")
        self.nothing.offer(self.look_at_worst)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.nothing)
        layout.addWidget(self.passed)
        layout.addLayout(self._pages, 1)
        self._stack.addWidget(no_plan)
        self._stack.addWidget(content)

    def _bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        pad = ems(self, 0.6)
        bar.setContentsMargins(pad, pad, pad, pad)
        bar.setSpacing(ems(self, 0.6))
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        self.heading.setAccessibleName(tr("Whose moves these are"))
        label = QLabel(tr("&Even out"))
        label.setBuddy(self.choice)
        self.choice.setAccessibleName(tr("Measure that counts most"))
        self.choice.setToolTip(
            tr("This measure counts in full, the other shown ones a quarter, so that no move is at their cost")
        )
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(12)
        bar.addWidget(self.heading, 1)
        bar.addWidget(label)
        bar.addWidget(self.choice)
        for action, style in (
            (self.zoom, Qt.ToolButtonStyle.ToolButtonIconOnly),
            (self.apply, Qt.ToolButtonStyle.ToolButtonTextBesideIcon),
        ):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(style)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(action.iconText())
            bar.addWidget(button)
        return bar

    def _wire(self) -> None:
        self.looker.began.connect(lambda: self.apply.setEnabled(self.can_write))
        self.looker.found.connect(self._show)
        self.view.wanted.connect(lambda _index: self.do_move())
        self.view.pointed.connect(self._point)
        self.view.clicked.connect(lambda _index: self.zoom_to_move())
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.choice.activated.connect(self._measure_chosen)
        self.selection.territory_changed.connect(lambda *_: self._look())

    # -- following -------------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self._is_chosen = False
        self._measure = default_measure(self.session.plan) if self.session is not None else None
        self._list_measures()
        self.show_moves.setEnabled(self.session is not None)
        self._look()

    def plan_changed(self, change: PlanChange) -> None:
        if change.delta.is_full or change.delta.is_settings_changed:
            self._list_measures()
        self._look()

    def set_seen(self, is_seen: bool) -> None:
        """Say whether the panel is in sight: one behind another's tab counts as visible for Qt, and is not."""
        self.is_seen = is_seen
        if not is_seen:
            self._point(-1)
        elif self.looker.result is None:
            self._look()

    def follow_index(self, measure: str) -> None:
        """Count the measure in full that the index bars show, until another is chosen here."""
        if not self._is_chosen and measure != self._measure:
            self._measure = measure
            self._list_measures()
            self._look()

    def _look(self) -> None:
        """Look for moves soon, if they are to be seen."""
        session = self.session
        self._stack.setCurrentIndex(int(session is not None))
        self.apply.setEnabled(self.can_write)
        if session is None or not self.is_seen:
            self.looker.stop()
            self.zoom.setEnabled(False)
            return
        self.looker.look(session, self.selection.territory_id, self._measure)

    def _show(self, result: Suggestions) -> None:
        assert self.session is not None
        self.heading.setText(result.heading)
        self.passed.setText(" ".join(result.passed))
        self.passed.setVisible(bool(result.passed))
        colors = {t.territory_id: t.color for t in self.session.plan.territories}
        self.model.show(result.moves, colors)
        has_moves = bool(result.moves)
        self.look_at_worst.setEnabled(self.selection.territory_id is not None and not has_moves)
        self._pages.setCurrentIndex(0 if has_moves else 1)
        if has_moves:
            first = self.model.index(0)
            self.view.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.view.scrollToTop()
        else:
            self.nothing.say(tr("No move to suggest"), result.reason)
        self.apply.setEnabled(self.can_write and has_moves)
        self.zoom.setEnabled(has_moves)
        self.view.point_again()

    # -- measures --------------------------------------------------------------------------------------------------

    def _list_measures(self) -> None:
        self.choice.clear()
        if self.session is None:
            return
        for measure in self.session.plan.measures:
            if measure.is_shown or measure.name == self._measure:
                self.choice.addItem(measure_label(measure), measure.name)
        self.choice.addItem(tr("All shown alike"), None)
        at = self.choice.findData(self._measure)
        self.choice.setCurrentIndex(at if at >= 0 else self.choice.count() - 1)

    def _measure_chosen(self) -> None:
        self._is_chosen = True
        self._measure = self.choice.currentData()
        self._look()

    # -- doing -----------------------------------------------------------------------------------------------------

    def current(self) -> Suggestion | None:
        """Return the move of the chosen row, as the plan is now."""
        row, result = self.view.currentIndex().row(), self.looker.result
        if result is None or self.session is None or result.rev != self.session.rev:
            return None
        return self.model.moves[row] if 0 <= row < len(self.model.moves) else None

    def do_move(self) -> None:
        """Do the chosen move; where the plan has changed since, the best of now. Not before it could be seen."""
        if not self.is_seen:
            self.wanted.emit()
            return
        if self.looker.result is None:
            self.looker.finish()
        move = self.current()
        if move is None:
            result = self.looker.result
            self.said.emit(tr("There is no move to do. {heading}.", heading=result.heading) if result else "")
            return
        if self.do(move.command):
            self.said.emit(tr("Done: {sentence}", sentence=move.sentence))

    def zoom_to_move(self) -> None:
        """Ask for the map to show the units of the chosen move and what lies around them."""
        move = self.current()
        if move is None or self.session is None:
            return
        adjacency, shown = self.session.adjacency, move.move.units
        for _ in range(_RINGS):
            shown = np.union1d(shown, adjacency.neighbour[adjacency.slots_of(shown)])
        self.zoom_to_units(shown)

    def _point(self, row: int) -> None:
        result = self.looker.result
        is_known = result is not None and 0 <= row < len(self.model.moves)
        move = self.model.moves[row] if is_known else None
        self.pointed.emit(() if move is None else move.move.units, None if move is None else move.taker_id)

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self.view)
        menu.addActions([self.apply, self.zoom])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.view.viewport().mapToGlobal(at))
