"""Taking over from a CRM system who has which account, as one step.

Owns what becomes of units and what of overrides; reading the list is importers'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Writer
from territorymap.i18n import ntr, tr
from territorymap.mapview.palette import assign_colors
from territorymap.model.ownership import owner_of_accounts
from territorymap.model.plan import Plan
from territorymap.session.commands.checks import refuse_locked_territories, refuse_locked_units
from territorymap.session.commands.territories import territory_row
from territorymap.session.session import Command

if TYPE_CHECKING:
    from territorymap.importers.assignment import AssignmentImport


def import_assignment(plan: Plan, imported: AssignmentImport) -> Command:
    """Give accounts to the territories that a list tells; territories and reps that are new are made.

    Where no unit of the plan has a territory yet, units take the one that most of their listed accounts have; else all
    units keep theirs. An account that then is not where the list has it is given there by name, one that is loses its
    override. An account that the list has in no territory follows its unit.
    """
    names = imported.territories
    number = {name: i for i, name in enumerate(names)}
    target = np.array([number.get(str(name), -1) for name in imported.territory], dtype=np.int64)

    def run(writer: Writer, plan: Plan) -> None:
        ids = _territory_ids(writer, plan, imported, names)
        place = {t.territory_id: ix for ix, t in enumerate(plan.territories)}
        # Territories that are made in this step have positions behind those of the plan.
        position = np.array([place.get(i, plan.n_territories + k) for k, i in enumerate(ids)] + [-1], dtype=np.int64)
        wanted = position[target]
        units, taken = _units_to_take(plan, imported.account_ix, wanted)
        refuse_locked_units(plan, units)
        unit_territory = plan.unit_territory.astype(np.int64)
        unit_territory[units] = taken
        id_at = {int(p): i for p, i in zip(position[:-1], ids, strict=True)}
        for at in np.unique(taken).tolist():
            writer.assign(plan.units.unit_id[units[taken == at]], id_at[at])
        _put_overrides(writer, plan, imported.account_ix, wanted, unit_territory, id_at)

    return Command(ntr("Take over {n} account's territory", "Take over {n} accounts' territories", len(imported)), run)


def _units_to_take(
    plan: Plan, account_ix: NDArray[np.int64], wanted: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the units of listed accounts and the territory most of these have; none where any unit has one already."""
    if (plan.unit_territory >= 0).any():
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    unit = plan.accounts.unit_ix[account_ix].astype(np.int64)
    counts = (unit >= 0) & (wanted >= 0)
    pairs, n = np.unique(np.column_stack([unit[counts], wanted[counts]]), axis=0, return_counts=True)
    order = np.lexsort([pairs[:, 1], -n, pairs[:, 0]])  # of equal numbers the territory that comes first
    units, first = np.unique(pairs[order, 0], return_index=True)
    return units, pairs[order, 1][first]


def _put_overrides(
    writer: Writer,
    plan: Plan,
    account_ix: NDArray[np.int64],
    wanted: NDArray[np.int64],
    unit_territory: NDArray[np.int64],
    id_at: dict[int, int],
) -> None:
    nobody = np.full(len(account_ix), -1, dtype=np.int32)
    by_unit = owner_of_accounts(unit_territory, plan.accounts.unit_ix[account_ix], nobody, plan.in_scope[account_ix])
    now = plan.account_override[account_ix]
    away = (wanted >= 0) & (wanted != by_unit) & (wanted != now)
    back = (now >= 0) & ((wanted < 0) | (wanted == by_unit))
    touched = np.unique(np.concatenate([now[away | back], by_unit[away | back], wanted[away]]))
    refuse_locked_territories([plan.territories[ix] for ix in touched if 0 <= ix < plan.n_territories], plan)
    for at in np.unique(wanted[away]).tolist():
        writer.set_override(plan.accounts.account_id[account_ix[away & (wanted == at)]], id_at[at], tr("from the CRM"))
    if back.any():
        writer.set_override(plan.accounts.account_id[account_ix[back]], None, "")


def _territory_ids(writer: Writer, plan: Plan, imported: AssignmentImport, names: list[str]) -> list[int]:
    """Return the key of each territory that the list names; those that are new are made, with their reps."""
    reps = {rep.name.casefold(): rep.rep_id for rep in plan.reps}
    rep_of: dict[str, str] = {}
    for territory, rep in zip(imported.territory, imported.rep, strict=True):
        if territory and rep:
            rep_of.setdefault(str(territory), str(rep))
    fixed = {i: t.color for i, name in enumerate(names) if (t := plan.territory_named(name)) is not None}
    colors = assign_colors([], len(names), fixed)
    ids, fresh = [], 0
    for i, name in enumerate(names):
        known = plan.territory_named(name)
        if known is not None:
            ids.append(known.territory_id)
            continue
        rep = rep_of.get(name, "")
        if rep and rep.casefold() not in reps:
            row = {"uuid": str(uuid4()), "rep_name": rep, "fte": 1.0, "location_level": "none"}
            (reps[rep.casefold()],) = writer.insert("rep", [row])
        row_of_territory = territory_row(plan, name, colors[i], reps.get(rep.casefold()), fresh)
        ids += writer.insert("territory", [row_of_territory])
        fresh += 1
    return ids
