"""Making, renaming, reordering and deleting scenes, the saved views of a presentation."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.model.records import Scene
from territorymap.model.scene_view import SceneView
from territorymap.session.session import Command

MAX_CAPTION, MAX_NOTES = 200, 20_000  # letters


def add_scene(plan: Plan, view: SceneView, caption: str = "", notes: str = "") -> Command:
    """Add a scene behind the others; without a caption it gets a number."""
    caption = _clean_caption(caption) or _next_caption(plan)
    row = {
        "uuid": str(uuid4()),
        "caption": caption,
        "notes": notes[:MAX_NOTES],
        "content": view.to_text(),
        "sort_order": max((scene.sort_order for scene in plan.scenes), default=-1) + 1,
    }
    return Command(tr("Add the scene {caption}", caption=caption), lambda writer, _plan: _insert(writer, row))


def edit_scene(
    plan: Plan,
    scene_id: int,
    *,
    caption: str | None = None,
    notes: str | None = None,
    view: SceneView | None = None,
) -> Command:
    """Change a scene's caption, notes or view; what is None stays."""
    scene = find_scene(plan, scene_id)
    row: dict[str, object] = {}
    if caption is not None:
        row["caption"] = _clean_caption(caption)
        if not row["caption"]:
            raise UserError(tr("A scene needs a caption."), tr("The audience reads it above the map."))
    if notes is not None:
        row["notes"] = notes[:MAX_NOTES]
    if view is not None:
        row["content"] = view.to_text()
    label = (
        tr("Take the view of the scene {caption} anew", caption=scene.caption)
        if view is not None and caption is None and notes is None
        else tr("Edit the scene {caption}", caption=scene.caption)
    )
    return Command(label, lambda writer, _plan: writer.update("scene", {scene_id: row}))


def reorder_scenes(plan: Plan, scene_ids: Sequence[int]) -> Command:
    """Put the scenes in this order; those that are not named follow in theirs."""
    known = [scene.scene_id for scene in plan.scenes]
    order = [i for i in dict.fromkeys(scene_ids) if i in known]
    order += [i for i in known if i not in order]
    place = {scene.scene_id: scene.sort_order for scene in plan.scenes}
    rows = {i: {"sort_order": n} for n, i in enumerate(order) if place[i] != n}
    return Command(tr("Reorder the scenes"), lambda writer, _plan: writer.update("scene", rows))


def delete_scenes(plan: Plan, scene_ids: Sequence[int]) -> Command:
    """Delete scenes."""
    scenes = [find_scene(plan, i) for i in dict.fromkeys(scene_ids)]
    label = (
        tr("Delete the scene {caption}", caption=scenes[0].caption)
        if len(scenes) == 1
        else ntr("Delete {n} scene", "Delete {n} scenes", len(scenes))
    )
    return Command(label, lambda writer, _plan: writer.delete("scene", [scene.scene_id for scene in scenes]))


def find_scene(plan: Plan, scene_id: int) -> Scene:
    """Return a scene; UserError if it is gone."""
    for scene in plan.scenes:
        if scene.scene_id == scene_id:
            return scene
    raise UserError(tr("This scene is no longer in the plan."), tr("Choose another scene."))


def _insert(writer: Writer, row: dict[str, object]) -> None:
    writer.insert("scene", [row])


def _clean_caption(text: str) -> str:
    return " ".join(text.split())[:MAX_CAPTION]


def _next_caption(plan: Plan) -> str:
    taken = {scene.caption.casefold() for scene in plan.scenes}
    n = len(plan.scenes) + 1
    while tr("Scene {n}", n=n).casefold() in taken:
        n += 1
    return tr("Scene {n}", n=n)
