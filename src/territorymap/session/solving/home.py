"""Where a rep lives, as a unit of the plan: by the code of a unit, by a postal code, by a point.

Owns what a code may mean; the tables of postal codes are importers.geocode's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.distance import great_circle_km
from territorymap.geo.locate import UnitLocator
from territorymap.i18n import listed, number, tr
from territorymap.importers.geocode import Geocoder
from territorymap.model.plan import Plan
from territorymap.model.records import Rep

_NEAR_KM = 50.0  # a home off a generalised coast still belongs to the unit there


@dataclass(frozen=True)
class Home:
    """The unit in which a home is."""

    unit_ix: int

    def unit_name(self, plan: Plan) -> str:
        return str(plan.units.name[self.unit_ix] or plan.units.code[self.unit_ix])


def unit_of_home(plan: Plan, geometry: NDArray[np.object_], code: str) -> Home:
    """Return the home that a unit code or a postal code means.

    Raises
    ------
    UserError
        if the plan has no such unit and the tables no such postal code, or it lies in no unit.
    """
    wanted = code.strip()
    if wanted in plan.units.ix_by_code:
        return Home(plan.units.ix_by_code[wanted])
    folded = [ix for ix, known in enumerate(plan.units.code) if str(known).casefold() == wanted.casefold()]
    if len(folded) == 1:
        return Home(folded[0])
    countries = Counter(str(country) for country in plan.units.country if country)
    country = countries.most_common(1)[0][0] if countries else ""
    try:
        place = Geocoder().locate(postal_code=wanted, default=country)
    except FileNotFoundError:
        place = None
    if place is None or not (np.isfinite(place.lon) and np.isfinite(place.lat)):
        raise UserError(
            tr("{code} is neither a unit of the plan nor a postal code that is known.", code=repr(wanted)),
            tr("Codes of units look like {codes}.", codes=listed(str(c) for c in plan.units.code[:3])),
        )
    return home_at(plan, geometry, place.lon, place.lat, wanted)


def home_at(plan: Plan, geometry: NDArray[np.object_], lon: float, lat: float, name: str) -> Home:
    """Return the unit at a point; UserError, naming what lies there, if there is none."""
    found = int(UnitLocator(geometry).units_at(np.array([lon]), np.array([lat]), _NEAR_KM)[0])
    if found < 0:
        raise UserError(
            tr(
                "{name} lies at {lat}, {lon}, where the plan has no unit.",
                name=name,
                lat=number(lat, 2),
                lon=number(lon, 2),
            ),
            tr("Name a unit of the plan as the home."),
        )
    return Home(found)


def home_of_rep(plan: Plan, geometry: NDArray[np.object_], rep: Rep) -> Home | None:
    """Return the unit in which a rep lives; None where that is not known."""
    if rep.lon is None or rep.lat is None:
        return None
    return home_at(plan, geometry, rep.lon, rep.lat, tr("The home of {name}", name=rep.name))


def home_among(
    plan: Plan, units: NDArray[np.int64], rep: Rep | None, geometry: NDArray[np.object_] | None = None
) -> int | None:
    """Return which of some units a rep lives in, or the nearest of them; None where no home is known."""
    if rep is None or rep.lon is None or rep.lat is None or not len(units):
        return None
    if geometry is not None:
        inside = int(UnitLocator(geometry[units]).units_at(np.array([rep.lon]), np.array([rep.lat]))[0])
        if inside >= 0:
            return int(units[inside])
    km = great_circle_km(rep.lon, rep.lat, plan.units.lon[units], plan.units.lat[units])
    return int(units[np.argmin(km)])
