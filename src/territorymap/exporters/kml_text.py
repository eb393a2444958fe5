"""A plan as KML 2.2: folders by region and territory, a style a territory, every number as data.

Owns the text of the document, element by element, so that a large plan is never held as one tree; not the file or
archive that it goes into (formats/kml, formats/kmz).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import TextIO

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.exporters.choices import Choice
from territorymap.exporters.registry import CONTENTS, ExportOptions
from territorymap.exporters.shapes import as_rfc7946, content_shapes
from territorymap.exporters.tables import Column, content_columns, plain_number
from territorymap.exporters.view import ExportView
from territorymap.geo.layer import interior_points
from territorymap.i18n import number, tr

DECIMALS = 7
PLACEMARKS_PER_BLOCK = 500
UNASSIGNED_COLOR = "#9aa3ad"
KML_CHOICES = (
    Choice("labels", lambda: tr("Names of the territories on the map"), "flag", True, what=("all", "territories")),
    Choice(
        "opacity", lambda: tr("Opacity of the fills"), "number", 45, maximum=100, unit=lambda: tr("%"),
        what=("all", "territories", "units"),
    ),
)  # fmt: skip
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Return text as it can stand in XML 1.0, in an element or in an attribute between double quotes.

    What XML cannot hold at all, not even escaped (control characters, halves of surrogate pairs), becomes U+FFFD.
    """
    text = _ILLEGAL.sub("\ufffd", text)
    for sign, name in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot"), ("\r", "#13")):
        text = text.replace(sign, f"&{name};")
    return text


def write_kml_text(view: ExportView, out: TextIO, what: str, options: ExportOptions, icon: str = "") -> None:
    """Write the document; ``icon`` is the address of a white dot within an archive, "" = the reader's own pin."""
    contents = CONTENTS if what == "all" else (what,)
    info = view.plan.info
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n')
    out.write(_element("name", info.title))
    if info.attribution:
        out.write(_element("description", html.escape(info.attribution)))
    out.writelines(_styles(view, options.number("opacity"), icon))
    done, total = 0, sum(_n_rows(view, content) for content in contents)
    for content in contents:
        layer = _Layer(view, content)
        out.writelines(layer.schema())
        if len(contents) > 1:
            out.write(f"<Folder>\n{_element('name', layer.label)}")
        for block, n in layer.blocks():
            options.stop_if_cancelled()
            out.write(block)
            done += n
            options.progress(done, max(total, 1))
        if content == "territories" and options.flag("labels"):
            out.writelines(layer.names())
        if len(contents) > 1:
            out.write("</Folder>\n")
    out.write("</Document>\n</kml>\n")


def _n_rows(view: ExportView, content: str) -> int:
    return {"territories": view.plan.n_territories, "units": len(view.plan.units), "accounts": len(view.plan.accounts)}[
        content
    ]


def _styles(view: ExportView, opacity: int, icon: str) -> Iterator[str]:
    """Yield a style a territory and one, the last, for what nobody has: lines, fills, points and names."""
    colors = [t.color for t in view.plan.territories] + [UNASSIGNED_COLOR]
    href = f"<Icon>{_element('href', icon)}</Icon>" if icon else ""
    for ix, color in enumerate(colors):
        yield (
            f'<Style id="t{ix}">'
            f"<IconStyle><color>{_kml_color(color, 100)}</color><scale>0.5</scale>{href}</IconStyle>"
            "<LabelStyle><scale>0</scale></LabelStyle>"
            f"<LineStyle><color>{_kml_color(color, 100)}</color><width>1.5</width></LineStyle>"
            f"<PolyStyle><color>{_kml_color(color, opacity)}</color></PolyStyle>"
            "</Style>\n"
        )
    yield (
        '<Style id="name"><IconStyle><scale>0</scale></IconStyle>'
        "<LabelStyle><color>ffffffff</color><scale>1</scale></LabelStyle></Style>\n"
    )


def _kml_color(color: str, opacity: int) -> str:
    """Return "#rrggbb" as KML has colours: aabbggrr."""
    return f"{round(opacity * 255 / 100):02x}{color[5:7]}{color[3:5]}{color[1:3]}".lower()


class _Layer:
    """One content: its rows in folders."""

    def __init__(self, view: ExportView, content: str) -> None:
        self.view, self.content = view, content
        self.columns = content_columns(view, content)
        self.shapes = content_shapes(view, content)
        self.label = {"territories": tr("Territories"), "units": tr("Units"), "accounts": tr("Accounts")}[content]
        plan = view.plan
        if content == "territories":
            self.owner = np.arange(plan.n_territories, dtype=np.int64)
        else:
            self.owner = (plan.unit_territory if content == "units" else view.account_territory).astype(np.int64)
        column = {"territories": "territory", "units": "unit_name", "accounts": "account_name"}[content]
        self.names_of_rows: NDArray[np.object_] = next(
            c.values.astype(object) for c in self.columns if c.name == column
        )
        if content == "units":
            codes = plan.units.code
            is_blank = np.array([not name for name in self.names_of_rows], dtype=bool)
            self.names_of_rows = np.where(is_blank, codes, self.names_of_rows)

    def schema(self) -> Iterator[str]:
        """Yield the types of the numbers, so that readers take them as such."""
        yield f'<Schema name="{self.content}" id="{self.content}">\n'
        for column in self.columns:
            kind = "string" if column.is_text else "double" if column.values.dtype.kind == "f" else "int"
            yield f'<SimpleField type="{kind}" name="{xml_text(column.name)}"/>\n'
        yield "</Schema>\n"

    def blocks(self) -> Iterator[tuple[str, int]]:
        """Yield (text, rows in it): folders of regions, in them territories, in them the rows."""
        order = np.argsort(self.owner, kind="stable")
        owner = self.owner[order]
        for region, members in _by_region(self.view):
            yield (f"<Folder>\n{_element('name', region)}" if region else ""), 0
            for ix in members:
                rows = order[np.searchsorted(owner, ix) : np.searchsorted(owner, ix, side="right")]
                yield from self._territory(ix, rows)
            yield ("</Folder>\n" if region else ""), 0
        nobody = order[: np.searchsorted(owner, 0)]
        if len(nobody):
            yield from self._territory(-1, nobody)

    def _territory(self, ix: int, rows: NDArray[np.int64]) -> Iterator[tuple[str, int]]:
        has_folder = self.content != "territories"
        if has_folder:
            name = self.view.plan.territories[ix].name if ix >= 0 else tr("Unassigned")
            yield f"<Folder>\n{_element('name', name)}", 0
        for start in range(0, len(rows), PLACEMARKS_PER_BLOCK):
            some = rows[start : start + PLACEMARKS_PER_BLOCK]
            shapes = as_rfc7946(self.shapes[some], DECIMALS)
            marks = (self._placemark(int(row), ix, shape) for row, shape in zip(some, shapes, strict=True))
            yield "".join(marks), len(some)
        if has_folder:
            yield "</Folder>\n", 0

    def _placemark(self, row: int, ix: int, shape: shapely.Geometry | None) -> str:
        style = ix if ix >= 0 else self.view.plan.n_territories
        data, lines = [], []
        for column in self.columns:
            text, shown = _cell(column, row)
            if text is None:
                continue
            data.append(f'<SimpleData name="{xml_text(column.name)}">{xml_text(text)}</SimpleData>')
            if column.name != "color":
                lines.append(f"<tr><td>{html.escape(column.name)}</td><td>{html.escape(shown)}</td></tr>")
        return (
            f"<Placemark>{_element('name', self.names_of_rows[row])}"
            f"{_element('description', '<table>' + ''.join(lines) + '</table>')}"
            f"<styleUrl>#t{style}</styleUrl>"
            f'<ExtendedData><SchemaData schemaUrl="#{self.content}">{"".join(data)}</SchemaData></ExtendedData>\n'
            f"{_geometry(shape)}</Placemark>\n"
        )

    def names(self) -> Iterator[str]:
        """Yield a folder with each territory's name as a point within it: areas have no names in KML readers."""
        has_ground = np.array([shape is not None for shape in self.shapes], dtype=bool)
        if not has_ground.any():
            return
        lon, lat = interior_points(self.shapes)
        yield f"<Folder>\n{_element('name', tr('Names'))}"
        for ix in np.flatnonzero(has_ground):
            point = shapely.Point((lon[ix] + 180) % 360 - 180, lat[ix])
            name = _element("name", self.names_of_rows[ix])
            yield f"<Placemark>{name}<styleUrl>#name</styleUrl>{_geometry(point)}</Placemark>\n"
        yield "</Folder>\n"


def _by_region(view: ExportView) -> list[tuple[str, list[int]]]:
    """Return (name of the region, its territories), those of no region last, under ""."""
    plan = view.plan
    members: dict[int | None, list[int]] = {region.region_id: [] for region in plan.regions}
    members[None] = []
    for ix, territory in enumerate(plan.territories):
        members[territory.region_id if territory.region_id in members else None].append(ix)
    name_of: dict[int | None, str] = {region.region_id: region.name for region in plan.regions}
    return [(name_of.get(region, ""), found) for region, found in members.items() if found]


def _cell(column: Column, row: int) -> tuple[str | None, str]:
    """Return a cell as data, None = nothing, and as people read it."""
    value = column.values[row]
    if column.is_text:
        return (str(value), str(value)) if value else (None, "")
    plain = plain_number(float(np.asarray(value)))
    if plain is None:
        return None, ""
    digits = 5 if column.name in ("lon", "lat") else 0 if isinstance(plain, int) else 2
    return str(plain), number(plain, digits)


def _element(tag: str, text: object) -> str:
    """Return an element with its text, in one line for a name, as lists of places show it."""
    shown = str(text or "")
    return f"<{tag}>{xml_text(' '.join(shown.split()) if tag == 'name' else shown)}</{tag}>\n"


def _geometry(shape: shapely.Geometry | None) -> str:
    if shape is None or shape.is_empty:
        return ""
    if shape.geom_type == "Point":
        return f"<Point><coordinates>{_coordinates([shape.coords[0]])}</coordinates></Point>"
    polygons = [_polygon(part) for part in shapely.get_parts(shape)]
    return polygons[0] if len(polygons) == 1 else f"<MultiGeometry>{''.join(polygons)}</MultiGeometry>"


def _polygon(polygon: shapely.Polygon) -> str:
    rings = [f"<outerBoundaryIs>{_ring(polygon.exterior)}</outerBoundaryIs>"]
    rings += [f"<innerBoundaryIs>{_ring(ring)}</innerBoundaryIs>" for ring in polygon.interiors]
    return f"<Polygon>{''.join(rings)}</Polygon>"


def _ring(ring: shapely.LinearRing) -> str:
    return f"<LinearRing><coordinates>{_coordinates(shapely.get_coordinates(ring))}</coordinates></LinearRing>"


def _coordinates(points: Sequence[Sequence[float]] | NDArray[np.float64]) -> str:
    return " ".join(f"{_short(x)},{_short(y)}" for x, y in points)


def _short(value: float) -> str:
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
