"""What an untouched scenario costs at national size: 33,000 units and 100,000 accounts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from territorymap.document import Writer
from territorymap.model.plan import Plan
from territorymap.session import commands
from territorymap.session.session import Command, Session
from tests.support.grid import grid_layer

COLUMNS, ROWS, N_ACCOUNTS, N_TERRITORIES = 220, 150, 100_000, 100


def _accounts(writer: Writer, plan: Plan) -> None:
    n_units = len(plan.units)
    writer.insert(
        "account",
        (
            {"account_key": f"K{i}", "account_name": f"Account {i}", "unit_id": int(plan.units.unit_id[i % n_units])}
            for i in range(N_ACCOUNTS)
        ),
    )


@pytest.mark.slow
def test_an_untouched_scenario_costs_under_10_kb_and_reads_nothing_again(tmp_path: Path):
    path = tmp_path / "national.gpkg"
    with Session.create(path, grid_layer(COLUMNS, ROWS, west=-100, south=30, side=0.05), title="National") as session:
        session.do(Command("Accounts", _accounts))
        session.do(commands.create_territories(session.plan, [f"T{i}" for i in range(N_TERRITORIES)]))
        ids = [t.territory_id for t in session.plan.territories]
        for part, territory_id in zip(np.array_split(np.arange(COLUMNS * ROWS), N_TERRITORIES), ids, strict=True):
            session.do(commands.assign_units(session.plan, part, territory_id))
    before = path.stat().st_size
    with Session.open(path) as session:
        session.do(commands.new_scenario(session.plan, "Untouched"))
    assert path.stat().st_size - before < 10_000
    with closing(sqlite3.connect(path)) as connection:
        for table in ("assignment", "override", "territory_variant"):
            assert connection.execute(f"SELECT count(*) FROM {table} WHERE scenario_id = 2").fetchone() == (0,)
    with Session.open(path) as session:
        plan, totals = session.plan, session.totals.territory_total.copy()
        units, accounts = plan.units, plan.accounts
        session.switch_scenario(2)
        assert session.plan.scenario.name == "Untouched"
        # What the scenario has is who has what: units and accounts are those at hand, not read again.
        assert session.plan.units is units
        assert session.plan.accounts is accounts
        assert session.plan.unit_territory.tolist() == plan.unit_territory.tolist()
        np.testing.assert_array_equal(session.totals.territory_total, totals)
