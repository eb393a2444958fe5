"""Scopes: what they select, their text, their words.

The accounts of the worked examples:

    account   size   industry   country   protected
    0         50     Retail     US        no
    1         500    retail     DE        yes
    2         500    Banking    DE        no
    3         none   none       US        no
"""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.errors import UserError
from territorymap.model.scope import (
    EVERYTHING,
    MAX_DEPTH,
    MAX_NODES,
    MAX_VALUES,
    All,
    Any,
    Fields,
    Flag,
    IsEmpty,
    Not,
    OneOf,
    Range,
    Scope,
    TextMatch,
    fields_used,
    folded,
    mask,
    scope_from_json,
    sentence,
)

NAMES = {"size": "Size", "industry": "Industry", "country": "Country", "protected": "Protected"}
ACCOUNTS = Fields(
    4,
    {
        "size": np.array([50, 500, 500, np.nan]),
        "industry": np.array(["Retail", "retail ", "Banking", ""], dtype=object),
        "country": np.array(["US", "DE", "DE", "US"], dtype=object),
        "protected": np.array([False, True, False, False]),
    },
)


@pytest.mark.parametrize(
    ("scope", "selected", "words"),
    [
        (EVERYTHING, [0, 1, 2, 3], "All accounts."),
        (Any(), [], "No account."),
        (Range("size", 500), [1, 2], "Accounts where Size is at least 500."),
        (Range("size", 50, 500, is_low_open=True), [1, 2], "Accounts where Size is more than 50 and at most 500."),
        (Range("size", None, 500, is_high_open=True), [0], "Accounts where Size is less than 500."),
        (Range("size", 50.25, 1234567), [1, 2], "Accounts where Size is from 50.25 to 1,234,567."),
        (Not(Range("size", 500)), [0, 3], "Accounts where not (Size is at least 500)."),
        (OneOf("industry", ("RETAIL",)), [0, 1], "Accounts where Industry is RETAIL."),
        (
            Not(OneOf("industry", ("Retail", "Banking"))),
            [3],
            "Accounts where Industry is not Retail or Banking.",
        ),
        (TextMatch("industry", "begins", ("re", "x")), [0, 1], "Accounts where Industry begins with re or x."),
        (TextMatch("industry", "contains", ("ank",)), [2], "Accounts where Industry contains ank."),
        (IsEmpty("size"), [3], "Accounts where Size is empty."),
        (Not(IsEmpty("industry")), [0, 1, 2], "Accounts where Industry is not empty."),
        (Flag("protected"), [1], "Accounts where Protected is marked."),
        (
            All((Any((OneOf("country", ("US",)), Range("size", 500))), Not(Flag("protected")))),
            [0, 2, 3],
            "Accounts where (Country is US or Size is at least 500) and Protected is not marked.",
        ),
        # A field that is gone has no values.
        (OneOf("segment:gone", ("x",)), [], "Accounts where (a field that is gone) is x."),
        (IsEmpty("segment:gone"), [0, 1, 2, 3], "Accounts where (a field that is gone) is empty."),
        # A condition of another kind than the field's.
        (Range("industry", 1), [], "Accounts where Industry is at least 1."),
        (OneOf("size", ("50",)), [], "Accounts where Size is 50."),
        (Flag("size"), [], "Accounts where Size is marked."),
    ],
)
def test_a_rule_selects_and_reads_as_worked_out_by_hand(scope: Scope, selected: list[int], words: str) -> None:
    assert np.flatnonzero(mask(scope, ACCOUNTS)).tolist() == selected
    assert sentence(scope, NAMES) == words


def test_a_long_list_names_some_and_counts_the_others() -> None:
    scope = OneOf("industry", tuple("abcdefghij"))
    assert sentence(scope, NAMES) == "Accounts where Industry is a, b, c, d, e, f, g, h, or one of 2 others."
    assert sentence(scope, NAMES, 20).endswith("i, or j.")


def test_letters_in_two_forms_are_one() -> None:
    fields = Fields(3, {"city": np.array(["Zu\u0308rich", "ZÜRICH", "東京"], dtype=object)})
    assert mask(OneOf("city", ("zürich",)), fields).tolist() == [True, True, False]
    assert mask(OneOf("city", ("東京",)), fields).tolist() == [False, False, True]


_TEXTS = st.sampled_from(["", "Retail", "retail", "  Re  tail", "Straße", "STRASSE", "銀行", "=1+1"])
_NUMBERS = st.one_of(st.just(math.nan), st.integers(-3, 3).map(float))
_KEYS = st.sampled_from(["size", "industry", "protected", "gone"])
_VALUES = st.lists(_TEXTS.filter(bool), min_size=1, max_size=3).map(tuple)


@st.composite
def _ranges(draw: st.DrawFn) -> Range:
    low = draw(st.none() | st.integers(-3, 3).map(float))
    highs = st.integers(-2, 4).map(float)
    high = draw(highs if low is None else st.none() | highs.filter(lambda high: high > low))
    is_low_open = draw(st.booleans()) and low is not None
    return Range(draw(_KEYS), low, high, is_low_open, draw(st.booleans()) and high is not None)


_CONDITIONS = st.one_of(
    _ranges(),
    st.builds(OneOf, _KEYS, _VALUES),
    st.builds(TextMatch, _KEYS, st.sampled_from(["begins", "contains"]), _VALUES),
    st.builds(IsEmpty, _KEYS),
    st.builds(Flag, _KEYS),
)
_SCOPES: st.SearchStrategy[Scope] = st.recursive(
    _CONDITIONS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Any(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=8,
)


def _is_meant(scope: Scope, row: dict[str, object]) -> bool:
    """The rule for one account, by plain Python."""
    match scope:
        case All(parts=parts):
            return all(_is_meant(part, row) for part in parts)
        case Any(parts=parts):
            return any(_is_meant(part, row) for part in parts)
        case Not(part=part):
            return not _is_meant(part, row)
    value = row.get(scope.field)  # type: ignore[attr-defined]
    is_number, is_text = isinstance(value, float) and not math.isnan(value), isinstance(value, str) and value.strip()
    match scope:
        case IsEmpty():
            return not (is_number or is_text or isinstance(value, bool))
        case Flag():
            return value is True
        case Range(low=low, high=high):
            if not is_number or isinstance(value, bool):
                return False
            is_above = low is None or value > low or (value == low and not scope.is_low_open)
            return is_above and (high is None or value < high or (value == high and not scope.is_high_open))
        case OneOf(values=values):
            return bool(is_text) and folded(value) in [folded(v) for v in values]
        case TextMatch(way=way, values=values):
            text = folded(value) if is_text else ""
            return bool(text) and any(
                text.startswith(folded(v)) if way == "begins" else folded(v) in text for v in values
            )
    raise TypeError(scope)


@given(_SCOPES, st.lists(st.tuples(_NUMBERS, _TEXTS, st.booleans()), max_size=6))
def test_arrays_say_what_plain_python_says(scope: Scope, rows: list[tuple[float, str, bool]]) -> None:
    fields = Fields(
        len(rows),
        {
            "size": np.array([row[0] for row in rows], dtype=np.float64),
            "industry": np.array([row[1] for row in rows], dtype=object),
            "protected": np.array([row[2] for row in rows], dtype=np.bool_),
        },
    )
    expected = [_is_meant(scope, {"size": a, "industry": b, "protected": c}) for a, b, c in rows]
    assert mask(scope, fields).tolist() == expected
    some = np.arange(len(rows))[::2]
    part = Fields(len(some), {key: values[some] for key, values in fields.by_key.items()})
    assert mask(scope, part).tolist() == expected[::2]


@given(_SCOPES)
def test_text_and_back_is_the_same_rule(scope: Scope) -> None:
    again = scope_from_json(scope.to_json())
    assert scope_from_json(again.to_json()) == again
    rows = Fields(3, {key: ACCOUNTS.by_key[key][:3] for key in ACCOUNTS.by_key})
    assert (mask(again, rows) == mask(scope, rows)).all()
    assert fields_used(again) == fields_used(scope)
    assert sentence(scope, NAMES).endswith(".")


@given(_SCOPES, _SCOPES)
def test_not_all_is_any_not(one: Scope, other: Scope) -> None:
    by_hand = mask(Any((Not(one), Not(other))), ACCOUNTS)
    assert (mask(Not(All((one, other))), ACCOUNTS) == by_hand).all()


def _nested(depth: int) -> str:
    return '{"not":' * depth + '{"field":"size","empty":true}' + "}" * depth


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "1",
        '"all"',
        "null",
        "{}",
        '{"all": {}}',
        '{"all": [1]}',
        '{"all": [], "any": []}',
        '{"all": [], "all": []}',
        '{"field": "size"}',
        '{"field": 1, "in": ["a"]}',
        '{"field": "", "in": ["a"]}',
        '{"field": "size", "in": []}',
        '{"field": "size", "in": [1]}',
        '{"field": "size", "in": [" "]}',
        '{"field": "size", "in": ["\\ud800"]}',
        '{"field": "size", "in": ["a\\u0000"]}',
        '{"field": "size", "in": ["a"], "begins": ["a"]}',
        '{"field": "size", "from": "1"}',
        '{"field": "size", "from": true}',
        '{"field": "size", "from": NaN}',
        '{"field": "size", "from": -Infinity}',
        '{"field": "size", "from": 1e999}',
        '{"field": "size", "from": 1, "above": 1}',
        '{"field": "size", "from": 2, "to": 1}',
        '{"field": "size", "above": 1, "to": 1}',
        '{"field": "size", "empty": false}',
        '{"field": "size", "set": 1}',
        '{"field": "size", "sql": "1 OR 1"}',
        '{"field": "size", "from": 1' + "0" * 400 + "}",
        '{"field": "size", "from": 1' + "0" * 5000 + "}",
        _nested(MAX_DEPTH),
        _nested(50_000),
        json.dumps({"any": [{"field": "size", "empty": True}] * MAX_NODES}),
        json.dumps({"field": "size", "in": [str(i) for i in range(MAX_VALUES + 1)]}),
        json.dumps({"field": "size", "in": ["x" * 201]}),
        " " * 1_000_001 + "{}",
    ],
)
def test_a_hostile_text_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(UserError) as refusal:
        scope_from_json(text)
    assert refusal.value.message.startswith("The rule for accounts cannot be read: ")
    assert refusal.value.hint


def test_what_is_just_within_the_limits_is_read() -> None:
    assert scope_from_json("") == scope_from_json("  \n") == scope_from_json('{"all":[]}') == EVERYTHING
    assert EVERYTHING.to_json() == ""
    assert scope_from_json(_nested(MAX_DEPTH - 1)).to_json() == _nested(MAX_DEPTH - 1)
    many = json.dumps({"any": [{"field": "size", "empty": True}] * (MAX_NODES - 1)})
    assert len(scope_from_json(many).parts) == MAX_NODES - 1  # type: ignore[attr-defined]
    # Values that compare as one are kept once, in their first spelling.
    assert scope_from_json('{"field":"size","in":[" A  b","a B","C"]}') == OneOf("size", ("A b", "C"))
