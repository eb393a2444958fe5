"""What a plan file says, read with sqlite3 beside the running window, and its totals by arithmetic written here.

Owns the second opinion; uses no code of ours.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EARTH_KM = 6371.0088


@dataclass
class Territory:
    """One territory's totals."""

    name: str
    rep: str | None
    home: tuple[float, float] | None
    n_units: int = 0
    n_accounts: int = 0
    revenue: float = 0.0
    workload_h: float = 0.0
    account_keys: set[str] = field(default_factory=set)


class PlanFile:
    """A plan file, read only; each call sees what is committed at that moment."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        try:
            yield connection
        finally:
            connection.close()

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._open() as connection:
            return [tuple(row) for row in connection.execute(sql, values)]

    def value(self, sql: str, *values: object) -> Any:
        ((value,),) = self.rows(sql, *values)
        return value

    def territory_by_unit(self) -> dict[str, str]:
        return dict(
            self.rows(
                "SELECT unit_code, territory_name FROM assignment JOIN unit USING (unit_id)"
                " JOIN territory USING (territory_id)"
            )
        )

    def overrides(self) -> dict[str, tuple[str, str]]:
        """Return account key -> (territory, reason)."""
        found = self.rows(
            "SELECT account_key, territory_name, reason FROM override JOIN account USING (account_id)"
            " JOIN territory USING (territory_id)"
        )
        return {key: (territory, reason) for key, territory, reason in found}

    def steps(self) -> list[tuple[str, str, str, int]]:
        """Return (kind, label, author, undone), oldest first."""
        return self.rows("SELECT kind, label, author, undone FROM journal_step ORDER BY step_id")

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row that a person can change, without outlines and without the record of the steps."""
        tables = {
            "unit": "unit_code, locked",
            "account": None,
            "rep": None,
            "territory": "uuid, territory_name, color, rep_id, region_id, locked, sort_order",
            "assignment": "scenario_id, alignment_id, unit_id, territory_id",
            "override": "account_id, territory_id, reason",
            "measure": None,
            "segment": None,
            "plan": None,
        }
        return {
            name: sorted(self.rows(f"SELECT {columns or '*'} FROM {name}"), key=repr)
            for name, columns in tables.items()
        }

    def totals(self, revenue_column: str = "") -> dict[str, Territory]:
        """Return each territory's totals from the rows of the file, by the formula of design.md, section 7."""
        with self._open() as connection:
            return _add_up(connection, revenue_column)


def _add_up(connection: sqlite3.Connection, revenue_column: str) -> dict[str, Territory]:
    reps = {row["rep_id"]: row for row in connection.execute("SELECT * FROM rep")}
    by_id: dict[int, Territory] = {}
    for row in connection.execute("SELECT * FROM territory"):
        rep = reps.get(row["rep_id"])
        home = (rep["lon"], rep["lat"]) if rep is not None and rep["lon"] is not None else None
        by_id[row["territory_id"]] = Territory(row["territory_name"], rep["rep_name"] if rep else None, home)
    owner = dict(connection.execute("SELECT unit_id, territory_id FROM assignment").fetchall())
    for territory_id in owner.values():
        by_id[territory_id].n_units += 1
    units = {row["unit_id"]: row for row in connection.execute("SELECT unit_id, lon, lat, area_km2 FROM unit")}
    n_in_unit = dict(connection.execute("SELECT unit_id, count(*) FROM account GROUP BY unit_id").fetchall())
    by_name = dict(connection.execute("SELECT account_id, territory_id FROM override").fetchall())
    (plan,) = connection.execute("SELECT * FROM plan").fetchall()
    for account in connection.execute("SELECT * FROM account"):
        territory_id = by_name.get(account["account_id"], owner.get(account["unit_id"]))
        if territory_id is None:
            continue
        territory = by_id[territory_id]
        unit = units.get(account["unit_id"])
        hop_km = 0.7124 * math.sqrt(unit["area_km2"] / n_in_unit[unit["unit_id"]]) if unit is not None else 0.0
        at = _place(account, unit)
        stem_km = great_circle_km(territory.home, at) if territory.home and at else 0.0
        territory.n_accounts += 1
        territory.account_keys.add(account["account_key"])
        territory.workload_h += _hours(account, plan, stem_km, hop_km)
        if revenue_column:
            territory.revenue += account[revenue_column] or 0.0
    return {territory.name: territory for territory in by_id.values()}


def _place(account: sqlite3.Row, unit: sqlite3.Row | None) -> tuple[float, float] | None:
    if account["lon"] is not None:
        return account["lon"], account["lat"]
    return (unit["lon"], unit["lat"]) if unit is not None else None


def _hours(account: sqlite3.Row, plan: sqlite3.Row, stem_km: float, hop_km: float) -> float:
    visits, visit_min, speed_kmh, detour, stops = (
        plan[name] if account[name] is None else account[name]
        for name in ("visits", "visit_min", "speed_kmh", "detour", "stops_per_trip")
    )
    drive_min = 60 * detour / speed_kmh * (2 * stem_km / stops + hop_km)
    return float(visits * (visit_min + drive_min) / 60)


def great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance on a sphere by the chord through it, not by the program's haversine."""
    chord = math.dist(_on_sphere(a), _on_sphere(b))
    return EARTH_KM * 2 * math.asin(min(1.0, chord / 2))


def _on_sphere(place: tuple[float, float]) -> tuple[float, float, float]:
    lon, lat = map(math.radians, place)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
