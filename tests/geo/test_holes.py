"""Holes and stray pieces, by hand and against a flood fill."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency, adjacency_of_pairs, build_adjacency
from territorymap.geo.holes import Coast, coast_of, find_holes, find_pieces
from territorymap.geo.shipped import load_layer
from territorymap.geo.topology import build_topology
from tests.geo.coverages import drawn

Found = list[tuple[int, int, list[int]]]


def squares(rows: int, columns: int) -> tuple[Adjacency, Coast]:
    """Return squares of one unit each, numbered by row; the outermost lie at the coast."""
    ix = np.arange(rows * columns).reshape(rows, columns)
    pair = np.concatenate([
        np.column_stack([ix[:, :-1].ravel(), ix[:, 1:].ravel()]), np.column_stack([ix[:-1].ravel(), ix[1:].ravel()])
    ])  # fmt: skip
    edge = np.unique(np.concatenate([ix[0], ix[-1], ix[:, 0], ix[:, -1]]))
    nothing = np.empty(0, dtype=np.int32)
    return adjacency_of_pairs(pair.astype(np.int32), np.ones(len(pair)), ix.size), Coast(edge, nothing, nothing)


def plan_of(picture: str) -> tuple[NDArray[np.int32], int, int]:
    """Return the territories of a drawing: A = 0, B = 1 ..., "." = unassigned."""
    rows = [line.split() for line in picture.strip().splitlines()]
    flat = ["".join(row) for row in rows]
    letters = [c for row in flat for c in row]
    return np.array([-1 if c == "." else ord(c) - ord("A") for c in letters], dtype=np.int32), len(rows), len(rows[0])


def holes_in(picture: str) -> Found:
    territory, rows, columns = plan_of(picture)
    adjacency, coast = squares(rows, columns)
    return [(h.territory_ix, h.holder_ix, h.units.tolist()) for h in find_holes(adjacency, coast, territory)]


def test_an_unassigned_area_that_a_territory_surrounds_is_a_hole() -> None:
    assert holes_in("""
        A A A A
        A . . A
        A A A A
        B B B B
    """) == [(0, -1, [5, 6])]  # fmt: skip


def test_an_unassigned_area_that_two_territories_share_is_none() -> None:
    assert holes_in("""
        A A A A
        A . . B
        A B B B
    """) == []  # fmt: skip


def test_an_area_at_the_coast_is_no_hole() -> None:
    assert holes_in("""
        A A A A
        . . A A
        A A A A
    """) == []  # fmt: skip


def test_a_stray_piece_inside_another_territory_is_a_hole_but_a_whole_territory_is_none() -> None:
    """B lies whole inside A; of C only the single square 17 does."""
    assert holes_in("""
        A A A A A A
        A B B A A A
        A A A A A C
        A A A A C C
    """) == []  # fmt: skip
    assert holes_in("""
        A A A A A A
        A B B A C A
        A A A A A C
        A A A A C C
    """) == [(0, 2, [10])]  # fmt: skip


def test_a_hole_of_two_holders_is_filled_area_by_area() -> None:
    assert holes_in("""
        A A A A A
        A . B . A
        A A A A A
        A A A B B
    """) == [(0, -1, [6]), (0, 1, [7]), (0, -1, [8])]  # fmt: skip


def test_what_lies_in_a_whole_inner_territory_is_a_hole_of_the_inner() -> None:
    assert holes_in("""
        A A A A A
        A B B B A
        A B . B A
        A B B B A
        A A A A A
    """) == [(1, -1, [12])]  # fmt: skip


def test_what_lies_in_a_stray_piece_goes_where_the_piece_goes() -> None:
    """The ring of B is a stray piece in A (B's main piece is below), so the square within it is A's too."""
    assert holes_in("""
        A A A A A
        A B B B A
        A B . B A
        A B B B A
        A A A A A
        B B B B B
        B B B B B
    """) == [(0, 1, [6, 7, 8, 11, 13, 16, 17, 18]), (0, -1, [12])]  # fmt: skip


def test_touching_in_a_corner_is_no_way_out() -> None:
    assert holes_in("""
        A A A .
        A . A A
        A A A A
    """) == [(0, -1, [5])]  # fmt: skip


def test_no_territory_no_hole() -> None:
    assert holes_in(". . .\n. . .\n. . .") == []
    assert holes_in("A A A\nA A A\nA A A") == []


def test_the_pieces_but_the_largest_of_each_are_listed_by_size() -> None:
    territory, rows, columns = plan_of("""
        A B B A A
        A B B B B
        B B A B B
    """)
    pieces = find_pieces(squares(rows, columns)[0], territory)
    assert [(p.territory_ix, p.units.tolist()) for p in pieces] == [(0, [3, 4]), (0, [12])]


def test_islands_come_after_pieces_that_could_be_joined() -> None:
    """Squares 3 and 4 have no neighbour but each other; square 6 of A has some of B."""
    pair = np.array([[0, 1], [1, 2], [2, 5], [5, 6], [3, 4]], dtype=np.int32)
    adjacency = adjacency_of_pairs(pair, np.ones(len(pair)), 7)
    pieces = find_pieces(adjacency, np.array([0, 0, 0, 0, 0, 1, 0], dtype=np.int32))
    assert [(p.units.tolist(), p.is_island) for p in pieces] == [([6], False), ([3, 4], True)]


def test_a_lake_inside_the_layer_is_no_coast_but_joins_what_lies_around_it() -> None:
    """The dot is the lake; E and F lie at it, and all around is A."""
    geometry = drawn("""
        A A A A A
        A E . F A
        A A A A A
    """)
    topology = build_topology(geometry)
    coast = coast_of(topology)
    assert coast.open_units.tolist() == [0]
    assert set(zip(coast.gap_of.tolist(), coast.gap_unit.tolist(), strict=True)) == {(0, 0), (0, 1), (0, 2)}
    adjacency = build_adjacency(topology, len(geometry))
    found = find_holes(adjacency, coast, np.array([0, -1, -1], dtype=np.int32))
    assert [(h.territory_ix, h.units.tolist()) for h in found] == [(0, [1]), (0, [2])]


def test_the_coast_of_an_island_and_of_a_ring() -> None:
    """B is an island of its own; the gap between them is the sea, for it is open."""
    topology = build_topology(drawn("""
        A A A . B
        A . A . B
        A A A . B
    """))  # fmt: skip
    coast = coast_of(topology)
    assert coast.open_units.tolist() == [0, 1]
    assert set(coast.gap_unit.tolist()) == {0}


def test_an_unassigned_island_in_a_lake_is_a_hole_of_what_surrounds_the_lake() -> None:
    geometry = drawn("""
        A A A A A
        A . . . A
        A . B . A
        A . . . A
        A A A A A
    """)
    topology = build_topology(geometry)
    found = find_holes(build_adjacency(topology, 2), coast_of(topology), np.array([0, -1], dtype=np.int32))
    assert found == []  # B has a coast of its own: it is not told from an island in the sea


@st.composite
def plans(draw: st.DrawFn) -> tuple[int, int, NDArray[np.int32]]:
    rows, columns = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    n_territories = draw(st.integers(1, 3))
    flat = draw(st.lists(st.integers(-1, n_territories - 1), min_size=rows * columns, max_size=rows * columns))
    return rows, columns, np.array(flat, dtype=np.int32)


def flood(adjacency: Adjacency, start: int, is_free: NDArray[np.bool_]) -> set[int]:
    seen, stack = {start}, [start]
    while stack:
        for v in adjacency.neighbours_of(stack.pop()).tolist():
            if v not in seen and is_free[v]:
                seen.add(v)
                stack.append(v)
    return seen


@given(plans())
def test_holes_are_what_a_flood_cannot_leave(case: tuple[int, int, NDArray[np.int32]]) -> None:
    rows, columns, territory = case
    adjacency, coast = squares(rows, columns)
    edge = set(coast.open_units.tolist())
    stray = {u for piece in find_pieces(adjacency, territory) for u in piece.units.tolist()}
    wanted = {
        u
        for u in range(len(territory))
        if (territory[u] < 0 or u in stray)
        and any(
            t != territory[u] and not flood(adjacency, u, territory != t) & edge
            for t in np.unique(territory[territory >= 0])
        )
    }
    holes = find_holes(adjacency, coast, territory)
    assert sorted(u for hole in holes for u in hole.units.tolist()) == sorted(wanted)
    for hole in holes:
        units = hole.units.tolist()
        assert set(territory[units].tolist()) == {hole.holder_ix}
        assert flood(adjacency, units[0], territory == hole.holder_ix) == set(units)
        assert not flood(adjacency, units[0], territory != hole.territory_ix) & edge


@given(plans())
def test_pieces_are_all_but_the_largest_of_each_territory(case: tuple[int, int, NDArray[np.int32]]) -> None:
    rows, columns, territory = case
    adjacency, _ = squares(rows, columns)
    found = find_pieces(adjacency, territory)
    for t in np.unique(territory[territory >= 0]):
        left = set(np.flatnonzero(territory == t).tolist())
        groups: list[set[int]] = []
        while left:
            group = flood(adjacency, min(left), territory == t)
            groups.append(group)
            left -= group
        mine = [set(p.units.tolist()) for p in found if p.territory_ix == t]
        assert len(mine) == len(groups) - 1
        (main,) = [g for g in groups if g not in mine]
        assert len(main) == max(map(len, groups))


@pytest.mark.parametrize("layer", ["us-counties", "world-admin1"])
def test_real_layers_have_coasts_and_lakes(layer: str) -> None:
    """Units that cross 180 degrees (Fiji, Chukotka, the Aleutians) are one unit and no pieces of anything."""
    loaded = load_layer(layer)
    topology = build_topology(loaded.geometry)
    n = len(loaded.geometry)
    adjacency, coast = build_adjacency(topology, n), coast_of(topology)
    assert 0 < len(coast.open_units) < n
    crossing = np.array([g.bounds[2] - g.bounds[0] > 300 for g in loaded.geometry])
    assert crossing.any()
    unit = int(np.flatnonzero(crossing)[0])
    territory = np.zeros(n, dtype=np.int32)
    territory[unit] = 1
    assert [p.units.tolist() for p in find_pieces(adjacency, territory) if p.territory_ix == 1] == []
