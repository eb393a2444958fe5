"""What stands in the tables of the page Quota: their rows, made of quotas and what they rest on, and their columns.

Owns rows and columns; amounts are session.money's, the page is quota_page's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from territorymap.i18n import listed, money, number, tr
from territorymap.metrics.quota_figures import UNFAIR_CV
from territorymap.session.commands.money import Target
from territorymap.session.money.ground import Ground
from territorymap.session.money.quotas import OWN, QuotaTable
from territorymap.session.money.told import origin_words, team_text
from territorymap.session.session import Session
from territorymap.ui.parts.record_table import RecordColumn
from territorymap.ui.parts.words import NOTHING

Edit = Callable[["QuotaRow", str], None]  # what was typed as a quota


@dataclass(frozen=True)
class QuotaRow:
    """A territory, or a rep or partner, with its quota; numbers are nan where there is none."""

    target: Target
    name: str
    rep: str
    quota: float
    origin: str
    relative: float = np.nan
    potential: float = np.nan
    history: float = np.nan
    capacity_h: float = np.nan
    pipeline: float = np.nan
    bottom_up: float = np.nan
    currency: str = ""


def territory_rows(ground: Ground, table: QuotaTable, currency: str) -> list[QuotaRow]:
    """Return a row for each territory."""
    return [
        QuotaRow(
            (None, territory.territory_id, None),
            territory.name,
            team_text(ground, t) or tr("vacant"),
            float(table.quota[t]),
            table.found[t].origin,
            float(table.relative[t]),
            float(table.potential[t]),
            float(table.history[t]),
            float(table.capacity_h[t]),
            float(table.pipeline[t]),
            float(table.bottom_up[t]),
            currency,
        )
        for t, territory in enumerate(ground.plan.territories)
    ]


def people_rows(session: Session, ground: Ground) -> list[QuotaRow]:
    """Return reps and partners with their own quota, or what their territories give them."""
    period = session.money.period
    found = session.money.forecast(period, session.money.today)
    at = {rep_id: i for i, rep_id in enumerate(found.rep_ids)}
    rows = []
    for rep in session.plan.reps:
        own = session.money.book.of_rep(rep.rep_id, period)
        if rep.rep_id not in ground.territories_of and rep.kind != "partner" and not own.origin:
            continue
        amount = float(found.rep.quota[at[rep.rep_id]]) if rep.rep_id in at else own.amount
        names = [session.plan.territories[t].name for t in ground.territories_of.get(rep.rep_id, [])]
        rows.append(
            QuotaRow((None, None, rep.rep_id), rep.name, listed(names), amount, own.origin,
                currency=session.plan.info.currency)
        )  # fmt: skip
    return rows


def territory_columns(edit: Edit) -> list[RecordColumn[QuotaRow]]:
    """Return the columns of the quotas of territories; ``edit`` takes what was typed."""

    def cash(key: str) -> Callable[[QuotaRow], str]:
        return lambda row: money(getattr(row, key), row.currency)

    def amount(key: str) -> Callable[[QuotaRow], float | None]:
        return lambda row: getattr(row, key)

    return [
        RecordColumn("name", tr("Territory"), tr("Double-click shows it on the map"), lambda r: r.name, priority=0),
        RecordColumn("rep", tr("Rep"), tr("The team"), lambda r: r.rep, priority=3, most_ems=18),
        RecordColumn(
            "quota",
            tr("Quota"),
            tr("Double-click, or type, to change it; empty takes it away"),
            cash("quota"),
            amount("quota"),
            is_number=True,
            priority=0,
            edit=edit,
            edit_text=lambda r: number(r.quota) if np.isfinite(r.quota) else "",
            tip_of=lambda r: origin_words(r.origin),
            ink=lambda r: "" if r.origin == OWN else "muted",
        ),
        RecordColumn(
            "difficulty",
            tr("Difficulty"),
            tr("Quota / potential against all territories: 1.00 is as hard as the whole, 1.20 is 20 % harder."),
            lambda r: number(r.relative, 2) if np.isfinite(r.relative) else NOTHING,
            amount("relative"),
            is_number=True,
            priority=1,
            ink=lambda r: "warning" if np.isfinite(r.relative) and abs(r.relative - 1) > UNFAIR_CV else "",
        ),
        RecordColumn(
            "potential",
            tr("Potential"),
            tr("Of the period"),
            lambda r: number(r.potential) if np.isfinite(r.potential) else NOTHING,
            amount("potential"),
            is_number=True,
            priority=4,
        ),
        RecordColumn(
            "history",
            tr("History"),
            tr("Of the period"),
            cash("history"),
            amount("history"),
            is_number=True,
            priority=4,
        ),
        RecordColumn(
            "capacity",
            tr("Capacity h"),
            tr("Hours of the team in the period"),
            lambda r: number(r.capacity_h) if np.isfinite(r.capacity_h) else NOTHING,
            amount("capacity_h"),
            is_number=True,
            priority=6,
        ),
        RecordColumn(
            "pipeline",
            tr("Open deals"),
            tr("Open deals of the period, weighted by their probability"),
            cash("pipeline"),
            amount("pipeline"),
            is_number=True,
            priority=7,
        ),
        RecordColumn(
            "below",
            tr("From below"),
            tr("What stays of history, what can be won of the rest of the potential, and weighted open deals"),
            cash("bottom_up"),
            amount("bottom_up"),
            is_number=True,
            priority=5,
        ),
        RecordColumn(
            "origin",
            tr("Where from"),
            tr("Where the quota comes from"),
            lambda r: origin_words(r.origin),
            priority=8,
        ),
    ]


def people_columns(edit: Edit) -> list[RecordColumn[QuotaRow]]:
    """Return the columns of the quotas of reps and partners."""
    return [
        RecordColumn(
            "name", tr("Rep or partner"), tr("Who has a territory, or is a partner"), lambda r: r.name, priority=0
        ),
        RecordColumn("rep", tr("Territories"), tr("Where he or she works"), lambda r: r.rep, most_ems=40),
        RecordColumn(
            "quota",
            tr("Quota"),
            tr("The part of the territories' quotas; type another to set it for the person, empty to go back"),
            lambda r: money(r.quota, r.currency),
            lambda r: r.quota,
            is_number=True,
            edit=edit,
            edit_text=lambda r: number(r.quota) if np.isfinite(r.quota) else "",
            ink=lambda r: "" if r.origin == OWN else "muted",
        ),
        RecordColumn(
            "origin",
            tr("Where from"),
            tr("Where the quota comes from"),
            lambda r: origin_words(r.origin) if r.origin == OWN else tr("from the territories"),
        ),
    ]
