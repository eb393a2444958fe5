"""A page that ends again and again is loaded at ever longer intervals, and at once after a quiet time."""

from __future__ import annotations

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
