"""The count of territories that keeps a cap, where there is little time."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from territorymap.session.session import Session
from territorymap.session.solving.aims import Aim, Goal, Limits, Wishes
from territorymap.session.solving.building import seconds_of_a_reason
from territorymap.session.solving.counting import fewest_territories, with_goal
from territorymap.session.solving.still import still_of

SAMPLE = Path(__file__).resolve().parents[3] / "resources/sample/sample.gpkg"


@pytest.mark.parametrize("goal", [500.0, 400.0])
def test_a_cap_is_kept_where_the_first_counts_use_up_their_time(tmp_path: Path, goal: float) -> None:
    """Every look at the clock is a second later; New York County has 430 and Los Angeles County 416."""
    shutil.copy(SAMPLE, tmp_path / "plan.gpkg")
    with Session.open(tmp_path / "plan.gpkg", author="Ada") as session:
        still = still_of(session)
    wishes = with_goal(still, Wishes((Aim("accounts", 0.2),), goal=Goal("accounts", goal, is_cap=True)))
    tick = count()
    task, label = fewest_territories(still, wishes, lambda: False, 60.0, lambda: float(next(tick)))
    assert label is not None
    assert next(tick) < 90
    row = [m.column_name for m in still.plan.measures].index("accounts")
    held = np.bincount(label, np.nan_to_num(still.totals.unit_measure[row][task.unit_ix]))
    counts = np.bincount(label)
    assert (held <= goal)[counts > 1].all()
    assert sorted(held[held > goal].tolist()) == ([416, 430] if goal == 400 else [])


@pytest.mark.parametrize(("seconds", "most"), [(0.5, 2.0), (6.0, 6.0), (3600.0, 30.0), (None, 30.0)])
def test_a_reason_takes_no_longer_than_was_asked(seconds: float | None, most: float) -> None:
    assert seconds_of_a_reason(Limits(seconds, None)) == most
