"""Names are found in sentences whatever their case and signs, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.model.name_mask import NameMask, rare_texts, spoken_words, tokens_of

MASK = NameMask(
    {"Dana Okafor": "Rep 1", "Dana": "Rep 9", "Acme, Inc.": "Account 4", "田中": "Rep 2", "★★": "Account 5"}
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dana Okafor", "Rep 1"),
        ("North of DANA-OKAFOR, and Dana", "North of Rep 1, and Rep 9"),
        ("acme inc wants (Acme Inc.)", "Account 4 wants (Account 4.)"),
        ("Danas Okaforberg", "Danas Okaforberg"),
        ("東京田中支店", "東京Rep 2支店"),
        ("the ★★ shop", "the Account 5 shop"),
        ("", ""),
        ("Ｄana Okafor", "Rep 1"),
    ],
)
def test_names_in_sentences_are_replaced(text: str, shown: str) -> None:
    assert MASK.text(text) == shown


def test_different_texts_are_looked_at_once_and_keep_their_places() -> None:
    texts = np.array(["Dana", "x", "Dana", "for Dana Okafor"], dtype=object)
    assert MASK.texts(texts).tolist() == ["Rep 9", "x", "Rep 9", "for Rep 1"]


def test_single_words_of_a_name_are_replaced_unless_they_are_places() -> None:
    words = spoken_words({"Dana West": "Rep 1", "Bo Okafor": "Rep 2", "Ida Okafor": "Rep 3"}, ["west"], "Rep")
    assert words == {"dana": "Rep 1", "okafor": "Rep", "ida": "Rep 3"}


def test_a_kind_that_many_have_is_not_rare() -> None:
    texts = np.array(["steel"] * 5 + ["Acme"], dtype=object)
    assert rare_texts(texts, 0.01, 3).tolist() == [False] * 5 + [True]


@given(
    st.lists(st.text(min_size=1, max_size=12).filter(lambda t: t.strip()), min_size=1, max_size=5, unique=True),
    st.text(max_size=10),
    st.text(max_size=10),
)
def test_no_name_is_left_in_any_text(names: list[str], before: str, after: str) -> None:
    """A name stands by itself when no letter touches it; what is put in its place has no word of a name."""
    mask = NameMask(dict.fromkeys(names, "##"))
    shown = mask.text(f"{before} | {names[0]} | {after}")
    wanted = tokens_of(names[0])
    found = tokens_of(shown)
    if wanted:
        assert not any(found[i : i + len(wanted)] == wanted for i in range(len(found)))
    elif names[0].strip("# \t\r\n"):
        assert names[0].strip() not in shown
