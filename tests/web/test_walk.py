"""The laws of going from unit to unit by arrow keys: the module of the page itself, run by Qt's JavaScript engine."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtQml import QJSEngine, QJSValue
from PySide6.QtWidgets import QApplication

from territorymap.resources import shipped

EAST, NORTH, WEST, SOUTH = range(4)
WORLD = 2**30
Graph = tuple[list[list[int]], list[tuple[int, int]]]


class Walker:
    """A walk in the engine."""

    def __init__(self, engine: QJSEngine, module: QJSValue) -> None:
        engine.globalObject().setProperty("walk_module", module)
        self._engine = engine

    def start(self, graph: Graph, unit: int) -> None:
        near, points = graph
        flat = [c for point in points for c in point]
        self.run(
            f"near = {json.dumps(near)};"
            f"walk = new walk_module.Walk(u => near[u], Int32Array.from({json.dumps(flat)}), {WORLD});"
            f"walk.stand({unit})"
        )

    def run(self, code: str) -> Any:
        value = self._engine.evaluate(code)
        assert not value.isError(), value.toString()
        return value.toVariant()

    def step(self, direction: int) -> int:
        """Go, and return where one stands."""
        return int(self.run(f"walk.step({direction}); walk.unit"))

    def candidates(self, unit: int, direction: int) -> list[int]:
        return [int(u) for u in json.loads(self.run(f"JSON.stringify(walk.candidates({unit}, {direction}))"))]


@pytest.fixture(scope="module")
def walker(qapp: QApplication) -> Iterator[Walker]:
    engine = QJSEngine()
    module = engine.importModule(str(Path(shipped("resources", "web", "walk.js"))))
    assert not module.isError(), module.toString()
    engine.evaluate("var near, walk")
    return Walker(engine, module)


def grid(columns: int, rows: int) -> Graph:
    """Squares from the north-west; y grows to the south."""
    near, points = [], []
    for r in range(rows):
        for c in range(columns):
            around = [(r, c + 1), (r - 1, c), (r, c - 1), (r + 1, c)]
            near.append([y * columns + x for y, x in around if 0 <= y < rows and 0 <= x < columns])
            points.append((1000 + 100 * c, 1000 + 100 * r))
    return near, points


def test_on_a_grid_each_arrow_goes_one_square(walker: Walker) -> None:
    walker.start(grid(3, 3), 4)
    assert [walker.step(d) for d in (EAST, NORTH, WEST, WEST, SOUTH, SOUTH)] == [5, 2, 1, 0, 3, 6]


def test_where_there_is_no_unit_the_arrow_goes_nowhere(walker: Walker) -> None:
    walker.start(grid(2, 1), 1)
    assert [walker.step(d) for d in (EAST, NORTH, SOUTH)] == [1, 1, 1]


def test_the_same_arrow_after_its_opposite_takes_the_next_best(walker: Walker) -> None:
    """East of 0 lie 1 (straight), 2 and 3 (aslant)."""
    graph: Graph = ([[1, 2, 3], [0], [0], [0]], [(0, 0), (100, 0), (100, 40), (100, -60)])
    walker.start(graph, 0)
    assert [walker.step(d) for d in (EAST, WEST, EAST, WEST, EAST, WEST, EAST)] == [1, 0, 2, 0, 3, 0, 1]


def test_a_unit_that_lies_aslant_is_reached_where_none_lies_straight(walker: Walker) -> None:
    graph: Graph = ([[1], [0]], [(0, 0), (50, -100)])
    walker.start(graph, 0)
    assert walker.step(EAST) == 1


def test_an_island_is_reached_over_water(walker: Walker) -> None:
    graph: Graph = ([[1], [0], []], [(0, 0), (100, 0), (400, 30)])
    walker.start(graph, 1)
    assert walker.step(EAST) == 2
    assert walker.step(WEST) == 1


def test_180_degrees_are_no_edge(walker: Walker) -> None:
    """Two units side by side, one at either end of the map: the one at the far east of it lies west of the other."""
    graph: Graph = ([[1], [0]], [(50, 100), (WORLD - 50, 100)])
    walker.start(graph, 0)
    assert walker.candidates(0, WEST) == [1]
    assert walker.candidates(1, EAST) == [0]
    assert walker.step(WEST) == 1
    assert walker.step(EAST) == 0


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Connected graphs with points anywhere, on one another too."""
    n = draw(st.integers(2, 14))
    coordinate = st.one_of(st.integers(0, 40), st.integers(WORLD - 20, WORLD - 1), st.integers(0, WORLD - 1))
    points = draw(st.lists(st.tuples(coordinate, st.integers(0, 400)), min_size=n, max_size=n))
    near: list[set[int]] = [set() for _ in range(n)]
    for u in range(1, n):
        v = draw(st.integers(0, u - 1))
        near[u].add(v)
        near[v].add(u)
    for u, v in draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=12)):
        if u != v:
            near[u].add(v)
            near[v].add(u)
    return [sorted(row) for row in near], points


LAWS = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@LAWS
@given(graphs())
def test_every_neighbour_is_in_exactly_one_direction_or_nearer_to_none(walker: Walker, graph: Graph) -> None:
    walker.start(graph, 0)
    for u, near in enumerate(graph[0]):
        by_direction = [walker.candidates(u, d) for d in range(4)]
        assert set(near) <= {v for found in by_direction for v in found}
        for found in by_direction:
            assert len(set(found)) == len(found)
            assert u not in found


@LAWS
@given(graphs(), st.data())
def test_every_unit_of_a_connected_layer_is_reached_by_arrows_alone(
    walker: Walker, graph: Graph, data: st.DataObject
) -> None:
    """From each unit each neighbour is reached by its arrow, pressed again after its opposite until it is there.

    The cursor begins anew at each unit (Esc, F2): a neighbour that lies where one came from may else be passed over,
    for there the opposite arrow means the way back.
    """
    start, goal = (data.draw(st.integers(0, len(graph[0]) - 1)) for _ in range(2))
    path = shortest(graph[0], start, goal)
    walker.start(graph, start)
    for u, v in itertools.pairwise(path):
        walker.run(f"walk.stand({u})")
        direction = next(d for d in range(4) if v in walker.candidates(u, d))
        for _ in walker.candidates(u, direction):
            if walker.step(direction) == v:
                break
            assert walker.step((direction + 2) % 4) == u
        assert walker.run("walk.unit") == v


@LAWS
@given(graphs(), st.lists(st.integers(0, 3), max_size=25))
def test_the_way_back_leads_home(walker: Walker, graph: Graph, keys: list[int]) -> None:
    """The opposite arrow leads back at once, or after the others on that side where one has gone to and fro."""
    walker.start(graph, 0)
    for key in keys:
        before = int(walker.run("walk.unit"))
        n = int(walker.run("walk._trail.length"))
        if walker.step(key) != before and walker.run("walk._trail.length") > n:
            again = walker.run("walk._trail[walk._trail.length - 1].isAgain")
            if not again:
                assert walker.step((key + 2) % 4) == before
                assert int(walker.run("walk._trail.length")) == n
                walker.run(f"walk._tried = null; walk.step({key})")
    while walker.run("walk._trail.length"):
        last = json.loads(walker.run("JSON.stringify(walk._trail[walk._trail.length - 1])"))
        n = int(walker.run("walk._trail.length"))
        for _ in range(2 * len(graph[0]) + 2):
            walker.step((last["direction"] + 2) % 4)
            if int(walker.run("walk._trail.length")) < n:
                break
            walker.step(last["direction"])
        assert int(walker.run("walk._trail.length")) == n - 1
        assert walker.run("walk.unit") == last["from"]
    assert walker.run("walk.unit") == 0


@LAWS
@given(graphs(), st.lists(st.integers(0, 3), max_size=25))
def test_the_same_keys_lead_to_the_same_units(walker: Walker, graph: Graph, keys: list[int]) -> None:
    ways = []
    for _ in range(2):
        walker.start(graph, 0)
        ways.append([walker.step(key) for key in keys])
    assert ways[0] == ways[1]


def shortest(near: list[list[int]], start: int, goal: int) -> list[int]:
    before = {start: start}
    queue = [start]
    for u in queue:
        for v in near[u]:
            if v not in before:
                before[v] = u
                queue.append(v)
    path = [goal]
    while path[-1] != start:
        path.append(before[path[-1]])
    return path[::-1]
