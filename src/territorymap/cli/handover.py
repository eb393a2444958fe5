"""The command that hands a plan over: export.

Owns arguments; formats are exporters'.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from territorymap.cli.plans import plan_argument, reading
from territorymap.errors import UserError
from territorymap.i18n import tr

if TYPE_CHECKING:
    from territorymap.exporters.registry import Exporter

_SIZE = re.compile(r"(\d+)\s*[xX×]\s*(\d+)")


def read_size(text: str) -> tuple[int, int]:
    """Return width and height of "1600x1000"."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise UserError(tr("{text} is not a size.", text=repr(text)), tr("Write width x height, e.g. 1600x1000."))
    return int(match[1]), int(match[2])


@click.command(
    help=tr(
        "Write the plan as map, table, picture, deck or page.\n\n"
        "The extension of each OUT chooses its format, or --format does; a file of that name is replaced. "
        "What can be set for each format stands in the list of formats."
    )
)
@plan_argument
@click.argument("outs", type=click.Path(path_type=Path), metavar="OUT...", nargs=-1, required=True)
@click.option("--format", "name", metavar="NAME", help=tr("The format, where the extension leaves it open."))
@click.option("--what", metavar="CONTENT", help=tr("What to write; each format has its own default."))
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help=tr("A choice of the format."))
@click.option("--bom", "has_byte_order_mark", is_flag=True, help=tr("CSV: begin with a byte order mark, for Excel."))
@click.option("--size", metavar="WxH", help=tr("Pictures: pixels, e.g. 1600x1000."))
def export(
    plan: Path,
    outs: tuple[Path, ...],
    name: str | None,
    what: str | None,
    settings: tuple[str, ...],
    has_byte_order_mark: bool,
    size: str | None,
) -> None:
    """Write the plan in one or several formats; the extension of each OUT chooses its own."""
    from territorymap.exporters.registry import ExportOptions, find_exporter
    from territorymap.exporters.registry import export as write

    # What is wrong is told before a large plan is read.
    exporters = [find_exporter(out, name) for out in outs]
    shorthands = {"bom": "yes"} if has_byte_order_mark else {}
    if size is not None:
        shorthands |= dict(zip(("width", "height"), map(str, read_size(size)), strict=True))
    chosen = read_settings(exporters, settings, shorthands)
    for out in outs:
        if out.exists() and plan.exists() and out.samefile(plan):
            raise UserError(tr("An export cannot replace the plan itself."), tr("Choose another name for the export."))
    with reading(plan) as session:
        for out, values in zip(outs, chosen, strict=True):
            write(session, out, what, ExportOptions(values), name=name)
            click.echo(tr("Written: {path}", path=out))


def read_settings(
    exporters: Sequence[Exporter], settings: Sequence[str], shorthands: Mapping[str, str]
) -> list[dict[str, object]]:
    """Return for each format the choices that NAME=VALUE texts mean; a shorthand counts where there is such a choice.

    Raises
    ------
    UserError
        if none of the formats has a choice of that name, or a value may not be.
    """
    texts = dict(shorthands)
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign:
            raise UserError(
                tr("{text} is not NAME=VALUE.", text=repr(setting)), tr("Write for example --set paper=a3.")
            )
        texts[name.strip()] = value
    known = sorted({choice.name for exporter in exporters for choice in exporter.choices})
    if unknown := next((name for name in texts if name not in known and name not in shorthands), None):
        raise UserError(
            tr("There is nothing called {name} to choose here.", name=repr(unknown)),
            tr("There is: {names}.", names=", ".join(known)) if known else tr("This format has no choices."),
        )
    return [{c.name: c.read(texts[c.name]) for c in exporter.choices if c.name in texts} for exporter in exporters]
