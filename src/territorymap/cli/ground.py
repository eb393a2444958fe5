"""The commands that change the units themselves: cut, join, relayer. Each is one undoable step.

Owns arguments and what is printed; the edits are session's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from territorymap.cli.boundaries import boundary_notes, boundary_options
from territorymap.cli.naming import find_territory, find_units, listed, split_list
from territorymap.cli.new import check_units, chosen_layer
from territorymap.cli.output import print_json, print_notes, printable
from territorymap.cli.plans import editing, json_option, plan_argument, reading, scenario_options
from territorymap.errors import UserError
from territorymap.given import about_file
from territorymap.i18n import ntr, tr

MAX_LISTED = 200
_FILE = click.Path(path_type=Path)


@click.command(
    help=tr(
        "Cut the units that a line or a polygon crosses.\n\n"
        "The parts have the code of the unit and a letter (48201-a, 48201-b); accounts go to the part that they lie "
        "in, measures of the units are shared by area. The parts stay in the territory of their unit, unless "
        "--territory takes what lies inside the polygon, or to the left of the line."
    )
)
@plan_argument
@scenario_options
@click.option("--line", type=_FILE, metavar="F.geojson", help=tr("A GeoJSON file with a line."))
@click.option("--polygon", type=_FILE, metavar="F.geojson", help=tr("A GeoJSON file with a polygon."))
@click.option("--territory", metavar="NAME", help=tr("Who gets the inside, or the left side of the line."))
@json_option
def cut(plan: Path, line: Path | None, polygon: Path | None, territory: str | None, as_json: bool) -> None:
    """Cut the units that a line or a polygon crosses."""
    from territorymap.importers.drawn_shape import read_line, read_polygon
    from territorymap.session.commands import cut_units

    if (line is None) == (polygon is None):
        raise UserError(tr("Say along what to cut, in one way."), tr("Give --line F.geojson or --polygon F.geojson."))
    shape = read_line(line) if line is not None else read_polygon(polygon or Path())
    advice = tr("Draw it across units: along borders and outside of them there is nothing to cut.")
    with editing(plan) as session, about_file(line or polygon or Path(), advice):
        before = {str(code) for code in session.plan.units.code}
        target = find_territory(session.plan, territory).territory_id if territory is not None else None
        change = session.do(cut_units(session.plan, session.geometry, shape, territory_id=target), "cli")
        parts = [str(code) for code in session.plan.units.code if str(code) not in before]
        gone = sorted(before - {str(code) for code in session.plan.units.code})
    _tell(gone, parts, change.notes, as_json)


@click.command(
    help=tr(
        "Join parts of cut units.\n\n"
        "One part alone is joined with all others of its unit. If the parts are in different territories, the joined "
        "unit goes to that of the largest, or to --territory if one of them is there."
    )
)
@plan_argument
@scenario_options
@click.option("--units", required=True, metavar="CODE,CODE", help=tr("Codes of parts, separated by commas."))
@click.option("--territory", metavar="NAME", help=tr("Who keeps the joined unit if its parts differ."))
@json_option
def join(plan: Path, units: str, territory: str | None, as_json: bool) -> None:
    """Join parts of cut units."""
    from territorymap.session.commands import join_parts

    with editing(plan) as session:
        before = {str(code) for code in session.plan.units.code}
        parts = find_units(session.plan, split_list(units))
        keeper = find_territory(session.plan, territory).territory_id if territory is not None else None
        change = session.do(join_parts(session.plan, session.geometry, parts, territory_id=keeper), "cli")
        after = {str(code) for code in session.plan.units.code}
    print_notes(change.notes)
    joined, gone = sorted(after - before), sorted(before - after)
    if as_json:
        print_json({"joined": joined, "parts": gone, "notes": list(change.notes)})
        return
    click.echo(change.label + ".")


@click.command(
    help=tr(
        "Change the unit layer of a plan: a new vintage, or counties to ZIPs.\n\n"
        "Each new unit goes to the territory that had most of its ground, or with --by accounts most of the accounts "
        "in it. Locks are carried over, accounts get their new unit by position, measures of the units are shared by "
        "area. What changes is listed; --dry-run only lists it."
    )
)
@plan_argument
@click.option("--units", metavar="NAME", help=tr("A shipped unit layer, e.g. us-counties."))
@boundary_options
@click.option("--unit-measures", metavar="COL,COL", help=tr("Number columns of the units that become measures."))
@click.option("--by", "rule", type=click.Choice(["area", "accounts"]), default="area", help=tr("What decides."))
@click.option("--dry-run", is_flag=True, help=tr("Change nothing, only say what would change."))
@json_option
def relayer(plan: Path, rule: str, dry_run: bool, as_json: bool, **options: Any) -> None:
    """Change the unit layer of a plan; territories are carried over."""
    from territorymap.session.commands.relayer import change_units
    from territorymap.session.relayer import Carrying
    from territorymap.session.relayer_report import findings, kind_label, summary_lines, to_json

    check_units(options)
    layer, imported = chosen_layer(options)
    if imported is not None:
        print_notes(boundary_notes(imported))
    with reading(plan) if dry_run else editing(plan) as session:
        before = session.plan
        new = Carrying(before, session.geometry, layer, others=session.other_variants()).by(rule)
        facts, lines, rows = to_json(before, new), summary_lines(before, new), findings(before, new)
        if not dry_run:
            session.do(change_units(before, new), "cli")
    if as_json:
        print_json(facts)
        return
    for line in lines:
        click.echo(printable(line))
    for row in rows[:MAX_LISTED]:
        click.echo(
            "  "
            + printable(tr("{kind}: {what}: {detail}", kind=kind_label(row.kind), what=row.what, detail=row.detail))
        )
    if len(rows) > MAX_LISTED:
        click.echo("  " + tr("{n} more; --json lists them all.", n=len(rows) - MAX_LISTED))


def _tell(units: list[str], parts: list[str], notes: tuple[str, ...], as_json: bool) -> None:
    print_notes(notes)
    if as_json:
        print_json({"cut": units, "parts": parts, "notes": list(notes)})
        return
    click.echo(ntr("{n} unit cut: {codes}.", "{n} units cut: {codes}.", len(units), codes=listed(units)))
    click.echo(ntr("{n} part made: {codes}.", "{n} parts made: {codes}.", len(parts), codes=listed(parts)))
