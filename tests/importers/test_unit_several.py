"""Several files, layers and rows that make one layer; coarser units; what is told of them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.errors import Cancelled, UserError
from territorymap.geo.survey import FaultKind
from territorymap.importers.progress import Ticker
from territorymap.importers.unit_layer import import_unit_layer
from territorymap.importers.unit_options import UnitOptions
from territorymap.importers.unit_rejects import write_unit_rejects
from territorymap.importers.unit_rows import read_unit_rows
from tests.importers.boundary_files import check_accounted, frame, read, write_shapefile
from tests.importers.files import feature, point, square, write_geojson


@pytest.fixture
def states(tmp_path: Path) -> list[Path]:
    """
    Two states with a column of numbers; code 02 stands in both, row 3 of the second has no area.
    north  01 02        of 10 and 20 people, headers code, name, people
    south  02 03        of 5 and 30 people, headers CODE, name; 04 is a point
    """
    north = [feature(square(i, 1), code=f"0{i + 1}", name=f"N{i}", people=10 * (i + 1)) for i in range(2)]
    south = [feature(square(i, 0), CODE=f"0{i + 2}", name=f"S{i}", people=[5, 30][i]) for i in range(2)]
    south.append(feature(point(9, 9), CODE="04", name="lost", people=1))
    (tmp_path / "land").mkdir()
    return [
        write_geojson(tmp_path / "land" / "north.geojson", north),
        write_geojson(tmp_path / "land" / "south.geojson", south),
    ]


class TestFiles:
    def test_files_of_a_state_each_make_one_layer_with_columns_in_any_case(self, states: list[Path]) -> None:
        made = read(states, measures=("people",))
        assert made.layer.code.tolist() == ["01", "02", "03"]
        assert made.layer.values["people"].tolist() == [10.0, 25.0, 30.0]
        assert made.layer.title == "land"
        assert made.read == 5
        check_accounted(made)

    def test_codes_that_collide_are_told_with_the_files_rows(self, states: list[Path]) -> None:
        made = read(states)
        assert made.colliding == ["02"]
        assert "One code stands in several files, its rows were made one unit: 02." in made.notes
        (merged,) = [f for f in made.faults if f.kind is FaultKind.SAME_CODE]
        assert merged.rows == (2, 3)

    def test_or_they_are_kept_apart_by_the_name_of_the_file(self, states: list[Path]) -> None:
        made = read(states, is_kept_apart=True)
        assert made.layer.code.tolist() == ["north-01", "north-02", "south-02", "south-03"]
        assert made.colliding == []
        check_accounted(made)

    def test_two_files_of_one_name_are_still_apart(self, tmp_path: Path) -> None:
        paths = []
        for folder, west in (("a", 0), ("b", 1)):
            (tmp_path / folder).mkdir()
            paths.append(write_geojson(tmp_path / folder / "x.geojson", [feature(square(west, 0), code="1")]))
        assert read(paths, is_kept_apart=True).layer.code.tolist() == ["x-1", "x 2-1"]

    def test_a_row_that_is_no_unit_is_named_by_its_file(self, states: list[Path], tmp_path: Path) -> None:
        made = read(states)
        assert [(r.row, r.reason) for r in made.rejects] == [
            (5, "south.geojson, row 3: The feature is a point, not an area.")
        ]
        rows = read_unit_rows(states)
        assert write_unit_rejects(tmp_path / "out.csv", rows, made.rejects) == 1
        with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
            (row,) = csv.DictReader(stream)
        assert (row["File"], row["Row in file"], row["code"], row["name"]) == ("south.geojson", "3", "04", "lost")

    def test_files_of_different_formats_and_systems_go_together(self, states: list[Path], tmp_path: Path) -> None:
        utm = write_shapefile(tmp_path / "utm", frame(25833).rename(columns={"AGS": "code", "GEN": "name"}))
        made = read([states[0], utm])
        assert len(made.layer) == 4
        assert made.colliding == ["01", "02"]
        assert [p.crs for p in made.places] == ["EPSG:4326", "EPSG:25833"]

    def test_naming_a_file_twice_reads_it_once(self, states: list[Path]) -> None:
        assert read([states[0], states[0]]).read == 2

    def test_one_bad_file_of_several_is_named(self, states: list[Path], tmp_path: Path) -> None:
        (tmp_path / "bad.geojson").write_text("{}")
        with pytest.raises(UserError, match=r"bad\.geojson"):
            read([*states, tmp_path / "bad.geojson"])


class TestLayers:
    def test_layers_of_areas_go_before_points(self, tmp_path: Path) -> None:
        path = tmp_path / "m.gpkg"
        points = frame(25833)
        points["geometry"] = points.centroid
        pyogrio.write_dataframe(points, path, layer="a_points")
        pyogrio.write_dataframe(frame(), path, layer="areas", append=True)
        made = read(path)
        assert (len(made.layer), made.layer.title) == (4, "areas")
        assert made.notes == ["m.gpkg holds 2 layers; only areas was read."]

    def test_all_layers_together_account_for_every_row(self, tmp_path: Path) -> None:
        path = tmp_path / "m.gpkg"
        pyogrio.write_dataframe(frame().iloc[:2], path, layer="west")
        pyogrio.write_dataframe(frame().iloc[2:], path, layer="east", append=True)
        made = read(path, layer="*")
        assert made.layer.code.tolist() == ["01", "02", "03", "04"]
        check_accounted(made)


class TestCoarser:
    def grid(self, tmp_path: Path) -> Path:
        """
        A A B    counties of two states; county A2 stands in two rows (an island), x in none of the states
        . A B x
        """
        cells = [
            ("A1", "A", 0, 1, 1),
            ("A2", "A", 1, 1, 2),
            ("A2", "A", 1, 0, 3),
            ("B1", "B", 2, 1, 4),
            ("B2", "B", 2, 0, 5),
        ]
        rows = [
            feature(square(x, y), fips=code, county=f"County {code}", st=state, state=f"State {state}", pop=pop)
            for code, state, x, y, pop in cells
        ]
        rows.append(feature(square(3, 0), fips="x", county="Nowhere", st="", state="", pop=9))
        return write_geojson(tmp_path / "grid.geojson", rows)

    def test_units_with_one_value_become_one_and_their_numbers_are_summed(self, tmp_path: Path) -> None:
        made = read(self.grid(tmp_path), code="fips", dissolve="ST", measures=("pop",))
        layer = made.layer
        assert layer.code.tolist() == ["A", "B"]
        assert layer.name.tolist() == ["State A", "State B"]
        assert layer.values["pop"].tolist() == [6.0, 9.0]
        assert shapely.area(layer.geometry).tolist() == [3.0, 2.0]
        assert made.unit_of_row.tolist() == [0, 0, 0, 1, 1, -1]
        assert [(r.row, r.reason) for r in made.rejects] == [(6, "Nothing stands in the column st.")]
        check_accounted(made)

    def test_rows_that_repeat_a_shape_count_once_in_the_coarser_unit_too(self, tmp_path: Path) -> None:
        cell = feature(square(0, 0), id="1", group="g", n=7)
        other = feature(square(1, 0), id="2", group="g", n=1)
        made = read(
            write_geojson(tmp_path / "a.geojson", [cell, cell, other]), code="id", dissolve="group", measures=("n",)
        )
        assert made.layer.values["n"].tolist() == [8.0]

    def test_a_column_that_is_not_there_or_empty_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="no column named land"):
            read(self.grid(tmp_path), dissolve="land")
        path = write_geojson(tmp_path / "e.geojson", [feature(square(0, 0), code="A", group=None)])
        with pytest.raises(UserError, match="Nothing stands in the column group"):
            read(path, dissolve="group")

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        cells=st.lists(
            st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from("ABCDE"), st.sampled_from(["x", "y", ""])),
            min_size=1, max_size=12,
        ),
        n_files=st.integers(1, 3),
        is_apart=st.booleans(),
        repair_m=st.sampled_from([None, 1.0]),
    )  # fmt: skip
    def test_any_rows_in_any_files_are_all_accounted_for(
        self,
        tmp_path: Path,
        cells: list[tuple[int, int, str, str]],
        n_files: int,
        is_apart: bool,
        repair_m: float | None,
    ) -> None:
        """Cells may lie on each other, share codes within and across files, and lack a group."""
        n_files = min(n_files, len(cells))
        paths = [
            write_geojson(
                tmp_path / f"f{f}.geojson",
                [feature(square(x, y), code=c, group=g, n=1) for x, y, c, g in cells[f::n_files]],
            )
            for f in range(n_files)
        ]
        for dissolve in ("", "group"):
            options = {"code": "code", "measures": ("n",), "is_kept_apart": is_apart, "repair_m": repair_m}
            if dissolve and not any(group for *_, group in cells[:1]):
                continue  # perhaps no unit has a group; refused in words
            made = read(paths, dissolve=dissolve, **options)
            assert made.read == len(cells)
            check_accounted(made)
            if repair_m is not None:
                assert shapely.coverage_is_valid(made.layer.geometry)


def test_a_long_import_tells_how_far_it_is_and_stops_at_once(states: list[Path]) -> None:
    told: list[float] = []
    import_unit_layer(states, UnitOptions(repair_m=1.0, dissolve="name"), told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    for limit in range(1, len(told)):
        calls = iter(range(limit))
        with pytest.raises(Cancelled):
            import_unit_layer(states, UnitOptions(repair_m=1.0), None, lambda calls=calls: next(calls, None) is None)


def test_rows_are_read_once_and_units_made_of_them_as_often_as_need_be(states: list[Path]) -> None:
    from territorymap.importers.unit_layer import make_units

    rows = read_unit_rows(states, ticker=Ticker())
    for path in states:
        path.unlink()
    assert len(make_units(rows, UnitOptions()).layer) == 3
    assert make_units(rows, UnitOptions(code="name")).layer.code.tolist() == ["N0", "N1", "S0", "S1"]
    assert np.array_equal(rows.row, [1, 2, 1, 2, 3])


def test_33300_units_come_whole_and_clean_with_their_states_as_coarser_units() -> None:
    """The national ZIP areas of the benchmarks; every row is a unit, every state the sum of its ZIPs."""
    path = Path(__file__).parents[2] / "benchmarks" / "data" / "us-zip5.gpkg"
    told: list[float] = []
    fine = import_unit_layer(path, UnitOptions(repair_m=1.0), told.append)
    assert (fine.read, len(fine.layer), fine.rejects, fine.faults) == (33_791, 33_791, [], [])
    assert {len(code) for code in fine.layer.code} == {5}
    assert len(told) > 30  # often enough for a bar that moves
    check_accounted(fine)
    coarse = read(path, dissolve="parent_code")
    assert len(coarse.layer) == 56
    assert coarse.layer.area_km2.sum() == pytest.approx(fine.layer.area_km2.sum(), rel=1e-6)
    check_accounted(coarse)
