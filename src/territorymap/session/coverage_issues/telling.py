"""Findings, hand-overs and deals as rows of a list and as JSON. Owns their shape; the words are words.py's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from territorymap.i18n import listed, number, tr, tr_as
from territorymap.metrics.coverage.findings import Finding, Holder
from territorymap.metrics.coverage.handover import HandOver
from territorymap.metrics.coverage.judging import Sum
from territorymap.model.cells import Cell
from territorymap.model.coverage import Deal
from territorymap.model.coverage_words import stage_label
from territorymap.session.coverage_issues.kind_words import cause_label, kind_label
from territorymap.session.coverage_issues.mending import Mending
from territorymap.session.coverage_issues.naming import (
    about_text,
    account_name,
    account_of_deal,
    alignment_name,
    deal_title,
    seller_name,
)
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.coverage_issues.reasons import why, why_passes

_MOST_CHANGES = 3  # that fit into a line
FINDING_WIDTHS = (22, 30, 48, 10, 10, 14, 14, 12, 90, 60)
HANDOVER_WIDTHS = (16, 30, 26, 26, 26, 26, 14, 30, 14, 60)
DEAL_WIDTHS = (30, 30, 26, 14, 14, 12, 14, 14, 14, 14, 40, 40)


def changed_counts(before: Look, after: Look) -> list[str]:
    """Return for each cause of which there are more or fewer than before how many, those that grew first."""
    lines: list[tuple[bool, str]] = []
    for kind, cause in before.judgement.by_cause:
        old, new = ((s.findings, s.accounts) for s in (j.judgement.sums[kind, cause] for j in (before, after)))
        if old != new:
            names = {"cause": cause_label(kind, cause), "old": number(old[0]), "new": number(new[0])}
            if old[0] == new[0]:
                names |= {"old": number(old[1]), "new": number(new[1])}
                text = tr("{cause}: {new} accounts instead of {old}", **names)
            else:
                text = tr("{cause}: {new} instead of {old}", **names)
            lines.append((new <= old, text))
    lines.sort(key=lambda line: line[0])
    return [text for _, text in lines[:_MOST_CHANGES]]


def state_label(state: str) -> str:
    """Return how far a hand-over is."""
    return {"due": tr("Due"), "coming": tr("Coming"), "done": tr("Done"), "stays": tr("Stays")}[state]


def finding_headers() -> list[str]:
    return [
        tr("Kind"), tr("Cause"), tr("About"), tr("Accounts"), tr("Units"), tr("Revenue"), tr("Deal amount"), tr("Day"),
        tr("Why"), tr("Account keys"),
    ]  # fmt: skip


def finding_rows(look: Look, findings: Iterable[Finding]) -> Iterator[list[Cell]]:
    """Yield a row for each finding; of its accounts the first are named."""
    for found in findings:
        yield [
            kind_label(found.kind),
            cause_label(found.kind, found.cause),
            about_text(look, found),
            len(found.accounts),
            len(found.units),
            found.revenue,
            found.amount if found.deals else None,
            found.day,
            why(look, found),
            listed(account_key(look, int(a)) for a in found.accounts[:50]),
        ]


def handover_headers() -> list[str]:
    return [
        tr_as("condition", "State"), tr("Account"), tr("From"), tr("Territory there"), tr("To"),
        tr("Territory here"), tr("Day"), tr("Deal"), tr("Deal amount"), tr("Why"),
    ]  # fmt: skip


def handover_cells(look: Look, one: HandOver) -> list[Cell]:
    """Return the row of a hand-over: both names and the day."""
    deal = look.deals[one.deal]
    return [
        state_label(one.state),
        account_name(look.plan, one.account),
        lead_name(look, one.giver),
        territory_name(look, one.giver),
        lead_name(look, one.taker) if one.state != "stays" else "",
        territory_name(look, one.taker),
        one.day,
        deal_title(look, deal),
        deal.amount,
        why_passes(look, one),
    ]


def lead_name(look: Look, holder: Holder) -> str:
    """Return who leads a territory, in words where nobody does."""
    lead = look.lead(holder)
    return lead.name if lead is not None else tr("nobody")


def territory_name(look: Look, holder: Holder) -> str:
    """Return a territory with its alignment, "" for none."""
    territory = look.territory(holder)
    if territory is None:
        return ""
    return tr("{territory}, {alignment}", territory=territory.name, alignment=alignment_name(look, holder[0]))


def deal_headers() -> list[str]:
    return [
        tr("Deal"), tr("Account"), tr("Rep or partner"), tr("Amount"), tr("Stage"), tr("Probability"),
        tr("Registered on"), tr("Close expected on"), tr("Expires on"), tr("Closed on"), tr("Conflict"), tr("Note"),
    ]  # fmt: skip


def deal_cells(look: Look, deal: Deal, conflicts: str) -> list[Cell]:
    return [
        deal.deal_name,
        account_of_deal(look, deal),
        seller_name(look, deal) if deal.rep_id is not None else "",
        deal.amount,
        stage_label(deal.stage),
        deal.probability,
        deal.registered_on,
        deal.expected_on,
        deal.expires_on,
        deal.closed_on,
        conflicts,
        deal.note,
    ]


def conflicts_by_deal(look: Look) -> dict[int, list[Finding]]:
    """Return the findings in which each deal is at issue, by row_id."""
    found: dict[int, list[Finding]] = {}
    by_cause = look.judgement.by_cause
    bids = [*by_cause["horizontal", "bid"], *by_cause["vertical", "bid"]]
    for finding in [*look.judgement.of_kind("deal"), *by_cause["vertical", "price"], *bids]:
        at_issue = finding.deals if finding.cause == "price" else finding.deals[-1:]
        for deal in at_issue:
            found.setdefault(look.deals[deal].row_id, []).append(finding)
    return found


def account_key(look: Look, account: int) -> str:
    """Return the key of an account, its name where it has none."""
    return str(look.plan.accounts.key[account]) or account_name(look.plan, account)


# -- JSON --------------------------------------------------------------------------------------------------------------


def sum_json(total: Sum) -> dict[str, Any]:
    return {
        "findings": total.findings,
        "accounts": total.accounts,
        "units": total.units,
        "deals": total.deals,
        "revenue": total.revenue,
        "amount": total.amount,
    }


def look_json(
    look: Look, causes: Sequence[tuple[str, str]], mendings: dict[tuple[str, str], list[Mending]]
) -> dict[str, Any]:
    """Return everything that was found of some causes; the sums of a kind are those of the causes asked for."""
    judged = look.judgement
    by_kind = {
        kind: {cause: judged.by_cause[kind, cause] for other, cause in causes if other == kind} for kind, _ in causes
    }
    return {
        "today": look.today,
        "measure": look.measure.name if look.measure is not None else None,
        "currency": look.plan.info.currency or None,
        "scenario": look.plan.scenario.name,
        "alignments": [{"name": c.alignment.name, "role": c.alignment.role} for c in look.coverages],
        "total": sum_json(judged.total([f for cause in causes for f in judged.by_cause[cause]])),
        "kinds": {
            kind: {
                **sum_json(judged.total([f for found in of_kind.values() for f in found])),
                "causes": {
                    cause: {
                        **sum_json(judged.total(found)),
                        "mendings": [
                            {"name": m.name, "label": m.label, "effect": list(m.effect)}
                            for m in mendings.get((kind, cause), [])
                        ],
                        "list": [finding_json(look, finding) for finding in found],
                    }
                    for cause, found in of_kind.items()
                },
            }
            for kind, of_kind in by_kind.items()
        },
    }


def finding_json(look: Look, finding: Finding) -> dict[str, Any]:
    return {
        "count": finding.count,
        "revenue": finding.revenue,
        "amount": finding.amount if finding.deals else None,
        "day": finding.day or None,
        "uncovered": finding.uncovered if finding.kind == "gap" else None,
        "accounts": [account_key(look, int(account)) for account in finding.accounts],
        "units": [str(look.plan.units.code[unit]) for unit in finding.units],
        "deals": [look.deals[deal].row_id for deal in finding.deals],
        "between": [holder_json(look, holder) for holder in finding.holders],
        "why": why(look, finding),
    }


def holder_json(look: Look, holder: Holder) -> dict[str, Any]:
    territory, lead = look.territory(holder), look.lead(holder)
    alignment = look.coverages[holder[0]].alignment
    return {
        "alignment": alignment.name,
        "role": alignment.role,
        "territory": territory.name if territory is not None else None,
        "rep": lead.name if lead is not None else None,
    }


def handover_json(look: Look, one: HandOver) -> dict[str, Any]:
    return {
        "state": one.state,
        "account": account_key(look, one.account),
        "account_name": account_name(look.plan, one.account),
        "from": holder_json(look, one.giver),
        "to": holder_json(look, one.taker),
        "day": one.day or None,
        "deal": look.deals[one.deal].row_id,
        "amount": look.deals[one.deal].amount,
        "why": why_passes(look, one) or None,
    }
