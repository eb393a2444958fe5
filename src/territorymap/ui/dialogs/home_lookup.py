"""Finding a rep's home in the shipped tables of postal codes and cities.

Owns the words for what was found; the tables are importers.geocode's.
"""

from __future__ import annotations

from functools import cache
from threading import Lock

import numpy as np

from territorymap.i18n import number, tr
from territorymap.importers.geocode import Geocoder
from territorymap.model.records import LOCATION_LEVELS
from territorymap.ui.dialogs.rep import Found

_one_at_a_time = Lock()


def find_home(postal_code: str, city: str, state: str, country: str) -> Found | None:
    """Return where a home lies, None if the tables do not know it or are not shipped."""
    with _one_at_a_time:
        geocoder = _geocoder()
        if geocoder is None:
            return None
        place = geocoder.locate(postal_code, city, state, country)
    if not (np.isfinite(place.lon) and np.isfinite(place.lat)):
        return None
    row = geocoder.table(place.country).postal.get(place.postal_code) if place.postal_code else None
    name = row.place if row is not None and row.place else city
    position = tr("{lat}, {lon}", lat=number(place.lat, 2), lon=number(place.lon, 2))
    where = tr("{name} ({position})", name=name, position=position) if name else position
    return Found(place.lon, place.lat, LOCATION_LEVELS[place.level], where, place.postal_code)


@cache
def _geocoder() -> Geocoder | None:
    """One for the process: a country's table is read once."""
    try:
        return Geocoder()
    except FileNotFoundError:
        return None
