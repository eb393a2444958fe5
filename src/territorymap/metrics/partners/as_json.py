"""The sheet of a partner as --json prints it. Owns the names; nan is null."""

from __future__ import annotations

from typing import Any

from territorymap.metrics.partners.corrective import Flag
from territorymap.metrics.partners.figures import Told
from territorymap.metrics.partners.sheet import PartnerSheet
from territorymap.metrics.partners.words import action_title, cause_sentence, flag_sentence


def flag_json(flag: Flag, currency: str = "") -> dict[str, Any]:
    """Return a broken rule with its root cause, owner and due date."""
    return {
        "rule": flag.rule,
        "value": flag.value,
        "limit": flag.limit,
        "what": flag_sentence(flag),
        "root_cause": cause_sentence(flag.cause, currency),
        "action": action_title(flag),
        "owner": flag.owner,
        "due_on": flag.due_on,
        "is_taken_up": flag.action_id is not None,
    }


def sheet_json(sheet: PartnerSheet, *, is_short: bool = False) -> dict[str, Any]:
    """Return a sheet; the short form is one line of the list."""
    partner, line, market = sheet.partner, sheet.pipeline, sheet.market
    short: dict[str, Any] = {
        "partner": sheet.name,
        "type": partner.partner_type,
        "status": partner.status,
        "period": sheet.period.text,
        "tier_now": sheet.tier_now.tier_name if sheet.tier_now else None,
        "tier_before": sheet.tier_before.tier_name if sheet.tier_before else None,
        "tier_earned": sheet.tier_earned.tier_name if sheet.tier_earned else None,
        "tier_next": sheet.tier_next.tier_name if sheet.tier_next else None,
        "gaps": [
            {"criterion": g.criterion, "need": g.need, "have": g.have, "missing": g.missing, "met": g.is_met}
            for g in sheet.gaps
        ],
        "satisfaction": sheet.reached.satisfaction,
        "revenue": sheet.revenue.amount,
        "target": sheet.target.amount,
        "attainment": sheet.attainment,
        "pipeline_weighted": line.weighted,
        "conflicts": len(sheet.conflicts),
        "flags": len(sheet.flags),
    }
    if is_short:
        return short
    return short | {
        "contact": partner.contact,
        "agreed_on": partner.agreed_on,
        "left_on": partner.left_on,
        "joint_plan": partner.joint_plan,
        "note": partner.note,
        "territories": list(sheet.territories),
        "recruitment": {
            "score": sheet.recruitment.score,
            "known": sheet.recruitment.known,
            "missing": list(sheet.recruitment.missing),
        },
        "revenue_told": _told(sheet.revenue),
        "revenue_before": _told(sheet.before),
        "revenue_year_before": _told(sheet.year_before),
        "revenue_twelve_months": _told(sheet.revenue_year),
        "change": sheet.change,
        "growth": sheet.growth,
        "growth_twelve_months": sheet.reached.growth,
        "certifications": int(sheet.reached.certifications),
        "credentials": [
            {
                "kind": c.kind,
                "title": c.title,
                "obtained_on": c.obtained_on,
                "expires_on": c.expires_on,
                "state": "expired" if c in sheet.held.expired else "expiring" if c in sheet.held.expiring else "valid",
            }
            for c in (*sheet.held.valid, *sheet.held.expired)
        ],
        "pipeline": {
            "open": line.n_open,
            "open_amount": line.open_amount,
            "weighted": line.weighted,
            "won": line.n_won,
            "won_amount": line.won_amount,
            "lost": line.n_lost,
            "lost_amount": line.lost_amount,
            "expired": line.n_expired,
            "win_rate": line.win_rate,
        },
        "market": {
            "accounts": market.n_accounts,
            "customers": market.n_customers,
            "penetration": market.penetration,
            "revenue": market.revenue,
            "potential": market.potential,
            "share": sheet.market_share,
        },
        "trend": [
            {
                "period": p.period.text,
                "revenue": p.revenue.amount,
                "target": p.target.amount,
                "satisfaction": p.satisfaction,
            }
            for p in sheet.trend
        ],
        "conflict_list": [
            {"kind": c.kind, "what": c.sentence, "account": c.account, "revenue": c.revenue} for c in sheet.conflicts
        ],
        "actions": [
            {
                "kind": a.kind,
                "title": a.title,
                "root_cause": a.root_cause,
                "owner": a.owner,
                "due_on": a.due_on,
                "done_on": a.done_on,
                "flagged_by": a.flagged_by,
            }
            for a in sheet.actions
        ],
        "flag_list": [flag_json(flag) for flag in sheet.flags],
    }


def _told(told: Told) -> dict[str, Any]:
    return {"amount": told.amount, "told_days": told.told_days, "days": told.n_days}
