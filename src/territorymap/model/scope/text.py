"""A scope is read from JSON that anyone may have written. Owns the checks and their words."""

from __future__ import annotations

import json
import math
from typing import NoReturn

from territorymap.errors import UserError
from territorymap.i18n import listed, tr
from territorymap.model.scope.tree import (
    EVERYTHING,
    WAYS,
    All,
    Any,
    Condition,
    Flag,
    IsEmpty,
    Not,
    OneOf,
    Range,
    Scope,
    TextMatch,
    folded,
)

MAX_CHARS = 1_000_000
MAX_DEPTH = 12
MAX_NODES = 500
MAX_VALUES = 5_000  # of one list
MAX_TEXT = 200  # characters of a value or a field's key
_GROUPS = {"all": All, "any": Any}
_ENDS = {"from", "above", "to", "below"}


def scope_from_json(text: str) -> Scope:
    """Return the rule that stands in a text; "" is the rule that all accounts satisfy.

    Raises
    ------
    UserError
        where the text is no rule, or one beyond the limits of this module.
    """
    if not text.strip():
        return EVERYTHING
    if len(text) > MAX_CHARS:
        _refuse(tr("it is longer than {n} characters", n=MAX_CHARS))
    try:
        found = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
    except RecursionError:
        _refuse(tr("its groups are nested too deep"))
    except ValueError as error:  # of JSON, or a number with too many digits
        _refuse(str(error))
    return _Reader().scope(found, 1)


def check_scope(scope: Scope) -> Scope:
    """Return the rule as it would be read from a file again; UserError where it could not be."""
    return scope_from_json(scope.to_json())


class _Reader:
    """Reads one rule, and counts its parts."""

    def __init__(self) -> None:
        self._n = 0

    def scope(self, found: object, depth: int) -> Scope:
        self._n += 1
        if depth > MAX_DEPTH:
            _refuse(tr("its groups are nested too deep"))
        if self._n > MAX_NODES:
            _refuse(tr("it has more than {n} parts", n=MAX_NODES))
        if not isinstance(found, dict):
            _refuse(tr("a part is no object"))
        if len(found) == 1:
            word, inner = next(iter(found.items()))
            if word in _GROUPS:
                if not isinstance(inner, list):
                    _refuse(tr("the parts of a group are no list"))
                return _GROUPS[word](tuple(self.scope(part, depth + 1) for part in inner))
            if word == "not":
                return Not(self.scope(inner, depth + 1))
        return _condition(found)


def _condition(found: dict[str, object]) -> Condition:
    field = _text(found.get("field"))
    words = found.keys() - {"field"}
    if words and words <= _ENDS:
        return _range(field, found)
    if len(words) == 1:
        word = next(iter(words))
        if word == "in":
            return OneOf(field, _values(found[word]))
        if word in WAYS:
            return TextMatch(field, word, _values(found[word]))
        if word in ("empty", "set") and found[word] is True:
            return IsEmpty(field) if word == "empty" else Flag(field)
    raise _refusal(tr("a condition asks nothing that is known: {words}", words=listed(sorted(words))[:80]))


def _range(field: str, found: dict[str, object]) -> Range:
    if {"from", "above"} <= found.keys() or {"to", "below"} <= found.keys():
        _refuse(tr("a range has two ends on one side"))
    low, is_low_open = _end(found, "from", "above")
    high, is_high_open = _end(found, "to", "below")
    if low is not None and high is not None and (low > high or (low == high and (is_low_open or is_high_open))):
        _refuse(tr("a range holds no number: it begins at {low} and ends at {high}", low=f"{low:g}", high=f"{high:g}"))
    return Range(field, low, high, is_low_open, is_high_open)


def _end(found: dict[str, object], closed: str, opened: str) -> tuple[float | None, bool]:
    is_open = opened in found
    word = opened if is_open else closed
    return (_number(found[word]) if word in found else None), is_open


def _number(found: object) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float):
        _refuse(tr("an end of a range is no number"))
    try:
        value = float(found)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        _refuse(tr("an end of a range is not finite"))
    return value + 0.0  # no -0.0


def _values(found: object) -> tuple[str, ...]:
    if not isinstance(found, list) or not found:
        _refuse(tr("a condition lists no values"))
    if len(found) > MAX_VALUES:
        _refuse(tr("a condition lists more than {n} values", n=MAX_VALUES))
    first: dict[str, str] = {}
    for value in found:
        text = _text(value)
        first.setdefault(folded(text), text)
    return tuple(first.values())


def _text(found: object) -> str:
    if not isinstance(found, str):
        _refuse(tr("a field or value is no text"))
    text = " ".join(found.split())
    if not text or len(text) > MAX_TEXT:
        _refuse(tr("a field or value is empty, or longer than {n} characters", n=MAX_TEXT))
    if any("\ud800" <= letter <= "\udfff" for letter in text) or "\0" in text:
        _refuse(tr("a field or value holds what is no letter"))
    return text


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse(tr("a word stands twice in one part"))
    return found


def _no_constant(word: str) -> NoReturn:
    _refuse(tr("{word} is no number", word=word))


def _refuse(reason: str) -> NoReturn:
    raise _refusal(reason)


def _refusal(reason: str) -> UserError:
    return UserError(
        tr("The rule for accounts cannot be read: {reason}.", reason=reason),
        tr("Make the rule anew in the Alignments page of the Planning window."),
    )
