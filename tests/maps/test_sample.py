"""The sample as committed: keys, the mess that is meant, territories in one piece, visibly unbalanced."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely

ROOT = Path(__file__).parents[2]
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """Return the rows of a file of the sample."""
    with (ROOT / "resources" / "sample" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def counties() -> tuple[np.ndarray, np.ndarray]:
    """Return the codes and geometries of us-counties."""
    _, _, wkb, columns = pyogrio.raw.read(ROOT / "maps" / "layers" / "us-counties.fgb", columns=["unit_code"])
    return columns[0], shapely.from_wkb(wkb)


@pytest.fixture(scope="module")
def zip_points() -> dict[str, tuple[float, float]]:
    """Return the points of the US postal codes."""
    with gzip.open(ROOT / "maps" / "geocoder" / "us-postal.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        return {row["code"]: (float(row["lon"]), float(row["lat"])) for row in csv.DictReader(stream)}


def test_accounts_are_the_source_with_a_key_of_their_own() -> None:
    accounts = rows("accounts")
    assert len(accounts) == 4910
    assert len({row["Account Key"] for row in accounts}) == 4910
    assert len({row["Customer ID"] for row in accounts}) == 793
    assert len({row["State"] for row in accounts}) == 49
    assert sum(float(row["Sales"]) for row in accounts) == pytest.approx(2_297_200.86, abs=30)
    assert sum(int(row["Orders"]) for row in accounts) == pytest.approx(5009, abs=30)


def test_lost_leading_zeros_are_left_as_a_test_of_the_import() -> None:
    short = [row for row in rows("accounts") if len(row["Postal Code"]) == 4]
    assert len(short) > 200
    assert {row["State"] for row in short} <= {
        "Connecticut", "Maine", "Massachusetts", "New Hampshire", "New Jersey", "Rhode Island", "Vermont",
    }  # fmt: skip


def test_every_account_can_be_placed(zip_points: dict[str, tuple[float, float]]) -> None:
    assert all(row["Postal Code"].zfill(5) in zip_points for row in rows("accounts"))


def test_reps_cover_the_territories_of_the_alignment(zip_points: dict[str, tuple[float, float]]) -> None:
    reps = rows("reps")
    assert Counter(row["FTE"] for row in reps) == {"1.0": len(reps) - 1, "0.5": 1}
    assert all(int(row["Capacity Hours"]) == 1700 * float(row["FTE"]) for row in reps)
    assert all(row["Home Postal Code"] in zip_points for row in reps)
    rep_by_territory = {row["Territory"]: row["Rep"] for row in reps}
    alignment = rows("alignment")
    assert {row["territory"] for row in alignment if row["territory"]} == set(rep_by_territory)
    assert all(rep_by_territory.get(row["territory"], "") == row["rep"] for row in alignment)


def test_alignment_names_every_county_and_leaves_a_handful_open(counties: tuple[np.ndarray, np.ndarray]) -> None:
    alignment = rows("alignment")
    assert sorted(row["unit_code"] for row in alignment) == sorted(counties[0])
    assert sum(not row["territory"] for row in alignment) == 14


def test_each_territory_is_one_piece_of_the_land(counties: tuple[np.ndarray, np.ndarray]) -> None:
    """Counties joined by a border are walked from any one; islands and Alaska are other pieces of land."""
    codes, shapes = counties
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    left, right = left[left != right], right[left != right]
    touch = shapely.length(shapely.intersection(shapes[left], shapes[right])) > 0
    neighbours = defaultdict(set)
    for a, b in zip(codes[left[touch]], codes[right[touch]], strict=True):
        neighbours[a].add(b)

    def pieces(members: set[str]) -> list[set[str]]:
        found = []
        while members:
            piece, edge = set(), {next(iter(members))}
            while edge:
                piece |= edge
                edge = set().union(*(neighbours[code] for code in edge)) & members - piece
            found.append(piece)
            members = members - piece
        return found

    land_of = {code: number for number, land in enumerate(pieces(set(codes))) for code in land}
    members = defaultdict(set)
    for row in rows("alignment"):
        members[row["territory"]].add(row["unit_code"])
    members.pop("")
    for territory, own in members.items():
        lands = [land_of[next(iter(piece))] for piece in pieces(own)]
        assert len(lands) == len(set(lands)), territory


def test_plan_leaves_something_to_mend(
    counties: tuple[np.ndarray, np.ndarray], zip_points: dict[str, tuple[float, float]]
) -> None:
    accounts = rows("accounts")
    points = shapely.points([zip_points[row["Postal Code"].zfill(5)] for row in accounts])
    nearest = counties[0][shapely.STRtree(counties[1]).nearest(points)]
    territory = {row["unit_code"]: row["territory"] for row in rows("alignment")}
    total = Counter(territory[code] for code in nearest)
    assert "" not in total
    index = {name: n * len(total) / len(accounts) for name, n in total.items()}
    assert 15 <= len(index) <= 25
    over = [value for value in index.values() if value > 1.3]
    assert len(over) >= 3
    assert sum(value < 0.7 for value in index.values()) >= 3
    # Two counties are more than a territory by themselves, as in many a real plan; no others are.
    heavy = [code for code, n in Counter(nearest).items() if n * len(total) / len(accounts) > 1.2]
    assert sorted(heavy) == ["06037", "36061"]
