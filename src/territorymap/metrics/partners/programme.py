"""The planner's own terms of the partner programme: criteria of recruitment, onboarding steps, rules, measures.

Owns their JSON (assumptions "recruitment", "corrective", "partner_market") and what holds until they are edited.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.metrics.partners.recruiting import Criterion
from territorymap.model.coverage import Assumption

RECRUITMENT, CORRECTIVE, MARKET = "recruitment", "corrective", "partner_market"
RULES = (
    "revenue", "growth", "pipeline", "tier", "satisfaction", "credentials", "onboarding", "conflicts", "joint_plan",
)  # fmt: skip
# Rules whose limit is a ratio, a number of points or days, a count, or that have none.
RATIO_RULES, POINT_RULES, DAY_RULES, COUNT_RULES = ("revenue", "growth", "pipeline"), ("satisfaction",), (
    "credentials",
), ("conflicts",)  # fmt: skip
_MOST = 50  # criteria, steps


@dataclass(frozen=True)
class Step:
    """One step of onboarding, due so many days after the agreement."""

    title: str
    days: int


@dataclass(frozen=True)
class Rule:
    """When a corrective action is called for, who sees to it, and within how many days."""

    key: str  # of RULES
    limit: float  # what it means depends on the rule; nan = it has none
    is_on: bool = True
    due_days: int = 30
    owner: str = ""


@dataclass(frozen=True)
class Programme:
    """All terms together."""

    criteria: tuple[Criterion, ...]
    pass_mark: float  # 0..10
    steps: tuple[Step, ...]
    rules: tuple[Rule, ...]
    revenue_measure: str = ""  # uuid of a measure of the plan, "" = the one whose name says so
    potential_measure: str = ""

    def rule(self, key: str) -> Rule:
        return next(rule for rule in self.rules if rule.key == key)


def usual_programme() -> Programme:
    """Return what holds until the planner edits it, in the language in use."""
    return Programme(
        criteria=(
            Criterion("reach", tr("Customers it reaches in our market"), 3.0),
            Criterion("skills", tr("Technical skills"), 2.0),
            Criterion("sales", tr("Sales force"), 2.0),
            Criterion("finances", tr("Financial health"), 1.5),
            Criterion("fit", tr("Fit with our products, no rival lines"), 1.5),
        ),
        pass_mark=6.0,
        steps=(
            Step(tr("Sign the partner agreement"), 0),
            Step(tr("Give access to portal, prices and deal registration"), 7),
            Step(tr("Train sales people"), 30),
            Step(tr("Certify the first engineer"), 60),
            Step(tr("Agree on the joint plan"), 45),
            Step(tr("Register the first deal"), 90),
        ),
        rules=(
            Rule("revenue", 0.9, due_days=30),
            Rule("growth", -0.05, due_days=45),
            Rule("pipeline", 1.0, due_days=30),
            Rule("tier", math.nan, due_days=60),
            Rule("satisfaction", 7.0, due_days=21),
            Rule("credentials", 60.0, due_days=30),
            Rule("onboarding", math.nan, due_days=14),
            Rule("conflicts", 0.0, due_days=14),
            Rule("joint_plan", math.nan, due_days=30),
        ),
    )


def programme_of(assumptions: Iterable[Assumption]) -> Programme:
    """Return the terms as the plan has them; what it does not say is as usual.

    Raises
    ------
    UserError
        If a topic of the plan does not hold what it should: another program wrote it.
    """
    told = {a.topic: _read(a) for a in assumptions if a.topic in (RECRUITMENT, CORRECTIVE, MARKET)}
    usual = usual_programme()
    recruitment, corrective, market = (told.get(topic, {}) for topic in (RECRUITMENT, CORRECTIVE, MARKET))
    try:
        rules = {rule["key"]: _rule(rule) for rule in corrective.get("rules", [])}
        return Programme(
            tuple(Criterion(str(c["key"]), str(c["name"]), float(c["weight"])) for c in recruitment["criteria"])
            if "criteria" in recruitment
            else usual.criteria,
            float(recruitment.get("pass_mark", usual.pass_mark)),
            tuple(Step(str(s["title"]), int(s["days"])) for s in recruitment["steps"])
            if "steps" in recruitment
            else usual.steps,
            tuple(rules.get(rule.key, rule) for rule in usual.rules),
            str(market.get("revenue_measure", "")),
            str(market.get("potential_measure", "")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable() from error


def _rule(told: Mapping[str, Any]) -> Rule:
    limit = told["limit"]
    return Rule(
        str(told["key"]),
        math.nan if limit is None else float(limit),
        bool(told["is_on"]),
        int(told["due_days"]),
        str(told["owner"]),
    )


def _read(assumption: Assumption) -> dict[str, Any]:
    try:
        found = json.loads(assumption.content)
    except ValueError as error:
        raise _unreadable() from error
    if not isinstance(found, dict):
        raise _unreadable()
    return found


def _unreadable() -> UserError:
    return UserError(
        tr("The terms of the partner programme in this plan cannot be read."),
        tr("Undo the step that changed them, or set them anew on the page Partners."),
    )


def recruitment_json(criteria: Iterable[Criterion], pass_mark: float, steps: Iterable[Step]) -> str:
    """Return the content of the assumption "recruitment".

    Raises
    ------
    UserError
        If a weight, a day or the pass mark cannot be, or a name is empty or stands twice.
    """
    criteria, steps = tuple(criteria), tuple(steps)
    names = [c.name.strip().casefold() for c in criteria]
    if not criteria or len(criteria) > _MOST or len(steps) > _MOST:
        raise UserError(
            tr("There must be from 1 to {n} criteria, and at most as many steps.", n=_MOST),
            tr("Add a criterion, or leave some out."),
        )
    if "" in names or len(set(names)) < len(names):
        raise UserError(tr("Every criterion needs a name of its own."), tr("Name it, or take it away."))
    if not all(math.isfinite(c.weight) and 0 < c.weight <= 1000 for c in criteria):
        raise UserError(
            tr("A weight must be above 0 and at most 1,000."), tr("Only the proportion of weights matters.")
        )
    if not (math.isfinite(pass_mark) and 0 <= pass_mark <= 10):
        raise UserError(tr("The pass mark must be from 0 to 10."))
    if not all(step.title.strip() and 0 <= step.days <= 3650 for step in steps):
        raise UserError(tr("Every step needs a title, and 0 to 3,650 days."), tr("Correct the step, or take it away."))
    content = {"criteria": [asdict(c) for c in criteria], "pass_mark": pass_mark, "steps": [asdict(s) for s in steps]}
    return json.dumps(content, ensure_ascii=False)


def corrective_json(rules: Iterable[Rule]) -> str:
    """Return the content of the assumption "corrective"; UserError if a rule cannot be."""
    rows = []
    for rule in rules:
        if rule.key not in RULES or not 0 <= rule.due_days <= 3650 or math.isinf(rule.limit):
            raise UserError(tr("This rule cannot be."), tr("Give a limit, and 0 to 3,650 days until it is due."))
        rows.append({**asdict(rule), "limit": None if math.isnan(rule.limit) else rule.limit})
    return json.dumps({"rules": rows}, ensure_ascii=False)


def market_json(revenue_measure: str, potential_measure: str) -> str:
    """Return the content of the assumption "partner_market": uuids of measures, "" = by name."""
    return json.dumps({"revenue_measure": revenue_measure, "potential_measure": potential_measure})
