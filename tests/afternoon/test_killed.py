"""kill -9 in the middle of edits in the real window: what the screen had shown as done is in the file, undo goes on."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from territorymap.geo.shipped import load_layer
from territorymap.session.commands import assign_units, create_territory
from territorymap.session.session import Session
from tests.afternoon.plan_file import PlanFile

pytestmark = pytest.mark.slow
N_KILLS = 5
TOLD = "plan.gpkg was not closed properly last time. Everything that was done is in it."
ROOT = Path(__file__).parents[2]


def test_a_killed_window_loses_nothing_that_was_shown_as_done(tmp_path: Path, state_folder: Path) -> None:
    path, states = make_plan(tmp_path)
    n_start = len(PlanFile(path).steps())
    rng = random.Random(9)
    for round_ in range(N_KILLS):
        states = paint_and_kill(path, round_, states, rng)
        found = PlanFile(path).territory_by_unit()
        if found != states[-1]:  # one edit more may have been on its way to the screen
            states = with_one_more(path, states, found)
    walk(path, states)
    assert len(PlanFile(path).steps()) > n_start + N_KILLS
    assert [p.name for p in tmp_path.glob("plan.gpkg*")] == ["plan.gpkg"]


def make_plan(folder: Path) -> tuple[Path, list[dict[str, str]]]:
    """Make a plan of the states in three territories; return it and its one state."""
    path = folder / "plan.gpkg"
    with Session.create(path, load_layer("us-states"), title="To be killed", author="Paula") as session:
        east = session.plan.units.lon > -92
        for name, units in (("East", np.flatnonzero(east)), ("West", np.flatnonzero(~east)), ("Middle", [])):
            session.do(create_territory(session.plan, name))
            ids = {t.name: t.territory_id for t in session.plan.territories}
            session.do(assign_units(session.plan, np.asarray(units, dtype=np.int64), ids[name]))
    return path, [PlanFile(path).territory_by_unit()]


def walk(path: Path, states: list[dict[str, str]]) -> None:
    """Open the plan that was killed last, and undo through all and redo."""
    with Session.open(path, author="Paula") as session:
        assert session.document.check() == []
        assert session.document.notices == [TOLD]
        for state in reversed(states[:-1]):
            session.undo()
            assert PlanFile(path).territory_by_unit() == state
        for state in states[1:]:
            session.redo()
            assert PlanFile(path).territory_by_unit() == state


def paint_and_kill(path: Path, seed: int, states: list[dict[str, str]], rng: random.Random) -> list[dict[str, str]]:
    """Have the window painted in, kill it after some edits; return the states as the screen told them."""
    states = list(states)
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.afternoon.paint_until_killed", str(path), str(seed)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert program.stdout is not None
    assert program.stderr is not None
    try:
        opened = json.loads(program.stdout.readline() or "{}")
        assert "opened" in opened, program.stderr.read()
        assert opened["opened"] == ([TOLD] if seed else [])
        assert opened["can_undo"], "undo is intact after the last kill"
        for _ in range(rng.randrange(3, 9)):
            line = program.stdout.readline()
            assert line, program.stderr.read()
            apply(json.loads(line), states)
        with contextlib.suppress(subprocess.TimeoutExpired):
            program.wait(rng.random() * 0.6)  # somewhere in the next edit
    finally:
        os.killpg(program.pid, signal.SIGKILL)  # the program and its browser processes, all started here
        rest, _ = program.communicate()
    for line in rest.splitlines():
        apply(json.loads(line), states)
    return states


def apply(edit: dict[str, str], states: list[dict[str, str]]) -> None:
    if "undo" in edit:
        states.pop()
    else:
        states.append({**states[-1], edit["unit"]: edit["territory"]})


def with_one_more(path: Path, states: list[dict[str, str]], found: dict[str, str]) -> list[dict[str, str]]:
    """Return the states with the one edit that was saved but not yet told; fail if it is more than one."""
    kind = PlanFile(path).steps()[-1][0]
    if kind == "undo":
        assert found == states[-2]
        return states[:-1]
    differing = [unit for unit in found if found[unit] != states[-1].get(unit)]
    assert len(differing) == 1, differing
    return [*states, found]
