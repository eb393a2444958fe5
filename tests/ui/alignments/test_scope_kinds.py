"""Lines and boxes of the builder mean what the scope means; a line of values is read as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.model.scope import (
    EVERYTHING,
    All,
    Any,
    IsEmpty,
    Not,
    OneOf,
    Range,
    Scope,
    TextMatch,
    check_scope,
    mask,
)
from territorymap.ui.alignments.scope_kinds import Box, Line, as_box, as_scope, operators_of
from territorymap.ui.parts.value_field import count_values, join_values, split_at_commas, split_values
from tests.model.test_scope import _SCOPES, ACCOUNTS


@given(_SCOPES)
def test_the_builder_shows_any_rule_and_gives_it_back(scope: Scope) -> None:
    read = check_scope(scope)  # as a file has it
    again = as_scope(as_box(read))
    assert (mask(again, ACCOUNTS) == mask(scope, ACCOUNTS)).all()
    assert as_box(check_scope(again)) == as_box(again) == as_box(read)


@pytest.mark.parametrize(
    ("scope", "box"),
    [
        (EVERYTHING, Box("all")),
        (OneOf("a", ("x",)), Box("all", (Line("a", "in", ("x",)),))),
        (Not(OneOf("a", ("x",))), Box("all", (Line("a", "not in", ("x",)),))),
        (Not(IsEmpty("a")), Box("all", (Line("a", "not empty"),))),
        (Not(Any((IsEmpty("a"),))), Box("none", (Line("a", "empty"),))),
        (Not(Range("a", 1)), Box("none", (Line("a", "from", numbers=(1,)),))),
        (Range("a", 1, 2, is_high_open=True), Box("all", (Line("a", "band", numbers=(1, 2)),))),
        (
            Range("a", 1, 2, is_low_open=True),
            Box("all", (Line("a", "above", numbers=(1,)), Line("a", "to", numbers=(2,)))),
        ),
        (
            All((TextMatch("a", "contains", ("x",)), Any((IsEmpty("b"),)))),
            Box("all", (Line("a", "contains", ("x",)), Box("any", (Line("b", "empty"),)))),
        ),
    ],
)
def test_rules_as_boxes_drawn_by_hand(scope: Scope, box: Box) -> None:
    assert as_box(scope) == box


def test_each_kind_of_field_has_operators() -> None:
    assert {"in", "not empty"} <= {operator.name for operator in operators_of("text")}
    assert {"from", "band", "empty"} <= {operator.name for operator in operators_of("number")}
    assert [operator.name for operator in operators_of("mark")] == ["set", "not set"]


_WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=6)


@given(st.lists(_WORDS, max_size=4, unique_by=str.casefold))
def test_values_survive_their_line(values: list[str]) -> None:
    kept = split_values(join_values(values))
    assert [value.casefold() for value in kept] == [value.casefold() for value in values] or len(kept) < len(values)
    assert split_values(join_values(kept)) == kept


def test_values_are_typed_as_people_do() -> None:
    assert split_values(" Retail ;Public;; retail; 零售 ") == ("Retail", "Public", "零售")
    assert split_values('"a; b"; c"d') == ("a; b", 'c"d')
    assert join_values(("a; b", "c")) == '"a; b";c'
    assert join_values(("a", "b c")) == "a; b c"
    assert split_values("  ") == ()


def test_a_list_with_commas_is_a_list_where_the_data_says_so() -> None:
    known = [("Texas", 3), ("California", 2), ("Smith, Inc.", 1), ("北京", 1)]
    assert split_at_commas(["texas, California"], known) == ("texas", "California")
    assert split_at_commas(["Smith, Inc."], known) == ("Smith, Inc.",)
    assert split_at_commas(["Texas，北京", "Texas"], known) == ("Texas", "北京")
    assert split_at_commas(["Texas, Nowhere"], known) == ("Texas, Nowhere",)


def test_values_of_the_data_are_counted_case_aside() -> None:
    import numpy as np

    texts = np.array(["b", "A", "a ", "", "a", "B"], dtype=object)
    assert count_values(texts) == [("A", 3), ("b", 2)]
    assert count_values(None) == count_values(np.array([1.0])) == []
