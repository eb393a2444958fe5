"""The count of territories that keeps a cap, where there is little time."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from territorymap.optimise.problem import Labels
from territorymap.session.commands.alignments import set_scope
from territorymap.session.session import Session
from territorymap.session.solving import counting
from territorymap.session.solving.aims import Aim, Goal, Limits, Wishes
from territorymap.session.solving.building import BuildJob, seconds_of_a_reason
from territorymap.session.solving.counting import fewest_territories, with_goal
from territorymap.session.solving.still import Still, still_of
from territorymap.session.solving.task import Task

SAMPLE = Path(__file__).resolve().parents[3] / "resources/sample/sample.gpkg"


def sample(tmp_path: Path) -> Still:
    """Return the sample with all its 4,910 accounts in the field's scope."""
    shutil.copy(SAMPLE, tmp_path / "plan.gpkg")
    with Session.open(tmp_path / "plan.gpkg", author="Ada") as session:
        session.do(set_scope(session.plan, session.plan.alignment.alignment_id, ""))
        return still_of(session)


def capped(tmp_path: Path, most: float) -> tuple[Still, Wishes]:
    still = sample(tmp_path)
    return still, with_goal(still, Wishes((Aim("units", 0.2),), goal=Goal("accounts", most, is_cap=True)))


def test_a_cap_is_kept_by_all_but_units_that_alone_have_more(tmp_path: Path) -> None:
    """New York County has 430 accounts and Los Angeles County 416."""
    still, wishes = capped(tmp_path, 400)
    task, label = fewest_territories(still, wishes, lambda: False)
    assert label is not None
    row = [m.column_name for m in still.plan.measures].index("accounts")
    held = np.bincount(label, np.nan_to_num(still.totals.unit_measure[row][task.unit_ix]))
    assert sorted(held[held > 400].tolist()) == [416, 430]
    assert np.bincount(label)[held > 400].tolist() == [1, 1]


def test_one_count_does_not_use_up_the_time_of_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By sums 10 are needed; every search below 14 goes on until its time is over, and each has a share of 60 s."""
    still, wishes = capped(tmp_path, 500)
    tick, tried = count(), []

    def search(_still: Still, task: Task, is_over: Callable[[], bool]) -> Labels | None:
        tried.append(task.n_territories)
        if task.n_territories >= 14:
            return np.zeros(task.problem.n_units, dtype=np.int32)
        while not is_over():
            pass
        return None

    monkeypatch.setattr(counting, "plan_within", search)
    _, label = fewest_territories(still, wishes, lambda: False, 60.0, lambda: float(next(tick)))
    assert tried == [10, 11, 13, 17]
    assert label is not None
    assert next(tick) < 60


@pytest.mark.parametrize(("seconds", "most"), [(0.5, 2.0), (6.0, 6.0), (3600.0, 30.0), (None, 30.0)])
def test_a_reason_takes_no_longer_than_was_asked(seconds: float | None, most: float) -> None:
    assert seconds_of_a_reason(Limits(seconds, None)) == most


def test_a_narrow_limit_is_kept_and_the_units_are_even(tmp_path: Path) -> None:
    """12 of at most 450 accounts hold 5,400, and there are 4,910: a plan by units alone is far from that."""
    still = sample(tmp_path)
    job = BuildJob(still, Wishes((Aim("units", 0.1), Aim("accounts", 0.05, 0.0, most=450.0)), 12))
    (proposal,) = job.run(Limits(None, 4_000_000))
    label = proposal.variant.unit_territory
    row = [m.column_name for m in still.plan.measures].index("accounts")
    held = np.bincount(label, np.nan_to_num(still.totals.unit_measure[row]))
    assert held.sum() == 4910
    assert held.max() <= 450
    n_units = np.bincount(label)
    assert np.abs(n_units / n_units.mean() - 1).max() <= 0.1
    assert proposal.figures.noncontiguous == 0
