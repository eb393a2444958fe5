"""TopoJSON: units and territories out of the plan's own shared arcs, each border once; accounts as points.

Owns the text of the file; not the arcs (topo_arcs), the columns (tables).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.choices import Choice
from territorymap.exporters.plain_rows import plain_rows
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.tables import content_columns
from territorymap.exporters.topo_arcs import (
    Grid,
    Polygons,
    arc_steps,
    make_grid,
    territory_polygons,
    topology_within_180,
    turned,
    unit_polygons,
)
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

ROWS_PER_BLOCK = 1000
_CHOICES = (
    Choice(
        "decimals", lambda: tr("Decimals"), "number", 6,
        minimum=2, maximum=9, hint=lambda: tr("Of the coordinates: 5 is a metre, 7 is a centimetre."),
    ),
    Choice(
        "winding", lambda: tr("Outer rings run"), "choice", "clockwise",
        values=(
            ("clockwise", lambda: tr("clockwise, as D3 and Vega want them")),
            ("counterclockwise", lambda: tr("counterclockwise, as GeoJSON has them")),
        ),
    ),
)  # fmt: skip
_CODES = {"units": "unit_code", "territories": "territory", "accounts": "account_key"}


@exporter(
    "topojson", label=lambda: tr("TopoJSON with shared borders"), what=("all", "units", "territories", "accounts"),
    choices=_CHOICES,
)  # fmt: skip
def write_topojson(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write a topology whose objects are units, territories and accounts, quantized and delta-encoded."""
    contents = [content for content in ("units", "territories", "accounts") if what in ("all", content)]
    topology = topology_within_180(view)
    polygons: dict[str, list[Polygons]] = {}
    if "units" in contents:
        polygons["units"] = unit_polygons(topology)
    if "territories" in contents:
        polygons["territories"], topology = territory_polygons(view, topology)
    accounts = view.plan.accounts
    places = np.column_stack([(accounts.lon + 180) % 360 - 180, accounts.lat])
    grid = make_grid(topology, places if "accounts" in contents else places[:0], options.number("decimals"))
    is_clockwise = options.text("winding") == "clockwise"
    used = _used_arcs(len(topology.arc_start) - 1, polygons)
    renumbered = np.cumsum(used) - 1
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_head(view, grid))
        for at, content in enumerate(contents):
            out.write((",\n" if at else "") + f'"{content}":{{"type":"GeometryCollection","geometries":[')
            shapes = (
                _points(grid.snap(np.nan_to_num(places)), np.isfinite(places.sum(axis=1)))
                if content == "accounts"
                else (_areas(own, renumbered, is_clockwise) for own in polygons[content])
            )
            _write_rows(view, out, content, shapes, options)
            out.write("]}")
        out.write('},\n"arcs":[')
        for number, arc in enumerate(arc_steps(topology, grid, list(polygons.values()))):
            if used[number]:
                out.write(("," if renumbered[number] else "") + json.dumps(arc, separators=(",", ":")))
        out.write("]}\n")


def _head(view: ExportView, grid: Grid) -> str:
    info = view.plan.info
    head = {
        "type": "Topology",
        "title": info.title,
        "attribution": info.attribution,
        "transform": {"scale": [grid.step, grid.step], "translate": [grid.west, grid.south]},
    }
    return _json(head)[:-1] + ',\n"objects":{'


def _used_arcs(n_arcs: int, polygons: dict[str, list[Polygons]]) -> NDArray[np.bool_]:
    """Return which arcs any object has: with territories alone, those between two units of one are left out."""
    used = np.zeros(n_arcs, dtype=bool)
    flat = [a for layer in polygons.values() for own in layer for polygon in own for ring in polygon for a in ring]
    signed = np.array(flat, dtype=np.int64)
    used[np.where(signed < 0, ~signed, signed)] = True
    return used


def _write_rows(
    view: ExportView, out: TextIO, content: str, shapes: Iterator[dict[str, object]], options: ExportOptions
) -> None:
    columns = content_columns(view, content)
    n = len(columns[0].values)
    for start in range(0, n, ROWS_PER_BLOCK):
        options.stop_if_cancelled()
        rows = plain_rows(columns, slice(start, start + ROWS_PER_BLOCK))
        block = []
        for row in rows:
            shape = next(shapes)
            identity = {} if content == "accounts" else {"id": row[_CODES[content]]}
            block.append(_json({**shape, **identity, "properties": row}))
        out.write(("," if start else "") + ",\n".join(block))
        options.progress(min(start + ROWS_PER_BLOCK, n), n)


def _areas(own: Polygons, number: NDArray[np.int64], is_clockwise: bool) -> dict[str, object]:
    """Return a unit or territory as the file has it; one without ground is several areas, none in number.

    A null type would say so too, but GDAL leaves such rows out.
    """
    if not own:
        return {"type": "MultiPolygon", "arcs": []}
    turn = turned if is_clockwise else list[int]
    arcs = [[[_renumbered(a, number) for a in turn(ring)] for ring in polygon] for polygon in own]
    return {"type": "Polygon", "arcs": arcs[0]} if len(arcs) == 1 else {"type": "MultiPolygon", "arcs": arcs}


def _renumbered(arc: int, number: NDArray[np.int64]) -> int:
    return ~int(number[~arc]) if arc < 0 else int(number[arc])


def _points(snapped: NDArray[np.int64], has_place: NDArray[np.bool_]) -> Iterator[dict[str, object]]:
    for (x, y), is_placed in zip(snapped.tolist(), has_place, strict=True):
        yield {"type": "Point", "coordinates": [x, y]} if is_placed else {"type": "MultiPoint", "coordinates": []}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
