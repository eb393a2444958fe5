"""Paints the chart of proposals. Owns colours and strokes; where things lie is the layout's."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF

from territorymap.i18n import tr
from territorymap.ui.parts.inks import blend, faint, hairline, ink
from territorymap.ui.parts.scale import scaled
from territorymap.ui.proposals.board import Mark, not_dominated
from territorymap.ui.proposals.layout import Layout, Line
from territorymap.ui.theme import tokens

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag.AlignCenter
_PALEST = 0.3  # share of the accent in the fill of the least mark


def paint_chart(painter: QPainter, layout: Layout, palette: QPalette, shown: int, pinned: int, *, focus: bool) -> None:
    """Paint the whole chart; ``shown`` and ``pinned`` are positions of marks, -1 = none."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(QPointF(0, 0), layout.size), palette.color(QPalette.ColorRole.Base))
    _paint_ground(painter, layout, palette)
    _paint_axes(painter, layout, palette)
    _paint_head(painter, layout, palette)
    for line in layout.lines:
        _paint_line(painter, line, layout, palette)
    _paint_front(painter, layout, palette)
    if layout.board.present is not None and layout.is_placed(layout.board.present):
        _paint_present(painter, layout.board.present, layout, palette)
    marks = layout.board.marks
    last = [n for n in (pinned, shown) if n >= 0]
    for n in [*(n for n in range(len(marks)) if n not in last), *dict.fromkeys(last)]:
        if layout.is_placed(marks[n]):
            _paint_mark(painter, marks[n], layout, palette, is_shown=n == shown, is_pinned=n == pinned)
    if focus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens().accent), 1.5))
        painter.drawRoundedRect(QRectF(QPointF(0, 0), layout.size).adjusted(1, 1, -1, -1), 3, 3)


def fill_of(weight: float, palette: QPalette) -> QColor:
    """Return the fill of a mark, the deeper the more there is of the third axis."""
    base = palette.color(QPalette.ColorRole.Base)
    return blend(QColor(tokens().accent), base, _PALEST + (1 - _PALEST) * weight)


def ink_on(ground: QColor) -> QColor:
    """Return black or white, whichever can be read better: on every ground one of them has a contrast of 4.5."""
    return max((QColor("black"), QColor("white")), key=lambda color: contrast(color, ground))


def contrast(a: QColor, b: QColor) -> float:
    """Return the contrast of two colours, 1 to 21. Source: WCAG 2.2, relative luminance."""
    low, high = sorted((_luminance(a), _luminance(b)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: QColor) -> float:
    parts = (color.redF(), color.greenF(), color.blueF())
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


# -- the ground --------------------------------------------------------------------------------------------------------


def _paint_ground(painter: QPainter, layout: Layout, palette: QPalette) -> None:
    """Shade where no plan can be, and where all are within the tolerance."""
    base, text, plot = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text), layout.plot
    painter.fillRect(plot, blend(text, base, 0.03))
    for line in layout.lines:
        kind = line.yardstick.kind
        if kind == "tolerance" and not line.is_upright:
            box = QRectF(QPointF(plot.left(), line.start.y()), plot.bottomRight())
            painter.fillRect(box, blend(ink(palette, "band"), base, 0.1))
        elif kind == "bound":
            box = QRectF(plot.topLeft(), QPointF(line.start.x(), plot.bottom()))
            if not line.is_upright:
                box = QRectF(QPointF(plot.left(), line.start.y()), plot.bottomRight())
            painter.fillRect(box, blend(text, base, 0.1))


def _paint_axes(painter: QPainter, layout: Layout, palette: QPalette) -> None:
    plot, row = layout.plot, layout.metrics.height()
    painter.setFont(layout.small)
    grid, words = QPen(hairline(palette), 1), faint(palette)
    for tick in layout.x_scale.ticks:
        x = _sharp(plot.left() + plot.width() * layout.x_scale.share(tick))
        painter.setPen(grid)
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        text = layout.across.write(tick, layout.x_scale.step)
        wide = layout.metrics.horizontalAdvance(text) + 2
        left = min(x - wide / 2, layout.size.width() - wide)
        painter.setPen(words)
        painter.drawText(QRectF(left, plot.bottom() + row * 0.15, wide, row), _MIDDLE, text)
    for tick in layout.y_scale.ticks:
        y = _sharp(plot.bottom() - plot.height() * layout.y_scale.share(tick))
        painter.setPen(grid)
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(words)
        box = QRectF(0, y - row / 2, plot.left() - row * 0.35, row)
        painter.drawText(box, _RIGHT, layout.up.write(tick, layout.y_scale.step))
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    painter.setFont(scaled(layout.small, 1.0, bold=True))
    box = QRectF(plot.left(), plot.bottom() + row * 1.25, plot.width(), row * 1.2)
    painter.drawText(box, _RIGHT, _fit(painter, tr("{axis} →", axis=layout.across.title), box.width()))


def _paint_head(painter: QPainter, layout: Layout, palette: QPalette) -> None:
    """Name the axis that goes up, at the left, and say what size and shade mean, at the right."""
    head, row = layout.head, layout.metrics.height()
    least, most = _ends(layout)
    right = head.right()
    painter.setFont(layout.small)
    if least is not None and most is not None:
        for weight, text in ((1.0, most), (0.0, least)):
            wide = layout.metrics.horizontalAdvance(text)
            painter.setPen(faint(palette))
            painter.drawText(QRectF(right - wide, head.top(), wide + 1, head.height()), _LEFT, text)
            radius = layout.radius(weight) * 0.75
            middle = QPointF(right - wide - row * 0.3 - radius, head.center().y())
            _paint_disc(painter, middle, radius, fill_of(weight, palette), palette)
            right = middle.x() - radius - row * 0.5
        wide = layout.metrics.horizontalAdvance(layout.shade.title) + 1
        if right - wide > head.center().x():
            painter.setPen(faint(palette))
            painter.drawText(QRectF(right - wide, head.top(), wide, head.height()), _LEFT, layout.shade.title)
            right -= wide + row
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    painter.setFont(scaled(layout.small, 1.0, bold=True))
    box = QRectF(head.left(), head.top(), max(0.0, right - head.left()), head.height())
    painter.drawText(box, _LEFT, _fit(painter, tr("↑ {axis}", axis=layout.up.title), box.width()))


def _ends(layout: Layout) -> tuple[str | None, str | None]:
    """Return the least and the greatest value of the third axis as text; None where all are the same."""
    known = [mark.value(layout.shade.key) for mark in layout.board.marks if mark.has(layout.shade.key)]
    if not known or min(known) == max(known):
        return None, None
    return layout.shade.write(min(known)), layout.shade.write(max(known))


# -- lines and marks ---------------------------------------------------------------------------------------------------


def _paint_line(painter: QPainter, line: Line, layout: Layout, palette: QPalette) -> None:
    kind = line.yardstick.kind
    color = {"tolerance": ink(palette, "band"), "bound": palette.color(QPalette.ColorRole.Text)}.get(
        kind, QColor(tokens().warning)
    )
    pen = QPen(color, 1.5)
    if kind == "flow":
        pen.setDashPattern([4, 3])
    painter.setPen(pen)
    start, end = line.start, line.end
    if line.is_upright:
        start, end = QPointF(_sharp(start.x()), start.y()), QPointF(_sharp(end.x()), end.y())
    else:
        start, end = QPointF(start.x(), _sharp(start.y())), QPointF(end.x(), _sharp(end.y()))
    painter.drawLine(start, end)
    painter.setFont(layout.small)
    pad = layout.metrics.height() * 0.25
    painter.drawText(
        line.words.adjusted(pad, 0, 0, 0), _LEFT, _fit(painter, line.yardstick.words, line.words.width() - pad)
    )


def _paint_front(painter: QPainter, layout: Layout, palette: QPalette) -> None:
    """Join the marks than which no other is better on both axes, so that the trade is seen as a line."""
    placed = [mark for mark in layout.board.marks if layout.is_placed(mark)]
    front = [placed[n] for n in not_dominated(placed, (layout.across, layout.up))]
    places = sorted((layout.place(mark) for mark in front), key=lambda place: place.x())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(blend(QColor(tokens().accent), palette.color(QPalette.ColorRole.Base), 0.5), 1.5))
    painter.drawPolyline(QPolygonF(places))


def _paint_present(painter: QPainter, mark: Mark, layout: Layout, palette: QPalette) -> None:
    """Paint the plan as it is: an open square, an arrow where it is farther off than the scale reaches."""
    place, side = layout.place(mark), layout.radius(0.3)
    text = palette.color(QPalette.ColorRole.Text)
    painter.setPen(QPen(text, 1.8))
    painter.setBrush(palette.color(QPalette.ColorRole.Base))
    words = tr("now")
    if layout.is_beyond(mark):
        words = tr("now: {value}", value=layout.up.write(mark.value(layout.up.key)))
        if not layout.x_scale.holds(mark.value(layout.across.key)):
            words = tr("now: {value}", value=layout.across.write(mark.value(layout.across.key)))
            tip = 1 if place.x() > layout.plot.center().x() else -1
            foot = QPointF(place.x() - tip * side * 1.4, place.y())
            corners = [place, foot + QPointF(0, side), foot - QPointF(0, side)]
        else:
            tip = -1 if place.y() < layout.plot.center().y() else 1
            foot = QPointF(place.x(), place.y() - tip * side * 1.4)
            corners = [place, foot + QPointF(side, 0), foot - QPointF(side, 0)]
        painter.setBrush(text)
        painter.drawPolygon(QPolygonF(corners))
        place = foot
    else:
        painter.drawRect(QRectF(place.x() - side * 0.8, place.y() - side * 0.8, side * 1.6, side * 1.6))
    painter.setFont(scaled(layout.small, 1.0, bold=True))
    painter.setPen(text)
    painter.drawText(_free_box(layout, painter.fontMetrics().horizontalAdvance(words) + 2, place, side), _LEFT, words)


def _free_box(layout: Layout, wide: float, place: QPointF, side: float) -> QRectF:
    """Return where words beside a point cover no mark: right of it, over it, under it, left of it."""
    row = layout.metrics.height()
    boxes = [
        QRectF(place.x() + side * 1.3, place.y() - row / 2, wide, row),
        QRectF(place.x() - side * 0.8, place.y() - side * 1.3 - row, wide, row),
        QRectF(place.x() - side * 0.8, place.y() + side * 1.3, wide, row),
        QRectF(place.x() - side * 1.3 - wide, place.y() - row / 2, wide, row),
    ]
    inside = [b for b in boxes if b.left() >= 0 and b.right() <= layout.size.width()] or boxes
    return next((box for box in inside if not any(box.intersects(disc) for disc in layout.discs)), inside[0])


def _paint_mark(
    painter: QPainter, mark: Mark, layout: Layout, palette: QPalette, *, is_shown: bool, is_pinned: bool
) -> None:
    weight, place = layout.weight(mark), layout.place(mark)
    radius, fill = layout.radius(weight), fill_of(weight, palette)
    if is_shown or is_pinned:
        ring = radius + (4.0 if is_pinned else 3.0)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 2.2 if is_pinned else 1.2))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawEllipse(place, ring, ring)
    _paint_disc(painter, place, radius, fill, palette)
    painter.setFont(scaled(layout.small, 1.0, bold=True))
    painter.setPen(ink_on(fill))
    painter.drawText(QRectF(place.x() - radius, place.y() - radius, 2 * radius, 2 * radius), _MIDDLE, mark.letter)


def _paint_disc(painter: QPainter, place: QPointF, radius: float, fill: QColor, palette: QPalette) -> None:
    # A pale disc keeps an edge that can be told from the ground.
    painter.setPen(QPen(blend(palette.color(QPalette.ColorRole.Text), fill, 0.45), 1.2))
    painter.setBrush(fill)
    painter.drawEllipse(place, radius, radius)


def _fit(painter: QPainter, text: str, width: float) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width) + 1)


def _sharp(value: float) -> float:
    """Return the middle of a pixel: a line of one pixel is drawn crisp there."""
    return int(value) + 0.5
