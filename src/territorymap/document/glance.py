"""A first look at a plan at rest: the territories' outlines as they stand in the file, read in a few milliseconds.

Owns what is read before the plan is opened; changes nothing, checks only what is shown. What it gives is never old: an
edit empties the outlines it touches (outlines), and a file that is not at rest is not looked at.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from territorymap.document.connection import connected
from territorymap.document.files import has_leftovers
from territorymap.document.geopackage import decode_shapes
from territorymap.document.loading_choices import DEFAULT_COLOR
from territorymap.document.resting import Header, read_header, read_mark
from territorymap.document.table_making import columns_of

MAX_SHOWN = 5_000
MAX_BYTES = 64_000_000
_TABLES = frozenset({"alignment", "territory", "unit", "plan", "rest_mark"})


@dataclass(frozen=True)
class Glance:
    """What a plan looks like from afar."""

    title: str
    lon: NDArray[np.float64]  # (U,) of the units
    lat: NDArray[np.float64]  # (U,)
    color: list[str]  # (n,) "#rrggbb"
    outline: NDArray[np.object_]  # (n,) shapely; territories without an outline in the file are left out


def glance_at(path: Path) -> Glance | None:
    """Return the outlines of a plan at rest; None where there is nothing to show before the plan is opened.

    Not to be called for a file that this process has open: reading it would drop SQLite's locks.
    """
    path = Path(os.path.realpath(path))
    try:
        header = read_header(path)
        if has_leftovers(path) or header.is_wal:
            return None
        with connected(path, is_read_only=True) as connection:
            return _look(connection, header)
    except (OSError, ValueError, sqlite3.Error):
        return None  # opening it says what is wrong


def uuid_of(path: Path) -> str:
    """Return the uuid of the plan in a file, by which copies are known; "" where it cannot be told without opening it.

    Not to be called for a file that this process has open.
    """
    path = Path(os.path.realpath(path))
    try:
        if has_leftovers(path) or read_header(path).is_wal:
            return ""
        with connected(path, is_read_only=True) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not tables >= _TABLES:
                return ""
            return str(connection.execute("SELECT uuid FROM plan").fetchone()[0] or "")
    except (OSError, ValueError, TypeError, sqlite3.Error):
        return ""  # opening it says what is wrong


def _look(connection: sqlite3.Connection, header: Header) -> Glance | None:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    # A view of that name would run what a stranger wrote.
    if not tables >= _TABLES:
        return None
    mark = read_mark(connection)
    # Another program that moved units has left the outlines as they were.
    if mark is None or (mark.change_counter, mark.n_pages) != (header.change_counter, header.n_pages):
        return None
    (size,) = connection.execute("SELECT total(length(geom)) FROM territory").fetchone()
    if size > MAX_BYTES:
        return None
    rows = connection.execute(
        "SELECT color, geom FROM territory WHERE geom IS NOT NULL AND coalesce(alignment_id = ?, 1)"
        " ORDER BY territory_id LIMIT ?",
        (_alignment_in_use(connection), MAX_SHOWN),
    ).fetchall()
    if not rows:
        return None
    (title,) = connection.execute("SELECT title FROM plan").fetchone()
    color = [c if isinstance(c, str) and re.fullmatch("#[0-9a-fA-F]{6}", c) else DEFAULT_COLOR for c, _ in rows]
    outline = decode_shapes([geom for _, geom in rows])
    return Glance(str(title or ""), *_positions(connection), color, outline)


def _alignment_in_use(connection: sqlite3.Connection) -> int | None:
    """Return the alignment that opens; None in a file from before there were several."""
    if "alignment_uuid" not in columns_of(connection, "plan"):
        return None
    row = connection.execute(
        "SELECT alignment_id FROM alignment ORDER BY uuid IS NOT (SELECT alignment_uuid FROM plan),"
        " coalesce(sort_order, 0), alignment_id LIMIT 1"
    ).fetchone()
    return None if row is None else int(row[0])


def _positions(connection: sqlite3.Connection) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return lon and lat of the units, good enough to know what the map will show; nan for what is no number."""
    (lon, lat) = connection.execute("SELECT json_group_array(lon), json_group_array(lat) FROM unit").fetchone()
    return np.array(json.loads(lon), dtype=np.float64), np.array(json.loads(lat), dtype=np.float64)
