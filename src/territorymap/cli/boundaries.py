"""Boundary files on the command line: the options of new that concern them, and the report of what became of them.

Owns what is asked and printed; reading and repair are importers'.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import split_list
from territorymap.errors import UserError
from territorymap.i18n import listed, number, tr

if TYPE_CHECKING:
    from territorymap.importers.unit_crs import CrsQuestion
    from territorymap.importers.unit_options import LayerImport

_FILE = click.Path(path_type=Path)
# Options that mean nothing without a boundary file, as they are called on the command line.
OF_FILES = {
    "code": "--code", "name": "--name", "layer": "--layer", "member": "--member", "crs": "--crs",
    "encoding": "--encoding", "swap_xy": "--swap-xy", "repair": "--repair", "dissolve": "--dissolve",
    "keep_apart": "--keep-apart", "unit_rejects": "--unit-rejects",
}  # fmt: skip


def boundary_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what boundary files are like and what to do with them."""
    options = (
        click.option(
            "--units-file", type=_FILE, multiple=True, metavar="F",
            help=tr("A boundary file: SHP, GeoJSON, TopoJSON, KML, GPKG, FGB, GDB, ZIP; several make one layer."),
        ),
        click.option("--layer", default="", metavar="NAME", help=tr("Which layer of the file; * takes all.")),
        click.option("--member", default="", metavar="NAME", help=tr("Which file of the archive; * takes all.")),
        click.option(
            "--crs", default="", metavar="EPSG:N",
            help=tr("Coordinate system of files that name none; if all name one, instead of it."),
        ),
        click.option("--encoding", default="", metavar="E", help=tr("Encoding of the letters, e.g. cp1251.")),
        click.option(
            "--swap-xy/--keep-xy", default=None,
            help=tr("Exchange latitude and longitude, or never; else only where nothing else is possible."),
        ),
        click.option(
            "--repair", type=click.FloatRange(min=0, max=10_000), metavar="METRES",
            help=tr("Make borders meet: overlaps go to one side, gaps narrower than this are closed."),
        ),
        click.option("--code", metavar="COL", help=tr("Column of the unit codes in the boundary file.")),
        click.option("--name", metavar="COL", help=tr("Column of the unit names in the boundary file.")),
        click.option("--dissolve", default="", metavar="COL", help=tr("Make one unit of all with one value here.")),
        click.option(
            "--keep-apart", is_flag=True, help=tr("A code that stands in two files means two units, not one.")
        ),
        click.option("--unit-rejects", type=_FILE, metavar="OUT.csv", help=tr("Save the rows that are no units.")),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def check_boundary_options(options: dict[str, Any]) -> None:
    """Refuse options that mean nothing here."""
    if options["units_file"]:
        return
    given = [flag for key, flag in OF_FILES.items() if options[key] not in (None, "", False)]
    if given:
        raise UserError(
            tr("{options} is for boundary files of your own.", options=listed(given)),
            tr("Leave it out, or give --units-file F instead of --units."),
        )


def read_boundaries(options: dict[str, Any]) -> LayerImport:
    """Return the units of the files, and save what was left out where that was asked for."""
    from territorymap.importers.progress import Ticker
    from territorymap.importers.unit_crs import CrsQuestion
    from territorymap.importers.unit_layer import make_units
    from territorymap.importers.unit_options import UnitOptions
    from territorymap.importers.unit_rejects import write_unit_rejects
    from territorymap.importers.unit_rows import read_unit_rows

    asked = UnitOptions(
        code=options["code"],
        name=options["name"],
        measures=tuple(split_list(options["unit_measures"] or "")),
        layer=options["layer"],
        member=options["member"],
        crs=options["crs"],
        encoding=options["encoding"],
        is_swapped=options["swap_xy"],
        repair_m=options["repair"],
        dissolve=options["dissolve"],
        is_kept_apart=options["keep_apart"],
    )
    rows = read_unit_rows(options["units_file"], asked.layer, asked.member, asked.encoding, Ticker())
    try:
        made = make_units(rows, asked)
    except CrsQuestion as question:
        raise UserError(question.message, _crs_hint(question)) from question
    if options["unit_rejects"] is not None:
        write_unit_rejects(options["unit_rejects"], rows, made.rejects)
    return made


def _crs_hint(question: CrsQuestion) -> str:
    if not question.suggestions:
        return tr("Give --crs EPSG:N; whoever made the file knows it.")
    codes = listed(suggestion.code for suggestion in question.suggestions)
    return tr("Give --crs EPSG:N; the numbers would fit {codes}.", codes=codes)


def boundary_notes(made: LayerImport) -> list[str]:
    """Return what a person should know of the boundaries: the notes, and each kind of fault with what was done."""
    from territorymap.importers.unit_faults import group_advice, group_faults, group_title, with_area
    from territorymap.importers.unit_options import DEFAULT_TOLERANCE_M

    notes = list(made.notes)
    tolerance = made.repair_m if made.repair_m is not None else DEFAULT_TOLERANCE_M
    for group in group_faults(made.faults, tolerance):
        title = with_area(group_title(group), group.area_km2)
        if group.is_repairable and made.repair_m is not None:
            notes.append(tr("{faults}: repaired.", faults=title))
        elif group.is_repairable:
            notes.append(tr("{faults}: left as found.", faults=title))
        else:
            notes.append(tr("{faults}. {advice}", faults=title, advice=group_advice(group)))
    if made.repair_m is None and made.can_be_repaired:
        notes.append(
            tr("Units whose borders do not meet are no neighbours; --repair {metres} mends them.", metres=number(1))
        )
    return notes


def boundaries_json(made: LayerImport) -> dict[str, Any]:
    """Return the counts for programs."""
    from territorymap.importers.unit_faults import faults_json
    from territorymap.importers.unit_options import DEFAULT_TOLERANCE_M

    tolerance = made.repair_m if made.repair_m is not None else DEFAULT_TOLERANCE_M
    return {
        "read": made.read,
        "units": len(made.layer),
        "rejected": len(made.rejects),
        "merged_rows": int((made.unit_of_row >= 0).sum()) - len(made.layer),
        "repair_m": made.repair_m,
        "found": faults_json(made.faults, tolerance),
        "left": faults_json(made.left, tolerance),
        "same_code_in_files": made.colliding,
        "files": [{"name": f.name, "crs": f.crs, "swapped": f.is_swapped} for f in made.places],
        "countries": made.countries,
        "notes": made.notes,
    }
