"""What a presentation stops at, in order: scenes, and both scenarios of one that fades. Owns the list and its words."""

from __future__ import annotations

from dataclasses import dataclass

from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.model.records import Scenario, Scene
from territorymap.model.scene_view import SceneView, read_scene_view


@dataclass(frozen=True)
class Stop:
    """One thing to stop at: a scene, or the former of its two scenarios."""

    scene: Scene | None  # None = the map as it is, where the plan has no scene
    view: SceneView
    is_before: bool = False

    @property
    def scenario(self) -> str:
        """The uuid of the scenario that is in use here, "" = whichever is."""
        return self.view.before if self.is_before else self.view.scenario

    def caption(self, plan: Plan) -> str:
        return self.scene.caption if self.scene is not None else plan.info.title

    @property
    def notes(self) -> str:
        return self.scene.notes if self.scene is not None else ""

    @property
    def compare_way(self) -> str:
        """How both scenarios are seen at once, one of mapview.comparing.WAYS; "" = one after the other, or one only."""
        is_at_once = self.view.is_comparison and self.view.compare_mode != "fade"
        return self.view.compare_mode if is_at_once else ""


def list_stops(plan: Plan, fallback: SceneView) -> list[Stop]:
    """Return the stops of the plan's scenes; with no scene the one stop shows ``fallback``."""
    stops = []
    for scene in plan.scenes:
        view = read_scene_view(scene.content)
        stop = Stop(scene, view)
        if view.is_comparison and not stop.compare_way and scenario_of(plan, view.before) is not None:
            stops.append(Stop(scene, view, is_before=True))
        stops.append(stop)
    return stops or [Stop(None, fallback)]


def scenario_of(plan: Plan, uuid: str) -> Scenario | None:
    """Return the scenario of a uuid; None where it was deleted."""
    return next((scenario for scenario in plan.scenarios if scenario.uuid == uuid), None)


def first_stop(stops: list[Stop], scene_id: int | None) -> int:
    """Return the position of a scene's first stop, 0 where there is none."""
    return next((i for i, stop in enumerate(stops) if stop.scene and stop.scene.scene_id == scene_id), 0)


def where_of(plan: Plan, scenario: str, alignment: str) -> tuple[int, int]:
    """Return the scenario and alignment of two uuids; those in use where one is "" or was deleted."""
    found = scenario_of(plan, scenario) or plan.scenario
    other = next((a for a in plan.alignments if a.uuid == alignment), plan.alignment)
    return found.scenario_id, other.alignment_id


def next_text(stops: list[Stop], at: int, plan: Plan) -> str:
    """Return what comes after a stop, in words."""
    if at + 1 >= len(stops):
        return tr("This is the last scene.")
    following = stops[at + 1]
    if following.scene is not stops[at].scene:
        return following.caption(plan)
    scenario = scenario_of(plan, following.scenario)
    return tr("The same place in {scenario}", scenario=scenario.name if scenario is not None else "")


def same_stop(stops: list[Stop], former: Stop | None, at: int) -> int:
    """Return where the stop that was on stands in a new list; where it is gone, the place that it had."""
    scene = former.scene if former is not None else None
    kept = [i for i, stop in enumerate(stops) if scene and stop.scene and stop.scene.uuid == scene.uuid]
    return kept[-1] if kept else min(at, len(stops) - 1)


def scene_detail(plan: Plan, view: SceneView) -> str:
    """Return which scenarios and which alignment a scene shows, in a line; "" where the plan has only one."""
    alignment = next((a.name for a in plan.alignments if a.uuid == view.alignment), "")
    told = _scenarios_in(plan, view)
    if len(plan.alignments) < 2 or not alignment:
        return told
    return tr("{scenarios}, alignment {name}", scenarios=told, name=alignment) if told else alignment


def _scenarios_in(plan: Plan, view: SceneView) -> str:
    after, before = scenario_of(plan, view.scenario), scenario_of(plan, view.before)
    if view.scenario and after is None:
        return tr("The scenario of this scene is no longer in the plan.")
    name = after.name if after is not None else ""
    if view.is_comparison and before is not None:
        return tr("{before}, then {after}", before=before.name, after=name or plan.scenario.name)
    return name if len(plan.scenarios) > 1 else ""
