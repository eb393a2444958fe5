"""The commands that change the units themselves: cut, join. Each is one undoable step.

Owns arguments and what is printed; the edits are session's.
"""

from __future__ import annotations

from pathlib import Path

import click

from territorymap.cli.naming import find_territory, find_units, listed, split_list
from territorymap.cli.output import print_json, print_notes
from territorymap.cli.plans import editing, json_option, plan_argument
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr

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
    with editing(plan) as session:
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


def _tell(units: list[str], parts: list[str], notes: tuple[str, ...], as_json: bool) -> None:
    print_notes(notes)
    if as_json:
        print_json({"cut": units, "parts": parts, "notes": list(notes)})
        return
    click.echo(ntr("{n} unit cut: {codes}.", "{n} units cut: {codes}.", len(units), codes=listed(units)))
    click.echo(ntr("{n} part made: {codes}.", "{n} parts made: {codes}.", len(parts), codes=listed(parts)))
