"""The rows of a plan as columns: territories, units, accounts; the same for CSV, GeoJSON and GeoPackage.

Owns which columns there are, their order and unique names; not how a file writes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.view import ExportView
from territorymap.model.records import LOCATION_LEVELS, Measure

SIGNIFICANT_DIGITS = 15  # more would show 0.1 + 0.2 as 0.30000000000000004


@dataclass(frozen=True)
class Column:
    """One column; the dtype tells its kind: object = text, integer = count, float = number (nan = none)."""

    name: str
    values: NDArray[np.generic]  # (n,)

    @property
    def is_text(self) -> bool:
        return self.values.dtype == object


def content_columns(view: ExportView, what: str) -> list[Column]:
    """Return the columns of "territories", "units" or "accounts"."""
    columns = {"territories": territory_columns, "units": unit_columns, "accounts": account_columns}[what](view)
    return with_unique_names(columns)


def territory_columns(view: ExportView) -> list[Column]:
    """Return a row a territory: totals, then target and index of each measure, then shape."""
    plan, balance = view.plan, view.balance
    columns = [
        Column("territory", view.territory_names()[:-1]),
        Column("rep", view.rep_names()[:-1]),
        Column("color", _texts(t.color for t in plan.territories)),
    ]
    columns += [Column(m.name, _counted(m, view.territory_total[i])) for i, m in enumerate(plan.measures)]
    for i, name in enumerate(balance.measures):
        columns.append(Column(f"{name}_target", balance.target[i]))
        columns.append(Column(f"{name}_index", balance.index[i]))
    return [
        *columns,
        Column("pieces", view.pieces.astype(np.int64)),
        Column("cut_edges", view.cut_edges.astype(np.int64)),
        Column("polsby_popper", view.polsby_popper),
    ]


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
        Column("lon", units.lon),
        Column("lat", units.lat),
        Column("area_km2", units.area_km2),
    ]
    if any(units.part_of):
        columns.append(Column("part_of", units.part_of))
    shown = [(i, m) for i, m in enumerate(view.plan.measures) if m.name != "units"]
    return columns + [Column(m.name, _counted(m, view.unit_total[i])) for i, m in shown]


def account_columns(view: ExportView) -> list[Column]:
    """Return a row an account: who has it and why, where it lies, its measures and segments."""
    plan, accounts = view.plan, view.plan.accounts
    has_unit = accounts.unit_ix >= 0
    unit_code = _texts("" for _ in range(len(accounts)))
    unit_code[has_unit] = plan.units.code[accounts.unit_ix[has_unit]]
    reasons = {int(account_id): override.reason for account_id, override in plan.overrides.items()}
    columns = [
        Column("account_key", accounts.key),
        Column("account_name", accounts.name),
        Column("territory", view.territory_names()[view.account_territory]),
        Column("rep", view.rep_names()[view.account_territory]),
        Column("override", view.territory_names()[plan.account_override]),
        Column("override_reason", _texts(reasons.get(int(i), "") for i in accounts.account_id)),
        Column("unit_code", unit_code),
        Column("postal_code", accounts.postal_code),
        Column("city", accounts.city),
        Column("state", accounts.state),
        Column("country", accounts.country),
        Column("lon", accounts.lon),
        Column("lat", accounts.lat),
        Column("location_level", _texts(LOCATION_LEVELS[level] for level in accounts.level)),
    ]
    measures = [m for m in plan.measures if m.source == "account"]
    columns += [Column("workload_h", view.account_workload_h)]
    columns += [Column(m.name, accounts.values[m.column_name]) for m in measures]
    return columns + [Column(s.name, accounts.segments[s.column_name]) for s in plan.segments]


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
        unique.append(Column(name, column.values))
    return unique


def plain_number(value: float) -> int | float | None:
    """Return a number as it is to be written: whole ones without a point, nan and infinity as None."""
    if not np.isfinite(value):
        return None
    short = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    return int(short) if short.is_integer() and abs(short) < 2**53 else short


def _counted(measure: Measure, values: NDArray[np.float64]) -> NDArray[np.generic]:
    """Return counts as integers, sums as they are."""
    return np.rint(values).astype(np.int64) if measure.name in ("accounts", "units") else values


def _texts(values: Iterable[str]) -> NDArray[np.object_]:
    return np.array([*values, None], dtype=object)[:-1]
