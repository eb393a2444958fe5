"""One territory split, dissolved or added with as little else disturbed as can be.

Owns who may give and take and what each should end with; the search is handover's, that of a split build's.

Split: the ground of one territory built anew in so many parts. Dissolve: the leaver's units, and nobody else's, go to
those around it, each filled up to the level that all can be brought to. Add: a newcomer grows from a home and takes
from those around what they can spare. Where that leaves some beyond their bands, ``widened`` lets a ring of territories
more take part, and another, each move weighed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency, adjacency_of_pairs
from territorymap.geo.contiguity import pieces_of
from territorymap.optimise.build import Answer, Budget, Builder
from territorymap.optimise.handing import drain, fill_up, grow_from_all_sides, grow_from_one
from territorymap.optimise.handover import Handed, Handover, Rules
from territorymap.optimise.problem import Floats, Labels, Problem, even_targets
from territorymap.optimise.whole import can_leave

_CHURN = 40.0  # weight of a whole territory that is moved though it need not be
_COMPACT = 0.2  # weight of being even for a newcomer that may only take: with more it puts out long arms
_TAKEN = 1.0  # weight of a whole territory that a newcomer takes from others rather than from nobody
_GROUND = 0.25  # of a newcomer's start is counted in units, the rest in what they bring
_ARMS = 2.0  # mean territories' worth of shape that being within all bands may cost it
_EXACT = 1e-3  # less beyond the bands is nothing
_RINGS_IN_VAIN = 2
_MOST_RINGS = 3
_HELPS = 0.8  # what is beyond, after a ring more, of before
_TINY = np.finfo(float).tiny
_STARTS, _ROUNDS = 4, 4  # of a split in which part 0 has something already
_STILL = 0.003  # targets that move less than this stand
_MOST_STEPS = 12  # attempts of a split's size: more have not been seen to help


def warm_up() -> None:
    """Compile the loops, or read them from the cache of an earlier start."""
    pair = np.array([[0, 1], [1, 2]], dtype=np.int32)
    weight, xy = np.ones((1, 3)), np.column_stack([np.arange(3.0), np.zeros(3)])
    label = np.array([0, -1, 1], dtype=np.int32)
    adjacency = adjacency_of_pairs(pair, np.ones(2), 3)
    problem = Problem(adjacency, weight, even_targets(weight, 2), np.array([0.05]), xy, base=label)
    everybody = np.ones(2, dtype=np.bool_)
    standing = Standing(label, np.ones(3, dtype=np.bool_), everybody, ~everybody)
    for _ in dissolving(problem, standing).run(Budget(10)):
        pass
    _spare(problem, np.zeros(3, dtype=np.int32), np.zeros(3, dtype=np.bool_))


@dataclass(frozen=True)
class Standing:
    """What a plan is before it is altered, beside its problem."""

    label: Labels  # (U,) who has what; -1 = whose territory is dissolved
    may_move: NDArray[np.bool_]  # (U,)
    may_share: NDArray[np.bool_]  # (P,) territories that may give and take
    is_loose: NDArray[np.bool_]  # (P,) ground that nobody has

    def loads(self, problem: Problem) -> Floats:
        """(P, M) what each territory has."""
        load = problem.besides.T.copy()
        has = self.label >= 0
        np.add.at(load, self.label[has], problem.brought(self.label).T[has])
        return load


def fair_bands(problem: Problem, standing: Standing) -> tuple[Floats, Floats]:
    """(P, M) least and most that is even, or at least not further from it than before."""
    load, target = standing.loads(problem), problem.target.T
    low = np.minimum(target * (1 - problem.tolerance), load)
    high = np.maximum(target * (1 + problem.tolerance), load)
    return np.where(standing.is_loose[:, None], 0.0, low), np.where(standing.is_loose[:, None], np.inf, high)


# -- dissolve ----------------------------------------------------------------------------------------------------------


def takers_of(problem: Problem, standing: Standing) -> NDArray[np.int64]:
    """Return the territories that touch what is dissolved and may take."""
    ends = standing.label[problem.adjacency.pair]
    other = ends.max(axis=1)[(ends.min(axis=1) < 0) & (ends.max(axis=1) >= 0)]
    return np.unique(other[standing.may_share[other] & ~standing.is_loose[other]])


def dissolving(
    problem: Problem, standing: Standing, seed: int = 1, amount: Floats | None = None, begin: Labels | None = None
) -> Handover:
    """Return the search that gives the units without a territory to those around, each as full as all can be.

    Parameters
    ----------
    amount : (M,) what they bring to whoever gets them; None = without ways, which depend on that
    begin : a plan to go on from beside others

    Raises
    ------
    ValueError
        if no territory that may take touches them, or not all of them, directly or through others.
    """
    takers = takers_of(problem, standing)
    if not len(takers):
        raise ValueError("no territory can take the units")
    free = standing.label < 0
    load, unit = standing.loads(problem), problem.target.T * problem.tolerance
    low, high = fair_bands(problem, standing)
    amount = problem.weight[:, free].sum(axis=1) if amount is None else amount
    for m in range(problem.n_measures):
        target = problem.target[m, takers]
        level = fill_up(load[takers, m], target, float(amount[m]))
        tolerance = problem.tolerance[m]
        even = np.abs(level / target - 1) <= tolerance
        half = np.where(even, 1.0, 0.5) * tolerance * target
        low[takers, m] = np.where(even, np.maximum(level - half, target * (1 - tolerance)), level - half)
        high[takers, m] = np.where(even, np.minimum(level + half, target * (1 + tolerance)), level + half)
    is_open = np.zeros(problem.n_territories, dtype=np.bool_)
    is_open[takers] = True
    movable = np.flatnonzero(free & standing.may_move).astype(np.int32)
    rules = Rules(movable, is_open, standing.is_loose, low, high, unit)
    starts: dict[int, Labels] = {}

    def start(attempt: int) -> Labels:
        if begin is not None and attempt % 2 == 0:
            return begin.copy()
        if attempt not in starts:
            starts[attempt] = _shared_out(problem, standing, takers, load, seed, attempt)
        return starts[attempt].copy()

    if (start(0) < 0).any():
        raise ValueError("no territory can take some of the units")
    return Handover(problem, rules, start, seed)


class Dissolving:
    """Searches how a leaver's units are shared out; the level is found again when it is known what ways they cause."""

    def __init__(self, problem: Problem, standing: Standing, seed: int = 1) -> None:
        self.problem, self.standing, self._seed = problem, standing, seed
        self.search = dissolving(problem, standing, seed)
        self.n_done = 0

    def run(self, budget: Budget) -> Iterator[Handed]:
        """Yield plans; the last one is the best."""
        before = self.standing.loads(self.problem).sum(axis=0)
        amount = self.problem.weight[:, self.standing.label < 0].sum(axis=1)
        done = 0
        for _ in range(_ROUNDS):
            best: Handed | None = None
            for best in self.search.run(Budget(max(budget.n_steps - done, 0), budget.is_over)):
                self.n_done = done + self.search.n_done
                yield replace(best, n_steps=self.n_done)
            done = self.n_done = done + self.search.n_done
            assert best is not None, "there is always a first"
            brought = self.search.loads(best.label).sum(axis=0) - before
            is_still = (np.abs(brought - amount) <= _STILL * np.maximum(np.abs(brought), _TINY)).all()
            if is_still or done >= budget.n_steps or budget.is_over():
                return
            amount = brought
            self.search = dissolving(self.problem, self.standing, self._seed, amount, best.label)

    def loads(self, label: Labels) -> Floats:
        """(P, M) what each territory has in a plan, all counted."""
        return self.search.loads(label)


def _shared_out(
    problem: Problem, standing: Standing, takers: NDArray[np.int64], load: Floats, seed: int, attempt: int
) -> Labels:
    free = standing.label < 0
    near = np.empty((len(takers), problem.n_units))
    for k, t in enumerate(takers.tolist()):
        own = problem.xy_km[standing.label == t]
        near[k] = np.hypot(*(problem.xy_km - own.mean(axis=0)).T) if len(own) else 0.0
    target = problem.target[:, takers]
    share = problem.importance / problem.importance.sum()
    fill = (load[takers].T / target).T @ share
    if attempt:
        rng = np.random.default_rng([seed, attempt])
        near = near * rng.lognormal(0, 0.3, size=near.shape)
        fill = fill + rng.normal(0, 0.1, size=fill.shape)
    gain = np.einsum("mu,mk,m->ku", problem.weight, 1 / target, share)
    adjacency = problem.adjacency
    return grow_from_all_sides(standing.label, free, takers, adjacency.start, adjacency.neighbour, near, fill, gain)


# -- add ---------------------------------------------------------------------------------------------------------------


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
    return even.beyond <= _EXACT < compact.beyond and (even.shape - compact.shape) * n_open <= _ARMS


# -- when those around cannot bear it ----------------------------------------------------------------------------------


def widened(
    problem: Problem, standing: Standing, label: Labels, fixed: NDArray[np.bool_], seed: int = 1
) -> Iterator[Handover]:
    """Yield searches that go on from a plan, with a ring of territories around those it changed, and another.

    Parameters
    ----------
    label : (U,) an answer
    fixed : (U,) units that stay where that answer has them

    Yields
    ------
    Handover : within fair bands nothing is beyond; whatever moves from where it was before, and need not, costs.
        The same bands and costs for every ring, so that their answers can be compared.
    """
    pair = problem.adjacency.pair
    part = np.zeros(problem.n_territories, dtype=np.bool_)
    part[label[label != standing.label]] = True
    part[standing.label[(label != standing.label) & (standing.label >= 0)]] = True
    part &= standing.may_share & ~standing.is_loose
    low, high = fair_bands(problem, standing)
    came = np.setdiff1d(label, standing.label)  # a newcomer should have its share
    low[came] = (problem.target.T * (1 - problem.tolerance))[came]
    unit = problem.target.T * problem.tolerance
    may_move = standing.may_move & ~fixed
    while True:
        known = part.copy()
        ends = label[pair]
        part[ends[part[ends].any(axis=1)].ravel()] = True
        part &= standing.may_share & ~standing.is_loose
        if (part == known).all():
            return
        movable = np.flatnonzero(may_move & part[label]).astype(np.int32)
        rules = Rules(movable, part.copy(), standing.is_loose, low, high, unit)
        yield Handover(replace(problem, base=standing.label), rules, lambda _: label.copy(), seed, churn=_CHURN)


def further(
    problem: Problem, standing: Standing, label: Labels, fixed: NDArray[np.bool_], budget: Budget, seed: int = 1
) -> Iterator[Handed]:
    """Yield plans with the smallest further moves that bring what is beyond the fair bands into them, the best last.

    Wider rings are tried until nothing is beyond, or two in a row did not help.
    """
    before: Handed | None = None
    best: Handed | None = None
    n_vain = n_done = 0
    for n_rings, search in enumerate(widened(problem, standing, label, fixed, seed), 1):
        first, *rest = search.run(Budget(max(budget.n_steps - n_done, 0), budget.is_over))
        before, found = before or first, rest[-1] if rest else first  # the first is the plan as it was
        n_done += search.n_done
        n_vain = 0 if best is None or found.beyond < _HELPS * best.beyond else n_vain + 1
        if found.beyond < _HELPS * before.beyond and (best is None or found.beyond < best.beyond - _EXACT):
            best = replace(found, n_steps=n_done)
            yield best
        done = best is not None and best.beyond <= _EXACT
        if done or n_vain >= _RINGS_IN_VAIN or n_rings >= _MOST_RINGS or n_done >= budget.n_steps or budget.is_over():
            return


# -- split -------------------------------------------------------------------------------------------------------------


class Splitting:
    """Builds parts inside one territory; part 0 is the one that keeps its name."""

    def __init__(self, problem: Problem, home: int = -1, seed: int = 1) -> None:
        """Prepare to split.

        Parameters
        ----------
        problem : the units of the territory, with even targets of all that is shared; part 0 has what lies in no unit
            (``besides``), and units with ``stays`` 0 in any case
        home : unit in which who keeps part 0 lives; -1 = part 0 has most of what stays, or is the heaviest
        """
        self.problem, self._home, self._seed = problem, home, seed
        free = replace(problem, stays=np.empty(0, dtype=np.int32), besides=np.empty((0, 0)), way=None)
        self.builder = Builder(free, seed)
        self.giants = self.builder.giants.unit
        self.n_done = 0

    @property
    def is_held(self) -> bool:
        """Whether part 0 has something already: then it is another than the others."""
        return bool((self.problem.stays >= 0).any() or self.problem.besides.any()) or self.problem.way is not None

    def run(self, budget: Budget) -> Iterator[Answer]:
        """Yield better and better plans.

        Raises
        ------
        ValueError
            if the units that stay leave too few for the other parts.
        """
        most = min(budget.n_steps, _MOST_STEPS * int(np.clip(600 * self.problem.n_units, 100_000, 6_000_000)))
        if not self.is_held:
            yield from self._numbered(self.builder, Budget(most, budget.is_over))
            return
        starts: list[Labels] = []
        for k in range(_STARTS):
            builder = self.builder if not k else Builder(self.builder.problem, self._seed + k)
            *_, answer = self._numbered(builder, Budget(most // (2 * _STARTS), budget.is_over))
            starts.append(self._around_what_stays(answer.label))
            if budget.is_over():
                break
        yield from self._made_even(starts, Budget(most - self.n_done, budget.is_over))

    def _made_even(self, starts: list[Labels], budget: Budget) -> Iterator[Answer]:
        """Let the parts come to what each should have, ways and what is in part 0 by name included."""
        problem = self.problem
        movable = np.flatnonzero(problem.stays < 0).astype(np.int32)
        everybody = np.ones(problem.n_territories, dtype=np.bool_)
        done, left = self.n_done, budget.n_steps
        for _ in range(_ROUNDS):
            problem = self._with_ways(starts[0])
            target = problem.target.T
            tolerance = target * problem.tolerance
            rules = Rules(movable, everybody, ~everybody, target - tolerance, target + tolerance, tolerance)
            # Starts are bound by value: the search asks for them while it runs.
            known = tuple(starts)
            search = Handover(problem, rules, lambda k, known=known: known[k % len(known)].copy(), self._seed)  # type: ignore[misc]
            *_, best = search.run(Budget(left, budget.is_over))
            done, left = done + search.n_done, max(left - search.n_done, 0)
            self.n_done = done
            yield replace(best, n_steps=done)
            moved = np.abs(self._with_ways(best.label).target / problem.target - 1).max()
            if moved < _STILL or not left or budget.is_over():
                return
            starts = [best.label, *starts]

    def _with_ways(self, label: Labels) -> Problem:
        """Return the problem with targets for what all bring, ways included: those depend on who has what."""
        problem = self.problem
        if problem.way is None:
            return problem
        whole = problem.brought(label).sum(axis=1) + problem.besides.sum(axis=1)
        return replace(problem, target=np.repeat(whole[:, None] / problem.n_territories, problem.n_territories, axis=1))

    def _numbered(self, builder: Builder, budget: Budget) -> Iterator[Answer]:
        """Build, and let the part with the home, or the heaviest, be part 0."""
        done = self.n_done
        for answer in builder.run(budget):
            self.n_done = done + builder.n_done
            label = answer.label.copy()
            mass = (self.problem.weight / np.maximum(self.problem.weight.sum(axis=1, keepdims=True), _TINY)).sum(axis=0)
            heavy: Floats = np.bincount(label, mass, minlength=self.problem.n_territories).astype(np.float64)
            stays = self.problem.stays >= 0
            if stays.any():
                heavy = heavy / max(float(heavy.sum()), _TINY) + np.bincount(label[stays], minlength=len(heavy))
            kept = int(label[self._home]) if self._home >= 0 else int(np.argmax(heavy))
            label[answer.label == kept], label[answer.label == 0] = 0, kept
            yield replace(answer, label=label, n_steps=self.n_done)
        self.n_done = done + builder.n_done

    def _around_what_stays(self, label: Labels) -> Labels:
        """Return the plan with what stays in part 0, joined to it, and all parts whole."""
        problem, adjacency = self.problem, self.problem.adjacency
        label, stays = label.copy(), problem.stays >= 0
        for u in np.flatnonzero(stays & (label != 0)).tolist():
            label[_way_to(adjacency, u, label == 0)] = 0
        loose = np.zeros(problem.n_units, dtype=np.bool_)
        for part in range(1, problem.n_territories):
            units = np.flatnonzero(label == part)
            piece = pieces_of(adjacency, units)
            loose[units[piece != np.argmax(np.bincount(piece, minlength=1))]] = True
        share = np.maximum(problem.target.mean(axis=0), _TINY)
        heavy = problem.weight.mean(axis=0)
        for part in np.setdiff1d(np.arange(1, problem.n_territories), label[~loose]).tolist():
            label[_spare(problem, label, loose | stays)] = part
        parts = np.arange(problem.n_territories)
        fill = np.bincount(label[~loose], heavy[~loose], minlength=len(parts)) / share
        near = np.zeros((len(parts), problem.n_units))
        gain = heavy[None] / share[:, None]
        return grow_from_all_sides(label, loose, parts, adjacency.start, adjacency.neighbour, near, fill, gain)


def _way_to(adjacency: Adjacency, unit: int, goal: NDArray[np.bool_]) -> list[int]:
    """Return the units on a shortest way from one to a goal."""
    came = {unit: -1}
    queue = deque([unit])
    while queue:
        u = queue.popleft()
        if goal[u]:
            way = [u]
            while came[way[-1]] >= 0:
                way.append(came[way[-1]])
            return way
        for v in adjacency.neighbours_of(u).tolist():
            if v not in came:
                came[v] = u
                queue.append(v)
    return [unit]


def _spare(problem: Problem, label: Labels, held: NDArray[np.bool_]) -> int:
    """Return a unit whose part has others and stays whole without it, the farthest from its middle."""
    mark, queue = np.zeros(problem.n_units, dtype=np.int64), np.empty(problem.n_units, dtype=np.int32)
    size = np.maximum(np.bincount(label, minlength=problem.n_territories), 1)
    middle = np.column_stack([np.bincount(label, problem.xy_km[:, i], minlength=len(size)) / size for i in (0, 1)])
    far = np.hypot(*(problem.xy_km - middle[label]).T)
    for k, u in enumerate(np.argsort(-far, kind="stable").tolist()):
        adjacency = problem.adjacency
        if not held[u] and can_leave(u, label, adjacency.start, adjacency.neighbour, mark, queue, 2 * k + 2):
            return int(u)
    raise ValueError("what stays leaves no unit for another part")
