"""The command that hands a plan over: export.

Owns arguments; formats are exporters'.
"""

from __future__ import annotations

import re
from pathlib import Path

import click

from territorymap.cli.plans import plan_argument, reading
from territorymap.errors import UserError
from territorymap.i18n import tr

_SIZE = re.compile(r"(\d+)\s*[xX×]\s*(\d+)")


def read_size(text: str) -> tuple[int, int]:
    """Return width and height of "1600x1000"."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise UserError(tr("{text} is not a size.", text=repr(text)), tr("Write width x height, e.g. 1600x1000."))
    return int(match[1]), int(match[2])


@click.command(
    help=tr(
        "Write the plan as map, table or picture.\n\n"
        "The extension of OUT chooses the format; a file of that name is replaced."
    )
)
@plan_argument
@click.argument("out", type=click.Path(path_type=Path), metavar="OUT.{geojson,gpkg,csv,html,png}")
@click.option(
    "--what",
    type=click.Choice(["territories", "units", "accounts"]),
    help=tr("What to write; each format has its own default (gpkg: all three as layers, csv: units)."),
)
@click.option("--bom", "has_byte_order_mark", is_flag=True, help=tr("CSV: begin with a byte order mark, for Excel."))
@click.option("--size", default="1600x1000", show_default=True, metavar="WxH", help=tr("PNG: pixels."))
def export(plan: Path, out: Path, what: str | None, has_byte_order_mark: bool, size: str) -> None:
    """Write the plan as a map, a table or map data; the extension of OUT chooses the format."""
    from territorymap.exporters.registry import ExportOptions, find_exporter
    from territorymap.exporters.registry import export as write

    find_exporter(out)  # a wrong extension is told before a large plan is read
    width, height = read_size(size)
    if out.exists() and plan.exists() and out.samefile(plan):
        raise UserError(tr("An export cannot replace the plan itself."), tr("Choose another name for the export."))
    with reading(plan) as session:
        options = ExportOptions(has_byte_order_mark=has_byte_order_mark, width_px=width, height_px=height)
        write(session, out, what, options)
    click.echo(tr("Written: {path}", path=out))
