"""Random ground for the solvers, and the laws that every answer keeps, told by other libraries than ours."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from territorymap.geo.adjacency import adjacency_of_pairs
from territorymap.optimise.problem import Problem, even_targets


def grid(columns: int, rows: int, weight: NDArray[np.float64], n: int, tolerance: float, **more: Any) -> Problem:
    """Return squares of 10 km, row by row; ``weight`` is (M, U)."""
    cell = np.arange(columns * rows).reshape(rows, columns)
    across = np.column_stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()])
    up = np.column_stack([cell[:-1].ravel(), cell[1:].ravel()])
    pair = np.unique(np.concatenate([across, up]), axis=0).astype(np.int32)
    xy = np.column_stack([cell.ravel() % columns, cell.ravel() // columns]) * 10.0
    adjacency = adjacency_of_pairs(pair, np.full(len(pair), 10.0), columns * rows)
    weight = np.atleast_2d(weight)
    return Problem(adjacency, weight, even_targets(weight, n), np.full(len(weight), tolerance), xy, **more)


@st.composite
def worlds(draw: st.DrawFn, most_units: int = 40, most_measures: int = 2, *, has_locks: bool = True) -> Problem:
    """A connected ground of points with neighbours, some joined by bridges only; weights with zeros and giants."""
    seed = draw(st.integers(0, 2**31))
    rng = np.random.default_rng(seed)
    n_units = draw(st.integers(1, most_units))
    n_measures = draw(st.integers(1, most_measures))
    n = draw(st.integers(1, min(8, n_units)))
    xy = rng.random((n_units, 2)) * 100
    pair = _pairs(xy)
    border = rng.uniform(0.1, 20, len(pair))
    graph = nx.Graph()
    graph.add_nodes_from(range(n_units))
    thin = draw(st.sampled_from([0.0, 0.2, 0.5]))
    graph.add_edges_from((int(u), int(v), {"km": km}) for (u, v), km in zip(pair, border, strict=True)
                         if rng.random() >= thin)  # fmt: skip
    pieces = [sorted(piece) for piece in nx.connected_components(graph)]
    for one, other in pairwise(pieces):
        graph.add_edge(int(rng.choice(one)), int(rng.choice(other)), km=0.0)  # a bridge
    edges = sorted((min(u, v), max(u, v), float(d["km"])) for u, v, d in graph.edges(data=True))
    adjacency = adjacency_of_pairs(
        np.array([e[:2] for e in edges], dtype=np.int32).reshape(-1, 2), np.array([e[2] for e in edges]), n_units
    )
    kind = draw(st.sampled_from(["even", "lumpy", "zeros", "giants"]))
    weight = np.array([_weights(rng, kind, n_units) for _ in range(n_measures)])
    tolerance = np.full(n_measures, draw(st.sampled_from([0.02, 0.05, 0.2])))
    problem = Problem(adjacency, weight, even_targets(weight, n), tolerance, xy)
    if has_locks and draw(st.booleans()):
        stays = np.full(n_units, -1, dtype=np.int32)
        locked = rng.choice(n_units, size=int(rng.integers(1, max(2, n_units // 3))), replace=False)
        stays[locked] = rng.integers(0, n, len(locked))
        problem = replace(problem, stays=stays)
    return problem


def _pairs(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    n = len(xy)
    if n < 4:
        return np.array([(i, j) for i in range(n) for j in range(i + 1, n)], dtype=np.int64).reshape(-1, 2)
    triangles = Delaunay(xy).simplices
    sides = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    return np.unique(np.sort(sides, axis=1), axis=0)


def _weights(rng: np.random.Generator, kind: str, n: int) -> NDArray[np.float64]:
    weight = {"even": rng.uniform(0.9, 1.1, n), "lumpy": rng.lognormal(0, 1.5, n)}.get(kind, rng.uniform(1, 10, n))
    if kind == "zeros":
        weight[rng.random(n) < 0.6] = 0.0
    if kind == "giants":
        weight[rng.choice(n, size=max(1, n // 12), replace=False)] = weight.sum() * 3
    if not weight.sum() > 0:
        weight[0] = 1.0
    return weight


def base_of(problem: Problem, seed: int) -> NDArray[np.int32]:
    """Return a plan of whole territories that grew from random units; stays are kept, which may tear some apart."""
    rng = np.random.default_rng(seed)
    graph = graph_of(problem)
    label = np.full(problem.n_units, -1, dtype=np.int32)
    starts = rng.choice(problem.n_units, size=problem.n_territories, replace=False)
    label[starts] = np.arange(problem.n_territories)
    while (label < 0).any():
        for u in rng.permutation(np.flatnonzero(label < 0)):
            around = [label[v] for v in graph[int(u)] if label[v] >= 0]
            if around:
                label[u] = rng.choice(around)
                break
    return label


def graph_of(problem: Problem) -> nx.Graph:
    """Return the ground for networkx."""
    graph = nx.Graph()
    graph.add_nodes_from(range(problem.n_units))
    graph.add_edges_from(problem.adjacency.pair.tolist())
    return graph


def pieces_of(problem: Problem, label: NDArray[np.int32]) -> dict[int, list[set[int]]]:
    """Return the pieces of each territory, by networkx."""
    graph = graph_of(problem)
    return {
        t: [set(piece) for piece in nx.connected_components(graph.subgraph(np.flatnonzero(label == t).tolist()))]
        for t in range(problem.n_territories)
    }


def totals_of(problem: Problem, label: NDArray[np.int32]) -> pd.DataFrame:
    """Return what each territory has of each measure, by pandas; a row a territory."""
    frame = pd.DataFrame(problem.weight.T).assign(territory=label)
    return frame.groupby("territory").sum().reindex(range(problem.n_territories), fill_value=0.0)


def check_legal(problem: Problem, label: NDArray[np.int32]) -> None:
    """Every unit has a territory, what must stay has stayed, and only stays tear a territory apart."""
    assert label.shape == (problem.n_units,)
    assert ((label >= 0) & (label < problem.n_territories)).all()
    stays = problem.stays >= 0
    assert (label[stays] == problem.stays[stays]).all()
    for t, pieces in pieces_of(problem, label).items():
        held = [piece for piece in pieces if any(problem.stays[u] == t for u in piece)]
        assert len(pieces) <= max(1, len(held)), f"territory {t} is in {len(pieces)} pieces"
