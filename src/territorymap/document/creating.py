"""Makes a new plan file of a unit layer: tables, units, one alignment, one scenario, all in the journal's first step.

Owns the first content; the file appears whole or not at all.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from territorymap.document.columns import unique_name
from territorymap.document.connection import transaction
from territorymap.document.effective import Place
from territorymap.document.files import claimed, replace_whole
from territorymap.document.geopackage import (
    GEOMETRY_TABLES,
    encode_polygons,
    refresh_extents,
)
from territorymap.document.journal import now, write_step
from territorymap.document.new_file import new_file
from territorymap.document.recorder import Recorder
from territorymap.document.schema import FORMAT_VERSION, migrate
from territorymap.document.writer import Writer
from territorymap.errors import UserError
from territorymap.geo.layer import UnitLayer
from territorymap.i18n import tr, tr_as
from territorymap.model.records import BUILTIN_MEASURES, WorkloadConstants


def create_file(path: Path, layer: UnitLayer, *, title: str, author: str) -> None:
    """Write a new plan file.

    Raises
    ------
    UserError
        if two units have one code, or a unit has none.
    """
    _check_codes(layer)

    def build(half_made: Path) -> None:
        with new_file(half_made) as connection, transaction(connection):
            migrate(connection, 0)
            _write_content(connection, layer, title, author)
            refresh_extents(connection, GEOMETRY_TABLES)

    with claimed(path):
        replace_whole(path, build)


def _check_codes(layer: UnitLayer) -> None:
    counts = Counter(str(code or "") for code in layer.code)
    twice = [code for code, n in counts.items() if n > 1 and code]
    if "" in counts:
        raise UserError(
            tr("A unit of the layer has no code."), tr("Choose a column as the code in which every unit has a value.")
        )
    if twice:
        raise UserError(
            tr("The code {code} stands for more than one unit.", code=twice[0]),
            tr("Choose a column as the code in which every unit has a value of its own."),
        )


def _write_content(connection: sqlite3.Connection, layer: UnitLayer, title: str, author: str) -> None:
    recorder = Recorder(connection)
    recorder.start()
    writer = Writer(connection, recorder, author=author, place=Place((1,), 1))
    info = {"unit_layer": layer.layer_id, "unit_layer_title": layer.title, "unit_word": layer.unit_word}
    writer.insert(
        "plan",
        [
            {"format_version": FORMAT_VERSION, "title": title, "note": "", "effective_date": "", "target_kind": "equal"}
            | info
            | {"attribution": layer.attribution, "created_at": now()}
            | asdict(WorkloadConstants())
        ],
    )
    writer.insert("alignment", [{"alignment_name": tr_as("sales role", "Field"), "role": "field"}])
    writer.insert("scenario", [{"scenario_name": tr("Plan"), "is_baseline": 0}])
    writer.insert(
        "measure",
        [{"measure_name": name, "source": "builtin", "column_name": name, "is_shown": 1} for name in BUILTIN_MEASURES],
    )
    taken = list(BUILTIN_MEASURES)
    columns: dict[str, str] = {}
    with writer.adding_columns("unit"):
        for name in layer.values:
            taken.append(unique_name(name, taken))
            columns[name] = writer.add_measure(taken[-1], "unit").column_name
    writer.insert("unit", _unit_rows(layer, columns))
    write_step(connection, kind="create", label=tr("New plan"), author=author, parent_uuid="", events=recorder.take())


def _unit_rows(layer: UnitLayer, column_by_name: dict[str, str]) -> Iterator[dict[str, Any]]:
    columns: dict[str, list[Any]] = {
        "unit_code": [str(code) for code in layer.code],
        **{
            column: ["" if text is None else str(text) for text in array]
            for column, array in (
                ("unit_name", layer.name),
                ("parent_code", layer.parent_code),
                ("parent_name", layer.parent_name),
                ("country", layer.country),
            )
        },
        "lon": np.asarray(layer.lon, dtype=float).tolist(),
        "lat": np.asarray(layer.lat, dtype=float).tolist(),
        "area_km2": np.asarray(layer.area_km2, dtype=float).tolist(),
        "perimeter_km": np.asarray(layer.perimeter_km, dtype=float).tolist(),
        "geom": encode_polygons(layer.geometry),
        "part_of": [str(whole) or None for whole in layer.part_of],
        "uuid": [str(uuid4()) if whole else None for whole in layer.part_of],
        **{column: np.asarray(layer.values[name], dtype=float).tolist() for name, column in column_by_name.items()},
    }
    names = list(columns)
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(names, values, strict=True))
