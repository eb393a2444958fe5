"""Checks shared by the commands: names, days, what is there, what is locked. Owns the sentences; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import listed, ntr, tr
from territorymap.model.plan import Plan
from territorymap.model.records import Rep, Territory
from territorymap.session.part import not_in_part

MAX_NAME = 200


def find_territory(plan: Plan, territory_id: int) -> Territory:
    """Return the territory; UserError if it is gone."""
    for territory in plan.territories:
        if territory.territory_id == territory_id:
            return territory
    raise UserError(tr("This territory is no longer in the plan."), tr("Choose another territory and try again."))


def find_rep(plan: Plan, rep_id: int) -> Rep:
    """Return the rep; UserError if gone."""
    rep = plan.rep(rep_id)
    if rep is None:
        raise UserError(tr("This rep is no longer in the plan."), tr("Choose another rep and try again."))
    return rep


def clean_name(name: str, taken: Iterable[str], what: str) -> str:
    """Return the name, blanks folded; UserError if it is empty, too long or taken (case aside)."""
    cleaned = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not cleaned:
        raise UserError(tr("A name cannot be empty."), tr("Type a name with at least one letter."))
    if len(cleaned) > MAX_NAME:
        raise UserError(tr("This name is too long."), tr("Use at most {n} letters.", n=MAX_NAME))
    if cleaned.casefold() in {other.casefold() for other in taken}:
        raise UserError(
            tr("There is already a {what} named {name}.", what=what, name=cleaned), tr("Choose another name.")
        )
    return cleaned


def read_day(text: str) -> date:
    """Return a day; UserError if it is no date."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UserError(
            tr("{text} is not a date.", text=repr(text)), tr("Write year-month-day, e.g. 2027-01-01.")
        ) from error


@lru_cache(maxsize=4096)
def clean_day(text: str) -> str:
    """Return a day as it is stored, "" for none; UserError if it is no date."""
    return read_day(text).isoformat() if text.strip() else ""


def refuse_outside(territories: Iterable[Territory], plan: Plan) -> None:
    """UserError naming those that a part of a plan only shows, if there are any."""
    outside = [t for t in territories if t.is_outside]
    if outside:
        raise not_in_part(outside, plan)


def refuse_locked_territories(territories: Iterable[Territory], plan: Plan) -> None:
    """UserError naming the locked ones, if there are any; first those that a part of a plan only shows."""
    territories = list(territories)
    refuse_outside(territories, plan)
    locked = [t.name for t in territories if t.locked]
    if locked:
        raise UserError(
            ntr("{names} is locked.", "{names} are locked.", len(locked), names=enumerate_names(locked)),
            tr("Unlock it in the Territory menu, or leave it out."),
        )


def refuse_locked_units(plan: Plan, unit_ix: NDArray[np.integer]) -> None:
    """UserError naming the locked units among these, if there are any."""
    locked = np.asarray(unit_ix)[plan.units.locked[unit_ix]]
    if len(locked):
        names = enumerate_names([f"{plan.units.name[ix]} ({plan.units.code[ix]})" for ix in locked])
        raise UserError(
            ntr("{names} is locked.", "{names} are locked.", len(locked), names=names),
            tr("Unlock it in the Map menu, or leave it out."),
        )


def enumerate_names(names: list[str], most: int = 3) -> str:
    """Return "A, B, C and 4 more"."""
    shown = listed(names[:most])
    rest = len(names) - most
    return shown if rest <= 0 else tr("{names} and {n} more", names=shown, n=rest)
