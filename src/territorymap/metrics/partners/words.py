"""How partners' types, statuses, criteria, rules and causes are called: whole sentences with their numbers.

Owns the words, shared by page, command line and exports.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from territorymap.i18n import day as day_text
from territorymap.i18n import money, ntr, number, percent, tr, tr_as
from territorymap.metrics.partners.corrective import Cause, Flag
from territorymap.metrics.partners.figures import Told
from territorymap.metrics.partners.tiers import CRITERIA as CRITERIA
from territorymap.metrics.partners.tiers import Gap

NOTHING = "–"


def type_word(partner_type: str) -> str:
    """Return what a type of partner is called."""
    return {
        "reseller": tr("Reseller"),
        "distributor": tr("Distributor"),
        "referral": tr("Referral partner"),
        "integrator": tr("System integrator"),
    }.get(partner_type, partner_type)


def status_word(status: str) -> str:
    """Return what a step of the recruitment pipeline is called."""
    return {
        "candidate": tr("Candidate"),
        "scored": tr("Scored"),
        "agreed": tr_as("a partner", "Agreed"),
        "active": tr("Active"),
        "left": tr_as("a partner", "Left"),
    }.get(status, status)


def stage_word(stage: str) -> str:
    """Return what a stage of a deal is called."""
    return {
        "registered": tr("Registered"),
        "qualified": tr("Qualified"),
        "proposal": tr_as("stage of a deal", "Proposal"),
        "negotiation": tr("Negotiation"),
        "won": tr("Won"),
        "lost": tr_as("stage of a deal", "Lost"),
    }.get(stage, stage)


def credential_word(kind: str) -> str:
    """Return what a kind of credential is called."""
    return {"certification": tr("Certification"), "training": tr("Training")}.get(kind, kind)


def action_word(kind: str) -> str:
    """Return what a kind of action is called."""
    return {
        "corrective": tr("Corrective action"),
        "agreed": tr("Agreed action"),
        "onboarding": tr("Onboarding step"),
        "goal": tr("Goal"),
        "synergy": tr("Synergy"),
    }.get(kind, kind)


def criterion_word(criterion: str) -> str:
    """Return what a criterion of tiers is called."""
    return {
        "revenue": tr("Revenue of twelve months"),
        "certifications": tr("Certifications"),
        "satisfaction": tr("Satisfaction"),
        "growth": tr("Growth against the twelve months before"),
    }[criterion]


def lacking_text(gap: Gap, currency: str) -> str:
    """Return what is lacking of a criterion in a few words: "2 certifications"."""
    if not math.isfinite(gap.have):
        return {
            "revenue": tr("revenue is not known"),
            "certifications": tr("certifications are not known"),
            "satisfaction": tr("satisfaction is not known"),
            "growth": tr("growth is not known"),
        }[gap.criterion]
    amount = criterion_amount(gap.criterion, gap.missing, currency).removeprefix("+")
    if gap.criterion == "certifications":
        return ntr("{n} certification", "{n} certifications", round(gap.missing))
    return {
        "revenue": tr("{amount} revenue", amount=amount),
        "satisfaction": tr("{amount} satisfaction", amount=amount),
        "growth": tr("{amount} growth", amount=amount),
    }[gap.criterion]


def criterion_amount(criterion: str, value: float, currency: str) -> str:
    """Return an amount of a criterion as it is written; a dash where it is not told."""
    if not math.isfinite(value):
        return NOTHING
    if criterion == "revenue":
        return money(value, currency)
    if criterion == "growth":
        return signed_percent(value)
    return number(value, 0 if criterion == "certifications" else 1)


def gap_sentence(gap: Gap, currency: str) -> str:
    """Return what is lacking of a criterion, or that it is met."""
    need = criterion_amount(gap.criterion, gap.need, currency)
    have = criterion_amount(gap.criterion, gap.have, currency)
    name = criterion_word(gap.criterion)
    if gap.is_met:
        return tr("{criterion}: {have} of {need}, met.", criterion=name, have=have, need=need)
    if not math.isfinite(gap.have):
        return tr("{criterion}: not known, {need} is asked.", criterion=name, need=need)
    lacks = criterion_amount(gap.criterion, gap.missing, currency).removeprefix("+")
    return tr("{criterion}: {have} of {need}, {lacks} is lacking.", criterion=name, have=have, need=need, lacks=lacks)


def move_word(kind: str) -> str:
    """Return what a change of tier is called."""
    return {
        "up": tr("moved up"),
        "down": tr("moved down"),
        "same": tr("as before"),
        "new": tr("new"),
        "left": tr("left"),
    }[kind]


def rule_word(rule: str) -> str:
    """Return what a rule looks at."""
    return {
        "revenue": tr("Revenue against target"),
        "growth": tr("Growth against the year before"),
        "pipeline": tr("Weighted open deals against what is missing"),
        "tier": tr("Tier held above the tier earned"),
        "satisfaction": tr("Satisfaction"),
        "credentials": tr("Certifications and trainings running out, within days"),
        "onboarding": tr("Onboarding step overdue"),
        "conflicts": tr("Open conflicts, more than"),
        "joint_plan": tr("No joint plan"),
    }[rule]


def flag_sentence(flag: Flag) -> str:
    """Return what is wrong, with its number and the limit."""
    value, limit = flag.value, flag.limit
    if flag.rule == "revenue":
        return tr("Revenue is {value} of the target; {limit} is asked.", value=percent(value), limit=percent(limit))
    if flag.rule == "growth":
        return tr(
            "Revenue changed by {value} against the year before; {limit} is allowed.",
            value=signed_percent(value),
            limit=signed_percent(limit),
        )
    if flag.rule == "pipeline":
        return tr(
            "Weighted open deals cover {value} of what is missing; {limit} is asked.",
            value=percent(value),
            limit=percent(limit),
        )
    if flag.rule == "satisfaction":
        return tr("Satisfaction is {value}; {limit} is asked.", value=number(value, 1), limit=number(limit, 1))
    n = round(value)
    if flag.rule == "tier":
        return ntr(
            "It holds a tier {n} step above the one it earned.", "It holds a tier {n} steps above the one it earned.", n
        )
    if flag.rule == "credentials":
        return ntr(
            "{n} certification or training has run out or soon will.",
            "{n} certifications or trainings have run out or soon will.",
            n,
        )
    if flag.rule == "onboarding":
        return ntr("{n} onboarding step is overdue.", "{n} onboarding steps are overdue.", n)
    if flag.rule == "conflicts":
        return ntr("It is in {n} open conflict.", "It is in {n} open conflicts.", n)
    return tr("It is active and has no joint plan.")


def cause_sentence(cause: Cause, currency: str) -> str:
    """Return the likeliest root cause as a sentence."""
    v = cause.values
    sentences: Mapping[str, Callable[[], str]] = {
        "no_territory": lambda: tr("It covers no territory."),
        "late_step": lambda: tr("Onboarding is late: {title}.", title=v["title"]),
        "late_action": lambda: tr("What was agreed is late: {title}.", title=v["title"]),
        "losing": lambda: ntr(
            "It lost {n_lost} of {n} deal that was closed.",
            "It lost {n_lost} of {n} deals that were closed.",
            int(v["n_closed"]),
            n_lost=number(float(v["n_lost"])),
        ),
        "thin_pipeline": lambda: tr(
            "Too few open deals: {weighted} weighted, {missing} is missing.",
            weighted=money(float(v["weighted"]), currency),
            missing=money(float(v["missing"]), currency),
        ),
        "expired": lambda: tr("Run out: {names}.", names=v["names"]),
        "expiring": lambda: tr("Soon to run out: {names}.", names=v["names"]),
        "conflict": lambda: tr("{kind}: {about}.", kind=v["kind"], about=v["about"]),
        "low_penetration": lambda: tr(
            "Only {share} of the accounts of its territories buy.", share=percent(float(v["share"]), 1)
        ),
        "lacks": lambda: tr(
            "{criterion}: {have} of {need}.",
            criterion=criterion_word(str(v["criterion"])),
            have=criterion_amount(str(v["criterion"]), float(v["have"]), currency),
            need=criterion_amount(str(v["criterion"]), float(v["need"]), currency),
        ),
        "falling": lambda: tr(
            "It fell from {before} to {now}.",
            before=number(float(v["before"]), 1),
            now=number(float(v["now"]), 1),
        ),
        "no_plan": lambda: tr("Nobody has agreed on one yet."),
        "unknown": lambda: tr("The figures do not show it; ask the partner."),
    }
    return sentences[cause.key]()


def action_title(flag: Flag) -> str:
    """Return what is to be done about a flag, as the title of an action."""
    return {
        "revenue": tr("Close the gap to the revenue target"),
        "growth": tr("Turn the fall in revenue"),
        "pipeline": tr("Build up open deals"),
        "tier": tr("Regain what the tier asks for, or change the tier"),
        "satisfaction": tr("Find out what dissatisfies the partner, and mend it"),
        "credentials": tr("Renew certifications and trainings"),
        "onboarding": tr("Finish the overdue onboarding steps"),
        "conflicts": tr("Settle the open conflicts"),
        "joint_plan": tr("Agree on a joint plan"),
    }[flag.rule]


def signed_percent(ratio: float, digits: int = 1) -> str:
    """Return a change as percent with its sign; a dash where it is not told."""
    if not math.isfinite(ratio):
        return NOTHING
    return ("+" if ratio > 0 else "") + percent(ratio, digits)


def share_text(ratio: float, digits: int = 0) -> str:
    """Return a share as percent; a dash where it is not told."""
    return percent(ratio, digits) if math.isfinite(ratio) else NOTHING


def money_text(value: float, currency: str) -> str:
    """Return an amount of money; a dash where it is not told."""
    return money(value, currency) if math.isfinite(value) else NOTHING


def points_text(value: float) -> str:
    """Return a score of 0 to 10; a dash where it is not told."""
    return number(value, 1) if math.isfinite(value) else NOTHING


def told_note(told: Told) -> str:
    """Return for how many days a sum is told where that is not all of them; "" where it is."""
    if not told.is_told:
        return tr("not known")
    if told.is_whole:
        return ""
    return tr("known for {days} of {n} days", days=number(told.told_days), n=number(told.n_days))


def date_text(iso: str) -> str:
    """Return a day of ISO 8601 as people read it; a dash where there is none."""
    from datetime import date

    return day_text(date.fromisoformat(iso)) if iso else NOTHING
