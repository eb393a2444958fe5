"""The good plan that hostile ones are made from. Owns it; bends nothing."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

import numpy as np
import shapely

from territorymap.document import Document
from territorymap.document.connection import connected
from territorymap.document.resting import seal
from territorymap.geo.layer import UnitLayer, measure_geometry

SIDE = 5


def square_layer(side: int = SIDE) -> UnitLayer:
    """Return squares of one degree, rows from south to north."""
    cells = [(x, y) for y in range(side) for x in range(side)]
    geometry = np.array([shapely.box(x, y, x + 1, y + 1) for x, y in cells], dtype=object)
    area_km2, perimeter_km = measure_geometry(geometry)
    texts = [np.array([f"{kind}{y:02}{x:02}" for x, y in cells], dtype=object) for kind in ("U", "Unit ")]
    blank = np.full(len(cells), "", dtype=object)
    points = np.array(cells, dtype=float) + 0.5
    return UnitLayer(
        code=texts[0], name=texts[1], parent_code=blank, parent_name=blank, country=blank, geometry=geometry,
        lon=points[:, 0], lat=points[:, 1], area_km2=area_km2, perimeter_km=perimeter_km, values={}, title="Squares",
        unit_word="square", attribution="", layer_id="",
    )  # fmt: skip


def make_base(path: Path) -> None:
    """Write a plan with a row in every table, two scenarios, nested regions, and a history with an undone step."""
    document = Document.create(path, square_layer(), title="Base", author="Ada")
    ids = document.load().units.unit_id
    with document.step("Content") as writer:
        (upper,) = writer.insert("region", [{"region_name": "All"}])
        (lower,) = writer.insert("region", [{"region_name": "Part", "parent_region_id": upper}])
        reps = writer.insert("rep", [{"rep_name": n, "lon": 0.5, "lat": 0.5, "location_level": "city"} for n in "RS"])
        color = {"color": "#112233", "region_id": lower}
        west, east = writer.insert(
            "territory", [{"territory_name": n, "rep_id": rep, **color} for n, rep in zip("WE", reps, strict=True)]
        )
        writer.assign(ids[: SIDE * 2], west)
        writer.assign(ids[SIDE * 2 :], east)
        measure = writer.add_measure("Revenue", "account")
        segment = writer.add_segment("Industry")
        row = {"lon": 0.5, "lat": 0.5, "location_level": "coordinates", "unit_id": int(ids[0])}
        row |= {measure.column_name: 1.5, segment.column_name: "Steel"}
        accounts = writer.insert(
            "account", [{"account_name": f"A{n}", "account_key": f"K{n}", **row} for n in range(30)]
        )
        writer.set_override(accounts[:2], east, "key account")
        (measure_id,) = (m for (m,) in writer.connection.execute("SELECT max(measure_id) FROM measure"))
        writer.insert("cap", [{"measure_id": measure_id, "per": "rep", "kind": "lost", "max_share": 0.5}])
        writer.insert("scene", [{"caption": "One", "content": "{}"}])
        writer.insert("tier", [{"tier_name": "Gold"}])
        writer.insert("partner", [{"rep_id": reps[1], "tier_id": 1, "partner_type": "reseller", "status": "active"}])
        writer.insert("deal", [{"account_id": accounts[0], "rep_id": reps[0], "deal_name": "D", "amount": 5.0}])
        writer.insert("figure", [{"rep_id": reps[0], "metric": "visits", "period": "2026", "amount": 3.0}])
        writer.insert("quota", [{"territory_id": west, "period": "2026", "amount": 3.0}])
        writer.insert("pay_plan", [{"plan_name": "P", "role": "field", "content": "{}"}])
    with document.step("Scenario") as writer:
        (scenario,) = writer.insert("scenario", [{"scenario_name": "What if", "parent_scenario_id": 1}])
        writer.insert("territory_variant", [{"scenario_id": scenario, "territory_id": west, "territory_name": "W2"}])
    for n in range(4):
        with document.step(f"Move {n}") as writer:
            writer.assign(ids[n : n + 2], (west, east)[n % 2])
    document.undo()
    faults = document.check()
    document.close()
    if faults:
        raise RuntimeError(f"the good plan is none: {faults}")


def run_sql(path: Path, *statements: str) -> None:
    """Run statements as another program would that minds nothing."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("foreign_keys = OFF", "ignore_check_constraints = ON", "writable_schema = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("big", 1, lambda n: b"\x01" * n)
    connection.execute("BEGIN")
    for statement in statements:
        connection.execute(statement)
    connection.execute("COMMIT")
    connection.close()


def sealed(path: Path) -> None:
    """Give a plan the mark of one that we closed ourselves, so that nothing looks as if it had been changed."""
    with suppress(sqlite3.Error), connected(path) as connection:  # what cannot be closed any more stays as it is
        connection.execute("PRAGMA journal_mode = DELETE")
        seal(connection, path)
