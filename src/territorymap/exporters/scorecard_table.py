"""The scorecards of territories as columns: criteria, score, rank, quota, goals and synergies.

Owns the columns; figures are metrics.capacity's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from territorymap.exporters.tables import Column
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr
from territorymap.metrics.capacity.assumed import MARKET, Market, read_market
from territorymap.metrics.capacity.ranked import is_known
from territorymap.metrics.capacity.scorecard import Scorecards, scorecards
from territorymap.metrics.capacity.usual import usual_market
from territorymap.model.coverage import Action, Assumption, Quota
from territorymap.model.units import strings


def scorecards_of(view: ExportView) -> Scorecards:
    """Return the scorecards of a plan; criteria by columns that are hidden, or gone, are left out.

    Raises
    ------
    UserError
        if the criteria of the plan cannot be read.
    """
    stored = next((r.content for r in view.register(Assumption).values() if r.topic == MARKET), None)
    market = usual_market(view.plan) if stored is None else read_market(stored)
    known = tuple(criterion for criterion in market.criteria if is_known(view.plan, criterion))
    actions, quotas = view.register(Action).values(), view.register(Quota).values()
    return scorecards(view.plan, Market(market.level, known), view.account_territory, actions, quotas)


def scorecard_columns(view: ExportView) -> list[Column]:
    """Return a row a territory, in the plan's order."""
    found = scorecards_of(view)
    cards = found.cards
    columns = [
        Column("territory", view.territory_names()[:-1]),
        Column("rep", view.rep_names()[:-1]),
        Column("rank", np.array([card.rank or np.nan for card in cards], dtype=np.float64)),
        Column("score", np.array([card.score for card in cards], dtype=np.float64), "ratio"),
    ]
    columns += [Column(c.name, found.ranked.value[at]) for at, c in enumerate(found.ranked.criteria)]
    columns.append(Column("penetration", np.array([card.penetration for card in cards], dtype=np.float64), "ratio"))
    if found.year:
        quota = [np.nan if card.quota is None else card.quota for card in cards]
        columns.append(Column(f"quota_{found.year}", np.array(quota, dtype=np.float64)))
    columns.append(Column("goals", strings(_listed(card.goals) for card in cards)))
    columns.append(Column("synergies", strings(_listed(card.synergies) for card in cards)))
    return columns


def _listed(actions: Sequence[Action]) -> str:
    return "\n".join(goal_sentence(action) for action in actions if action.title)


def goal_sentence(action: Action) -> str:
    """Return a goal or synergy in one line, with who sees to it and until when, as far as that is told."""
    if action.done_on:
        return tr("{title} (done {day})", title=action.title, day=action.done_on)
    if action.owner and action.due_on:
        return tr("{title} ({owner}, until {day})", title=action.title, owner=action.owner, day=action.due_on)
    if action.owner:
        return tr("{title} ({owner})", title=action.title, owner=action.owner)
    return tr("{title} (until {day})", title=action.title, day=action.due_on) if action.due_on else action.title
