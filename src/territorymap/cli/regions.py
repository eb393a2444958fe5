"""The commands region ...: territories under one manager, nested.

Owns arguments and what is printed; regions are session's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import choices_hint, find_territory, split_list
from territorymap.cli.output import print_json, print_table
from territorymap.cli.plans import editing, json_option, plan_argument, reading, scenario_option
from territorymap.errors import UserError
from territorymap.i18n import listed, tr

if TYPE_CHECKING:
    from territorymap.model.plan import Plan
    from territorymap.model.records import Region
    from territorymap.session.session import Session


@click.group("region", help=tr("Territories under one manager, nested: list, make, edit, put into, delete."))
def region_group() -> None:
    """Territories under one manager, nested."""


@region_group.command("list", help=tr("List the regions of an alignment, each before those within it."))
@plan_argument
@scenario_option
@json_option
def list_regions(plan: Path, as_json: bool) -> None:
    """List the regions of an alignment, each before those within it."""
    with reading(plan) as session:
        rows = _region_rows(session)
    if as_json:
        print_json({"regions": rows})
        return
    headers = [tr("Region"), tr("Manager"), tr("Territories")]
    cells = [["› " * (row["level"] - 1) + row["name"], row["manager"], listed(row["territories"])] for row in rows]
    print_table(headers, cells)


def _region_rows(session: Session) -> list[dict[str, Any]]:
    plan = session.plan
    regions = _regions(plan)
    known = {region.region_id for region in regions}
    rows: list[dict[str, Any]] = []

    def walk(parent: int | None, level: int, above: frozenset[int]) -> None:
        inner = [r for r in regions if (r.parent_region_id if r.parent_region_id in known else None) == parent]
        for region in sorted(inner, key=lambda r: r.name.casefold()):
            if region.region_id in above:
                continue
            rows.append(
                {
                    "name": region.name,
                    "manager": region.manager,
                    "level": level,
                    "territories": [t.name for t in plan.territories if t.region_id == region.region_id],
                }
            )
            walk(region.region_id, level + 1, above | {region.region_id})

    walk(None, 1, frozenset())
    return rows


def _regions(plan: Plan) -> list[Region]:
    """Regions that are of the alignment in use, or of any."""
    return [r for r in plan.regions if r.alignment_id in (None, plan.alignment.alignment_id)]


def _region(plan: Plan, name: str) -> Region:
    wanted = name.strip().casefold()
    found = next((r for r in _regions(plan) if r.name.casefold() == wanted), None)
    if found is None:
        raise UserError(
            tr("There is no region {name}.", name=repr(name)), choices_hint(name, [r.name for r in _regions(plan)])
        )
    return found


_manager_option = click.option("--manager", metavar="NAME", help=tr("Who manages it."))
_within_option = click.option("--within", metavar="NAME", help=tr('The region around it; "" = none.'))


@region_group.command("new", help=tr("Make a region, of some territories or empty."))
@plan_argument
@click.argument("name")
@_manager_option
@_within_option
@click.option("--territories", default="", metavar="NAME,NAME", help=tr("Territories that lie in it."))
@scenario_option
@json_option
def new_region(
    plan: Path,
    name: str,
    manager: str | None,
    within: str | None,
    territories: str,
    as_json: bool,
) -> None:
    """Make a region, of some territories or empty."""
    from territorymap.session.commands.regions import add_region

    with editing(plan) as session:
        now = session.plan
        command = add_region(
            now,
            name,
            manager=manager or "",
            parent_id=_region(now, within).region_id if within else None,
            alignment_id=now.alignment.alignment_id,
            territory_ids=[find_territory(now, one).territory_id for one in split_list(territories)],
        )
        session.do(command, "cli")
        _tell_region(session, tr("New region {name}.", name=name), as_json)


@region_group.command("edit", help=tr("Change name, manager or the region around a region."))
@plan_argument
@click.argument("name")
@click.option("--name", "new_name", metavar="NAME", help=tr("Another name."))
@_manager_option
@_within_option
@scenario_option
@json_option
def edit_region_of(
    plan: Path,
    name: str,
    new_name: str | None,
    manager: str | None,
    within: str | None,
    as_json: bool,
) -> None:
    """Change name, manager or the region around a region."""
    from territorymap.session.commands.regions import edit_region

    if new_name is None and manager is None and within is None:
        raise UserError(tr("Nothing is to be changed."), tr("Give for example --manager NAME."))
    with editing(plan) as session:
        region = _region(session.plan, name)
        values: dict[str, Any] = {}
        if within is not None:
            values["parent_id"] = _region(session.plan, within).region_id if within.strip() else None
        command = edit_region(session.plan, region.region_id, name=new_name, manager=manager, **values)
        session.do(command, "cli")
        _tell_region(session, tr("Region {name} changed.", name=new_name or region.name), as_json)


@region_group.command("put", help=tr("Put territories into a region; --out takes them out of all."))
@plan_argument
@click.argument("territories", metavar="NAME,NAME")
@click.argument("region", required=False)
@click.option("--out", "is_out", is_flag=True, help=tr("Take them out of their regions."))
@scenario_option
@json_option
def put_into_region(plan: Path, territories: str, region: str | None, is_out: bool, as_json: bool) -> None:
    """Put territories into a region."""
    from territorymap.session.commands.regions import assign_region

    if (region is None) != is_out:
        raise UserError(tr("Give a region, or --out."), tr("territorymap region put PLAN NAME,NAME REGION"))
    with editing(plan) as session:
        ids = [find_territory(session.plan, name).territory_id for name in split_list(territories)]
        target = None if region is None else _region(session.plan, region).region_id
        command = assign_region(session.plan, ids, target)
        session.do(command, "cli")
        _tell_region(session, tr("{what}.", what=command.label), as_json)


@region_group.command("delete", help=tr("Delete a region; what lies in it goes to the region around."))
@plan_argument
@click.argument("name")
@scenario_option
@json_option
def delete_region(plan: Path, name: str, as_json: bool) -> None:
    """Delete a region; what lies in it goes to the region around."""
    from territorymap.session.commands.regions import delete_regions

    with editing(plan) as session:
        region = _region(session.plan, name)
        session.do(delete_regions(session.plan, [region.region_id]), "cli")
        _tell_region(session, tr("Region {name} deleted.", name=region.name), as_json)


def _tell_region(session: Session, text: str, as_json: bool) -> None:
    if as_json:
        print_json({"regions": _region_rows(session)})
    else:
        click.echo(text)
