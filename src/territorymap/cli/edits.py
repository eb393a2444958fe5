"""The commands that change a plan by hand: set, assign, override, undo, redo. Each is one undoable step.

Owns arguments and what is printed; the edits are session's.
"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from territorymap.cli.naming import find_accounts, find_territory, find_units, read_list, split_list
from territorymap.cli.output import print_facts, print_json
from territorymap.cli.plans import editing, json_option, plan_argument, reading, scenario_options
from territorymap.errors import UserError
from territorymap.given import about_file
from territorymap.i18n import ntr, tr

if TYPE_CHECKING:
    from territorymap.session.session import Session


@click.command(
    "set",
    help=tr(
        "Set or list workload constants, target, tolerances.\n\n"
        "Keys: visits, visit_min, speed_kmh, detour, stops_per_trip, target (equal or capacity), tolerance "
        "(all measures), tolerance.MEASURE, title, note, effective_date, currency (USD, CNY …). Without "
        "KEY=VALUE they are listed. All values given at once are one step."
    ),
)
@plan_argument
@click.argument("values", nargs=-1, metavar="KEY=VALUE...")
@json_option
def set_keys(plan: Path, values: tuple[str, ...], as_json: bool) -> None:
    """Set workload constants, target, tolerances, title, note and date; without KEY=VALUE list them."""
    from territorymap.cli.settings import command_for, settings_of

    if values:
        with editing(plan) as session:
            command = command_for(session.plan, values)
            session.do(command, "cli")
            shown = settings_of(session.plan)
    else:
        with reading(plan) as session:
            shown = settings_of(session.plan)
    if as_json:
        print_json(shown)
        return
    print_facts({key: value if isinstance(value, str) else f"{value:g}" for key, value in shown.items()})


@click.command(help=tr("Give units to a territory."))
@plan_argument
@scenario_options
@click.option(
    "--territory", required=True, metavar="NAME", help=tr("Who gets the units; made if there is none so named.")
)
@click.option("--units", metavar="CODE,CODE", help=tr("Unit codes, separated by commas."))
@click.option("--units-from", type=click.Path(path_type=Path), metavar="F.txt", help=tr("A file with one code a line."))
def assign(plan: Path, territory: str, units: str | None, units_from: Path | None) -> None:
    """Give units to a territory."""
    if (units is None) == (units_from is None):
        raise UserError(
            tr("Say which units, in one way."), tr("Give --units CODE,CODE or --units-from F.txt with one code a line.")
        )
    said_by = nullcontext() if units_from is None else about_file(units_from, tr("Give a file with one code a line."))
    with editing(plan) as session, said_by:
        codes = split_list(units) if units is not None else read_list(units_from or Path())
        if not codes:
            raise UserError(tr("No unit is named."), tr("Give at least one code, e.g. --units 06037,06059."))
        click.echo(_assign(session, territory, codes))


def _assign(session: Session, name: str, codes: list[str]) -> str:
    """Give the units and return what is to be said about it."""
    from territorymap.session.commands import assign_units, create_territory

    units = find_units(session.plan, codes)
    territory = session.plan.territory_named(name)
    if territory is None:
        session.do(create_territory(session.plan, name, unit_ix=units), "cli")
        return ntr("New territory {name} with {n} unit.", "New territory {name} with {n} units.", len(units), name=name)
    ix = session.plan.territory_ix(territory.territory_id)
    n_moving = int((session.plan.unit_territory[units] != ix).sum())
    if not n_moving:
        return tr("{name} has these units already; nothing changed.", name=territory.name)
    session.do(assign_units(session.plan, units, territory.territory_id), "cli")
    said = ntr("{n} unit given to {name}.", "{n} units given to {name}.", n_moving, name=territory.name)
    n_there = len(units) - n_moving
    if not n_there:
        return said
    return said + " " + ntr("{n} was there already.", "{n} were there already.", n_there)


@click.command(
    help=tr("Give accounts to a territory by name.\n\nThey stay there whatever becomes of the units they lie in.")
)
@plan_argument
@scenario_options
@click.option("--territory", required=True, metavar="NAME", help=tr("Who gets the accounts."))
@click.option("--accounts", required=True, metavar="KEY,KEY", help=tr("Account keys, separated by commas."))
@click.option("--reason", required=True, metavar="TEXT", help=tr("Why; it is kept with the plan."))
def override(plan: Path, territory: str, accounts: str, reason: str) -> None:
    """Give accounts to a territory by name, whatever unit they lie in."""
    from territorymap.session.commands import set_override

    keys = split_list(accounts)
    with editing(plan) as session:
        found = find_territory(session.plan, territory)
        account_ix = find_accounts(session.plan, keys)
        session.do(set_override(session.plan, account_ix, found.territory_id, reason), "cli")
        click.echo(
            ntr(
                "{n} account given to {name} by name.",
                "{n} accounts given to {name} by name.",
                len(account_ix),
                name=found.name,
            )
        )


@click.command(help=tr("Take back the last step."))
@plan_argument
def undo(plan: Path) -> None:
    """Take back the last step."""
    with editing(plan) as session:
        click.echo(tr("Undone: {label}", label=session.undo("cli").label))


@click.command(help=tr("Do again what was taken back last."))
@plan_argument
def redo(plan: Path) -> None:
    """Do again what was taken back last."""
    with editing(plan) as session:
        click.echo(tr("Done again: {label}", label=session.redo("cli").label))
