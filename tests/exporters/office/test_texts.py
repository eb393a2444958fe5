"""Texts as Excel and PowerPoint take them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.exporters.office.texts import cell_text, legal, reads_right_to_left, sheet_name, shortened
from territorymap.model.cells import unfused


@given(st.text())
def test_what_the_importers_read_from_a_cell_is_the_text(text: str) -> None:
    assert unfused(cell_text(text)) == legal(text)


def test_a_cell_is_cut_where_excel_would_refuse_it_and_never_inside_a_letter() -> None:
    assert cell_text("x" * 32_767) == "x" * 32_767
    assert cell_text("x" * 40_000) == "x" * 32_766 + "…"
    cut = cell_text("😀" * 20_000)
    assert cut == "😀" * 16_383 + "…"
    assert len(cut.encode("utf-16-le")) // 2 == 32_767


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("Units", [], "Units"),
        ("units", ["Units"], "units 2"),
        ("a[b]:c*d?e/f\\g", [], "a b  c d e f g"),
        ("'quoted'", [], "quoted"),
        ("", [], "Sheet"),
        ("History", [], "History_"),
        ("x" * 40, ["x" * 31], "x" * 29 + " 2"),
    ],
)
def test_sheets_have_names_that_excel_allows(wanted: str, taken: list[str], name: str) -> None:
    assert sheet_name(wanted, taken) == name


def test_direction_is_that_of_the_first_letter_that_has_one() -> None:
    assert reads_right_to_left("123 שלום abc")
    assert reads_right_to_left("مبيعات")
    assert not reads_right_to_left("abc שלום")
    assert not reads_right_to_left("123")


def test_a_long_text_is_shortened_on_one_line() -> None:
    assert shortened("two\nlines", 20) == "two lines"
    assert shortened("a very long name", 7) == "a very…"
