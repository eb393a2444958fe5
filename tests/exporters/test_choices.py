"""What can be chosen about a format: read from text, checked, completed."""

from __future__ import annotations

from pathlib import Path

import pytest

from territorymap.errors import UserError
from territorymap.exporters.choices import Choice, complete

PAPER = Choice("paper", lambda: "Paper", "choice", values=(("a4", lambda: "A4"), ("a3", lambda: "A3")))
WIDTH = Choice("width", lambda: "Width", "number", 1600, minimum=200, maximum=12_000)
MARK = Choice("bom", lambda: "Mark", "flag")
TEMPLATE = Choice("template", lambda: "Template", "file", suffixes=(".pptx",))
REPS = Choice("rep", lambda: "Reps", "names", names_of="reps")
ALL = (PAPER, WIDTH, MARK, TEMPLATE, REPS)


def test_what_is_not_chosen_keeps_its_default() -> None:
    assert complete(ALL, {"paper": "a3"}) == {"paper": "a3", "width": 1600, "bom": False, "template": None, "rep": ()}


@pytest.mark.parametrize(
    ("choice", "text", "value"),
    [
        (PAPER, " a3 ", "a3"),
        (WIDTH, "200", 200),
        (MARK, "Yes", True),
        (MARK, "0", False),
        (TEMPLATE, "", None),
        (REPS, "Ada, Grace,", ("Ada", "Grace")),
    ],
)
def test_a_text_is_read_by_kind(choice: Choice, text: str, value: object) -> None:
    assert choice.read(text) == value


@pytest.mark.parametrize(
    ("choice", "text", "named"),
    [
        (PAPER, "a9", "'a9'"),
        (WIDTH, "199", "199"),
        (WIDTH, "wide", "'wide'"),
        (MARK, "so", "'so'"),
        (TEMPLATE, "no", "no"),
    ],
)
def test_what_may_not_be_is_named(choice: Choice, text: str, named: str) -> None:
    with pytest.raises(UserError, match=named) as caught:
        choice.read(text)
    assert caught.value.hint


def test_what_there_is_no_choice_of_is_named() -> None:
    with pytest.raises(UserError, match="'colour'") as caught:
        complete(ALL, {"colour": "red"})
    assert "paper, width" in caught.value.hint


def test_a_choice_that_nobody_can_show_is_refused() -> None:
    with pytest.raises(ValueError, match="'paper'"):
        Choice("paper", lambda: "Paper", "choice")


def test_a_file_that_is_there_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.pptx").touch()
    assert TEMPLATE.read(str(tmp_path / "a.pptx")) == tmp_path / "a.pptx"
