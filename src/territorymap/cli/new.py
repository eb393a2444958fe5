"""The command that makes a plan: new.

Owns arguments and what is printed; the order of the steps is session.create's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.boundaries import (
    boundaries_json,
    boundary_notes,
    boundary_options,
    check_boundary_options,
    read_boundaries,
)
from territorymap.cli.naming import choices_hint, listed, split_list
from territorymap.cli.output import print_json, print_notes, printable
from territorymap.cli.plans import json_option, plan_argument
from territorymap.errors import UserError
from territorymap.i18n import ntr, number, tr

if TYPE_CHECKING:
    from territorymap.cli.intake import Ground, Report
    from territorymap.geo.layer import UnitLayer
    from territorymap.importers.unit_options import LayerImport
    from territorymap.session.create import NewPlan

MAX_NOTED = 200
_FILE = click.Path(path_type=Path)


@click.command(
    help=tr(
        "Make a plan.\n\n"
        "Its units come from a shipped layer (see: territorymap layers) or from a file of your own. Territories are "
        "empty ones, or those of an alignment list. The file appears when all of it could be read, or not at all."
    )
)
@plan_argument
@click.option("--units", metavar="NAME", help=tr("A shipped unit layer, e.g. us-counties."))
@boundary_options
@click.option("--unit-measures", metavar="COL,COL", help=tr("Number columns of the units that become measures."))
@click.option("--territories", type=click.IntRange(min=0), metavar="N", help=tr("How many empty territories."))
@click.option("--alignment", type=_FILE, metavar="F", help=tr("A list: unit code, territory, rep."))
@click.option("--accounts", type=_FILE, metavar="F", help=tr("A table of accounts."))
@click.option("--reps", type=_FILE, metavar="F", help=tr("A table of reps with their homes."))
@click.option("--title", default="", metavar="TEXT", help=tr("Title of the plan; else the file's name."))
@json_option
def new(plan: Path, as_json: bool, **options: Any) -> None:
    """Make a plan."""
    _check(plan, options)
    from territorymap.cli.intake import Ground
    from territorymap.session.create import create_plan

    layer, imported = chosen_layer(options)
    ground = Ground(layer.code, layer.name, layer.country, layer.geometry)
    start, reports = _start(layer, ground, options)
    create_plan(plan, start)
    print_notes([] if imported is None else boundary_notes(imported))
    print_notes([note for told in reports.values() for note in told.notes])
    rejected = imported.rejects if imported is not None else []
    if "alignment" in reports:
        # Also where stdout is read by a program: a unit that got no territory must not go unseen.
        print_notes(reports["alignment"].reject_lines(MAX_NOTED))
    if as_json:
        facts: dict[str, Any] = {"plan": str(plan), "units": len(layer), "territories": _n_territories(start)}
        facts["rejected_units"] = [reject.to_json() for reject in rejected]
        if imported is not None:
            facts["boundaries"] = boundaries_json(imported)
        print_json(facts | {kind: report.to_json() for kind, report in reports.items()})
        return
    said = ntr("{name} with {n} unit is made.", "{name} with {n} units is made.", len(layer), name=plan.name)
    click.echo(said)
    for reject in rejected[:MAX_NOTED]:
        click.echo(printable(tr("row {row} is no unit: {reason}", row=reject.row, reason=reject.reason)))
    if len(rejected) > MAX_NOTED:
        more = number(len(rejected) - MAX_NOTED)
        click.echo(tr("and {n} more; --unit-rejects OUT.csv saves them all.", n=more))
    for kind, report in reports.items():
        click.echo(f"{kind}:")
        for line in report.to_lines(with_rejects=kind != "alignment"):
            click.echo("  " + printable(line))


def _check(plan: Path, options: dict[str, Any]) -> None:
    """Refuse what cannot be, before anything is read."""
    if plan.suffix.lower() != ".gpkg":
        raise UserError(tr("A plan's name ends with .gpkg, not like {name}.", name=plan.name), tr("Add .gpkg to it."))
    if plan.exists():
        raise UserError(tr("There is already a file {name}.", name=plan.name), tr("Choose another name or folder."))
    if not plan.parent.is_dir():
        raise UserError(tr("There is no folder {path}.", path=plan.parent), tr("Make it, or choose another place."))
    check_units(options)
    if options["alignment"] is not None and options["territories"]:
        raise UserError(
            tr("Territories come from the alignment or are empty ones, not both."),
            tr("Leave out --territories or --alignment; assign makes further territories."),
        )


def check_units(options: dict[str, Any]) -> None:
    """UserError unless the units come from one place, and are told of in one way."""
    if (options["units"] is None) == (not options["units_file"]):
        raise UserError(
            tr("Say where the units come from, in one way."),
            tr("Give --units NAME (territorymap layers lists the names) or --units-file F."),
        )
    check_boundary_options(options)


def chosen_layer(options: dict[str, Any]) -> tuple[UnitLayer, LayerImport | None]:
    """Return the units with the measures asked for; of a boundary file also what was mended and left out."""
    wanted = None if options["unit_measures"] is None else split_list(options["unit_measures"])
    if options["units_file"]:
        imported = read_boundaries(options)
        return imported.layer, imported
    from territorymap.geo.shipped import list_layers, load_layer

    names = [info.id for info in list_layers()]
    if options["units"] not in names:
        message = tr("There is no unit layer named {name}.", name=repr(options["units"]))
        raise UserError(message, choices_hint(options["units"], names))
    layer = load_layer(options["units"])
    if wanted is not None:
        unknown = [name for name in wanted if name not in layer.values]
        if unknown:
            message = tr("The unit layer has no column {names}.", names=listed(unknown))
            raise UserError(message, choices_hint(unknown[0], list(layer.values)))
        layer.values = {name: layer.values[name] for name in wanted}
    return layer, None


def _start(layer: UnitLayer, ground: Ground, options: dict[str, Any]) -> tuple[NewPlan, dict[str, Report]]:
    """Return what the plan starts with, all files read, and the report of each."""
    from territorymap.cli.intake import Report, Request, read_accounts, read_alignment, read_reps
    from territorymap.session.create import NewPlan

    reports: dict[str, Report] = {}
    alignment = reps = accounts = None
    if options["alignment"] is not None:
        alignment, columns = read_alignment(Request(options["alignment"], "alignment"), ground)
        reports["alignment"] = Report(alignment, columns)
    if options["reps"] is not None:
        reps, columns = read_reps(Request(options["reps"], "reps"), ground)
        reports["reps"] = Report(reps, columns)
    if options["accounts"] is not None:
        accounts, columns = read_accounts(Request(options["accounts"], "accounts"), ground)
        reports["accounts"] = Report(accounts, columns)
    n_territories = options["territories"] or 0
    start = NewPlan(
        layer, title=options["title"], n_territories=n_territories, alignment=alignment, accounts=accounts, reps=reps
    )
    return start, reports


def _n_territories(start: NewPlan) -> int:
    return len(start.alignment.territories) if start.alignment is not None else start.n_territories
