"""Scenes are rows of the plan: made, changed, put into another order and deleted by steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from territorymap.errors import UserError
from territorymap.model.scene_view import SceneView, read_scene_view
from territorymap.session import commands
from territorymap.session.session import Session
from tests.ui.panels.plans import make_session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with make_session(tmp_path / "plan.gpkg", n_accounts=0) as session:
        for caption in ("Today", "Proposal", ""):
            session.do(commands.add_scene(session.plan, SceneView(color_by="rep"), caption, "say hello"))
        yield session


def captions(session: Session) -> list[str]:
    return [scene.caption for scene in session.plan.scenes]


def test_scenes_stand_in_the_order_they_were_made_and_survive_a_restart(session: Session, tmp_path: Path) -> None:
    assert captions(session) == ["Today", "Proposal", "Scene 3"]
    before = list(session.plan.scenes)
    session.close()
    with Session.open(tmp_path / "plan.gpkg") as again:
        assert again.plan.scenes == before
        assert read_scene_view(again.plan.scenes[0].content) == read_scene_view(SceneView(color_by="rep").to_text())


def test_every_change_is_a_step_that_can_be_taken_back(session: Session) -> None:
    first, second, third = (scene.scene_id for scene in session.plan.scenes)
    before = list(session.plan.scenes)
    session.do(commands.reorder_scenes(session.plan, [third, first]))
    assert captions(session) == ["Scene 3", "Today", "Proposal"]
    session.do(commands.edit_scene(session.plan, second, caption="  Next   year ", notes="ask"))
    assert captions(session) == ["Scene 3", "Today", "Next year"]
    session.do(commands.edit_scene(session.plan, second, view=SceneView(color_by="region")))
    session.do(commands.delete_scenes(session.plan, [first, third]))
    assert captions(session) == ["Next year"]
    assert read_scene_view(session.plan.scenes[0].content).color_by == "region"
    for _ in range(4):
        session.undo()
    assert session.plan.scenes == before
    for _ in range(4):
        session.redo()
    assert captions(session) == ["Next year"]


def test_a_scene_without_a_caption_and_one_that_is_gone_are_refused(session: Session) -> None:
    first = session.plan.scenes[0].scene_id
    with pytest.raises(UserError, match="needs a caption"):
        commands.edit_scene(session.plan, first, caption="  ")
    session.do(commands.delete_scenes(session.plan, [first]))
    with pytest.raises(UserError, match="no longer in the plan"):
        commands.edit_scene(session.plan, first, caption="x")


def test_a_number_that_is_taken_is_not_given_again(session: Session) -> None:
    session.do(commands.delete_scenes(session.plan, [session.plan.scenes[0].scene_id]))
    session.do(commands.add_scene(session.plan, SceneView()))
    assert captions(session) == ["Proposal", "Scene 3", "Scene 4"]
