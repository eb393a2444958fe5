"""Scenarios: made from another, described, deleted, made the baseline; what is taken over from another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import listed, tr
from territorymap.model.plan import Plan
from territorymap.model.records import SCENARIO_STATUSES, Scenario, Territory
from territorymap.model.variant import Variant
from territorymap.model.written import team_text
from territorymap.session.commands.checks import clean_day, clean_name, refuse_locked_territories, refuse_locked_units
from territorymap.session.session import Command


def find_scenario(plan: Plan, scenario_id: int) -> Scenario:
    """Return a scenario of the plan; UserError if it is gone."""
    for scenario in plan.scenarios:
        if scenario.scenario_id == scenario_id:
            return scenario
    raise UserError(tr("This scenario is not in the plan any more."), tr("Choose another one."))


def new_scenario(
    plan: Plan, name: str, *, parent_id: int | None = None, color: str = "", note: str = "", effective_date: str = ""
) -> Command:
    """Make a scenario that begins as another one is now (the one in use, if none is named); nothing is copied."""
    parent = plan.scenario if parent_id is None else find_scenario(plan, parent_id)
    row = _fields(plan, None, {"name": name, "color": color, "note": note, "effective_date": effective_date})
    row |= {"parent_scenario_id": parent.scenario_id, "status": "draft"}
    label = tr("New scenario {name}", name=row["scenario_name"])
    return Command(label, lambda writer, plan: _insert(writer, row))


def copy_scenario(plan: Plan, scenario_id: int, name: str) -> Command:
    """Make another scenario that is as this one: colour, note and date too, as a draft."""
    source = find_scenario(plan, scenario_id)
    return new_scenario(
        plan,
        name,
        parent_id=scenario_id,
        color=source.color,
        note=source.note,
        effective_date=source.effective_date,
    )


def _insert(writer: Writer, row: dict[str, Any]) -> None:
    writer.insert("scenario", [row])


def in_new_scenario(plan: Plan, name: str, command: Command) -> Command:
    """Return the command done in a new scenario that begins as the one in use; that one stays as it is."""
    row = _fields(plan, None, {"name": name}) | {"parent_scenario_id": plan.scenario.scenario_id, "status": "draft"}

    def run(writer: Writer, plan: Plan) -> None:
        (scenario_id,) = writer.insert("scenario", [row])
        with writer.within(scenario_id):
            command.run(writer, plan)

    label = tr("{label}, as scenario {name}", label=command.label, name=row["scenario_name"])
    return Command(label, run, command.notes)


def edit_scenario(plan: Plan, scenario_id: int, **values: str) -> Command:
    """Set name, color, note, effective_date or status of a scenario."""
    scenario = find_scenario(plan, scenario_id)
    row = _fields(plan, scenario, values)
    if set(values) == {"name"}:
        label = tr("Rename scenario {old} to {new}", old=scenario.name, new=row["scenario_name"])
    elif set(values) == {"status"}:
        label = tr("Scenario {name} is {status}", name=scenario.name, status=status_word(values["status"]))
    else:
        label = tr("Edit scenario {name}", name=scenario.name)
    return Command(label, lambda writer, plan: writer.update("scenario", {scenario_id: row}))


def status_word(status: str) -> str:
    """Return what a status is called."""
    return {"draft": tr("draft"), "proposed": tr("proposed"), "agreed": tr("agreed")}[status]


def _fields(plan: Plan, scenario: Scenario | None, values: dict[str, str]) -> dict[str, Any]:
    """Return the columns of checked fields."""
    row: dict[str, Any] = {}
    for name, value in values.items():
        if name == "name":
            others = [s.name for s in plan.scenarios if s is not scenario]
            row["scenario_name"] = clean_name(value, others, tr("scenario"))
        elif name == "color":
            row["color"] = checked_color(value)
        elif name == "status":
            if value not in SCENARIO_STATUSES:
                raise UserError(
                    tr("{status} is not a status.", status=repr(value)),
                    tr("It can be: {values}.", values=listed(SCENARIO_STATUSES)),
                )
            row["status"] = value
        elif name == "effective_date":
            row["effective_date"] = clean_day(value)
        elif name == "note":
            row["note"] = value.strip()
        else:
            raise TypeError(name)
    return row


def checked_color(text: str) -> str:
    """Return a colour as it is stored, "" for none; UserError if it is none."""
    digits = text.strip().removeprefix("#")
    if digits and (len(digits) != 6 or any(c not in "0123456789abcdefABCDEF" for c in digits)):
        raise UserError(tr("{color} is not a colour.", color=text), tr("Write it as #rrggbb, e.g. #3366cc."))
    return f"#{digits.lower()}" if digits else ""


def delete_scenario(plan: Plan, scenario_id: int) -> Command:
    """Delete a scenario; those that began as it keep all that they have."""
    scenario = find_scenario(plan, scenario_id)
    if len(plan.scenarios) == 1:
        raise UserError(
            tr("{name} is the only scenario of the plan.", name=scenario.name),
            tr("Make another one first; a plan always has one."),
        )
    return Command(
        tr("Delete scenario {name}", name=scenario.name),
        lambda writer, plan: writer.delete("scenario", [scenario_id]),
    )


def set_baseline(plan: Plan, scenario_id: int | None) -> Command:
    """Measure disruption against this scenario from now on; None = against none."""
    chosen = None if scenario_id is None else find_scenario(plan, scenario_id)
    values = {
        scenario.scenario_id: {"is_baseline": int(scenario is chosen)}
        for scenario in plan.scenarios
        if scenario.is_baseline != (scenario is chosen)
    }
    label = tr("No baseline") if chosen is None else tr("Make {name} the baseline", name=chosen.name)
    return Command(label, lambda writer, plan: writer.update("scenario", values))


# -- taking over from another scenario ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """Which changes are taken over; positions in the plan's units and accounts."""

    unit_ix: NDArray[np.integer] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    account_ix: NDArray[np.integer] = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # their overrides
    territory_ids: Sequence[int] = ()  # their name, colour, rep, region, lock; made if they are not here


def take_over(plan: Plan, source: Variant, taken: Taken, label: str = "") -> Command:
    """Let units, overrides and records of the scenario in use be as they are in another one.

    A territory that takes units here and is not there yet comes along. Refused where a lock is in the way.
    """
    here, there = plan.scenario.name, source.scenario.name
    label = label or tr("Take over from scenario {there} into {here}", there=there, here=here)
    return Command(label, lambda writer, plan: _take(writer, plan, source, taken))


def take_over_territory(plan: Plan, source: Variant, territory_id: int) -> Command:
    """Let one territory be as it is in another scenario: its record, its units, its overrides.

    What it has here and not there goes to whom it belongs there. Where it is in only one of the two, it comes or goes.
    """
    theirs, mine = _of(source.territories, territory_id), _of(plan.territories, territory_id)
    if theirs is None and mine is None:
        raise UserError(tr("This territory is in neither of the two scenarios."), tr("Choose another one."))
    there, here = source.ix_by_id.get(territory_id, -2), _position(plan, territory_id)
    unit_ix = np.flatnonzero((source.unit_territory == there) | (plan.unit_territory == here))
    account_ix = np.flatnonzero((source.account_override == there) | (plan.account_override == here))
    name = (theirs or mine or plan.territories[0]).name
    taken = Taken(unit_ix, account_ix, [territory_id])
    return take_over(
        plan, source, taken, tr("Take over {name} from scenario {there}", name=name, there=source.scenario.name)
    )


def _take(writer: Writer, plan: Plan, source: Variant, taken: Taken) -> None:
    target_id = source.territory_ids()
    id_here = np.array([t.territory_id for t in plan.territories] + [-1], dtype=np.int64)
    units = np.unique(np.asarray(taken.unit_ix, dtype=np.int64))
    units = units[target_id[source.unit_territory[units]] != id_here[plan.unit_territory[units]]]
    accounts = np.unique(np.asarray(taken.account_ix, dtype=np.int64))
    wanted = {int(i) for i in target_id[source.unit_territory[units]]}
    wanted |= {int(i) for i in target_id[source.account_override[accounts]]}
    records = [t for i in dict.fromkeys([*taken.territory_ids, *sorted(wanted)]) if (t := _of(source.territories, i))]
    known = {t.territory_id: t for t in plan.territories}
    giving = [plan.territories[ix] for ix in np.unique(plan.unit_territory[units]) if ix >= 0]
    refuse_locked_territories([*giving, *(known[i] for i in sorted(wanted) if i in known)], plan)
    refuse_locked_units(plan, units)
    for territory in records:
        if territory.territory_id not in known or territory.territory_id in taken.territory_ids:
            _refuse_taken_name(plan, territory)
            writer.put_territory(territory.territory_id, record_of(territory))
    for row_id in np.unique(target_id[source.unit_territory[units]]).tolist():
        moving = units[target_id[source.unit_territory[units]] == row_id]
        writer.assign(plan.units.unit_id[moving], row_id if row_id >= 0 else None)
    for ix in accounts.tolist():
        account_id = int(plan.accounts.account_id[ix])
        override = source.overrides.get(account_id)
        if override is not None or plan.account_override[ix] >= 0:
            owner, reason = (override.territory_id, override.reason) if override else (None, "")
            writer.set_override([account_id], owner, reason)
    gone = [i for i in taken.territory_ids if i in known and i not in source.ix_by_id]
    if gone:
        writer.delete("territory", gone)


def record_of(territory: Territory) -> dict[str, Any]:
    """Return the fields of a territory that a scenario may have of its own, as columns."""
    return {
        "territory_name": territory.name,
        "color": territory.color,
        "rep_id": territory.rep_id,
        "region_id": territory.region_id,
        "locked": int(territory.locked),
        "sort_order": territory.sort_order,
        "team": team_text(territory.team) or None,
        "vacant_since": territory.vacant_since or None,
    }


def _refuse_taken_name(plan: Plan, territory: Territory) -> None:
    other = plan.territory_named(territory.name)
    if other is not None and other.territory_id != territory.territory_id:
        raise UserError(
            tr("Another territory is called {name} here.", name=territory.name),
            tr("Rename one of the two, then take it over."),
        )


def _of(territories: Sequence[Territory], territory_id: int) -> Territory | None:
    return next((t for t in territories if t.territory_id == territory_id), None)


def _position(plan: Plan, territory_id: int) -> int:
    return next((ix for ix, t in enumerate(plan.territories) if t.territory_id == territory_id), -2)
