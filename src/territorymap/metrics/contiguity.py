"""Pieces and cut edges as metrics. Owns their definitions; not how they are counted live (geo.contiguity, borders)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency
from territorymap.geo.contiguity import count_pieces
from territorymap.i18n import number, tr
from territorymap.metrics.borders import cut_borders
from territorymap.metrics.registry import Case, Lines, metric


def _piece_lines(case: Case) -> Lines:
    sizes = np.sort(np.bincount(case.totals.piece_labels(case.territory_ix)))[::-1]
    shown = ", ".join(number(int(n)) for n in sizes[:10]) + (", …" if len(sizes) > 10 else "")
    return [
        (tr("Units"), number(int(case.totals.n_units[case.territory_ix]))),
        (tr("Pieces"), number(int(case.totals.pieces[case.territory_ix]))),
        (tr("Units in each piece, the largest first"), shown or number(0)),
    ]


@metric(
    "pieces",
    scope="territory",
    label=lambda: tr("Pieces"),
    formula=lambda: tr("Number of groups of units that are joined by shared borders"),
    meaning=lambda: tr(
        "1 means that the territory is contiguous. Touching in a point does not join, and an island is a piece of its "
        "own."
    ),
    lines=_piece_lines,
)
def pieces(adjacency: Adjacency, unit_territory: NDArray[np.int32], n_territories: int) -> NDArray[np.int32]:
    """Number of pieces of each territory.

    Parameters
    ----------
    adjacency : Adjacency, rook: a shared border, not a point; bridges of its list join too
    unit_territory : (U,) int, -1 = unassigned

    Returns
    -------
    (T,) int, >= 0; 1 is contiguous; 0 where the territory has no unit.

    Source
    ------
    Connected components of the graph of units of one territory.
    """
    return count_pieces(adjacency, unit_territory, n_territories)


def _cut_lines(case: Case) -> Lines:
    t, totals = case.territory_ix, case.totals
    by_other = totals.cut_edges_by_other(t)
    lines = [
        (tr("With {name}", name=case.plan.territories[other].name), number(n))
        for other, n in sorted(by_other.items(), key=lambda item: -item[1])
    ]
    return [*lines, (tr("Cut edges"), number(int(totals.cut_edges[t])))]


@metric(
    "cut_edges",
    scope="territory",
    label=lambda: tr("Cut edges"),
    formula=lambda: tr("Number of neighbouring unit pairs, one unit here and one in another territory"),
    meaning=lambda: tr("The fewer, the rounder and the easier to draw. Unassigned neighbours do not count."),
    lines=_cut_lines,
)
def cut_edges(adjacency: Adjacency, unit_territory: NDArray[np.int32], n_territories: int) -> NDArray[np.int64]:
    """Neighbouring unit pairs that each territory shares with other territories.

    Parameters
    ----------
    adjacency : Adjacency, rook; bridges do not count
    unit_territory : (U,) int, -1 = unassigned

    Returns
    -------
    (T,) int, >= 0. A pair counts once for each of its two territories; a pair with an unassigned unit for none. 0 where
    the territory has no unit.

    Source
    ------
    Cut edges of a districting plan: DeFord, Duchin & Solomon 2021 (ReCom), counted per territory.
    """
    return cut_borders(adjacency, unit_territory, n_territories).n_edges[:-1]


def _noncontiguous_lines(case: Case) -> Lines:
    return [
        (case.plan.territories[t].name, tr("{n} pieces", n=number(int(case.totals.pieces[t]))))
        for t in np.flatnonzero(case.totals.pieces > 1)
    ]


@metric(
    "noncontiguous",
    scope="plan",
    label=lambda: tr("Not contiguous"),
    formula=lambda: tr("Number of territories with more than one piece"),
    meaning=lambda: tr("Territories that a rep cannot cross without leaving them."),
    lines=_noncontiguous_lines,
)
def noncontiguous(n_pieces: NDArray[np.integer]) -> int:
    """Territories with more than one piece.

    Parameters
    ----------
    n_pieces : (T,) int

    Returns
    -------
    int, 0..T; a territory without unit is not among them; 0 for no territory.

    Source
    ------
    Definition of this program.
    """
    return int((n_pieces > 1).sum())
