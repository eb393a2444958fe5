"""A page that ends again and again is loaded at ever longer intervals, and at once after a quiet time."""

from __future__ import annotations

import os
import sys
import time

import pytest

from territorymap.ui.map.page_watch import processor_time
from territorymap.ui.map.restarts import Restarts


def test_it_waits_longer_the_more_often_it_ended() -> None:
    now = [0.0]
    restarts = Restarts(clock=lambda: now[0])
    waits = []
    for _ in range(6):
        waits.append(restarts.wait_ms())
        now[0] += 1
    assert waits == [0, 0, 5_000, 30_000, 30_000, 30_000]
    now[0] += 1000
    assert restarts.wait_ms() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_the_processor_time_of_a_process_grows_with_its_work() -> None:
    before = processor_time(os.getpid())
    assert before is not None
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass
    after = processor_time(os.getpid())
    assert after is not None
    assert after > before
    assert processor_time(2**30) is None
