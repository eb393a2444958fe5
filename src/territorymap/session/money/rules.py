"""What the planner assumes of quotas and forecasts: which numbers, weights, floors, probabilities.

Owns the content of the assumptions "quota" and "forecast"; not the formulas that take them (metrics).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

from territorymap.errors import UserError
from territorymap.i18n import listed, tr
from territorymap.metrics.forecasting import STAGE_PROBABILITY
from territorymap.metrics.quota_figures import BottomUpRules
from territorymap.metrics.quota_split import SplitRules
from territorymap.model.coverage import Assumption
from territorymap.model.plan import Plan
from territorymap.model.privacy import revenue_columns
from territorymap.model.records import Measure

QUOTA, FORECAST = "quota", "forecast"  # topics
BASES = ("none", "measure", "pace")  # where the run rate comes from
_POTENTIAL = re.compile(
    r"(?<![^\W_])(potential|opportunit\w*|wallet|tam|market|labou?r.?force|population|potenzial|potentiel|mercado)(?![^\W_])|潜力|市场",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class QuotaRules:
    """How quotas are found. ``potential`` and ``history`` are uuids of measures, "" = the likeliest by name."""

    potential: str = ""
    history: str = ""
    split: SplitRules = field(default_factory=SplitRules)
    bottom_up: BottomUpRules = field(default_factory=BottomUpRules)

    def to_json(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class ForecastRules:
    """How a forecast is made."""

    stages: Mapping[str, float] = field(default_factory=lambda: dict(STAGE_PROBABILITY))
    basis: str = "measure"  # of BASES
    measure: str = ""  # uuid; what comes in a year, "" = the history of quotas
    share: float = 0.5  # of it that comes without a deal
    metric: str = "revenue"  # of Figure: what came in, for the pace

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def quota_rules(assumptions: Mapping[int, Assumption]) -> QuotaRules:
    """Return the rules as the planner set them, or the usual ones."""
    return read_quota_rules(content_of(assumptions, QUOTA))


def forecast_rules(assumptions: Mapping[int, Assumption]) -> ForecastRules:
    """Return the rules as the planner set them, or the usual ones."""
    return read_forecast_rules(content_of(assumptions, FORECAST))


def content_of(assumptions: Mapping[int, Assumption], topic: str) -> str:
    """Return the content of a topic, "" = nothing set; of two records (a merge may leave them) the newer."""
    return next((a.content for a in reversed(list(assumptions.values())) if a.topic == topic), "")


def read_quota_rules(text: str) -> QuotaRules:
    """Return the rules of a text; UserError names what cannot be."""
    data = _read(text, QUOTA)
    split = _numbers(SplitRules(), data.get("split"), "split")
    if split.step <= 0:
        raise UserError(tr("Quotas cannot be rounded to {step}.", step=str(split.step)), tr("Give a step above 0."))
    return QuotaRules(
        potential=str(data.get("potential") or ""),
        history=str(data.get("history") or ""),
        split=split,
        bottom_up=_numbers(BottomUpRules(), data.get("bottom_up"), "bottom_up"),
    )


def read_forecast_rules(text: str) -> ForecastRules:
    """Return the rules of a text; UserError names what cannot be."""
    data = _read(text, FORECAST)
    known = ForecastRules()
    stages = dict(known.stages)
    given = data.get("stages") or {}
    if not isinstance(given, dict):
        raise _unreadable(FORECAST)
    for stage, value in given.items():
        if stage in stages:
            stages[stage] = _number(value, stage, most=1.0)
    basis = str(data.get("basis") or known.basis)
    if basis not in BASES:
        raise UserError(
            tr("{basis} is no basis of a run rate.", basis=repr(basis)),
            tr("It can be: {names}.", names=listed(BASES)),
        )
    return ForecastRules(
        stages=stages,
        basis=basis,
        measure=str(data.get("measure") or ""),
        share=_number(data.get("share", known.share), "share", most=1.0),
        metric=str(data.get("metric") or known.metric),
    )


def measure_of(plan: Plan, uuid: str, kind: str) -> Measure | None:
    """Return the measure that was chosen, else the one whose name says that it is potential, or history (revenue)."""
    chosen = next((m for m in plan.measures if m.uuid == uuid), None)
    if chosen is not None:
        return chosen
    own = [m for m in plan.measures if m.source != "builtin"]
    if kind == "potential":
        named = [m for m in own if _POTENTIAL.search(m.name.replace("_", " "))]
        return next((m for m in named if m.source == "account"), named[0] if named else None)
    revenue = revenue_columns(plan)
    named = [m for m in own if m.name in revenue and not _POTENTIAL.search(m.name.replace("_", " "))]
    sums = [m for m in named if "profit" not in m.name.casefold() and "margin" not in m.name.casefold()]
    return next(iter(sums or named), None)


_Rules = TypeVar("_Rules", SplitRules, BottomUpRules)


def _numbers(usual: _Rules, data: object, name: str) -> _Rules:
    if data is None:
        return usual
    if not isinstance(data, dict):
        raise UserError(tr("{name} of the assumptions must be an object.", name=repr(name)))
    known = {f.name for f in fields(usual)}
    return replace(usual, **{key: _number(value, key) for key, value in data.items() if key in known})


def _number(value: object, name: str, most: float = 1e12) -> float:
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not 0 <= number <= most:
        raise UserError(
            tr("{name} of the assumptions is {value}.", name=repr(name), value=str(value)),
            tr("Give a number from 0 to {most}.", most=f"{most:g}"),
        )
    return number


def _read(text: str, topic: str) -> dict[str, Any]:
    try:
        data = json.loads(text or "{}")
    except ValueError as error:
        raise _unreadable(topic) from error
    if not isinstance(data, dict):
        raise _unreadable(topic)
    return data


def _unreadable(topic: str) -> UserError:
    return UserError(
        tr("The assumptions on {topic} cannot be read.", topic=repr(topic)),
        tr("Set them again on the pages Quota and Forecast."),
    )
