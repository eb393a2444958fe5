"""Words, inks, bars and column fitting; contrast by the WCAG 2 formula, written out here."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QTableView
from pytestqt.qtbot import QtBot

from territorymap.i18n import day_text
from territorymap.model.records import Measure, Rep
from territorymap.ui import theme
from territorymap.ui.capacity.inputs import NumberBox
from territorymap.ui.parts.cells import IndexValue, draw_index_bar
from territorymap.ui.parts.column_fit import ColumnFit, ColumnNeed
from territorymap.ui.parts.day_field import DayField
from territorymap.ui.parts.elided import ElidedLabel
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.inks import faint, ink
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.stats import Figure, Figures
from territorymap.ui.parts.words import amount, digits_for, home_text, index_text, measure_label


@pytest.mark.parametrize(
    ("values", "digits"),
    [([1, 2, 3], 0), ([1.5, 2.25], 2), ([150.5, 2.0], 1), ([15000.5], 0), ([np.nan], 0), ([], 0)],
)
def test_a_column_has_the_decimals_it_needs(values: list[float], digits: int) -> None:
    assert digits_for(np.array(values, dtype=float)) == digits


def test_missing_numbers_are_a_dash() -> None:
    assert amount(float("nan")) == index_text(float("nan")) == "–"
    assert amount(1234.5, 1) == "1,234.5"
    assert index_text(0.996) == "100 %"


def test_a_measure_of_the_planner_is_called_as_the_planner_calls_it() -> None:
    assert measure_label(Measure(1, "u", "workload_h", "builtin", "workload_h")) == "Workload"
    assert measure_label(Measure(2, "u", "units", "account", "m_units")) == "units"


def test_a_country_alone_is_no_home() -> None:
    assert home_text(Rep(1, "u", "Ann", home_country="US")) == ""
    assert home_text(Rep(1, "u", "Ann", "02139", "Cambridge", "MA", "US")) == "02139 Cambridge, MA, US"


def contrast(a: QColor, b: QColor) -> float:
    def luminance(color: QColor) -> float:
        parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in color.getRgbF()[:3]]
        return float(np.dot(parts, [0.2126, 0.7152, 0.0722]))

    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_inks_can_be_told_from_their_ground(qapp: QApplication, tokens: theme.Tokens) -> None:
    palette = theme.build_palette(tokens)
    for meaning in ("over", "under", "inside"):
        assert contrast(ink(palette, meaning), palette.color(QPalette.ColorRole.Base)) >= 3
    assert contrast(faint(palette), palette.color(QPalette.ColorRole.Window)) >= 4.5


def bar(index: float, reach: float = 0.5) -> list[str]:
    """The colours along the middle line of a bar 201 pixels wide; 100 % is at pixel 100."""
    picture = QImage(201, 20, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    draw_index_bar(painter, QRectF(0, 0, 201, 20), IndexValue(index, 0.05, reach), theme.build_palette(theme.LIGHT))
    painter.end()
    return [picture.pixelColor(x, 10).name() for x in range(201)]


def test_a_bar_goes_from_even_to_the_index(qapp: QApplication) -> None:
    """Half a bar is 100 pixels for 0.5, so 1.20 ends at pixel 140 and 0.90 begins at pixel 80."""
    over, under = (ink(theme.build_palette(theme.LIGHT), m).name() for m in ("over", "under"))
    high = [x for x, color in enumerate(bar(1.2)) if color == over]
    assert (high[0], high[-1]) == pytest.approx((101, 140), abs=1)
    low = [x for x, color in enumerate(bar(0.9)) if color == under]
    assert (low[0], low[-1]) == pytest.approx((80, 99), abs=1)


def test_an_index_inside_the_tolerance_is_neither_over_nor_under(qapp: QApplication) -> None:
    palette = theme.build_palette(theme.LIGHT)
    assert not {ink(palette, "over").name(), ink(palette, "under").name()} & set(bar(1.04))
    assert ink(palette, "inside").name() in bar(1.04)


def test_no_index_draws_no_bar_and_a_huge_one_ends_at_the_edge(qapp: QApplication) -> None:
    palette = theme.build_palette(theme.LIGHT)
    inks = {ink(palette, meaning).name() for meaning in ("over", "under", "inside")}
    assert not inks & set(bar(float("nan")))
    assert ink(palette, "over").name() in bar(9.0)[190:]


class Wide(QAbstractTableModel):
    """One row of ten letters in each of four columns."""

    def rowCount(self, parent: object = None) -> int:
        return 1

    def columnCount(self, parent: object = None) -> int:
        return 4

    def data(self, index: object, role: int = 0) -> object:
        return "wwwwwwwwww" if role == Qt.ItemDataRole.DisplayRole else None


def test_the_important_columns_stay_when_it_gets_narrow(qtbot: QtBot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    model = Wide(view)
    view.setModel(model)
    needs = [ColumnNeed("name", "Name", 0), *(ColumnNeed(f"c{p}", "C", p) for p in (3, 1, 2))]
    fit = ColumnFit(view, lambda: needs, least_ems=10)
    view.show()
    one = view.sizeHintForColumn(0) + ems(view, 2)
    for n_fitting, shown in ((0, "a"), (1, "ac"), (2, "acd"), (3, "abcd")):
        view.resize(ems(view, 10) + one * n_fitting + view.verticalHeader().width() + 6, 100)
        qtbot.waitUntil(lambda shown=shown: visible(view) == shown)
        assert view.horizontalHeader().length() <= view.viewport().width() or n_fitting == 0
    fit.choose({"c3"})
    assert visible(view) == "ab"
    fit.choose(None)
    assert visible(view) == "abcd"


def test_columns_that_are_shown_only_if_chosen_are_not_measured_else(qtbot: QtBot) -> None:
    """Their numbers may take long to work out: nothing asks for them before the planner does."""
    asked: set[int] = set()

    class Asked(Wide):
        def data(self, index: QModelIndex, role: int = 0) -> object:
            asked.add(index.column())
            return super().data(index, role)

    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(Asked(view))
    fit = ColumnFit(view, lambda: [ColumnNeed(f"c{i}", "C", p) for i, p in enumerate((0, 1, 106, 106))], least_ems=10)
    view.resize(ems(view, 90), 100)
    fit.fit()
    view.show()
    qtbot.waitUntil(lambda: visible(view) == "ab")
    assert asked == {0, 1}
    fit.choose({"c3"})
    assert visible(view) == "ad"
    assert asked == {0, 1, 3}


def visible(view: QTableView) -> str:
    return "".join("abcd"[column] for column in range(4) if not view.isColumnHidden(column))


def test_figures_break_into_rows_of_one_length(qtbot: QtBot) -> None:
    figures = [Figure("a label", "tip") for _ in range(6)]
    strip = Figures(figures)
    qtbot.addWidget(strip)
    strip.show()
    for n_wide, n_columns in ((7, 6), (4, 3), (2, 2)):
        strip.resize(figures[0].sizeHint().width() * n_wide + 2, 200)
        qtbot.waitUntil(lambda n=n_columns: len({figure.x() for figure in figures}) == n)
        assert [figure.x() for figure in figures[:n_columns]] == sorted({figure.x() for figure in figures})


def test_a_figure_says_what_it_counts(qtbot: QtBot) -> None:
    figure = Figure("outside", "tip")
    qtbot.addWidget(figure)
    figure.show_value("3", True)
    assert figure.accessibleName() == "outside: 3"


def test_a_name_that_looks_like_html_is_shown_as_it_is_written(qtbot: QtBot) -> None:
    name = "<img src=x><b>Ruhr</b> & co"
    empty, line, figure = EmptyState("balance", "", ""), ElidedLabel(), Figure(name, name)
    for widget in (empty, line, figure):
        qtbot.addWidget(widget)
    plain = QLabel(name, textFormat=Qt.TextFormat.PlainText)
    plain.setFont(empty.sentence.font())
    qtbot.addWidget(plain)
    empty.say("Nothing", name)
    empty.sentence.setWordWrap(False)
    assert empty.sentence.sizeHint().width() == plain.sizeHint().width()  # no letter is taken for a tag
    line.setText(name)
    for tip in (line.toolTip(), figure.toolTip()):
        document = QTextDocument()
        document.setHtml(tip)
        assert document.toPlainText() == name


def test_a_home_without_an_address_is_told_by_its_position() -> None:
    assert home_text(Rep(1, "", "Ada", lon=-111.68, lat=40.3838)) == "40.384° N, 111.680° W"
    assert home_text(Rep(1, "", "Bo", lon=178.0, lat=-17.5)) == "17.500° S, 178.000° E"
    assert home_text(Rep(1, "", "Cy")) == ""
    assert home_text(Rep(1, "", "Di", home_city="Suva", home_country="FJ", lon=178.4, lat=-18.1)) == "Suva, FJ"


def test_a_date_field_writes_dates_as_the_rest_of_the_window(qtbot: QtBot) -> None:
    """Qt's own form was "26 11 2026" or "11/26/2026", beside "Nov 26, 2026" in every table."""
    field = DayField("2026-11-26", "Since")
    qtbot.addWidget(field)
    assert field.date.text() == day_text("2026-11-26") == "Nov 26, 2026"
    assert field.text == "2026-11-26"


def test_an_amount_has_only_the_decimals_it_needs(qtbot: QtBot) -> None:
    box = NumberBox("Rounded to", 0.01, 1e9, digits=2, is_short=True)
    qtbot.addWidget(box)
    shown = []
    for value in (500, 1500.5, 0.25):
        box.show_amount(value)
        shown.append(box.text())
    assert shown == ["500", "1,500.5", "0.25"]
