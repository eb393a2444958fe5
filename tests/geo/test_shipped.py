"""The layers in maps/ as the program reads them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from numpy.testing import assert_allclose

from territorymap.errors import UserError
from territorymap.geo.adjacency import build_adjacency
from territorymap.geo.layer import measure_geometry
from territorymap.geo.shipped import list_layers, load_layer
from territorymap.geo.topology import build_topology

from .coverages import drawn

ENTRY = {
    "id": "tiny", "title": "Tiny", "country": "US", "n_units": 2, "file": "tiny.fgb", "unit_word": "square",
    "parent_word": "row", "measures": [{"column": "population", "label": "Population"}], "approximate": False,
    "method": "", "accuracy": "", "source": "drawn", "licence": "", "attribution": "nobody", "vintage": "2026",
}  # fmt: skip


@pytest.fixture
def tiny_maps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A maps folder with one layer of two squares."""
    folder = tmp_path / "maps"
    (folder / "layers").mkdir(parents=True)
    (folder / "layers.json").write_text(json.dumps([ENTRY]), encoding="utf-8")
    pyogrio.raw.write(
        folder / "layers" / "tiny.fgb",
        shapely.to_wkb(drawn("A B")),
        [
            np.array(["01", "02"], dtype=object), np.array(["Ä", "B"], dtype=object),
            np.array(["", None], dtype=object), np.array([5.0, np.nan]),
        ],
        ["unit_code", "unit_name", "parent_code", "population"],
        geometry_type="MultiPolygon", crs="EPSG:4326", driver="FlatGeobuf", SPATIAL_INDEX="NO",
    )  # fmt: skip
    monkeypatch.setattr("territorymap.resources._roots", lambda: [tmp_path])
    return folder


def test_layer_is_read_with_codes_as_text_and_values(tiny_maps: Path):
    layer = load_layer("tiny")
    assert layer.code.tolist() == ["01", "02"]
    assert layer.name.tolist() == ["Ä", "B"]
    assert layer.parent_code.tolist() == ["", ""]
    assert layer.country.tolist() == ["", ""]
    assert_allclose(layer.values["population"], [5, np.nan])
    assert_allclose(layer.area_km2, measure_geometry(drawn("A B"))[0])
    assert (layer.title, layer.unit_word, layer.attribution, layer.layer_id) == ("Tiny", "square", "nobody", "tiny")
    assert_allclose(layer.lon, [0.5, 1.5])


def test_unknown_layer_is_refused_with_the_names_there_are(tiny_maps: Path):
    with pytest.raises(UserError) as caught:
        load_layer("mars")
    assert "mars" in caught.value.message
    assert "tiny" in caught.value.hint


def test_every_shipped_layer_gives_a_clean_topology():
    """No irregular segment, and the arcs of every unit add up to its perimeter."""
    for info in list_layers():
        layer = load_layer(info.id)
        topology = build_topology(layer.geometry)
        assert topology.n_irregular.sum() == 0, info.id
        inside = topology.arc_right >= 0
        km = np.bincount(topology.arc_left, topology.arc_length_km, minlength=len(layer))
        km += np.bincount(topology.arc_right[inside], topology.arc_length_km[inside], minlength=len(layer))
        assert_allclose(km, layer.perimeter_km, rtol=1e-9, err_msg=info.id)
        assert len(layer) == info.n_units
        assert (build_adjacency(topology, len(layer)).border_km > 0).all()
