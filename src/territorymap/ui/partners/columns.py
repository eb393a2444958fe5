"""The columns of the table of partners. Owns titles, tips and order; figures are the sheet's."""

from __future__ import annotations

from territorymap.i18n import listed, number, tr
from territorymap.metrics.partners import words
from territorymap.metrics.partners.sheet import PartnerSheet
from territorymap.model.coverage import PARTNER_STATUSES, Tier
from territorymap.ui.parts.record_table import RecordColumn


def partner_columns(currency: str) -> list[RecordColumn[PartnerSheet]]:
    """Return the columns; amounts are in the plan's currency."""
    column = RecordColumn[PartnerSheet]
    return [
        column("name", tr("Partner"), tr("Name of the partner"), lambda s: s.name, priority=0),
        column(
            "status", tr("Status"), tr("Its step in the recruitment pipeline"),
            lambda s: words.status_word(s.partner.status),
            lambda s: PARTNER_STATUSES.index(s.partner.status) if s.partner.status in PARTNER_STATUSES else -1,
            priority=1,
        ),
        column(
            "tier", tr("Tier"), tr("The tier that it has now"), _tier_and_move,
            lambda s: _rank(s.tier_now),
            tip_of=lambda s: tr("Now {now}, at the end of the period before {before}", now=_tier(s.tier_now),
                                before=_tier(s.tier_before)), priority=1,
        ),
        column(
            "earned", tr("Earned"), tr("The highest tier of which all criteria are met"),
            lambda s: _tier(s.tier_earned) if s.is_working else words.NOTHING,
            lambda s: _rank(s.tier_earned) if s.is_working else None, ink=_ink_of_earned, priority=2,
        ),
        column(
            "gap", tr("To the next tier"), tr("What the next tier still takes"), lambda s: _gap(s, currency),
            lambda s: sum(not gap.is_met for gap in s.gaps) if s.is_working else None,
            tip_of=lambda s: "\n".join(words.gap_sentence(gap, currency) for gap in s.gaps) or _gap(s, currency),
            most_ems=30, priority=4,
        ),
        column(
            "satisfaction", tr("Satisfaction"), tr("The newest score told, 0 to 10"),
            lambda s: words.points_text(s.reached.satisfaction), lambda s: s.reached.satisfaction, True, priority=3,
        ),
        column(
            "revenue", tr("Revenue"), tr("Revenue of the period"),
            lambda s: words.money_text(s.revenue.amount, currency), lambda s: s.revenue.amount, True,
            tip_of=lambda s: words.told_note(s.revenue) or words.money_text(s.revenue.amount, currency), priority=2,
        ),
        column(
            "target", tr("Target"), tr("Revenue target of the period: its quota"),
            lambda s: words.money_text(s.target.amount, currency), lambda s: s.target.amount, True, priority=5,
        ),
        column(
            "attainment", tr("of target"), tr("Revenue / target"), lambda s: words.share_text(s.attainment),
            lambda s: s.attainment, True, ink=_ink_of_attainment, priority=2,
        ),
        column(
            "growth", tr("Growth"), tr("Revenue against the same period of the year before"),
            lambda s: words.signed_percent(s.growth), lambda s: s.growth, True, priority=4,
        ),
        column(
            "pipeline", tr("Open deals"), tr("Open deals that it registered, weighted by their probability"),
            lambda s: words.money_text(s.pipeline.weighted, currency), lambda s: s.pipeline.weighted, True, priority=3,
        ),
        column(
            "penetration", tr("Penetration"), tr("Accounts of its territories that buy / all accounts there"),
            lambda s: words.share_text(s.market.penetration), lambda s: s.market.penetration, True, priority=6,
        ),
        column(
            "share", tr("Market share"), tr("Its revenue of a year / the potential of the accounts of its territories"),
            lambda s: words.share_text(s.market_share, 1), lambda s: s.market_share, True, priority=7,
        ),
        column(
            "conflicts", tr("Conflicts"), tr("Open conflicts that it is in"), lambda s: number(len(s.conflicts)),
            lambda s: len(s.conflicts), True, ink=lambda s: "warning" if s.conflicts else "", priority=3,
        ),
        column(
            "flags", tr("To put right"), tr("Rules that it breaks"), lambda s: number(len(s.flags)),
            lambda s: len(s.flags), True,
            tip_of=lambda s: "\n".join(words.flag_sentence(flag) for flag in s.flags) or tr("No rule is broken."),
            ink=lambda s: "danger" if any(flag.action_id is None for flag in s.flags) else "", priority=2,
        ),
        column(
            "score", tr("Recruitment score"), tr("Weighted mean of its scores as a candidate, 0 to 10"),
            lambda s: words.points_text(s.recruitment.score), lambda s: s.recruitment.score, True, priority=6,
        ),
        column(
            "type", tr("Type"), tr("Reseller, distributor, referral partner or system integrator"),
            lambda s: words.type_word(s.partner.partner_type), priority=5,
        ),
    ]  # fmt: skip


def _tier_and_move(sheet: PartnerSheet) -> str:
    """Return the tier now, with an arrow where it is another than at the end of the period before."""
    now, before = _rank(sheet.tier_now), _rank(sheet.tier_before)
    if not sheet.is_working or now == before:
        return _tier(sheet.tier_now)
    is_up = (-1 if now is None else now) > (-1 if before is None else before)
    return f"{_tier(sheet.tier_now)} {'▲' if is_up else '▼'}"


def _tier(tier: Tier | None) -> str:
    return tier.tier_name if tier is not None else words.NOTHING


def _rank(tier: Tier | None) -> int | None:
    return tier.sort_order if tier is not None else None


def _gap(sheet: PartnerSheet, currency: str) -> str:
    if not sheet.is_working or sheet.tier_next is None:
        return words.NOTHING
    lacking = [gap for gap in sheet.gaps if not gap.is_met]
    parts = [words.lacking_text(gap, currency) for gap in lacking]
    return tr("{tier}: {parts}", tier=sheet.tier_next.tier_name, parts=listed(parts))


def _ink_of_earned(sheet: PartnerSheet) -> str:
    if not sheet.is_working:
        return ""
    now, earned = _rank(sheet.tier_now), _rank(sheet.tier_earned)
    if now is None or earned is None:
        return "danger" if now is not None else ""
    return "good" if earned > now else "danger" if earned < now else ""


def _ink_of_attainment(sheet: PartnerSheet) -> str:
    if sheet.attainment != sheet.attainment:
        return ""
    return "good" if sheet.attainment >= 1 else "danger" if any(f.rule == "revenue" for f in sheet.flags) else ""
