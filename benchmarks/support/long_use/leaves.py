"""What each kind of thing leaves in memory when it is done again and again: a leak shows in minutes.

In a random run what one kind leaves drowns in what others open and close; so each is done twice, which brings what is
made at first sight, then many times, and what is in use before and after is compared.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.support.long_use import gauges
from benchmarks.support.long_use.hands import FORMATS, WEIGHTS, Hands

_FIRST = 2
_STEPS = ("brush", "lasso", "give", "undo", "redo", "lock", "border")
_N_STEPS = 300  # done before, so that nothing is the first of its kind


@dataclass(frozen=True)
class Left:
    """What a kind left."""

    kind: str
    times: int  # it could be done
    own_mb: float  # resident
    in_use_mb: float  # of the C library: large objects of Python's and all of Qt's


def all_kinds() -> list[str]:
    """Return the kinds that are told by default: exports by format."""
    return [*(kind for kind in WEIGHTS if kind != "export"), *(f"export {name}" for name in FORMATS)]


def left_by(hands: Hands, kinds: Sequence[str], times: int) -> Iterator[Left]:
    """Do each kind so many times, one after the other."""
    hands.see_all()
    for _ in range(_N_STEPS):
        _do(hands, str(hands.rng.choice(_STEPS)))
    for kind in kinds:
        for _ in range(_FIRST):
            _do(hands, kind)
        own, in_use = _held(hands)
        done = sum(_do(hands, kind) for _ in range(times))
        own_after, in_use_after = _held(hands)
        yield Left(kind, done, round(own_after - own, 1), round(in_use_after - in_use, 1))


def _do(hands: Hands, kind: str) -> bool:
    name, _, given = kind.partition(" ")
    is_done = hands.export_as(given) if given else hands.do(name)
    if not is_done:
        hands.w.refuse_dialogs()
    return is_done


def _held(hands: Hands) -> tuple[float, float]:
    hands.w.settle()
    gc.collect()
    return gauges.held_mb()
