"""How roles, rules between them and stages of deals are called on screen. Owns the words; not what they mean."""

from __future__ import annotations

from territorymap.i18n import tr, tr_as


def role_label(role: str) -> str:
    """Return a sales role as a person reads it; one that the planner named stays as it is."""
    return {
        "field": tr_as("sales role", "Field"),
        "inside": tr("Inside"),
        "hybrid": tr("Hybrid"),
        "account_management": tr("Account management"),
        "new_business": tr("New business"),
        "partner": tr("Partner channel"),
    }.get(role, role)


def rule_label(rule: str) -> str:
    """Return what two roles may do with one account."""
    return {
        "share": tr("may share"),
        "exclusive": tr("must not share"),
        "handover": tr("hand over at close"),
    }[rule]


def stage_label(stage: str) -> str:
    """Return the stage of a deal as a person reads it."""
    return {
        "registered": tr("Registered"),
        "qualified": tr("Qualified"),
        "proposal": tr_as("stage of a deal", "Proposal"),
        "negotiation": tr("Negotiation"),
        "won": tr("Won"),
        "lost": tr_as("stage of a deal", "Lost"),
    }.get(stage, stage)
