"""What regions have together, under the tables of territories and reps. Owns what adds up; drawing is parts'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import listed, ntr, number, percent, tr
from territorymap.metrics.regions import RegionBalance, RegionLine, region_balance, region_lines, sums
from territorymap.model.plan import Plan
from territorymap.model.records import Rep
from territorymap.session.session import Session
from territorymap.ui.panels.territory_columns import TerritoryColumn, column_values
from territorymap.ui.parts.region_rows import RegionRow, TextsWhenSeen, region_name
from territorymap.ui.parts.words import NOTHING, amount, figure_text, index_text

if TYPE_CHECKING:
    from territorymap.ui.panels.rep_model import RepColumn

Floats = NDArray[np.float64]
_SUMMED_FORMS = ("money", "number")


def territory_region_rows(
    session: Session, columns: Sequence[TerritoryColumn], digits: Mapping[str, int]
) -> list[RegionRow]:
    """Return a line for each region under the territory table; none where no territory is in a region."""
    plan = session.plan
    if not region_lines(plan):
        return []
    found = region_balance(plan, session.totals, session.balance)
    known: dict[str, Floats | None] = {}

    def added(column: TerritoryColumn) -> Floats | None:
        if column.key not in known:
            known[column.key] = _added(session, found.lines, column)
        return known[column.key]

    def texts_of(at: int) -> TextsWhenSeen:
        return TextsWhenSeen(
            len(columns), lambda c: _territory_text(session, found, at, columns[c], added(columns[c]), digits)
        )

    rows = []
    for at, line in enumerate(found.lines):
        texts = texts_of(at)
        spoken = [
            tr("{column} {value}", column=column.title, value=texts[c])
            for c, column in enumerate(columns)
            if column.kind in ("total", "index") and texts[c]
        ]
        who = {"region": region_name(line), "people": _people(found, at)}
        rows.append(RegionRow(texts, line.depth, tr("{region}, {people}: {sums}", **who, sums=listed(spoken))))
    return rows


def _added(session: Session, lines: Sequence[RegionLine], column: TerritoryColumn) -> Floats | None:
    """Return (L,) sums of a column where adding up means something."""
    is_sum = column.kind in ("total", "target", "pieces", "area")
    if column.figure is not None:
        is_sum = column.figure.form in _SUMMED_FORMS
    return sums(lines, column_values(session, column)) if is_sum else None


def _territory_text(
    session: Session,
    found: RegionBalance,
    at: int,
    column: TerritoryColumn,
    added: Floats | None,
    digits: Mapping[str, int],
) -> str:
    if column.kind == "name":
        return region_name(found.lines[at])
    if column.kind == "rep":
        return _people(found, at)
    if column.kind == "index":
        rows = list(session.balance.measure_ix)
        if column.measure_ix not in rows:
            return ""
        return index_text(float(found.index[rows.index(column.measure_ix), at]))
    if added is None:
        return ""
    value = float(added[at])
    if column.figure is not None:
        return figure_text(column.figure, value, session.plan.info.currency)
    return amount(value, digits.get(column.key)) if np.isfinite(value) else NOTHING


def _people(found: RegionBalance, at: int) -> str:
    reps = ntr("{n} rep", "{n} reps", int(found.n_reps[at]))
    vacant = int(found.n_vacant[at])
    return tr("{reps}, {n} vacant", reps=reps, n=number(vacant)) if vacant else reps


def rep_region_rows(session: Session, columns: Sequence[RepColumn]) -> list[RegionRow]:
    """Return a line for each region under the table of reps: the people of its territories, each once."""
    plan = session.plan
    lines = region_lines(plan)
    rows = []
    for line in lines:
        reps = _reps_of(plan, line)
        told = [rep.capacity_h for rep in reps if rep.capacity_h is not None]
        capacity = sum(told)
        work = float(np.sum(_workload(session)[list(line.territory_ix)])) if line.territory_ix else 0.0
        values = {
            "name": region_name(line),
            "territories": ntr("{n} territory", "{n} territories", len(line.territory_ix)),
            "home": ntr("{n} rep", "{n} reps", len(reps)),
            "capacity_h": amount(capacity) if told else NOTHING,
            "load": percent(work / capacity) if capacity > 0 and len(told) == len(reps) else NOTHING,
            "fte": number(sum(rep.fte for rep in reps), 1),
        }
        texts = [values.get(column.key, "") for column in columns]
        spoken = tr(
            "{region}: {reps}, {capacity} h a year, {fte} full-time jobs",
            region=region_name(line),
            reps=values["home"],
            capacity=values["capacity_h"],
            fte=values["fte"],
        )
        rows.append(RegionRow(texts, line.depth, spoken))
    return rows


def _reps_of(plan: Plan, line: RegionLine) -> list[Rep]:
    ids = dict.fromkeys(plan.territories[ix].rep_id for ix in line.territory_ix)
    found = [plan.rep(rep_id) for rep_id in ids if rep_id is not None]
    return [rep for rep in found if rep is not None]


def _workload(session: Session) -> Floats:
    measure = session.plan.measure_named("workload_h")
    row = session.plan.measures.index(measure) if measure is not None else 0
    return np.asarray(np.nan_to_num(session.totals.territory_total[row]), dtype=np.float64)
