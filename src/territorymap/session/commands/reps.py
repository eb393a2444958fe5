"""Adding, editing and deleting reps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from uuid import uuid4

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.change import Value
from territorymap.model.languages import language_code
from territorymap.model.plan import Plan
from territorymap.model.records import LOCATION_LEVELS
from territorymap.model.role_words import role_of
from territorymap.model.tenure import first_day
from territorymap.model.written import words_of, words_text
from territorymap.session.commands.checks import clean_name, find_rep
from territorymap.session.commands.territories import vacant_since
from territorymap.session.session import Command

MAX_CAPACITY_H = 8784.0  # the hours of a leap year
_COLUMNS = {
    "name": "rep_name",
    "home_postal_code": "home_postal_code",
    "home_city": "home_city",
    "home_state": "home_state",
    "home_country": "home_country",
    "lon": "lon",
    "lat": "lat",
    "location_level": "location_level",
    "capacity_h": "capacity_h",
    "fte": "fte",
    "role": "role",
    "seniority": "seniority",
    "career_level": "career_level",
    "started_on": "started_on",
    "languages": "languages",
    "verticals": "verticals",
}
_MAX_TEXT = 200


def add_rep(plan: Plan, **values: object) -> Command:
    """Add a rep; values as the fields of :class:`Rep`, at least ``name``."""
    row = {"fte": 1.0, "location_level": "none", **rep_row(plan, values), "uuid": str(uuid4())}
    return Command(tr("Add {name}", name=row["rep_name"]), lambda writer, plan: _insert(writer, row))


def _insert(writer: Writer, row: Mapping[str, Value]) -> None:
    writer.insert("rep", [dict(row)])


def edit_rep(plan: Plan, rep_id: int, **values: object) -> Command:
    """Change a rep; values as the fields of :class:`Rep`."""
    rep = find_rep(plan, rep_id)
    row = rep_row(plan, values, rep_id)
    return Command(tr("Edit {name}", name=rep.name), lambda writer, plan: writer.update("rep", {rep_id: row}))


def place_home(plan: Plan, rep_id: int, lon: float, lat: float, place: str = "") -> Command:
    """Put the home of a rep somewhere on the map; ``place`` names it, "" = no place with a name.

    What was told of the former home names another place, so it goes; the country stays.
    """
    rep = find_rep(plan, rep_id)
    values: dict[str, Value] = {"lon": lon, "lat": lat, "location_level": "coordinates"}
    values |= {"home_postal_code": "", "home_city": place, "home_state": ""}
    row = rep_row(plan, values, rep_id)
    label = tr("Place the home of {name}", name=rep.name)
    if place:
        label = tr("Place the home of {name} in {place}", name=rep.name, place=place)
    return Command(label, lambda writer, plan: writer.update("rep", {rep_id: row}))


def delete_reps(plan: Plan, rep_ids: Sequence[int]) -> Command:
    """Delete reps; their territories become vacant."""
    reps = [find_rep(plan, rep_id) for rep_id in rep_ids]

    def run(writer: Writer, plan: Plan) -> None:
        gone = {rep.rep_id for rep in reps}
        left = {
            t.territory_id: {"rep_id": None, "vacant_since": vacant_since(t, None)}
            for t in plan.territories
            if t.rep_id in gone
        }
        writer.update("territory", left)
        writer.delete("rep", sorted(gone))

    label = (
        tr("Delete {names}", names=reps[0].name)
        if len(reps) == 1
        else ntr("Delete {n} rep", "Delete {n} reps", len(reps))
    )
    return Command(label, run)


def rep_row(plan: Plan, values: Mapping[str, object], rep_id: int | None = None) -> dict[str, Value]:
    """Return the checked row of the values; UserError names what is wrong.

    Languages and verticals are lists of words; a language is known by its code or its name.
    """
    row: dict[str, Value] = {}
    for name, value in values.items():
        if name in ("languages", "verticals"):
            words = words_of("\n".join(map(str, value)) if isinstance(value, list | tuple) else value)
            value = words_text(dict.fromkeys(map(language_code, words)) if name == "languages" else words)
        elif name == "role":
            value = role_of(str(value or ""))
        elif name == "started_on":
            value = first_day(str(value or ""))
        elif name == "career_level":
            value = " ".join(str(value or "").split())
        row[_COLUMNS[name]] = value  # type: ignore[assignment]
    for name in ("role", "seniority", "career_level", "languages", "verticals"):
        _check_length(str(row.get(name) or ""))
    if "rep_name" in row or rep_id is None:
        others = (rep.name for rep in plan.reps if rep.rep_id != rep_id)
        row["rep_name"] = clean_name(str(row.get("rep_name") or ""), others, tr("rep"))
    _check_number(row, "capacity_h", 0.0, MAX_CAPACITY_H, tr("The capacity"))
    _check_number(row, "fte", 0.0, 10.0, tr("The full-time share"))
    _check_number(row, "lon", -180.0, 180.0, tr("The longitude"))
    _check_number(row, "lat", -90.0, 90.0, tr("The latitude"))
    if row.get("location_level", "none") not in LOCATION_LEVELS:
        row["location_level"] = "none"
    return row


def _check_length(text: str) -> None:
    if len(text) > _MAX_TEXT:
        raise UserError(tr("“{text}” is too long.", text=text[:40] + "…"), tr("Use at most {n} letters.", n=_MAX_TEXT))


def _check_number(row: dict[str, Value], column: str, low: float, high: float, what: str) -> None:
    value = row.get(column)
    if value is None:
        return
    if not isinstance(value, (int, float)) or not (math.isfinite(value) and low <= value <= high):
        raise UserError(
            tr("{what} cannot be {value}.", what=what, value=value),
            tr("Give a number from {low} to {high}.", low=f"{low:g}", high=f"{high:g}"),
        )
