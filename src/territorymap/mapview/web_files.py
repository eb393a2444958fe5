"""Where the files of the map page stand. Owns their paths and the page's address; not what is built of them (page)."""

from __future__ import annotations

from pathlib import Path

from xstatic.pkg import leaflet

from territorymap.resources import shipped

ORIGIN = "territorymap://map"


def web_file(name: str) -> Path:
    """Return the path of a file of the page."""
    return shipped("resources", "web", name)


def leaflet_file(name: str) -> Path:
    """Return the path of a file of Leaflet, from the package XStatic-Leaflet."""
    return Path(str(leaflet.BASE_DIR)) / name
