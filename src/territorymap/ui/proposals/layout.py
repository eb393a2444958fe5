"""Where everything of the chart lies: plot, marks, lines and their words, legend. Owns geometry; nothing is painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF

from territorymap.ui.parts.scale import scaled, tabular
from territorymap.ui.proposals.board import Axis, Board, Mark, Yardstick
from territorymap.ui.proposals.scales import Scale, scale_for

_SMALLEST, _LARGEST = 0.56, 0.86  # radius of a mark, in heights of a line
_REACH = 0.35  # of a line's height: how far beside a mark or a line the pointer still means it


@dataclass(frozen=True)
class Line:
    """A yardstick on the chart."""

    yardstick: Yardstick
    start: QPointF
    end: QPointF
    words: QRectF
    is_upright: bool


@dataclass
class Layout:
    """The chart at one size with one choice of axes."""

    board: Board
    across: Axis
    up: Axis
    shade: Axis
    size: QSizeF
    font: QFont
    plot: QRectF = field(init=False)
    head: QRectF = field(init=False)  # over the plot: what is up, and the legend
    lines: list[Line] = field(init=False)

    def __post_init__(self) -> None:
        """Lay out from the outside in."""
        self.small = tabular(scaled(self.font, 0.9))
        self.metrics = QFontMetricsF(self.small)
        row = self.metrics.height()
        n_across = max(2, int(self.size.width() / (row * 5)))
        n_up = max(2, int(self.size.height() / (row * 2.6)))
        self.x_scale = self._scale(self.across, n_across)
        self.y_scale = self._scale(self.up, n_up)
        self.shade_scale = self._scale(self.shade, 4, with_guests=False)
        widest = max(self.metrics.horizontalAdvance(self.up.write(t, self.y_scale.step)) for t in self.y_scale.ticks)
        self.head = QRectF(row * 0.6, row * 0.3, max(1.0, self.size.width() - row * 1.2), row * 1.3)
        upright = [y for y in self.board.yardsticks if y.axis == self.across.key and self.x_scale.holds(y.value)]
        upright.sort(key=lambda yardstick: -yardstick.value)  # from the right: no line goes up through words
        left = widest + row * 1.1
        width = max(row * 4, self.size.width() - left - row * 0.9)
        flags = self._flags(upright, left, width, row)
        top = self.head.bottom() + row * 0.25 + row * 1.15 * (1 + max((n for n, _, _ in flags), default=-1))
        bottom = self.size.height() - row * 2.7
        self.plot = QRectF(left, top, width, max(row * 3, bottom - top))
        self.lines = [self._upright(y, flag, row) for y, flag in zip(upright, flags, strict=True)]
        flat = [y for y in self.board.yardsticks if y.axis == self.up.key and self.y_scale.holds(y.value)]
        self.lines += [self._flat(yardstick, row) for yardstick in flat]

    def _scale(self, axis: Axis, n_ticks: int, *, with_guests: bool = True) -> Scale:
        values = [mark.value(axis.key) for mark in self.board.marks]
        guests = [y.value for y in self.board.yardsticks if y.axis == axis.key] if with_guests else []
        if with_guests and self.board.present is not None and self.board.present.has(axis.key):
            guests.append(self.board.present.value(axis.key))
        return scale_for(values, guests, from_zero=axis.starts_at_zero and with_guests, n_ticks=n_ticks)

    # -- yardsticks ----------------------------------------------------------------------------------------------------

    def _flags(
        self, yardsticks: Sequence[Yardstick], left: float, width: float, row: float
    ) -> list[tuple[int, float, float]]:
        """Return for each upright line the row of its words above the plot, their left edge and width.

        Words stand right of their line where there is room, else left of it; who would touch another goes a row higher.
        """
        taken: list[list[tuple[float, float]]] = []
        found: list[tuple[int, float, float]] = []
        for yardstick in yardsticks:
            x = left + width * self.x_scale.share(yardstick.value)
            wide = min(self.metrics.horizontalAdvance(yardstick.words) + row * 0.5, width)
            start = x if x + wide <= left + width else max(left, x - wide)
            n = next(
                (n for n, others in enumerate(taken) if all(start > b + 2 or start + wide < a - 2 for a, b in others)),
                len(taken),
            )
            if n == len(taken):
                taken.append([])
            taken[n].append((min(start, x), max(start + wide, x)))
            found.append((n, start, wide))
        return found

    def _upright(self, yardstick: Yardstick, flag: tuple[int, float, float], row: float) -> Line:
        n, start, wide = flag
        x = self.plot.left() + self.plot.width() * self.x_scale.share(yardstick.value)
        words = QRectF(start, self.plot.top() - row * 1.15 * (n + 1), wide, row * 1.1)
        return Line(yardstick, QPointF(x, self.plot.bottom()), QPointF(x, words.top()), words, True)

    def _flat(self, yardstick: Yardstick, row: float) -> Line:
        y = self.plot.bottom() - self.plot.height() * self.y_scale.share(yardstick.value)
        wide = min(self.metrics.horizontalAdvance(yardstick.words) + row * 0.5, self.plot.width())
        top = y - row * 1.1 if y - row * 1.1 >= self.plot.top() else y
        left = self.plot.left() + row * 0.2
        for line in sorted((line for line in self.lines if line.is_upright), key=lambda line: line.start.x()):
            if left - row < line.start.x() < left + wide and line.start.x() + row * 0.2 + wide <= self.plot.right():
                left = line.start.x() + row * 0.2  # no line goes through the words
        words = QRectF(left, top, wide, row * 1.1)
        return Line(yardstick, QPointF(self.plot.left(), y), QPointF(self.plot.right(), y), words, False)

    # -- marks ---------------------------------------------------------------------------------------------------------

    def place(self, mark: Mark) -> QPointF:
        """Return the middle of a mark; what lies beyond the scale is put on its edge."""
        x, y = mark.value(self.across.key), mark.value(self.up.key)
        return QPointF(
            self.plot.left() + self.plot.width() * self.x_scale.share(x),
            self.plot.bottom() - self.plot.height() * self.y_scale.share(y),
        )

    def is_placed(self, mark: Mark) -> bool:
        return mark.has(self.across.key, self.up.key)

    def is_beyond(self, mark: Mark) -> bool:
        """Whether a mark is farther off than the scale reaches."""
        return not (self.x_scale.holds(mark.value(self.across.key)) and self.y_scale.holds(mark.value(self.up.key)))

    def weight(self, mark: Mark) -> float:
        """Return 0 for the least value of the third axis, 1 for the greatest; 0.5 where it says nothing."""
        known = [m.value(self.shade.key) for m in self.board.marks if m.has(self.shade.key)]
        if not mark.has(self.shade.key) or min(known) == max(known):
            return 0.5
        return (mark.value(self.shade.key) - min(known)) / (max(known) - min(known))

    def radius(self, weight: float) -> float:
        return self.metrics.height() * (_SMALLEST + (_LARGEST - _SMALLEST) * weight)

    @property
    def discs(self) -> list[QRectF]:
        """The boxes of the marks."""
        found = []
        for mark in self.board.marks:
            if self.is_placed(mark):
                place, r = self.place(mark), self.radius(self.weight(mark))
                found.append(QRectF(place.x() - r, place.y() - r, 2 * r, 2 * r))
        return found

    # -- the pointer ---------------------------------------------------------------------------------------------------

    def mark_at(self, at: QPointF) -> int:
        """Return the position of the mark under the pointer, the nearest where they overlap; -1 = none."""

        def gap(n: int) -> float:
            mark = self.board.marks[n]
            return _length(self.place(mark) - at) - self.radius(self.weight(mark))

        placed = [n for n, mark in enumerate(self.board.marks) if self.is_placed(mark)]
        hit = [n for n in placed if gap(n) <= self._slack]
        # Where marks overlap, the one whose middle is nearest is meant, not the one that is largest.
        return min(hit, key=lambda n: _length(self.place(self.board.marks[n]) - at), default=-1)

    def is_at_present(self, at: QPointF) -> bool:
        present = self.board.present
        if present is None or not self.is_placed(present):
            return False
        return _length(self.place(present) - at) <= self.radius(0.5) + self._slack

    def line_at(self, at: QPointF) -> Line | None:
        """Return the yardstick whose line or words are under the pointer."""
        for line in self.lines:
            box = QRectF(line.start, line.end).normalized().adjusted(-1, -1, 1, 1)
            box.adjust(-self._slack, -self._slack, self._slack, self._slack)
            if box.contains(at) or line.words.contains(at):
                return line
        return None

    @property
    def _slack(self) -> float:
        return self.metrics.height() * _REACH

    # -- walking -------------------------------------------------------------------------------------------------------

    def order(self, key: Callable[[QPointF], float]) -> list[int]:
        """Return the positions of the placed marks, ordered by a measure of their places."""
        placed = [n for n, mark in enumerate(self.board.marks) if self.is_placed(mark)]
        return sorted(placed, key=lambda n: (key(self.place(self.board.marks[n])), n))


def _length(gap: QPointF) -> float:
    return float((gap.x() ** 2 + gap.y() ** 2) ** 0.5)
