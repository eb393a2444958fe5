"""The folded part of the dialog Build: what is asked for less often. Owns these fields."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFormLayout

from territorymap.session.session import Session
from territorymap.ui.selection import Selection


class MoreWishes:
    """Fields that a planner rarely needs."""

    def __init__(self, session: Session, selection: Selection, asked: dict[str, Any]) -> None:
        self._session, self._selection, self._asked = session, selection, asked

    def fill(self, form: QFormLayout) -> None:
        """Put the fields into the form."""

    def wishes(self) -> dict[str, Any]:
        """Return what is asked for beside the usual, as fields of Wishes."""
        return {}

    def read(self) -> dict[str, Any]:
        """Return what is asked for, to be remembered."""
        return {}
