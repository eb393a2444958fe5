"""Random small plan files, and what others read from them: rows by sqlite3, sums by pandas, pieces by networkx."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import shapely

from territorymap.document import Writer
from territorymap.geo.layer import UnitLayer
from territorymap.model.plan import Plan
from territorymap.session import commands
from territorymap.session.session import Command, Session
from tests.support.grid import grid_layer

TABLES = ("plan", "unit", "account", "rep", "territory", "assignment", "override", "scenario", "territory_variant",
          "measure", "cap", "region", "alignment")  # fmt: skip
SALES = "Sales"


def make_random_plan(path: Path, seed: int, least_territories: int = 0) -> Session:
    """A grid with holes and islands, accounts heaped up in places, reps with and without homes, locks, overrides."""
    rng = np.random.default_rng(seed)
    columns, rows = int(rng.integers(2, 7)), int(rng.integers(1, 6))
    layer = grid_layer(columns, rows, west=-100.0, south=38.0, side=0.5)
    kept = rng.random(columns * rows) >= rng.choice([0.0, 0.0, 0.25])
    kept[0] = True
    session = Session.create(path, _some_of(layer, kept), author="Ada", title=f"Plan {seed}")
    n = len(session.plan.units)
    session.do(Command("Accounts", lambda writer, plan: _insert_accounts(writer, plan, rng)))
    for i in range(int(rng.integers(0, 4))):
        place = {"lon": float(rng.uniform(-100, -97)), "lat": float(rng.uniform(38, 40)), "location_level": "city"}
        session.do(commands.add_rep(session.plan, name=f"Rep {i}", **(place if rng.random() < 0.7 else {})))
    n_territories = int(rng.integers(min(n, least_territories), min(6, n) + 1))
    if n_territories:
        session.do(commands.create_territories(session.plan, [f"T{i}" for i in range(n_territories)]))
        _assign(session, rng)
    return session


def _some_of(layer: UnitLayer, kept: np.ndarray) -> UnitLayer:
    arrays = {f.name: getattr(layer, f.name) for f in fields(layer)}
    chosen = {k: v[kept] for k, v in arrays.items() if isinstance(v, np.ndarray) and len(v) == len(kept)}
    return replace(layer, **chosen)


def _insert_accounts(writer: Writer, plan: Plan, rng: np.random.Generator) -> None:
    units = plan.units
    sales = writer.add_measure(SALES, "account").column_name
    kind = rng.choice(["even", "zeros", "giant", "none"], p=[0.4, 0.3, 0.2, 0.1])
    n_accounts = 0 if kind == "none" else int(rng.integers(1, 4 * len(units) + 1))
    rows: list[dict[str, object]] = []
    for i in range(n_accounts):
        u = int(rng.integers(len(units)))
        amount = float(rng.integers(1, 100)) if kind != "zeros" or rng.random() < 0.4 else 0.0
        is_placed = rng.random() < 0.95
        rows.append(
            {
                "account_name": f"A{i}",
                "unit_id": int(units.unit_id[u]) if is_placed else None,
                "lon": float(units.lon[u]) if is_placed else None,
                "lat": float(units.lat[u]) if is_placed else None,
                "location_level": "coordinates" if is_placed else "none",
                sales: amount * (1000 if kind == "giant" and i == 0 else 1),
            }
        )
    writer.insert("account", rows)


def _assign(session: Session, rng: np.random.Generator) -> None:
    """Let territories grow from random units; leave some with nobody, lock some, give some accounts by name."""
    plan, graph = session.plan, ground_of(session)
    n, n_units = plan.n_territories, len(plan.units)
    label = np.full(n_units, -1)
    label[rng.choice(n_units, size=n, replace=False)] = np.arange(n)
    for _ in range(3 * n_units):
        u = int(rng.integers(n_units))
        around = [label[v] for v in graph[u] if label[v] >= 0]
        if label[u] < 0 and around:
            label[u] = rng.choice(around)
    for ix in range(n):
        session.do(commands.assign_units(session.plan, np.flatnonzero(label == ix), plan.territories[ix].territory_id))
    if len(plan.accounts) and rng.random() < 0.5:
        account = int(rng.integers(len(plan.accounts)))
        owner = plan.territories[int(rng.integers(n))].territory_id
        session.do(commands.set_override(session.plan, np.array([account]), owner, "by name"))
    if rng.random() < 0.4:
        locked = rng.choice(n_units, size=max(1, n_units // 8), replace=False)
        session.do(commands.set_units_locked(session.plan, np.sort(locked), True))
    if n > 1 and rng.random() < 0.3:
        session.do(commands.set_territory_locked(session.plan, [plan.territories[0].territory_id], True))
    for i, rep in enumerate(plan.reps[: n - 1]):
        session.do(commands.set_territory_rep(session.plan, plan.territories[i + 1].territory_id, rep.rep_id))


def ground_of(session: Session) -> nx.Graph:
    """Return who borders on whom, told by shapely from the polygons; islands are joined to the nearest unit."""
    geometry = session.geometry
    graph = nx.Graph()
    graph.add_nodes_from(range(len(geometry)))
    left, right = shapely.STRtree(geometry).query(geometry, predicate="intersects")
    ahead = left < right
    shared = shapely.length(shapely.intersection(geometry[left[ahead]], geometry[right[ahead]]))
    pairs = np.column_stack([left[ahead], right[ahead]])[shared > 1e-9]
    graph.add_edges_from(pairs.tolist())
    return graph


def rows_of_file(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of choices, as another program reads them."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return {table: connection.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall() for table in TABLES}


def holders_in_file(path: Path, scenario_id: int) -> dict[int, int | None]:
    """Return the territory_id of each unit_id in a scenario that has no parent; None = nobody's."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT unit.unit_id, territory_id FROM unit LEFT JOIN assignment"
            " ON assignment.unit_id = unit.unit_id AND scenario_id = ?",
            (scenario_id,),
        ).fetchall()
    return dict(rows)


def totals_in_file(path: Path, scenario_id: int) -> pd.DataFrame:
    """Return units, accounts and sales of each territory_id, summed by pandas from the rows of the file."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        name = connection.execute("SELECT column_name FROM measure WHERE measure_name = ?", (SALES,)).fetchone()[0]
        account = pd.read_sql(f'SELECT account_id, unit_id, "{name}" AS sales FROM account', connection)
        override = pd.read_sql(
            f"SELECT account_id, territory_id AS by_name FROM override WHERE scenario_id = {scenario_id}", connection
        )
        territory = pd.read_sql("SELECT territory_id FROM territory", connection)
    holder = pd.Series(holders_in_file(path, scenario_id), name="holder", dtype="Int64")
    account = account.merge(override, how="left", on="account_id")
    by_unit = account["unit_id"].astype("Int64").map(holder).astype("Int64")
    account["holder"] = account["by_name"].astype("Int64").fillna(by_unit)
    found = pd.DataFrame(
        {
            "units": holder.dropna().value_counts(),
            "accounts": account["holder"].dropna().value_counts(),
            SALES: account.dropna(subset="holder").groupby("holder")["sales"].sum(),
        }
    )
    return found.reindex(territory["territory_id"]).fillna(0.0)


def pieces_of(graph: nx.Graph, units: Sequence[int]) -> list[set[int]]:
    return [set(piece) for piece in nx.connected_components(graph.subgraph(list(units)))]
