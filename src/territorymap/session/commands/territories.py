"""Creating, naming, colouring, merging, deleting and locking territories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import listed, ntr, tr
from territorymap.mapview.palette import choose_color
from territorymap.model.plan import Plan
from territorymap.model.records import Territory
from territorymap.session.commands.checks import (
    clean_name,
    find_rep,
    find_territory,
    refuse_locked_territories,
    refuse_locked_units,
    refuse_outside,
)
from territorymap.session.session import Command


def create_territory(
    plan: Plan,
    name: str,
    *,
    color: str | None = None,
    rep_id: int | None = None,
    unit_ix: NDArray[np.integer] | None = None,
) -> Command:
    """Make a territory, of these units if some are given; without a colour it gets one of its own."""
    name = clean_name(name, (t.name for t in plan.territories), tr("territory"))
    units = np.empty(0, dtype=np.int64) if unit_ix is None else np.unique(unit_ix)

    def run(writer: Writer, plan: Plan) -> None:
        giving = np.unique(plan.unit_territory[units])
        refuse_locked_territories((plan.territories[ix] for ix in giving if ix >= 0), plan)
        refuse_locked_units(plan, units)
        row = territory_row(plan, name, color or choose_color([t.color for t in plan.territories]), rep_id)
        (territory_id,) = writer.insert("territory", [row])
        writer.assign(plan.units.unit_id[units], territory_id)

    return Command(tr("Create {name}", name=name), run)


def create_territories(plan: Plan, names: Sequence[str]) -> Command:
    """Make several empty territories in one step."""
    taken = [t.name for t in plan.territories]
    cleaned: list[str] = []
    for name in names:
        cleaned.append(clean_name(name, [*taken, *cleaned], tr("territory")))

    def run(writer: Writer, plan: Plan) -> None:
        colors = [t.color for t in plan.territories]
        rows = []
        for offset, name in enumerate(cleaned):
            colors.append(choose_color(colors))
            rows.append(territory_row(plan, name, colors[-1], None, offset))
        writer.insert("territory", rows)

    return Command(ntr("Create {n} territory", "Create {n} territories", len(cleaned)), run)


def territory_row(
    plan: Plan, name: str, color: str, rep_id: int | None = None, offset: int = 0
) -> dict[str, int | str | None]:
    """Return the row of a new territory, sorted behind the present ones."""
    last = max((t.sort_order for t in plan.territories), default=-1)
    return {
        "uuid": str(uuid4()),
        "territory_name": name,
        "color": color,
        "rep_id": rep_id,
        "locked": 0,
        "sort_order": last + 1 + offset,
    }


def rename_territory(plan: Plan, territory_id: int, name: str) -> Command:
    """Give a territory another name."""
    territory = find_territory(plan, territory_id)
    others = (t.name for t in plan.territories if t.territory_id != territory_id)
    name = clean_name(name, others, tr("territory"))
    return Command(
        tr("Rename {old} to {new}", old=territory.name, new=name),
        lambda writer, plan: writer.update("territory", {territory_id: {"territory_name": name}}),
    )


def recolor_territory(plan: Plan, territory_id: int, color: str) -> Command:
    """Give a territory another colour, "#rrggbb"."""
    territory = find_territory(plan, territory_id)
    digits = color.removeprefix("#")
    if len(digits) != 6 or any(c not in "0123456789abcdefABCDEF" for c in digits):
        raise UserError(tr("{color} is not a colour.", color=color), tr("Write it as #rrggbb, e.g. #3366cc."))
    return Command(
        tr("Recolour {name}", name=territory.name),
        lambda writer, plan: writer.update("territory", {territory_id: {"color": f"#{digits.lower()}"}}),
    )


def set_territory_locked(plan: Plan, territory_ids: Sequence[int], is_locked: bool) -> Command:
    """Lock or unlock territories against hand edits of what they hold."""
    territories = [find_territory(plan, i) for i in territory_ids]
    refuse_outside(territories, plan)
    names = listed(t.name for t in territories)
    return Command(
        tr("Lock {names}", names=names) if is_locked else tr("Unlock {names}", names=names),
        lambda writer, plan: writer.update(
            "territory", {t.territory_id: {"locked": int(is_locked)} for t in territories if t.locked != is_locked}
        ),
    )


def set_territory_rep(plan: Plan, territory_id: int, rep_id: int | None) -> Command:
    """Put a rep in charge of a territory, or leave it vacant."""
    territory = find_territory(plan, territory_id)
    label = (
        tr("Leave {name} vacant", name=territory.name)
        if rep_id is None
        else tr("Give {name} to {rep}", name=territory.name, rep=find_rep(plan, rep_id).name)
    )
    row: dict[str, int | str | None] = {"rep_id": rep_id}
    if (since := vacant_since(territory, rep_id)) != territory.vacant_since:
        row["vacant_since"] = since
    return Command(label, lambda writer, plan: writer.update("territory", {territory_id: row}))


def vacant_since(territory: Territory, rep_id: int | None, today: date | None = None) -> str:
    """Return since when a territory is vacant if its rep is that one: "" with a rep, today where one goes."""
    if rep_id is not None:
        return ""
    return territory.vacant_since if territory.rep_id is None else (today or date.today()).isoformat()


def delete_territories(plan: Plan, territory_ids: Sequence[int]) -> Command:
    """Delete territories; their units become unassigned and overrides to them are cleared."""
    territories = [find_territory(plan, i) for i in territory_ids]

    def run(writer: Writer, plan: Plan) -> None:
        refuse_locked_territories(territories, plan)
        gone = [plan.territory_ix(t.territory_id) for t in territories]
        units = np.flatnonzero(np.isin(plan.unit_territory, gone))
        refuse_locked_units(plan, units)
        writer.assign(plan.units.unit_id[units], None)
        accounts = np.flatnonzero(np.isin(plan.account_override, gone))
        writer.set_override(plan.accounts.account_id[accounts], None, "")
        writer.delete("territory", [t.territory_id for t in territories])

    names = listed(t.name for t in territories)
    return Command(tr("Delete {names}", names=names), run)


def merge_territories(plan: Plan, territory_ids: Sequence[int], into: int) -> Command:
    """Give everything of the territories to one of them and delete the others."""
    target = find_territory(plan, into)
    others = [find_territory(plan, i) for i in dict.fromkeys(territory_ids) if i != into]
    if not others:
        raise UserError(
            tr("Merging takes at least two territories."), tr("Select two or more rows in the territory table.")
        )

    def run(writer: Writer, plan: Plan) -> None:
        refuse_locked_territories([target, *others], plan)
        gone = [plan.territory_ix(t.territory_id) for t in others]
        units = np.flatnonzero(np.isin(plan.unit_territory, gone))
        refuse_locked_units(plan, units)
        writer.assign(plan.units.unit_id[units], into)
        for account_ix in np.flatnonzero(np.isin(plan.account_override, gone)):
            account_id = int(plan.accounts.account_id[account_ix])
            reason = plan.overrides[account_id].reason
            writer.set_override(plan.accounts.account_id[[account_ix]], into, reason)
        writer.delete("territory", [t.territory_id for t in others])

    names = listed(t.name for t in others)
    return Command(tr("Merge {names} into {target}", names=names, target=target.name), run)
