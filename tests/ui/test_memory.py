"""What is asked of the C library; that it keeps memory small is seen by benchmarks/hard_long.py."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from territorymap.ui.main_window import MainWindow
from territorymap.ui.memory import give_back, settle
from tests.ui.conftest import wait_for

_THREADS = """
import ctypes, threading, xml.etree.ElementTree as tree, sys
from territorymap.ui.memory import use_few_heaps
if sys.argv[1] == "few":
    use_few_heaps()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
all_here = threading.Barrier(6)
def work():
    all_here.wait()
    libc.malloc(1000)
    all_here.wait()
threads = [threading.Thread(target=work) for _ in range(6)]
[t.start() for t in threads]; [t.join() for t in threads]
libc.fopen.restype, libc.malloc_info.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p]
libc.fclose.argtypes = [ctypes.c_void_p]
stream = libc.fopen(sys.argv[2].encode(), b"w")
libc.malloc_info(0, stream)
libc.fclose(stream)
print(len(tree.parse(sys.argv[2]).getroot().findall("heap")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc")
def test_threads_share_two_heaps(tmp_path) -> None:  # type: ignore[no-untyped-def]
    def heaps(how: str) -> int:
        command = [sys.executable, "-c", _THREADS, how, str(tmp_path / "heaps.xml")]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    assert heaps("few") <= 2 < heaps("many")


def test_giving_back_lets_go_of_rings() -> None:
    class Ring:
        pass

    ring = Ring()
    ring.own = ring  # type: ignore[attr-defined]
    known = weakref.ref(ring)
    gc.disable()
    try:
        del ring
        assert known() is not None
        give_back()
        assert known() is None
    finally:
        gc.enable()


def test_what_stands_is_out_of_the_way_until_it_is_given_back() -> None:
    """Also what becomes a ring later; the collector then has little to walk over."""

    class Ring:
        pass

    gc.collect()
    n_before = len(gc.get_objects())
    ring, known = Ring(), None
    settle()
    try:
        assert gc.get_freeze_count() > 0.9 * n_before
        assert len(gc.get_objects()) < 0.1 * n_before
        ring.own = ring  # type: ignore[attr-defined]
        known = weakref.ref(ring)
        del ring
        gc.collect()
        assert known() is not None
    finally:
        give_back()
    assert known() is None
    assert gc.get_freeze_count() < 0.1 * n_before


def test_what_was_let_go_meanwhile_does_not_settle_with_the_rest() -> None:
    """Neither what the collector has not come to yet, however old, nor what was settled before."""

    class Ring:
        pass

    old, settled = Ring(), Ring()
    known = weakref.ref(old), weakref.ref(settled)
    gc.collect()  # of the oldest generation from here
    settle()
    gc.disable()
    try:
        old.own, settled.own = old, settled  # type: ignore[attr-defined]
        del settled
        settle()
        assert known[1]() is None
        gc.unfreeze()
        del old
        settle()
        assert known[0]() is None
    finally:
        gc.enable()
        give_back()


def test_settling_waits_for_the_end_of_a_stroke(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed = [Qt.MouseButton.LeftButton]
    monkeypatch.setattr(QGuiApplication, "mouseButtons", lambda: pressed[0])
    give_back()
    opened.settling.begin()
    QTest.qWait(2_000)
    assert gc.get_freeze_count() == 0
    pressed[0] = Qt.MouseButton.NoButton
    wait_for(qtbot, lambda: gc.get_freeze_count() > 20_000)


def test_a_plan_on_the_screen_is_settled_until_it_is_closed(opened: MainWindow, qtbot: QtBot) -> None:
    wait_for(qtbot, lambda: gc.get_freeze_count() > 20_000)
    session = weakref.ref(opened.session)
    opened.close_plan()
    wait_for(qtbot, lambda: gc.get_freeze_count() == 0)
    assert session() is None
