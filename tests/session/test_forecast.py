"""What a cut is foretold to give is what it gives: random plans, random cuts, every total."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely

from territorymap.document import Writer
from territorymap.geo.repair import polygons_only
from territorymap.model.plan import Plan
from territorymap.session.commands.drawing import draw_territory, exact_cut
from territorymap.session.commands.territories import territory_row
from territorymap.session.forecast import forecast_cut
from territorymap.session.session import Command, Session
from tests.support.grid import grid_layer

N = 7


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """7 x 7 squares in four territories, one without a rep, some ground unassigned.

    Accounts with and without a position, some given away by override; measures of accounts and of the ground, some
    numbers missing.
    """
    rng = np.random.default_rng(3)
    layer = grid_layer(N, N, west=-100, south=38, side=1)
    path: Path = tmp_path_factory.mktemp("forecast") / "plan.gpkg"
    session = Session.create(path, layer, title="Forecast")

    def run(writer: Writer, plan: Plan) -> None:
        reps = writer.insert(
            "rep", [{"rep_name": f"R{i}", "lon": -99.0 + i, "lat": 40.0, "location_level": "city"} for i in range(3)]
        )
        rows = [territory_row(plan, f"T{i}", "#93c0ff", (*reps, None)[i], i) for i in range(4)]
        territory_ids = writer.insert("territory", rows)
        given = rng.integers(-1, 4, len(plan.units))
        for i, territory_id in enumerate(territory_ids):
            writer.assign(plan.units.unit_id[given == i], territory_id)
        revenue, people = writer.add_measure("Revenue", "account"), writer.add_measure("People", "unit")
        writer.update(
            "unit",
            {
                int(unit_id): {people.column_name: None if i % 9 == 0 else float(100 + i)}
                for i, unit_id in enumerate(plan.units.unit_id)
            },
        )
        lon, lat = rng.uniform(-100, -93, 120), rng.uniform(38, 45, 120)
        ix = (np.floor(lat - 38) * N + np.floor(lon + 100)).astype(int)
        placed = rng.random(120) > 0.2
        ids = writer.insert(
            "account",
            [
                {
                    "account_key": f"K{i}",
                    "account_name": f"Account {i}",
                    "lon": float(lon[i]) if placed[i] else None,
                    "lat": float(lat[i]) if placed[i] else None,
                    "location_level": "coordinates" if placed[i] else "none",
                    "unit_id": int(plan.units.unit_id[ix[i]]),
                    revenue.column_name: None if i % 11 == 0 else float(rng.lognormal(5, 1)),
                    "visits": float(rng.integers(1, 30)) if i % 3 == 0 else None,
                }
                for i in range(120)
            ],
        )
        for account_id in ids[::13]:
            writer.set_override(np.array([account_id]), territory_ids[int(rng.integers(0, 4))], "by name")

    session.do(Command("Set up", run))
    yield session
    session.close()


@pytest.mark.parametrize("seed", range(25))
def test_a_forecast_is_what_the_cut_gives(session: Session, seed: int) -> None:
    rng = np.random.default_rng(seed)
    plan = session.plan
    middle, reach = rng.uniform([-98, 39.5], [-95, 43.5]), rng.uniform(0.9, 2.5)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 9))
    ring = middle + reach * np.column_stack([np.cos(angles), np.sin(angles)]) * rng.uniform(0.5, 1, (9, 1))
    (area,) = polygons_only(np.array([shapely.Polygon(ring)], dtype=object))
    is_new = bool(seed % 2)
    target_ix = plan.n_territories if is_new else int(rng.integers(0, 4))
    territory_id = None if is_new else plan.territories[target_ix].territory_id
    cut, inside = exact_cut(plan, session.geometry, area, territory_id)
    assert cut.parts
    seen = forecast_cut(plan, session.totals, cut, inside, target_ix)
    before = session.totals.territory_total.copy()
    name = "New" if is_new else None
    session.do(draw_territory(plan, session.geometry, area, rule="exact", territory_id=territory_id, new_name=name))
    totals, n = session.totals, session.plan.n_territories
    np.testing.assert_allclose(seen.total[:, :n], totals.territory_total, rtol=1e-9, atol=1e-7)
    assert seen.n_units[:n].tolist() == totals.n_units.tolist()
    assert seen.n_accounts[:n].tolist() == totals.n_accounts.tolist()
    # A neighbour of the cut gets its end points, which moves its area and so its workload a little: not worth a word.
    changed = [
        ix
        for ix in range(plan.n_territories)
        if not np.allclose(before[:, ix], totals.territory_total[:, ix], rtol=1e-4)
    ]
    assert set(changed) <= set(seen.touched)
    session.undo()


def test_an_exact_new_territory_takes_unassigned_units_too(session: Session) -> None:
    """Whole units inside that nobody has belong to the new territory."""
    plan = session.plan
    loose = np.flatnonzero(plan.unit_territory < 0)
    unit_ix = int(loose[np.argmin(np.hypot(plan.units.lon[loose] + 96.5, plan.units.lat[loose] - 41.5))])
    around = shapely.box(*shapely.bounds(session.geometry[unit_ix])).buffer(0.3, join_style="mitre")
    session.do(draw_territory(plan, session.geometry, around, rule="exact", new_name="Loose"))
    try:
        kept = np.flatnonzero(session.plan.units.code == plan.units.code[unit_ix])
        assert session.plan.unit_territory[kept].tolist() == [plan.n_territories]
    finally:
        session.undo()
