"""Which unit each account lies in. Owns the order of what decides; points come from coordinates and geocode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.locate import UnitLocator
from territorymap.importers.countries import postal_country
from territorymap.importers.geocode import Geocoder
from territorymap.importers.postal import lookup_key
from territorymap.model.units import Strings

# An address on a generalised coast may lie in the sea; further out it lies in no unit.
SNAP_KM = 5.0
_SAMPLE = 500
_LEAST_SAMPLE = 5
_LEAST_AGREEMENT = 0.6


class UnitCodes:
    """The codes of a plan's units, found again as people write them."""

    def __init__(self, codes: Sequence[str] | Strings) -> None:
        self.ix_by_code: dict[str, int] = {str(code): ix for ix, code in enumerate(codes)}
        self._ix_by_fold: dict[str, int] = {}
        for code, ix in self.ix_by_code.items():
            self._ix_by_fold.setdefault(_fold(code), ix)
        self._lengths = sorted({len(code) for code in self.ix_by_code if code.isdecimal()})

    def __len__(self) -> int:
        return len(self.ix_by_code)

    def find(self, text: str) -> int:
        """Return the unit_ix of a code, -1 if there is none: as it stands, case and blanks aside, lost zeros mended.

        "2139.0", as spreadsheets write a number, is "2139"; zeros go in front up to the length of a code there is.
        """
        if (ix := self.ix_by_code.get(text)) is not None:
            return ix
        folded = _fold(text)
        if (ix := self._ix_by_fold.get(folded)) is not None:
            return ix
        whole, mark, rest = folded.partition(".")
        if mark and whole.isdecimal() and not rest.strip("0"):
            folded = whole
        if folded.isdecimal():
            for length in self._lengths:
                if length >= len(folded) and (ix := self._ix_by_fold.get(folded.zfill(length))) is not None:
                    return ix
        return -1


def _fold(text: str) -> str:
    return "".join(text.split()).casefold()


@dataclass(frozen=True)
class PostalUnits:
    """Units that are postal areas: the unit of a code is its first ``length`` signs, 0 = the whole code."""

    country: str
    length: int

    def unit_of(self, postal_code: str, codes: UnitCodes) -> int:
        """Return the unit_ix of a mended postal code, -1 if it is no unit."""
        for key in lookup_key(postal_code, self.country) if postal_code else ():
            ix = codes.ix_by_code.get(key[: self.length] if self.length else key, -1)
            if ix >= 0:
                return ix
        return -1


def find_postal_units(
    geocoder: Geocoder, country: str, codes: UnitCodes, locator: UnitLocator | None
) -> PostalUnits | None:
    """Return how units follow from postal codes where the unit layer is one of postal areas, else None.

    County codes have five digits too, so the shape of a code proves nothing: codes count as postal when the points
    of the postal codes lie in the units of that name.
    """
    table = geocoder.table(postal_country(country))
    if locator is None or not table.postal or not len(codes):
        return None
    for length in (0, 3, 2, 4):
        pairs = [
            (row.lon, row.lat, ix)
            for key, row in table.postal.items()
            if row.is_exact and (ix := codes.ix_by_code.get(key[:length] if length else key, -1)) >= 0
        ]
        pairs = pairs[:: max(1, len(pairs) // _SAMPLE)]
        if len(pairs) < _LEAST_SAMPLE:
            continue
        lon, lat, expected = (np.array(values) for values in zip(*pairs, strict=True))
        if (locator.units_at(lon, lat) == expected).mean() >= _LEAST_AGREEMENT:
            return PostalUnits(table.country, length)
    return None


def place_in_units(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    has_coordinates: NDArray[np.bool_],
    told_unit: NDArray[np.int32],
    postal_unit: NDArray[np.int32],
    locator: UnitLocator | None,
) -> NDArray[np.int32]:
    """Return unit_ix (n,), -1 = in none.

    A position of the account's own decides; else the unit that the file names; else the unit that is its postal area;
    else the point of its postal code or city. A point within SNAP_KM of a unit belongs to it.
    """
    n = len(lon)
    at_point = np.full(n, -1, dtype=np.int32) if locator is None else locator.units_at(lon, lat, SNAP_KM)
    named = np.where(told_unit >= 0, told_unit, postal_unit)
    return np.where(has_coordinates & (at_point >= 0), at_point, np.where(named >= 0, named, at_point)).astype(np.int32)


def units_of_codes(texts: Sequence[str], codes: UnitCodes) -> NDArray[np.int32]:
    """Return unit_ix of each code as written, -1 = blank or unknown."""
    known: dict[str, int] = {}
    return np.array(
        [known[text] if text in known else known.setdefault(text, codes.find(text) if text else -1) for text in texts],
        dtype=np.int32,
    )


def units_of_postal_codes(
    postal_code: Strings, country: Strings, geocoder: Geocoder, codes: UnitCodes, locator: UnitLocator | None
) -> NDArray[np.int32]:
    """Return unit_ix of each mended postal code by the rule of its country, -1 = none."""
    rules = {name: find_postal_units(geocoder, name, codes, locator) for name in sorted(set(country.tolist()))}
    known: dict[tuple[str, str], int] = {}
    out = np.full(len(postal_code), -1, dtype=np.int32)
    for i, address in enumerate(zip(postal_code, country, strict=True)):
        if address not in known:
            rule = rules[address[1]]
            known[address] = rule.unit_of(address[0], codes) if rule else -1
        out[i] = known[address]
    return out
