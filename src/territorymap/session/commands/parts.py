"""Parts of cut units: their codes, names and rows, and back to the whole. Owns the scheme; not the geometry (geo.cut).

A part's code is the code of the whole and letters: 48201-a, 48201-b. What is cut off a part adds a letter to the part's
own (48201-aa, 48201-ab), so no code ever means another piece of ground than before, and two planners who cut different
parts of one unit never make the same code.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import islice, product
from string import ascii_lowercase
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.document.geopackage import encode_polygons
from territorymap.geo.layer import Geometries, interior_points, measure_geometry
from territorymap.model.plan import Plan

_DASH = "-"


@dataclass(frozen=True)
class Family:
    """The whole that a unit is or was a part of."""

    code: str
    name: str
    letters: str  # of the part, "" for a whole


def family_of(plan: Plan, unit_ix: int) -> Family:
    """Return the whole of a unit: itself, unless it is a part."""
    code, name = str(plan.units.code[unit_ix]), str(plan.units.name[unit_ix])
    whole = str(plan.units.part_of[unit_ix])
    if not whole:
        return Family(code, name, "")
    letters = code.removeprefix(whole).lstrip(_DASH)
    return Family(whole, name.removesuffix(f" ({letters})"), letters)


def part_letters(letters: str, n: int) -> list[str]:
    """Return the letters of n parts of a part with these letters ("" = of a whole)."""
    width = 1
    while len(ascii_lowercase) ** width < n:
        width += 1
    return [letters + "".join(added) for added in islice(product(ascii_lowercase, repeat=width), n)]


def part_codes(family: Family, n: int, taken: Container[str]) -> list[tuple[str, str]]:
    """Return (code, name) of n parts; ``taken``: the codes there are, in lower case."""
    letters = part_letters(family.letters, n)
    dash = _DASH
    while any((family.code + dash + text).casefold() in taken for text in letters):
        dash += _DASH  # the planner's own layer has such codes already
    return [(family.code + dash + text, f"{family.name} ({text})".lstrip()) for text in letters]


def part_uuid(plan: Plan, whole_code: str, shape: shapely.Geometry) -> str:
    """Return the uuid of a part: the same ground cut from the same unit of the same plan is the same part."""
    digest = hashlib.sha256("\0".join([plan.info.uuid, whole_code, ""]).encode())
    digest.update(shapely.to_wkb(shapely.normalize(shape)))
    return str(UUID(bytes=digest.digest()[:16], version=5))


def ground_columns(shapes: Geometries) -> list[dict[str, object]]:
    """Return what a unit row says of its polygon, one dict a shape."""
    area_km2, perimeter_km = measure_geometry(shapes)
    lon, lat = interior_points(shapes)
    blobs = encode_polygons(shapes)
    return [
        {
            "lon": float(lon[i]),
            "lat": float(lat[i]),
            "area_km2": float(area_km2[i]),
            "perimeter_km": float(perimeter_km[i]),
            "geom": blobs[i],
        }
        for i in range(len(shapes))
    ]


def descent_columns(plan: Plan, unit_ix: int) -> dict[str, object]:
    """Return what a part has from its unit."""
    units = plan.units
    return {
        "parent_code": str(units.parent_code[unit_ix]),
        "parent_name": str(units.parent_name[unit_ix]),
        "country": str(units.country[unit_ix]),
        "locked": int(units.locked[unit_ix]),
    }


def shared_by_area(value: float, area_km2: Sequence[float]) -> list[float | None]:
    """Return a value of the ground shared by area, the first taking what rounding leaves; nan = not known."""
    if math.isnan(value):
        return [None] * len(area_km2)
    total = math.fsum(area_km2)
    rest = [value * area / total for area in area_km2[1:]]
    return [value - math.fsum(rest), *rest]


def summed(values: NDArray[np.float64]) -> float | None:
    """Return the sum of the known values; None where none is known."""
    known = values[np.isfinite(values)]
    return float(math.fsum(known)) if len(known) else None
