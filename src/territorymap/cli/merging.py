"""The command merge: a colleague's copy into one's own plan. Owns arguments and what is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from territorymap.cli.output import print_facts, print_json, print_notes, print_table
from territorymap.cli.plans import editing, json_option
from territorymap.i18n import ntr, tr

if TYPE_CHECKING:
    from territorymap.model.merging import MergeConflict, MergeReport

MAX_SHOWN = 50
# A choice of a scenario is, to people, a field of the unit or account.
_KINDS = {"assignment": "unit", "override": "account"}


@click.command(
    help=tr(
        "Merge a colleague's copy into a plan.\n\n"
        "What only one of you changed is taken, and what both changed alike. The rest are conflicts: they stay open, "
        "are kept with the plan and listed, and show the value of MINE unless --prefer theirs. The merge is one "
        "step, which undo takes back. THEIRS is not changed."
    )
)
@click.argument("mine", type=click.Path(path_type=Path), metavar="MINE.gpkg")
@click.argument("theirs", type=click.Path(path_type=Path), metavar="THEIRS.gpkg")
@click.option(
    "--prefer",
    type=click.Choice(["mine", "theirs"]),
    default="mine",
    show_default=True,
    help=tr("Whose value a conflict shows while it is open."),
)
@json_option
def merge(mine: Path, theirs: Path, prefer: str, as_json: bool) -> None:
    """Merge a colleague's copy into a plan."""
    from territorymap.session.merging import merge_file

    with editing(mine) as session:
        report = merge_file(session, theirs, prefer=prefer, initiator="cli")
    print_notes(report.notes)
    if as_json:
        print_json(as_object(report))
    else:
        _print(report, mine.name, theirs.name)


def as_object(report: MergeReport) -> dict[str, object]:
    """Return a report as ``--json`` prints it."""
    return {
        "taken_mine": report.taken_mine,
        "taken_theirs": report.taken_theirs,
        "same": report.same,
        "conflicts": [
            {
                "kind": _KINDS.get(conflict.kind, conflict.kind),
                "key": conflict.code,
                "field": _field(conflict),
                "base": _value(conflict.base, conflict.base_text),
                "mine": _value(conflict.mine, conflict.mine_text),
                "theirs": _value(conflict.theirs, conflict.theirs_text),
            }
            for conflict in report.conflicts
        ],
    }


def _field(conflict: MergeConflict) -> str:
    if conflict.kind in _KINDS:
        return "territory"
    return conflict.field_text if ":" in conflict.field else conflict.field


def _value(stored: str, text: str) -> object:
    """Return a value in words, numbers as they are, null for nothing."""
    value = json.loads(stored)["value"]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return text


def _print(report: MergeReport, mine: str, theirs: str) -> None:
    if report.is_empty:
        click.echo(tr("{theirs} brings nothing that {mine} has not.", theirs=theirs, mine=mine))
        return
    print_facts(
        {
            tr("changed here only"): str(report.taken_mine),
            tr("taken from {name}", name=theirs): str(report.taken_theirs),
            tr("changed alike"): str(report.same),
            tr("conflicts, left open"): str(len(report.conflicts)),
        }
    )
    if not report.conflicts:
        return
    click.echo()
    print_table(
        [tr("what"), tr("field"), tr("before"), tr("mine"), tr("theirs"), tr("mine by"), tr("theirs by")],
        [
            [c.title, c.field_text, c.base_text, c.mine_text, c.theirs_text, c.mine_author, c.theirs_author]
            for c in report.conflicts[:MAX_SHOWN]
        ],
    )
    n = len(report.conflicts) - MAX_SHOWN
    if n > 0:
        click.echo(ntr("and {n} more", "and {n} more", n))
