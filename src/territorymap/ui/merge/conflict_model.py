"""Open conflicts as a table: the thing, the field, both values with who and when, and what it was before.

Owns rows and how they look; the words come from session.conflicts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from territorymap.i18n import listed, moment, tr
from territorymap.session.conflicts import ConflictView, moment_of

Index = QModelIndex | QPersistentModelIndex
WHAT, FIELD, MINE, THEIRS, BASE, MINE_BY, THEIRS_BY, SCENARIO = range(8)


class ConflictModel(QAbstractTableModel):
    """A row a conflict."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.views: list[ConflictView] = []

    def show(self, views: Sequence[ConflictView]) -> None:
        self.beginResetModel()
        self.views = list(views)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.views)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 8

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return column_titles()[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        view = self.views[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(view, index.column())
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return describe(view)
        return None

    def text(self, view: ConflictView, column: int) -> str:
        """Return what stands in a cell."""
        conflict = view.conflict
        return (
            tr("{what} {name}", what=view.what, name=view.name),
            view.field,
            view.mine,
            view.theirs,
            view.base,
            who_and_when(conflict.mine_author, conflict.mine_at),
            who_and_when(conflict.theirs_author, conflict.theirs_at),
            view.scenario,
        )[column]


def column_titles() -> list[str]:
    """Return the headers of the columns."""
    return [
        tr("What"),
        tr("Field"),
        tr("Mine"),
        tr("Theirs"),
        tr("Before"),
        tr("Mine by"),
        tr("Theirs by"),
        tr("Scenario"),
    ]


def who_and_when(author: str, at: str) -> str:
    """Return "Ada, 11/26/26, 1:13 AM", as far as it is known."""
    when = moment_of(at)
    return listed(part for part in (author, moment(when) if when is not None else "") if part)


def describe(view: ConflictView) -> str:
    """Return a conflict in a few lines."""
    conflict = view.conflict
    return "\n".join(
        [
            tr("{what} {name}: {field}", what=view.what, name=view.name, field=view.field),
            tr(
                "Mine: {value} ({who})",
                value=view.mine,
                who=who_and_when(conflict.mine_author, conflict.mine_at) or tr("author not known"),
            ),
            tr(
                "Theirs: {value} ({who})",
                value=view.theirs,
                who=who_and_when(conflict.theirs_author, conflict.theirs_at) or tr("author not known"),
            ),
            tr("Before: {value}", value=view.base),
        ]
    )
