"""Taking a proposal, as one undoable step. Owns the rows, not what goes where."""

from __future__ import annotations

import numpy as np

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.model.records import Override, Territory
from territorymap.session.commands.checks import refuse_locked_territories, refuse_locked_units
from territorymap.session.commands.territories import territory_row
from territorymap.session.session import Command
from territorymap.session.solving.proposal import Proposal


def take_proposal(plan: Plan, proposal: Proposal) -> Command:
    """Let the units of a proposal's scope, and its territories, be as it says; the rest stays as it is by then.

    Raises
    ------
    UserError
        when it is done: if units were cut or joined since, a lock is in the way, or a territory or a rep that it needs
        is gone.
    """
    return Command(proposal.title, lambda writer, plan: _take(writer, plan, proposal))


def _take(writer: Writer, plan: Plan, proposal: Proposal) -> None:
    if not np.array_equal(plan.units.unit_id, proposal.unit_id):
        raise UserError(
            tr("Units were cut or joined since this proposal was made."), tr("Run it again on the plan as it is now.")
        )
    variant, here = proposal.variant, {t.territory_id: t for t in plan.territories}
    final = {t.territory_id: t.territory_id for t in variant.territories}
    gone_since = [t for t in variant.territories if t.territory_id >= 0 and t.territory_id not in here]
    if gone_since:
        raise UserError(
            tr("{name} was deleted since this proposal was made.", name=gone_since[0].name),
            tr("Undo that, or run it again on the plan as it is now."),
        )
    _make_missing(writer, plan, proposal, final)
    wanted = np.array([final[t.territory_id] for t in variant.territories] + [-1])[variant.unit_territory]
    now = np.array([*here, -1])[plan.unit_territory]
    units = np.flatnonzero(proposal.scope & (wanted != now))
    touched = {int(i) for i in np.unique(np.concatenate([wanted[units], now[units]]))}
    refuse_locked_territories([here[i] for i in sorted(touched) if i in here], plan)
    refuse_locked_units(plan, units)
    for territory_id in np.unique(wanted[units]).tolist():
        moving = plan.units.unit_id[units[wanted[units] == territory_id]]
        writer.assign(moving, territory_id if territory_id >= 0 else None)
    _put_overrides(writer, plan, proposal, final)
    _delete_left_over(writer, plan, proposal, now, units)


def _make_missing(writer: Writer, plan: Plan, proposal: Proposal, final: dict[int, int]) -> None:
    """Make the territories that the plan does not have yet, note their ids; a region that went since is left out."""
    leaving = {t.territory_id for t in proposal.before.territories if t.territory_id not in final}
    regions = {region.region_id for region in plan.regions}
    taken = [t.name for t in plan.territories if t.territory_id not in leaving]
    for i, territory in enumerate(t for t in proposal.variant.territories if t.territory_id < 0):
        if territory.rep_id is not None and plan.rep(territory.rep_id) is None:
            raise UserError(
                tr("The rep of {name} was deleted since this proposal was made.", name=territory.name),
                tr("Undo that, or run it again on the plan as it is now."),
            )
        name = _free_name(territory.name, taken)
        taken.append(name)
        row = territory_row(plan, name, territory.color, territory.rep_id, i)
        row["region_id"] = territory.region_id if territory.region_id in regions else None
        (final[territory.territory_id],) = writer.insert("territory", [row])


def _free_name(name: str, taken: list[str]) -> str:
    used, k, free = {t.strip().casefold() for t in taken}, 1, name
    while free.strip().casefold() in used:
        k += 1
        free = f"{name} ({k})"
    return free


def _put_overrides(writer: Writer, plan: Plan, proposal: Proposal, final: dict[int, int]) -> None:
    """Change the overrides that the proposal changes; those that were changed since stay as they are."""
    before, after = proposal.before.overrides, proposal.variant.overrides

    def told(override: Override | None) -> tuple[int | None, str]:
        return (None, "") if override is None else (override.territory_id, override.reason)

    for account_id in sorted({*before, *after}):
        was, wanted = before.get(account_id), after.get(account_id)
        if told(was) != told(wanted) and told(plan.overrides.get(account_id)) == told(was):
            owner, reason = told(wanted)
            writer.set_override([account_id], None if owner is None else final[owner], reason)


def _delete_left_over(writer: Writer, plan: Plan, proposal: Proposal, now: np.ndarray, units: np.ndarray) -> None:
    """Delete territories that the proposal has no more, but for those that were given something else since."""
    kept = {t.territory_id for t in proposal.variant.territories}
    rest = np.delete(now, units)
    leaving: list[Territory] = [
        t
        for t in plan.territories
        if t.territory_id not in kept
        and any(t.territory_id == was.territory_id for was in proposal.before.territories)
        and not (rest == t.territory_id).any()
    ]
    refuse_locked_territories(leaving, plan)
    ids = {t.territory_id for t in leaving}
    # What the proposal gives to somebody else has been given already.
    stays = {key for key, override in proposal.variant.overrides.items() if override.territory_id not in ids}
    accounts = [key for key, o in plan.overrides.items() if o.territory_id in ids and key not in stays]
    writer.set_override(accounts, None, "")
    writer.delete("territory", sorted(ids))
