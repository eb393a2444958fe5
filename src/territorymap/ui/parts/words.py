"""How measures, numbers and location levels are called and written on screen.

Owns the words; the numbers' grouping is i18n's.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import data_word, listed, money, number, percent, tr
from territorymap.model.plan import Plan
from territorymap.model.records import LOCATION_LEVELS, Measure, Rep
from territorymap.model.territory_figure import FigureSpec

NOTHING = "–"


def plain_tip(text: str) -> str:
    """Return a text from data for a tooltip, which Qt would else take for HTML where it looks like it."""
    return f"<span>{html.escape(text)}</span>".replace("\n", "<br>") if "<" in text else text


def measure_label(measure: Measure) -> str:
    """Return the measure's name as a person reads it."""
    if measure.source != "builtin":
        return data_word(measure.name)  # population, where the unit layer brought it
    return {"accounts": tr("Accounts"), "units": tr("Units"), "workload_h": tr("Workload")}.get(
        measure.column_name, measure.name
    )


def measure_unit(measure: Measure) -> str:
    """Return the measure's unit of measurement, "" where it has none or we do not know it."""
    is_workload = measure.is_workload
    return tr("hours a year") if is_workload else ""


def measure_tip(measure: Measure) -> str:
    """Return one sentence that says what is summed."""
    name = measure_label(measure)
    if measure.source == "account":
        return tr("{name}, summed over the accounts of the territory.", name=name)
    if measure.source == "unit":
        return tr("{name}, summed over the units of the territory.", name=name)
    return {
        "accounts": tr("Number of accounts, those given by override included."),
        "units": tr("Number of units."),
        "workload_h": tr("Estimated hours a year for visits and driving."),
    }.get(measure.column_name, name)


def digits_for(values: NDArray[np.float64]) -> int:
    """Return how many decimals a column of these numbers needs: none for whole or large ones."""
    finite = values[np.isfinite(values)]
    if not len(finite) or (finite == np.round(finite)).all():
        return 0
    largest = float(np.abs(finite).max())
    return 0 if largest >= 1000 else 1 if largest >= 100 else 2


def amount(value: float, digits: int | None = None) -> str:
    """Return a number as text; a dash where there is none."""
    if value is None or math.isnan(value):
        return NOTHING
    return number(value, digits_for(np.array([value])) if digits is None else digits)


def index_text(value: float) -> str:
    """Return an index as text, e.g. 105 %; a dash where the target is 0."""
    return NOTHING if math.isnan(value) else percent(value)


def figure_text(spec: FigureSpec, value: float, currency: str) -> str:
    """Return a figure of a territory as text; a dash where there is none."""
    if math.isnan(value):
        return NOTHING
    if spec.form == "money":
        return money(value, currency)
    if spec.form == "percent":
        return percent(value)
    return number(value, 2) if spec.form == "ratio" else amount(value)


def level_label(level: int) -> str:
    """Return how exactly an account is located."""
    return {
        "coordinates": tr("Coordinates"),
        "postal_code": tr("Postal code"),
        "city": tr("City"),
        "none": tr("No place"),
    }[LOCATION_LEVELS[level]]


def place_text(parts: Iterable[str]) -> str:
    """Return the parts of a place that are known, in one line."""
    return listed(part for part in parts if part)


def home_text(rep: Rep) -> str:
    """Return a rep's home in one line, by its position where no address was told; "" if there is neither."""
    if not (rep.home_postal_code or rep.home_city):
        if rep.lon is None or rep.lat is None:
            return ""
        north = tr("{lat}° N", lat=number(rep.lat, 3)) if rep.lat >= 0 else tr("{lat}° S", lat=number(-rep.lat, 3))
        east = tr("{lon}° E", lon=number(rep.lon, 3)) if rep.lon >= 0 else tr("{lon}° W", lon=number(-rep.lon, 3))
        return f"{north}, {east}"
    town = " ".join(part for part in (rep.home_postal_code, rep.home_city) if part)
    return place_text((town, rep.home_state, rep.home_country))


def territory_name(plan: Plan, territory_ix: int) -> str:
    """Return the name of a territory position, "" for -1."""
    return plan.territories[territory_ix].name if territory_ix >= 0 else ""


def satisfaction_text(value: float) -> str:
    """Return a satisfaction of 0 to 10 as people write it: 8, or 7.5; a dash where it is not told."""
    return NOTHING if math.isnan(value) else number(value, 0 if value == round(value) else 1)
