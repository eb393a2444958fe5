"""What stands in the tables of the page Pay: their rows, made of what is paid, and their columns.

Owns rows and columns; amounts are session.money's, the page is pay_page's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from territorymap.exporters.statements import EXPLAINING
from territorymap.i18n import money, number, percent, tr
from territorymap.metrics.pay import LEVELS, payout_at
from territorymap.metrics.pay_statement import PayLine
from territorymap.metrics.pay_terms import ATTAINMENT, PayTerms, terms_from_json
from territorymap.model.coverage import PayPlan
from territorymap.model.role_words import role_label
from territorymap.session.money.pays import Paid, PayTable, Standing
from territorymap.session.money.told import team_text
from territorymap.ui.money.plan_dialog import tier_text
from territorymap.ui.parts.record_table import RecordColumn
from territorymap.ui.parts.region_rows import RegionRow, Titled, people_text, ratio_text, rolled_up, sum_text
from territorymap.ui.parts.words import NOTHING


@dataclass(frozen=True)
class PlanRow:
    """A pay plan; ``terms`` None where it cannot be read."""

    plan: PayPlan
    terms: PayTerms | None
    currency: str


@dataclass(frozen=True)
class TerritoryRow:
    """What attainment pays in a territory."""

    territory_id: int
    name: str
    rep: str
    pays: tuple[Decimal | None, ...]  # at LEVELS
    attainment: float
    expected: float
    currency: str


@dataclass(frozen=True)
class RepRow:
    """What a rep is paid."""

    paid: Paid
    currency: str


@dataclass(frozen=True)
class LineRow:
    """A line of a statement; ``at`` keeps the order."""

    at: int
    line: PayLine
    currency: str
    is_total: bool = False


@dataclass(frozen=True)
class ContestRow:
    """A territory's place in a contest."""

    standing: Standing
    territory_id: int
    name: str
    rep: str
    currency: str


def plan_row(plan: PayPlan, table: PayTable, currency: str) -> PlanRow:
    """Return the row of a plan."""
    terms = None if plan.row_id in table.unreadable else terms_from_json(plan.content)
    return PlanRow(plan, terms, currency)


def territory_rows(table: PayTable) -> list[TerritoryRow]:
    """Return what attainment pays in each territory."""
    payouts, expected = table.payouts(), table.expected_of_territories()
    attainment = table.forecast.territory.attainment
    return [
        TerritoryRow(
            territory.territory_id,
            territory.name,
            team_text(table.ground, t) or tr("vacant"),
            tuple(payouts[:, t].tolist()),
            float(attainment[t]),
            float(expected[t]),
            table.currency,
        )
        for t, territory in enumerate(table.ground.plan.territories)
    ]


def region_rows(table: PayTable, rows: Sequence[TerritoryRow], columns: Sequence[Titled]) -> list[RegionRow]:
    """Return what attainment pays in each region, and its forecast of its quotas."""
    plan, found = table.ground.plan, table.forecast.territory

    def cash(value: float) -> str:
        return _cash(value, table.currency)

    texts = {
        f"at_{i}": sum_text([math.nan if (pay := row.pays[i]) is None else float(pay) for row in rows], cash)
        for i in range(len(LEVELS))
    }
    texts |= {
        "rep": lambda line: people_text(plan, line),
        "attainment": ratio_text(found.forecast[: len(rows)].tolist(), found.quota[: len(rows)].tolist()),
        "expected": sum_text([row.expected for row in rows], cash),
    }
    return rolled_up(plan, columns, texts)


def contest_rows(table: PayTable) -> list[ContestRow]:
    """Return who stands where in each contest."""
    territories = table.ground.plan.territories
    return [
        ContestRow(
            one,
            territories[one.territory_ix].territory_id,
            territories[one.territory_ix].name,
            team_text(table.ground, one.territory_ix) or tr("vacant"),
            table.currency,
        )
        for one in table.standings()
    ]


def contest_columns() -> list[RecordColumn[ContestRow]]:
    """Return the columns of the contests."""

    def value(row: ContestRow) -> str:
        is_share = row.standing.contest.metric == ATTAINMENT
        return percent(row.standing.value, 1) if is_share else number(row.standing.value, 1)

    return [
        RecordColumn("contest", tr("Contest"), tr("Its name"), lambda r: r.standing.contest.name, priority=0),
        RecordColumn(
            "place",
            tr("Place"),
            tr("Who is equal shares the prizes of the places"),
            lambda r: number(r.standing.place),
            lambda r: r.standing.place,
            is_number=True,
            priority=1,
        ),
        RecordColumn("name", tr("Territory"), tr("Double-click shows it on the map"), lambda r: r.name, priority=1),
        RecordColumn("rep", tr("Rep"), tr("The team"), lambda r: r.rep, priority=3),
        RecordColumn(
            "value",
            tr("Reached"),
            tr("Attainment by what is booked, or the figure that counts"),
            value,
            lambda r: r.standing.value,
            is_number=True,
            priority=2,
        ),
        RecordColumn(
            "prize",
            tr("Prize"),
            tr("As it stands now"),
            lambda r: _cash(r.standing.prize, r.currency, 2),
            lambda r: float(r.standing.prize),
            is_number=True,
            priority=1,
        ),
    ]


def plan_columns() -> list[RecordColumn[PlanRow]]:
    """Return the columns of the pay plans."""

    def pays(row: PlanRow) -> str:
        if row.terms is None:
            return tr("cannot be read")
        return " / ".join(_cash(payout_at(row.terms, level, row.terms.period), row.currency) for level in LEVELS)

    return [
        RecordColumn(
            "name", tr("Pay plan"), tr("Return changes it"), lambda r: r.plan.plan_name, most_ems=30, priority=0
        ),
        RecordColumn(
            "role", tr("Role"), tr("Who is paid by it"), lambda r: role_label(r.plan.role) or tr("any role"), priority=1
        ),
        RecordColumn(
            "base",
            tr("Base"),
            tr("Of a full-time person"),
            lambda r: _cash(r.terms.base if r.terms else None, r.currency),
            is_number=True,
        ),
        RecordColumn(
            "variable",
            tr("Variable"),
            tr("At 100 %"),
            lambda r: _cash(r.terms.variable if r.terms else None, r.currency),
            is_number=True,
        ),
        RecordColumn(
            "tiers",
            tr("Tiers"),
            tr("From which attainment a point pays how much"),
            lambda r: tier_text(r.terms) if r.terms else NOTHING,
        ),
        RecordColumn("pays", tr("80 / 100 / 120 %"), tr("Variable pay at these attainments"), pays, is_number=True),
    ]


def territory_columns() -> list[RecordColumn[TerritoryRow]]:
    """Return the columns of the payouts by territory."""

    def level(i: int) -> RecordColumn[TerritoryRow]:
        share = percent(float(LEVELS[i]))
        return RecordColumn(
            f"at_{i}",
            tr("At {share}", share=share),
            tr("Variable pay of the team if it attains {share}", share=share),
            lambda r: _cash(r.pays[i], r.currency),
            lambda r: None if r.pays[i] is None else float(r.pays[i] or 0),
            is_number=True,
            priority=1,
        )

    return [
        RecordColumn("name", tr("Territory"), tr("Double-click shows it on the map"), lambda r: r.name, priority=0),
        RecordColumn("rep", tr("Rep"), tr("The team"), lambda r: r.rep, priority=3, most_ems=20),
        *(level(i) for i in range(len(LEVELS))),
        RecordColumn(
            "attainment",
            tr("Forecast"),
            tr("Forecast / quota"),
            lambda r: percent(r.attainment) if np.isfinite(r.attainment) else NOTHING,
            lambda r: r.attainment,
            is_number=True,
            priority=2,
        ),
        RecordColumn(
            "expected",
            tr("Pays"),
            tr("Variable pay of the team if the forecast comes true"),
            lambda r: _cash(r.expected, r.currency) if np.isfinite(r.expected) else NOTHING,
            lambda r: r.expected,
            is_number=True,
            priority=2,
        ),
    ]


def rep_columns() -> list[RecordColumn[RepRow]]:
    """Return the columns of the reps."""

    def cash(key: str, title: str, tip: str) -> RecordColumn[RepRow]:
        def value(row: RepRow) -> float:
            return float(getattr(row.paid, key))

        return RecordColumn(key, title, tip, lambda r: _cash(value(r), r.currency), value, is_number=True)

    return [
        RecordColumn("name", tr("Rep"), tr("Choose one to see the statement"), lambda r: r.paid.rep.name, priority=0),
        RecordColumn(
            "plan", tr("Pay plan"), tr("By the rep's own role, else the alignment's"),
            lambda r: r.paid.plan.plan_name if r.paid.plan else tr("none"),
        ),
        cash("quota", tr("Quota"), tr("Of the period")),
        cash("booked", tr("Booked"), tr("Won in the period")),
        cash("total", tr("Pay"), tr("Base and all that is earned by what is booked")),
        cash("expected", tr("Pay at forecast"), tr("If the forecast comes true, without prizes and SPIFFs")),
    ]  # fmt: skip


def line_columns() -> list[RecordColumn[LineRow]]:
    """Return the columns of a statement."""

    def amount(row: LineRow) -> str:
        return "" if row.line.kind in EXPLAINING else _cash(row.line.amount, row.currency, 2)

    return [
        RecordColumn("what", tr("What"), tr("What is paid"), lambda r: r.line.label, most_ems=26, priority=0),
        RecordColumn("how", tr("How"), tr("How it is reckoned"), lambda r: r.line.how, priority=1),
        RecordColumn("amount", tr("Amount"), tr("To the cent"), amount, is_number=True, priority=0),
    ]


def _cash(value: Decimal | float | None, currency: str, digits: int = 0) -> str:
    return NOTHING if value is None else money(float(value), currency, digits)
