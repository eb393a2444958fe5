"""Rows of a table become accounts. Owns which rows are used and which rejected, and why; not writing them (session).

A row is rejected when it is empty or broken, when a number in it cannot be read, when its key stands in an earlier
row, or when its only place is an unreadable one. An account that cannot be located is imported without a place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.locate import UnitLocator
from territorymap.i18n import listed, ntr, number, tr
from territorymap.importers.account_marks import read_marks, read_satisfaction
from territorymap.importers.columns import ColumnMap
from territorymap.importers.coordinates import Coordinates, read_coordinates
from territorymap.importers.fields import CONSTANT_FIELDS
from territorymap.importers.geocode import COORDINATES, NONE, POSTAL_CODE, Geocoder, Places
from territorymap.importers.header_words import is_total
from territorymap.importers.numbers import is_blank, parse_numbers
from territorymap.importers.placing import (
    UnitCodes,
    place_in_units,
    units_of_codes,
    units_of_postal_codes,
)
from territorymap.importers.progress import IsCancelled, Progress, Ticker
from territorymap.importers.rejects import Reject, counted
from territorymap.importers.table import RawTable
from territorymap.model.records import CONSTANT_RANGES, LOCATION_LEVELS
from territorymap.model.units import Strings, strings

_PLACE_FIELDS = frozenset({"postal_code", "city", "state", "country", "lon", "lat", "unit_code"})
_POSITION_COLUMNS = frozenset({"lon", "lat", "location_level", "unit_id"})
_TEXT_FIELDS = ("account_key", "account_name", "city", "state")


@dataclass(frozen=True)
class AccountImport:
    """Accounts as the account table has them, position = account; blank numbers are nan."""

    account_key: Strings  # (A,)
    account_name: Strings  # (A,)
    postal_code: Strings  # (A,) mended
    city: Strings  # (A,)
    state: Strings  # (A,)
    country: Strings  # (A,) ISO code where it is understood
    lon: NDArray[np.float64]  # (A,) nan = no position
    lat: NDArray[np.float64]  # (A,)
    level: NDArray[np.int8]  # (A,) index into LOCATION_LEVELS
    unit_ix: NDArray[np.int32]  # (A,) -1 = in no unit
    constants: NDArray[np.float64]  # (5, A) rows as CONSTANT_FIELDS, nan = the plan's
    measures: dict[str, NDArray[np.float64]]  # header -> (A,)
    segments: dict[str, Strings]  # header -> (A,)
    row_numbers: NDArray[np.int64]  # (A,) row of the file
    fields: frozenset[str]  # the fields that the file has a column for
    rejects: list[Reject] = field(default_factory=list)  # by row
    notes: list[str] = field(default_factory=list)  # what was mended or is worth knowing, whole sentences
    satisfaction: NDArray[np.float64] | None = None  # (A,) 0..10, nan = not told; None = no column holds any
    mark: Strings | None = None  # (A,) account_marks.PROTECT, CHANGE or ""; None = no column holds any

    def __len__(self) -> int:
        return len(self.account_key)

    @property
    def read(self) -> int:
        """Rows of the file: imported and rejected."""
        return len(self) + len(self.rejects)

    @property
    def location_level(self) -> Strings:
        """(A,) the level's name."""
        return np.array(LOCATION_LEVELS, dtype=object)[self.level]

    @property
    def located(self) -> dict[str, int]:
        """Return how many accounts have each level."""
        counts = np.bincount(self.level, minlength=len(LOCATION_LEVELS))
        return {name: int(counts[i]) for i, name in enumerate(LOCATION_LEVELS)}

    @property
    def present_columns(self) -> frozenset[str]:
        """Return the columns of the account table that the file speaks of; an update changes no other."""
        columns = self.fields & {"account_key", "account_name", "postal_code", "city", "state", "country"}
        columns |= self.fields & {*CONSTANT_FIELDS, "satisfaction"}
        if self.mark is not None:
            columns |= {"is_protected", "wants_change"}
        return columns | _POSITION_COLUMNS if self.fields & _PLACE_FIELDS else columns

    def constant(self, name: str) -> NDArray[np.float64]:
        """(A,) visits, visit_min, speed_kmh, detour or stops_per_trip; nan = the plan's."""
        return np.asarray(self.constants[CONSTANT_FIELDS.index(name)])

    @property
    def visits(self) -> NDArray[np.float64]:
        return self.constant("visits")

    @property
    def visit_min(self) -> NDArray[np.float64]:
        return self.constant("visit_min")

    @property
    def speed_kmh(self) -> NDArray[np.float64]:
        return self.constant("speed_kmh")

    @property
    def detour(self) -> NDArray[np.float64]:
        return self.constant("detour")

    @property
    def stops_per_trip(self) -> NDArray[np.float64]:
        return self.constant("stops_per_trip")

    def to_json(self) -> dict[str, object]:
        """Return what ``import accounts --json`` prints; read = imported + rejected."""
        return {
            **counted(self.read, len(self), self.rejects),
            "located": self.located,
        }


def build_accounts(
    table: RawTable,
    columns: ColumnMap,
    locator: UnitLocator | None = None,
    geocoder: Geocoder | None = None,
    unit_codes: Sequence[str] | Strings = (),
    progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
    *,
    default_country: str = "",
    is_key_needed: bool = False,
) -> AccountImport:
    """Return the accounts of a table, located, and the rows that cannot be used.

    Parameters
    ----------
    locator, unit_codes : of the plan's units; without them accounts lie in no unit.
    default_country : ISO code for rows that name no country (the unit layer's); "" = inferred from all rows.
    is_key_needed : on an update, rows without a key are rejected.

    Raises
    ------
    UserError
        if a mapped column is not in the table.
    Cancelled
        if ``is_cancelled`` said so.
    """
    return _Build(table, columns, Ticker(progress, is_cancelled)).run(
        locator, geocoder, UnitCodes(unit_codes), default_country, is_key_needed
    )


class _Build:
    """One import under way: the columns as read, and the problems of each row."""

    def __init__(self, table: RawTable, columns: ColumnMap, ticker: Ticker) -> None:
        self.table = table
        self.columns = columns
        self.ticker = ticker
        self.n = len(table)
        self.problems: dict[int, list[str]] = {}  # row position -> reasons
        self.notes: list[str] = list(table.notes)
        for header in (*columns.fields.values(), *columns.measures, *columns.segments):
            if header not in table.headers:
                raise UserError(
                    tr("{name} has no column named {column}.", name=table.name, column=header),
                    tr("Its columns are: {names}.", names=listed(table.headers[:60])),
                )

    def run(
        self,
        locator: UnitLocator | None,
        geocoder: Geocoder | None,
        codes: UnitCodes,
        default_country: str,
        is_key_needed: bool,
    ) -> AccountImport:
        self.ticker.tell(0.0)
        text = {name: self.columns.texts_in(self.table, name) for name in (*_TEXT_FIELDS, "postal_code", "country")}
        self._reject_totals()
        constants = np.vstack([self._constant(name) for name in CONSTANT_FIELDS])
        measures = {header: self._numbers(header) for header in self.columns.measures}
        satisfaction, mark = self._marks()
        self.ticker.tell(0.2)
        at = self._coordinates(locator)
        places = self._places(text, geocoder, default_country, self.ticker.part(0.3, 0.7))
        has_own = np.isfinite(at.lon)
        lon, lat = np.where(has_own, at.lon, places.lon), np.where(has_own, at.lat, places.lat)
        level = np.where(has_own, COORDINATES, places.level).astype(np.int8)
        told = units_of_codes(self.columns.texts_in(self.table, "unit_code"), codes)
        self._note_unknown_codes(told)
        postal = self._postal_units(places, geocoder, codes, locator)
        self.ticker.tell(0.75)
        unit_ix = place_in_units(lon, lat, has_own, told, postal, locator)
        # A code that no table has, but that is a unit of the plan, is a place all the same.
        level[(level == NONE) & (postal >= 0)] = POSTAL_CODE
        self._settle_coordinates(at, level, unit_ix)
        self._reject_keys(text["account_key"], is_key_needed)
        self.ticker.tell(0.95)
        keep = np.array([i for i in range(self.n) if i not in self.problems], dtype=np.int64)
        self._note_places(places, unit_ix, lon, keep, locator)
        segments = {header: strings(self.table.column(header))[keep] for header in self.columns.segments}
        self.ticker.tell(1.0)
        return AccountImport(
            account_key=strings(text["account_key"])[keep],
            account_name=_names(text["account_name"], text["account_key"])[keep],
            postal_code=places.postal_code[keep],
            city=strings(text["city"])[keep],
            state=strings(text["state"])[keep],
            country=places.country[keep],
            lon=lon[keep],
            lat=lat[keep],
            level=level[keep],
            unit_ix=unit_ix[keep],
            constants=constants[:, keep],
            measures={header: values[keep] for header, values in measures.items()},
            segments=segments,
            row_numbers=np.array(self.table.row_numbers, dtype=np.int64)[keep],
            fields=frozenset(self.columns.fields),
            rejects=self._rejects(),
            notes=self.notes,
            satisfaction=None if satisfaction is None else satisfaction[keep],
            mark=None if mark is None else mark[keep],
        )

    def _marks(self) -> tuple[NDArray[np.float64] | None, Strings | None]:
        satisfaction, unreadable, notes = read_satisfaction(self.table, self.columns)
        mark, unknown = read_marks(self.table, self.columns)
        for problems in (unreadable, unknown):
            for i, reason in problems.items():
                self._add_problem(i, reason)
        self.notes += notes
        return satisfaction, mark

    def _add_problem(self, position: int, reason: str) -> None:
        self.problems.setdefault(position, []).append(reason)

    def _rejects(self) -> list[Reject]:
        rows = self.table.row_numbers
        own = [Reject(int(rows[i]), " ".join(reasons)) for i, reasons in self.problems.items()]
        return sorted([*self.table.broken, *own], key=lambda reject: reject.row)

    def _numbers(self, header: str) -> NDArray[np.float64]:
        """Return a column of numbers; a row in which it cannot be read gets a problem."""
        texts = self.table.column(header)
        values, bad = parse_numbers(texts, self.table.decimal_of(header))
        for i in np.flatnonzero(bad).tolist():
            shown = texts[i] if len(texts[i]) <= 40 else texts[i][:39] + "…"
            self._add_problem(i, tr("{column}: “{value}” is not a number.", column=header, value=shown))
        return values

    def _constant(self, name: str) -> NDArray[np.float64]:
        header = self.columns.fields.get(name)
        if header is None:
            return np.full(self.n, np.nan)
        values = self._numbers(header)
        low, high = CONSTANT_RANGES[name]
        with np.errstate(invalid="ignore"):
            out = (values < low) | (values > high)
        for i in np.flatnonzero(out).tolist():
            reason = tr(
                "{column}: {value} is not between {low} and {high}.",
                column=header,
                value=f"{values[i]:g}",
                low=number(low),
                high=number(high),
            )
            self._add_problem(i, reason)
        return values

    def _reject_totals(self) -> None:
        """Reject the totals under a report: counted as an account they would double every sum."""
        place = [self.table.column_ix(h) for f, h in self.columns.fields.items() if f in _PLACE_FIELDS]
        for i, row in enumerate(self.table.rows):
            if any(row[at] for at in place):
                continue
            if is_total(next((cell for cell in row if cell), "")):
                self._add_problem(i, tr("The row is a total, not an account."))

    def _reject_keys(self, keys: Sequence[str], is_key_needed: bool) -> None:
        first_row: dict[str, int] = {}
        for i, key in enumerate(keys):
            if i in self.problems:
                continue
            if not key:
                if is_key_needed:
                    self._add_problem(i, tr("The row has no key."))
            elif key in first_row:
                row = number(first_row[key])
                self._add_problem(i, tr("The key {key} stands in row {row} already.", key=key, row=row))
            else:
                first_row[key] = int(self.table.row_numbers[i])

    def _coordinates(self, locator: UnitLocator | None) -> Coordinates:
        lon, lat = self.columns.fields.get("lon"), self.columns.fields.get("lat")
        if lon is None or lat is None:
            return Coordinates(np.full(self.n, np.nan), np.full(self.n, np.nan))
        at = read_coordinates(self.table.column(lon), self.table.column(lat), lon, lat, locator)
        self.notes += at.notes
        return at

    def _settle_coordinates(self, at: Coordinates, level: NDArray[np.int8], unit_ix: NDArray[np.int32]) -> None:
        """Reject rows whose broken position is the only place they name; note those that had another."""
        n_helped = 0
        for i, reason in at.problems.items():
            if level[i] == NONE and unit_ix[i] < 0:
                self._add_problem(i, reason)
            else:
                n_helped += 1
        if n_helped:
            self.notes.append(
                ntr(
                    "One row has unusable coordinates and was located by its postal code or city.",
                    "{n} rows have unusable coordinates and were located by their postal code or city.",
                    n_helped,
                )
            )

    def _places(
        self, text: Mapping[str, Sequence[str]], geocoder: Geocoder | None, default_country: str, ticker: Ticker
    ) -> Places:
        if geocoder is None:
            none = np.full(self.n, np.nan)
            level = np.full(self.n, NONE, dtype=np.int8)
            return Places(none, none, level, strings(text["postal_code"]), strings(text["country"]))
        if not default_country and not all(text["country"]):
            default_country = geocoder.infer_country(text["postal_code"], text["city"], text["state"])
        address = (text["postal_code"], text["city"], text["state"], text["country"])
        return geocoder.locate_all(*address, default=default_country, ticker=ticker)

    def _postal_units(
        self, places: Places, geocoder: Geocoder | None, codes: UnitCodes, locator: UnitLocator | None
    ) -> NDArray[np.int32]:
        if geocoder is None or "postal_code" not in self.columns.fields:
            return np.full(self.n, -1, dtype=np.int32)
        return units_of_postal_codes(places.postal_code, places.country, geocoder, codes, locator)

    def _note_unknown_codes(self, told: NDArray[np.int32]) -> None:
        texts = self.columns.texts_in(self.table, "unit_code")
        unknown = [text for text, ix in zip(texts, told, strict=True) if ix < 0 and not is_blank(text)]
        if unknown:
            self.notes.append(
                ntr(
                    "One unit code is not in the plan and was not used: {example}.",
                    "{n} unit codes are not in the plan and were not used, for example {example}.",
                    len(unknown),
                    example=unknown[0],
                )
            )

    def _note_places(
        self,
        places: Places,
        unit_ix: NDArray[np.int32],
        lon: NDArray[np.float64],
        keep: NDArray[np.int64],
        locator: UnitLocator | None,
    ) -> None:
        if places.unknown_countries:
            names = listed(places.unknown_countries[:5])
            self.notes.append(tr("These countries are not understood: {names}.", names=names))
        if places.n_state_doubtful:
            self.notes.append(
                ntr(
                    "The postal code of one row lies in another state than the row says; the code was followed.",
                    "The postal codes of {n} rows lie in another state than the rows say; the codes were followed.",
                    places.n_state_doubtful,
                )
            )
        n_outside = int((np.isfinite(lon[keep]) & (unit_ix[keep] < 0)).sum())
        if n_outside and locator is not None:
            self.notes.append(
                ntr(
                    "One account lies in no unit of the plan.",
                    "{n} accounts lie in no unit of the plan.",
                    n_outside,
                )
            )


def _names(names: Sequence[str], keys: Sequence[str]) -> Strings:
    """Return the names on one line; an account without a name goes by its key."""
    return strings([" ".join(name.split()) or key for name, key in zip(names, keys, strict=True)])
