"""Colour by market priority: the score of each unit, state or country. Owns groups; the score is metrics.capacity's."""

from __future__ import annotations

import numpy as np

from territorymap.errors import UserError
from territorymap.i18n import listed, ntr, tr
from territorymap.mapview.shading.classes import classify
from territorymap.mapview.shading.measure import class_labels
from territorymap.mapview.shading.ramps import NO_VALUE, few_to_many
from territorymap.mapview.shading.registry import Case, Choice, Classing, Group, Shades, family
from territorymap.metrics.capacity.assumed import MARKET, Market, read_market
from territorymap.metrics.capacity.groups import covered
from territorymap.metrics.capacity.ranked import rank_markets
from territorymap.metrics.capacity.usual import guess_measure, usual_market
from territorymap.model.change import PlanDelta
from territorymap.model.coverage import Assumption

KEY = "market"


@family("market", order=6)
class ByMarket:
    """How well each market does by the planner's weighted criteria; the best is darkest."""

    tables = ("assumption", "alignment")  # whose rows make the page's copy void

    def heading(self) -> str:
        return tr("Market")

    def choices(self, case: Case) -> list[Choice]:
        """Offer it where criteria are told, or can be guessed."""
        if case.register is None:
            return []
        content = _stored(case)
        roles = ("potential", "revenue", "competition", "fit")
        if content is None and not any(guess_measure(case.plan.measures, role) for role in roles):
            return []
        if content is not None and not is_readable(content):
            return []  # the page of markets says what is wrong
        return [Choice(KEY, tr("Market priority"), tr("Market priority"), is_classed=True)]

    def shade(self, case: Case, key: str, classing: Classing) -> Shades:
        market = market_of(case)
        ranked = rank_markets(case.plan, market, covered(case.plan))
        # Percent, and the last market is in the lowest class, not "zero".
        classes = classify(np.maximum(100 * ranked.score, 1e-9), classing)
        n = classes.n
        light, dark = few_to_many(n, False), few_to_many(n, True)
        of_unit = np.where(classes.of >= 0, classes.of, n)[ranked.places.of_unit]
        count = np.bincount(of_unit, minlength=n + 1)
        groups = [Group(text, light[c], dark[c], int(count[c])) for c, text in enumerate(class_labels(classes))]
        groups.append(Group(tr("No score"), NO_VALUE[False], NO_VALUE[True], None, "none"))
        return Shades("unit", groups, of_unit, note=_note(market, len(ranked.score)))

    def is_changed_by(self, delta: PlanDelta) -> bool:
        return delta.is_settings_changed


def market_of(case: Case) -> Market:
    """Return the criteria of the plan; guessed where none are told."""
    content = _stored(case)
    return usual_market(case.plan) if content is None else read_market(content)


def is_readable(content: str) -> bool:
    """Tell whether criteria that stand in the plan can be read."""
    try:
        read_market(content)
    except UserError:
        return False
    return True


def _stored(case: Case) -> str | None:
    assert case.register is not None
    return next((r.content for r in case.register(Assumption).values() if r.topic == MARKET), None)


def _note(market: Market, n: int) -> str:
    of = {
        "units": ntr("Score of {n} unit, 0 to 100:", "Score of {n} units, 0 to 100:", n),
        "states": ntr("Score of {n} state, 0 to 100:", "Score of {n} states, 0 to 100:", n),
        "countries": ntr("Score of {n} country, 0 to 100:", "Score of {n} countries, 0 to 100:", n),
    }[market.level]
    names = listed(criterion.name for criterion in market.criteria if criterion.weight > 0)
    return tr("{what} {criteria}.", what=of, criteria=names)
