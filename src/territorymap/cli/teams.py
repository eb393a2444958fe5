"""The commands team ... and region ...: who works for a territory, which region it lies in.

Owns arguments and what is printed; teams and regions are session's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import choices_hint, find_territory, split_list
from territorymap.cli.output import print_json, print_table
from territorymap.cli.plans import editing, json_option, plan_argument, reading, scenario_option
from territorymap.errors import UserError
from territorymap.i18n import listed, number, percent, tr

if TYPE_CHECKING:
    from territorymap.model.plan import Plan
    from territorymap.model.records import Region, Rep
    from territorymap.session.session import Session


@click.group("team", help=tr("Who works for each territory: lead, members, overlay specialists; what does not fit."))
def team_group() -> None:
    """Who works for each territory."""


@team_group.command("list", help=tr("List the teams of an alignment with their hours and what does not fit."))
@plan_argument
@scenario_option
@json_option
def list_teams(plan: Path, as_json: bool) -> None:
    """List the teams of an alignment with their hours and what does not fit."""
    with reading(plan) as session:
        rows = _team_rows(session)
    if as_json:
        print_json({"teams": rows})
        return
    headers = [tr("Territory"), tr("Lead"), tr("Members"), tr("Overlay"), tr("Hours"), tr("Does not fit")]
    cells = [
        [
            str(row["territory"]),
            _people(row, "lead") or _vacant(row),
            _people(row, "member"),
            _people(row, "overlay"),
            number(row["capacity_h"]),
            " ".join(row["does_not_fit"]),
        ]
        for row in rows
    ]
    print_table(headers, cells, numeric=(4,))


def _vacant(row: dict[str, Any]) -> str:
    return tr("vacant since {day}", day=row["vacant_since"]) if row["vacant_since"] else tr("vacant")


def _people(row: dict[str, Any], part: str) -> str:
    return listed(
        seat["rep"] if seat["share"] == 1 else tr("{name} ({share})", name=seat["rep"], share=percent(seat["share"]))
        for seat in row["team"]
        if seat["part"] == part
    )


def _team_rows(session: Session) -> list[dict[str, Any]]:
    from territorymap.metrics.fit_words import fit_sentence
    from territorymap.metrics.team import plan_teams
    from territorymap.session.fit import FitReport

    warnings = FitReport(session).warnings()
    capacity = session.balance.capacity_h
    return [
        {
            "territory": territory.name,
            "team": [{"rep": seat.rep.name, "part": seat.kind, "share": seat.share} for seat in team],
            "vacant_since": territory.vacant_since,
            "capacity_h": float(capacity[ix]),
            "does_not_fit": [fit_sentence(warning) for warning in warnings if warning.territory_ix == ix],
        }
        for ix, (territory, team) in enumerate(zip(session.plan.territories, plan_teams(session.plan), strict=True))
    ]


@team_group.command(
    "set",
    help=tr(
        "Put a team in charge of a territory.\n\n"
        "A share follows the name: --member 'Bob=0.5' gives half of Bob's time. Without --lead it is vacant."
    ),
)
@plan_argument
@click.argument("territory")
@click.option("--lead", metavar="NAME[=SHARE]", help=tr("Who leads."))
@click.option("--member", "members", metavar="NAME[=SHARE]", multiple=True, help=tr("Another member; may be repeated."))
@click.option(
    "--overlay",
    "overlays",
    metavar="NAME[=SHARE]",
    multiple=True,
    help=tr("An overlay specialist, who owns no account; may be repeated."),
)
@click.option("--vacant-since", metavar="DATE", help=tr("Since when nobody leads, e.g. 2026-01-31."))
@scenario_option
@json_option
def set_team_of(
    plan: Path,
    territory: str,
    lead: str | None,
    members: tuple[str, ...],
    overlays: tuple[str, ...],
    vacant_since: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Put a team in charge of a territory."""
    from territorymap.metrics.team import MEMBER, OVERLAY
    from territorymap.session.commands.teams import Member, set_team

    if lead is not None and vacant_since is not None:
        raise UserError(tr("A territory with a lead is not vacant."), tr("Give --lead or --vacant-since."))
    with editing(plan) as session:
        found = find_territory(session.plan, territory)
        people = []
        for kind, texts in ((MEMBER, members), (OVERLAY, overlays)):
            for text in texts:
                rep, share = _share(session.plan, text)
                people.append(Member(rep.rep_id, share, kind))
        led = _share(session.plan, lead) if lead is not None else None
        command = set_team(
            session.plan,
            found.territory_id,
            led[0].rep_id if led is not None else None,
            people,
            lead_share=led[1] if led is not None else 1.0,
            since=vacant_since,
        )
        session.do(command, "cli")
        row = next(row for row in _team_rows(session) if row["territory"] == found.name)
    if as_json:
        print_json(row)
    else:
        click.echo(tr("{name}: {hours} hours a year.", name=found.name, hours=number(row["capacity_h"])))
        for sentence in row["does_not_fit"]:
            click.echo(sentence)


def _share(plan: Plan, text: str) -> tuple[Rep, float]:
    """Return the rep of "Bob=0.5", and the share; a name may hold "=" itself."""
    whole = next((rep for rep in plan.reps if rep.name.casefold() == text.strip().casefold()), None)
    if whole is not None:
        return whole, 1.0
    name, _, share = text.rpartition("=")
    rep = next((rep for rep in plan.reps if name and rep.name.casefold() == name.strip().casefold()), None)
    if rep is None:
        wanted = name.strip() or text.strip()
        raise UserError(
            tr("There is no rep {name}.", name=repr(wanted)), choices_hint(wanted, [rep.name for rep in plan.reps])
        )
    try:
        return rep, float(share)
    except ValueError:
        raise UserError(
            tr("{text} is not a share.", text=repr(share)), tr("Give a number above 0 and at most 1, e.g. 0.5.")
        ) from None


# -- regions -----------------------------------------------------------------------------------------------------------


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
