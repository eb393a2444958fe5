"""Telling how far a long piece of work is, and stopping it. Owns the two callbacks; not how they are shown."""

from __future__ import annotations

from collections.abc import Callable

from territorymap.errors import Cancelled

Progress = Callable[[float], None]  # told a fraction in 0..1
IsCancelled = Callable[[], bool]


class Ticker:
    """Reports fractions and raises Cancelled; cheap enough to be asked often.

    ``part(a, b)`` gives a ticker whose 0..1 is the span a..b of this one.
    """

    def __init__(
        self,
        progress: Progress | None = None,
        is_cancelled: IsCancelled | None = None,
        span: tuple[float, float] = (0, 1),
    ) -> None:
        self._progress = progress
        self._is_cancelled = is_cancelled
        self._span = span

    def tell(self, fraction: float) -> None:
        """Report a fraction of this ticker's span.

        Raises
        ------
        Cancelled
            if the person has pressed Cancel.
        """
        if self._is_cancelled is not None and self._is_cancelled():
            raise Cancelled
        if self._progress is not None:
            low, high = self._span
            self._progress(low + (high - low) * min(max(fraction, 0.0), 1.0))

    def part(self, start: float, end: float) -> Ticker:
        low, high = self._span
        width = high - low
        return Ticker(self._progress, self._is_cancelled, (low + width * start, low + width * end))
