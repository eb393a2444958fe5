"""The commands that compare two scenarios: on the map in three ways, in the panel, and ending it.

Owns what they do; words and keys are in map_specs.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.mapview.comparing import WAYS
from territorymap.ui.compare.export import export_comparison
from territorymap.ui.compare.list_bar import TERRITORIES
from territorymap.ui.compare.pair_bar import default_pair
from territorymap.ui.compare.panel import MAPS

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow


class CompareCommands(QObject):
    """Ties menu, panel and map together."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.map_view.compare.changed.connect(self._changed)
        window.compare_panel.way_wanted.connect(self.show)
        window.compare_panel.export_wanted.connect(self._export)

    def handlers(self) -> dict[str, Callable[[], object]]:
        return {
            **{f"compare_{way}": partial(self._toggle, way) for way in WAYS},
            "compare_lists": lambda: self._window.docks.go_to("compare"),
            "compare_end": self._window.map_view.compare.end,
        }

    def _toggle(self, way: str) -> None:
        link = self._window.map_view.compare
        if link.way == way:
            link.end()
            return
        pair = self._window.compare_panel.bar.pair or default_pair(self._window.session)
        if pair is None:
            self._window.refuse(
                UserError(
                    tr("There is one scenario only, so there is nothing to compare."),
                    tr("Make another one in the menu Scenario."),
                )
            )
            self._changed()
            return
        self.show(*pair, way)

    def show(self, before: int, after: int, way: str) -> None:
        """Compare on the map; the scenario after is brought into use, for that one is edited there."""
        window = self._window
        session, link = window.session, window.map_view.compare
        if session is None:
            return
        if not way:
            link.end()
            return
        if session.plan.scenario.scenario_id != after:
            link.end()
            session.switch_scenario(after)
        link.begin(before, way)
        window.map_view.view.setFocus()

    def _changed(self) -> None:
        """Show in menu and panel what the map does."""
        window = self._window
        link, session = window.map_view.compare, window.session
        for way in WAYS:
            window.commands[f"compare_{way}"].setChecked(link.way == way)
        window.commands["compare_end"].setEnabled(link.is_on)
        pair = (link.scenario_id, session.plan.scenario.scenario_id) if link.is_on and session is not None else None
        window.compare_panel.show_way(link.way, pair)

    def _export(self, before: int, after: int, kind: str) -> None:
        """Write what the panel shows; accounts and units go into one file, each row saying which it is."""
        comparer = self._window.compare_panel.comparer
        if comparer is None:
            return
        what = {TERRITORIES: "territory_changes", MAPS: "maps"}.get(kind, "moves")
        ages = comparer.ages(before, after)
        export_comparison(self._window, comparer.compare(before, after), ages, what)
