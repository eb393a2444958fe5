"""Stopping a long export. Owns the question asked between two pieces of work; not who asks to stop."""

from __future__ import annotations

from collections.abc import Callable

from territorymap.errors import Cancelled


def check_of(is_cancelled: Callable[[], bool]) -> Callable[[], None]:
    """Return a function that raises Cancelled once ``is_cancelled`` says so."""

    def check() -> None:
        if is_cancelled():
            raise Cancelled

    return check
