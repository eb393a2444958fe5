"""What the presenter's window is told: which scene is on, what comes next, what is hidden. Owns the telling."""

from __future__ import annotations

from collections.abc import Sequence

from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.ui.present.presenter import PresenterWindow
from territorymap.ui.present.stops import Stop, next_text
from territorymap.ui.present.thumbnails import Thumbnails


def place_text(at: int, n: int) -> str:
    """Return where in the presentation we are."""
    return tr("{at} of {n}", at=at + 1, n=n)


def list_scenes(presenter: PresenterWindow, thumbnails: Thumbnails, plan: Plan) -> None:
    """Show all scenes along the foot of the window."""
    pictures = [thumbnails.picture(scene, plan) for scene in plan.scenes]
    presenter.show_scenes([scene.caption for scene in plan.scenes], pictures)


def tell(
    presenter: PresenterWindow, thumbnails: Thumbnails, plan: Plan, stops: Sequence[Stop], at: int, hidden: str
) -> None:
    """Show what is on now, and what comes next."""
    stop = stops[at]
    position = plan.scenes.index(stop.scene) if stop.scene is not None and stop.scene in plan.scenes else -1
    presenter.show_scene(position, stop.caption(plan), place_text(at, len(stops)), stop.notes)
    presenter.hidden.setText(hidden)
    following = stops[at + 1].scene if at + 1 < len(stops) else None
    picture = thumbnails.picture(following, plan) if following is not None else None
    presenter.show_next(next_text(list(stops), at, plan), picture)
