"""Laws of solving, on random plans with islands, zeros, giants, locks, overrides: judged on the file by others."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from territorymap.errors import UserError
from territorymap.session.commands.scenarios import in_new_scenario
from territorymap.session.commands.solving import take_proposal
from territorymap.session.session import Session
from territorymap.session.solving.aims import Aim, GroundWishes, Limits, Wishes
from territorymap.session.solving.altering import AddJob, DissolveJob, JoinJob, SplitJob
from territorymap.session.solving.building import BuildJob
from territorymap.session.solving.home import Home
from territorymap.session.solving.jobs import Job
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.rebalance_task import RebalanceWishes
from territorymap.session.solving.rebalancing import RebalanceJob
from territorymap.session.solving.still import still_of
from tests.session.solving.plans import (
    SALES,
    ground_of,
    holders_in_file,
    make_random_plan,
    pieces_of,
    rows_of_file,
    totals_in_file,
)

FEW = Limits(None, 5_000)
SEEDS = st.integers(0, 100_000)
KINDS = ("build", "rebalance", "alter")
EXAMPLES = 8


@contextmanager
def random_plan(seed: int, kind: str = "build") -> Iterator[Session]:
    least = 0 if kind == "build" else 2
    with tempfile.TemporaryDirectory() as folder, make_random_plan(Path(folder, "plan.gpkg"), seed, least) as session:
        yield session


def job_of(session: Session, seed: int, kind: str) -> Job:
    """Return a random wish as a job; UserError where it cannot be."""
    rng = np.random.default_rng(seed)
    still = still_of(session)
    measures = rng.permutation(["units", "accounts", SALES])[: int(rng.integers(1, 4))]
    aims = tuple(Aim(str(name), float(rng.choice([0.02, 0.05, 0.3])), float(rng.uniform(0.5, 2))) for name in measures)
    if kind == "build":
        return BuildJob(still, Wishes(aims, int(rng.integers(0, len(still.plan.units) + 2))))
    if kind == "rebalance":
        least = str(rng.choice(["", "accounts", "units", SALES]))
        given = float(rng.choice([0.1, 0.5])) if rng.random() < 0.3 else None
        return RebalanceJob(
            still, Wishes(aims), RebalanceWishes(least, max_given=given), n_proposals=int(rng.choice([1, 6]))
        )
    ids = [int(i) for i in rng.permutation([t.territory_id for t in still.plan.territories])]
    change = rng.choice(["split", "join", "dissolve", "add"])
    if change == "split":
        return SplitJob(still, ids[0], int(rng.integers(2, 4)), aims, session.geometry)
    if change == "join":
        return JoinJob(still, ids[:1], ids[-1], aims)
    if change == "dissolve":
        return DissolveJob(still, ids[:1], aims)
    return AddJob(still, "Newcomer", Home(int(rng.integers(len(still.plan.units)))), aims)


def proposals_of(session: Session, seed: int, kind: str) -> list[Proposal]:
    """Return what a random wish comes to; [] where it cannot be, which is said in words."""
    try:
        return job_of(session, seed, kind).run(FEW)
    except UserError as refused:
        if not (refused.message and refused.hint):
            raise
        return []


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_what_is_taken_is_legal_and_sums_up_in_the_file(kind: str, seed: int) -> None:
    with random_plan(seed, kind) as session:
        plan, path, scenario_id = session.plan, session.document.path, session.plan.scenario.scenario_id
        locked_units = {int(plan.units.unit_id[u]) for u in np.flatnonzero(plan.units.locked)}
        locked = {t.territory_id for t in plan.territories if t.locked}
        before = holders_in_file(path, scenario_id)
        proposals = proposals_of(session, seed, kind)
        assume(proposals)
        proposal = proposals[0]
        session.do(take_proposal(session.plan, proposal))
        after = holders_in_file(path, scenario_id)
        assert all(after[u] == before[u] for u in locked_units)
        for territory_id in locked:
            assert {u for u, t in after.items() if t == territory_id} == {
                u for u, t in before.items() if t == territory_id
            }
        # Memory says what the file says, and the figures that were promised are those that it sums up to.
        totals = totals_in_file(path, scenario_id)
        names = [m.name for m in session.plan.measures]
        for name in ("units", "accounts", SALES):
            held = dict(zip([t.territory_id for t in session.plan.territories],
                            session.totals.territory_total[names.index(name)], strict=True))  # fmt: skip
            assert held == pytest.approx(totals[name].to_dict())
        for figure in proposal.figures.measures:
            values = totals[figure.measure]
            if values.sum() > 0:
                index = values / values.mean()
                assert figure.max_deviation == pytest.approx(float((index - 1).abs().max()), abs=1e-9)
                assert figure.cv == pytest.approx(float(index.std(ddof=0)), abs=1e-9)
                assert figure.outside_tolerance == int(((index - 1).abs() > figure.tolerance + 1e-9).sum())
        assert proposal.figures.n_territories == len(totals)
        assert session.document.check() == []


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_territories_are_whole_but_for_islands_and_locks(kind: str, seed: int) -> None:
    """On each piece of land a territory is whole, unless it was in pieces there, or holds something that must stay."""
    with random_plan(seed, kind) as session:
        plan, graph = session.plan, ground_of(session)
        locked = [ix for ix, t in enumerate(plan.territories) if t.locked]
        proposals = proposals_of(session, seed, kind)
        assume(proposals)
        for proposal in proposals:
            variant = proposal.variant
            # Ground that stays nobody's parts land as water does.
            taking = (plan.unit_territory >= 0) | (variant.unit_territory >= 0) | (kind != "alter")
            if kind == "build":
                taking &= ~np.isin(plan.unit_territory, locked)
            land = {u: n for n, piece in enumerate(pieces_of(graph, np.flatnonzero(taking).tolist())) for u in piece}
            before: Counter[tuple[int, int]] = Counter()
            for t, known in enumerate(plan.territories if kind != "build" else []):
                units = np.flatnonzero(plan.unit_territory == t).tolist()
                before.update((known.territory_id, land[min(piece)]) for piece in pieces_of(graph, units))
            for ix, territory in enumerate(variant.territories):
                if territory.locked or (kind == "alter" and "Merge" in proposal.title):
                    continue  # what is merged may lie apart, and that is told
                on_land: dict[int, list[set[int]]] = {}
                for piece in pieces_of(graph, np.flatnonzero(variant.unit_territory == ix).tolist()):
                    on_land.setdefault(land[min(piece)], []).append(piece)
                for at, parts in on_land.items():
                    n_held = sum(bool(plan.units.locked[sorted(part)].any()) for part in parts)
                    assert len(parts) <= max(1, n_held, before[territory.territory_id, at])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_undo_brings_back_every_row_and_redo_the_rest(kind: str, seed: int) -> None:
    with random_plan(seed, kind) as session:
        path = session.document.path
        before, label = rows_of_file(path), session.plan.unit_territory.copy()
        proposals = proposals_of(session, seed, kind)
        assume(proposals)
        session.do(take_proposal(session.plan, proposals[0]))
        after = rows_of_file(path)
        assume(after != before)  # the plan may be as it should be: then there is no step
        session.undo()
        assert rows_of_file(path) == before
        assert (session.plan.unit_territory == label).all()
        session.redo()
        assert rows_of_file(path) == after
        # Another program that opens the file sees the same plan.
        session.close()
        with Session.open(path, read_only=True) as reader:
            assert (reader.plan.unit_territory == session.plan.unit_territory).all()
            assert [t.name for t in reader.plan.territories] == [t.name for t in session.plan.territories]


@settings(max_examples=EXAMPLES)
@given(seed=SEEDS)
def test_barriers_are_never_crossed_and_ground_of_nobody_stays_so(seed: int) -> None:
    """Without the borders that are barriers, territories are as whole as with them, water apart."""
    rng = np.random.default_rng(seed)
    with random_plan(seed) as session:
        plan, graph = session.plan, ground_of(session)
        n = len(plan.units)
        edges = [(int(u), int(v)) for u, v in graph.edges]
        barriers = tuple(edges[i] for i in rng.permutation(len(edges))[: int(rng.integers(0, 1 + len(edges) // 2))])
        held = plan.units.locked | np.isin(plan.unit_territory, [i for i, t in enumerate(plan.territories) if t.locked])
        nobody = tuple(int(u) for u in rng.permutation(np.flatnonzero(~held))[: int(rng.integers(0, 1 + n // 4))])
        wishes = Wishes((Aim("units", 0.2),), int(rng.integers(1, n + 1)), ground=GroundWishes(barriers, nobody))
        try:
            proposal = BuildJob(still_of(session), wishes).run(FEW)[0]
        except UserError as refused:
            assume(not refused.message)  # no plan can be: that is told, and there is nothing to look at
            raise
        variant = proposal.variant
        assert (variant.unit_territory[list(nobody)] == -1).all()
        graph.remove_edges_from(barriers)
        free = np.flatnonzero((variant.unit_territory >= 0) & ~held).tolist()
        land = {u: at for at, piece in enumerate(pieces_of(graph, free)) for u in piece}
        for ix, territory in enumerate(variant.territories):
            if territory.locked or plan.units.locked[variant.unit_territory == ix].any():
                continue
            units = np.flatnonzero(variant.unit_territory == ix).tolist()
            on_land = Counter(land[min(piece)] for piece in pieces_of(graph, units))
            assert max(on_land.values(), default=0) <= 1


@settings(max_examples=8)
@given(seed=SEEDS)
def test_as_a_scenario_it_leaves_the_plan_alone(seed: int) -> None:
    with random_plan(seed) as session:
        path, first = session.document.path, session.plan.scenario.scenario_id
        before, label = rows_of_file(path), session.plan.unit_territory.copy()
        proposals = proposals_of(session, seed, "build")
        assume(proposals)
        session.do(in_new_scenario(session.plan, "Proposal", take_proposal(session.plan, proposals[0])))
        assert (session.plan.unit_territory == label).all()
        made = next(s for s in session.plan.scenarios if s.scenario_id != first)
        variant = session.variant(made.scenario_id)
        wanted = proposals[0].variant
        names = np.array([t.name for t in wanted.territories] + [""])[wanted.unit_territory]
        found = np.array([t.name for t in variant.territories] + [""])[variant.unit_territory]
        groups = {(a, b) for a, b in zip(names.tolist(), found.tolist(), strict=True)}
        assert len(groups) == len(set(names.tolist())) == len(set(found.tolist()))
        assert session.document.check() == []
        session.undo()
        assert rows_of_file(path) == before


@settings(max_examples=8)
@given(seed=SEEDS)
def test_the_same_seed_and_steps_propose_the_same(seed: int) -> None:
    with random_plan(seed) as session:
        one, other = (proposals_of(session, seed, "build") for _ in range(2))
        assert [p.variant.unit_territory.tolist() for p in one] == [p.variant.unit_territory.tolist() for p in other]
        assert [p.figures.as_json() for p in one] == [p.figures.as_json() for p in other]


def test_wishes_that_contradict_themselves_are_refused_in_words() -> None:
    with random_plan(3) as session:
        still = still_of(session)
        with pytest.raises(UserError, match="Nothing is to be even: units, accounts is only limited"):
            BuildJob(still, Wishes((Aim("units", 0.05, 0.0, most=9.0), Aim("accounts", 0.05, 0.0)), 2))
        with pytest.raises(UserError, match="at least 9 units and at most 5"):
            BuildJob(still, Wishes((Aim("units", 0.05, least=9.0, most=5.0),), 2))
