"""``check --repair``: saves what can be saved from a damaged plan, and lists what could not be.

Owns arguments, exit codes and what is printed; the repair is document.repairing's.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from territorymap.cli.handover import shown_progress
from territorymap.cli.output import print_json, printable
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr

EXIT_LOSSES = 1


def repair(plan: Path, out: Path | None, as_json: bool) -> NoReturn:
    """Write the repaired plan and leave with 0 if everything was saved, 1 if something is listed as lost."""
    from territorymap.document.lock import current_user
    from territorymap.document.repairing import repair_plan

    if out is None:
        raise UserError(tr("--repair needs the name of a new file."), tr("territorymap check --repair PLAN OUT.gpkg"))
    if out.suffix.casefold() != ".gpkg":
        raise UserError(tr("{name} is no plan file.", name=out.name), tr("Give a name that ends in .gpkg."))
    with shown_progress(tr("Repairing {name}", name=plan.name)) as tell:
        report = repair_plan(plan, out, author=current_user(), watch=lambda share: tell(round(1000 * share), 1000))
    if as_json:
        print_json({"path": str(out), "bytes": out.stat().st_size, **report.to_json()})
    else:
        for line in report.sentences():
            click.echo(printable(line))
        n = sum(table.n_kept for table in report.tables.values())
        click.echo(ntr("Written: {path}, with {n} row.", "Written: {path}, with {n} rows.", n, path=out))
    sys.exit(0 if report.is_everything_saved else EXIT_LOSSES)
