"""Towns of the shipped geocoder table, for Find: largest first, no network.

Owns reading maps/geocoder/places.csv.gz for search; locating accounts is importers/geocode.py's.
"""

from __future__ import annotations

import csv
import gzip
from functools import lru_cache
from pathlib import Path

from territorymap.i18n import tr
from territorymap.resources import shipped
from territorymap.ui.find_index import TextIndex


class Places:
    """Places of some countries; a position counts in this list."""

    def __init__(self, rows: list[list[str]]) -> None:
        self._rows = rows  # name, ascii name, region, country, lon, lat
        self._index = TextIndex([[r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]])

    @classmethod
    def load(cls, countries: frozenset[str]) -> Places:
        """Return the places of these countries; of all if none of them is known."""
        try:
            path = shipped("maps", "geocoder", "places.csv.gz")
        except FileNotFoundError:
            return cls([])
        return cls((countries and _read(path, countries)) or _read(path, None))

    def search(self, query: str, limit: int) -> list[int]:
        """Return positions of places, exact and larger ones first; two letters are the least."""
        return self._index.search(query, limit) if len(query) > 1 else []

    def name(self, position: int) -> str:
        return self._rows[position][0]

    def where(self, position: int) -> str:
        _, _, region, country, _, _ = self._rows[position]
        return tr("{region}, {country}", region=region, country=country) if region else country

    def position(self, position: int) -> tuple[float, float]:
        """Return longitude and latitude."""
        row = self._rows[position]
        return float(row[4]), float(row[5])


@lru_cache(maxsize=1)
def _read(path: Path, countries: frozenset[str] | None) -> list[list[str]]:
    """Return the rows of some countries, None = of all: these are a hundred thousand, and 60 MB."""
    rows: list[tuple[float, list[str]]] = []
    texts: dict[str, str] = {}  # regions and countries come again with each place, and most names are ASCII
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        head = next(reader)
        at = [head.index(name) for name in ("name", "ascii_name", "admin1_name", "country", "lon", "lat")]
        size, country = head.index("population"), head.index("country")
        for row in reader:
            if countries is None or row[country] in countries:
                rows.append((float(row[size] or 0), [texts.setdefault(row[i], row[i]) for i in at]))
    rows.sort(key=lambda row: -row[0])
    return [row for _, row in rows]
