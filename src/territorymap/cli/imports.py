"""The commands that bring files into a plan: import accounts, reps, alignment. Each is one undoable step.

Owns arguments and what is printed; reading is intake's, the step is session's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.output import print_json, print_notes, printable
from territorymap.cli.plans import editing, json_option, plan_argument, scenario_options
from territorymap.i18n import ntr, tr

if TYPE_CHECKING:
    from territorymap.cli.intake import Ground, Report, Request
    from territorymap.session.session import Session


@click.group("import", help=tr("Bring accounts, reps or an alignment into a plan."))
def import_group() -> None:
    """Bring accounts, reps or an alignment into a plan."""


def _file_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what all three imports share."""
    options = [
        click.argument("file", type=click.Path(path_type=Path)),
        click.option("--map", "choices", multiple=True, metavar="FIELD=COLUMN", help=tr("Correct a guess.")),
        click.option("--key", metavar="COLUMN", help=tr("The column by which rows are known when a file comes again.")),
        click.option("--sheet", default="", metavar="S", help=tr("Sheet of a workbook, or layer of a GeoPackage.")),
        click.option("--rejects", type=click.Path(path_type=Path), metavar="OUT.csv", help=tr("Save rejected rows.")),
    ]
    for option in reversed(options):
        function = option(function)
    return json_option(plan_argument(function))


@import_group.command(
    "accounts",
    help=tr(
        "Add accounts; with --key, change the known ones and add the new.\n\n"
        "Fields: account_key, account_name, postal_code, city, state, country, lon, lat, unit_code, visits, "
        "visit_min, speed_kmh, detour, stops_per_trip, satisfaction, mark; also measure=COLUMN, "
        "segment=COLUMN, skip=COLUMN."
    ),
)
@_file_options
def import_accounts(plan: Path, as_json: bool, **options: Any) -> None:
    """Add accounts; with --key, change the known ones and add the new."""
    from territorymap.cli.intake import Request

    with editing(plan) as session:
        report = _take_accounts(session, Request(kind="accounts", **options))
    _tell(report, as_json)


@import_group.command(
    "reps",
    help=tr(
        "Add reps; those whose name is known are changed.\n\n"
        "Fields: rep_name, home_postal_code, home_city, home_state, home_country, lon, lat, capacity_h, fte, role, "
        "seniority, career_level, started_on, languages, verticals, territory."
    ),
)
@_file_options
def import_reps(plan: Path, as_json: bool, **options: Any) -> None:
    """Add reps; those whose name is known are changed."""
    from territorymap.cli.intake import Report, Request, read_reps
    from territorymap.session import commands

    with editing(plan) as session:
        imported, columns = read_reps(Request(kind="reps", **options), ground_of(session))
        session.do(commands.import_reps(session.plan, imported), "cli")
    _tell(Report(imported, columns), as_json)


@import_group.command(
    "alignment",
    help=tr(
        "Give units to territories as a list says; territories and reps that are new are made.\n\n"
        "Fields: unit_code, territory, rep, region."
    ),
)
@_file_options
@scenario_options
def import_alignment(plan: Path, as_json: bool, **options: Any) -> None:
    """Give units to territories as a list says."""
    from territorymap.cli.intake import Report, Request, read_alignment
    from territorymap.session import commands

    with editing(plan) as session:
        imported, columns = read_alignment(Request(kind="alignment", **options), ground_of(session))
        session.do(commands.import_alignment(session.plan, imported, session.adjacency), "cli")
    _tell(Report(imported, columns), as_json)


@import_group.command(
    "assignment",
    help=tr(
        "Give accounts to territories as the report of a CRM system says.\n\n"
        "Where no unit has a territory yet, units follow most of their accounts; "
        "accounts that differ are given by name. Fields: account_key, territory, rep."
    ),
)
@_file_options
def import_assignment(plan: Path, as_json: bool, **options: Any) -> None:
    """Give accounts to territories as the report of a CRM system says."""
    from territorymap.cli.intake import Report, Request, read_assignment
    from territorymap.session import commands

    with editing(plan) as session:
        keys = session.plan.accounts.key
        imported, columns = read_assignment(Request(kind="assignment", **options), keys, ground_of(session))
        session.do(commands.import_assignment(session.plan, imported), "cli")
    _tell(Report(imported, columns), as_json)


@import_group.command(
    "deals",
    help=tr(
        "Register the deals of a list; a deal that is registered already is changed.\n\n"
        "An account is known by its key, else by its name; rep is who registered it, a rep or partner of the plan. "
        "Fields: account_key, account_name, rep, deal_name, amount, stage, probability, registered_on, expected_on, "
        "expires_on, closed_on, product, note."
    ),
)
@_file_options
def import_deals(plan: Path, as_json: bool, **options: Any) -> None:
    """Register the deals of a list."""
    from territorymap.cli.intake import Report, Request, read_deals
    from territorymap.importers.deals import Known
    from territorymap.model.coverage import Deal
    from territorymap.session.commands.deals import import_deals as take_in
    from territorymap.session.commands.deals import n_known_deals

    with editing(plan) as session:
        known = Known.of(session.plan)
        imported, columns = read_deals(Request(kind="deals", **options), known, ground_of(session))
        register = session.register(Deal)
        changed = n_known_deals(register, imported)
        if len(imported):
            session.do(take_in(session.plan, register, imported), "cli")
    if changed:
        known_ones = ntr("{n} deal was registered already.", "{n} deals were registered already.", changed)
        imported = replace(imported, notes=[*imported.notes, known_ones])
    _tell(Report(imported, columns), as_json)


def _take_accounts(session: Session, request: Request) -> Report:
    from territorymap.cli.intake import Report, n_known_keys, read_accounts, update_counts
    from territorymap.session import commands

    imported, columns = read_accounts(request, ground_of(session))
    is_update = request.key is not None
    counts = update_counts(session.plan, imported) if is_update else {}
    if not is_update and (n := n_known_keys(session.plan, imported)):
        header = columns.fields["account_key"]
        note = ntr(
            '{n} key is in the plan already; --key "{column}" would update its account, not add another.',
            '{n} keys are in the plan already; --key "{column}" would update their accounts, not add others.',
            n,
            column=header,
        )
        print_notes([note])
    session.do(commands.import_accounts(session.plan, imported, is_update=is_update), "cli")
    return Report(imported, columns, counts)


def ground_of(session: Session) -> Ground:
    """Return the units of an open plan for placing what is imported."""
    from territorymap.cli.intake import Ground

    units = session.plan.units
    return Ground(units.code, units.name, units.country, session.geometry)


def _tell(report: Report, as_json: bool) -> None:
    """Print what came of an import."""
    print_notes(report.notes)
    if as_json:
        print_json(report.to_json())
        return
    for line in report.to_lines():
        click.echo(printable(line))
