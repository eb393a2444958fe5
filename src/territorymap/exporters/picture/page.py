"""The page around the map: title, legend, insets, scale bar, date, scenario, attribution; the same for PNG, SVG, PDF.

Owns what stands where; not how the map is drawn (painter) nor the list of territories (legend).
"""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from territorymap.exporters.picture.cities import write_cities
from territorymap.exporters.picture.facts import SEPARATOR, Facts
from territorymap.exporters.picture.fit import Fit, extent, fit_frame
from territorymap.exporters.picture.frames import Frame, choose_frames
from territorymap.exporters.picture.ground import Drawing
from territorymap.exporters.picture.labels import Place
from territorymap.exporters.picture.legend import draw_legend, legend_height, legend_width
from territorymap.exporters.picture.marks import mark_accounts
from territorymap.exporters.picture.names import SMALL, largest_label, write_names
from territorymap.exporters.picture.painter import Map, draw_map
from territorymap.exporters.picture.scalebar import draw_scale_bar, ratio_on_paper
from territorymap.exporters.picture.sheet import EDGE, FOOT, GAP, HEAD, QUIET, VECTOR_DPI, Box, Sheet
from territorymap.i18n import tr

INSET = 118.0  # height of an inset in design pixels
INSET_ORDER = 20.0
LEGEND_SHARE = 0.42  # of a page that stands upright, at most, the legend under the map
WIDE_ASPECT = 1.1  # a map narrower than this stands upright better, its legend under it
MUCH_LARGER = 1.12
UPRIGHT = 0.95  # a page less wide than this share of its height


@dataclass(frozen=True)
class MapFrames:
    """Where the maps of a page look, chosen once for all its sheets."""

    main: Frame
    insets: list[Frame]


def plan_frames(drawing: Drawing) -> MapFrames:
    """Return the frames of the whole plan."""
    return MapFrames(*choose_frames(drawing.view.geometry, drawing.choices.unit_territory >= 0))


def draw_page(sheet: Sheet, drawing: Drawing, facts: Facts, frames: MapFrames | None = None) -> Map:
    """Draw the whole page; beside the map stands the legend, or under it where the page stands upright."""
    view = drawing.view
    frames = frames or plan_frames(drawing)
    room = Box(EDGE, FOOT, sheet.width - 2 * EDGE, sheet.height - HEAD - FOOT)
    map_box, list_box = _arranged(sheet, drawing, frames, room)
    this = draw_maps(sheet, drawing, frames, map_box)
    draw_head(sheet, facts.title, facts.counts)
    draw_legend(sheet, view, list_box)
    draw_foot(sheet, facts, this.fit, map_box.right if map_box.right < room.right - 1 else room.right)
    return this


def _arranged(sheet: Sheet, drawing: Drawing, frames: MapFrames, room: Box) -> tuple[Box, Box]:
    """Return the boxes of map and legend: side by side or one under the other, whichever shows the map larger."""
    view = drawing.view
    width = legend_width(view, room)
    beside = Box(room.left, room.bottom, room.width - width - GAP, room.height)
    height = legend_height(view, room.width, room.height * LEGEND_SHARE)
    over = Box(room.left, room.bottom + height + GAP, room.width, room.height - height - GAP)
    shape = aspect(drawing, frames.main)

    def size(box: Box) -> float:
        return min(box.width / shape, box.height)

    is_upright = sheet.width < sheet.height * UPRIGHT
    if is_upright or size(over) > size(beside) * MUCH_LARGER:
        return over, Box(room.left, room.bottom, room.width, height)
    return beside, Box(beside.right + GAP, room.bottom, width, room.height)


def draw_maps(sheet: Sheet, drawing: Drawing, frames: MapFrames, box: Box, label_pt: float | None = None) -> Map:
    """Draw the main map with its names, and the far lands in a row under it, each at its own scale."""
    label_pt = label_pt or largest_label(len(drawing.territories), box)
    room = (box.width - GAP * (len(frames.insets) - 1)) / max(len(frames.insets), 1)
    widths = [min(INSET * min(max(aspect(drawing, frame), 0.8), 2.0), room) for frame in frames.insets]
    strip = Box(box.left, box.bottom, sum(widths) + GAP * len(widths), INSET + GAP if frames.insets else 0.0)
    if strip.width < box.width * 0.6 and _is_free(sheet, drawing, frames.main, box, strip):
        strip = Box(box.left + GAP / 2, box.bottom + GAP / 2, strip.width, INSET)
        this = _map_with_names(sheet, drawing, frames.main, box, label_pt, 0.0)
    else:
        main_box = Box(box.left, box.bottom + strip.height, box.width, box.height - strip.height)
        this = _map_with_names(sheet, drawing, frames.main, main_box, label_pt, 0.0)
    left = strip.left
    for n, (frame, width) in enumerate(zip(frames.insets, widths, strict=True)):
        inset = Box(left, strip.bottom, width, INSET)
        shown = _map_with_names(sheet, drawing, frame, inset, SMALL, INSET_ORDER * (n + 1))
        draw_scale_bar(
            sheet, shown.fit, inset.right - 6, inset.bottom + 6, says_where=False, order=INSET_ORDER * (n + 1) + 10
        )
        left += width + GAP
    return this


def _is_free(sheet: Sheet, drawing: Drawing, frame: Frame, box: Box, corner: Box) -> bool:
    """Return whether no unit of a territory lies under a corner of the map: then the insets can stand there."""
    fit = fit_frame(sheet, box, frame, drawing.view.geometry)
    left, bottom, width, height = sheet.canvas(corner)
    margin = GAP * sheet.unit
    units = drawing.view.geometry[frame.unit_ix[drawing.owner[frame.unit_ix] < drawing.loose]]
    at = fit.place_lonlat(shapely.get_coordinates(units))
    inside = (at[:, 0] < left + width + margin) & (at[:, 1] < bottom + height + margin)
    return not bool((inside & (at[:, 0] > left) & (at[:, 1] > bottom)).any())


def is_wide(drawing: Drawing, frames: MapFrames) -> bool:
    """Return whether the map asks for a sheet that lies: it and its legend beside it."""
    return aspect(drawing, frames.main) > WIDE_ASPECT


def aspect(drawing: Drawing, frame: Frame) -> float:
    """Return width by height of what a frame is for."""
    low, high = extent(drawing.view.geometry, frame)
    return float((high[0] - low[0]) / max(high[1] - low[1], 1.0))


def draw_head(sheet: Sheet, title: str, line: str) -> None:
    """Write the title and the line under it."""
    room = sheet.width - 2 * EDGE
    sheet.text(EDGE, sheet.height - 40, sheet.shortened(title, 21.0, room, "bold"), 21.0, weight="bold", va="baseline")
    sheet.text(EDGE, sheet.height - 61, sheet.shortened(line, 10.5, room), 10.5, QUIET, va="baseline")


def draw_foot(sheet: Sheet, facts: Facts, fit: Fit, right: float) -> None:
    """Write date, scenario and sources, and draw the scale bar under the map's right end."""
    used = draw_scale_bar(sheet, fit, right, 22.0)
    room = right - EDGE - used - 2 * GAP
    state = [facts.state]
    if sheet.figure.dpi == VECTOR_DPI and not fit.frame.is_world:
        state.append(_scale(fit))
    sheet.text(EDGE, 27, sheet.shortened(SEPARATOR.join(state), 7.6, room), 7.6, QUIET, va="center")
    sheet.text(EDGE, 15, sheet.shortened(facts.sources, 6.6, room), 6.6, QUIET, va="center")


def _scale(fit: Fit) -> str:
    """Return the sentence of the scale on paper."""
    return tr("{ratio} at the map's centre", ratio=ratio_on_paper(fit))


def _map_with_names(sheet: Sheet, drawing: Drawing, frame: Frame, box: Box, label_pt: float, order: float) -> Map:
    fit = fit_frame(sheet, box, frame, drawing.view.geometry)
    this = draw_map(sheet, drawing, fit, order=order)
    if drawing.has_accounts:
        mark_accounts(this)
    taken: list[Place] = []
    write_names(this, label_pt, taken)
    if drawing.has_cities:
        write_cities(this, taken)
    return this
