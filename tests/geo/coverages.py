"""Small coverages for tests: grids drawn as text, and Voronoi cells."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import strategies as st
from numpy.typing import NDArray

Geometries = NDArray[np.object_]


def drawn(picture: str, step: float = 1.0, lon: float = 0.0, lat: float = 0.0) -> Geometries:
    """Return the units of a drawing, a letter a square, in the order of the letters; "." is no unit.

    The first line of the drawing lies in the north.
    """
    rows = [line.split() for line in picture.strip().splitlines()]
    cells: dict[str, list[shapely.Polygon]] = {}
    for i, row in enumerate(rows):
        for j, letter in enumerate(row):
            x, y = lon + j * step, lat + (len(rows) - 1 - i) * step
            cells.setdefault(letter, []).append(shapely.box(x, y, x + step, y + step))
    cells.pop(".", None)
    return unions([cells[letter] for letter in sorted(cells)])


def unions(groups: list[list[shapely.Polygon]]) -> Geometries:
    """Return the union of each group of cells as a MultiPolygon, vertices where neighbours have them kept."""
    out = np.empty(len(groups), dtype=object)
    for i, group in enumerate(groups):
        union = shapely.coverage_union_all(group)
        out[i] = shapely.multipolygons(shapely.get_parts(union))
    return out


@st.composite
def grids(draw: st.DrawFn, max_side: int = 6, max_units: int = 8) -> Geometries:
    """Squares given to units at random: enclaves, exclaves, corners that touch, squares that no unit has."""
    n, m = draw(st.integers(1, max_side)), draw(st.integers(1, max_side))
    label = draw(st.lists(st.integers(-1, max_units - 1), min_size=n * m, max_size=n * m))
    groups: dict[int, list[shapely.Polygon]] = {}
    for k, unit in enumerate(label):
        if unit >= 0:
            groups.setdefault(unit, []).append(shapely.box(k % m, k // m, k % m + 1, k // m + 1))
    return unions([groups[unit] for unit in sorted(groups)])


def voronoi(n_cells: int, seed: int) -> Geometries:
    """Return n cells of random points in a box of 10 x 10 degrees, their union ragged outside."""
    rng = np.random.default_rng(seed)
    points = shapely.multipoints(rng.uniform(0, 10, (n_cells, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=shapely.box(-1, -1, 11, 11)))
    return np.array([shapely.multipolygons([c]) for c in shapely.transform(cells, lambda xy: np.round(xy, 6))])


@st.composite
def voronois(draw: st.DrawFn, max_cells: int = 30) -> Geometries:
    """Voronoi cells joined to units at random, some left out."""
    n = draw(st.integers(2, max_cells))
    cells = voronoi(n, draw(st.integers(0, 2**20)))
    label = draw(st.lists(st.integers(-1, n - 1), min_size=len(cells), max_size=len(cells)))
    groups: dict[int, list[shapely.Polygon]] = {}
    for unit, cell in zip(label, cells, strict=True):
        if unit >= 0:
            groups.setdefault(unit, []).extend(shapely.get_parts(cell))
    found = unions([groups[unit] for unit in sorted(groups)])
    return found if shapely.is_valid(found).all() and shapely.coverage_is_valid(found) else found[:0]


def coverages() -> st.SearchStrategy[Geometries]:
    return st.one_of(grids(), voronois())
