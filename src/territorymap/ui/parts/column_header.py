"""The heads of a table whose columns say their title, their tip and whether they hold numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import Qt

RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class HeadedColumn(Protocol):
    """What a head is made of."""

    @property
    def title(self) -> str: ...

    @property
    def tip(self) -> str: ...

    @property
    def is_number(self) -> bool: ...


def head_of(columns: Sequence[HeadedColumn], section: int, orientation: Qt.Orientation, role: int) -> Any:
    """Return what ``headerData`` returns; None for rows and for a column that is not there."""
    if orientation != Qt.Orientation.Horizontal or section >= len(columns):
        return None
    column = columns[section]
    if role == Qt.ItemDataRole.DisplayRole:
        return column.title
    if role == Qt.ItemDataRole.ToolTipRole:
        return column.tip
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return RIGHT if column.is_number else LEFT
    return None
