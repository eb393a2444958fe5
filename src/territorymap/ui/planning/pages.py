"""Which pages the planning window has. Owns the list; each page stands in its own package."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection


@dataclass(frozen=True)
class PageSpec:
    """One page: its words, its icon, and the class that makes it, imported when it is first shown."""

    name: str
    title: str
    tip: str
    icon: str
    place: str  # "package.module:Class"; the class takes the shared selection
    shortcut: str = ""

    def make(self, selection: Selection) -> PlanningPage:
        module, _, name = self.place.partition(":")
        page: PlanningPage = getattr(import_module(module), name)(selection)
        return page


def list_pages() -> list[PageSpec]:
    """Return the pages in the order of the list at the left and of the menu Coverage."""
    return []
