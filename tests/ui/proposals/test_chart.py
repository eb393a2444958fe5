"""The chart by mouse, keys and pixels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from territorymap.ui import theme
from territorymap.ui.parts.inks import ink
from territorymap.ui.proposals.board import MOVED, SHARE, TRAVEL, WORST, Axis, Board, Mark, Yardstick
from territorymap.ui.proposals.chart import NONE, ProposalChart
from territorymap.ui.proposals.painting import contrast, fill_of, ink_on

KEY = Qt.Key
AXES = (
    Axis(MOVED, "Moved", "", SHARE),
    Axis(WORST, "Worst", "", SHARE),
    Axis(TRAVEL, "Distance", "", "km"),
)


def mark(letter: str, moved: float, worst: float, travel: float) -> Mark:
    values = {MOVED: moved, WORST: worst, TRAVEL: travel}
    return Mark(letter, f"Plan {letter}", values, f"Sentence {letter}.")


MARKS = (mark("A", 0.04, 0.20, 80.0), mark("B", 0.08, 0.10, 70.0), mark("C", 0.12, 0.04, 75.0))
LINES = (
    Yardstick(MOVED, 0.02, "within tolerance only from 2.0 %", "At least 2 % must move.", "bound"),
    Yardstick(MOVED, 0.03, "flow between neighbours: 3.0 %", "The flow.", "flow"),
    Yardstick(WORST, 0.05, "tolerance 5 %", "Asked for.", "tolerance"),
)
NOW = Mark("", "The plan as it is", {MOVED: 0.0, WORST: 0.3, TRAVEL: 72.0}, "It is uneven.")
BOARD = Board(AXES, MARKS, NOW, LINES)


@pytest.fixture
def chart(qtbot: QtBot, qapp: QApplication) -> Iterator[ProposalChart]:
    theme.install(qapp, "light")
    chart = ProposalChart()
    qtbot.addWidget(chart)
    chart.resize(560, 360)
    chart.show_board(BOARD, BOARD.chosen)
    chart.show()
    qtbot.waitExposed(chart)
    yield chart
    theme.install(qapp, "light")


def picture(chart: ProposalChart) -> QImage:
    return chart.grab().toImage()


def is_near(a: QColor, b: QColor, slack: int = 10) -> bool:
    return all(abs(x - y) <= slack for x, y in zip(a.getRgb(), b.getRgb(), strict=True))


def test_marks_lie_where_their_values_say(chart: ProposalChart) -> None:
    """B is half way between A and C across; up, 0.10 is 10/16 of the way from A's 0.20 to C's 0.04."""
    a, b, c = (chart.place_of(n) for n in range(3))
    assert b.x() == pytest.approx((a.x() + c.x()) / 2, abs=1)
    assert b.y() == pytest.approx(a.y() + (c.y() - a.y()) * 10 / 16, abs=1)
    assert a.x() < c.x()
    assert a.y() < c.y()


def test_marks_are_deeper_and_larger_the_more_of_the_third_axis(chart: ProposalChart) -> None:
    image = picture(chart)
    layout = chart.layout_now
    assert layout is not None
    for n, weight in ((0, 1.0), (1, 0.0), (2, 0.5)):
        side = QPoint(round(layout.radius(weight) * 0.66), 0)  # beside the letter
        assert is_near(image.pixelColor(chart.place_of(n) + side), fill_of(weight, chart.palette())), n
    outside = QPoint(round(layout.radius(0.0)) + 2, 0)
    assert is_near(image.pixelColor(chart.place_of(0) + outside), fill_of(1.0, chart.palette()))
    assert not is_near(image.pixelColor(chart.place_of(1) + outside), fill_of(0.0, chart.palette()))


def test_the_bound_stands_between_marks_as_its_value_does(chart: ProposalChart) -> None:
    """0.02 lies half a step of 0.04 left of A; the line is black, and all left of it is shaded."""
    a, b = chart.place_of(0), chart.place_of(1)
    x = a.x() - (b.x() - a.x()) / 2
    image = picture(chart)
    y = a.y() + 60
    text = chart.palette().text().color()
    found = [i for i in range(round(x) - 3, round(x) + 4) if contrast(image.pixelColor(i, y), text) < 1.5]
    assert found, "no line"
    assert image.pixelColor(round(x) - 12, y).lightness() < image.pixelColor(round(x) + 12, y).lightness() - 8
    assert chart.tip_at(QPointF(x, y)) == "At least 2 % must move."


def test_the_tolerance_is_a_line_with_words_and_a_ground_below(chart: ProposalChart) -> None:
    """0.05 is a sixteenth of the way from C's 0.04 to A's 0.20."""
    a, c = chart.place_of(0), chart.place_of(2)
    y = c.y() - (c.y() - a.y()) / 16
    image = picture(chart)
    x = (a.x() + c.x()) // 2 + 20
    band = ink(chart.palette(), "band")
    assert any(is_near(image.pixelColor(x, round(y) + d), band, 40) for d in (-1, 0, 1))
    below, above = image.pixelColor(x, round(y) + 8), image.pixelColor(x, round(y) - 8)
    assert below.green() - below.red() > above.green() - above.red() + 4


def test_hovering_points_at_one_and_leaves_it(chart: ProposalChart, qtbot: QtBot) -> None:
    seen: list[int] = []
    chart.pointed.connect(seen.append)
    QTest.mouseMove(chart, chart.place_of(1))
    QTest.mouseMove(chart, chart.place_of(1) + QPoint(2, 1))
    QTest.mouseMove(chart, chart.place_of(2))
    QTest.mouseMove(chart, QPoint(chart.width() - 5, 5))
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen == [1, 2, NONE]
    assert chart.kept == NONE


def test_a_click_keeps_one_and_a_second_lets_it_go(chart: ProposalChart) -> None:
    seen: list[int] = []
    chart.pinned.connect(seen.append)
    for at in (chart.place_of(1), chart.place_of(2), chart.place_of(2)):
        QTest.mouseClick(chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert seen == [1, 2, NONE]


def test_a_double_click_takes(chart: ProposalChart) -> None:
    seen: list[int] = []
    chart.activated.connect(seen.append)
    at = chart.place_of(1)
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseDClick(chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert seen == [1]
    assert chart.kept == 1


def test_arrows_walk_by_place_and_return_takes(chart: ProposalChart) -> None:
    """Across A, B, C; up C, B, A."""
    kept: list[int] = []
    taken: list[int] = []
    chart.pinned.connect(kept.append)
    chart.activated.connect(taken.append)
    chart.setFocus()
    for key in (KEY.Key_Return, KEY.Key_Right, KEY.Key_Right, KEY.Key_Right, KEY.Key_Right, KEY.Key_Up, KEY.Key_Home,
                KEY.Key_Down, KEY.Key_End, KEY.Key_Return, KEY.Key_Escape):  # fmt: skip
        QTest.keyClick(chart, key)
    assert kept == [0, 1, 2, 1, 0, 1, 2, NONE]
    assert taken == [2]


def test_a_screen_reader_hears_what_is_kept(chart: ProposalChart) -> None:
    assert "arrow keys" in chart.accessibleDescription()
    QTest.keyClick(chart, KEY.Key_Right)
    assert chart.accessibleDescription() == "A  Plan A\nSentence A."
    assert chart.accessibleName() == "Chart of the proposals"


def test_what_is_kept_has_a_ring(chart: ProposalChart) -> None:
    layout = chart.layout_now
    assert layout is not None
    at = chart.place_of(1) + QPoint(round(layout.radius(0.0) + 4), 0)
    before = picture(chart).pixelColor(at)
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, chart.place_of(1))
    QTest.mouseMove(chart, QPoint(4, 4))
    assert contrast(picture(chart).pixelColor(at), before) > 4


def test_tips_are_sentences(chart: ProposalChart) -> None:
    assert chart.tip_at(QPointF(chart.place_of(2))) == "C  Plan C\nSentence C."
    a, b = chart.place_of(0), chart.place_of(1)
    now = QPointF(a.x() - (b.x() - a.x()), a.y() - (b.y() - a.y()))  # 0.0 and 0.30
    assert chart.tip_at(now) == "The plan as it is\nIt is uneven."
    assert chart.tip_at(QPointF(chart.width() - 40, chart.place_of(1).y())) == ""


def test_other_axes_move_the_marks_and_the_lines(chart: ProposalChart) -> None:
    chart.choose((TRAVEL, MOVED, WORST))
    a, b, c = (chart.place_of(n) for n in range(3))
    assert b.x() < c.x() < a.x()
    assert c.x() == pytest.approx((a.x() + b.x()) / 2, abs=1)
    layout = chart.layout_now
    assert layout is not None
    assert {(line.yardstick.kind, line.is_upright) for line in layout.lines} == {("bound", False), ("flow", False)}


def test_a_plan_far_off_stands_at_the_edge_with_its_value(chart: ProposalChart) -> None:
    far = Mark("", "Now", {MOVED: 0.0, WORST: 6.4, TRAVEL: 72.0}, "Far.")
    near = chart.place_of(0).y() - chart.place_of(2).y()
    chart.show_board(Board(AXES, MARKS, far, LINES), BOARD.chosen)
    layout = chart.layout_now
    assert layout is not None
    assert layout.is_beyond(far)
    assert layout.place(far).y() == pytest.approx(layout.plot.top())
    assert abs(chart.place_of(0).y() - chart.place_of(2).y()) >= abs(near)


def test_overlapping_marks_can_each_be_met(chart: ProposalChart) -> None:
    marks = (mark("A", 0.04, 0.10, 80.0), mark("B", 0.043, 0.10, 70.0), mark("C", 0.12, 0.04, 75.0))
    chart.show_board(Board(AXES, marks, None, ()), BOARD.chosen)
    a, b = chart.place_of(0), chart.place_of(1)
    assert b.x() - a.x() < 20
    layout = chart.layout_now
    assert layout is not None
    assert layout.mark_at(QPointF(a)) == 0
    assert layout.mark_at(QPointF(b)) == 1


def test_one_proposal_or_equal_ones_can_be_shown(chart: ProposalChart) -> None:
    for marks in ((MARKS[0],), (MARKS[0], MARKS[0]), (mark("A", 0.0, 0.0, 0.0),), (mark("A", 0.1, float("nan"), 1.0),)):
        chart.show_board(Board(AXES, marks, None, LINES), BOARD.chosen)
        assert not picture(chart).isNull()
    assert chart.tip_at(QPointF(50, 50)) == ""  # it has no place on this axis


def test_nothing_to_show_is_an_empty_ground(chart: ProposalChart) -> None:
    chart.show_board(Board(), BOARD.chosen)
    QTest.keyClick(chart, KEY.Key_Right)
    QTest.mouseMove(chart, QPoint(50, 50))
    image = picture(chart)
    assert {image.pixelColor(x, y).name() for x in range(0, 560, 40) for y in range(0, 360, 40)} == {"#ffffff"}


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_letters_and_edges_can_be_read(chart: ProposalChart, qapp: QApplication, choice: str) -> None:
    theme.install(qapp, choice)
    palette = chart.palette()
    for step in range(11):
        fill = fill_of(step / 10, palette)
        assert contrast(ink_on(fill), fill) >= 4.5
    assert is_near(picture(chart).pixelColor(3, 3), palette.base().color())


def test_it_is_drawn_sharp_on_a_dense_screen(chart: ProposalChart) -> None:
    """At twice the pixels a mark has its edge within one of them, and the line of the bound stays thin."""
    image = QImage(chart.size() * 2, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2.0)
    chart.render(image)
    layout = chart.layout_now
    assert layout is not None
    a = layout.place(MARKS[0])
    y = round(a.y() * 2) + 120
    row = [image.pixelColor(x, y) for x in range(image.width())]
    line = next(line for line in layout.lines if line.yardstick.kind == "bound")
    text, x = chart.palette().text().color(), round(line.start.x() * 2)
    dark = [i for i in range(x - 8, x + 9) if contrast(row[i], text) < 3]
    assert 2 <= len(dark) <= 4
