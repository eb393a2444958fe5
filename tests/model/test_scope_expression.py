"""Rules as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.errors import UserError
from territorymap.model.scope import (
    EVERYTHING,
    All,
    Any,
    Field,
    Flag,
    IsEmpty,
    Not,
    OneOf,
    Range,
    Scope,
    TextMatch,
    scope_from_words,
)

FIELDS = [
    Field("measure:s", "Size", "number"),
    Field("segment:i", "Industry", "text"),
    Field("segment:b", "Sold in", "text"),
    Field("country", "Country", "text"),
    Field("protected", "Protected", "mark"),
    Field("segment:z", "行业 大类", "text"),
]
S, IND = "measure:s", "segment:i"


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("", EVERYTHING),
        ("size >= 100", Range(S, 100)),
        ("Size>100", Range(S, 100, is_low_open=True)),
        ("Size < 1.5", Range(S, None, 1.5, is_high_open=True)),
        ("Size <= -3", Range(S, None, -3)),
        ("Size = 1_000", Range(S, 1000, 1000)),
        ("Size != 5", Not(Range(S, 5, 5))),
        ("Industry = Home Office", OneOf(IND, ("Home Office",))),
        ("industry IN (Retail, \"Bread and Butter\", 'x')", OneOf(IND, ("Retail", "Bread and Butter", "'x'"))),
        ("Industry not in (Retail)", Not(OneOf(IND, ("Retail",)))),
        ("Industry is Retail", OneOf(IND, ("Retail",))),
        ("Industry is not empty", Not(IsEmpty(IND))),
        ("Industry begins with (Re, Ba)", TextMatch(IND, "begins", ("Re", "Ba"))),
        ("Industry not contains tail", Not(TextMatch(IND, "contains", ("tail",)))),
        ("[Sold in] = DE", OneOf("segment:b", ("DE",))),
        ("行业 大类 = 零售", OneOf("segment:z", ("零售",))),
        ("segment:i = x", OneOf(IND, ("x",))),
        ("Protected", Flag("protected")),
        ("not Protected is marked", Not(Flag("protected"))),
        (
            "Size >= 1 and Country = US or not (Industry is empty)",
            Any((All((Range(S, 1), OneOf("country", ("US",)))), Not(IsEmpty(IND)))),
        ),
        ("(Size >= 1)", Range(S, 1)),
    ],
)
def test_a_rule_is_read_as_it_is_meant(text: str, scope: Scope) -> None:
    assert scope_from_words(text, FIELDS) == scope


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Sise >= 1", "no field Sise"),
        ("Size >= lots", "“lots” is none"),
        ("Size >= nan", "NaN is no number"),
        ("Size >=", "A value is missing before “the end”"),
        ("Size", "After Size a comparison is missing"),
        (">= 1", "A field is missing before “>=”"),
        ("Industry > a", "Industry is no number"),
        ("Size >= 1)", "“)” stands where"),
        ("(Size >= 1", "A “)” is missing before “the end”"),
        ("Industry in (a, )", "A value is missing before “)”"),
        ('Industry = "a', "was not understood"),
        ("not " * 40 + "Protected", "nested too deep"),
        ("Size >= 1 or", "A field is missing before “the end”"),
    ],
)
def test_what_is_not_understood_is_said(text: str, reason: str) -> None:
    with pytest.raises(UserError) as refusal:
        scope_from_words(text, FIELDS)
    assert reason in refusal.value.message
    assert refusal.value.hint


@given(st.text(st.sampled_from('Size Industry>=<!()[]",andornotis 19 \n零'), max_size=40))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    try:
        rule = scope_from_words(text, FIELDS)
    except UserError:
        return
    assert rule == scope_from_words(f"({text})" if text.strip() else text, FIELDS)
