"""Rows of a table become reps. Owns which rows are used and why not; writing them is session's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.locate import UnitLocator
from territorymap.i18n import listed, ntr, number, tr
from territorymap.importers.columns import ColumnMap
from territorymap.importers.coordinates import Coordinates, read_coordinates
from territorymap.importers.geocode import COORDINATES, NONE, Geocoder, Places
from territorymap.importers.header_words import header_tokens
from territorymap.importers.numbers import is_blank, parse_number
from territorymap.importers.progress import IsCancelled, Progress, Ticker
from territorymap.importers.rejects import Reject, counted
from territorymap.importers.rep_traits import TRAITS, first_day_problems, read_traits
from territorymap.importers.table import RawTable
from territorymap.model.change import Value
from territorymap.model.records import LOCATION_LEVELS

MAX_CAPACITY_H = 8784.0  # the hours of a leap year
MAX_FTE = 10.0
_HOME = ("home_postal_code", "home_city", "home_state", "home_country")
_PERCENT_WORDS = frozenset({"percent", "prozent", "beschaeftigungsgrad", "beschaftigungsgrad"})
_POSITION = frozenset({"lon", "lat", "location_level"})


@dataclass(frozen=True)
class RepImport:
    """Reps as the rep table has them; a record holds what the file has a column for, a home's country, "territory"."""

    # rep_name, home_*, lon, lat, location_level, capacity_h, fte, territory, and rep_traits.TRAITS
    records: list[dict[str, Value]]
    row_numbers: NDArray[np.int64]  # (n,)
    fields: frozenset[str]
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.records)

    @property
    def read(self) -> int:
        return len(self.records) + len(self.rejects)

    @property
    def present_columns(self) -> frozenset[str]:
        """Return the columns of the rep table that the file speaks of; a home says its country, told or inferred."""
        columns = self.fields & {"rep_name", *_HOME, "capacity_h", "fte", *TRAITS}
        if self.fields & set(_HOME):
            columns |= {"home_country"}
        return columns | _POSITION if self.fields & {*_HOME, "lon", "lat"} else columns

    @property
    def located(self) -> dict[str, int]:
        """Return how many reps have a home of each level."""
        levels = [record.get("location_level", "none") for record in self.records]
        return {name: levels.count(name) for name in LOCATION_LEVELS}

    def to_json(self) -> dict[str, object]:
        """Return what ``import reps --json`` prints; read = imported + rejected."""
        return {
            **counted(self.read, len(self), self.rejects),
            "located": self.located,
        }


def build_reps(
    table: RawTable,
    columns: ColumnMap,
    geocoder: Geocoder | None = None,
    locator: UnitLocator | None = None,
    progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
    *,
    default_country: str = "",
) -> RepImport:
    """Return the reps of a table with their homes located, and the rows that cannot be used.

    A row is rejected without a name, with a number that cannot be read, and where its name stands in an earlier row.

    Raises
    ------
    UserError
        if no column holds names.
    """
    ticker = Ticker(progress, is_cancelled)
    ticker.tell(0.0)
    names = _names(table, columns)
    problems: dict[int, str] = {}
    first_row: dict[str, int] = {}
    for i, name in enumerate(names):
        if not name:
            problems[i] = tr("The row has no name.")
        elif name.casefold() in first_row:
            row = first_row[name.casefold()]
            problems[i] = tr("The rep {name} stands in row {row} already.", name=name, row=number(row))
        else:
            first_row[name.casefold()] = table.row_numbers[i]
    capacity = _capacities(table, columns, problems)
    fte = _ftes(table, columns, problems)
    problems = {**first_day_problems(table, columns), **problems}
    home = [columns.texts_in(table, name) for name in _HOME]
    at = _coordinates(table, columns, locator)
    places = _places(home, geocoder, default_country, ticker)
    records: list[dict[str, Value]] = []
    kept: list[int] = []
    territory = columns.texts_in(table, "territory")
    traits = read_traits(table, columns)
    for i, name in enumerate(names):
        has_own = bool(np.isfinite(at.lon[i]))
        level = COORDINATES if has_own else int(places.level[i])
        if i in at.problems and level == NONE:
            problems.setdefault(i, at.problems[i])
        if i in problems:
            continue
        lon, lat = (at.lon[i], at.lat[i]) if has_own else (places.lon[i], places.lat[i])
        record: dict[str, Value] = {
            "rep_name": name,
            "home_postal_code": str(places.postal_code[i]),
            "home_city": home[1][i],
            "home_state": home[2][i],
            "home_country": str(places.country[i]) if any(part[i] for part in home) else "",
            "lon": _or_none(lon),
            "lat": _or_none(lat),
            "location_level": LOCATION_LEVELS[level],
            "capacity_h": _or_none(capacity[i]),
            "fte": 1.0 if math.isnan(fte[i]) else fte[i],
            "territory": " ".join(territory[i].split()),
            **{trait: texts[i] for trait, texts in traits.items()},
        }
        kept.append(i)
        records.append(record)
    fields = frozenset(columns.fields) | {"rep_name"}
    present = RepImport([], np.empty(0, dtype=np.int64), fields).present_columns | {"territory"} & fields
    rows = [Reject(int(table.row_numbers[i]), reason) for i, reason in problems.items()]
    ticker.tell(1.0)
    return RepImport(
        records=[{key: value for key, value in record.items() if key in present} for record in records],
        row_numbers=np.array([table.row_numbers[i] for i in kept], dtype=np.int64),
        fields=fields,
        rejects=sorted([*table.broken, *rows], key=lambda reject: reject.row),
        notes=[*table.notes, *at.notes, *_notes(places, records, fields)],
    )


def _names(table: RawTable, columns: ColumnMap) -> list[str]:
    if "rep_name" in columns.fields:
        names = columns.texts_in(table, "rep_name")
    elif columns.fields.keys() & {"first_name", "last_name"}:
        pairs = zip(columns.texts_in(table, "first_name"), columns.texts_in(table, "last_name"), strict=True)
        names = [f"{first} {last}" for first, last in pairs]
    else:
        raise UserError(
            tr("No column of {name} holds the names of the reps.", name=table.name),
            tr("Say which one does: rep_name=COLUMN."),
        )
    return [" ".join(name.split()) for name in names]


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _capacities(table: RawTable, columns: ColumnMap, problems: dict[int, str]) -> list[float]:
    header = columns.fields.get("capacity_h")
    if header is None:
        return [math.nan] * len(table)
    decimal = table.decimal_of(header)
    values: list[float] = []
    for i, text in enumerate(table.column(header)):
        value = parse_number(_without_hours(text), decimal)
        if value is None:
            problems.setdefault(i, tr("{column}: “{value}” is not a number.", column=header, value=text[:40]))
        elif not math.isnan(value) and not 0 <= value <= MAX_CAPACITY_H:
            problems.setdefault(
                i,
                tr(
                    "{column}: {value} is not between {low} and {high}.",
                    column=header,
                    value=f"{value:g}",
                    low=0,
                    high=number(MAX_CAPACITY_H),
                ),
            )
        values.append(math.nan if value is None else value)
    return values


def _without_hours(text: str) -> str:
    """Return "1,600" for "1,600 h"."""
    stripped = text.strip()
    for unit in ("hours", "hrs", "Stunden", "Std.", "h"):
        if stripped.casefold().endswith(unit.casefold()) and stripped[: -len(unit)].strip()[-1:].isdigit():
            return stripped[: -len(unit)].strip()
    return stripped


def _ftes(table: RawTable, columns: ColumnMap, problems: dict[int, str]) -> list[float]:
    """Return full-time shares: "0.8", "0,8", "80 %"; whole percent where the column says so or goes past 10."""
    header = columns.fields.get("fte")
    if header is None:
        return [math.nan] * len(table)
    texts = table.column(header)
    parsed = [parse_number(text, "," if "," in text and "." not in text else ".") for text in texts]
    pairs = zip(parsed, texts, strict=True)
    plain = [value for value, text in pairs if value is not None and "%" not in text and not is_blank(text)]
    is_told = "%" in header or not _PERCENT_WORDS.isdisjoint(header_tokens(header))
    is_percent = bool(plain) and (max(plain) > MAX_FTE or (is_told and max(plain) > 1.5))
    values: list[float] = []
    for i, (value, text) in enumerate(zip(parsed, texts, strict=True)):
        if value is not None and is_percent and "%" not in text:
            value /= 100
        if value is None or (not math.isnan(value) and not 0 <= value <= MAX_FTE):
            problems.setdefault(i, tr("{column}: “{value}” is not a full-time share.", column=header, value=text[:40]))
        values.append(math.nan if value is None else value)
    return values


def _coordinates(table: RawTable, columns: ColumnMap, locator: UnitLocator | None) -> Coordinates:
    lon, lat = columns.fields.get("lon"), columns.fields.get("lat")
    if lon is None or lat is None:
        return Coordinates(np.full(len(table), np.nan), np.full(len(table), np.nan))
    return read_coordinates(table.column(lon), table.column(lat), lon, lat, locator)


def _places(home: Sequence[list[str]], geocoder: Geocoder | None, default_country: str, ticker: Ticker) -> Places:
    postal_code, city, state, country = home
    if geocoder is None:
        n = len(city)
        none = np.full(n, np.nan)
        texts = [np.array([*values, None], dtype=object)[:n] for values in (postal_code, country)]
        return Places(none, none, np.full(n, NONE, dtype=np.int8), texts[0], texts[1])
    if not default_country and not all(country):
        default_country = geocoder.infer_country(postal_code, city, state)
    return geocoder.locate_all(postal_code, city, state, country, default_country, ticker.part(0.1, 0.9))


def _notes(places: Places, records: Sequence[dict[str, Value]], fields: frozenset[str]) -> list[str]:
    notes: list[str] = []
    if places.unknown_countries:
        notes.append(tr("These countries are not understood: {names}.", names=listed(places.unknown_countries[:5])))
    n_lost = sum(record["location_level"] == "none" for record in records)
    if n_lost and fields & {*_HOME, "lon"}:
        notes.append(ntr("The home of one rep was not found.", "The homes of {n} reps were not found.", n_lost))
    return notes
