"""What a condition can ask of a field, as the builder lists it, and back to a scope.

Owns the list of operators and their words; not the widgets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from territorymap.i18n import tr
from territorymap.model.scope import All, Any, Condition, Flag, IsEmpty, Not, OneOf, Range, Scope, TextMatch

NO_VALUE, TEXTS, ONE_NUMBER, TWO_NUMBERS = "none", "texts", "number", "numbers"


@dataclass(frozen=True)
class Operator:
    """One line of the list between field and value."""

    name: str
    label: Callable[[], str]
    kinds: tuple[str, ...]  # of fields
    asks: str  # NO_VALUE | TEXTS | ONE_NUMBER | TWO_NUMBERS


_TEXT, _NUMBER, _MARK = ("text",), ("number",), ("mark",)
OPERATORS = (
    Operator("in", lambda: tr("is one of"), _TEXT, TEXTS),
    Operator("not in", lambda: tr("is none of"), _TEXT, TEXTS),
    Operator("begins", lambda: tr("begins with"), _TEXT, TEXTS),
    Operator("not begins", lambda: tr("does not begin with"), _TEXT, TEXTS),
    Operator("contains", lambda: tr("contains"), _TEXT, TEXTS),
    Operator("not contains", lambda: tr("does not contain"), _TEXT, TEXTS),
    Operator("from", lambda: tr("is at least"), _NUMBER, ONE_NUMBER),
    Operator("below", lambda: tr("is less than"), _NUMBER, ONE_NUMBER),
    Operator("above", lambda: tr("is more than"), _NUMBER, ONE_NUMBER),
    Operator("to", lambda: tr("is at most"), _NUMBER, ONE_NUMBER),
    Operator("between", lambda: tr("is from … to"), _NUMBER, TWO_NUMBERS),
    Operator("band", lambda: tr("is from … to less than"), _NUMBER, TWO_NUMBERS),
    Operator("set", lambda: tr("is marked"), _MARK, NO_VALUE),
    Operator("not set", lambda: tr("is not marked"), _MARK, NO_VALUE),
    Operator("empty", lambda: tr("is empty"), (*_TEXT, *_NUMBER), NO_VALUE),
    Operator("not empty", lambda: tr("is not empty"), (*_TEXT, *_NUMBER), NO_VALUE),
)
BY_NAME = {operator.name: operator for operator in OPERATORS}

# How the parts of a group go together.
WAYS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("all", lambda: tr("All of these hold")),
    ("any", lambda: tr("At least one of these holds")),
    ("none", lambda: tr("None of these holds")),
    ("not all", lambda: tr("Not all of these hold")),
)


@dataclass(frozen=True)
class Line:
    """A condition as one line: field, operator, values."""

    field: str
    operator: str
    texts: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True)
class Box:
    """A group as a box: how its parts go together, and the parts."""

    way: str
    parts: tuple[Line | Box, ...] = ()


def operators_of(kind: str) -> list[Operator]:
    """Return what can be asked of a field of this kind; of one that is gone, whatever there is."""
    return [operator for operator in OPERATORS if not kind or kind in operator.kinds]


def as_box(scope: Scope) -> Box:
    """Return a scope as the box that the builder begins with."""
    found = _as_part(scope)
    return found if isinstance(found, Box) else Box("all", (found,))


def as_scope(part: Line | Box) -> Scope:
    """Return the scope of a box or line; the box that asks nothing is the scope that all satisfy."""
    if isinstance(part, Line):
        return _condition(part)
    parts = tuple(as_scope(inner) for inner in part.parts)
    match part.way:
        case "any":
            return Any(parts)
        case "none":
            return Not(Any(parts))
        case "not all":
            return Not(All(parts))
        case _:
            return All(parts)


def _as_part(scope: Scope) -> Line | Box:
    match scope:
        case All(parts=parts):
            return Box("all", tuple(map(_as_part, parts)))
        case Any(parts=parts):
            return Box("any", tuple(map(_as_part, parts)))
        case Not(part=Not(part=part)):
            return _as_part(part)
        case Not(part=All(parts=parts)):
            return Box("not all", tuple(map(_as_part, parts)))
        case Not(part=Any(parts=parts)):
            return Box("none", tuple(map(_as_part, parts)))
        case Not(part=Condition() as condition):
            inner = _line(condition)
            opposite = f"not {inner.operator}" if isinstance(inner, Line) else ""
            if isinstance(inner, Line) and opposite in BY_NAME:
                return Line(inner.field, opposite, inner.texts)
            return Box("none", (inner,)) if isinstance(inner, Line) else Box("not all", inner.parts)
        case Condition():
            return _line(scope)
    raise TypeError(f"no scope: {scope!r}")


def _line(condition: Condition) -> Line | Box:
    field = condition.field
    match condition:
        case OneOf(values=values):
            return Line(field, "in", values)
        case TextMatch(way=way, values=values):
            return Line(field, way, values)
        case IsEmpty():
            return Line(field, "empty")
        case Flag():
            return Line(field, "set")
        case Range():
            return _range(condition)
    raise TypeError(f"no condition: {condition!r}")


def _range(asked: Range) -> Line | Box:
    """A range as one line; one that begins with an open end and has another end as two."""
    field, low, high = asked.field, asked.low, asked.high
    lower = Line(field, "above" if asked.is_low_open else "from", numbers=(low,)) if low is not None else None
    upper = Line(field, "below" if asked.is_high_open else "to", numbers=(high,)) if high is not None else None
    if lower is None or upper is None:
        found = lower or upper
        assert found is not None  # a range has an end
        return found
    if asked.is_low_open:
        return Box("all", (lower, upper))
    return Line(field, "band" if asked.is_high_open else "between", numbers=(*lower.numbers, *upper.numbers))


def _condition(line: Line) -> Scope:
    word, field = line.operator, line.field
    if word.startswith("not "):
        return Not(_condition(Line(field, word.removeprefix("not "), line.texts)))
    match word:
        case "in":
            return OneOf(field, line.texts)
        case "begins" | "contains":
            return TextMatch(field, word, line.texts)
        case "empty":
            return IsEmpty(field)
        case "set":
            return Flag(field)
        case "from" | "above":
            return Range(field, line.numbers[0], None, is_low_open=word == "above")
        case "to" | "below":
            return Range(field, None, line.numbers[0], is_high_open=word == "below")
        case "between" | "band":
            return Range(field, line.numbers[0], line.numbers[1], is_high_open=word == "band")
    raise ValueError(word)
