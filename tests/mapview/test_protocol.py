"""Messages of the page are taken word for word, or refused."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.mapview import messages, protocol
from territorymap.mapview.messages import Assign
from territorymap.mapview.protocol import ProtocolError, parse

N_UNITS, N_ACCOUNTS = 50, 20
GOOD: dict[str, dict[str, Any]] = {
    "ready": {},
    "loaded": {"rev": 3, "ms": 12.5},
    "assign": {"seq": 17, "rev": 41, "territory": 5, "units": [0, 3, 49]},
    "draw": {
        "seq": 2,
        "rev": 0,
        "territory": None,
        "new_name": "North",
        "rule": "exact",
        "polygon": [[0, 0], [1.5, 0], [1, 1]],
    },
    "cut": {"seq": 3, "rev": 9, "territory": 5, "line": [[-190, 60.5], [-170, 61]]},
    "join": {"seq": 4, "rev": 1, "units": [4, 5]},
    "probe": {"ask": 1, "rule": "touch", "territory": None, "is_closed": True, "points": [[0, 0], [1.5, 0], [1, 1]]},
    "select": {"territory": None, "units": []},
    "target": {"territory": 2, "is_set": True},
    "tool": {"tool": "brush", "radius": 24},
    "hover": {"unit": -1},
    "painted": {"seq": 1, "ms": 31},
    "view": {"bounds": [-100.5, 30, -90, 40.25], "zoom": 6.25},
    "menu": {"unit": 4, "x": 10, "y": 200},
    "colors": {"x": 640, "y": 40},
    "compare_end": {},
    "proposal_end": {},
    "second_end": {},
    "hint": {"code": "no_target"},
    "home_hover": {"rep": 3},
    "place_home": {"rep": 3, "lon": -97.5, "lat": 35, "place": "Norman"},
    "announce": {"text": "Square A1 (A1). West, Ada"},
    "account_menu": {"x": 3, "y": 4},
    "account_hover": {"seq": 3, "accounts": [19, 0]},
    "select_accounts": {"accounts": {"n": 20, "list": [0, 19]}},
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def say(kind: str, /, **changes: Any) -> str:
    return json.dumps({"v": 1, "kind": kind, **GOOD[kind], **changes})


def test_there_is_an_example_of_every_kind() -> None:
    assert set(GOOD) == set(protocol.KINDS)


@pytest.mark.parametrize("kind", GOOD)
def test_each_kind_is_understood(kind: str) -> None:
    assert type(parse(say(kind), N_UNITS, N_ACCOUNTS)).__name__.lower() == kind.replace("_", "")


def test_a_stroke_arrives_as_it_was_sent() -> None:
    assert parse(say("assign"), N_UNITS, N_ACCOUNTS) == Assign(17, 41, 5, (0, 3, 49))
    assert parse(say("assign", territory=None), N_UNITS, N_ACCOUNTS) == Assign(17, 41, None, (0, 3, 49))


@pytest.mark.parametrize("kind", [kind for kind in GOOD if GOOD[kind]])
def test_a_missing_or_extra_field_is_refused(kind: str) -> None:
    for name in GOOD[kind]:
        data = {"v": 1, "kind": kind, **GOOD[kind]}
        del data[name]
        with pytest.raises(ProtocolError):
            parse(json.dumps(data), N_UNITS, N_ACCOUNTS)
    with pytest.raises(ProtocolError):
        parse(say(kind, more=1), N_UNITS, N_ACCOUNTS)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("draw", {"new_name": None}),
        ("draw", {"territory": 5}),
        ("draw", {"new_name": 7}),
        ("draw", {"rule": "best"}),
        ("draw", {"polygon": [[0, 0], [1, 1]]}),
        ("draw", {"polygon": [[0, 0], [1, 1], [1, 91]]}),
        ("draw", {"polygon": [[0, 0], [1, 1], [1]]}),
        ("cut", {"line": [[0, 0]]}),
        ("cut", {"line": [[0, 0], [1, None]]}),
        ("cut", {"line": "straight"}),
        ("cut", {"polygon": [[0, 0], [1, 1], [1, 0]]}),
        ("join", {"units": [5, 4]}),
        ("probe", {"is_closed": False}),
        ("probe", {"rule": "cut", "is_closed": False, "points": [[0, 0]]}),
        ("probe", {"rule": "best"}),
        ("probe", {"ask": 0}),
    ],
)
def test_a_drawing_that_is_not_exact_is_refused(kind: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        parse(say(kind, **changes), N_UNITS)


def test_a_cut_is_along_a_line_or_a_polygon() -> None:
    ring = [[0, 0], [1, 0], [1, 1]]
    message = parse(
        json.dumps({"v": 1, "kind": "cut", "seq": 1, "rev": 0, "territory": None, "polygon": ring}), N_UNITS
    )
    assert message == messages.Cut(1, 0, None, None, ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))


@pytest.mark.parametrize(
    "changes",
    [
        {"units": [0, 0]},
        {"units": [3, 1]},
        {"units": [50]},
        {"units": [-1]},
        {"units": [True]},
        {"units": [1.0]},
        {"units": "0"},
        {"units": list(range(51))},
        {"territory": 0},
        {"territory": "5"},
        {"territory": True},
        {"territory": 2**60},
        {"seq": 0},
        {"rev": -1},
        {"rev": 1.5},
        {"v": 2},
        {"v": True},
        {"kind": "format_disk"},
        {"kind": ["assign"]},
        {"kind": None},
    ],
)
def test_a_stroke_that_is_not_exact_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        parse(say("assign", **changes), N_UNITS, N_ACCOUNTS)


@pytest.mark.parametrize("accounts", [[], [20], [-1], [True], "0", list(range(9))])
def test_only_a_few_accounts_can_be_under_the_pointer(accounts: object) -> None:
    with pytest.raises(ProtocolError):
        parse(say("account_hover", accounts=accounts), N_UNITS, N_ACCOUNTS)


@pytest.mark.parametrize("accounts", [[1], {"n": 21, "list": []}, {"n": 20, "list": [3, 3]}, {"n": 20, "bits": "AA=="}])
def test_a_set_that_is_not_of_the_plans_accounts_is_refused(accounts: object) -> None:
    with pytest.raises(ProtocolError):
        parse(say("select_accounts", accounts=accounts), N_UNITS, N_ACCOUNTS)


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{", '{"v":1}', "1e999", '{"v":1,"kind":"loaded","rev":1,"ms":NaN}']
)
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        parse(text, N_UNITS, N_ACCOUNTS)


def test_deep_nesting_and_great_length_are_refused() -> None:
    with pytest.raises(ProtocolError):
        parse("[" * 100_000, N_UNITS, N_ACCOUNTS)
    with pytest.raises(ProtocolError):
        parse(" " * (protocol.MAX_TEXT + 1), N_UNITS, N_ACCOUNTS)


@given(st.text(max_size=200))
def test_any_text_is_a_message_or_refused(text: str) -> None:
    with contextlib.suppress(ProtocolError):
        parse(text, N_UNITS, N_ACCOUNTS)


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_any_field_of_any_value_is_a_message_or_refused(kind: str, data: st.DataObject) -> None:
    fields = {"v": 1, "kind": kind, **GOOD[kind]}
    name = data.draw(st.sampled_from(sorted(fields)) | st.text(max_size=6))
    fields[name] = data.draw(json_values)
    try:
        message = parse(json.dumps(fields), N_UNITS, N_ACCOUNTS)
    except ProtocolError:
        return
    if isinstance(message, Assign):
        assert all(0 <= u < N_UNITS for u in message.units)
        assert message.territory is None or message.territory > 0
