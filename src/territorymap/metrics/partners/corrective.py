"""When a partner needs a corrective action: rules on its sheet, each with the likeliest root cause, owner and due date.

Owns the rules and the order in which causes are looked for; their words are words'.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from territorymap.metrics.partners.programme import Rule

if TYPE_CHECKING:
    from territorymap.metrics.partners.sheet import PartnerSheet
    from territorymap.model.coverage import Tier

FEW_WINS = 0.34  # below this share of closed deals won, losing is the cause
FEW_CLOSED = 3  # closed deals from which a rate says anything
LOW_PENETRATION = 0.2


@dataclass(frozen=True)
class Cause:
    """Why, as far as the figures tell; ``values`` go into its sentence."""

    key: str
    values: dict[str, float | int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Flag:
    """A rule that a partner breaks."""

    rule: str
    value: float  # what is
    limit: float  # what the rule allows, nan = it has no limit
    cause: Cause
    owner: str
    due_on: str  # ISO 8601
    action_id: int | None = None  # row_id of the open action that sees to it already


def raise_flags(sheet: PartnerSheet, rules: Sequence[Rule], rank: Callable[[Tier | None], int]) -> tuple[Flag, ...]:
    """Rules that a working partner breaks, in the order of the rules.

    What is not told breaks no rule: a partner without a target is not short of it.

    Examples
    --------
    Revenue 80 of a target of 100 with a limit of 0.9: 0.8 < 0.9 breaks "revenue"; weighted pipeline 10 against the
    20 that are missing is 0.5 < 1.0 and breaks "pipeline"; the cause of both is the pipeline that covers half of what
    is missing. On 2026-09-30 with 30 days the action is due on 2026-10-30.
    """
    found = []
    for rule in rules:
        value = _broken(sheet, rule, rank) if rule.is_on else None
        if value is None:
            continue
        being_done = next((a for a in sheet.open_actions("corrective") if a.flagged_by == rule.key), None)
        due = sheet.day + timedelta(days=rule.due_days)
        found.append(
            Flag(
                rule.key,
                value,
                rule.limit,
                _cause(sheet, rule.key),
                being_done.owner if being_done else rule.owner,
                being_done.due_on if being_done else due.isoformat(),
                being_done.row_id if being_done else None,
            )
        )
    return tuple(found)


def _broken(sheet: PartnerSheet, rule: Rule, rank: Callable[[Tier | None], int]) -> float | None:
    """Return the value that breaks a rule, None where it is kept or cannot be told."""
    match rule.key:
        case "revenue":
            return _below(sheet.attainment, rule.limit)
        case "growth":
            return _below(sheet.growth, rule.limit)
        case "pipeline":
            return _below(sheet.cover, rule.limit)
        case "satisfaction":
            return _below(sheet.reached.satisfaction, rule.limit)
        case "tier":
            steps = rank(sheet.tier_now) - rank(sheet.tier_earned)
            return float(steps) if steps > 0 else None
        case "credentials":
            return _some(len(sheet.held.expired) + len(sheet.held.expiring), 0)
        case "onboarding":
            return _some(len(sheet.overdue("onboarding")), 0)
        case "conflicts":
            return _some(len(sheet.conflicts), rule.limit)
        case "joint_plan":
            return 0.0 if sheet.partner.status == "active" and not sheet.partner.joint_plan.strip() else None
        case key:
            raise ValueError(f"no rule {key!r}")


def _below(value: float, limit: float) -> float | None:
    return value if value < limit else None  # nan is not below


def _some(n: int, limit: float) -> float | None:
    return float(n) if n > limit else None


def _cause(sheet: PartnerSheet, rule: str) -> Cause:
    """Return the likeliest cause of a broken rule."""
    if rule in ("revenue", "growth", "pipeline"):
        return _commercial(sheet)
    if rule == "tier":
        return _of_tier(sheet)
    if rule == "satisfaction":
        return _of_satisfaction(sheet)
    if rule == "credentials":
        names = [c.title for c in (*sheet.held.expired, *sheet.held.expiring)]
        key = "expired" if sheet.held.expired else "expiring"
        return Cause(key, {"names": ", ".join(names[:3]), "n": len(names)})
    if rule == "onboarding":
        late = sheet.overdue("onboarding")
        return Cause("late_step", {"title": late[0].title, "n": len(late)})
    if rule == "conflicts":
        return _conflict(sheet)
    return Cause("no_plan")


def _commercial(sheet: PartnerSheet) -> Cause:
    """Why revenue is short: what is looked at first is what explains most and can be changed soonest."""
    line = sheet.pipeline
    missing = sheet.ahead_missing if math.isfinite(sheet.ahead_missing) else sheet.missing_revenue
    closed = line.n_won + line.n_lost
    if not sheet.territories:
        return Cause("no_territory")
    if sheet.overdue("onboarding"):
        return Cause(
            "late_step", {"title": sheet.overdue("onboarding")[0].title, "n": len(sheet.overdue("onboarding"))}
        )
    if closed >= FEW_CLOSED and line.win_rate < FEW_WINS:
        return Cause("losing", {"n_lost": line.n_lost, "n_closed": closed})
    if math.isfinite(missing) and line.weighted < missing:
        return Cause("thin_pipeline", {"weighted": line.weighted, "missing": missing})
    if sheet.held.expired:
        return Cause(
            "expired", {"names": ", ".join(c.title for c in sheet.held.expired[:3]), "n": len(sheet.held.expired)}
        )
    if sheet.conflicts:
        return _conflict(sheet)
    if sheet.market.penetration < LOW_PENETRATION:
        return Cause("low_penetration", {"share": sheet.market.penetration})
    return Cause("unknown")


def _conflict(sheet: PartnerSheet) -> Cause:
    """Return the first conflict, which is the one with the most revenue of its kind."""
    first = sheet.conflicts[0]
    return Cause("conflict", {"kind": first.kind, "about": first.short.rstrip("."), "n": len(sheet.conflicts)})


def _of_tier(sheet: PartnerSheet) -> Cause:
    from territorymap.metrics.partners.tiers import gaps

    lacking = [gap for gap in gaps(sheet.tier_now, sheet.reached) if not gap.is_met] if sheet.tier_now else []
    if not lacking:
        return Cause("unknown")
    return Cause("lacks", {"criterion": lacking[0].criterion, "have": lacking[0].have, "need": lacking[0].need})


def _of_satisfaction(sheet: PartnerSheet) -> Cause:
    if sheet.conflicts:
        return _conflict(sheet)
    late = sheet.overdue()
    if late:
        return Cause("late_action", {"title": late[0].title, "n": len(late)})
    if sheet.satisfaction_before > sheet.reached.satisfaction:
        return Cause("falling", {"before": sheet.satisfaction_before, "now": sheet.reached.satisfaction})
    return Cause("unknown")
