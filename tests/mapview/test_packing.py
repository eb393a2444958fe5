"""The unit layer as the page draws it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from territorymap.geo.layer import UnitLayer
from territorymap.geo.topology import build_topology
from territorymap.mapview.container import unpack
from territorymap.mapview.mercator import project
from territorymap.mapview.packing import geometry_arrays, home_bounds, pack_geometry, pack_values
from territorymap.metrics.preview import PreviewArrays
from territorymap.model.units import Units
from tests.support.grid import grid_layer


def units_of(layer: UnitLayer) -> Units:
    return Units(
        unit_id=np.arange(1, len(layer.code) + 1),
        code=layer.code,
        name=layer.name,
        parent_code=layer.parent_code,
        parent_name=layer.parent_name,
        country=layer.country,
        lon=layer.lon,
        lat=layer.lat,
        area_km2=layer.area_km2,
        locked=np.zeros(len(layer.code), dtype=bool),
    )


@pytest.fixture
def layer() -> UnitLayer:
    return grid_layer(4, 3, west=-100, south=38)


def test_arcs_of_a_unit_enclose_its_area(layer: UnitLayer) -> None:
    """The shoelace sum over signed arcs, unit on the left: positive with y to the north, the area of the square."""
    a = geometry_arrays(build_topology(layer.geometry), units_of(layer))
    for u in range(12):
        twice = 0.0
        for s in a["unit_arc"][a["unit_arc_start"][u] : a["unit_arc_start"][u + 1]]:
            k = ~s if s < 0 else s
            xy = a["arc_xy"][a["arc_start"][k] : a["arc_start"][k + 1]].astype(float)
            xy = xy[::-1] if s < 0 else xy
            twice += float((xy[:-1, 0] * xy[1:, 1] - xy[1:, 0] * xy[:-1, 1]).sum())
        corner = project(*np.array(layer.geometry[u].geoms[0].exterior.coords).T).astype(float)
        assert -twice / 2 == pytest.approx(shapely.Polygon(corner).area, rel=1e-9)


def test_every_node_is_entered_as_often_as_it_is_left(layer: UnitLayer) -> None:
    """So that the page can follow arcs of any set of units and always comes back."""
    a = geometry_arrays(build_topology(layer.geometry), units_of(layer))
    chosen = {0, 1, 5, 6, 11}
    balance: dict[int, int] = {}
    for u in chosen:
        for s in a["unit_arc"][a["unit_arc_start"][u] : a["unit_arc_start"][u + 1]]:
            k = ~s if s < 0 else s
            ends = (a["arc_to"][k], a["arc_from"][k]) if s < 0 else (a["arc_from"][k], a["arc_to"][k])
            balance[int(ends[0])] = balance.get(int(ends[0]), 0) + 1
            balance[int(ends[1])] = balance.get(int(ends[1]), 0) - 1
    assert set(balance.values()) == {0}


def test_boxes_and_points_are_those_of_the_squares(layer: UnitLayer) -> None:
    a = geometry_arrays(build_topology(layer.geometry), units_of(layer))
    bounds = np.array([shapely.bounds(g) for g in layer.geometry])
    np.testing.assert_allclose(a["unit_box"][:, [0, 3]], project(bounds[:, 0], bounds[:, 1]), atol=1)
    np.testing.assert_allclose(a["unit_box"][:, [2, 1]], project(bounds[:, 2], bounds[:, 3]), atol=1)
    inside = (a["unit_xy"] > a["unit_box"][:, :2]) & (a["unit_xy"] < a["unit_box"][:, 2:])
    assert inside.all()


def test_names_and_home_travel_with_the_geometry(layer: UnitLayer) -> None:
    data = pack_geometry(
        build_topology(layer.geometry), units_of(layer), title="Grid", unit_word="square", attribution="(c) us"
    )
    packed = unpack(data)
    assert packed.meta["name"][0] == "Square A1"
    assert packed.meta["attribution"] == "(c) us"
    assert packed.meta["home"] == pytest.approx([-99.5, 38.5, -96.5, 40.5], abs=1e-5)


def test_home_leaves_far_islands_out() -> None:
    """2,000 counties between 120 W and 70 W, and 20 on islands near 170 W and at 150 E."""
    rng = np.random.default_rng(1)
    lon = np.concatenate([rng.uniform(-120, -70, 2000), rng.uniform(-175, -150, 15), [145.0] * 5])
    lat = np.concatenate([rng.uniform(26, 48, 2000), rng.uniform(20, 60, 15), [14.0] * 5])
    west, south, east, north = home_bounds(lon, lat)
    assert -121 < west < -119
    assert -71 < east < -69
    assert 25 < south < 27
    assert 47 < north < 49


def test_an_empty_layer_has_a_home_too() -> None:
    assert len(home_bounds(np.array([np.nan]), np.array([np.nan]))) == 4


def test_values_say_which_row_is_workload_and_which_counts_accounts() -> None:
    none = np.empty(0)
    preview = PreviewArrays(
        measures=["accounts", "units", "workload_h"],
        workload_row=2,
        unit_measure=np.arange(6.0).reshape(3, 2),
        account_start=np.array([0, 1, 1]),
        account_lon=np.array([1.0]),
        account_lat=np.array([2.0]),
        account_weight=np.array([0.5]),
        home_lon=none,
        home_lat=none,
        territory_total=none.reshape(3, 0),
        unassigned_total=none,
    )
    packed = unpack(pack_values(preview))
    assert packed.meta == {"n_measures": 3, "workload_row": 2, "accounts_row": 0}
    assert packed.arrays["unit_measure"].tolist() == [[0, 1], [2, 3], [4, 5]]
    assert packed.arrays["account_start"].dtype == np.int32


def test_home_leaves_out_few_units_beyond_a_wide_gap_and_keeps_many() -> None:
    """20 x 20 places; 10 beyond a gap of half the width go, 60 there stay."""
    lon, lat = (axis.ravel() for axis in np.meshgrid(np.linspace(-100, -80, 20), np.linspace(30, 45, 20)))
    for n, south in ((10, 30.0), (60, 22.0)):
        far = np.linspace(-85, -84, n)
        found = home_bounds(np.concatenate([lon, far]), np.concatenate([lat, np.full(n, 22.0)]))
        assert found == pytest.approx([-100.0, south, -80.0, 45.0], abs=1e-5)
