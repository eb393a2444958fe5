"""The numbers by which each sales role is measured. Owns their names and how they add up; not the figures themselves.

A planner may measure by any other name: it is kept as written and adds up.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from territorymap.i18n import number, percent, tr, tr_as
from territorymap.model.coverage import Figure

SUM, MEAN = "sum", "mean"


@dataclass(frozen=True)
class RoleMetric:
    """A number with a name that the program knows; ``adds`` says what several reps, or periods, make together."""

    key: str
    label: Callable[[], str]
    adds: str = SUM  # MEAN: a ratio or an average, of which a sum would mean nothing
    is_ratio: bool = False  # shown as percent


_METRICS = (
    RoleMetric("calls", lambda: tr("Calls")),
    RoleMetric("meetings", lambda: tr("Meetings")),
    RoleMetric("deals", lambda: tr("Deals closed")),
    RoleMetric("demos", lambda: tr("Demos")),
    RoleMetric("proposals", lambda: tr_as("funnel", "Proposals")),
    RoleMetric("retention", lambda: tr("Retention"), MEAN, is_ratio=True),
    RoleMetric("growth", lambda: tr("Growth"), MEAN, is_ratio=True),
    RoleMetric("lifetime_value", lambda: tr("Lifetime value"), MEAN),
    RoleMetric("deals_created", lambda: tr("Deals created")),
)
KNOWN: dict[str, RoleMetric] = {metric.key: metric for metric in _METRICS}

# By what a role is measured; other roles by whatever has been told of them.
METRICS_OF_ROLE: dict[str, tuple[str, ...]] = {
    "inside": ("calls", "meetings", "deals"),
    "field": ("demos", "meetings", "proposals"),
    "hybrid": ("calls", "demos", "meetings", "proposals", "deals"),
    "account_management": ("retention", "growth", "lifetime_value"),
    "new_business": ("deals_created", "demos"),
    "partner": ("deals", "growth"),
}
# Other spellings, small and without blanks and marks.
_SPELLINGS = {
    "calls": "call numberofcalls callsmade dials telefonate anrufe 电话 电话数 通话",
    "meetings": "meeting visitsheld appointments termine besprechungen 会议 会面 拜访",
    "deals": "deal dealsclosed dealswon closeddeals wondeals abschluesse abschlüsse 成交 成交数 签约",
    "demos": "demo demonstrations productdemos 演示 演示数",
    "proposals": "proposal offers quotes angebote 方案 提案 报价",
    "retention": "retentionrate customerretention kundenbindung 留存 留存率 客户留存率",
    "growth": "growthrate accountgrowth wachstum 增长 增长率",
    "lifetime_value": "lifetimevalue customerlifetimevalue clv ltv cltv kundenwert 客户终身价值 终身价值",
    "deals_created": "dealscreated newdeals opportunitiescreated opportunities dealscreatednew 新建商机 新增商机",
}
_KEY_OF_SPELLING = {
    _word: _key for _key, _words in _SPELLINGS.items() for _word in (*_words.split(), _key, _key.replace("_", ""))
}


def metric_key(name: str) -> str:
    """Return the key of a metric that is known by some spelling, else the name with its blanks tidied."""
    tidy = " ".join(name.split())
    folded = "".join(c for c in tidy.casefold() if c.isalnum())
    by_label = {"".join(c for c in m.label().casefold() if c.isalnum()): m.key for m in _METRICS}
    return _KEY_OF_SPELLING.get(folded) or by_label.get(folded) or tidy


def metric_label(key: str) -> str:
    """Return what a metric is called on the screen."""
    known = KNOWN.get(key)
    return key if known is None else known.label()


def adds_of(key: str) -> str:
    """Return SUM or MEAN: what the figures of several reps, or of several periods, make together."""
    known = KNOWN.get(key)
    return SUM if known is None else known.adds


def is_ratio(key: str) -> bool:
    known = KNOWN.get(key)
    return known is not None and known.is_ratio


def metrics_in(figures: list[Figure]) -> list[str]:
    """Return the metrics that figures tell of: known ones in their order, then the others by name."""
    found = {figure.metric for figure in figures}
    return [*(key for key in KNOWN if key in found), *sorted(found - KNOWN.keys(), key=str.casefold)]


def value_text(metric: str, value: float) -> str:
    """Return a number of a metric as people read it; "" where it was not told."""
    if not math.isfinite(value):
        return ""
    if is_ratio(metric):
        return percent(value, 0 if abs(value * 100 - round(value * 100)) < 1e-9 else 1)
    return number(value, 0 if value == round(value) or abs(value) >= 1000 else 1)
