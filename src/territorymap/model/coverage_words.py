"""How rules between roles and stages of deals are called on screen. Owns the words; not what they mean."""

from __future__ import annotations

from territorymap.i18n import tr, tr_as


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
