"""Load of the funnel and market score as figures of territories, for the territory table and the map.

Owns which there are and their words; the values are session.capacity's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import money, number, percent, tr
from territorymap.metrics.capacity.assumed import MARKET, SIZING, SIZING_INSIDE, read_market, read_rates, read_sizing
from territorymap.metrics.capacity.outlook import OUTLOOK, read_outlook
from territorymap.model.coverage import Assumption, Funnel
from territorymap.model.territory_figure import NUMBER, PERCENT, FigureSpec

if TYPE_CHECKING:
    from territorymap.metrics.explain import Explanation
    from territorymap.session.session import Session

LOAD, SCORE = "funnel_load", "market_score"


def figure_specs(session: Session) -> list[FigureSpec]:
    """Return what there is to show: nothing of funnels or markets where the planner has told nothing of them."""
    told = {record.topic: record.content for record in session.register(Assumption).values()}
    funnels = [funnel.content for funnel in session.register(Funnel).values()]
    heading, found = tr("Capacity and potential"), []
    needed = [
        (read_outlook, told.get(OUTLOOK, "")),
        *((read_sizing, told.get(topic, "")) for topic in (SIZING, SIZING_INSIDE)),
    ]
    if (OUTLOOK in told or funnels) and _are_readable([*needed, *((read_rates, text) for text in funnels)]):
        tip = tr("Hours that the target needs along the funnel, of the hours that the territory has for it.")
        label = tr("Load of the funnel")
        found.append(FigureSpec(LOAD, label, label, tip, PERCENT, heading, is_around_even=True))
    if MARKET in told and _are_readable([(read_market, told[MARKET])]):
        tip = tr("0 to 100: the territory by the criteria of the page Market, among all territories.")
        label = tr("Market score")
        found.append(FigureSpec(SCORE, label, label, tip, NUMBER, heading))
    return found


def _are_readable(contents: Iterable[tuple[Callable[[str], object], str]]) -> bool:
    """Tell whether all can be read; where one cannot, its page says what is wrong, and no figure is offered."""
    try:
        for read, text in contents:
            read(text)
    except UserError:
        return False
    return True


def figure_values(session: Session, key: str) -> NDArray[np.float64]:
    """Return (T,) values, nan = none, and where there is no time for what is needed."""
    from territorymap.session.capacity import outlooks, scorecards_of

    if key == LOAD:
        load = np.array([one.load for one in outlooks(session)], dtype=np.float64)
        return np.where(np.isfinite(load), load, np.nan)
    return 100 * scorecards_of(session).ranked.score


def explain_figure(session: Session, key: str, territory_ix: int) -> Explanation | None:
    """Return how a figure of one territory came about."""
    if key not in (LOAD, SCORE):
        return None
    from territorymap.metrics.explain import Explanation
    from territorymap.metrics.registry import metrics
    from territorymap.session.capacity import outlooks, scorecards_of

    one, plan = metrics()[key], session.plan
    name, currency = plan.territories[territory_ix].name, plan.info.currency
    if key == LOAD:
        outlook = outlooks(session)[territory_ix]
        lines = [
            (tr("New business to bring"), money(outlook.target, currency)),
            (tr("Activities"), number(outlook.needs.activities) if np.isfinite(outlook.needs.activities) else "–"),
            (tr("Hours that it needs"), number(outlook.needs.hours) if np.isfinite(outlook.needs.hours) else "–"),
            (tr("Hours there are for the funnel"), number(outlook.hours)),
            (tr("What these hours bring"), money(outlook.brings.amount, currency)),
        ]
    else:
        ranked = scorecards_of(session).ranked
        lines = [
            (criterion.name, tr("not told") if scaled != scaled else percent(float(scaled)))
            for criterion, scaled in zip(ranked.criteria, ranked.scaled[:, territory_ix], strict=True)
        ]
    title = tr("{metric}: {territory}", metric=one.label(), territory=name)
    return Explanation(title, one.formula(), lines, one.source, one.meaning())
