"""Small real plan files for the tests of panels and dialogs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from territorymap.document.document import Writer
from territorymap.model.plan import Plan
from territorymap.session import commands
from territorymap.session.session import Command, Session
from tests.support.grid import grid_layer

CITIES = ("Springfield", "Shelbyville", "Ogdenville", "North Haverbrook", "Capital City")


def make_session(path: Path, n_columns: int = 6, n_rows: int = 4, n_accounts: int = 24) -> Session:
    """A grid, three territories with two reps, and accounts dealt out in turn over the units.

    ::

        D  N N S S W .      N North (Ann), S South (Bob), W West (vacant), . unassigned
        C  N N S S W .
        B  N N S S W .
        A  N N S S W .
           1 2 3 4 5 6
    """
    session = Session.create(path, grid_layer(n_columns, n_rows, west=-100.0, south=40.0), author="Ada")
    add_accounts(session, n_accounts)
    session.do(
        commands.add_rep(
            session.plan,
            name="Ann",
            home_city="Springfield",
            home_state="IL",
            home_country="US",
            lon=-99.5,
            lat=40.5,
            location_level="city",
            capacity_h=1600.0,
        )
    )
    session.do(commands.add_rep(session.plan, name="Bob"))
    session.do(commands.create_territories(session.plan, ["North", "South", "West"]))
    give(session, "North", columns(session, 1, 2, width=n_columns))
    give(session, "South", columns(session, 3, 4, width=n_columns))
    give(session, "West", columns(session, 5, width=n_columns))
    for name, rep in (("North", "Ann"), ("South", "Bob")):
        rep_id = next(r.rep_id for r in session.plan.reps if r.name == rep)
        session.do(commands.set_territory_rep(session.plan, territory_id(session, name), rep_id))
    return session


def add_accounts(session: Session, n: int) -> None:
    """Accounts A0, A1, ...: revenue 100, 101, ...; every tenth has no place."""
    units = session.plan.units

    def row(i: int) -> dict[str, object]:
        u = i % len(units)
        is_placed = i % 10 != 9
        return {
            "account_key": f"K{i:05}",
            "account_name": f"Account {i}",
            "postal_code": f"{60000 + i % 900:05}",
            "city": CITIES[i % len(CITIES)],
            "state": "IL",
            "country": "US",
            "lon": float(units.lon[u]) + 0.1 if is_placed else None,
            "lat": float(units.lat[u]) if is_placed else None,
            "location_level": ("coordinates", "postal_code", "city")[i % 3] if is_placed else "none",
            "unit_id": int(units.unit_id[u]) if is_placed else None,
            "revenue": 100.0 + i,
            "segment_line": ("Retail", "Public", "Industry")[i % 3],
        }

    def run(writer: Writer, plan: Plan) -> None:
        measure, segment = writer.add_measure("Revenue", "account"), writer.add_segment("Line")
        rename = {"revenue": measure.column_name, "segment_line": segment.column_name}
        rows = [{rename.get(column, column): value for column, value in row(i).items()} for i in range(n)]
        writer.insert("account", rows)

    session.do(Command("Import accounts", run))


def columns(session: Session, *numbers: int, width: int = 6) -> np.ndarray:
    """Return unit_ix of whole columns of the grid, 1-based."""
    n_rows = len(session.plan.units) // width
    return np.array([row * width + number - 1 for row in range(n_rows) for number in numbers])


def give(session: Session, territory: str, units: Sequence[int] | np.ndarray) -> None:
    session.do(commands.assign_units(session.plan, np.asarray(units), territory_id(session, territory)))


def territory_id(session: Session, name: str) -> int:
    territory = session.plan.territory_named(name)
    assert territory is not None
    return territory.territory_id
