"""The commands team ...: who works for a territory, with which share, and what does not fit.

Owns arguments and what is printed; teams are session's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import choices_hint, find_territory
from territorymap.cli.output import print_json, print_table
from territorymap.cli.plans import editing, json_option, plan_argument, reading, scenario_option
from territorymap.errors import UserError
from territorymap.i18n import listed, number, percent, tr

if TYPE_CHECKING:
    from territorymap.model.plan import Plan
    from territorymap.model.records import Rep
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
