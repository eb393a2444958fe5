"""The register of deals as a table: a row each with its conflicts, the columns, and the filter.

Owns what stands in the rows; which are shown, and the commands, are the page's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from territorymap.i18n import listed, money, percent, tr
from territorymap.metrics.coverage.findings import Finding
from territorymap.model.coverage import Deal
from territorymap.model.coverage_words import stage_label
from territorymap.session.coverage_issues.kind_words import cause_label
from territorymap.session.coverage_issues.naming import account_of_deal, day_text, seller_name
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.coverage_issues.reasons import deal_rules
from territorymap.session.coverage_issues.telling import conflicts_by_deal
from territorymap.ui.parts.record_table import RecordColumn

ALL, OPEN, CLOSED, IN_CONFLICT = "all", "open", "closed", "conflict"  # which deals


@dataclass(frozen=True, eq=False)
class DealRow:
    """One deal with what is said of it."""

    deal: Deal
    account: str
    seller: str
    findings: Sequence[Finding]

    @property
    def conflicts(self) -> str:
        return listed(cause_label(finding.kind, finding.cause) for finding in self.findings)


def rows_of(look: Look) -> list[DealRow]:
    """Return a row for each deal."""
    by_deal = conflicts_by_deal(look)
    return [
        DealRow(deal, account_of_deal(look, deal), seller_name(look, deal), by_deal.get(deal.row_id, ()))
        for deal in look.deals
    ]


def rules_of(look: Look, row: DealRow) -> str:
    """Return what the first-come and the territory rule say of a deal."""
    return deal_rules(look, row.deal, row.findings)


def deal_columns(look_now: Callable[[], Look | None]) -> list[RecordColumn[DealRow]]:
    """Return the columns of the register."""

    def worth(row: DealRow) -> str:
        return money(row.deal.amount, look.plan.info.currency) if (look := look_now()) is not None else ""

    def chance(row: DealRow) -> str:
        return "" if row.deal.probability is None else percent(row.deal.probability)

    def why_of(row: DealRow) -> str:
        return rules_of(look, row) if (look := look_now()) is not None else ""

    def on(key: str, title: str, tip: str, priority: int) -> RecordColumn[DealRow]:
        day: Callable[[DealRow], str] = lambda row: getattr(row.deal, key)  # noqa: E731
        return RecordColumn(
            key, title, tip, lambda row: day_text(day(row)), order=lambda row: day(row) or None, priority=priority
        )

    return [
        RecordColumn("name", tr("Deal"), tr("Name of the deal"), lambda r: r.deal.deal_name, priority=0),
        RecordColumn(
            "account", tr("Account"), tr("The account it is on"), lambda r: r.account, most_ems=20, priority=1
        ),
        RecordColumn(
            "seller", tr("Rep or partner"), tr("Who registered it"), lambda r: r.seller, most_ems=20, priority=1
        ),
        RecordColumn(
            "amount",
            tr("Amount"),
            tr("Amount of the deal"),
            worth,
            order=lambda r: r.deal.amount,
            is_number=True,
            priority=1,
        ),
        RecordColumn("stage", tr("Stage"), tr("How far it is"), lambda r: stage_label(r.deal.stage), priority=3),
        RecordColumn(
            "conflicts",
            tr("Conflict"),
            tr("By the first-come rule, the territory rule, or because it has expired"),
            lambda r: r.conflicts,
            order=lambda r: r.conflicts or None,
            ink=lambda r: "danger",
            tip_of=why_of,
            most_ems=24,
            priority=1,
        ),
        on("registered_on", tr("Registered"), tr("Day of registration"), 4),
        on("expires_on", tr("Expires"), tr("Last day on which the registration protects"), 4),
        on("expected_on", tr("Expected"), tr("Day on which the close is expected"), 6),
        on("closed_on", tr("Closed"), tr("Day of close"), 6),
        RecordColumn(
            "probability",
            tr("Probability"),
            tr("Chance that it is won"),
            chance,
            order=lambda r: r.deal.probability,
            is_number=True,
            priority=7,
        ),
        RecordColumn("note", tr("Note"), tr("Note"), lambda r: r.deal.note, most_ems=30, priority=8),
    ]


def fits(row: DealRow, words: Sequence[str], which: str) -> bool:
    """Tell whether a deal is one of those asked for, and has all the words somewhere."""
    is_closed = row.deal.stage in ("won", "lost")
    if (which == OPEN and is_closed) or (which == CLOSED and not is_closed):
        return False
    if which == IN_CONFLICT and not row.findings:
        return False
    if not words:
        return True
    text = " ".join((row.deal.deal_name, row.account, row.seller, row.deal.note)).casefold()
    return all(word in text for word in words)
