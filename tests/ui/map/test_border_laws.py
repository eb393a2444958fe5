"""Laws of a pulled border, for random plans and random pulls: asked of the page, checked against Python.

Whatever is pulled: territories stay in as many pieces as they were or fewer, what moves is joined to where it goes and
was the other side's, and every number that the card shows is the one that Python has after the same edit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from territorymap.document import Writer
from territorymap.geo.contiguity import count_pieces
from territorymap.geo.shipped import load_layer
from territorymap.model.plan import Plan
from territorymap.session.commands.territories import territory_row
from territorymap.session.commands.units import assign_units, set_units_locked
from territorymap.session.session import Command, Session
from tests.support.grid import grid_layer
from tests.ui.map.driver import Driver, wait_until

COLUMNS, ROWS, N_TERRITORIES, N_PULLS = 26, 18, 7, 160
PULL = """
(() => {
  const { tools, plan, stage, ground } = __tm, gesture = tools.gesture;
  const borders = [];
  for (let a = 0; a < ground.left.length; a++)
    if (ground.right[a] >= 0 && plan.shown[ground.left[a]] !== plan.shown[ground.right[a]]) borders.push(a);
  const { start, xy } = ground.levels.full;
  return PULLS.map(([which, dx, dy, size, isLoose, way]) => {
    const a = borders[Math.floor(which * borders.length)], i = start[a] * 2, j = i + 2;
    const [x, y] = stage.containerAt((xy[i] + xy[j]) / 2, (xy[i + 1] + xy[j + 1]) / 2);
    gesture.size = size;
    tools.at = { x, y, isInside: true };
    gesture.press({ altKey: isLoose });
    if (!gesture.stroke) return null;
    for (const [wx, wy] of [...way, [dx, dy]]) {
      tools.at = { x: x + wx, y: y + wy, isInside: true };
      gesture.dragged({ altKey: isLoose });
    }
    const { stroke } = gesture;
    const said = {
      units: [...stroke.before.keys()], target: stroke.target, giver: stroke.giver, held: stroke.held,
      apart: stroke.apart, locked: [...stroke.locked], pieces: [...stroke.pieces],
      total: stroke.totals.total.map(row => [...row]), area: [...stroke.totals.area],
      perimeter: [...stroke.totals.perimeter], nUnits: [...stroke.totals.nUnits],
    };
    gesture.cancel();
    return said;
  });
})()
"""


@pytest.fixture
def blobs(tmp_path: Path) -> Iterator[Session]:
    """Territories around random squares, some ground unassigned, some stray pieces, some squares locked."""
    rng = np.random.default_rng(11)
    layer = grid_layer(COLUMNS, ROWS, west=-100, south=30, side=0.5)
    session = Session.create(tmp_path / "blobs.gpkg", layer, title="Blobs")

    def run(writer: Writer, plan: Plan) -> None:
        n = len(plan.units)
        seeds = rng.choice(n, N_TERRITORIES + 1, replace=False)
        points = np.column_stack([plan.units.lon, plan.units.lat])
        nearest = np.argmin(np.hypot(*(points[:, None] - points[seeds][None]).transpose(2, 0, 1)), axis=1)
        stray = rng.choice(n, 12, replace=False)
        nearest[stray] = rng.integers(0, N_TERRITORIES, len(stray))
        rows = [territory_row(plan, f"T{i}", f"#{40 + 25 * i:02x}9060", None, i) for i in range(N_TERRITORIES)]
        for i, territory_id in enumerate(writer.insert("territory", rows)):
            writer.assign(plan.units.unit_id[nearest == i], territory_id)

    session.do(Command("Blobs", run))
    session.do(set_units_locked(session.plan, rng.choice(COLUMNS * ROWS, 14, replace=False), True))
    yield session
    session.close()


def pulls(seed: int) -> list[list[Any]]:
    """Which border, how far in pixels, how long a stretch, with Alt or not, over which way."""
    rng = np.random.default_rng(seed)
    out: list[list[Any]] = []
    for _ in range(N_PULLS):
        dx, dy = (rng.normal(0, 90, 2)).round(1).tolist()
        way = rng.normal(0, 120, (int(rng.integers(0, 3)), 2)).round(1).tolist()
        out.append([float(rng.random()), dx, dy, int(rng.integers(0, 7)), bool(rng.random() < 0.2), way])
    return out


def check_pulls(driver: Driver, session: Session, asked: list[list[Any]]) -> tuple[int, int, int]:
    """Pull, check each answer against Python; returns how many moved units, held some back, broke a territory."""
    plan = session.plan
    answers = driver.js(PULL.replace("PULLS", json.dumps(asked)))
    n_moved = n_held = n_split = 0
    for (*_, is_loose, _way), said in zip(asked, answers, strict=True):
        assert said is not None
        units = np.array(sorted(said["units"]), dtype=np.int64)
        target, giver = said["target"], said["giver"]
        before = plan.unit_territory.copy()
        assert (before[units] == giver).all()
        assert not plan.units.locked[units].any()
        assert plan.units.locked[said["locked"]].all()
        for left in (said["held"], said["apart"]):
            assert (before[left] == giver).all()
            assert not set(left) & set(units.tolist())
        n_moved += len(units) > 0
        n_held += bool(said["held"])
        territory_id = plan.territories[target].territory_id if target >= 0 else None
        pieces_before = count_pieces(session.adjacency, before, plan.n_territories)
        change = session.do(assign_units(plan, units, territory_id))
        pieces = count_pieces(session.adjacency, session.plan.unit_territory, plan.n_territories)
        if not is_loose:
            # A territory that gave its last unit has none; no other number of pieces grows.
            assert (pieces <= pieces_before).all()
        n_split += bool((pieces > pieces_before).any())
        for ix, (was, now) in said["pieces"]:
            assert (was, now) == (pieces_before[ix], pieces[ix])
        totals = session.totals
        np.testing.assert_allclose(np.array(said["total"]).T, totals.territory_total, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(said["area"], totals.area_km2, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(said["perimeter"], totals.perimeter_km, rtol=1e-9, atol=1e-9)
        assert said["nUnits"] == totals.n_units.tolist()
        if change.delta.unit_ix.size:
            session.undo()
    return n_moved, n_held, n_split


def test_random_pulls_keep_pieces_and_tell_pythons_numbers(map_driver: Driver, blobs: Session) -> None:
    driver = map_driver
    driver.show(blobs)
    try:
        driver.view.set_tool("border")
        driver.rest()
        n_moved, n_held, n_split = check_pulls(driver, blobs, pulls(5))
        # The random pulls are of all kinds, else nothing was tested.
        assert n_moved > N_PULLS / 3
        assert n_held > 5
        assert n_split > 2
        wait_until(lambda: driver.js("__tm.plan.rev") == blobs.rev)
        assert driver.view.page.complaints == []
    finally:
        driver.view.set_session(None)


@pytest.mark.slow
def test_the_laws_hold_among_eleven_thousand_real_units(map_driver: Driver, tmp_path: Path) -> None:
    """Gemeinden: islands, exclaves, holes, and borders of every shape; twelve territories around random ones."""
    driver = map_driver
    rng = np.random.default_rng(2)
    session = Session.create(tmp_path / "gemeinden.gpkg", load_layer("de-gemeinden"), title="Gemeinden")

    def run(writer: Writer, plan: Plan) -> None:
        points = np.column_stack([plan.units.lon * 0.63, plan.units.lat])
        seeds = rng.choice(len(plan.units), 12, replace=False)
        nearest = np.argmin(np.hypot(*(points[:, None] - points[seeds][None]).transpose(2, 0, 1)), axis=1)
        rows = [territory_row(plan, f"T{i}", f"#{40 + 15 * i:02x}9060", None, i) for i in range(12)]
        for i, territory_id in enumerate(writer.insert("territory", rows)):
            writer.assign(plan.units.unit_id[nearest == i], territory_id)

    session.do(Command("Nearest", run))
    driver.show(session)
    try:
        driver.view.set_tool("border")
        driver.rest()
        n_moved, n_held, _ = check_pulls(driver, session, pulls(9)[:60])
        assert n_moved > 30
        assert n_held > 3
        wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
        assert driver.view.page.complaints == []
    finally:
        driver.view.set_session(None)
        session.close()


def test_the_way_of_the_pointer_does_not_matter(map_driver: Driver, blobs: Session) -> None:
    driver = map_driver
    driver.show(blobs)
    try:
        driver.view.set_tool("border")
        driver.rest()
        asked = pulls(6)
        straight = [[*pull[:5], []] for pull in asked]
        left = driver.js(PULL.replace("PULLS", json.dumps(asked)))
        right = driver.js(PULL.replace("PULLS", json.dumps(straight)))
        for a, b in zip(left, right, strict=True):
            assert sorted(a["units"]) == sorted(b["units"])
            assert (a["target"], sorted(a["held"]), sorted(a["apart"])) == (
                b["target"],
                sorted(b["held"]),
                sorted(b["apart"]),
            )
    finally:
        driver.view.set_session(None)


def test_pulling_further_never_gives_back_what_alt_has_taken(map_driver: Driver, blobs: Session) -> None:
    """With Alt nothing is held back: a longer pull in the same direction passes all that a shorter one does."""
    driver = map_driver
    driver.show(blobs)
    try:
        driver.view.set_tool("border")
        driver.rest()
        asked = [[which, dx, dy, size, True, []] for which, dx, dy, size, _, _ in pulls(7)]
        shorter = [[which, dx * 0.6, dy * 0.6, size, True, []] for which, dx, dy, size, _, _ in asked]
        for far, near in zip(
            driver.js(PULL.replace("PULLS", json.dumps(asked))),
            driver.js(PULL.replace("PULLS", json.dumps(shorter))),
            strict=True,
        ):
            assert set(near["units"]) <= set(far["units"])
    finally:
        driver.view.set_session(None)
