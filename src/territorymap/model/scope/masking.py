"""Which accounts satisfy a scope. Owns the evaluation over arrays; where the arrays come from is the caller's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from territorymap.model.scope.tree import (
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

Bools = NDArray[np.bool_]
Array = NDArray[np.generic]


class FieldValues(Protocol):
    """Values of fields, an array for each key."""

    @property
    def n(self) -> int:
        """Number of accounts."""

    def values(self, key: str) -> Array | None:
        """Return (n,) float (nan = no value), object (texts, "" = no value) or bool; None = there is no such field."""


@dataclass(frozen=True)
class Fields:
    """Values that are at hand."""

    n: int
    by_key: Mapping[str, Array]

    def values(self, key: str) -> Array | None:
        return self.by_key.get(key)


def mask(scope: Scope, fields: FieldValues) -> Bools:
    """Return (n,) whether each account satisfies the rule.

    A field that is gone, or of another kind than a condition asks of, counts as one without values.
    """
    match scope:
        case All(parts=parts):
            found = np.ones(fields.n, dtype=np.bool_)
            for part in parts:
                found &= mask(part, fields)
            return found
        case Any(parts=parts):
            found = np.zeros(fields.n, dtype=np.bool_)
            for part in parts:
                found |= mask(part, fields)
            return found
        case Not(part=part):
            return ~mask(part, fields)
        case Condition():
            values = fields.values(scope.field)
            return _holds(scope, np.full(fields.n, np.nan) if values is None else values)
    raise TypeError(f"no scope: {scope!r}")


def _holds(condition: Condition, values: Array) -> Bools:
    match condition:
        case IsEmpty():
            return _is_empty(values)
        case Flag():
            return values.astype(np.bool_) if values.dtype == np.bool_ else np.zeros(len(values), dtype=np.bool_)
        case Range():
            return _in_range(condition, values)
        case OneOf(values=wanted):
            known = frozenset(map(folded, wanted))
            return _of_texts(values, lambda text: text in known)
        case TextMatch(way="begins", values=wanted):
            heads = tuple(map(folded, wanted))
            return _of_texts(values, lambda text: text.startswith(heads))
        case TextMatch(values=wanted):
            pieces = tuple(map(folded, wanted))
            return _of_texts(values, lambda text: any(piece in text for piece in pieces))
    raise TypeError(f"no condition: {condition!r}")


def _is_empty(values: Array) -> Bools:
    if values.dtype == np.bool_:
        return np.zeros(len(values), dtype=np.bool_)
    if values.dtype == object:
        return _of_texts(values, lambda text: not text)
    return np.isnan(values.astype(np.float64))


def _in_range(asked: Range, values: Array) -> Bools:
    if values.dtype == object or values.dtype == np.bool_:
        return np.zeros(len(values), dtype=np.bool_)
    numbers = values.astype(np.float64)
    found = ~np.isnan(numbers)
    if asked.low is not None:
        found &= numbers > asked.low if asked.is_low_open else numbers >= asked.low
    if asked.high is not None:
        found &= numbers < asked.high if asked.is_high_open else numbers <= asked.high
    return found


def _of_texts(values: Array, test: Callable[[str], bool]) -> Bools:
    """Return what a test says of each text; each different text is looked at once."""
    if values.dtype != object:
        return np.zeros(len(values), dtype=np.bool_)
    texts = values.tolist()
    said = {text: test(folded(text)) for text in set(texts)}
    return np.fromiter(map(said.__getitem__, texts), dtype=np.bool_, count=len(texts))
