"""Who is told of a change, and that each is told whatever befalls another.

Owns the order of telling and what becomes of a listener's error; what a change is, edits has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from territorymap.session.edits import PlanChange

Listener = Callable[[PlanChange], None]
Fault = Callable[[Exception], None]


class Listeners:
    """The listeners of one session: first those whose caches are void, then all others."""

    def __init__(self) -> None:
        self._first: list[Listener] = []
        self._others: list[Listener] = []
        self.fault: Fault | None = None  # is told what nobody foresaw; None: it rises once all have been told

    def __len__(self) -> int:
        return len(self._first) + len(self._others)

    def add(self, listener: Listener, *, is_first: bool = False) -> Callable[[], None]:
        """Call the listener after each change; returns how to stop that."""
        listeners = self._first if is_first else self._others
        listeners.append(listener)

        def stop() -> None:
            if listener in listeners:
                listeners.remove(listener)

        return stop

    def tell(self, change: PlanChange) -> None:
        """Tell every listener, those after one that failed too: else their view would go on showing what was before.

        The change is saved when this is called, so an error here is none of the edit.
        """
        errors: list[Exception] = []
        for listener in [*self._first, *self._others]:
            try:
                listener(change)
            except Exception as error:  # noqa: BLE001 - rises below, or goes to whoever shows it
                errors.append(error)
        self.report(errors)

    def report(self, errors: list[Exception]) -> None:
        """Hand errors to whoever shows them; with nobody there they rise."""
        if errors and self.fault is None:
            raise errors[0] if len(errors) == 1 else ExceptionGroup("Several listeners failed.", errors)
        for error in errors:
            assert self.fault is not None
            self.fault(error)

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Tell only those that come first, while many changes are made that are told as one afterwards."""
        kept, self._others = self._others, []
        try:
            yield
        finally:
            self._others = kept

    def clear(self) -> None:
        self._first.clear()
        self._others.clear()
