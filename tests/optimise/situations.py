"""Grids with territories as situations to look at: drawn by letters, or at random."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territorymap.geo.adjacency import adjacency_of_pairs
from territorymap.geo.contiguity import count_pieces
from territorymap.optimise.situation import Situation, Ways
from territorymap.optimise.suggest import Move

SIDE_KM = 1.0


def drawn(
    picture: str,
    weight: Sequence[float] | None = None,
    *,
    fixed: str = "",
    closed: str = "",
    tolerance: float = 0.05,
    n_territories: int | None = None,
) -> Situation:
    """Return the grid of a picture: A, B ... are territories 0, 1 ..., a dot is nobody's, _ is no unit.

    ``fixed``: another picture, units under an x must stay; ``closed``: letters of locked territories.
    """
    rows = picture.split()
    places = [(r, c) for r, row in enumerate(rows) for c in range(len(row)) if row[c] != "_"]
    at = {place: k for k, place in enumerate(places)}
    label = np.array([-1 if rows[r][c] == "." else ord(rows[r][c]) - ord("A") for r, c in places], dtype=np.int32)
    pairs = [(at[r, c], at[there]) for r, c in places for there in ((r + 1, c), (r, c + 1)) if there in at]
    pair = np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2)
    marks = fixed.split()
    is_fixed = np.array([bool(marks) and marks[r][c] == "x" for r, c in places])
    n = n_territories or int(label.max()) + 1
    weights = np.ones(len(at)) if weight is None else np.asarray(weight, dtype=np.float64)
    return situation(
        label, pair, weights[None], n, is_fixed=is_fixed, tolerance=np.array([tolerance]),
        is_closed=np.array([chr(ord("A") + t) in closed for t in range(n)]),
    )  # fmt: skip


def situation(
    label: NDArray[np.int32],
    pair: NDArray[np.int32],
    weight: NDArray[np.float64],
    n: int,
    *,
    is_fixed: NDArray[np.bool_] | None = None,
    is_closed: NDArray[np.bool_] | None = None,
    tolerance: NDArray[np.float64] | None = None,
    importance: NDArray[np.float64] | None = None,
    ways: Ways | None = None,
    share: NDArray[np.float64] | None = None,
) -> Situation:
    """Return a situation of units whose borders are all one kilometre, with an account in each."""
    adjacency = adjacency_of_pairs(pair, np.full(len(pair), SIDE_KM), len(label))
    m = len(weight)
    brought = weight.copy()
    if ways is not None:
        brought[ways.measure] += ways.added(np.arange(len(label)), label)
    total = np.array([np.bincount(label[label >= 0], row[label >= 0], minlength=n) for row in brought])
    return Situation(
        adjacency=adjacency,
        label=label,
        weight=weight,
        total=total,
        share=np.full(n, 1 / n) if share is None else share,
        tolerance=np.full(m, 0.05) if tolerance is None else tolerance,
        importance=np.ones(m) if importance is None else importance,
        customers=np.ones(len(label)),
        is_fixed=np.zeros(len(label), dtype=bool) if is_fixed is None else is_fixed,
        is_closed=np.zeros(n, dtype=bool) if is_closed is None else is_closed,
        pieces=count_pieces(adjacency, label, n),
        first_unit=np.full(n, -1, dtype=np.int64),
        ways=ways,
    )


def graph_of(s: Situation) -> nx.Graph:
    graph = nx.Graph(s.adjacency.pair.tolist())
    graph.add_nodes_from(range(len(s.label)))
    return graph


def pieces(graph: nx.Graph, label: NDArray[np.int32], t: int) -> int:
    return nx.number_connected_components(graph.subgraph(np.flatnonzero(label == t).tolist()))


def after(s: Situation, units: Sequence[int] | NDArray[np.integer], taker: int) -> NDArray[np.int32]:
    """Return the labels once these units are the taker's."""
    label = s.label.copy()
    label[np.asarray(units, dtype=np.int64)] = taker
    return label


def index_by_pandas(s: Situation, label: NDArray[np.int32], way: NDArray[np.float64] | None = None) -> pd.DataFrame:
    """Return the index of each territory (rows) and measure (columns); ``way`` (U,) is added to the ways' measure."""
    amounts = pd.DataFrame(s.weight.T)
    if way is not None and s.ways is not None:
        amounts[s.ways.measure] += way
    held = amounts[label >= 0].groupby(label[label >= 0]).sum().reindex(range(s.n_territories), fill_value=0.0)
    target = pd.DataFrame(np.outer(s.share, held.sum()), columns=held.columns)
    return held / target.where(target != 0)


def overrun_by_pandas(s: Situation, index: pd.DataFrame) -> pd.Series:
    """Return how far each territory is beyond: x + x2 / (1 + x), x in tolerances, weighed by importance."""
    x = ((index - 1).abs() - s.tolerance).clip(lower=0).fillna(0.0) / s.tolerance
    return ((x + x**2 / (1 + x)) * s.importance).sum(axis=1)


def longer_km(s: Situation, label: NDArray[np.int32]) -> float:
    """Return by how much the borders between territories are longer than in the situation."""

    def km(of: NDArray[np.int32]) -> float:
        sides = of[s.adjacency.pair]
        return SIDE_KM * float(((sides[:, 0] != sides[:, 1]) & (sides >= 0).all(axis=1)).sum())

    return km(label) - km(s.label)


def is_allowed(s: Situation, graph: nx.Graph, units: Sequence[int], taker: int) -> bool:
    """Tell whether units of one territory may go to another, and nobody falls into more pieces."""
    giver = int(s.label[units[0]])
    label = after(s, units, taker)
    if s.is_fixed[list(units)].any() or s.is_closed[taker] or giver == taker:
        return False
    if giver >= 0 and (s.is_closed[giver] or not (label == giver).any()):
        return False
    if giver >= 0 and pieces(graph, label, giver) > pieces(graph, s.label, giver):
        return False
    return pieces(graph, label, taker) <= max(pieces(graph, s.label, taker), 1)


def check_lawful(s: Situation, move: Move) -> None:
    """Assert that a move takes units of one territory that may go, and that nobody falls into more pieces."""
    graph = graph_of(s)
    units = move.units.tolist()
    assert len(set(units)) == len(units) > 0
    assert set(s.label[move.units].tolist()) == {move.giver}
    assert is_allowed(s, graph, units, move.taker)
    label = after(s, units, move.taker)
    for t, was, now in zip((move.giver, move.taker), move.pieces_before, move.pieces_after, strict=True):
        if t >= 0:
            assert was == pieces(graph, s.label, t)
            assert now == pieces(graph, label, t)
