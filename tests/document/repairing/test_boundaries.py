"""Boundaries of a damaged plan: a coordinate that still reads, and is another, is seen beside the shipped layer."""

from __future__ import annotations

import shutil
from itertools import islice

import numpy as np

from territorymap.document.repairing import repair_plan
from territorymap.resources import shipped
from tests.document.plans import raw

N_GARBLED = 3


def test_a_coordinate_that_has_changed_is_taken_from_the_shipped_layer(tmp_path):
    path = tmp_path / "plan.gpkg"
    shutil.copyfile(shipped("resources", "sample", "sample.gpkg"), path)
    connection = raw(path)
    connection.execute("DELETE FROM journal_row")  # else the history knows better
    connection.commit()
    connection.close()
    before = _units(path)
    content = path.read_bytes()
    ends = (row[0][-64:-32] for row in before.values())  # two of the last points of a ring: of this unit alone
    for here in islice((end for end in ends if content.count(end) == 1), N_GARBLED):
        content = content.replace(here, np.float64(179.0).tobytes() + here[8:])
    path.write_bytes(content)
    assert sum(before[key] != row for key, row in _units(path).items()) == N_GARBLED

    report = repair_plan(path, tmp_path / "repaired.gpkg", author="Ada")
    assert _units(tmp_path / "repaired.gpkg") == before
    assert any(note.startswith(f"{N_GARBLED} boundaries were unreadable or garbled") for note in report.notes)
    assert report.tables["unit"].n_kept == len(before)


def _units(path):
    connection = raw(path)
    rows = connection.execute("SELECT unit_id, geom, lon, lat, area_km2, perimeter_km FROM unit").fetchall()
    connection.close()
    return {row[0]: tuple(row[1:]) for row in rows}
