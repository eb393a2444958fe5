"""What a column is called for people, how its numbers read, how wide it is.

Owns words and number formats; not which columns there are (exporters.tables).

Number formats are written as Excel keeps them in files; it shows them with the marks of the reader's own country.
"""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import east_asian_width

import numpy as np

from territorymap.exporters.tables import Column
from territorymap.i18n import tr, tr_as
from territorymap.mapview.strings import measure_labels
from territorymap.model.plan import Plan

TEXT, WHOLE, DECIMAL, HOURS = "@", "#,##0", "#,##0.00", "#,##0.0"
PERCENT, INDEX, RATIO, DEGREES, MOMENT = "0.0%", "0%", "0.00", "0.000000", "yyyy-mm-dd hh:mm"
_FORMAT_OF_KIND = {
    "hours": HOURS,
    "index": INDEX,
    "ratio": RATIO,
    "degrees": DEGREES,
    "km2": HOURS,
    "percent": PERCENT,
    "moment": MOMENT,
}
_LEAST, _MOST = 8.0, 44.0  # width in letters
_LOOKED_AT = 400  # values of a column whose length is taken for all


@dataclass(frozen=True)
class Field:
    """One column of a sheet."""

    column: Column
    heading: str
    number_format: str
    width: float  # in letters

    @property
    def is_text(self) -> bool:
        return self.column.is_text


def fields_of(plan: Plan, columns: list[Column]) -> list[Field]:
    """Return the columns as a sheet shows them."""
    labels = measure_labels(plan)
    return [field_of(column, heading(column, labels)) for column in columns]


def field_of(column: Column, title: str) -> Field:
    number_format = TEXT if column.is_text else number_format_of(column)
    return Field(column, title, number_format, _width(column, title))


def heading(column: Column, labels: dict[str, str]) -> str:
    """Return what a column is called: a figure of a measure by the measure's name."""
    if column.measure:
        label = labels.get(column.measure, column.measure)
        if column.kind == "index":
            return tr("Index: {measure}", measure=label)
        if column.name == f"{column.measure}_target":
            return tr("Target: {measure}", measure=label)
        return label
    kind, _, alignment = column.name.partition(": ")
    if alignment and kind == "territory":
        return tr("Territory: {alignment}", alignment=alignment)
    if alignment and kind == "rep":
        return tr("Rep: {alignment}", alignment=alignment)
    return _fixed_headings().get(column.name, column.name)


def number_format_of(column: Column) -> str:
    """Return the number format of a column of numbers: amounts have decimals only where some number has."""
    if column.kind in _FORMAT_OF_KIND:
        return _FORMAT_OF_KIND[column.kind]
    values = np.asarray(column.values)
    if values.dtype.kind != "f":
        return WHOLE
    known = values[np.isfinite(values)]
    is_whole = bool((known == np.rint(known)).all())
    return WHOLE if is_whole or (len(known) and np.abs(known).max() >= 100_000) else DECIMAL


def letters_wide(text: str) -> int:
    """Return the width of a text in letters; Chinese ones are two wide."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _width(column: Column, title: str) -> float:
    longest_word = max((letters_wide(word) for word in title.split()), default=0)
    least = max(_LEAST, longest_word + 3.5, letters_wide(title) / 2 + 3)
    if column.is_text:
        seen = column.values[:: max(len(column.values) // _LOOKED_AT, 1)]
        lines = [str(value or "")[:200].split("\n")[0] for value in seen]
        longest = max((letters_wide(line) for line in lines), default=0) + 1.5
    else:
        longest = 17.0 if column.kind == "moment" else 12.0
    return min(max(least, longest), _MOST)


def _fixed_headings() -> dict[str, str]:
    return {
        "territory": tr("Territory"),
        "rep": tr("Rep"),
        "region": tr("Region"),
        "level": tr("Level"),
        "period": tr("Period"),
        "metric": tr("Metric"),
        "value": tr("Value"),
        "manager": tr("Manager"),
        "n_territories": tr("Number of territories"),
        "n_reps": tr("Number of reps"),
        "n_vacant": tr("Vacant territories"),
        "capacity_h": tr("Capacity, h a year"),
        "satisfaction": tr("Satisfaction"),
        "mark": tr("Mark"),
        "color": tr("Color"),
        "pieces": tr("Pieces"),
        "cut_edges": tr("Cut edges"),
        "polsby_popper": tr("Compactness"),
        "unit_code": tr("Unit code"),
        "unit_name": tr("Unit name"),
        "parent_code": tr("Parent code"),
        "parent_name": tr("Parent name"),
        "country": tr("Country"),
        "lon": tr("Longitude"),
        "lat": tr("Latitude"),
        "area_km2": tr("Area, km²"),
        "part_of": tr("Part of"),
        "account_key": tr("Account key"),
        "account_name": tr("Account name"),
        "in_scope": tr("In scope"),
        "override": tr("Override"),
        "override_reason": tr("Reason of the override"),
        "postal_code": tr("Postal code"),
        "city": tr("City"),
        "state": tr("State"),
        "location_level": tr("Located by"),
        "unit_codes": tr("Unit codes"),
        "first_code": tr("First code"),
        "last_code": tr("Last code"),
        "n_units": tr("Number of units"),
        "n_accounts": tr("Number of accounts"),
        "conflict_state": tr_as("condition", "State"),
        "conflict_kind": tr("Kind"),
        "conflict_key": tr("What"),
        "conflict_field": tr("Field"),
        "base": tr("Before"),
        "mine": tr("Mine"),
        "theirs": tr("Theirs"),
        "mine_author": tr("Mine by"),
        "mine_at": tr("Mine at (UTC)"),
        "theirs_author": tr("Theirs by"),
        "theirs_at": tr("Theirs at (UTC)"),
    }
