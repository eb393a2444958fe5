"""The list of findings: its columns, and which of them are worth their room.

Owns the table; which findings stand in it is the panel's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from territorymap.i18n import money, number, tr
from territorymap.metrics.coverage.findings import Finding
from territorymap.session.coverage_issues.naming import about_text, day_text
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.coverage_issues.reasons import why
from territorymap.ui.parts.column_fit import ONLY_CHOSEN, ColumnNeed
from territorymap.ui.parts.record_table import RecordColumn, RecordTable


class FindingTable(RecordTable[Finding]):
    """The findings; a column in which nothing would stand is there only if it is asked for."""

    def __init__(self, look_now: Callable[[], Look | None]) -> None:
        super().__init__(_columns(look_now), lambda finding: finding.key, tr("Conflicts and gaps"))

    def _needs(self) -> list[ColumnNeed]:
        rows = self.model.rows
        told = {
            "uncovered": any(row.kind == "gap" for row in rows),
            "amount": any(row.deals for row in rows),
            "day": any(row.day for row in rows),
        }
        blank = {key for key, is_told in told.items() if not is_told}
        return [replace(need, priority=ONLY_CHOSEN) if need.key in blank else need for need in super()._needs()]


def _columns(look_now: Callable[[], Look | None]) -> list[RecordColumn[Finding]]:
    def about(finding: Finding) -> str:
        return about_text(look, finding) if (look := look_now()) is not None else ""

    def tip(finding: Finding) -> str:
        return why(look, finding) if (look := look_now()) is not None else ""

    def worth(amount: float) -> str:
        return money(amount, look.plan.info.currency) if (look := look_now()) is not None else ""

    return [
        RecordColumn("about", tr("About"), tr("Who is concerned, or where"), about, tip_of=tip, priority=0),
        RecordColumn(
            "accounts",
            tr("Accounts"),
            tr("Number of accounts"),
            lambda f: number(len(f.accounts)),
            order=lambda f: len(f.accounts),
            is_number=True,
            priority=1,
        ),
        RecordColumn(
            "revenue",
            tr("Revenue"),
            tr("Revenue of these accounts"),
            lambda f: worth(f.revenue),
            order=lambda f: f.revenue,
            is_number=True,
            priority=2,
        ),
        RecordColumn(
            "units",
            tr("Units"),
            tr("Number of units"),
            lambda f: number(len(f.units)),
            order=lambda f: len(f.units),
            is_number=True,
            priority=6,
        ),
        RecordColumn(
            "uncovered",
            tr("Nobody covers"),
            tr("Accounts of a gap that no other alignment covers either"),
            lambda f: number(f.uncovered) if f.kind == "gap" else "",
            order=lambda f: f.uncovered,
            is_number=True,
            priority=5,
        ),
        RecordColumn(
            "amount",
            tr("Deal amount"),
            tr("Amount of the deals at issue"),
            lambda f: worth(f.amount) if f.deals else "",
            order=lambda f: f.amount if f.deals else None,
            is_number=True,
            priority=4,
        ),
        RecordColumn("day", tr("Day"), tr("Day of a hand-over"), lambda f: day_text(f.day), lambda f: f.day or None),
    ]
