"""What the planner assumes of sizing, funnels and markets: shapes, usual values, and their JSON in the plan.

Owns the topics "sizing", "sizing:inside" and "market" of Assumption and the content of Funnel; not the formulas.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from territorymap.i18n import tr
from territorymap.metrics.capacity.buildup import selling_h
from territorymap.metrics.capacity.fields import Fields
from territorymap.metrics.capacity.funnel import Rates
from territorymap.metrics.capacity.market import SCALES
from territorymap.model.records import WorkloadConstants
from territorymap.model.scope import scope_from_json

SIZING, MARKET = "sizing", "market"  # topics
SIZING_INSIDE = "sizing:inside"  # of an alignment of inside sales: there nobody is visited unless the planner says so
CLASS_WAYS = ("all", "abc", "bands", "segment")
CHANNELS = ("field", "inside")
# What a rule can go by. "location": distance, country or state; the segment is the planner's industry, product line ...
RULE_WAYS = ("class", "distance", "country", "state", "segment", "scope")
RULE_WORDS = ("size", "location", "product_line", "industry", "other")
TRAVEL_WAYS = ("share", "plan")
MARKET_LEVELS = ("units", "states", "countries")
SOURCES = ("sum", "mean", "ratio", "difference", "share")
MAX_CLASSES = 12


@dataclass(frozen=True)
class AccountClass:
    """How often accounts of a class are seen or called a year, and how long; ``values`` of a segment, if by one."""

    name: str
    visits: float
    visit_min: float
    calls: float
    call_min: float
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChannelRule:
    """Accounts that fit go to a channel; the first rule that fits decides."""

    word: str  # of RULE_WORDS: what the criterion is about
    way: str  # of RULE_WAYS
    channel: str  # of CHANNELS
    key: str = ""  # uuid of a segment
    values: tuple[str, ...] = ()  # names of classes, values of the segment, countries or states
    above_km: float = 0.0  # from the nearest home of a rep
    scope: str = ""  # JSON of model.scope: conditions of the planner's own


@dataclass(frozen=True)
class TimeBudget:
    """The year of a full-time person."""

    weeks: float
    hours_week: float
    other_share: float
    travel_share: float

    def selling_h(self, *, has_travel: bool = True) -> float:
        """Return hours a year for customers; ``has_travel``: travel is taken off as a share."""
        return selling_h(self.weeks, self.hours_week, self.other_share, self.travel_share if has_travel else 0.0)


@dataclass(frozen=True)
class Sizing:
    """Everything that sizing assumes; measures and segments by uuid."""

    class_way: str = "all"
    class_key: str = ""  # uuid of a measure or segment
    limits: tuple[float, ...] = (0.8, 0.95)  # of abc; of bands lower limits, the largest first
    classes: tuple[AccountClass, ...] = ()
    rules: tuple[ChannelRule, ...] = ()
    otherwise: str = "field"  # channel of accounts that fit no rule
    field_time: TimeBudget = field(default_factory=lambda: TimeBudget(44, 40, 0.30, 0.20))
    inside_time: TimeBudget = field(default_factory=lambda: TimeBudget(44, 40, 0.35, 0.0))
    travel: str = "share"  # of TRAVEL_WAYS; "plan": the plan's own estimate of the drives, no share
    part_fte: float = 0.5
    max_part_share: float = 0.2
    potential_key: str = ""  # uuid of a measure
    win_share: float = 0.1
    field_sales: float = 500_000.0  # that a full-time person sells a year
    inside_sales: float = 300_000.0
    turnover: float = 0.1
    revenue_key: str = ""
    retention: float = 0.9
    growth: float = 0.1  # target = revenue x (1 + growth), unless an amount is told
    target: float | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Criterion:
    """One criterion of a market's priority."""

    name: str
    source: str  # of SOURCES
    key: str  # uuid of a measure, or of a segment where the source is "share"
    other: str = ""  # uuid of the second measure of a ratio (key / other) or difference (key - other)
    values: tuple[str, ...] = ()  # of the segment
    weight: float = 1.0
    is_less_better: bool = False
    scale: str = "range"  # of SCALES
    role: str = ""  # of CRITERION_ROLES: where the scorecard shows it


CRITERION_ROLES = ("potential", "revenue", "competition", "fit", "")


@dataclass(frozen=True)
class Market:
    """Criteria and what is ranked."""

    level: str = "states"
    criteria: tuple[Criterion, ...] = ()

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


def usual_classes(
    constants: WorkloadConstants | None = None, names: tuple[str, ...] = ("A", "B", "C")
) -> tuple[AccountClass, ...]:
    """Return classes with contacts that grow rarer and shorter; those of the plan are in the middle, or for all."""
    plan = constants or WorkloadConstants()
    factors: tuple[tuple[float, float, float, float], ...] = (
        (2.0, 4 / 3, 2.0, 20.0),
        (1.0, 1.0, 1.0, 15.0),
        (1 / 3, 2 / 3, 0.5, 10.0),
    )
    if len(names) == 1:
        factors = factors[1:2]
    out = []
    for at, name in enumerate(names):
        visits, minutes, calls, call_min = factors[min(at, len(factors) - 1)]
        out.append(
            AccountClass(
                name,
                round(plan.visits * visits, 1),
                round(plan.visit_min * minutes, 1),
                round(plan.visits * calls, 1),
                call_min,
            )
        )
    return tuple(out)


def read_sizing(text: str) -> Sizing:
    """Return what is assumed of sizing; UserError names what cannot be read."""
    found = Fields.of_text(tr("assumptions of sizing"), text)
    usual = Sizing()
    return Sizing(
        class_way=found.word("class_way", usual.class_way, CLASS_WAYS),
        class_key=found.text("class_key"),
        limits=found.numbers("limits", usual.limits),
        classes=tuple(_class_of(one) for one in (found.objects("classes") or [])[:MAX_CLASSES]),
        rules=tuple(_rule_of(one) for one in found.objects("rules") or []),
        otherwise=found.word("otherwise", usual.otherwise, CHANNELS),
        field_time=_time_of(found.inner("field_time"), usual.field_time),
        inside_time=_time_of(found.inner("inside_time"), usual.inside_time),
        travel=found.word("travel", usual.travel, TRAVEL_WAYS),
        part_fte=found.number("part_fte", usual.part_fte, 0.05, 1.0),
        max_part_share=found.number("max_part_share", usual.max_part_share, 0.0, 1.0),
        potential_key=found.text("potential_key"),
        win_share=found.number("win_share", usual.win_share, 0.0, 1.0),
        field_sales=found.number("field_sales", usual.field_sales),
        inside_sales=found.number("inside_sales", usual.inside_sales),
        turnover=found.number("turnover", usual.turnover, 0.0, 10.0),
        revenue_key=found.text("revenue_key"),
        retention=found.number("retention", usual.retention, 0.0, 1.0),
        growth=found.number("growth", usual.growth, -1.0, 100.0),
        target=found.optional("target"),
    )


def _class_of(one: Fields) -> AccountClass:
    return AccountClass(
        one.text("name"),
        one.number("visits", 12.0, 0.0, 10_000.0),
        one.number("visit_min", 45.0, 0.0, 10_000.0),
        one.number("calls", 12.0, 0.0, 10_000.0),
        one.number("call_min", 15.0, 0.0, 10_000.0),
        one.texts("values"),
    )


def _rule_of(one: Fields) -> ChannelRule:
    scope = one.text("scope")
    if scope:
        scope_from_json(scope)  # refuses what is none
    return ChannelRule(
        one.word("word", "other", RULE_WORDS),
        one.word("way", "class", RULE_WAYS),
        one.word("channel", "inside", CHANNELS),
        one.text("key"),
        one.texts("values"),
        one.number("above_km", 0.0, 0.0, 20_100.0),
        scope,
    )


def _time_of(one: Fields, usual: TimeBudget) -> TimeBudget:
    return TimeBudget(
        one.number("weeks", usual.weeks, 0.0, 53.0),
        one.number("hours_week", usual.hours_week, 0.0, 168.0),
        one.number("other_share", usual.other_share, 0.0, 1.0),
        one.number("travel_share", usual.travel_share, 0.0, 1.0),
    )


RATE_RANGES = {
    "lead_rate": (0.0, 1.0),
    "proposal_rate": (0.0, 1.0),
    "close_rate": (0.0, 1.0),
    "activity_h": (0.0, 1_000.0),
    "lead_h": (0.0, 1_000.0),
    "proposal_h": (0.0, 10_000.0),
    "close_h": (0.0, 10_000.0),
    "deal_amount": (0.0, 1e12),
    "cycle_days": (0.0, 3_650.0),
}


def read_rates(text: str) -> Rates:
    """Return the rates of a funnel; UserError names what cannot be read."""
    found = Fields.of_text(tr("rates of the funnel"), text)
    usual = asdict(Rates())
    return Rates(**{key: found.number(key, usual[key], *RATE_RANGES[key]) for key in usual})


def rates_json(rates: Rates) -> str:
    """Return the content of a Funnel record."""
    return json.dumps(asdict(rates), separators=(",", ":"))


def read_market(text: str) -> Market:
    """Return what is assumed of markets; UserError names what cannot be read."""
    found = Fields.of_text(tr("criteria of markets"), text)
    return Market(
        found.word("level", "states", MARKET_LEVELS),
        tuple(_criterion_of(one) for one in found.objects("criteria") or []),
    )


def _criterion_of(one: Fields) -> Criterion:
    return Criterion(
        one.text("name"),
        one.word("source", "sum", SOURCES),
        one.text("key"),
        one.text("other"),
        one.texts("values"),
        one.number("weight", 1.0, 0.0, 1e6),
        one.flag("is_less_better"),
        one.word("scale", "range", SCALES),
        one.word("role", "", CRITERION_ROLES),
    )
