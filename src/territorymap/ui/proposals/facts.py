"""Proposals as marks of a board, with what no plan can do better than. Owns which are shown and in what order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territorymap.i18n import ntr, percent, tr
from territorymap.model.plan import Plan
from territorymap.ui.proposals.axes import axes_of, cost_of, cost_word, name_of
from territorymap.ui.proposals.board import (
    MOVED,
    WORST,
    Board,
    Mark,
    Yardstick,
    letter_of,
    not_dominated,
)
from territorymap.ui.proposals.row import Row, tolerance_text, trade

if TYPE_CHECKING:
    from territorymap.session.solving.figures import Figures
    from territorymap.session.solving.proposal import Proposal


@dataclass(frozen=True)
class PlanFacts:
    """What proposals are measured against."""

    cost: str = ""  # what is to move least: "accounts", "units" or a measure's name; "" = accounts, where there are any
    now: Figures | None = None  # of the plan as it is; None = there is nothing to compare with
    lower_bound: float | None = None  # share of the cost that any plan within the tolerances must move
    flow: float | None = None  # share that a transport between neighbouring territories must carry


def facts_of(proposals: Sequence[Proposal], now: Figures | None = None) -> PlanFacts:
    """Return what the proposals of a run say themselves of what they are measured against."""
    if not proposals:
        return PlanFacts(now=now)
    first = proposals[0]
    flow, cost = first.extra.get("flow"), first.extra.get("least")
    return PlanFacts(
        str(cost) if cost else "",
        now,
        first.figures.lower_bound,
        float(flow) if isinstance(flow, int | float) else None,
    )


def board_of(plan: Plan, proposals: Sequence[Proposal], facts: PlanFacts) -> tuple[Board, list[Proposal]]:
    """Return what the chart shows, and the proposals in its order.

    Those that another one beats in everything are left out; the one that moves least comes first.
    """
    if not proposals:
        return Board(), []
    cost = cost_of(plan, facts.cost)
    measures = [m.measure for m in proposals[0].figures.measures]
    axes = axes_of(plan, cost, proposals[0].figures)
    rows = [Row(plan, p.figures, cost, facts.flow, _moved_by_search(p, cost)) for p in proposals]
    bare = [Mark("", "", row.values(measures), "") for row in rows]
    kept = sorted(not_dominated(bare, axes), key=lambda n: (_known(bare[n].value(MOVED)), bare[n].value(WORST)))
    marks: list[Mark] = []
    for place, n in enumerate(kept):
        told = _told(proposals[n])
        if place:
            told.insert(0, trade(rows[kept[place - 1]], rows[n], marks[-1].letter))
        title = proposals[n].label or proposals[n].title
        marks.append(Mark(letter_of(place), title, bare[n].values, rows[n].sentence(), tuple(told)))
    board = Board(
        tuple(axes),
        tuple(marks),
        _present(plan, facts, cost, measures),
        tuple(_yardsticks(facts, cost, proposals[0].figures, plan)),
        _heading(proposals[0].title, len(kept), len(proposals) - len(kept)),
    )
    return board, [proposals[n] for n in kept]


def _moved_by_search(proposal: Proposal, cost: str) -> float | None:
    """Return the share that moves as the search counts it, and the bound and the flow with it; None = it does not."""
    share = proposal.extra.get("moved_share")
    return float(share) if isinstance(share, int | float) and proposal.extra.get("least") == cost else None


def _told(proposal: Proposal) -> list[str]:
    """Return what else there is to know; the first sentence of a rebalance says what the chart says already."""
    return [*proposal.sentences[1 if "moved_share" in proposal.extra else 0 :]]


def _present(plan: Plan, facts: PlanFacts, cost: str, measures: Sequence[str]) -> Mark | None:
    if facts.now is None:
        return None
    row = Row(plan, facts.now, cost)
    values = row.values(measures)
    values |= {key: 0.0 for key in values if key == MOVED or key.startswith(f"{MOVED}:")}
    parts = [*(row.evenness(m) for m in facts.now.measures), row.wholeness()]
    return Mark("", tr("The plan as it is"), values, " ".join(parts))


def _yardsticks(facts: PlanFacts, cost: str, figures: Figures, plan: Plan) -> list[Yardstick]:
    found = []
    what = cost_word(plan, cost)
    bound = facts.lower_bound
    if bound is not None and bound > 0:
        found.append(
            Yardstick(
                MOVED,
                bound,
                tr("within tolerance only from {share}", share=percent(bound, 1)),
                tr(
                    "Whatever plan is chosen: to bring all within their tolerances, at least {share} of {what} must move.",  # noqa: E501
                    share=percent(bound, 1),
                    what=what,
                ),
                "bound",
            )
        )
    if facts.flow is not None and facts.flow > 0:
        found.append(
            Yardstick(
                MOVED,
                facts.flow,
                tr("flow between neighbours: {share}", share=percent(facts.flow, 1)),
                tr(
                    "If units could be split at will and went only to neighbouring territories, {share} of {what} would move. Whole units need more.",  # noqa: E501
                    share=percent(facts.flow, 1),
                    what=what,
                ),
                "flow",
            )
        )
    several = len(figures.measures) > 1
    for measure in figures.measures:
        words = tr("tolerance {share}", share=tolerance_text(measure.tolerance))
        tip = tr(
            "Asked for: every territory within {share} of its target of {measure}.",
            share=tolerance_text(measure.tolerance),
            measure=name_of(plan, measure.measure),
        )
        key = f"{WORST}:{measure.measure}" if several else WORST
        found.append(Yardstick(key, measure.tolerance, words, tip, "tolerance"))
    if several:
        tip = tr("Below this line every territory is within its tolerance in every measure.")
        found.append(Yardstick(WORST, 1.0, tr("just within all tolerances"), tip, "tolerance"))
    return found


def _heading(title: str, n: int, n_left_out: int) -> str:
    text = ntr("{title}: {n} proposal", "{title}: {n} proposals", n, title=title)
    if not n_left_out:
        return text
    return ntr(
        "{text} ({n} that another beats in everything is left out)",
        "{text} ({n} that others beat in everything are left out)",
        n_left_out,
        text=text,
    )


def _known(value: float) -> float:
    return math.inf if math.isnan(value) else value
