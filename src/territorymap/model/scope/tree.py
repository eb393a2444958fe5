"""The tree of a scope: groups of conditions on fields. Owns its shape and its JSON; not reading that (text).

A field is named by a key that renaming does not break: "segment:<uuid>", "measure:<uuid>", "country" ...; see fields.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

WAYS = ("begins", "contains")


@dataclass(frozen=True)
class Scope:
    """A rule that each account satisfies or not."""

    def to_json(self) -> str:
        """Return the rule as text that :func:`scope_from_json` reads; "" for the rule that all satisfy."""
        return "" if self == EVERYTHING else json.dumps(_as_object(self), ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Group(Scope):
    """Several rules as one."""

    parts: tuple[Scope, ...] = ()


@dataclass(frozen=True)
class All(Group):
    """Every part must hold; without parts all accounts are meant."""


@dataclass(frozen=True)
class Any(Group):
    """One part at least must hold; without parts no account is meant."""


@dataclass(frozen=True)
class Not(Scope):
    """The part must not hold; an account without a value fails a condition, so it satisfies its opposite."""

    part: Scope


@dataclass(frozen=True)
class Condition(Scope):
    """A rule about one field."""

    field: str


@dataclass(frozen=True)
class Range(Condition):
    """A number from ``low`` to ``high``, None = without that end; the ends belong to it unless they are open."""

    low: float | None = None
    high: float | None = None
    is_low_open: bool = False
    is_high_open: bool = False

    def __post_init__(self) -> None:
        """Be a range: without any end it would ask nothing."""
        if self.low is None and self.high is None:
            raise ValueError("a range has an end")


@dataclass(frozen=True)
class OneOf(Condition):
    """A text that is one of these, case, outer and repeated blanks aside."""

    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextMatch(Condition):
    """A text that begins with one of these, or contains one of them."""

    way: str = "begins"  # of WAYS
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class IsEmpty(Condition):
    """No value."""


@dataclass(frozen=True)
class Flag(Condition):
    """A mark that is set."""


EVERYTHING = All()


def folded(text: str) -> str:
    """Return a text as it is compared: composed letters, one case, single blanks."""
    if text.isascii():
        return " ".join(text.split()).casefold()
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", text).split()).casefold())


def conditions(scope: Scope) -> Iterator[Condition]:
    """Yield the conditions of a rule, left to right."""
    match scope:
        case Group(parts=parts):
            for part in parts:
                yield from conditions(part)
        case Not(part=part):
            yield from conditions(part)
        case Condition():
            yield scope


def fields_used(scope: Scope) -> frozenset[str]:
    """Return the keys of the fields that a rule asks."""
    return frozenset(condition.field for condition in conditions(scope))


def _as_object(scope: Scope) -> dict[str, object]:
    match scope:
        case All(parts=parts):
            return {"all": [_as_object(part) for part in parts]}
        case Any(parts=parts):
            return {"any": [_as_object(part) for part in parts]}
        case Not(part=part):
            return {"not": _as_object(part)}
        case Range(field=field, low=low, high=high, is_low_open=low_open, is_high_open=high_open):
            ends: dict[str, object] = {"field": field}
            if low is not None:
                ends["above" if low_open else "from"] = low
            if high is not None:
                ends["below" if high_open else "to"] = high
            return ends
        case OneOf(field=field, values=values):
            return {"field": field, "in": list(values)}
        case TextMatch(field=field, way=way, values=values):
            return {"field": field, way: list(values)}
        case IsEmpty(field=field):
            return {"field": field, "empty": True}
        case Flag(field=field):
            return {"field": field, "set": True}
    raise TypeError(f"no scope: {scope!r}")
