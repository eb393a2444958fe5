"""The line over the table of partners: how many, how far, who moved. Owns its words."""

from __future__ import annotations

from datetime import date

from territorymap.i18n import ntr, percent, tr
from territorymap.metrics.partners import words
from territorymap.metrics.partners.sheet import PartnerBook, PartnerSheet, moves_of
from territorymap.model.period import Period


def summary_of(book: PartnerBook, sheets: list[PartnerSheet], period: Period, today: date) -> tuple[str, str]:
    """Return the line, and who moved between tiers, a line each."""
    working = [s for s in sheets if s.is_working]
    n_recruiting = sum(s.partner.status in ("candidate", "scored") for s in sheets)
    parts = [
        ntr("{n} agreed or active", "{n} agreed or active", len(working)),
        ntr("{n} in recruitment", "{n} in recruitment", n_recruiting),
    ]
    told = [s for s in working if s.target.is_told and s.target.amount > 0]
    if told:
        made = sum(s.revenue.amount for s in told if s.revenue.is_told)
        parts.append(tr("{share} of all targets", share=percent(made / sum(s.target.amount for s in told))))
    moved = moves_of(book, period, today)
    moves = [move.kind for move in moved]
    if n := moves.count("up"):
        parts.append(ntr("{n} moved up", "{n} moved up", n))
    if n := moves.count("down"):
        parts.append(ntr("{n} moved down", "{n} moved down", n))
    if n := sum(flag.action_id is None for s in sheets for flag in s.flags):
        parts.append(ntr("{n} thing to put right", "{n} things to put right", n))
    names, tiers = book.inputs.names, {tier.row_id: tier.tier_name for tier in book.tiers}
    said = [
        tr(
            "{name}: {move}, {before} to {after}",
            name=names[move.rep_id],
            move=words.move_word(move.kind),
            before=tiers.get(move.before or 0, words.NOTHING),
            after=tiers.get(move.after or 0, words.NOTHING),
        )
        for move in moved
        if move.kind != "same"
    ]
    return "  ·  ".join(parts), "\n".join(said)
