"""What is to be told of one way to cover.

Owns these sentences.
"""

from __future__ import annotations

from collections.abc import Sequence

from territorymap.i18n import ntr, number, percent, tr
from territorymap.model.coverage import Deal
from territorymap.model.records import Alignment, Rep, Territory
from territorymap.session.commands.checks import enumerate_names
from territorymap.session.session import Session
from territorymap.session.turnover.cover import Cover
from territorymap.session.turnover.ground import Workloads

_FULL = 1.0
_DONE_STAGES = ("won", "lost")


def notes_on(
    session: Session, rep: Rep, cover: Cover, loads: Workloads, teams: Sequence[tuple[Alignment, Territory]]
) -> list[str]:
    """Return who is beyond the capacity, what had to be assumed, and what else is left behind; whole sentences."""
    notes = []
    alone = [one.territory.name for one in cover.covered if not one.heirs]
    if alone:
        notes.append(tr("Nobody can cover {names}: no other territory there has a rep.", names=enumerate_names(alone)))
    if not loads.is_any_told:
        notes.append(tr("No rep's capacity is told: what reps have on average counts as full."))
    elif guessed := [load.rep.name for load in cover.loads if not load.is_told]:
        notes.append(
            tr(
                "The capacity of {names} is not told: {hours} h a year are assumed.",
                names=enumerate_names(guessed),
                hours=number(loads.usual),
            )
        )
    over = [load for load in cover.loads if load.after > _FULL]
    if over:
        notes.append(
            ntr(
                "{name} would be at {share} of the capacity.",
                "{n} of them would be beyond their capacity, most of all {name} with {share}.",
                len(over),
                name=over[0].rep.name,
                share=percent(over[0].after),
            )
        )
    if teams:
        notes.append(
            tr("{name} leaves the team of {names}.", name=rep.name, names=enumerate_names([t.name for _, t in teams]))
        )
    n_deals = sum(
        deal.rep_id == rep.rep_id and deal.stage not in _DONE_STAGES for deal in session.register(Deal).values()
    )
    if n_deals:
        notes.append(
            ntr(
                "{n} open deal of {name} needs another owner.",
                "{n} open deals of {name} need other owners.",
                n_deals,
                name=rep.name,
            )
        )
    return notes
