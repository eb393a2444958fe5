"""Small unit layers that can be drawn in a docstring."""

from __future__ import annotations

import numpy as np
import shapely

from territorymap.geo.layer import UnitLayer, measure_geometry


def grid_layer(
    columns: int = 4, rows: int = 4, *, west: float = 0.0, south: float = 0.0, side: float = 1.0
) -> UnitLayer:
    """Return squares named by row and column; codes "A1", "A2", ... from the south-west, rows are letters.

    ::

        B1 B2
        A1 A2
    """
    boxes, codes = [], []
    for row in range(rows):
        for column in range(columns):
            x, y = west + column * side, south + row * side
            boxes.append(shapely.MultiPolygon([shapely.box(x, y, x + side, y + side)]))
            codes.append(f"{_letters(row)}{column + 1}")
    geometry = np.array(boxes, dtype=object)
    area_km2, perimeter_km = measure_geometry(geometry)
    n = len(codes)
    return UnitLayer(
        code=np.array(codes, dtype=object),
        name=np.array([f"Square {code}" for code in codes], dtype=object),
        parent_code=np.array([code.rstrip("0123456789") for code in codes], dtype=object),
        parent_name=np.array([f"Row {code.rstrip('0123456789')}" for code in codes], dtype=object),
        country=np.array(["US"] * n, dtype=object),
        geometry=geometry,
        lon=np.array([box.centroid.x for box in boxes]),
        lat=np.array([box.centroid.y for box in boxes]),
        area_km2=area_km2,
        perimeter_km=perimeter_km,
        title="Grid",
        unit_word="square",
    )


def _letters(row: int) -> str:
    return chr(ord("A") + row) if row < 26 else _letters(row // 26 - 1) + chr(ord("A") + row % 26)
