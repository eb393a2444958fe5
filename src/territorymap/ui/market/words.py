"""Criteria of markets in words. Owns the sentences."""

from __future__ import annotations

from territorymap.i18n import listed, number, tr
from territorymap.metrics.capacity.assumed import Criterion
from territorymap.metrics.capacity.groups import measure_of, segment_of
from territorymap.model.plan import Plan
from territorymap.ui.parts.words import NOTHING, measure_label


def criterion_sentence(plan: Plan, criterion: Criterion) -> str:
    """Return what a criterion counts, in one line."""
    if criterion.source == "share":
        segment = segment_of(plan, criterion.key)
        if segment is None:
            return tr("goes by a column that is not in the plan")
        values = listed(criterion.values[:3]) + (", …" if len(criterion.values) > 3 else "")
        text = tr("share of accounts whose {name} is {values}", name=segment.name, values=values)
    else:
        first, second = measure_of(plan, criterion.key), measure_of(plan, criterion.other)
        needs_two = criterion.source in ("ratio", "difference")
        if first is None or (needs_two and second is None):
            return tr("goes by a measure that is not in the plan")
        one, two = measure_label(first), measure_label(second) if second is not None else ""
        text = {
            "sum": tr("sum of {one}", one=one),
            "mean": tr("{one} per account", one=one),
            "ratio": tr("{one} ÷ {two}", one=one, two=two),
            "difference": tr("{one} less {two}", one=one, two=two),
        }[criterion.source]
    if criterion.is_less_better:
        text = tr("{what}, less is better", what=text)
    return tr("{what}, by rank", what=text) if criterion.scale == "rank" else text


def score_text(score: float) -> str:
    """Return a score from 0 to 100; a dash where there is none."""
    return NOTHING if score != score else number(100 * score, 1)


def value_text(value: float) -> str:
    """Return the value of a criterion with as many digits as say something."""
    if value != value:
        return NOTHING
    return number(value, 0 if abs(value) >= 100 or value == int(value) else 2)


def level_words(level: str) -> str:
    """Return what is ranked."""
    return {"units": tr("units"), "states": tr("states"), "countries": tr("countries")}[level]
