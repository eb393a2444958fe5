"""The collector runs again when the last that held it has let go, in whatever order they came and go."""

from __future__ import annotations

import gc

import pytest

from territorymap import collecting
from territorymap.collecting import uncollected


@pytest.fixture(autouse=True)
def running():
    gc.enable()
    yield
    gc.enable()


def test_it_is_held_and_runs_again():
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_runs_again_after_an_error():
    with pytest.raises(KeyError), uncollected():
        raise KeyError
    assert gc.isenabled()


def test_who_began_last_may_end_last():
    """A thread that begins during a long step still runs when the step is done: nothing may be collected in it."""
    collecting.hold()  # the step
    collecting.hold()  # the thread
    collecting.release()  # the step
    assert not gc.isenabled()
    collecting.release()
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off():
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()
