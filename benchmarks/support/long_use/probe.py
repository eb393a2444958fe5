"""The same hundred things in the same layout, early and late in a long run: whether the program has become slower.

A random hand leaves other panels in front each time, and what is in front is paid for; so the hundred that are compared
are always the same kinds, in the same order, with the layout as it was delivered, the whole map in sight, and the first
scenario and alignment in use.
"""

from __future__ import annotations

import numpy as np
from benchmarks.support.long_use.gauges import Clock
from benchmarks.support.long_use.hands import Hands

_ROUND = ("brush", "give", "undo", "redo", "undo", "lasso", "lock", "give", "undo", "redo")
_ROUNDS = 10
_WARM = 1  # rounds before, which are not counted: pages and panels are drawn anew after the layout was reset
_TRIES = 30
Times = dict[str, float]  # median ms of processor time, by kind


def take(hands: Hands, clock: Clock) -> Times:
    """Do them and return what each kind took; the hand's own dice are left alone."""
    dice, hands.rng = hands.rng, np.random.default_rng(5)
    try:
        hands.w.refuse_dialogs()
        for name in ("reset_layout", "whole_map"):
            assert hands.trigger(name)
        hands.session.switch_alignment(hands.plan.alignments[0].alignment_id)
        hands.session.switch_scenario(hands.plan.scenarios[0].scenario_id)
        hands.w.settle()
        hands.w.stand_still()
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
