"""The same hundred things in the same layout, early and late in a long run: whether the program has become slower.

A random hand leaves other panels in front each time, and what is in front is paid for; so the hundred that are compared
are always the same kinds, in the same order, with the layout as it was delivered, the whole map in sight, and the first
scenario and alignment in use.
"""

from __future__ import annotations

import numpy as np
from benchmarks.support.long_use.eyes import visible_units
from benchmarks.support.long_use.gauges import Clock
from benchmarks.support.long_use.hands import Hands

from tests.support.window import wait_until

_ROUND = ("brush", "give", "undo", "redo", "undo", "lasso", "lock", "give", "undo", "redo")
_ROUNDS = 10
_WARM = 1  # rounds before, which are not counted: pages and panels are drawn anew after the layout was reset
_TRIES = 100
Times = dict[str, float]  # median ms of processor time, by kind


def take(hands: Hands, clock: Clock) -> Times:
    """Do them and return what each kind took; the hand's own dice are left alone."""
    dice, hands.rng = hands.rng, np.random.default_rng(5)
    try:
        _make_alike(hands)
        clock.renew()
        spent: dict[str, list[float]] = {kind: [] for kind in _ROUND}
        for n in range(_WARM + _ROUNDS):
            for kind in _ROUND:
                ms = _do(hands, kind, clock)
                if n >= _WARM:
                    spent[kind].append(ms)
        return {kind: round(float(np.median(times)), 1) for kind, times in spent.items()}
    finally:
        hands.rng = dice


def _make_alike(hands: Hands) -> None:
    hands.w.refuse_dialogs()
    assert hands.trigger("reset_layout")
    hands.session.switch_alignment(hands.plan.alignments[0].alignment_id)
    hands.session.switch_scenario(hands.plan.scenarios[0].scenario_id)
    hands.w.rest()  # only a map that has its new size can be brought into sight
    assert hands.trigger("whole_map")
    hands.w.rest()
    wait_until(lambda: len(visible_units(hands.w)) > len(hands.plan.units) // 10, "the whole map is in sight")


def _do(hands: Hands, kind: str, clock: Clock) -> float:
    for _ in range(_TRIES):
        before = clock.read()
        if hands.do(kind):
            return (clock.read() - before) * 1000
        hands.w.refuse_dialogs()
    raise AssertionError(f"{kind} cannot be done: {hands.w.state()}")


def ratio(early: Times, late: Times) -> float:
    """Return how many times as long a round takes late."""
    return sum(late[kind] for kind in _ROUND) / max(sum(early[kind] for kind in _ROUND), 0.1)
