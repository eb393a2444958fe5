"""Maps for slides: as many pixels as a screen of 4K shows of them.

Owns size and reuse; the drawing is picture's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.exporters.office.scene_colors import colored
from territorymap.exporters.office.slides import Slot
from territorymap.exporters.picture.frames import Frame
from territorymap.exporters.picture.ground import Drawing
from territorymap.exporters.picture.map_picture import map_picture
from territorymap.exporters.picture.page import MapFrames
from territorymap.exporters.view import ExportView
from territorymap.model.scene_view import Bounds
from territorymap.model.variant import Variant

SCREEN_PX = 3840  # a slide's width on a 4K screen
_FEWEST_CORNERS = 8  # of borders that must be in sight for a map of a place
_ZOOM = 1.35  # a slide is read from further off than a page


@dataclass(frozen=True)
class Shown:
    """What a map of a scene shows."""

    variant: Variant | None = None  # None = the view's own scenario
    bounds: Bounds | None = None  # west, south, east, north; None = the whole plan
    color_by: str = "territory"
    has_accounts: bool = False
    has_unit_borders: bool = False


@dataclass(frozen=True)
class Maps:
    """The maps of a deck; what several of them need is prepared once."""

    view: ExportView
    slide_width: int  # EMU
    check: Callable[[], None]

    @cached_property
    def _now(self) -> Drawing:
        return Drawing(self.view, check=self.check)

    @cached_property
    def _with_old_borders(self) -> Drawing:
        return Drawing(self.view, before=self.view.baseline, check=self.check)

    @cached_property
    def _before(self) -> Drawing:
        return Drawing(self.view, shown=self.view.baseline, check=self.check)

    def now(self, slot: Slot, *, has_old_borders: bool = False) -> bytes:
        """Return the view's own scenario, today's borders dashed if told."""
        return self._picture(self._with_old_borders if has_old_borders else self._now, slot)

    def before(self, slot: Slot) -> bytes:
        """Return the baseline."""
        return self._picture(self._before, slot)

    def scene(self, slot: Slot, shown: Shown) -> bytes:
        """Return a map as a scene was saved."""
        choices = colored(self.view, shown.variant, shown.color_by)
        drawing = Drawing(self.view, shown.has_unit_borders, shown.has_accounts, shown=choices, check=self.check)
        frame = frame_of(self.view, shown.bounds) if shown.bounds is not None else None
        return self._picture(drawing, slot, frame)

    def size(self, slot: Slot) -> tuple[int, int]:
        """Return width and height in pixels of a picture that fills a slot."""
        px = SCREEN_PX / self.slide_width
        return max(round(slot.width * px), 64), max(round(slot.height * px), 64)

    def _picture(self, drawing: Drawing, slot: Slot, frame: Frame | None = None) -> bytes:
        self.check()
        width, height = self.size(slot)
        # The smaller a picture is on the slide, the larger its type must be beside the map.
        zoom = _ZOOM * (SCREEN_PX / width) ** 0.5
        frames = MapFrames(frame, []) if frame is not None else None
        return map_picture(self.view, None, width, height, zoom=zoom, check=self.check, drawing=drawing, frames=frames)


def frame_of(view: ExportView, bounds: Bounds) -> Frame | None:
    """Return where a map of a saved place looks; None where no unit lies there: then the whole plan is better.

    A place within one large unit, where no border is to be seen, is shown with all of that unit.
    """
    west, south, east, north = bounds
    box = shapely.bounds(view.geometry)
    center, half = (west + east) / 2, min((east - west) / 2, 180.0)
    near = np.flatnonzero(_is_near(box, center, half, south, north))
    if not len(near):
        return None
    corners = shapely.get_coordinates(view.geometry[near])
    seen = _is_near(np.column_stack([corners, corners]), center, half, south, north)
    if seen.sum() < _FEWEST_CORNERS:
        sides = (box[near][:, [0, 2]] - center + 180) % 360 - 180
        half = float(np.abs(sides).max())
        south, north = float(box[near, 1].min()), float(box[near, 3].max())
    return Frame(near, (center + 180) % 360 - 180, -half, half, south, north)


def _is_near(box: NDArray[np.float64], center: float, half: float, south: float, north: float) -> NDArray[np.bool_]:
    """Tell which boxes (n, 4) touch a place around a meridian."""
    middle = (box[:, 0] + box[:, 2]) / 2
    offset = (middle - center + 180) % 360 - 180
    reach = half + (box[:, 2] - box[:, 0]) / 2
    return np.asarray((np.abs(offset) <= reach) & (box[:, 1] <= north) & (box[:, 3] >= south))
