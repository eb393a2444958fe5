"""Taking a proposal, as one undoable step. Owns the rows, not what goes where."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.model.records import Override, Territory
from territorymap.model.variant import Variant
from territorymap.session.commands.checks import enumerate_names, refuse_locked_territories, refuse_locked_units
from territorymap.session.commands.territories import territory_row
from territorymap.session.session import Command
from territorymap.session.solving.proposal import Proposal


def take_proposal(plan: Plan, proposal: Proposal) -> Command:
    """Let the units of a proposal's scope, and its territories, be as it says; the rest stays as it is by then.

    Raises
    ------
    UserError
        when it is done: if units were cut or joined since, a lock or an account that was protected since is in the
        way, or a territory or a rep that it needs is gone.
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
    _refuse_protected(plan, proposal)
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


def _refuse_protected(plan: Plan, proposal: Proposal) -> None:
    """Refuse to give another rep to an account that was protected after the proposal was made."""
    accounts, variant = plan.accounts, proposal.variant
    if proposal.protected is None:
        return
    since = np.flatnonzero(accounts.is_protected & ~np.isin(accounts.account_id, list(proposal.protected)))
    rep = {t.territory_id: t.rep_id for t in (*variant.territories, *plan.territories)}
    owner = dict(_changed_overrides(plan, proposal))
    moving = []
    for ix in since.tolist():
        key, unit = int(accounts.account_id[ix]), int(accounts.unit_ix[ix])
        unit = unit if plan.in_scope[ix] else -1  # out of scope it goes with no unit
        was = plan.overrides[key].territory_id if key in plan.overrides else _id_at(plan, unit)
        kept = key in plan.overrides and key not in owner
        by_unit = variant if unit >= 0 and proposal.scope[unit] else plan
        override = owner.get(key, (None, ""))[0]
        is_ = override if override is not None else _id_at(by_unit, unit)
        if not kept and was is not None and rep[was] is not None and (None if is_ is None else rep[is_]) != rep[was]:
            moving.append(str(accounts.name[ix] or accounts.key[ix]))
    if moving:
        raise UserError(
            ntr(
                "{names} was protected since this proposal was made, and would get another rep.",
                "{names} were protected since this proposal was made, and would get another rep.",
                len(moving),
                names=enumerate_names(moving),
            ),
            tr("Run it again on the plan as it is now, or take the protection away."),
        )


def _id_at(plan: Plan | Variant, unit: int) -> int | None:
    """Return the territory_id that a unit is in; None = none."""
    at = int(plan.unit_territory[unit]) if unit >= 0 else -1
    return plan.territories[at].territory_id if at >= 0 else None


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
    for account_id, (owner, reason) in _changed_overrides(plan, proposal):
        writer.set_override([account_id], None if owner is None else final[owner], reason)


def _changed_overrides(plan: Plan, proposal: Proposal) -> Iterator[tuple[int, tuple[int | None, str]]]:
    """Yield account_id, the territory_id of the proposal that it is given to (None = no more) and the reason."""
    before, after = proposal.before.overrides, proposal.variant.overrides

    def told(override: Override | None) -> tuple[int | None, str]:
        return (None, "") if override is None else (override.territory_id, override.reason)

    for account_id in sorted({*before, *after}):
        was, wanted = before.get(account_id), after.get(account_id)
        if told(was) != told(wanted) and told(plan.overrides.get(account_id)) == told(was):
            yield account_id, told(wanted)


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
