"""A team as lines of text, and what is told of a rep. Owns the words; the dialog of a team is team_dialog's."""

from __future__ import annotations

from datetime import date

from territorymap.i18n import day, listed, percent, tr
from territorymap.metrics.team import team_seats
from territorymap.model.languages import language_name
from territorymap.model.plan import Plan
from territorymap.model.records import Rep, Territory


def team_lines(plan: Plan, territory: Territory) -> list[str]:
    """Return who is in a team, where that is more than the lead, and since when nobody leads."""
    lines = [vacant_words(territory)] if territory.rep_id is None and territory.vacant_since else []
    if territory.team:
        seats = team_seats(territory, {rep.uuid: rep for rep in plan.reps}, plan.rep(territory.rep_id))
        labels = {"lead": tr("Lead"), "member": tr("Member"), "overlay": tr("Overlay specialist")}
        for seat in seats:
            kind, name, share = labels[seat.kind], seat.rep.name, percent(seat.share)
            lines.append(tr("{kind}: {name}, {share}", kind=kind, name=name, share=share))
    return lines


def vacant_words(territory: Territory) -> str:
    """Return that a territory is vacant, and since when if that is told."""
    since = territory.vacant_since
    if not since:
        return tr("vacant")
    try:
        return tr("vacant since {day}", day=day(date.fromisoformat(since)))
    except ValueError:  # another program wrote it
        return tr("vacant since {day}", day=since)


def traits_of(rep: Rep) -> str:
    """Return what is told of a rep besides the name, in one line; "" where nothing is."""
    parts = [rep.seniority, listed(map(language_name, rep.languages)), listed(rep.verticals)]
    return " · ".join(part for part in parts if part)
