"""KML, KMZ, shapefile, FlatGeobuf, TopoJSON and GeoPackage as other programs read them: GDAL, ElementTree, json."""

from __future__ import annotations

import itertools
import json
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.errors import Cancelled
from territorymap.exporters.formats.shp import READ_ME, cut_texts, short_names
from territorymap.exporters.kml_text import xml_text
from territorymap.exporters.registry import ExportOptions, export
from territorymap.exporters.tables import Column, content_columns
from territorymap.exporters.vector import write_layer
from territorymap.exporters.view import ExportView
from territorymap.importers.alignment import build_alignment
from territorymap.importers.columns import guess_columns
from territorymap.importers.table import read_table
from territorymap.importers.table_options import TableOptions
from territorymap.importers.unit_layer import import_unit_layer
from territorymap.importers.unit_options import UnitOptions
from territorymap.model.records import Region
from tests.exporters.small_plan import small_view
from tests.support.grid import grid_layer

HOSTILE = "=1+1<script>alert(1)</script>&\"'\x07\x00]]>\u202eعربي " + "ü" * 300
KML = "{http://www.opengis.net/kml/2.2}"


def options(**chosen: object) -> ExportOptions:
    return ExportOptions(chosen)


def layer(path: Path, content: str) -> geopandas.GeoDataFrame:
    """Return a layer as GDAL reads it."""
    if path.suffix == ".zip":
        return pyogrio.read_dataframe(f"/vsizip/{path}/{content}.shp")
    return pyogrio.read_dataframe(path, layer=content)


def with_regions(view: ExportView) -> ExportView:
    """Return the plan with West and Empty in the region Coast."""
    territories = [replace(t, region_id=7 if t.name != "East" else None) for t in view.plan.territories]
    return replace(view, plan=replace(view.plan, territories=territories, regions=[Region(7, "r", "Coast")]))


# -- the same plan in each --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["shp.zip", "fgb", "topojson", "gpkg", "geojson"])
def test_gdal_reads_the_plan_as_it_is(tmp_path: Path, name: str) -> None:
    """West is two columns of four squares, East the third; column 4 has nobody, Empty has no ground."""
    path = tmp_path / f"out.{name}"
    format_ = "shp" if name == "shp.zip" else name
    found = {}
    for content in ("territories", "units", "accounts"):
        found[content] = layer(export(small_view(), path, content, name=format_), content)
    territories, units, accounts = found["territories"], found["units"], found["accounts"]
    assert [len(frame) for frame in (territories, units, accounts)] == [3, 16, 5]
    assert territories.territory.tolist() == ["West", "East", "Empty"]
    assert territories.geometry[0].equals(shapely.box(0, 0, 2, 4))
    assert territories.geometry[2] is None or territories.geometry[2].is_empty
    assert territories.revenue.tolist() == [10.5, 98.0, 0.0]
    owner = dict(zip(units.unit_code, units.territory, strict=True))
    assert [owner[code] or "" for code in ("A1", "D2", "B3")] == ["West", "West", "East"]
    assert not isinstance(owner["C4"], str)
    square = units.geometry[units.unit_code == "C2"].iloc[0]
    assert square.equals(shapely.box(1, 2, 2, 3))
    name_column = "account_na" if format_ == "shp" else "account_name"
    assert accounts[name_column].tolist() == ["Müller & Söhne", "+49 30 Ltd", '王"小明', "a\nb, c", "'=quoted"]
    assert accounts.geometry[0].equals(shapely.Point(0.25, 0.5))
    if format_ != "topojson":
        assert str(units.crs) == "EPSG:4326"


@pytest.mark.parametrize("name", ["kml", "kmz", "shp.zip", "fgb", "topojson", "gpkg", "geojson"])
def test_names_may_be_anything(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"out.{name}"
    view = small_view(west_name=HOSTILE)
    export(view, path, "units", name="shp" if name == "shp.zip" else name)
    if name.startswith("km"):
        names = [found for found, _ in pyogrio.list_layers(path)]
        assert any(found.startswith("=1+1<script>alert(1)</script>&\"'\ufffd\ufffd]]>") for found in names)
        inner = path if name == "kml" else f"/vsizip/{path}/doc.kml"  # GDAL reads no typed data out of a KMZ itself
        frame = pyogrio.read_dataframe(inner, layer=names[0])
        assert frame.territory[0].startswith("=1+1<script>")
        assert "<script>" not in frame.description[0]
        assert "&lt;script&gt;" in frame.description[0]
    else:
        expected = HOSTILE.replace("\0", "\ufffd")
        if name == "shp.zip":
            expected = expected.encode()[:254].decode("utf-8", "ignore")
        assert layer(path, "units").territory[0 if name != "fgb" else 15] == expected


@pytest.mark.parametrize("name", ["kml", "kmz", "shp.zip", "fgb", "topojson", "geojson"])
def test_500_territories_most_of_them_empty(tmp_path: Path, name: str) -> None:
    """They are there all the same, with their folder or row."""
    view = small_view()
    first = view.plan.territories[0]
    more = [replace(first, territory_id=i, uuid=f"t{i}", name=f"Territory {i}", rep_id=None) for i in range(4, 501)]
    n = 500
    plan = replace(view.plan, territories=[*view.plan.territories, *more])
    wide = {
        field: np.concatenate([getattr(view, field), np.zeros(n - 3, getattr(view, field).dtype)])
        for field in ("n_units", "n_accounts", "pieces", "cut_edges", "polsby_popper")
    }
    total = np.pad(view.territory_total, [(0, 0), (0, n - 3)])
    balance = replace(
        view.balance,
        target=np.pad(view.balance.target, [(0, 0), (0, n - 3)]),
        index=np.pad(view.balance.index, [(0, 0), (0, n - 3)]),
    )
    many = replace(view, plan=plan, territory_total=total, balance=balance, **wide)
    path = export(many, tmp_path / f"out.{name}", "territories", name="shp" if name == "shp.zip" else name)
    if name.startswith("km"):
        first_layer = str(pyogrio.list_layers(path)[0][0])
        assert len(pyogrio.read_dataframe(path, layer=first_layer)) == n
    else:
        assert len(layer(path, "territories")) == n


@pytest.mark.parametrize("name", ["kml", "kmz", "shp.zip", "fgb", "topojson", "geojson"])
def test_cancelled_leaves_nothing(tmp_path: Path, name: str) -> None:
    format_ = "shp" if name == "shp.zip" else name
    with pytest.raises(Cancelled):
        export(small_view(), tmp_path / f"out.{name}", None, ExportOptions(is_cancelled=lambda: True), name=format_)
    assert list(tmp_path.iterdir()) == []


# -- KML --------------------------------------------------------------------------------------------------------------


def kml_tree(path: Path) -> ET.Element:
    return ET.fromstring(path.read_text(encoding="utf-8"))


def test_kml_has_folders_by_region_and_territory_and_styles_in_their_colours(tmp_path: Path) -> None:
    tree = kml_tree(export(with_regions(small_view()), tmp_path / "out.kml", "units"))
    (document,) = tree
    coast, east, nobody = document.findall(f"{KML}Folder")
    assert coast.findtext(f"{KML}name") == "Coast"
    assert [f.findtext(f"{KML}name") for f in coast.findall(f"{KML}Folder")] == ["West", "Empty"]
    assert east.findtext(f"{KML}name") == "East"
    assert nobody.findtext(f"{KML}name") == "Unassigned"
    west = coast.findall(f"{KML}Folder")[0]
    marks = west.findall(f"{KML}Placemark")
    assert len(marks) == 8
    styles = {style.get("id"): style for style in document.findall(f"{KML}Style")}
    style = styles[str(marks[0].findtext(f"{KML}styleUrl")).removeprefix("#")]
    # West is #88ccee, in KML blue comes first; 45 % of 255 is 115 = 0x73.
    assert style.findtext(f"{KML}PolyStyle/{KML}color") == "73eecc88"
    assert style.findtext(f"{KML}LineStyle/{KML}color") == "ffeecc88"
    data = {d.get("name"): d.text for d in marks[0].iter(f"{KML}SimpleData")}
    assert data["unit_code"] == "A1"
    assert data["households"] == "0"
    assert "parent_code" in data


def test_kml_polygons_are_closed_and_counterclockwise_with_holes(tmp_path: Path) -> None:
    """West has all but the middle four squares, which are East's."""
    view = small_view()
    unit_territory = np.array([0] * 5 + [1, 1] + [0, 0] + [1, 1] + [0] * 5, dtype=np.int32)
    view = replace(view, plan=replace(view.plan, unit_territory=unit_territory))
    path = export(view, tmp_path / "out.kml", options=options(labels=False))
    frame = pyogrio.read_dataframe(path)
    assert len(frame) == 3
    shape = frame.geometry[0]
    assert shape.equals(shapely.box(0, 0, 4, 4) - shapely.box(1, 1, 3, 3))
    tree = kml_tree(path)
    ring = next(tree.iter(f"{KML}outerBoundaryIs")).findtext(f"{KML}LinearRing/{KML}coordinates")
    points = [tuple(map(float, pair.split(","))) for pair in str(ring).split()]
    assert points[0] == points[-1]
    assert shapely.LinearRing(points).is_ccw


def test_kml_names_stand_within_their_territory(tmp_path: Path) -> None:
    names = pyogrio.read_dataframe(export(small_view(), tmp_path / "out.kml"), layer="Names")
    assert names.Name.tolist() == ["West", "East"]
    assert shapely.box(0, 0, 2, 4).contains(names.geometry[0])


def test_kmz_holds_the_dot_that_its_styles_name(tmp_path: Path) -> None:
    from PIL import Image

    path = export(small_view(), tmp_path / "out.kmz", "all")
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist()[0] == "doc.kml"
        href = ET.fromstring(archive.read("doc.kml")).findtext(f".//{KML}href")
        with archive.open(str(href)) as stream, Image.open(stream) as dot:
            assert dot.getpixel((16, 16)) == (255, 255, 255, 255)
            assert dot.getpixel((0, 0))[3] == 0  # type: ignore[index]
    folders = {name for name, _ in pyogrio.list_layers(path)}
    assert {"Territories", "Units", "Accounts"} <= folders


@given(st.text(st.characters(), max_size=30))
def test_any_text_comes_back_from_xml_but_for_what_xml_cannot_hold(text: str) -> None:
    back = ET.fromstring(f'<a b="{xml_text(text)}">{xml_text(text)}</a>')
    illegal = {c for c in text if ord(c) < 32 and c not in "\t\n\r"} | {c for c in text if c in "\ufffe\uffff"}
    illegal |= {c for c in text if 0xD800 <= ord(c) < 0xE000}
    assert (back.text or "") == "".join("\ufffd" if c in illegal else c for c in text)


# -- shapefile --------------------------------------------------------------------------------------------------------


def test_shapefile_has_projection_encoding_and_a_list_of_its_fields(tmp_path: Path) -> None:
    path = export(small_view(west_name="W" * 300), tmp_path / "out.zip", name="shp")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        for content in ("territories", "units", "accounts"):
            assert {f"{content}.{end}" for end in ("shp", "shx", "dbf", "prj", "cpg")} <= set(names)
        assert archive.read("units.cpg").strip() == b"UTF-8"
        assert b"WGS_1984" in archive.read("units.prj")
        told = archive.read(READ_ME).decode("utf-8-sig")
    assert "workload_1  workload_h_target" in told
    assert "territory   territory (1 text was cut to 254 bytes)" in told
    assert "territory   territory (8 texts were cut to 254 bytes)" in told


@given(st.lists(st.text("aÄ_", min_size=1, max_size=14), max_size=30, unique_by=str.casefold))
def test_short_names_are_unique_and_fit(names: list[str]) -> None:
    short = short_names(names)
    assert len({name.casefold() for name in short}) == len(names)
    assert all(0 < len(name.encode()) <= 10 for name in short)
    assert all(s == n for s, n in zip(short, names, strict=True) if len(n.encode()) <= 10)


def test_names_that_gdal_would_change_are_changed_by_us_and_stay_different(tmp_path: Path) -> None:
    names = ["rep: Inside", "rep: Inbound", "a:b", "a_b", "x "]
    short = short_names(names)
    assert short == ["rep_ Insid", "rep_ Inbou", "a_b_1", "a_b", "x"]
    path = tmp_path / "out.shp"
    columns = [Column(name, np.array([1])) for name in short]
    spot, how = np.array([shapely.Point(0, 0)]), {"ENCODING": "UTF-8"}
    write_layer(path, columns, spot, layer="out", driver="ESRI Shapefile", is_points=True, layer_options=how)
    assert pyogrio.read_info(path)["fields"].tolist() == short  # a warning of GDAL would fail the test


def test_texts_are_cut_between_letters() -> None:
    values, n_cut = cut_texts(np.array(["é" * 200, "short", None], dtype=object))
    assert (values.tolist(), n_cut) == (["é" * 127, "short", ""], 1)


# -- TopoJSON ---------------------------------------------------------------------------------------------------------


def decoded(path: Path, name: str) -> list[tuple[dict[str, Any], shapely.Geometry]]:
    """Return properties and shapes of an object, put together as the specification of TopoJSON says."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    scale, shift = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]

    def ring(numbers: list[int]) -> np.ndarray:
        lines = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        for a, b in itertools.pairwise(lines):
            assert (a[-1] == b[0]).all()
        return np.concatenate([lines[0], *(line[1:] for line in lines[1:])])

    def polygon(rings: list[list[int]]) -> shapely.Polygon:
        return shapely.Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]])

    out = []
    for item in topology["objects"][name]["geometries"]:
        if item["type"] == "Point":
            shape = shapely.Point(np.array(item["coordinates"]) * scale + shift)
        elif item["type"] == "MultiPoint":
            shape = shapely.MultiPoint()
        else:
            parts = [item["arcs"]] if item["type"] == "Polygon" else item["arcs"]
            shape = shapely.MultiPolygon([polygon(part) for part in parts])
        out.append((item["properties"], shape))
    return out


def test_topojson_holds_each_border_once(tmp_path: Path) -> None:
    """The 4 x 4 grid has 16 outer and 24 inner edges of a square; arcs run from node to node, 4 corners are no node."""
    path = export(small_view(), tmp_path / "out.topojson")
    topology = json.loads(path.read_text(encoding="utf-8"))
    assert len(topology["arcs"]) == 24 + 16 - 4
    assert set(topology["objects"]) == {"units", "territories", "accounts"}
    assert decoded(path, "territories")[0][1].equals(shapely.box(0, 0, 2, 4))
    assert decoded(path, "accounts")[4][1].is_empty
    alone = json.loads(export(small_view(), tmp_path / "few.topojson", "territories").read_text(encoding="utf-8"))
    assert len(alone["arcs"]) < 36  # what lies within a territory is no part of it


@pytest.mark.parametrize(("winding", "is_ccw"), [("clockwise", False), ("counterclockwise", True)])
def test_topojson_rings_run_as_asked(tmp_path: Path, winding: str, is_ccw: bool) -> None:
    path = export(small_view(), tmp_path / "out.topojson", "units", options(winding=winding))
    for _, shape in decoded(path, "units"):
        assert shape.geoms[0].exterior.is_ccw is is_ccw


def test_a_coarse_grid_leaves_every_ring_four_points(tmp_path: Path) -> None:
    """Squares of a thousandth of a degree on a grid of hundredths: all of their corners fall together."""
    layer_ = grid_layer(4, 4, side=0.001)
    path = export(small_view(layer=layer_), tmp_path / "out.topojson", "units", options(decimals=2))
    assert len(pyogrio.read_dataframe(path)) == 16
    topology = json.loads(path.read_text(encoding="utf-8"))
    for item in topology["objects"]["units"]["geometries"]:
        numbers = item["arcs"][0]
        assert sum(len(topology["arcs"][n if n >= 0 else ~n]) - 1 for n in numbers) >= 3


def test_units_beyond_180_degrees_are_cut_in_every_format(tmp_path: Path) -> None:
    """Four columns of squares from 178 to 182: the eastern two lie at -180 and -179."""
    view = small_view(layer=grid_layer(4, 4, west=178.0))
    for name in ("geojson", "topojson", "kml", "fgb", "shp.zip"):
        path = tmp_path / f"out.{name}"
        export(view, path, "territories", name="shp" if name == "shp.zip" else name)
        frame = layer(path, "A small plan" if name == "kml" else "territories")
        west, _, east, _ = frame.geometry[1].bounds
        assert (round(west, 6), round(east, 6)) == (-180.0, -179.0), name
    box = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))["bbox"]
    assert box == [178.0, 0.0, -179.0, 4.0]  # over 180 degrees: west is more than east


@pytest.mark.parametrize("overlap", [shapely.box(0.5, 0, 2, 1), shapely.box(0, 0, 1, 1)])
def test_topojson_of_units_that_overlap_unites_what_the_arcs_cannot_tell(
    tmp_path: Path, overlap: shapely.Polygon
) -> None:
    """Square A2 lies half, or all, on A1: the outline of West has an arc of its own, and covers the ground of both."""
    layer_ = grid_layer(4, 4)
    layer_.geometry[1] = shapely.MultiPolygon([overlap])
    view = small_view(layer=layer_)
    shape = decoded(export(view, tmp_path / "out.topojson", "territories"), "territories")[0][1]
    ground = shapely.union_all(view.geometry[view.plan.unit_territory == 0])
    assert shapely.area(shapely.symmetric_difference(shape, ground)) < 1e-9


# -- out and in again -------------------------------------------------------------------------------------------------

NAMES = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: text == " ".join(text.split()) and text
)


PLANS = st.tuples(
    st.lists(NAMES, min_size=3, max_size=3, unique_by=lambda name: name.casefold()),
    st.integers(-180, 176),
    st.integers(-85, 80),
    st.lists(st.integers(-1, 2), min_size=16, max_size=16),
)


def planned(drawn: tuple[list[str], int, int, list[int]]) -> ExportView:
    """Return squares somewhere on Earth, given to territories of any name."""
    names, west, south, owner = drawn
    view = small_view(layer=grid_layer(4, 4, west=west, south=south))
    territories = [replace(t, name=name) for t, name in zip(view.plan.territories, names, strict=True)]
    return replace(view, plan=replace(view.plan, unit_territory=np.array(owner, np.int32), territories=territories))


@pytest.mark.parametrize("name", ["geojson", "topojson", "fgb", "gpkg", "shp.zip", "kml"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=PLANS)
def test_units_exported_and_imported_are_the_same_layer(tmp_path: Path, name: str, drawn: Any) -> None:
    view = planned(drawn)
    path = tmp_path / f"units.{name}"
    path.unlink(missing_ok=True)
    export(view, path, "units", name="shp" if name == "shp.zip" else name)
    if name == "kml" and len({*view.plan.unit_territory.tolist()}) > 1:
        return  # a folder is a layer, and a layer is imported at a time
    made = import_unit_layer(path, UnitOptions(code="unit_code"))
    by_code = dict(zip(made.layer.code, made.layer.geometry, strict=True))
    assert len(by_code) == len(view.plan.units)
    for code, shape in zip(view.plan.units.code, view.geometry, strict=True):
        assert by_code[code].normalize().equals_exact(shape.normalize(), 1e-6)


@pytest.mark.parametrize("name", ["csv", "geojson", "gpkg", "fgb", "topojson"])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=PLANS)
def test_an_alignment_exported_and_imported_is_the_same(tmp_path: Path, name: str, drawn: Any) -> None:
    view = planned(drawn)
    path = tmp_path / f"units.{name}"
    path.unlink(missing_ok=True)
    export(view, path, "units")
    table = read_table(path, TableOptions(has_areas=True))
    columns = guess_columns(table, "alignment", view.plan.units.code)
    assert columns.fields["unit_code"] == "unit_code"
    assert columns.fields["territory"] == "territory"
    found = build_alignment(table, columns, view.plan.units.code, view.plan.units.name)
    assert not found.rejects
    names = content_columns(view, "units")[2].values
    assert dict(zip(found.unit_ix.tolist(), found.territory, strict=True)) == dict(enumerate(names))
