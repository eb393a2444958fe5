"""Longitudes and latitudes out of text. Owns ranges, swapped columns and null island; not units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.locate import UnitLocator
from territorymap.i18n import ntr, tr
from territorymap.importers.numbers import parse_degrees

_SAMPLE = 2000


@dataclass
class Coordinates:
    """Positions of rows; nan where there is none that can be used."""

    lon: NDArray[np.float64]  # (n,)
    lat: NDArray[np.float64]  # (n,)
    problems: dict[int, str] = field(default_factory=dict)  # row position -> why it has none though one is written
    notes: list[str] = field(default_factory=list)


def read_coordinates(
    lon_text: Sequence[str], lat_text: Sequence[str], lon_header: str, lat_header: str, locator: UnitLocator | None
) -> Coordinates:
    """Return the positions that the two columns hold.

    Columns the wrong way round are noticed by the units they hit, single swapped rows too; both are noted. Out of
    range or unreadable: no position, and a problem to fall back from. 0, 0 and half a pair: no position.
    """
    lon, bad_lon = _degrees(lon_text)
    lat, bad_lat = _degrees(lat_text)
    out = Coordinates(lon, lat)
    if _is_swapped(lon, lat, locator):
        lon, lat = lat, lon
        bad_lon, bad_lat = bad_lat, bad_lon
        lon_text, lat_text, lon_header, lat_header = lat_text, lon_text, lat_header, lon_header
        out.notes.append(
            tr(
                "The columns {lon} and {lat} are the other way round: longitude and latitude were exchanged.",
                lon=lat_header,
                lat=lon_header,
            )
        )
    lon, lat = _swap_single_rows(lon.copy(), lat.copy(), locator, out)
    for i in np.flatnonzero(bad_lon | bad_lat).tolist():
        header, text = (lon_header, lon_text[i]) if bad_lon[i] else (lat_header, lat_text[i])
        out.problems[i] = tr("{column}: “{value}” is not in degrees.", column=header, value=_short(text))
    with np.errstate(invalid="ignore"):
        far_lon, far_lat = np.abs(lon) > 180, np.abs(lat) > 90
    for i in np.flatnonzero((far_lon | far_lat) & ~(bad_lon | bad_lat)).tolist():
        if far_lat[i]:
            out.problems[i] = tr(
                "{column}: “{value}” is out of range, −90 to 90.", column=lat_header, value=_short(lat_text[i])
            )
        else:
            out.problems[i] = tr(
                "{column}: “{value}” is out of range, −180 to 180.", column=lon_header, value=_short(lon_text[i])
            )
    nowhere = (lon == 0) & (lat == 0)
    if nowhere.any():
        out.notes.append(
            ntr(
                "One row lies at 0°, 0°, which stands for no position.",
                "{n} rows lie at 0°, 0°, which stands for no position.",
                int(nowhere.sum()),
            )
        )
    lost = far_lon | far_lat | nowhere | ~np.isfinite(lon) | ~np.isfinite(lat)
    out.lon, out.lat = np.where(lost, np.nan, lon), np.where(lost, np.nan, lat)
    return out


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _degrees(texts: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    parsed = [parse_degrees(text) for text in texts]
    bad = np.array([value is None for value in parsed], dtype=bool)
    return np.array([np.nan if value is None else value for value in parsed], dtype=np.float64), bad


def _is_in_range(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(lon) <= 180) & (np.abs(lat) <= 90))


def _is_swapped(lon: NDArray[np.float64], lat: NDArray[np.float64], locator: UnitLocator | None) -> bool:
    """Return True where the columns as they are named miss the units, and exchanged they hit them."""
    told = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    told = told[:: max(1, len(told) // _SAMPLE)]
    if not len(told):
        return False
    x, y = lon[told], lat[told]
    as_named, exchanged = _is_in_range(x, y), _is_in_range(y, x)
    if locator is not None:
        as_named[as_named] = locator.units_at(x[as_named], y[as_named]) >= 0
        exchanged[exchanged] = locator.units_at(y[exchanged], x[exchanged]) >= 0
    return bool(exchanged.mean() >= 0.5 and as_named.mean() <= 0.1)


def _swap_single_rows(
    lon: NDArray[np.float64], lat: NDArray[np.float64], locator: UnitLocator | None, out: Coordinates
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Exchange the two in rows that are out of range, or in no unit, and hit a unit when exchanged."""
    if locator is None:
        return lon, lat
    found = locator.units_at(np.where(_is_in_range(lon, lat), lon, np.nan), lat)
    lost = np.flatnonzero((found < 0) & _is_in_range(lat, lon) & np.isfinite(lon) & np.isfinite(lat))
    lost = lost[locator.units_at(lat[lost], lon[lost]) >= 0]
    if len(lost):
        lon[lost], lat[lost] = lat[lost], lon[lost]
        out.notes.append(
            ntr(
                "In one row longitude and latitude were the other way round and were exchanged.",
                "In {n} rows longitude and latitude were the other way round and were exchanged.",
                len(lost),
            )
        )
    return lon, lat
