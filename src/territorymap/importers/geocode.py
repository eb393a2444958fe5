"""Where a postal code or a city lies, offline. Owns the choice of country, code and place; not the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from territorymap.importers.countries import parse_country, postal_country
from territorymap.importers.folding import fold_name
from territorymap.importers.geocode_tables import CountryTable, PostalRow, load_country, query_forms
from territorymap.importers.numbers import is_blank
from territorymap.importers.postal import country_of_shape, lookup_key, mend_postal_code
from territorymap.importers.progress import Ticker
from territorymap.model.records import LOCATION_LEVELS
from territorymap.model.units import Strings, strings
from territorymap.resources import shipped

COORDINATES, POSTAL_CODE, CITY, NONE = range(4)  # positions in LOCATION_LEVELS
assert LOCATION_LEVELS == ("coordinates", "postal_code", "city", "none")
_POSTAL_COUNTRIES = ("US", "DE", "GB", "CA", "FR", "IT", "ES", "NL", "AT", "CH", "BE", "PL")
_INFER_ROWS = 400
_TELL_EVERY = 5000


@dataclass(frozen=True)
class Place:
    """Where one address lies; nan and "none" where it is not known."""

    lon: float
    lat: float
    level: int  # position in LOCATION_LEVELS
    postal_code: str  # mended
    country: str  # ISO code; as written where it is not understood
    is_country_unknown: bool = False
    is_state_doubtful: bool = False  # the postal code lies in another state than the one told


@dataclass(frozen=True)
class Places:
    """Where many addresses lie; position = row."""

    lon: NDArray[np.float64]  # (n,) nan = not known
    lat: NDArray[np.float64]  # (n,)
    level: NDArray[np.int8]  # (n,) position in LOCATION_LEVELS; never "coordinates"
    postal_code: Strings  # (n,) mended
    country: Strings  # (n,)
    unknown_countries: list[str] = field(default_factory=list)  # as written, the most frequent first
    n_state_doubtful: int = 0


class Geocoder:
    """Looks up postal codes and cities in the shipped tables; each country's are loaded when first asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or shipped("maps", "geocoder")
        self._tables: dict[str, CountryTable] = {}

    def table(self, country: str) -> CountryTable:
        """Return the tables of a country by its ISO code; empty ones where none are shipped."""
        if country not in self._tables:
            is_code = len(country) == 2 and country.isascii() and country.isalpha()
            self._tables[country] = load_country(self._folder, country) if is_code else CountryTable(country)
        return self._tables[country]

    def locate(
        self, postal_code: str = "", city: str = "", state: str = "", country: str = "", default: str = ""
    ) -> Place:
        """Return where an address lies: by its postal code, else by its city, else not at all.

        Parameters
        ----------
        country : a name or code as written; one that is not understood is never replaced by ``default``.
        default : ISO code for addresses that name no country; a code that only another country writes goes before it.
        """
        code = parse_country(country)
        is_unknown = not code and not is_blank(country)
        shape = country_of_shape(postal_code) if postal_code else ""
        if not code:
            code = shape or ("" if is_unknown else default)
        if not code:
            return Place(np.nan, np.nan, NONE, mend_postal_code(postal_code, ""), country.strip(), is_unknown)
        table = self.table(postal_country(code))
        mended = mend_postal_code(postal_code, table.country) if postal_code else ""
        admin1 = self._admin1(table, state) or (code if code != table.country else "")
        if (row := self._postal_row(table, mended)) is not None:
            is_doubtful = row.is_exact and bool(admin1 and row.admin1) and row.admin1 != admin1
            level = POSTAL_CODE if row.is_exact else CITY
            return Place(row.lon, row.lat, level, mended, code, is_unknown, is_doubtful)
        is_state_unknown = not admin1 and not is_blank(state)
        point = self._city_point(table, city, admin1, is_state_unknown) if city else None
        if point is None and city and code != table.country:
            point = self._city_point(self.table(code), city, "")
        if point is not None:
            return Place(*point, CITY, mended, code, is_unknown)
        return Place(np.nan, np.nan, NONE, mended, code, is_unknown)

    def locate_all(
        self,
        postal_code: Sequence[str],
        city: Sequence[str],
        state: Sequence[str],
        country: Sequence[str],
        default: str = "",
        ticker: Ticker | None = None,
    ) -> Places:
        """Return where many addresses lie; equal addresses are looked up once."""
        n = len(postal_code)
        known: dict[tuple[str, str, str, str], Place] = {}
        found: list[Place] = []
        for i, address in enumerate(zip(postal_code, city, state, country, strict=True)):
            if ticker is not None and i % _TELL_EVERY == 0:
                ticker.tell(i / n)
            place = known.get(address)
            if place is None:
                place = known[address] = self.locate(*address, default=default)
            found.append(place)
        unknown = Counter(country[i].strip() for i, place in enumerate(found) if place.is_country_unknown)
        return Places(
            lon=np.array([p.lon for p in found], dtype=np.float64),
            lat=np.array([p.lat for p in found], dtype=np.float64),
            level=np.array([p.level for p in found], dtype=np.int8),
            postal_code=strings([p.postal_code for p in found]),
            country=strings([p.country for p in found]),
            unknown_countries=[name for name, _ in unknown.most_common()],
            n_state_doubtful=sum(p.is_state_doubtful for p in found),
        )

    def infer_country(self, postal_code: Sequence[str], city: Sequence[str], state: Sequence[str]) -> str:
        """Return the country that most addresses fit, "" if none fits clearly.

        A code that is there counts little (five digits are a place in many countries); one whose town or state agrees
        counts fully.
        """
        rows = [r for r in dict.fromkeys(zip(postal_code, city, state, strict=True)) if r[0] or (r[1] and r[2])]
        rows = rows[:: max(1, len(rows) // _INFER_ROWS)]
        if not rows:
            return ""
        scores = {country: sum(self._fit(country, *row) for row in rows) / len(rows) for country in _POSTAL_COUNTRIES}
        best, second = sorted(scores, key=lambda c: -scores[c])[:2]
        is_clear = scores[best] >= 0.15 and scores[best] > 1.15 * scores[second]
        return best if is_clear else ""

    def _fit(self, country: str, postal_code: str, city: str, state: str) -> float:
        table = self.table(country)
        admin1 = self._admin1(table, state) if state else ""
        row = self._postal_row(table, mend_postal_code(postal_code, country)) if postal_code else None
        if row is not None:
            agrees = (admin1 and admin1 == row.admin1) or (
                city and fold_name(row.place).startswith(fold_name(city)[:5])
            )
            return 1.0 if agrees else 0.2
        return 0.5 if admin1 and city and self._city_point(table, city, admin1) else 0.0

    @staticmethod
    def _postal_row(table: CountryTable, mended: str) -> PostalRow | None:
        for key in lookup_key(mended, table.country) if mended else ():
            if (row := table.postal.get(key)) is not None:
                return row
        return None

    @staticmethod
    def _admin1(table: CountryTable, state: str) -> str:
        return table.states.get(fold_name(state), "") if state else ""

    def _city_point(
        self, table: CountryTable, city: str, admin1: str, is_state_unknown: bool = False
    ) -> tuple[float, float] | None:
        """Return the largest place of that name, in the state if one is told; a state in the text is heeded.

        Where a state is told that is not understood, a name that several states have is not guessed at.
        """
        if not admin1 and "," in city:
            admin1 = self._admin1(table, city.rsplit(",", 1)[1])
        for form in query_forms(city, table.country):
            bearers = table.places.get(form, [])
            if admin1:
                bearers = [c for c in bearers if c.admin1 == admin1]
            if is_state_unknown and len({c.admin1 for c in bearers if c.rank < 2}) > 1:
                return None
            if bearers:
                best = min(bearers, key=lambda c: (c.rank, -c.population, c.lon))
                return best.lon, best.lat
        return None


def only_country(countries: Iterable[str]) -> str:
    """Return the country that all units lie in, "" if there are several or none is told."""
    found = {postal_country(code) for code in map(parse_country, set(map(str, countries))) if code}
    return found.pop() if len(found) == 1 else ""
