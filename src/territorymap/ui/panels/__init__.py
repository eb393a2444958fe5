"""The panels around the map. Each follows the session and the shared selection; none holds truth of its own."""

from territorymap.ui.panels.account_panel import AccountPanel
from territorymap.ui.panels.history_panel import HistoryPanel
from territorymap.ui.panels.lists_panel import ListsPanel
from territorymap.ui.panels.rep_panel import RepPanel
from territorymap.ui.panels.selection_bar import SelectionBar
from territorymap.ui.panels.territory_panel import TerritoryPanel

__all__ = ["AccountPanel", "HistoryPanel", "ListsPanel", "RepPanel", "SelectionBar", "TerritoryPanel"]
