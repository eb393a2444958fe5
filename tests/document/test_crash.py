"""Kill -9 in the middle of edits loses nothing that was shown as done, and undo is intact."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from territorymap.document import Document
from tests.document.plans import new_plan, rows_in, same_rows

N_KILLS = 20
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the editing process is forked")


@pytest.fixture
def editor(tmp_path):
    new_plan(tmp_path, 40, 30).close()
    command = [sys.executable, "-m", "tests.document.editor", str(tmp_path / "plan.gpkg")]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        yield process
        process.stdin.close()


def edit_until_killed(editor, seed, n_lines):
    """Return the uuids of the steps that the process said were done before it was killed."""
    print(seed, file=editor.stdin, flush=True)
    _, pid = editor.stdout.readline().split()
    said = [editor.stdout.readline() for _ in range(n_lines)]
    os.kill(int(pid), signal.SIGKILL)
    while (line := editor.stdout.readline()) != "dead\n":
        said.append(line)
    # The last line may have been cut off by the end of the process.
    return [line.split()[1] for line in said if line.startswith("done") and line.endswith("\n")]


def test_a_killed_process_loses_nothing_it_had_shown(editor, tmp_path):
    path = tmp_path / "plan.gpkg"
    rng = random.Random(4)
    with Document.open(path, author="Ada") as document:
        known = [step.uuid for step in document.history()]
    n_recovered = 0
    for seed in range(N_KILLS):
        said = edit_until_killed(editor, seed, rng.randrange(12))
        with Document.open(path, author="Ada") as document:
            uuids = [step.uuid for step in document.history()]
            assert uuids[: len(known)] == known
            assert uuids[len(known) : len(known) + len(said)] == said
            assert len(uuids) <= len(known) + len(said) + 1  # one may be in the file that was not said yet
            assert all(step.kind != "outside" for step in document.history())
            assert seed % 4 or document.check() == []
            n_recovered += any("not closed properly" in notice for notice in document.notices)
            if said:
                walk_back_and_forth(document, rng.randrange(6))
            known = [step.uuid for step in document.history()]
    assert n_recovered > N_KILLS / 2
    with Document.open(path, author="Ada") as document:
        assert document.notices == []
        n_steps = len(document.timeline())
        while document.can_undo:
            document.undo()
        rows = rows_in(document)
        assert (len(rows["unit"]), len(rows["territory"]), len(rows["assignment"]), len(rows["account"])) == (
            1200,
            0,
            0,
            0,
        )
        while document.can_redo:
            document.redo()
        assert len(document.timeline()) == n_steps > 20
        assert document.check() == []


def walk_back_and_forth(document, n):
    states = []
    while document.can_undo and len(states) < n:
        states.append(rows_in(document))
        document.undo()
    for state in reversed(states):
        document.redo()
        assert same_rows(rows_in(document), state)
