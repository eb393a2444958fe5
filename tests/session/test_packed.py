"""The unit layer for the page: quick at the first opening, with its levels of detail from then on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from territorymap.document.state_folder import cache_folder
from territorymap.geo.shipped import load_layer
from territorymap.mapview.container import unpack
from territorymap.session import packed
from territorymap.session.packed import load_packed
from territorymap.session.session import Session


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The states: their coasts have vertices that only a near view needs."""
    path = tmp_path / "plan.gpkg"
    Session.create(path, load_layer("us-states")).close()
    return path


def test_the_first_opening_draws_every_vertex_and_the_next_has_levels(path: Path) -> None:
    with Session.open(path) as session:
        session.pack_ahead()
        first = unpack(session.take_packed())
        find = session.levels_to_find()
        assert find is not None
        assert session.levels_to_find() is None
        find()
    with Session.open(path) as session:
        session.pack_ahead()
        second = unpack(session.take_packed())
        assert session.levels_to_find() is None
    assert (first.arrays["arc_level"] == 0).all()
    assert (second.arrays["arc_level"] > 0).any()
    assert first.meta == second.meta
    # The ring of an island begins where every level has a vertex: its vertices stand in another order.
    for name in first.arrays.keys() - {"arc_level", "arc_xy", "arc_from", "arc_to"}:
        assert_array_equal(first.arrays[name], second.arrays[name], err_msg=name)


def test_a_layer_of_many_vertices_waits_for_its_levels(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_PLAIN", 10)
    with Session.open(path) as session:
        session.pack_ahead()
        assert np.any(unpack(session.take_packed()).arrays["arc_level"] > 0)
        assert session.levels_to_find() is None


def test_what_was_packed_ahead_is_taken_once(path: Path) -> None:
    with Session.open(path) as session:
        session.pack_ahead()
        first = session.take_packed()
        assert unpack(session.take_packed()).meta == unpack(first).meta
        assert session.standing._packed_ahead is None


@pytest.mark.parametrize("kind", ["units-*.bin", "*.npz", "ground-*.txt"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "emptied", "noise"])
def test_a_damaged_cache_is_made_anew(path: Path, kind: str, damage: str) -> None:
    with Session.open(path) as session:
        before = session.topology
        packed_before = load_packed(before, session.plan, cache_folder())
    (file,) = cache_folder().glob(kind)
    whole = file.read_bytes()
    at = len(whole) // 2
    file.write_bytes(
        {
            "flipped": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
            "cut": whole[:at],
            "emptied": b"",
            "noise": bytes(range(256)) * 9,
        }[damage]
    )
    with Session.open(path) as session:
        assert_array_equal(session.topology.arc_coords, before.arc_coords)
        assert load_packed(session.topology, session.plan, cache_folder()) == packed_before
