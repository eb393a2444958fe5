"""With a projector the audience has a display of its own, and the presenter keeps notes and what comes next."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from territorymap.model.scene_view import SceneView
from territorymap.session import commands
from territorymap.session.session import Session

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow


def test_the_presenter_leads_from_a_display_of_their_own(plan: Path, tmp_path: Path) -> None:
    with Session.open(plan) as session:
        for caption, notes in (("Ann today", "Thank Ann."), ("Tomorrow", "")):
            session.do(commands.add_scene(session.plan, SceneView(), caption, notes))
    command = [sys.executable, "-m", "tests.ui.present.two_displays", str(plan), str(tmp_path / "s.ini"), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["audience"] == ["Projector", 1366, 0, 1280, 720]
    assert told["presenter"] == "Laptop"
    assert not told["has_bar"]
    assert told["plan_window"]
    assert told["first"] == ["Rep 1 today", "Ann today", "Thank Ann."]  # the presenter sees names, the audience none
    assert told["next"] == "Tomorrow"
    assert "names of reps" in told["hidden"]
    assert told["second"] == ["Tomorrow", "Tomorrow"]
    assert told["last"] == "This is the last scene."
    assert told["dot"] == pytest.approx([0.5, 0.5], abs=0.02)
    assert told["chosen"] == "Rep 1 today"
    assert told["is_over"]
    assert told["complaints"] == []
    assert (tmp_path / "audience.png").stat().st_size > 10_000
