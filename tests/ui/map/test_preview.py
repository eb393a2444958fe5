"""The page's preview of totals and Python's totals are the same numbers."""

from __future__ import annotations

import json

import numpy as np
import pytest

from territorymap.session.commands.accounts import set_override
from territorymap.session.commands.units import assign_units
from tests.ui.map.driver import Driver, wait_until

RANDOM_STROKES = """
(() => {
  const plan = __tm.plan;
  return STROKES.map(([units, target]) => {
    const totals = plan.totals();
    for (const u of units) if (plan.shown[u] !== target) plan.moveUnit(totals, u, plan.shown[u], target);
    return {total: totals.total.map(row => [...row]), nUnits: [...totals.nUnits], nAccounts: [...totals.nAccounts]};
  });
})()
"""


@pytest.mark.parametrize("has_overrides", [False, True])
def test_preview_and_python_agree_for_random_strokes(driver: Driver, has_overrides: bool) -> None:
    """Relative tolerance 1e-6; each stroke is done in the session, compared, and taken back."""
    rng = np.random.default_rng(7)
    session = driver.session
    if has_overrides:
        given = rng.choice(40, 9, replace=False)
        session.do(set_override(session.plan, given, session.plan.territories[2].territory_id, "by name"))
        wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
    strokes = [
        (np.sort(rng.choice(40, rng.integers(1, 20), replace=False)).tolist(), int(rng.integers(-1, 3)))
        for _ in range(25)
    ]
    previews = driver.js(RANDOM_STROKES.replace("STROKES", json.dumps(strokes)))
    for (units, target), preview in zip(strokes, previews, strict=True):
        territory_id = session.plan.territories[target].territory_id if target >= 0 else None
        session.do(assign_units(session.plan, np.array(units), territory_id))
        totals = session.totals
        np.testing.assert_allclose(np.array(preview["total"]).T, totals.territory_total, rtol=1e-6, atol=1e-9)
        assert preview["nUnits"] == totals.n_units.tolist()
        assert preview["nAccounts"] == totals.n_accounts.tolist()
        session.undo()
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)


def test_great_circle_is_that_of_python(driver: Driver) -> None:
    """Half a degree and half the globe; R = 6371.0088 km."""
    stem = driver.js("__tm.plan.stemHours(0, 0)")
    values = driver.js("[...__tm.plan.values.weight.slice(0, 1), __tm.plan.values.lon[0], __tm.plan.values.lat[0]]")
    weight, lon, lat = values
    lon1, lat1, lon2, lat2 = np.deg2rad([-99.5, 38.5, lon, lat])
    cosine = np.sin(lat1) * np.sin(lat2) + np.cos(lat1) * np.cos(lat2) * np.cos(lon2 - lon1)
    assert stem == pytest.approx(weight * 6371.0088 * np.arccos(cosine), rel=1e-6)


def test_an_override_sends_its_unit_and_not_all_numbers_again(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    session, bridge = driver.session, driver.view.bridge
    monkeypatch.setattr(bridge, "_put", lambda *_: pytest.fail("everything was packed again"))
    session.do(set_override(session.plan, np.array([5]), session.plan.territories[2].territory_id, "by name"))
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
    assert driver.js("__tm.plan.values.weight[__tm.plan.values.start[5]]") == 0
    session.undo()
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
    assert driver.js("__tm.plan.values.weight[__tm.plan.values.start[5]]") > 0
