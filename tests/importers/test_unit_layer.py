"""The planner's own boundaries, from every kind of file."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.errors import Cancelled, UserError
from territorymap.geo.layer import UnitLayer
from territorymap.importers.unit_crs import CrsQuestion
from territorymap.importers.unit_faults import group_faults
from territorymap.importers.unit_layer import import_unit_layer
from territorymap.importers.unit_options import UnitOptions
from territorymap.importers.unit_rows import guess_unit_columns, read_unit_rows
from tests.importers.files import feature, point, square, write_geojson, write_text


def frame(crs: int = 4326) -> geopandas.GeoDataFrame:
    """Return four squares of one degree near Dresden, in a row from west to east."""
    boxes = [shapely.box(13 + i, 51, 14 + i, 52) for i in range(4)]
    columns = {"AGS": ["01", "02", "03", "04"], "GEN": ["Öst", "Süd", "West", "Nord"], "EW": [10, 20, 30, 40]}
    return geopandas.GeoDataFrame(columns, geometry=boxes, crs=4326).to_crs(crs)


def write_shapefile(folder: Path, data: geopandas.GeoDataFrame, **options: Any) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "kreise.shp"
    pyogrio.write_dataframe(data, path, **options)
    return path


def read(path: Path, **options: Any) -> UnitLayer:
    return import_unit_layer(path, UnitOptions(**options)).layer


def check(path: Path, **options: Any) -> None:
    layer = read(path, **options)
    order = np.argsort(layer.code)  # FlatGeobuf sorts by place
    assert layer.code[order].tolist() == ["01", "02", "03", "04"]
    assert layer.name[order].tolist() == ["Öst", "Süd", "West", "Nord"]
    assert layer.country[order].tolist() == ["DE", "DE", "PL", "PL"]
    np.testing.assert_allclose(layer.lon[order], [13.5, 14.5, 15.5, 16.5], atol=0.02)
    assert shapely.coverage_is_valid(layer.geometry)
    assert (layer.area_km2 > 7000).all()


@pytest.mark.parametrize("crs", [4326, 25832, 31467, 3857])
def test_a_shapefile_in_any_crs_comes_in_degrees(tmp_path: Path, crs: int) -> None:
    check(write_shapefile(tmp_path / "s", frame(crs)))


@pytest.mark.parametrize("encoding", ["UTF-8", "CP1252"])
@pytest.mark.parametrize("has_cpg", [True, False])
def test_letters_of_a_shapefile_survive_with_and_without_its_encoding_file(
    tmp_path: Path, encoding: str, has_cpg: bool
) -> None:
    path = write_shapefile(tmp_path / "s", frame(), encoding=encoding)
    if not has_cpg:
        path.with_suffix(".cpg").unlink(missing_ok=True)
        dbf = bytearray(path.with_suffix(".dbf").read_bytes())
        dbf[29] = 0  # no language driver either
        path.with_suffix(".dbf").write_bytes(dbf)
    check(path)


def test_a_missing_index_is_rebuilt_and_a_missing_table_told(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "s", frame())
    path.with_suffix(".shx").unlink()
    check(path)
    assert not path.with_suffix(".shx").exists()  # the planner's folder is left alone
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        for part in path.parent.iterdir():
            out.write(part, part.name)
    check(tmp_path / "a.zip")
    path.with_suffix(".dbf").unlink()
    with pytest.raises(UserError, match=r"no \.dbf file"):
        read(path)


def test_without_a_projection_file_the_system_is_asked_for(tmp_path: Path) -> None:
    """Not even degrees are guessed: they are suggested."""
    degrees = write_shapefile(tmp_path / "a", frame())
    degrees.with_suffix(".prj").unlink()
    with pytest.raises(CrsQuestion, match="does not say which coordinate system") as caught:
        read(degrees)
    assert [s.code for s in caught.value.suggestions] == ["EPSG:4326"]
    check(degrees, crs="EPSG:4326")
    metres = write_shapefile(tmp_path / "b", frame(25832))
    metres.with_suffix(".prj").unlink()
    with pytest.raises(CrsQuestion, match="does not say which coordinate system") as caught:
        read(metres)
    assert "EPSG:25832" in caught.value.hint
    assert "EPSG:25832" in [s.code for s in caught.value.suggestions]
    check(metres, crs="EPSG:25832")
    check(metres, crs="25832")
    with pytest.raises(UserError, match="no coordinate system EPSG:99"):
        read(metres, crs="EPSG:99")


@pytest.mark.parametrize(("driver", "name"), [("GPKG", "a.gpkg"), ("FlatGeobuf", "a.fgb"), ("GeoJSON", "a.geojson")])
def test_other_formats_give_the_same_units(tmp_path: Path, driver: str, name: str) -> None:
    pyogrio.write_dataframe(frame(), tmp_path / name, driver=driver)
    check(tmp_path / name)


def test_zipped_files_are_read_in_place(tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "s", frame(25832))
    archive = tmp_path / "Kreise (neu).zip"
    with zipfile.ZipFile(archive, "w") as out:
        for part in sorted(path.parent.iterdir()):
            out.write(part, f"daten/{part.name}")
        out.writestr("__MACOSX/daten/._kreise.shp", b"junk")
        out.writestr("daten/liesmich.txt", "hallo")
    check(archive)
    assert read_unit_rows([archive]).members == ("daten/kreise.shp",)


def test_kml_and_kmz_are_read_with_their_extended_data(tmp_path: Path) -> None:
    def placemark(code: str, name: str, west: int) -> str:
        ring = " ".join(f"{x},{y},0" for x, y in square(west, 51)["coordinates"][0])
        data = f'<ExtendedData><Data name="AGS"><value>{code}</value></Data></ExtendedData>'
        outline = f"<outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs>"
        return f"<Placemark><name>{name}</name>{data}<Polygon>{outline}</Polygon></Placemark>"

    marks = [placemark(*row) for row in (("01", "Öst", 13), ("02", "Süd", 14), ("03", "West", 15), ("04", "Nord", 16))]
    text = f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{"".join(marks)}</Document></kml>'
    path = write_text(tmp_path / "a.kml", text)
    check(path)
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as out:
        out.write(path, "doc.kml")
    check(tmp_path / "a.kmz")
    assert guess_unit_columns(read_unit_rows([path]).columns).measures == ()


def test_topojson_is_read_by_object(tmp_path: Path) -> None:
    def one(code: str) -> dict[str, Any]:
        geometry = {"type": "Polygon", "arcs": [[0]], "properties": {"id": code}}
        return {"type": "GeometryCollection", "geometries": [geometry]}

    topology = {
        "type": "Topology",
        "arcs": [[[0, 0], [1, 0], [1, 1], [0, 0]]],
        "objects": {"a": one("A"), "b": one("B")},
    }
    path = write_text(tmp_path / "t.topojson", json.dumps(topology))
    assert read_unit_rows([path]).layers == ("a", "b")
    assert read(path).code.tolist() == ["A"]
    layer = read(path, layer="b")
    assert (layer.code.tolist(), layer.title) == (["B"], "b")


def test_lost_zeros_of_codes_are_put_back_under_headers_that_promise_a_length(tmp_path: Path) -> None:
    rows = [(1001, 2139, 7, "1"), (48201, 10001, 8, "2"), (6037, 501, 9, "3")]
    features = [feature(square(i, 0), GEOID=a, ZIP=b, num=c, ref=d) for i, (a, b, c, d) in enumerate(rows)]
    path = write_geojson(tmp_path / "t.geojson", features)
    made = import_unit_layer(path)
    assert made.layer.code.tolist() == ["01001", "48201", "06037"]
    assert made.notes == ["2 codes in GEOID had lost their leading zeros."]
    assert read(path, code="zip").code.tolist() == ["02139", "10001", "00501"]
    assert read(path, code="num").code.tolist() == ["7", "8", "9"]
    assert read(path, code="ref").code.tolist() == ["1", "2", "3"]


def test_four_digit_plz_of_austria_stay_as_they_are(tmp_path: Path) -> None:
    features = [feature(square(16, 48), PLZ=1010), feature(square(17, 48), PLZ=1020)]
    assert read(write_geojson(tmp_path / "t.geojson", features)).code.tolist() == ["1010", "1020"]


def test_rows_of_one_code_become_one_unit_with_summed_numbers(tmp_path: Path) -> None:
    features = [
        feature(square(0, 0), plz="01067", name="Mitte", people=10),
        feature(square(5, 0), plz="01067", name="Insel", people=5),
        feature(square(1, 0), plz="01069", name="Ost", people=7),
        feature(square(1, 0), plz="01069", name="Ost", people=7),
    ]
    path = write_geojson(tmp_path / "t.geojson", features)
    made = import_unit_layer(path, UnitOptions(measures=("People",)))
    assert made.layer.code.tolist() == ["01067", "01069"]
    assert made.layer.name.tolist() == ["Mitte", "Ost"]
    assert made.layer.values["people"].tolist() == [15.0, 7.0]  # the repeated square counts once
    assert shapely.get_num_geometries(made.layer.geometry).tolist() == [2, 1]
    assert made.notes == ["2 units were made of several rows each."]


def test_what_is_no_area_is_listed_with_row_and_reason(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    mixed = {"type": "GeometryCollection", "geometries": [point(0, 0), square(2, 0)]}
    features = [feature(square(0, 0), code="A"), feature(point(0, 0), code="B"), feature(line, code="C")]
    features += [feature(None, code="D"), feature({"type": "Polygon", "coordinates": []}, code="E")]
    features += [feature(mixed, code="F"), feature(square(4, 0), code=None)]
    made = import_unit_layer(write_geojson(tmp_path / "t.geojson", features), UnitOptions(code="code"))
    assert made.layer.code.tolist() == ["A", "F"]
    assert [(r.row, r.reason) for r in made.rejects] == [
        (2, "The feature is a point, not an area."),
        (3, "The feature is a line, not an area."),
        (4, "The feature has no geometry."),
        (5, "The geometry of the feature is empty."),
        (7, "The feature has no code."),
    ]
    assert made.notes == ["One feature mixes areas with points or lines; only the areas were kept."]
    assert made.read == 7


def broken_borders(path: Path) -> Path:
    """A overlaps B by 0.1 x 1 degree, C crosses itself, D and E are the same square."""
    bow = {"type": "Polygon", "coordinates": [[[3, 0], [4, 1], [4, 0], [3, 1], [3, 0]]]}
    features = [feature(square(0, 0, 1.1), code="A"), feature(square(1, 0), code="B"), feature(bow, code="C")]
    return write_geojson(path, [*features, feature(square(8, 0), code="D"), feature(square(8, 0), code="E")])


def test_faults_are_found_and_left_as_they_are_unless_repair_is_asked_for(tmp_path: Path) -> None:
    path = broken_borders(tmp_path / "t.geojson")
    made = import_unit_layer(path)
    groups = {group.key: group for group in group_faults(made.faults, 1.0)}
    assert {key: len(group.faults) for key, group in groups.items()} == {"invalid": 1, "overlap": 1, "same_shape": 1}
    assert groups["overlap"].area_km2 == pytest.approx(11.13 * 110.57, rel=0.01)  # 0.1 x 1 degree at the equator
    assert [made.codes[u] for u in groups["overlap"].faults[0].units] == ["A", "B"]
    assert groups["overlap"].faults[0].place.bounds == pytest.approx((1, 0, 1.1, 1))
    assert groups["invalid"].faults[0].place.centroid.coords[0] == pytest.approx((3.5, 0.5), abs=1e-6)
    assert made.can_be_repaired
    assert made.rejects == []
    assert shapely.is_valid(made.layer.geometry).all()
    assert shapely.area(made.layer.geometry[:2]) == pytest.approx([1.21, 1.0])


def test_a_repair_makes_a_coverage_and_names_what_vanished(tmp_path: Path) -> None:
    made = import_unit_layer(broken_borders(tmp_path / "t.geojson"), UnitOptions(repair_m=1.0))
    assert made.layer.code.tolist() == ["A", "B", "C", "D"]
    assert shapely.coverage_is_valid(made.layer.geometry)
    assert [(r.row, r.reason) for r in made.rejects] == [(5, "Its area is that of the unit D, which was kept.")]
    assert made.left == []
    assert not made.can_be_repaired
    assert len(made.faults) == 3  # what was found is still told


def test_latitude_before_longitude_is_noticed(tmp_path: Path) -> None:
    ring = [[42, -100], [43, -100], [43, -101], [42, -101], [42, -100]]
    path = write_geojson(tmp_path / "t.geojson", [feature({"type": "Polygon", "coordinates": [ring]}, code="A")])
    made = import_unit_layer(path)
    assert (made.layer.lon[0], made.layer.lat[0]) == pytest.approx((-100.5, 42.5))
    assert made.notes == ["Latitude and longitude of t.geojson were exchanged."]
    with pytest.raises(UserError, match="beyond the poles"):
        read(path, is_swapped=False)


def test_geojson_in_metres_asks_for_its_crs(tmp_path: Path) -> None:
    features = [feature(square(400_000, 5_600_000, 10_000), code="A")]
    path = write_geojson(tmp_path / "t.geojson", features)
    with pytest.raises(UserError, match="are no degrees"):
        read(path)
    assert read(path, crs="EPSG:25833").lat[0] == pytest.approx(50.59, abs=0.1)


def test_columns_are_guessed_and_offered(tmp_path: Path) -> None:
    features = [
        feature(square(i, 0), OBJECTID=i + 1, ZCTA5CE20=f"0213{i}", NAME=f"Town {i}", STUSPS="MA", ALAND=1.5 * i, pop=i)
        for i in range(4)
    ]
    rows = read_unit_rows([write_geojson(tmp_path / "t.geojson", features)])
    found = guess_unit_columns(rows.columns)
    assert found.code[0] == "ZCTA5CE20"
    assert found.name[0] == "NAME"
    assert found.parent == "STUSPS"
    assert found.measures == ("ALAND", "pop")
    assert (len(rows), rows.files[0].crs, rows.columns[1].examples) == (4, "EPSG:4326", ["02130", "02131", "02132"])
    layer = read(tmp_path / "t.geojson", parent="STUSPS")
    assert layer.parent_code.tolist() == ["MA"] * 4


def test_columns_that_are_not_there_or_hold_no_numbers_are_refused(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "t.geojson", [feature(square(0, 0), code="A", word="x")])
    with pytest.raises(UserError, match="no column named nope"):
        read(path, code="nope")
    with pytest.raises(UserError, match="word holds no numbers"):
        read(path, measures=("word",))


def test_units_without_any_column_are_numbered_and_said_so(tmp_path: Path) -> None:
    made = import_unit_layer(write_geojson(tmp_path / "t.geojson", [feature(square(0, 0)), feature(square(1, 0))]))
    assert made.layer.code.tolist() == ["1", "2"]
    assert made.notes == ["No column holds codes: the units were numbered."]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.geojson", b'{"type": "FeatureCollection", "features": []}'),
        ("a.geojson", b'{"hello": 1}'),
        ("a.geojson", b'{"type":"FeatureCollection","features":[{"type":'),
        ("a.shp", b"\x00\x00\x27\x0a" + b"\0" * 96),
        ("a.gpkg", b"SQLite format 3\0" + b"\0" * 100),
        ("a.fgb", b"fgb\x03fgb\x00" + b"\xff" * 50),
        ("a.kml", b"<kml></kml>"),
        ("a.zip", b"PK\x03\x04 broken"),
        ("a.dbf", b"\x03abc"),
        ("a.shp", b"no shapefile"),
        ("a.gpkg", b""),
    ],
)
def test_what_is_no_map_is_refused_in_words(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        read(path)
    assert name in caught.value.message


def test_archives_that_climb_out_or_swell_are_refused(tmp_path: Path) -> None:
    climbing = tmp_path / "a.zip"
    with zipfile.ZipFile(climbing, "w") as out:
        out.writestr("../../evil.geojson", json.dumps({"type": "FeatureCollection", "features": []}))
    with pytest.raises(UserError, match="holds no map file"):
        read(climbing)
    bomb = tmp_path / "b.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a.geojson", b" " * 120_000_000)
    with pytest.raises(UserError, match="too large to open"):
        read(bomb)


def test_progress_rises_to_one_and_cancel_stops(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "t.geojson", [feature(square(i, 0), code=f"U{i}") for i in range(5)])
    told: list[float] = []
    import_unit_layer(path, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(Cancelled):
        import_unit_layer(path, is_cancelled=lambda: True)


def nested(*shapes: dict[str, Any]) -> dict[str, Any]:
    return {"type": "GeometryCollection", "geometries": list(shapes)}


_NUMBER = st.floats(-5, 5).map(lambda x: round(x, 2))
_RING = st.lists(st.tuples(_NUMBER, _NUMBER), max_size=6).map(lambda ring: [list(p) for p in [*ring, *ring[:1]]])
_SHAPE = st.one_of(
    st.none(),
    st.builds(lambda p: {"type": "Point", "coordinates": list(p)}, st.tuples(_NUMBER, _NUMBER)),
    st.builds(lambda rings: {"type": "Polygon", "coordinates": rings}, st.lists(_RING, max_size=2)),
    st.builds(lambda x, y: square(x, y), st.integers(-5, 4), st.integers(-5, 4)),
    st.builds(lambda x, y: {"type": "GeometryCollection", "geometries": [square(x, y), point(x, y)]}, _NUMBER, _NUMBER),
    st.builds(lambda ring: {"type": "Polygon", "coordinates": [ring[:-1]]}, _RING),  # not closed
    st.builds(lambda x, y: nested(nested(square(x, y)), point(x, y)), st.integers(-5, 4), st.integers(-5, 4)),
    st.builds(lambda x: {"type": "LineString", "coordinates": [[x, 0], [0, x]]}, _NUMBER),
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.tuples(_SHAPE, st.sampled_from(["A", "B", "C", "D", "", None])), min_size=1, max_size=6),
    st.sampled_from([None, 0.0, 500.0]),
)
def test_no_feature_is_lost_without_a_word(
    tmp_path: Path, rows: list[tuple[Any, str | None]], repair_m: float | None
) -> None:
    path = write_geojson(tmp_path / "t.geojson", [feature(shape, code=code) for shape, code in rows])
    try:
        made = import_unit_layer(path, UnitOptions(code="code", repair_m=repair_m))
    except UserError:
        return
    assert made.read == len(rows)
    rejected = {reject.row for reject in made.rejects}
    kept = {code for i, (_, code) in enumerate(rows) if i + 1 not in rejected}
    assert set(made.layer.code) == kept - {"", None}
    assert len(set(made.layer.code)) == len(made.layer)
    assert shapely.is_valid(made.layer.geometry).all()
    assert np.isfinite(made.layer.lon).all()
    assert repair_m is None or shapely.coverage_is_valid(made.layer.geometry)
    for i, (_, code) in enumerate(rows):
        u = made.unit_of_row[i]
        assert (u < 0) == (i + 1 in rejected)
        assert u < 0 or made.layer.code[u] == code


def test_corners_that_differ_by_rounding_are_made_one_without_a_repair(tmp_path: Path) -> None:
    """A grid as scripts make it: 0.1 * 3 is not 0.2 + 0.1."""
    cells = [feature(square(i / 10, 50 + j / 10, 0.1), code=f"{i}-{j}") for i in range(15) for j in range(15)]
    made = import_unit_layer(write_geojson(tmp_path / "grid.geojson", cells))
    assert made.faults == []
    assert made.notes == ["Corners less than 0.1 mm apart were made one, so that neighbours share them."]
    assert shapely.coverage_is_valid(made.layer.geometry)
    assert shapely.area(made.layer.geometry).sum() == pytest.approx(2.25)


def test_signs_of_no_code_never_make_one_unit_of_strangers(tmp_path: Path) -> None:
    """Natural Earth writes -99 for France, Norway and Kosovo alike."""
    rows = [("DEU", "Germany"), ("-99", "France"), ("-99", "Norway"), ("POL", "Poland")]
    features = [feature(square(i, 50), iso_a3=code, name=name) for i, (code, name) in enumerate(rows)]
    path = write_geojson(tmp_path / "t.geojson", features)
    assert read(path).code.tolist() == ["Germany", "France", "Norway", "Poland"]  # a better column is guessed
    made = import_unit_layer(path, UnitOptions(code="iso_a3"))
    assert made.layer.code.tolist() == ["DEU", "POL"]
    reason = "The feature has no code: -99 stands for none."
    assert [(r.row, r.reason) for r in made.rejects] == [(2, reason), (3, reason)]
    one = write_geojson(tmp_path / "u.geojson", [feature(square(0, 0), nr="-"), feature(square(1, 0), nr="a")])
    assert read(one, code="nr").code.tolist() == ["-", "a"]  # once it is a code like any other
