"""Choose one of many by typing a part of its name: a territory, a rep.

Owns the list and its filter; not what is done with the choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListView, QVBoxLayout, QWidget

from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.parts.cells import LOCK_ROLE, SwatchDelegate
from territorymap.ui.parts.scale import ems, lines

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Choice:
    """One line of the list; ``key`` is what the caller gets back."""

    key: int | None
    text: str
    color: str = ""
    is_locked: bool = False
    detail: str = ""


def territory_choices(plan: Plan, only: Sequence[int] | None = None) -> list[Choice]:
    """Return the territories of a plan, or only those with these ids, by name."""
    wanted = None if only is None else set(only)
    territories = [t for t in plan.territories if wanted is None or t.territory_id in wanted]
    territories.sort(key=lambda t: t.name.casefold())
    return [Choice(t.territory_id, t.name, t.color, t.locked) for t in territories]


def rep_choices(plan: Plan) -> list[Choice]:
    """Return "vacant" and the reps of a plan, by name."""
    reps = sorted(plan.reps, key=lambda rep: rep.name.casefold())
    return [Choice(None, tr("vacant")), *(Choice(rep.rep_id, rep.name) for rep in reps)]


class ChoiceModel(QAbstractListModel):
    """The choices whose text holds every word typed."""

    def __init__(self, choices: Sequence[Choice], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all = list(choices)
        self.shown = list(choices)

    def filter(self, text: str) -> None:
        words = text.casefold().split()
        self.beginResetModel()
        self.shown = [c for c in self._all if all(word in c.text.casefold() for word in words)]
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        choice = self.shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.text
        if role == Qt.ItemDataRole.DecorationRole and choice.color:
            return QColor(choice.color)
        if role == LOCK_ROLE:
            return choice.is_locked
        if role == Qt.ItemDataRole.ToolTipRole:
            return choice.detail or choice.text
        return None


class ChoiceList(QWidget):
    """A search line over a list; the arrow keys walk the list while the line has the focus."""

    def __init__(self, choices: Sequence[Choice], current: int | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ChoiceModel(choices, self)
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setPlaceholderText(tr("Type a part of the name"))
        self.search.setAccessibleName(tr("Search"))
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(SwatchDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setAccessibleName(tr("Choices"))
        n_lines = min(max(len(choices), 4), 12)
        self.view.setMinimumHeight(lines(self, 1.4 * n_lines) + ems(self, 1))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(ems(self, 0.6))
        layout.addWidget(self.search)
        layout.addWidget(self.view)
        self.setFocusProxy(self.search)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self._go_to(next((i for i, c in enumerate(choices) if c.key == current), 0))

    @property
    def chosen(self) -> Choice | None:
        row = self.view.currentIndex().row()
        return self.model.shown[row] if 0 <= row < len(self.model.shown) else None

    def _filter(self, text: str) -> None:
        self.model.filter(text)
        self._go_to(0)

    def _go_to(self, row: int) -> None:
        self.view.setCurrentIndex(self.model.index(row, 0))
        self.view.selectionModel().currentChanged.emit(self.view.currentIndex(), QModelIndex())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
            if event.key() in keys:
                self.view.keyPressEvent(event)
                return True
        return False


class ChooseDialog(FormDialog):
    """Asks for one of the choices."""

    def __init__(
        self,
        title: str,
        question: str,
        accept_text: str,
        choices: Sequence[Choice],
        current: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, accept_text, parent, width_ems=46)
        self.question = muted(question)
        self.insert(self.question)
        self.list = ChoiceList(choices, current)
        self.insert(self.list)
        self.body.setStretchFactor(self.list, 1)
        self.list.view.doubleClicked.connect(self.accept)
        self.list.view.selectionModel().currentChanged.connect(self._enable)
        self._enable()
        self.list.search.setFocus()

    @property
    def key(self) -> int | None:
        """The key of the chosen line; ask only after OK."""
        choice = self.list.chosen
        return choice.key if choice else None

    def _enable(self) -> None:
        self.ok.setEnabled(self.list.chosen is not None)
