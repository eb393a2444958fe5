"""The command that makes a part of a plan for a regional manager: extract.

Owns arguments and what is printed; the part is session.parts'.
"""

from __future__ import annotations

from pathlib import Path

import click

from territorymap.cli.naming import choices_hint, find_territory, split_list
from territorymap.cli.output import print_json
from territorymap.cli.plans import json_option, plan_argument, reading
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr


@click.command(
    help=tr(
        "Write a part of a plan for a regional manager.\n\n"
        "OUT holds the whole map; only the named territories, and units that nobody has, can be edited in it. It keeps "
        "the plan's history, so 'territorymap merge' takes it back. With --bare the accounts and figures of the others "
        "are not in the file at all."
    )
)
@plan_argument
@click.argument("out", type=click.Path(path_type=Path), metavar="OUT.gpkg")
@click.option("--territories", metavar="NAME,NAME", help=tr("Territories that may be edited, separated by commas."))
@click.option("--region", metavar="NAME", help=tr("All territories of this region, and of regions within it."))
@click.option("--bare", "is_bare", is_flag=True, help=tr("Leave out the others' accounts and figures."))
@json_option
def extract(plan: Path, out: Path, territories: str | None, region: str | None, is_bare: bool, as_json: bool) -> None:
    """Write a part of a plan: the named territories can be edited, the rest is locked."""
    from territorymap.session.parts import part_wish, write_part
    from territorymap.session.regions import territories_of_region

    if out.suffix.casefold() != ".gpkg":
        raise UserError(tr("{name} is no plan file.", name=out.name), tr("Give a name that ends in .gpkg."))
    with reading(plan) as session:
        names = split_list(territories or "")
        ids = [find_territory(session.plan, name).territory_id for name in names]
        if region is not None:
            known = {r.name.casefold(): r.region_id for r in session.plan.regions}
            if region.strip().casefold() not in known:
                raise UserError(
                    tr("There is no region {name}.", name=repr(region)),
                    choices_hint(region, [r.name for r in session.plan.regions]) or tr("Name territories instead."),
                )
            ids += territories_of_region(session.plan, known[region.strip().casefold()])
        if not ids:
            raise UserError(tr("No territory is named."), tr("Give --territories NAME,NAME or --region NAME."))
        wish = part_wish(session, ids, is_bare=is_bare)
        own = [t.name for t in session.plan.territories if t.territory_id in wish.territory_ids]
        write_part(session, out, wish)
    if as_json:
        print_json({"path": str(out), "territories": own, "bare": wish.is_bare, "bytes": out.stat().st_size})
    else:
        n = len(own)
        click.echo(
            ntr(
                "Written: {path}; {n} territory can be edited.",
                "Written: {path}; {n} territories can be edited.",
                n,
                path=out,
            )
        )
