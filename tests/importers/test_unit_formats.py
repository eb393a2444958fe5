"""Boundary files of every format, in every encoding, whole and broken on purpose."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import struct
import zipfile
from pathlib import Path

import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.errors import UserError
from territorymap.importers.unit_rows import read_unit_rows
from tests.importers.boundary_files import CODES, NAMES, check_accounted, frame, read, write_shapefile, zip_folder
from tests.importers.files import feature, square, write_geojson, write_text

RUSSIAN = ["Москва", "Тверь", "Нижний Новгород", "Казань"]
JAPANESE = ["東京", "大阪", "京都", "さいたま"]
POLISH = ["Łódź", "Kraków", "Gdańsk", "Świdnica"]
GREEK = ["Αθήνα", "Πάτρα", "Βόλος", "Χανιά"]
LETTERS = [
    (NAMES, "utf-8"), (NAMES, "cp1252"), (NAMES, "cp850"), (RUSSIAN, "cp1251"), (RUSSIAN, "utf-8"),
    (JAPANESE, "cp932"), (POLISH, "cp1250"), (GREEK, "cp1253"), (RUSSIAN, "cp866"),
]  # fmt: skip


@pytest.fixture
def geodatabase(tmp_path: Path) -> Path:
    """A File Geodatabase with two layers: districts in degrees, sectors in UTM."""
    path = tmp_path / "Gebiete.gdb"
    pyogrio.write_dataframe(frame(), path, driver="OpenFileGDB", layer="districts")
    pyogrio.write_dataframe(frame(25833), path, driver="OpenFileGDB", layer="sectors", append=True)
    return path


class TestGeodatabase:
    def test_the_folder_is_one_file_with_layers(self, geodatabase: Path) -> None:
        rows = read_unit_rows([geodatabase])
        assert (rows.layers, rows.layer) == (("districts", "sectors"), "districts")
        made = read(geodatabase)
        assert made.layer.name.tolist() == NAMES
        assert made.notes == ["Gebiete.gdb holds 2 layers; only districts was read."]
        assert read(geodatabase, layer="SECTORS").places[0].crs == "EPSG:25833"

    def test_a_file_inside_it_means_the_whole(self, geodatabase: Path) -> None:
        assert read(geodatabase / "a00000001.gdbtable").layer.code.tolist() == CODES

    @pytest.mark.parametrize("prefix", ["", "daten/2024/"])
    def test_zipped_it_is_read_in_place(self, geodatabase: Path, tmp_path: Path, prefix: str) -> None:
        archive = zip_folder(geodatabase, tmp_path / "Gebiete.gdb.zip", prefix)
        shutil.rmtree(geodatabase)
        rows = read_unit_rows([archive])
        assert rows.members == (f"{prefix}Gebiete.gdb",)
        assert read(archive, layer="sectors").layer.name.tolist() == NAMES

    def test_its_bare_files_in_an_archive_are_explained(self, geodatabase: Path, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "bare.zip", "w") as out:
            for part in geodatabase.iterdir():
                out.write(part, part.name)
        with pytest.raises(UserError, match=r"not in a folder that ends in \.gdb") as caught:
            read(tmp_path / "bare.zip")
        assert "NAME.gdb" in caught.value.hint

    def test_another_folder_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "empty.gdb").mkdir()
        with pytest.raises(UserError, match=r"empty\.gdb is a folder"):
            read(tmp_path / "empty.gdb")


class TestLetters:
    @pytest.mark.parametrize(("names", "encoding"), LETTERS)
    @pytest.mark.parametrize("cpg", ["", None, "UTF-8", "klingon"])
    def test_names_survive_whatever_the_cpg_says(
        self, tmp_path: Path, names: list[str], encoding: str, cpg: str | None
    ) -> None:
        """The .cpg is right, missing, wrong, or no encoding at all."""
        path = write_shapefile(tmp_path / "s", frame(names=names), encoding, cpg)
        made = read(path)
        assert made.layer.name.tolist() == names
        is_told = cpg == "" or encoding == "utf-8"
        assert bool(made.notes) != is_told  # a guess is said to be one

    @pytest.mark.parametrize(
        ("names", "encoding", "driver"), [(RUSSIAN, "cp1251", 0xC9), (POLISH, "cp852", 0x64), (JAPANESE, "cp932", 0x13)]
    )
    def test_the_language_driver_of_the_table_tells_it(
        self, tmp_path: Path, names: list[str], encoding: str, driver: int
    ) -> None:
        made = read(write_shapefile(tmp_path / "s", frame(names=names), encoding, None, driver))
        assert made.layer.name.tolist() == names
        assert made.notes == []

    @pytest.mark.parametrize(
        ("cpg", "encoding"),
        [("1251", "cp1251"), ("ANSI 1251", "cp1251"), ("windows-1251", "cp1251"), ("88595", "iso8859-5")],
    )
    def test_the_cpg_may_be_written_as_agencies_do(self, tmp_path: Path, cpg: str, encoding: str) -> None:
        made = read(write_shapefile(tmp_path / "s", frame(names=RUSSIAN), "cp1251", cpg))
        text = RUSSIAN[0].encode("cp1251").decode(encoding, "replace")
        assert made.layer.name[0] == text

    def test_the_person_goes_before_the_file(self, tmp_path: Path) -> None:
        path = write_shapefile(tmp_path / "s", frame(names=RUSSIAN), "cp1251", "cp1253")
        assert read(path, encoding="windows-1251").layer.name.tolist() == RUSSIAN
        with pytest.raises(UserError, match="no encoding klingon"):
            read(path, encoding="klingon")

    def test_headers_are_read_as_the_cells_are(self, tmp_path: Path) -> None:
        data = frame().rename(columns={"GEN": "Größe"})
        rows = read_unit_rows([write_shapefile(tmp_path / "s", data, "cp1252", None)])
        assert [column.header for column in rows.columns] == ["AGS", "Größe", "EW"]

    def test_a_letter_cut_in_two_by_the_width_of_the_column_is_left_out(self, tmp_path: Path) -> None:
        """254 bytes hold 127 letters of two bytes; with one of one byte before them, 126 and a half."""
        with pytest.warns(RuntimeWarning, match="truncated"):
            path = write_shapefile(tmp_path / "s", frame(names=["x" + "ä" * 200] * 4))
        made = read(path)
        assert made.layer.name[0] == "x" + "ä" * 126
        assert made.notes == []

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "cp850"])
    def test_json_in_other_letters_than_utf8_is_read(self, tmp_path: Path, encoding: str) -> None:
        features = [feature(square(i, 0), code=CODES[i], name=NAMES[i]) for i in range(4)]
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        made = read(write_text(tmp_path / "a.geojson", text, encoding))
        assert made.layer.name.tolist() == NAMES
        assert made.layer.title == "a"

    @pytest.mark.parametrize(
        ("encoding", "declared"), [("utf-8", "UTF-8"), ("cp1252", "UTF-8"), ("latin-1", "ISO-8859-1")]
    )
    def test_kml_in_other_letters_than_it_says_is_read(self, tmp_path: Path, encoding: str, declared: str) -> None:
        path = write_text(tmp_path / "a.kml", kml(placemark("Öst", "0,0 1,0 1,1 0,0"), declared), encoding)
        assert read(path).layer.code.tolist() == ["Öst"]

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.text(max_size=8).map(lambda s: s.replace("\0", "")), min_size=4, max_size=4), st.data())
    def test_any_bytes_make_some_names_and_lose_no_unit(
        self, tmp_path: Path, names: list[str], data: st.DataObject
    ) -> None:
        path = write_shapefile(
            tmp_path / "s", frame(names=names), "utf-8", data.draw(st.sampled_from(["", None, "932"]))
        )
        table = bytearray(path.with_suffix(".dbf").read_bytes())
        at = table.index(b"01") + 2
        table[at : at + 6] = data.draw(st.binary(min_size=6, max_size=6))
        path.with_suffix(".dbf").write_bytes(table)
        check_accounted(read(path, code="AGS"))


def placemark(name: str, corners: str) -> str:
    outline = f"<outerBoundaryIs><LinearRing><coordinates>{corners}</coordinates></LinearRing></outerBoundaryIs>"
    return f"<Placemark><name>{name}</name><Polygon>{outline}</Polygon></Placemark>"


def kml(body: str, encoding: str = "UTF-8") -> str:
    head = f'<?xml version="1.0" encoding="{encoding}"?><kml xmlns="http://www.opengis.net/kml/2.2">'
    return f"{head}<Document>{body}</Document></kml>"


class TestKml:
    def test_all_folders_are_one_layer(self, tmp_path: Path) -> None:
        """GDAL makes a layer of each folder; to the planner they are one drawing."""
        north = f"<Folder><name>North</name>{placemark('a', '0,0 1,0 1,1 0,0')}</Folder>"
        south = f"<Folder><name>South</name>{placemark('b', '2,0 3,0 3,1 2,0')}</Folder>"
        path = write_text(tmp_path / "k.kml", kml(north + south))
        assert read(path).layer.code.tolist() == ["a", "b"]
        assert read(path, layer="South").layer.code.tolist() == ["b"]

    def test_nothing_outside_is_fetched_or_read(self, tmp_path: Path) -> None:
        link = "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"
        path = write_text(tmp_path / "k.kml", kml(link + placemark("a", "0,0 1,0 1,1 0,0")))
        assert read(path).layer.code.tolist() == ["a"]
        entity = '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        text = kml(placemark("&x;", "0,0 1,0 1,1 0,0")).replace("<kml", entity + "<kml", 1)
        path = write_text(tmp_path / "e.kml", text)
        try:
            names = read(path).layer.name.tolist()
        except UserError:
            return
        assert "root" not in str(names)


class TestRejects:
    def test_rings_that_are_not_closed_are_rejected_in_every_format(self, tmp_path: Path) -> None:
        reason = "The border of the area is not closed: it does not end where it begins."
        open_ring = {"type": "Polygon", "coordinates": [[[5, 0], [6, 0], [6, 1], [5, 1]]]}
        json_file = write_geojson(
            tmp_path / "a.geojson", [feature(square(0, 0), code="A"), feature(open_ring, code="B")]
        )
        kml_file = write_text(
            tmp_path / "a.kml", kml(placemark("A", "0,0 1,0 1,1 0,0") + placemark("B", "5,0 6,0 6,1 5,1"))
        )
        shapefile = write_shapefile(tmp_path / "s", frame())
        shapes = bytearray(shapefile.read_bytes())
        last = 100 + (len(shapes) - 100) - 16  # the last point of the last ring
        struct.pack_into("<dd", shapes, last, 16.5, 51.9)
        shapefile.write_bytes(shapes)
        for path, row in ((json_file, 2), (kml_file, 2), (shapefile, 4)):
            made = read(path)
            assert [(r.row, r.reason) for r in made.rejects] == [(row, reason)], path.name
            check_accounted(made)

    def test_curves_are_units_and_surfaces_of_triangles_are_not(self, tmp_path: Path) -> None:
        path = tmp_path / "c.gpkg"
        pyogrio.write_dataframe(frame(), path, driver="GPKG", layer="c", SPATIAL_INDEX="NO")
        corners = [(13, 51), (13.5, 50.9), (14, 51), (13.5, 51.5), (13, 51)]
        arc = struct.pack("<BII", 1, 8, 5) + b"".join(struct.pack("<dd", *xy) for xy in corners)
        curve = struct.pack("<BII", 1, 10, 1) + arc
        triangle = [(14, 51), (15, 51), (15, 52), (14, 51)]
        ring = struct.pack("<I", 4) + b"".join(struct.pack("<dd", *xy) for xy in triangle)
        tin = struct.pack("<BII", 1, 16, 1) + struct.pack("<BII", 1, 17, 1) + ring
        with sqlite3.connect(path) as database:
            for row, shape in ((1, curve), (2, tin), (3, None)):
                blob = None if shape is None else b"GP\x00\x01" + struct.pack("<i", 4326) + shape
                database.execute("UPDATE c SET geom = ? WHERE fid = ?", (blob, row))
        database.close()
        made = read(path)
        assert made.layer.code.tolist() == ["01", "04"]
        assert [r.row for r in made.rejects] == [2, 3]
        check_accounted(made)

    def test_shapes_of_no_extent_are_rejected(self, tmp_path: Path) -> None:
        flat = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [2, 0], [0, 0]]]}
        made = read(write_geojson(tmp_path / "a.geojson", [feature(square(0, 0), code="A"), feature(flat, code="B")]))
        assert [(r.row, r.reason) for r in made.rejects] == [(2, "The area of the feature is zero.")]
        check_accounted(made)

    def test_a_file_that_was_cut_off_says_which_rows_are_missing(self, tmp_path: Path) -> None:
        path = write_shapefile(tmp_path / "s", frame())
        whole = path.read_bytes()
        path.write_bytes(whole[:-150])  # a record takes 136 bytes
        made = read(path)
        assert made.layer.code.tolist() == ["01", "02"]
        assert [r.row for r in made.rejects] == [3, 4]
        assert "kreise.shp is cut off: its last shapes are missing. Get it again." in made.notes
        check_accounted(made)
        path.with_suffix(".shx").unlink()
        made = read(path)
        assert [r.row for r in made.rejects] == [3, 4]
        check_accounted(made)


class TestBroken:
    @pytest.mark.parametrize("damage", [lambda b: b[:-3], lambda b: b[:-8], lambda b: b[:100] + bytes(len(b) - 100)])
    def test_an_index_that_is_wrong_is_made_anew(self, tmp_path: Path, damage: object) -> None:
        path = write_shapefile(tmp_path / "s", frame())
        index = path.with_suffix(".shx")
        index.write_bytes(damage(index.read_bytes()))  # type: ignore[operator]
        assert read(path).layer.code.tolist() == CODES

    @pytest.mark.parametrize(("keep", "named"), [(-100, "only 3 are there"), (20, "empty or cut"), (0, "empty or cut")])
    def test_a_table_that_was_cut_off_is_refused(self, tmp_path: Path, keep: int, named: str) -> None:
        path = write_shapefile(tmp_path / "s", frame())
        table = path.with_suffix(".dbf")
        table.write_bytes(table.read_bytes()[:keep])
        with pytest.raises(UserError, match=named):
            read(path)

    def test_many_map_files_in_an_archive_are_told_or_taken_together(self, tmp_path: Path) -> None:
        path = tmp_path / "two.zip"
        with zipfile.ZipFile(path, "w") as out:
            for name, west in (("north", 0), ("south", 1)):
                rows = [feature(square(west, 0), code=name)]
                out.writestr(f"{name}.geojson", json.dumps({"type": "FeatureCollection", "features": rows}))
        made = read(path)
        assert made.layer.code.tolist() == ["north"]
        assert made.notes == ["two.zip holds 2 map files; only north.geojson was read."]
        assert read(path, member="*").layer.code.tolist() == ["north", "south"]

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        kind=st.sampled_from([".shp", ".dbf", ".shx", ".geojson", ".topojson", ".kml", ".fgb", ".gpkg", ".zip"]),
        seed=st.integers(0, 2**32),
        n_flips=st.integers(0, 12),
        keep=st.floats(0.02, 1.0),
    )
    def test_no_damage_crashes_or_loses_a_unit_silently(
        self, tmp_path_factory: pytest.TempPathFactory, originals: Path, kind: str, seed: int, n_flips: int, keep: float
    ) -> None:
        """Bytes are flipped and the end is cut off, anywhere in any part of a file."""
        folder = tmp_path_factory.mktemp("d")
        for part in originals.iterdir():
            shutil.copy(part, folder / part.name)
        victim = next(folder.glob(f"*{kind}"))
        raw = bytearray(victim.read_bytes())
        dice = random.Random(seed)
        for _ in range(n_flips):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        victim.write_bytes(raw[: int(len(raw) * keep)] if dice.random() < 0.5 else raw)
        path = folder / "kreise.shp" if kind in (".shp", ".dbf", ".shx") else victim
        try:
            check_accounted(read(path, crs="EPSG:4326", repair_m=dice.choice([None, 1.0])))
        except UserError:
            return  # refused in words
        finally:
            shutil.rmtree(folder)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four squares in each format, whole."""
    folder = tmp_path_factory.mktemp("whole")
    write_shapefile(folder, frame())
    pyogrio.write_dataframe(frame(), folder / "a.gpkg", driver="GPKG")
    pyogrio.write_dataframe(frame(), folder / "a.fgb", driver="FlatGeobuf")
    pyogrio.write_dataframe(frame(), folder / "a.geojson", driver="GeoJSON")
    marks = "".join(
        placemark(name, " ".join(f"{x},{y}" for x, y in box.exterior.coords))
        for name, box in zip(NAMES, frame().geometry, strict=True)
    )
    write_text(folder / "a.kml", kml(marks))
    arcs = [[list(map(float, xy)) for xy in box.exterior.coords] for box in frame().geometry]
    shapes = [{"type": "Polygon", "arcs": [[i]], "properties": {"id": CODES[i]}} for i in range(4)]
    topology = {
        "type": "Topology",
        "arcs": arcs,
        "objects": {"a": {"type": "GeometryCollection", "geometries": shapes}},
    }
    write_text(folder / "a.topojson", json.dumps(topology))
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as out:
        for part in folder.glob("kreise.*"):
            out.write(part, part.name)
    assert shapely.get_num_coordinates(read(folder / "a.topojson").layer.geometry).sum() == 20
    return folder
