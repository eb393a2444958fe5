"""A scene's view taken off a map, and put on one. Owns what of a map makes a view; not whose map it is."""

from __future__ import annotations

import math

from territorymap.mapview.account_style import SHOWS, AccountStyle
from territorymap.mapview.shading.registry import DEFAULT_CLASSES, Classing
from territorymap.model.plan import Plan
from territorymap.model.scene_view import PANELS, Bounds, SceneView
from territorymap.ui.map.view import MapView
from territorymap.ui.map_specs import MAP_OPTIONS

_MUCH_MORE = 4.0  # times as wide: a map of another shape shows more beside the place
_OF_THE_SCREEN = ("large_labels",)  # options that a scene does not keep: they belong to who looks


def capture(map_view: MapView, plan: Plan, panels: tuple[str, ...] = PANELS[:1], before: str = "") -> SceneView:
    """Return what a map shows now."""
    shading, style = map_view.shading, map_view.accounts.style
    choice = shading.choice
    is_classed = choice is not None and choice.is_classed
    return SceneView(
        bounds=tuple(round(x, 6) for x in map_view.bounds) if map_view.bounds else None,  # type: ignore[arg-type]
        zoom=map_view.zoom,
        alignment=plan.alignment.uuid if len(plan.alignments) > 1 else "",
        scenario=plan.scenario.uuid,
        before=before,
        color_by=shading.key,
        class_method=shading.classing.method if is_classed else "",
        class_count=shading.classing.n_classes if is_classed else 0,
        class_per_km2=shading.classing.per_km2 if is_classed else False,
        index_of=map_view.index_measure or "",
        options={name: map_view.option(name) for name in MAP_OPTIONS if name not in _OF_THE_SCREEN},
        account_color=style.color,
        account_size=style.size,
        account_shows=style.shows,
        panels=panels,
    )


def classing_of(view: SceneView) -> Classing:
    """Return how numbers are classed in a view; what it does not say is as usual."""
    return Classing.read(view.class_method, str(view.class_count or DEFAULT_CLASSES), "1" if view.class_per_km2 else "")


def style_of(view: SceneView) -> AccountStyle:
    """Return how accounts are shown in a view."""
    usual = AccountStyle()
    return AccountStyle(
        view.account_color or usual.color,
        view.account_size or usual.size,
        view.account_shows if view.account_shows in SHOWS else usual.shows,
    )


def show_looks(map_view: MapView, view: SceneView) -> None:
    """Give a map the colours, options and accounts of a view; place and scenario are another matter."""
    for name, value in view.options.items():
        if name in MAP_OPTIONS and name not in _OF_THE_SCREEN:
            map_view.set_option(name, value)
    map_view.set_index_measure(view.index_of or None)
    if style_of(view) != map_view.accounts.style:
        map_view.accounts.set_style(style_of(view))
    shading = map_view.shading
    if (view.color_by, classing_of(view)) != (shading.key, shading.classing):
        shading.choose(view.color_by, classing_of(view))


def share_looks(mine: MapView, theirs: MapView) -> None:
    """Give another map the theme and the base layer of this one.

    Raises
    ------
    UserError
        if the file of the base layer can be read no more.
    """
    theirs.set_option("dark", mine.option("dark"))
    theirs.base.use(mine.base.kind, mine.base.path)


def place_of(view: SceneView) -> Bounds | None:
    """Return what part of the world a view shows, None = the whole plan."""
    return view.bounds if view.bounds is None or all(map(math.isfinite, view.bounds)) else None


def is_there(shown: Bounds | None, wanted: Bounds | None) -> bool:
    """Tell whether a map shows a scene's place, and not much else; the whole plan is anywhere."""
    if shown is None or wanted is None:
        return shown is not None
    slack = 0.02 * (wanted[2] - wanted[0])
    holds = shown[0] <= wanted[0] + slack and shown[1] <= wanted[1] + slack
    holds = holds and shown[2] >= wanted[2] - slack and shown[3] >= wanted[3] - slack
    return holds and (shown[2] - shown[0]) <= _MUCH_MORE * (wanted[2] - wanted[0])
