"""A newcomer grown from a home, which takes from those around what they can spare.

Owns who may give and what each should end with; the search is handover's.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.contiguity import pieces_of
from territorymap.optimise.handing import drain, grow_from_one
from territorymap.optimise.handover import Handed, Handover, Rules
from territorymap.optimise.problem import Labels, Problem
from territorymap.optimise.standing import EXACT, Standing, fair_bands

_COMPACT = 0.2  # weight of being even for a newcomer that may only take: with more it puts out long arms
_TAKEN = 1.0  # weight of a whole territory that a newcomer takes from others rather than from nobody
_GROUND = 0.25  # of a newcomer's start is counted in units, the rest in what they bring
_ARMS = 2.0  # mean territories' worth of shape that being within all bands may cost it


def adding(
    problem: Problem, standing: Standing, newcomer: int, home: int, seed: int = 1, *, is_compact: bool = True
) -> Handover:
    """Return the search in which a newcomer takes from those around its home, and nothing else moves.

    Parameters
    ----------
    newcomer : its position; it has no unit yet
    home : unit that it has in any case
    is_compact : shape counts much; else being within the bands, whatever the shape: see :func:`is_worth_its_shape`
    """
    low, high = fair_bands(problem, standing)
    load, target = standing.loads(problem), problem.target.T
    unit = target * problem.tolerance
    givers = _givers(problem, standing, newcomer, home, 1 if is_compact else 2)
    spare = load[standing.is_loose].sum(axis=0)
    for m in range(problem.n_measures):
        tolerance, wanted = problem.tolerance[m], target[newcomer, m]
        level = drain(load[givers, m], target[givers, m], float(wanted), float(min(spare[m], wanted)))
        # Below the tolerance all are to be even at what can be had; else each is to be within it.
        within = level >= 1 - tolerance
        least = 1 - tolerance if within else level * (1 - tolerance / 2)
        low[newcomer, m] = wanted * least
        high[newcomer, m] = wanted * (1 + tolerance if within else level * (1 + tolerance / 2))
        low[givers, m] = np.minimum(load[givers, m], target[givers, m] * least)
        high[givers, m] = target[givers, m] * (1 + tolerance)  # those that have too much are the first to give
    first = _with_home(problem, standing, newcomer, home)
    is_open = standing.is_loose.copy()
    is_open[givers] = True
    may_go = standing.may_move & is_open[standing.label]
    may_go[home] = False
    movable = np.flatnonzero(may_go).astype(np.int32)
    is_open[newcomer] = True
    rules = Rules(movable, is_open, standing.is_loose, low, high, unit, newcomer)
    share = problem.importance / problem.importance.sum()
    gain = (problem.weight.T / target[newcomer]) @ share
    # Empty ground counts a little: else all of it would be taken at the start.
    gain = (1 - _GROUND) * gain + _GROUND * problem.n_territories / problem.n_units
    km = np.hypot(*(problem.xy_km - problem.xy_km[home]).T)

    # At the start none has lost more than half: over ground with nothing in it no way leads back.
    spared = np.bincount(standing.label, gain, minlength=problem.n_territories) / 2
    spared[standing.is_loose] = np.inf

    def start(attempt: int) -> Labels:
        rng = np.random.default_rng([seed, attempt])
        # In each territory distances are stretched by another factor: the newcomer takes more of one, less of others.
        stretch = rng.lognormal(0, 0.6 if attempt else 0.0, size=problem.n_territories)[standing.label]
        return grow_from_one(
            first,
            newcomer,
            may_go,
            standing.is_loose,
            problem.adjacency.start,
            problem.adjacency.neighbour,
            km * stretch,
            gain,
            float((low[newcomer] / target[newcomer]) @ share) - float(gain[home]),
            spared,
        )

    options = {"balance": _COMPACT} if is_compact else {}
    return Handover(replace(problem, base=standing.label), rules, start, seed, churn=_TAKEN, **options)


def _with_home(problem: Problem, standing: Standing, newcomer: int, home: int) -> Labels:
    """Return the plan with the home given to the newcomer, and with it what it alone held to its territory.

    The heaviest part stays, as does one in which something must stay.
    """
    label, giver = standing.label.copy(), int(standing.label[home])
    label[home] = newcomer
    beside = problem.adjacency.neighbours_of(home)
    if giver < 0 or standing.is_loose[giver] or (label[beside] == giver).sum() < 2:
        return label
    units = np.flatnonzero(label == giver)
    piece = pieces_of(problem.adjacency, units)
    touched = np.unique(piece[np.isin(units, beside)])
    share = (problem.weight / problem.target.mean(axis=1, keepdims=True)).sum(axis=0) + 1e-9
    amount = np.bincount(piece, share[units])
    for part in touched[touched != touched[np.argmax(amount[touched])]].tolist():
        cut_off = units[piece == part]
        if standing.may_move[cut_off].all():
            label[cut_off] = newcomer
    return label


def _givers(problem: Problem, standing: Standing, newcomer: int, home: int, n_rings: int) -> NDArray[np.int64]:
    """Return the territories that may give to a newcomer: where it begins, and rings of those beside.

    On ground that nobody has it is those that have the units nearest to it, three times as much as it should have.
    """
    label, pair = standing.label, problem.adjacency.pair
    near = np.zeros(problem.n_territories, dtype=np.bool_)
    if standing.is_loose[label[home]]:
        held = np.flatnonzero(~standing.is_loose[label])
        nearest = held[np.argsort(np.hypot(*(problem.xy_km[held] - problem.xy_km[home]).T), kind="stable")]
        share = (problem.weight / problem.target[:, newcomer, None]).mean(axis=0)
        near[label[nearest[: 1 + int(np.searchsorted(np.cumsum(share[nearest]), 3.0))]]] = True
    else:
        near[label[home]] = True
        for _ in range(n_rings):
            ends = label[pair]
            near[ends[near[ends].any(axis=1)].ravel()] = True
    near[newcomer] = False
    return np.flatnonzero(near & standing.may_share & ~standing.is_loose)


def is_worth_its_shape(even: Handed, compact: Handed, n_open: int) -> bool:
    """Tell whether a plan within all bands is the better one, though less compact than one that is not."""
    return even.beyond <= EXACT < compact.beyond and (even.shape - compact.shape) * n_open <= _ARMS
