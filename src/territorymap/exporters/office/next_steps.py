"""What is left to do in a plan, as sentences for the last slide. Owns which things are told; not how they look."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from territorymap.exporters.headline import headline_measure
from territorymap.exporters.office.facts import Facts, measure_order
from territorymap.exporters.office.texts import shortened
from territorymap.exporters.office.who import Part
from territorymap.exporters.view import ExportView
from territorymap.i18n import day, listed, ntr, tr

_MOST_NAMES = 5
_LONGEST_NAME = 40


def next_steps(view: ExportView, facts: Facts, parts: list[Part], label: Callable[[str], str]) -> list[str]:
    """Return what a plan still needs; where nothing is left, that it can be agreed."""
    plan, balance = view.plan, view.balance
    lines = []
    vacant = [t.name for ix, t in enumerate(plan.territories) if plan.rep_of(ix) is None]
    if vacant:
        lines.append(tr("Find a rep for {names}.", names=_names(vacant)))
    measure = headline_measure(view)
    if measure >= 0:
        tolerance = float(balance.tolerance[measure]) + 1e-9
        index = balance.index[measure]
        outside = [plan.territories[ix].name for ix in measure_order(view, measure) if abs(index[ix] - 1) > tolerance]
        if outside:
            what = label(balance.measures[measure])
            lines.append(tr("Even out {measure} in {names}.", measure=what, names=_names(outside)))
    if balance.unassigned_units:
        lines.append(
            ntr("Assign {n} unit that nobody has.", "Assign {n} units that nobody has.", balance.unassigned_units)
        )
    if balance.unassigned_accounts:
        lines.append(
            ntr(
                "Give {n} account that is in no territory to one.",
                "Give {n} accounts that are in no territory to one.",
                balance.unassigned_accounts,
            )
        )
    split = [plan.territories[ix].name for ix in np.flatnonzero(view.pieces > 1)]
    if split:
        lines.append(tr("Look at territories in several pieces: {names}.", names=_names(split)))
    n_open = sum(conflict.state == "open" for conflict in plan.conflicts)
    if n_open:
        lines.append(ntr("Decide {n} open conflict of the merge.", "Decide {n} open conflicts of the merge.", n_open))
    lines += _handing_over(parts, facts)
    return lines or [tr("Nothing is left to do in the plan: it can be agreed.")]


def _handing_over(parts: list[Part], facts: Facts) -> list[str]:
    lines = []
    moved = next((part for part in parts if part.name == "accounts" and part.moved), None)
    if moved is not None:
        lines.append(
            ntr(
                "Tell the customer of {n} account that it has another rep.",
                "Tell the customers of {n} accounts that they have another rep.",
                round(moved.moved),
            )
        )
    if facts.effective is not None:
        lines.append(tr("Put it into force on {date}.", date=day(facts.effective)))
    return lines


def _names(names: list[str]) -> str:
    shown = listed(shortened(name, _LONGEST_NAME) for name in names[:_MOST_NAMES])
    n_more = len(names) - _MOST_NAMES
    return ntr("{names} and {n} more", "{names} and {n} more", n_more, names=shown) if n_more > 0 else shown
