"""The rows of a plan as columns: territories, units, accounts, ranges of codes; the same for every format.

Owns which columns there are, their order and unique names; not how a file writes them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.ranges import code_ranges, list_texts
from territorymap.exporters.view import ExportView
from territorymap.metrics.regions import RegionSource, region_balance
from territorymap.model.records import LOCATION_LEVELS, Measure
from territorymap.model.territory_figure import PERCENT
from territorymap.model.units import strings

SIGNIFICANT_DIGITS = 15  # more would show 0.1 + 0.2 as 0.30000000000000004


@dataclass(frozen=True)
class Column:
    """One column; the dtype tells its kind: object = text, integer = count, float = number (nan = none)."""

    name: str
    values: NDArray[np.generic]  # (n,)
    kind: str = ""  # how a number reads: "hours", "index", "degrees", "km2", "ratio", "percent", "color"; "" = as it is
    measure: str = ""  # the measure that it is a total, target or index of, "" = of none

    @property
    def is_text(self) -> bool:
        return self.values.dtype == object


def content_columns(view: ExportView, what: str) -> list[Column]:
    """Return the columns of a content, such as "territories" or "accounts"."""
    makers = {
        "territories": territory_columns,
        "units": unit_columns,
        "accounts": account_columns,
        "ranges": range_columns,
        "regions": region_columns,
    }
    if what == "scorecards":
        from territorymap.exporters.scorecard_table import scorecard_columns

        return with_unique_names(scorecard_columns(view))
    if what in ("rep_list", "teams"):
        from territorymap.exporters.rep_table import rep_columns, team_columns

        return with_unique_names(rep_columns(view) if what == "rep_list" else team_columns(view))
    if what == "metrics":
        from territorymap.exporters.metric_table import metric_columns

        return with_unique_names(metric_columns(view))
    return with_unique_names(makers[what](view))


def territory_columns(view: ExportView) -> list[Column]:
    """Return a row a territory: totals, then target and index of each measure, then shape."""
    plan, balance = view.plan, view.balance
    columns = [
        Column("territory", view.territory_names()[:-1]),
        Column("rep", view.rep_names()[:-1]),
        Column("color", strings(t.color for t in plan.territories), "color"),
    ]
    columns += [_total(m, view.territory_total[i]) for i, m in enumerate(plan.measures)]
    for i, name in enumerate(balance.measures):
        columns.append(Column(f"{name}_target", balance.target[i], _kind(name), name))
        columns.append(Column(f"{name}_index", balance.index[i], "index", name))
    columns += [Column(f.spec.key, f.values, "percent" if f.spec.form == PERCENT else "") for f in view.figures]
    return [
        *columns,
        Column("pieces", view.pieces.astype(np.int64)),
        Column("cut_edges", view.cut_edges.astype(np.int64)),
        Column("polsby_popper", view.polsby_popper, "ratio"),
    ]


def region_columns(view: ExportView) -> list[Column]:
    """Return a row a region with all that is in it, each before those within it; last what is in none."""
    plan, balance = view.plan, view.balance
    found = region_balance(plan, RegionSource(view.territory_total, view.n_units, view.n_accounts), balance)
    columns = [
        Column("region", strings(line.name for line in found.lines)),
        Column("level", np.array([line.depth + 1 for line in found.lines], dtype=np.int64)),
        Column("manager", strings(line.manager for line in found.lines)),
        Column("n_territories", found.n_territories),
        Column("n_reps", found.n_reps),
        Column("n_vacant", found.n_vacant),
        Column("n_units", found.n_units),
        Column("n_accounts", found.n_accounts),
        Column("capacity_h", found.capacity_h, "hours"),
    ]
    measures = [plan.measures[row] for row in balance.measure_ix]
    shown = [(m, measure) for m, measure in enumerate(measures) if measure.name not in ("units", "accounts")]
    for m, measure in shown:
        columns.append(_total(measure, found.total[m]))
        columns.append(Column(f"{measure.name}_target", found.target[m], _kind(measure.name), measure.name))
        columns.append(Column(f"{measure.name}_index", found.index[m], "index", measure.name))
    return columns


def unit_columns(view: ExportView) -> list[Column]:
    """Return a row a unit: where it belongs, and what it adds to its territory."""
    units, territory = view.plan.units, view.plan.unit_territory
    columns = [
        Column("unit_code", units.code),
        Column("unit_name", units.name),
        Column("territory", view.territory_names()[territory]),
        Column("rep", view.rep_names()[territory]),
        Column("parent_code", units.parent_code),
        Column("parent_name", units.parent_name),
        Column("country", units.country),
        Column("lon", units.lon, "degrees"),
        Column("lat", units.lat, "degrees"),
        Column("area_km2", units.area_km2, "km2"),
    ]
    if any(units.part_of):
        columns.append(Column("part_of", units.part_of))
    shown = [(i, m) for i, m in enumerate(view.plan.measures) if m.name != "units"]
    return columns + [_total(m, view.unit_total[i]) for i, m in shown]


def account_columns(view: ExportView) -> list[Column]:
    """Return a row an account: who has it and why, where it lies, its measures and segments."""
    plan, accounts = view.plan, view.plan.accounts
    has_unit = accounts.unit_ix >= 0
    unit_code = strings("" for _ in range(len(accounts)))
    unit_code[has_unit] = plan.units.code[accounts.unit_ix[has_unit]]
    reasons = {int(account_id): override.reason for account_id, override in plan.overrides.items()}
    columns = [
        Column("account_key", accounts.key),
        Column("account_name", accounts.name),
        Column("territory", view.territory_names()[view.account_territory]),
        Column("rep", view.rep_names()[view.account_territory]),
        *_other_alignments(view),
        Column("override", view.territory_names()[plan.account_override]),
        Column("override_reason", strings(reasons.get(int(i), "") for i in accounts.account_id)),
        Column("unit_code", unit_code),
        Column("postal_code", accounts.postal_code),
        Column("city", accounts.city),
        Column("state", accounts.state),
        Column("country", accounts.country),
        Column("lon", accounts.lon, "degrees"),
        Column("lat", accounts.lat, "degrees"),
        Column("location_level", strings(LOCATION_LEVELS[level] for level in accounts.level)),
    ]
    if np.isfinite(accounts.satisfaction).any():
        columns.append(Column("satisfaction", accounts.satisfaction))
    if accounts.is_protected.any() or accounts.wants_change.any():
        marks = np.where(accounts.is_protected, "protect", np.where(accounts.wants_change, "change rep", ""))
        columns.append(Column("mark", strings(marks.tolist())))
    measures = [m for m in plan.measures if m.source == "account"]
    columns += [Column("workload_h", view.account_workload_h, "hours", "workload_h")]
    columns += [Column(m.name, accounts.values[m.column_name], measure=m.name) for m in measures]
    return columns + [Column(s.name, accounts.segments[s.column_name]) for s in plan.segments]


def _other_alignments(view: ExportView) -> list[Column]:
    """Return who has each account in the other alignments, and whether the one in use covers it at all."""
    columns = []
    if view.coverages or not view.plan.in_scope.all():
        columns.append(Column("in_scope", view.plan.in_scope.astype(np.int64)))
    reps = {rep.rep_id: rep.name for rep in view.plan.reps}
    for one in view.coverages:
        names = strings([*(t.name for t in one.territories), ""])
        who = strings([*(reps.get(t.rep_id, "") if t.rep_id is not None else "" for t in one.territories), ""])
        columns.append(Column(f"territory: {one.alignment.name}", names[one.owner]))
        columns.append(Column(f"rep: {one.alignment.name}", who[one.owner]))
    return columns


def range_columns(view: ExportView, bridges_gaps: bool = True, is_listed: bool = False) -> list[Column]:
    """Return a row a range of unit codes, or one a territory with all its ranges; unassigned units are in none."""
    plan, units = view.plan, view.plan.units
    ranges = code_ranges(units.code.tolist(), plan.unit_territory.tolist(), units.part_of.tolist(), bridges_gaps)
    rows = [(one.text, [one]) for one in ranges if one.territory_ix >= 0]
    if is_listed:
        same = groupby((one for one in ranges if one.territory_ix >= 0), key=lambda one: one.territory_ix)
        rows = [text for _, of_one in same for text in list_texts(of_one)]
    owner = np.array([held[0].territory_ix for _, held in rows], dtype=np.int64)
    columns = [
        Column("territory", view.territory_names()[owner]),
        Column("rep", view.rep_names()[owner]),
        Column("unit_codes", strings(text for text, _ in rows)),
    ]
    if not is_listed:
        columns.append(Column("first_code", strings(held[0].first for _, held in rows)))
        columns.append(Column("last_code", strings(held[0].last for _, held in rows)))
    n_units = [sum(one.n_units for one in held) for _, held in rows]
    return [*columns, Column("n_units", np.array(n_units, dtype=np.int64))]


def with_unique_names(columns: list[Column]) -> list[Column]:
    """Return the columns, a name that is taken (letter case aside, as SQLite has it) with a number behind it."""
    taken = {"fid", "geom", "geometry"}
    unique = []
    for column in columns:
        name, n = column.name, 1
        while name.casefold() in taken:
            n += 1
            name = f"{column.name}_{n}"
        taken.add(name.casefold())
        unique.append(replace(column, name=name))
    return unique


def plain_number(value: float) -> int | float | None:
    """Return a number as it is to be written: whole ones without a point, nan and infinity as None."""
    if not np.isfinite(value):
        return None
    short = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    return int(short) if short.is_integer() and abs(short) < 2**53 else short


def _total(measure: Measure, values: NDArray[np.float64]) -> Column:
    return Column(measure.name, _counted(measure, values), _kind(measure.name), measure.name)


def _kind(measure: str) -> str:
    return "hours" if measure == "workload_h" else ""


def _counted(measure: Measure, values: NDArray[np.float64]) -> NDArray[np.generic]:
    """Return counts as integers, sums as they are."""
    return np.rint(values).astype(np.int64) if measure.name in ("accounts", "units") else values
