"""What changes rep in a living session: the same as computed in full after every edit, undo, redo and switch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import LineString

from territorymap.errors import UserError
from territorymap.metrics.disruption import Disruption
from territorymap.session import commands
from territorymap.session.session import Session
from tests.metrics.test_disruption import assert_same
from tests.ui.panels.plans import make_session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """The grid plan of the panels' tests; its scenario is the baseline, "Proposal" and "Other" are made from it."""
    with make_session(tmp_path / "plan.gpkg") as session:
        session.do(commands.set_baseline(session.plan, session.plan.scenario.scenario_id))
        for name in ("Proposal", "Other"):
            session.do(commands.new_scenario(session.plan, name))
        session.switch_scenario(session.plan.scenarios[1].scenario_id)
        yield session


def check(session: Session) -> None:
    baseline = session.baseline
    assert baseline is not None
    if session.plan.scenario.is_baseline:
        assert session.disruption is None
        return
    assert session.disruption is not None
    stored = session.document.variant(baseline.scenario.scenario_id, session.plan)
    assert_same(session.disruption, Disruption(session.plan, session.totals, stored))


def edit(session: Session, rng: np.random.Generator) -> None:
    """Do one of the things that a planner does; what is refused changes nothing."""
    plan = session.plan
    ids = [t.territory_id for t in plan.territories]
    some = np.unique(rng.integers(0, len(plan.units), 3))
    accounts = np.unique(rng.integers(0, len(plan.accounts), 3))
    rep_ids = [r.rep_id for r in plan.reps]
    kind = rng.choice(
        ["assign", "assign", "give", "clear", "rep", "new", "delete", "home", "undo", "undo", "redo", "switch", "cut",
         "protect", "rename", "delete rep", "add rep"]
    )  # fmt: skip
    if kind == "assign" and ids:
        session.do(commands.assign_units(plan, some, [None, *ids][int(rng.integers(len(ids) + 1))]))
    elif kind == "give" and ids:
        session.do(commands.set_override(plan, accounts, ids[int(rng.integers(len(ids)))], "key account"))
    elif kind == "clear":
        session.do(commands.clear_overrides(plan, np.arange(len(plan.accounts))))
    elif kind == "rep" and ids:
        rep_id = [None, *rep_ids][int(rng.integers(len(rep_ids) + 1))]
        session.do(commands.set_territory_rep(plan, ids[int(rng.integers(len(ids)))], rep_id))
    elif kind == "new":
        session.do(commands.create_territory(plan, f"New {session.rev}", unit_ix=some))
    elif kind == "delete" and len(ids) > 1:
        session.do(commands.delete_territories(plan, [ids[int(rng.integers(len(ids)))]]))
    elif kind == "home" and rep_ids:
        session.do(commands.place_home(plan, rep_ids[0], *rng.uniform(-100, -94, 1), *rng.uniform(40, 44, 1)))
    elif kind == "delete rep" and len(rep_ids) > 1 and rng.random() < 0.3:
        session.do(commands.delete_reps(plan, rep_ids[:1]))
    elif kind == "add rep":
        session.do(commands.add_rep(plan, name=f"Rep {session.rev}"))
    elif kind == "rename" and ids:
        session.do(commands.rename_territory(plan, ids[0], f"Name {session.rev}"))
    elif kind == "protect":
        session.do(commands.protect_accounts(plan, accounts, True))
    elif kind == "cut" and rng.random() < 0.4:
        x = float(rng.uniform(-99.9, -94.1))
        session.do(commands.cut_units(plan, session.geometry, LineString([(x, 39.5), (x + 0.05, 42.0)])))
    elif kind == "undo":
        session.undo()
    elif kind == "redo":
        session.redo()
    elif kind == "switch":
        session.switch_scenario(plan.scenarios[int(rng.integers(len(plan.scenarios)))].scenario_id)


@pytest.mark.parametrize("seed", range(4))
def test_it_equals_the_full_computation_whatever_is_done(session: Session, seed: int):
    rng = np.random.default_rng(seed)
    for _ in range(35):
        try:
            edit(session, rng)
        except UserError:
            continue
        check(session)
    assert session.rev > 20


def test_an_edit_of_the_baseline_does_not_change_what_is_measured_against_it_twice(session: Session):
    """A1 goes to South in the baseline itself: in Proposal, which keeps it with North, it has changed hands since."""
    units = session.plan.units
    a1 = np.array([units.ix_by_code["A1"]])
    south = session.plan.territory_named("South")
    assert south is not None
    assert session.disruption is not None
    assert session.disruption.is_none
    proposal = session.plan.scenario.scenario_id
    session.switch_scenario(session.plan.scenarios[0].scenario_id)
    session.do(commands.assign_units(session.plan, a1, south.territory_id))
    session.switch_scenario(proposal)
    assert session.disruption.units_changed().tolist() == a1.tolist()
    check(session)
