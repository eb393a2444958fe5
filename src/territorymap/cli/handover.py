"""The commands that hand a plan over: export, and the list of formats.

Owns arguments; formats are exporters'.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from territorymap.cli.output import print_json
from territorymap.cli.plans import json_option, plan_argument, reading, scenario_option
from territorymap.errors import UserError
from territorymap.i18n import listed, percent, tr
from territorymap.model.privacy import Privacy, hideable_columns, privacy_for

if TYPE_CHECKING:
    from territorymap.exporters.choices import Choice
    from territorymap.exporters.registry import Exporter
    from territorymap.model.plan import Plan

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
        "`territorymap formats` lists all formats and what can be set."
    )
)
@plan_argument
@scenario_option
@click.argument("outs", type=click.Path(path_type=Path), metavar="OUT...", nargs=-1, required=True)
@click.option(
    "--format",
    "names",
    multiple=True,
    metavar="NAME",
    help=tr("The format, where the extension leaves it open; once for each OUT that needs it."),
)
@click.option("--what", metavar="CONTENT", help=tr("What to write; each format has its own default."))
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help=tr("A choice of the format."))
@click.option(
    "--hide",
    "hidden",
    multiple=True,
    metavar="WHAT",
    help=tr("Leave out what is nobody's business: reps, accounts, revenue, pay, or the name of a measure or segment."),
)
@click.option("--bom", "has_byte_order_mark", is_flag=True, help=tr("CSV: begin with a byte order mark, for Excel."))
@click.option("--size", metavar="WxH", help=tr("Pictures: pixels, e.g. 1600x1000."))
def export(
    plan: Path,
    outs: tuple[Path, ...],
    names: tuple[str, ...],
    what: str | None,
    settings: tuple[str, ...],
    hidden: tuple[str, ...],
    has_byte_order_mark: bool,
    size: str | None,
) -> None:
    """Write the plan in one or several formats; the extension of each OUT chooses its own."""
    from territorymap.exporters.registry import ExportOptions
    from territorymap.exporters.registry import export as write

    # What is wrong is told before a large plan is read.
    exporters = match_formats(outs, names)
    shorthands = {"bom": "yes"} if has_byte_order_mark else {}
    if size is not None:
        shorthands |= dict(zip(("width", "height"), map(str, read_size(size)), strict=True))
    chosen = read_settings(exporters, settings, shorthands)
    for out in outs:
        if out.exists() and plan.exists() and out.samefile(plan):
            raise UserError(tr("An export cannot replace the plan itself."), tr("Choose another name for the export."))
    with reading(plan) as session:
        privacy = read_hidden(session.plan, hidden)
        for out, exporter, values in zip(outs, exporters, chosen, strict=True):
            with shown_progress(tr("Writing {name}", name=out.name)) as tell:
                write(session, out, what, ExportOptions(values, progress=tell, privacy=privacy), name=exporter.name)
            click.echo(tr("Written: {path}", path=out))


def read_hidden(plan: Plan, hidden: Sequence[str]) -> Privacy:
    """Return what is to be left out, told as words or as names of columns."""
    words = {"reps": "rep_names", "accounts": "account_names", "revenue": "revenue", "pay": "pay"}
    switches = {words[what.casefold()]: True for what in hidden if what.casefold() in words}
    privacy = privacy_for(plan, **switches)
    column_by_name = {name.casefold(): name for name in hideable_columns(plan)}
    columns = set(privacy.revenue)
    for what in hidden:
        if what.casefold() in words:
            continue
        if what.casefold() not in column_by_name:
            raise UserError(
                tr("{what} cannot be hidden: the plan has no such measure or segment.", what=repr(what)),
                tr("There is: {names}.", names=listed([*words, *column_by_name.values()])),
            )
        columns.add(column_by_name[what.casefold()])
    return replace(privacy, revenue=frozenset(columns))


@click.command(help=tr("List what a plan can be exported to, and what can be set."))
@json_option
def formats(as_json: bool) -> None:
    """List the formats with their contents and choices."""
    from territorymap.exporters.registry import list_exporters

    if as_json:
        print_json({"formats": [format_json(exporter) for exporter in list_exporters()]})
        return
    for exporter in list_exporters():
        click.echo("\n".join(format_lines(exporter)))


def format_lines(exporter: Exporter) -> list[str]:
    """Return what a person reads of a format."""
    lines = [f"{exporter.name} (.{exporter.extension}): {exporter.label()}"]
    if len(exporter.what) > 1:
        lines += [f"  --what {what}: {exporter.content_label(what)}" for what in exporter.what]
    for choice in exporter.choices:
        about = f"{choice.label()} ({choice.hint()})" if choice.hint is not None else choice.label()
        lines.append(f"  --set {choice.name}={choice_values(choice)}: {about}")
    return lines


def format_json(exporter: Exporter) -> dict[str, object]:
    """Return what --json tells of a format."""
    return {
        "name": exporter.name,
        "extension": exporter.extension,
        "label": exporter.label(),
        "what": list(exporter.what),
        "choices": [
            {"name": c.name, "kind": c.kind, "label": c.label(), "values": [v for v, _ in c.values] or None}
            for c in exporter.choices
        ],
    }


def choice_values(choice: Choice) -> str:
    """Return what can stand behind the = of a choice, e.g. "yes|no" or "4..15"."""
    return {
        "flag": "yes|no",
        "number": f"{choice.minimum}..{choice.maximum}",
        "choice": "|".join(value for value, _ in choice.values),
        "text": "TEXT",
        "file": "FILE",
        "names": "NAME,NAME",
    }[choice.kind]


def match_formats(outs: Sequence[Path], names: Sequence[str]) -> list[Exporter]:
    """Return the format of each file: the first of the named ones with its extension, else the one its extension means.

    Raises
    ------
    UserError
        if a named format fits no file, or a file's format is not known.
    """
    from territorymap.exporters.registry import find_exporter, find_named

    named = [find_named(name) for name in names]
    found = []
    for out in outs:
        extension = out.suffix.lower().removeprefix(".")
        fitting = [exporter for exporter in named if exporter.extension == extension]
        found.append(fitting[0] if fitting else find_exporter(out))
    for exporter in named:
        if exporter not in found:
            raise UserError(
                tr("No file ends in .{extension}, as {name} does.", extension=exporter.extension, name=exporter.name),
                tr("Give the file that extension: {format} writes no other.", format=exporter.name),
            )
    return found


@contextmanager
def shown_progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows how far a task is, where somebody watches: on a terminal, after a second."""
    begin, is_shown = time.monotonic(), False

    def tell(done: int, total: int) -> None:
        nonlocal is_shown
        if total > 0 and sys.stderr.isatty() and time.monotonic() - begin > 1.0:
            is_shown = True
            click.echo(f"\r{label}: {percent(min(done, total) / total)} ", err=True, nl=False)

    try:
        yield tell
    finally:
        if is_shown:
            click.echo("\r" + " " * (len(label) + 9) + "\r", err=True, nl=False)


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
            tr("There is: {names}.", names=listed(known)) if known else tr("This format has no choices."),
        )
    return [{c.name: c.read(texts[c.name]) for c in exporter.choices if c.name in texts} for exporter in exporters]
