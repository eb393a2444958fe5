"""The commands scenario ...: list, new, switch, baseline, edit, delete, take-over.

Owns arguments and what is printed; scenarios are session's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.comparing import compare
from territorymap.cli.naming import find_scenario, find_territory, split_list
from territorymap.cli.output import print_json, print_table
from territorymap.cli.plans import editing, json_option, plan_argument, reading
from territorymap.errors import UserError
from territorymap.i18n import listed, ntr, number, tr

if TYPE_CHECKING:
    from territorymap.model.plan import Plan
    from territorymap.model.records import Scenario
    from territorymap.session.session import Session

IN_USE_MARK = "*"


@click.group("scenario", help=tr("Named variants of a plan: list, make, switch, compare."))
def scenario_group() -> None:
    """Named variants of a plan."""


@scenario_group.command("list", help=tr("List the scenarios of a plan and how much each changes."))
@plan_argument
@json_option
def list_scenarios(plan: Path, as_json: bool) -> None:
    """List the scenarios of a plan and how much each changes."""
    with reading(plan) as session:
        rows = [_scenario_json(session, scenario) for scenario in session.plan.scenarios]
    if as_json:
        print_json({"scenarios": rows})
        return
    headers = [tr("Scenario"), tr("Status"), tr("From"), tr("Changes"), tr("To baseline"), tr("Author"), tr("Note")]
    cells = [
        [
            (IN_USE_MARK if row["is_in_use"] else " ") + " " + _named(row),
            row["status"],
            row["parent"] or "-",
            _count(row["changes"]),
            _count(row["changes_to_baseline"]),
            row["author"] or "-",
            row["note"],
        ]
        for row in rows
    ]
    print_table(headers, cells, numeric=(3, 4))
    click.echo("")
    click.echo(tr("{mark} = in use: this one opens next time.", mark=IN_USE_MARK))


def _named(row: dict[str, Any]) -> str:
    return tr("{name} (baseline)", name=row["name"]) if row["is_baseline"] else str(row["name"])


def _count(n: int | None) -> str:
    return "-" if n is None else number(n)


def _scenario_json(session: Session, scenario: Scenario) -> dict[str, Any]:
    from territorymap.session.differences import find_differences

    plan, baseline = session.plan, session.plan.baseline
    parent = next((s for s in plan.scenarios if s.scenario_id == scenario.parent_id), None)

    def changes(other: Scenario | None) -> int | None:
        if other is None or other.scenario_id == scenario.scenario_id:
            return None
        return find_differences(session.variant(scenario.scenario_id), session.variant(other.scenario_id)).n

    return {
        "name": scenario.name,
        "uuid": scenario.uuid,
        "is_in_use": scenario.scenario_id == plan.scenario.scenario_id,
        "is_baseline": scenario.is_baseline,
        "parent": parent.name if parent is not None else None,
        "status": scenario.status,
        "color": scenario.color,
        "author": scenario.author,
        "created_at": scenario.created_at,
        "effective_date": scenario.effective_date,
        "note": scenario.note,
        "changes": changes(parent),
        "changes_to_baseline": changes(baseline),
    }


def _tell(session: Session, scenario: Scenario, text: str, as_json: bool) -> None:
    if as_json:
        print_json(_scenario_json(session, scenario))
    else:
        click.echo(text)


@scenario_group.command(
    "new",
    help=tr("Make a scenario that begins as another one is now.\n\nFrom then on each is changed on its own."),
)
@plan_argument
@click.argument("name")
@click.option("--from", "origin", metavar="NAME", help=tr("What it begins as; the scenario in use if none is named."))
@click.option("--color", default="", metavar="#RRGGBB", help=tr("Colour of its chip."))
@click.option("--note", default="", metavar="TEXT", help=tr("What it tries, and why."))
@click.option("--effective-date", default="", metavar="DATE", help=tr("From when it is to hold, e.g. 2027-01-01."))
@click.option("--switch", "is_switching", is_flag=True, help=tr("Use it from now on."))
@json_option
def new(
    plan: Path,
    name: str,
    origin: str | None,
    color: str,
    note: str,
    effective_date: str,
    is_switching: bool,
    as_json: bool,
) -> None:
    """Make a scenario that begins as another one is now."""
    from territorymap.session.commands import new_scenario

    with editing(plan) as session:
        parent_id = find_scenario(session.plan, origin).scenario_id if origin is not None else None
        command = new_scenario(
            session.plan, name, parent_id=parent_id, color=color, note=note, effective_date=effective_date
        )
        session.do(command, "cli")
        made = max(session.plan.scenarios, key=lambda s: s.scenario_id)
        if is_switching:
            session.switch_scenario(made.scenario_id)
        _tell(session, made, tr("New scenario {name}.", name=made.name), as_json)


@scenario_group.command("switch", help=tr("Use another scenario: it opens next time, and commands work in it."))
@plan_argument
@click.argument("name")
@json_option
def switch(plan: Path, name: str, as_json: bool) -> None:
    """Use another scenario from now on."""
    with editing(plan) as session:
        scenario = find_scenario(session.plan, name)
        session.switch_scenario(scenario.scenario_id)
        _tell(session, scenario, tr("{name} is in use.", name=scenario.name), as_json)


@scenario_group.command(
    "baseline",
    help=tr(
        "Say or show which scenario changes are measured against.\n\n"
        "Without NAME it is shown; --none means no scenario."
    ),
)
@plan_argument
@click.argument("name", required=False)
@click.option("--none", "is_none", is_flag=True, help=tr("Measure against no scenario any more."))
@json_option
def baseline(plan: Path, name: str | None, is_none: bool, as_json: bool) -> None:
    """Say or show which scenario changes are measured against."""
    from territorymap.session.commands import set_baseline

    if name is not None and is_none:
        raise UserError(tr("A name and --none contradict each other."), tr("Give one of the two."))
    if name is None and not is_none:
        with reading(plan) as session:
            found = session.plan.baseline
    else:
        with editing(plan) as session:
            chosen = find_scenario(session.plan, name).scenario_id if name is not None else None
            session.do(set_baseline(session.plan, chosen), "cli")
            found = session.plan.baseline
    if as_json:
        print_json({"baseline": found.name if found is not None else None})
    else:
        click.echo(tr("The baseline is {name}.", name=found.name) if found else tr("There is no baseline."))


@scenario_group.command("edit", help=tr("Change name, colour, status, effective date or note of a scenario."))
@plan_argument
@click.argument("name")
@click.option("--name", "new_name", metavar="NAME", help=tr("Another name."))
@click.option("--color", metavar="#RRGGBB", help=tr("Colour of its chip."))
@click.option("--status", type=click.Choice(["draft", "proposed", "agreed"]), help=tr("How far it is."))
@click.option("--note", metavar="TEXT", help=tr("What it tries, and why."))
@click.option("--effective-date", metavar="DATE", help=tr("From when it is to hold, e.g. 2027-01-01."))
@json_option
def edit(plan: Path, name: str, new_name: str | None, as_json: bool, **fields: str | None) -> None:
    """Change name, colour, status, effective date or note of a scenario."""
    from territorymap.session.commands import edit_scenario

    values = {key: value for key, value in {"name": new_name, **fields}.items() if value is not None}
    if not values:
        raise UserError(tr("Nothing is to be changed."), tr("Give for example --status proposed or --name NAME."))
    with editing(plan) as session:
        scenario = find_scenario(session.plan, name)
        session.do(edit_scenario(session.plan, scenario.scenario_id, **values), "cli")
        after = next(s for s in session.plan.scenarios if s.scenario_id == scenario.scenario_id)
        _tell(session, after, tr("Scenario {name} changed.", name=after.name), as_json)


@scenario_group.command("delete", help=tr("Delete a scenario; those made from it keep all they have."))
@plan_argument
@click.argument("name")
@json_option
def delete(plan: Path, name: str, as_json: bool) -> None:
    """Delete a scenario; those made from it keep all they have."""
    from territorymap.session.commands import delete_scenario

    with editing(plan) as session:
        scenario = find_scenario(session.plan, name)
        session.do(delete_scenario(session.plan, scenario.scenario_id), "cli")
        in_use = session.plan.scenario.name
    if as_json:
        print_json({"deleted": scenario.name, "in_use": in_use})
    else:
        click.echo(tr("Scenario {name} deleted; {in_use} is in use.", name=scenario.name, in_use=in_use))


@scenario_group.command(
    "take-over",
    help=tr(
        "Take over from another scenario into the one in use.\n\n"
        "Whole territories by --territories, or everything that differs with --all. It is one step."
    ),
)
@plan_argument
@click.argument("source")
@click.option("--territories", metavar="NAME,NAME", help=tr("Territories, separated by commas."))
@click.option("--all", "is_all", is_flag=True, help=tr("Everything that differs."))
@json_option
def take_over(plan: Path, source: str, territories: str | None, is_all: bool, as_json: bool) -> None:
    """Take over from another scenario into the one in use."""
    if (territories is None) != is_all:
        raise UserError(tr("Say what to take over, in one way."), tr("Give --territories NAME,NAME or --all."))
    with editing(plan) as session:
        theirs = session.variant(find_scenario(session.plan, source).scenario_id)
        names = split_list(territories or "")
        change = session.do(_taking(session, theirs, names), "cli")
        n_units, n_accounts = len(change.delta.unit_ix), len(change.delta.account_ix)
    if as_json:
        print_json({"units": n_units, "accounts": n_accounts, "label": change.label})
        return
    units = ntr("{n} unit moved", "{n} units moved", n_units)
    accounts = ntr("{n} override changed", "{n} overrides changed", n_accounts)
    click.echo(tr("{label}: {units}, {accounts}.", label=change.label, units=units, accounts=accounts))


def _taking(session: Session, theirs: Any, names: list[str]) -> Any:
    """Return the command that takes over these territories, or with no name all that differs."""
    from territorymap.session.commands import take_over, take_over_territory
    from territorymap.session.commands.scenarios import Taken
    from territorymap.session.differences import find_differences
    from territorymap.session.session import Command

    plan = session.plan
    if not names:
        found = find_differences(session.variant(plan.scenario.scenario_id), theirs)
        return take_over(
            plan, theirs, Taken(found.unit_ix, found.account_ix, [t.territory_id for t in found.territories])
        )
    by_name = {t.name.strip().casefold(): t.territory_id for t in theirs.territories}
    ids = [by_name.get(name.casefold()) or find_territory(plan, name).territory_id for name in names]
    parts = [take_over_territory(plan, theirs, territory_id) for territory_id in ids]

    def run(writer: Any, plan: Plan) -> None:
        for part in parts:
            part.run(writer, plan)

    return parts[0] if len(parts) == 1 else Command(tr("Take over {names}", names=listed(names)), run)


scenario_group.add_command(compare)
