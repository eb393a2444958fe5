"""Pictures of scenes and of a presentation, for README's planning session; called by make_pictures.py.

Owns the little story: northern Nevada goes from the territory that has too much to its neighbour.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from support.window import Window, spin
from territorymap.model.scene_view import SceneView, read_scene_view
from territorymap.session import commands
from territorymap.session.commands.scenarios import new_scenario, set_baseline
from territorymap.session.session import Session
from territorymap.ui.screenshot import wait_until

SIZE = (1600, 900)


def pictures_of_a_session(plan: Path, folder: Path) -> None:
    """Write scenes.png, present.png and presenter.png; the plan is changed."""
    window = Window(plan)
    window.main.docks.bring_up("scenes")
    _make_scenes(window)
    window.main.grab().save(str(folder / "scenes.png"))
    show = window.main.present.presentation
    show.switches.actions["rep_names"].setChecked(True)
    show.begin()
    audience = show.audience
    assert audience is not None
    audience.showNormal()
    audience.resize(*SIZE)
    assert wait_until(lambda: audience.map_view.is_ready, 60)
    show.go(3, is_smooth=False)
    spin(2500)
    audience.wake()
    spin(100)
    audience.grab().save(str(folder / "present.png"))
    screen = audience.screen()
    show._show_presenter(screen)
    presenter = show.presenter
    assert presenter is not None
    presenter.showNormal()
    presenter.resize(*SIZE)
    assert audience.bar is not None
    audience.bar.hide()
    show.go(2, is_smooth=False)
    spin(2500)
    presenter.grab().save(str(folder / "presenter.png"))
    show.switches.actions["rep_names"].setChecked(False)
    show.end()
    window.close()


def _make_scenes(window: Window) -> None:
    session, panel = window.session, window.main.scenes_panel
    today = session.plan.scenario
    session.do(commands.edit_plan(session.plan, title="Field sales 2027"))
    session.do(set_baseline(session.plan, today.scenario_id))
    panel.add_scene()
    session.do(new_scenario(session.plan, "Proposal"))
    proposal = session.plan.scenarios[1]
    session.switch_scenario(proposal.scenario_id)
    _move_northern_nevada(session)
    window.zoom_to(-117.2, 38.2, 6)
    spin(800)
    panel.add_scene()
    both = read_scene_view(session.plan.scenes[1].content)
    beside = ("figures", "changes")
    pair = SceneView(**{**vars(both), "before": today.uuid, "panels": beside})
    slider = SceneView(**{**vars(both), "before": today.uuid, "panels": beside, "compare_mode": "swipe"})
    texts = [
        ("Today: the Southwest carries more than twice its share", ""),
        ("Northern Nevada goes to Northern California", "Ask first: Reno has been Kavita's for years."),
    ]
    for scene, (caption, notes) in zip(session.plan.scenes, texts, strict=True):
        session.do(commands.edit_scene(session.plan, scene.scene_id, caption=caption, notes=notes))
    session.do(commands.edit_scene(session.plan, session.plan.scenes[1].scene_id, view=pair))
    session.do(commands.add_scene(session.plan, slider, "Northern Nevada, before and after"))
    picture = window.map.view.grab()
    for scene in session.plan.scenes[1:]:
        panel.thumbnails.keep(scene, picture)
    panel.session_replaced()
    panel.list.setCurrentRow(1)
    spin(500)


def _move_northern_nevada(session: Session) -> None:
    plan, units = session.plan, session.plan.units
    source, target = plan.territory_named("Desert Southwest"), plan.territory_named("Northern California")
    assert source is not None
    assert target is not None
    has = plan.unit_territory == plan.territory_ix(source.territory_id)
    north = np.flatnonzero(has & (units.lat > 38.4) & (units.lon < -114.0))
    session.do(commands.assign_units(plan, north, target.territory_id))
