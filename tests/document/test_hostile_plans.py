"""A sample of the hostile plans of benchmarks/hard_plans.py, through the doors that matter most."""

from __future__ import annotations

import os
import shutil
import sys
import warnings

import pytest
from benchmarks.support.hostile_plans.base import make_base
from benchmarks.support.hostile_plans.cases import all_cases
from benchmarks.support.hostile_plans.doors import Room, try_door

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices as files")
NAMES = (
    "trigger: UPDATE on plan",
    "view with INSTEAD OF for rep",
    "slow CHECK on plan.title",
    "generated column in rep",
    "two plans (sealed)",
    "a deep part",
    "scenarios in a circle",
    "a link to itself",
    "a pipe",
    "a lock of nonsense",
    "history: a chunk that is no zlib",
    "hot journal of another",
    "one uuid for all of territory",
    "history: values that cannot be (sealed)",
    "sequence at its end (sealed)",
    "a text of no UTF-8 everywhere in rep",
    "a text of no UTF-8 in plan.created_at (sealed)",  # of which only the whole history knows
    "a text of no UTF-8 in unit.geom (sealed)",
    "geometry: a curve",
    "geometry: no magic (sealed)",
    "geometry: crossed (sealed)",  # at closing, outlines are made of it
    "geometry: a point (sealed)",
    "geometry: endless (sealed)",
    "history: an image with NaN",  # and without its keys
    "a blob everywhere in journal_step",
    "history: no rows",  # of which the plan itself would be one step that can be undone
    "a text with NUL everywhere in segment",  # names of columns that are none
    "nothing everywhere in segment",
    "nothing everywhere in unit",
    "view in the place of gpkg_contents",
)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    path = tmp_path_factory.mktemp("base") / "base.gpkg"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORYMAP_STATE_DIR", str(path.parent / "state"))
        make_base(path)
    return path


def test_there_are_more_than_150(base):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # shapes of no numbers, on purpose
        assert len(all_cases(base)) > 600


@pytest.mark.parametrize("name", NAMES)
def test_it_ends_in_a_good_result_or_one_clear_error(tmp_path, base, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        case = next(case for case in all_cases(base) if case.name == name)
    room = Room(tmp_path, tmp_path / "hostile.gpkg")
    shutil.copyfile(base, room.hostile)
    case.bend(room.hostile)
    for door in ("look", "read", "merge", "history", "repair", "open"):
        room.place_good(base)
        assert try_door(door, room).split(":")[0] in ("good", "refused")
        assert os.path.lexists(room.good)
