"""Draws the map of one frame into matplotlib axes: ground, territories, borders, names.

Owns colours and order of what is drawn; not where on the page (page) nor where it looks (frames).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.patches import PathPatch
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from territorymap.exporters.picture.context import read_context
from territorymap.exporters.picture.fonts import drawable, font
from territorymap.exporters.picture.frames import Frame
from territorymap.exporters.picture.labels import Place, find_place
from territorymap.exporters.picture.paths import line_path, polygon_path, projected, shape_lines
from territorymap.exporters.picture.sheet import INK, WATER
from territorymap.exporters.shapes import territory_shapes
from territorymap.exporters.view import ExportView

LAND = "#f4f2ec"
UNASSIGNED = "#dcdbd6"
BORDER = "#2b2f36"
STATE_LINE = "#5d6470"
UNIT_LINE = "#ffffff"
ACCOUNT = "#1d2127"
MARGIN = 0.025  # of the frame's width, around what it shows
MIN_LAKE_PX = 6.0  # smaller lakes are specks over the territories' colours
MIN_UNIT_PX = 5.0  # where units are smaller on average, their borders would grey the colours
UNIT_BORDER, TERRITORY_BORDER, COAST = range(3)
LABEL_POINTS = (13.0, 11.5, 10.0, 9.0, 8.0, 7.0)


@dataclass(frozen=True)
class Drawing:
    """What all frames of a picture draw, prepared once."""

    view: ExportView
    has_unit_borders: bool
    has_accounts: bool

    @cached_property
    def outlines(self) -> NDArray[np.object_]:
        """(T,) outlines in longitude and latitude, None for empty territories."""
        return territory_shapes(self.view)

    @cached_property
    def arcs(self) -> NDArray[np.object_]:
        """(K,) borders of the units, each once, in longitude and latitude."""
        topology = self.view.topology
        lengths = np.diff(topology.arc_start)
        lines = shapely.linestrings(topology.arc_coords, indices=np.repeat(np.arange(len(lengths)), lengths))
        return np.asarray(lines, dtype=object)

    @cached_property
    def arc_kind(self) -> NDArray[np.int8]:
        """(K,) UNIT_BORDER, TERRITORY_BORDER or COAST (nothing on the other side)."""
        topology = self.view.topology
        territory = np.append(self.view.plan.unit_territory, -1)
        left, right = territory[topology.arc_left], territory[topology.arc_right]
        kind = np.where(left != right, TERRITORY_BORDER, UNIT_BORDER)
        return np.where(topology.arc_right < 0, COAST, kind).astype(np.int8)

    @cached_property
    def loose(self) -> NDArray[np.object_]:
        """Units that belong to no territory."""
        return self.view.geometry[self.view.plan.unit_territory < 0]


def fit_limits(axes: Axes, drawing: Drawing, frame: Frame) -> float:
    """Set the axes' limits so that the frame fills their box at one scale; returns metres a pixel."""
    low, high = extent(drawing, frame)
    box = axes.get_window_extent()
    span = np.maximum(high - low, 1.0) * (1 + 2 * MARGIN)
    scale = float(max(span[0] / box.width, span[1] / box.height))
    middle, half = (low + high) / 2, np.array([box.width, box.height]) * scale / 2
    axes.set_xlim(middle[0] - half[0], middle[0] + half[0])
    axes.set_ylim(middle[1] - half[1], middle[1] + half[1])
    return scale


def extent(drawing: Drawing, frame: Frame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower left and upper right corner of what the frame is for, in its metres."""
    coordinates = shapely.get_coordinates(drawing.view.geometry[frame.unit_ix])
    offset = (coordinates[:, 0] - frame.center_lon + 180) % 360 - 180
    slack = 1e-6
    is_inside = (offset >= frame.west - slack) & (offset <= frame.east + slack)
    is_inside &= (coordinates[:, 1] >= frame.south - slack) & (coordinates[:, 1] <= frame.north + slack)
    seen = frame.project(coordinates[is_inside] if not frame.is_world else coordinates)
    seen = seen[np.isfinite(seen).all(axis=1)]
    low, high = seen.min(axis=0), seen.max(axis=0)
    if frame.is_world:
        low[1] = max(low[1], frame.project(np.array([[frame.center_lon, frame.south]]))[0, 1])
    return low, high


def paint(axes: Axes, drawing: Drawing, frame: Frame, metres_per_px: float) -> None:
    """Draw everything but the names."""
    context = read_context(frame)
    _fill(axes, projected(context.land, frame), LAND, 1)
    _fill(axes, _near(drawing.loose, frame), UNASSIGNED, 2)
    for ix, territory in enumerate(drawing.view.plan.territories):
        _fill(axes, _near(drawing.outlines[ix : ix + 1], frame), territory.color, 3)
    if drawing.has_unit_borders or _unit_px(drawing, frame, metres_per_px) >= MIN_UNIT_PX:
        _lines(axes, _arcs(drawing, frame, UNIT_BORDER), UNIT_LINE, 0.35, 4, alpha=0.55)
    lakes = projected(context.lakes, frame)
    lakes = lakes[lakes != np.array(None)]
    _fill(axes, lakes[shapely.area(lakes) > (MIN_LAKE_PX * metres_per_px) ** 2], WATER, 5)
    _lines(axes, shape_lines(projected(context.states, frame)), STATE_LINE, 0.45, 6, alpha=0.6)
    _lines(axes, shape_lines(projected(context.countries, frame)), STATE_LINE, 0.8, 6, alpha=0.9)
    _lines(axes, _arcs(drawing, frame, COAST), BORDER, 0.45, 7, alpha=0.8)
    _lines(axes, _arcs(drawing, frame, TERRITORY_BORDER), BORDER, 1.1, 7)
    if drawing.has_accounts:
        _dots(axes, drawing, frame)


def paint_names(
    axes: Axes, drawing: Drawing, frame: Frame, renderer: RendererBase, metres_per_px: float, largest_pt: float
) -> None:
    """Write each territory's name inside it, the largest territories first; what does not fit is in the legend."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    view_box = shapely.box(left, bottom, right, top)
    territories = drawing.view.plan.territories
    seen = (_near(drawing.outlines[ix : ix + 1], frame) for ix in range(len(territories)))
    homes = [_home(parts, view_box, metres_per_px) for parts in seen]
    taken: list[Place] = []
    for ix in sorted(range(len(territories)), key=lambda ix: -homes[ix].area):
        if homes[ix].is_empty:
            continue
        settings = _settings(drawable(territories[ix].name), largest_pt)
        sizes = [_measured(renderer, text, points, metres_per_px) for text, points in settings]
        found = find_place(homes[ix], sizes, taken)
        if found is None:
            continue
        number, place = found
        taken.append(place)
        text, points = settings[number]
        axes.text(
            place.x, place.y, text, fontproperties=font(points, "bold"), color=INK, ha="center", va="center", zorder=10,
            linespacing=1.0, parse_math=False, clip_on=True,
            path_effects=[withStroke(linewidth=points / 4.5, foreground="white", alpha=0.9)],
        )  # fmt: skip


def _near(shapes: NDArray[np.object_], frame: Frame) -> NDArray[np.object_]:
    """Return, in the frame's metres, the parts of the shapes that lie in or near the frame."""
    parts = shapely.get_parts(shapes[shapes != np.array(None)])
    box = shapely.bounds(parts)
    near = np.zeros(len(parts), dtype=bool)
    for west, south, east, north in frame.lonlat_boxes(4.0):
        near |= (box[:, 2] >= west) & (box[:, 0] <= east) & (box[:, 3] >= south) & (box[:, 1] <= north)
    return projected(parts[near], frame)


def _home(parts: NDArray[np.object_], view_box: shapely.Polygon, metres_per_px: float) -> shapely.Geometry:
    """Return the largest part that is in sight, coarse enough for trying places."""
    parts = parts[parts != np.array(None)]
    if not len(parts):
        return shapely.Polygon()
    largest = parts[int(np.argmax(shapely.area(parts)))]
    seen = shapely.intersection(shapely.make_valid(shapely.simplify(largest, metres_per_px)), view_box)
    polygons = [p for p in shapely.get_parts(seen) if p.geom_type == "Polygon"]
    return max(polygons, key=lambda p: p.area, default=shapely.Polygon())


def _settings(name: str, largest_pt: float) -> list[tuple[str, float]]:
    """Return how a name may be set, the best first: large before small, one line before two."""
    variants = [name]
    words = name.split(" ")
    if len(words) > 1:
        cuts = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
        variants.append("\n".join(min(cuts, key=lambda cut: max(map(len, cut)))))
    return [(text, points) for points in LABEL_POINTS if points <= largest_pt for text in variants]


def _measured(renderer: RendererBase, text: str, points: float, metres_per_px: float) -> tuple[float, float]:
    lines = text.split("\n")
    measured = [renderer.get_text_width_height_descent(line, font(points, "bold"), ismath=False) for line in lines]
    line_px = float(np.asarray(renderer.points_to_pixels(points))) * 1.2
    width_px = max(float(width) for width, _, _ in measured) + line_px * 0.4
    return width_px * metres_per_px, line_px * len(lines) * metres_per_px


def _unit_px(drawing: Drawing, frame: Frame, metres_per_px: float) -> float:
    """Return the size of a typical unit in pixels."""
    area_km2 = drawing.view.plan.units.area_km2[frame.unit_ix]
    return float(np.sqrt(np.median(area_km2)) * 1000 / metres_per_px)


def _arcs(drawing: Drawing, frame: Frame, kind: int) -> list[NDArray[np.float64]]:
    return shape_lines(_near(drawing.arcs[drawing.arc_kind == kind], frame))


def _dots(axes: Axes, drawing: Drawing, frame: Frame) -> None:
    accounts = drawing.view.plan.accounts
    has_place = np.isfinite(accounts.lon) & np.isfinite(accounts.lat)
    at = frame.project(np.column_stack([accounts.lon[has_place], accounts.lat[has_place]]))
    at = at[np.isfinite(at).all(axis=1)]
    # Many dots are small and pale, so that crowds show as crowds.
    size = float(np.clip(40.0 / np.sqrt(max(len(at), 1)), 0.35, 3.0))
    axes.plot(at[:, 0], at[:, 1], "o", markersize=size * 1.6, color=ACCOUNT, alpha=0.55, markeredgewidth=0, zorder=8)


def _fill(axes: Axes, shapes: NDArray[np.object_], color: str, order: int) -> None:
    path = polygon_path(shapes)
    if path is not None:
        axes.add_artist(PathPatch(path, facecolor=color, edgecolor="none", linewidth=0, zorder=order))


def _lines(
    axes: Axes, lines: list[NDArray[np.float64]], color: str, width: float, order: int, alpha: float = 1.0
) -> None:
    path = line_path(lines)
    if path is not None:
        axes.add_artist(
            PathPatch(
                path, facecolor="none", edgecolor=color, linewidth=width, alpha=alpha, zorder=order,
                joinstyle="round", capstyle="round",
            )
        )  # fmt: skip
