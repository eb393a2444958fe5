"""Reading JSON that stands in a plan, which another program or hand may have changed. Owns the checks of one object."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from territorymap.errors import UserError
from territorymap.i18n import listed, tr


class Fields:
    """One JSON object whose fields are read with their types and ranges; ``what`` names it in a refusal."""

    def __init__(self, what: str, values: object) -> None:
        self._what = what
        if not isinstance(values, Mapping):
            raise self._refusal(tr("an object"), values)
        self._values: Mapping[str, Any] = values

    @classmethod
    def of_text(cls, what: str, text: str) -> Fields:
        """Return the object of a JSON text; "" = all fields as usual."""
        try:
            return cls(what, json.loads(text) if text.strip() else {})
        except (ValueError, RecursionError) as error:
            raise UserError(
                tr("The {what} cannot be read.", what=what),
                tr("They are no JSON text. Take back the step that changed them, or set them anew."),
            ) from error

    def number(self, key: str, usual: float, low: float = 0.0, high: float = 1e15) -> float:
        """Return a finite number in its range."""
        value = self._values.get(key, usual)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._refusal(tr("a number"), value, key)
        if not (math.isfinite(value) and low <= value <= high):
            raise self._refusal(tr("a number from {low} to {high}", low=f"{low:g}", high=f"{high:g}"), value, key)
        return float(value)

    def optional(self, key: str, low: float = 0.0, high: float = 1e15) -> float | None:
        """Return a number, or None where none is told."""
        return None if self._values.get(key) is None else self.number(key, 0.0, low, high)

    def text(self, key: str, usual: str = "") -> str:
        value = self._values.get(key, usual)
        if not isinstance(value, str):
            raise self._refusal(tr("a text"), value, key)
        return value

    def word(self, key: str, usual: str, allowed: tuple[str, ...]) -> str:
        """Return one of the allowed words."""
        value = self.text(key, usual)
        if value not in allowed:
            raise self._refusal(tr("one of {words}", words=listed(allowed)), value, key)
        return value

    def flag(self, key: str, usual: bool = False) -> bool:
        value = self._values.get(key, usual)
        if not isinstance(value, bool):
            raise self._refusal(tr("true or false"), value, key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(item if isinstance(item, str) else self._not_text(key, item) for item in self._list(key))

    def numbers(self, key: str, usual: tuple[float, ...] = ()) -> tuple[float, ...]:
        if key not in self._values:
            return usual
        return tuple(Fields(self._what, {key: item}).number(key, 0.0, -1e15) for item in self._list(key))

    def objects(self, key: str) -> list[Fields] | None:
        """Return a list of objects; None where the key is not there."""
        return [Fields(self._what, item) for item in self._list(key)] if key in self._values else None

    def inner(self, key: str) -> Fields:
        return Fields(self._what, self._values.get(key, {}))

    def _list(self, key: str) -> list[Any]:
        value = self._values.get(key, [])
        if not isinstance(value, list) or len(value) > 1000:
            raise self._refusal(tr("a list of at most 1,000"), value, key)
        return value

    def _not_text(self, key: str, value: object) -> str:
        raise self._refusal(tr("a text"), value, key)

    def _refusal(self, wanted: str, value: object, key: str = "") -> UserError:
        shown = repr(value)[:60]
        message = (
            tr("The {what} cannot be read: {key} is {value}.", what=self._what, key=key, value=shown)
            if key
            else tr("The {what} cannot be read: there is {value}.", what=self._what, value=shown)
        )
        return UserError(message, tr("It has to be {wanted}.", wanted=wanted))
