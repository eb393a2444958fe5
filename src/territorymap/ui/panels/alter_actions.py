"""The actions that alter a territory: their words, and when they can be chosen. What they open is altering's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from territorymap.i18n import tr
from territorymap.ui.panels.panel import Panel

SPLIT, MERGE, DISSOLVE, ADD = "split", "merge", "dissolve", "add"


class AlterActions(QObject):
    """Split, merge into a neighbour, dissolve, add for a rep; ``selected`` gives the territories they are about."""

    wanted = Signal(str)  # SPLIT, MERGE, DISSOLVE or ADD

    def __init__(self, panel: Panel, selected: Callable[[], Sequence[int]]) -> None:
        super().__init__(panel)
        self._panel, self._selected = panel, selected

        def make(kind: str, text: str, tip: str, icon: str) -> QAction:
            return panel.make_action(f"territory_alter_{kind}", text, tip, lambda: self.wanted.emit(kind), icon=icon)

        self.split = make(
            SPLIT,
            tr("Spl&it…"),
            tr("Make even parts of the selected territory; the one with the rep's home keeps its name"),
            "cut",
        )
        self.merge = make(
            MERGE,
            tr("Merge into a nei&ghbour…"),
            tr("Give all that the selected territories have to another one, which keeps its name"),
            "join",
        )
        self.dissolve = make(
            DISSOLVE,
            tr("Diss&olve…"),
            tr("Share the ground of a leaver out among those around; nobody else's customers move"),
            "pieces",
        )
        self.add = make(
            ADD,
            tr("&Add for a rep…"),
            tr("Grow a territory for a new rep from a home; little else moves"),
            "panel-home",
        )

    @property
    def actions(self) -> list[QAction]:
        return [self.split, self.merge, self.dissolve, self.add]

    def refresh(self) -> None:
        """Enable what can be done to the selected territories."""
        session = self._panel.session
        n = len(self._selected())
        can = self._panel.can_write and session is not None
        n_all = session.plan.n_territories if session is not None else 0
        self.split.setEnabled(can and n == 1)
        for action in (self.merge, self.dissolve):
            action.setEnabled(can and 0 < n < n_all)
        self.add.setEnabled(can and n_all > 0)
