"""The team of a territory: its lead, members and overlay specialists with their shares; since when it is vacant."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.metrics.fit_settings import TOPIC, FitSettings
from territorymap.metrics.team import LEAD, MEMBER, OVERLAY
from territorymap.model.coverage import Assumption
from territorymap.model.plan import Plan
from territorymap.model.records import TeamMember
from territorymap.model.written import team_text
from territorymap.session.commands.checks import clean_day, find_rep, find_territory, refuse_outside
from territorymap.session.commands.registers import add_records, edit_record
from territorymap.session.commands.territories import vacant_since
from territorymap.session.session import Command

MOST_MEMBERS = 50


@dataclass(frozen=True)
class Member:
    """One person besides the lead."""

    rep_id: int
    share: float = 1.0
    kind: str = MEMBER  # or OVERLAY


def set_team(
    plan: Plan,
    territory_id: int,
    lead_id: int | None,
    members: Sequence[Member] = (),
    *,
    lead_share: float = 1.0,
    since: str | None = None,
) -> Command:
    """Put a team in charge of a territory; without a lead it is vacant, ``since`` a day or by what is known.

    Raises
    ------
    UserError
        if a share is none, somebody is in the team twice, or ``since`` is no day.
    """
    territory = find_territory(plan, territory_id)
    refuse_outside([territory], plan)
    if len(members) > MOST_MEMBERS:
        raise UserError(
            tr("A team of {n} is too large.", n=len(members)), tr("Put at most {n} people in it.", n=MOST_MEMBERS)
        )
    team = []
    seen = set()
    if lead_id is not None:
        lead = find_rep(plan, lead_id)
        seen.add(lead_id)
        if _share(lead_share, lead.name) != 1.0:
            team.append(TeamMember(lead.uuid, float(lead_share), LEAD))
    for member in members:
        rep = find_rep(plan, member.rep_id)
        if member.rep_id in seen:
            raise UserError(
                tr("{name} is in the team of {territory} twice.", name=rep.name, territory=territory.name),
                tr("Keep one line for each person."),
            )
        seen.add(member.rep_id)
        kind = member.kind if member.kind in (MEMBER, OVERLAY) else MEMBER
        team.append(TeamMember(rep.uuid, _share(member.share, rep.name), kind))
    told = vacant_since(territory, lead_id) if since is None or lead_id is not None else clean_day(since)
    row: dict[str, int | str | None] = {"rep_id": lead_id}
    if tuple(team) != territory.team:
        row["team"] = team_text(team)
    if told != territory.vacant_since:
        row["vacant_since"] = told
    return Command(
        tr("Team of {name}", name=territory.name), lambda writer, plan: writer.update("territory", {territory_id: row})
    )


def _share(share: float, name: str) -> float:
    if not (math.isfinite(share) and 0 < share <= 1):
        raise UserError(
            tr("A share of {share} for {name} cannot be.", share=f"{share:g}", name=name),
            tr("Give a number above 0 and at most 1: 0.5 is half of the person's time."),
        )
    return float(share)


def set_fit(plan: Plan, settings: FitSettings, known: Assumption | None) -> Command:
    """Say which fields tell language and vertical, and how far a home may lie; ``known``: the record there is."""
    label = tr("What teams are compared with")
    if known is None:
        return add_records(Assumption, [{"topic": TOPIC, "content": settings.to_json()}], label)
    return edit_record(Assumption, known.row_id, {"content": settings.to_json()}, label)
