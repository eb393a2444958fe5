"""What a planner may ask for on a plan: which measures can be shared, what to offer first, how many make a target.

Owns defaults and counting, without widgets; what is asked for is remembered as JSON.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from territorymap.errors import UserError
from territorymap.i18n import ntr, number, tr
from territorymap.model.leading import leading_order
from territorymap.model.plan import Plan
from territorymap.model.records import Measure
from territorymap.session.session import Session
from territorymap.ui.preferences import Preferences

_SECONDS = ((4_000, 10.0), (15_000, 20.0))  # time limit offered up to so many units
_SECONDS_ABOVE = 30.0


@dataclass(frozen=True)
class Shared:
    """A measure of the plan, and how much there is of it to be shared out."""

    measure: Measure
    total: float
    obstacle: str  # why it cannot be shared; "" = it can


def shared_measures(session: Session) -> list[Shared]:
    """Return the measures of the plan in its order."""
    out = []
    totals = session.totals
    for row, measure in enumerate(session.plan.measures):
        values = np.nan_to_num(totals.unit_measure[row])
        total = float(totals.territory_total[row].sum() + totals.unassigned_total[row])
        obstacle = ""
        if (values < 0).any():
            obstacle = tr("It is below 0 somewhere, so it cannot be shared out.")
        elif not values.sum() > 0:
            obstacle = tr("It is 0 everywhere, so it cannot be shared out.")
        out.append(Shared(measure, total, obstacle))
    return out


def first_measures(shared: list[Shared]) -> set[str]:
    """Return the names of what is ticked at first: what leads among what can be shared, and is shown or built in."""
    led = (shared[ix] for ix in leading_order([s.measure for s in shared]))
    able = (s for s in led if not s.obstacle and (s.measure.is_shown or s.measure.source == "builtin"))
    return {s.measure.name for s in islice(able, 1)}


def usual_seconds(n_units: int) -> float:
    """Return the time limit that is offered first."""
    return next((seconds for most, seconds in _SECONDS if n_units <= most), _SECONDS_ABOVE)


def count_for(total: float, each: float, *, is_cap: bool) -> int:
    """Return how many territories share a total out at so much each, or at most so much each.

    Raises
    ------
    UserError
        if that is no number of territories.
    """
    if not (each > 0 and total > 0):
        raise UserError(tr("Each must have more than 0."), tr("Fill in how much one territory is to have."))
    n = math.ceil(total / each - 1e-9) if is_cap else max(1, round(total / each))
    if n > 100_000:
        raise UserError(
            tr("That would be {n} territories.", n=number(n)), tr("Fill in more for each, of {total} in all.",
                                                                    total=number(total)),
        )  # fmt: skip
    return n


def locked_sentence(plan: Plan) -> str:
    """Return what stays as it is because it is locked; "" if nothing is."""
    names = [t.name for t in plan.territories if t.locked]
    n_units = int((plan.units.locked & ~_locked_holders(plan)[plan.unit_territory]).sum())
    listed = ", ".join(names[:3])
    if len(names) > 3:
        listed = tr("{names} and {n} more", names=listed, n=number(len(names) - 3))
    if names and n_units:
        return ntr(
            "Locked, so they stay: {names}; and {n} locked unit.",
            "Locked, so they stay: {names}; and {n} locked units.",
            n_units,
            names=listed,
        )
    if names:
        return tr("Locked, so they stay: {names}.", names=listed)
    if n_units:
        return ntr("{n} locked unit stays where it is.", "{n} locked units stay where they are.", n_units)
    return ""


def _locked_holders(plan: Plan) -> np.ndarray:
    return np.array([t.locked for t in plan.territories] + [False])


# -- what was asked for the last time ----------------------------------------------------------------------------------


def remembered(preferences: Preferences, plan: Plan, key: str) -> dict[str, Any]:
    """Return what was asked for on this plan the last time; empty the first time, or where it cannot be read."""
    text = preferences.plan_text(plan.info.uuid, key)
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def number_of(asked: dict[str, Any], name: str, usual: float) -> float:
    """Return a number that was asked for the last time."""
    value = asked.get(name, usual)
    return float(value) if isinstance(value, int | float) else usual


def flag_of(asked: dict[str, Any], name: str, usual: bool) -> bool:
    """Return a switch as it was the last time."""
    value = asked.get(name, usual)
    return value if isinstance(value, bool) else usual


def remember(preferences: Preferences, plan: Plan, key: str, asked: dict[str, Any]) -> None:
    """Keep it for the next time."""
    preferences.set_plan_text(plan.info.uuid, key, json.dumps(asked, separators=(",", ":")))
