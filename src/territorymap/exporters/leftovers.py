"""What libraries keep after a file has been written, and what lets go of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Forget = Callable[[], None]

_forgets: list[Forget] = []


def forget_afterwards(forget: Forget) -> Forget:
    """Have a function called after each export; for the modules that use such a library."""
    _forgets.append(forget)
    return forget


@contextmanager
def leaving_nothing() -> Iterator[None]:
    """Let go of everything when the block ends, well or not."""
    try:
        yield
    finally:
        for forget in _forgets:
            forget()
