"""Scenes as slides: the caption, the map as it was saved, before and after beside each other, the speaker's notes.

Owns what of a scene a slide shows; reading a scene's content is model.scene_view's.
"""

from __future__ import annotations

from territorymap.exporters.office.maps import Shown
from territorymap.exporters.office.slides import Slot, add_caption
from territorymap.exporters.office.story import Teller
from territorymap.exporters.office.texts import shortened
from territorymap.exporters.view import variant_key
from territorymap.i18n import tr
from territorymap.mapview.strings import measure_labels
from territorymap.model.plan import Plan
from territorymap.model.records import Scene
from territorymap.model.scene_view import SceneView, read_scene_view
from territorymap.model.variant import Variant

_CAPTION_POINTS = 14
_LONGEST = 90


def tell_scenes(teller: Teller) -> None:
    """Add a slide for each scene, in their order."""
    for n, scene in enumerate(teller.view.plan.scenes, start=1):
        _tell_scene(teller, scene, n)


def _tell_scene(teller: Teller, scene: Scene, n: int) -> None:
    shown = read_scene_view(scene.content)
    title = scene.caption.strip() or tr("Scene {n}", n=n)
    slide, slot = teller.slides.add_slide(title, scene.notes)
    variant = _variant(teller, shown.scenario, shown.alignment)
    if legend := color_note(teller.view.plan, shown.color_by):
        add_caption(slide, legend, slot)
        slot = slot.below(round(teller.slides.gap * 1.5))
    if not shown.is_comparison:
        teller.slides.add_picture(slide, _picture(teller, shown, variant, slot), slot, _about(title))
        return
    before = _variant(teller, shown.before, shown.alignment)
    for half, one in zip(slot.split(0.5, teller.slides.gap), (before, variant), strict=True):
        add_caption(slide, shortened(_name(teller, one), _LONGEST), half, _CAPTION_POINTS)
        under = half.below(teller.slides.gap * 2)
        teller.slides.add_picture(slide, _picture(teller, shown, one, under), under, _about(_name(teller, one)))


def color_note(plan: Plan, color_by: str) -> str:
    """Return what the colours of a scene's map say, "" where they tell territories apart only."""
    if color_by == "rep":
        return tr("Coloured by rep; vacancies are grey.")
    if color_by == "region":
        return tr("Coloured by region.")
    measure = next((m for m in plan.measures if color_by == f"index:{m.uuid}"), None)
    if measure is None:
        return ""
    label = measure_labels(plan)[measure.name]
    return tr("Coloured by the index of {measure}: blue is below the target, orange above it.", measure=label)


def _variant(teller: Teller, scenario: str, alignment: str) -> Variant | None:
    """Return a scenario and alignment by their uuids; None for those in use, and where one has been deleted since."""
    key = variant_key(teller.view.plan, scenario, alignment)
    return teller.view.variants.get(key) if key else None


def _picture(teller: Teller, shown: SceneView, variant: Variant | None, slot: Slot) -> bytes:
    options = shown.options
    return teller.maps.scene(
        slot,
        Shown(
            variant=variant,
            bounds=shown.bounds,
            color_by=shown.color_by,
            has_accounts=options.get("show_accounts", False),
            has_unit_borders=options.get("show_unit_borders", False),
        ),
    )


def _name(teller: Teller, variant: Variant | None) -> str:
    name = teller.view.plan.scenario.name if variant is None else variant.scenario.name
    return name or tr("This scenario")


def _about(title: str) -> str:
    return tr("Map: {title}", title=shortened(title, _LONGEST))
