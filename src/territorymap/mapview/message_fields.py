"""Fields of a message of the page, each of one type and range. Owns their checks; not which message has which."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.mapview.account_sets import decode_set
from territorymap.mapview.messages import Point

MAX_UNITS = 1_000_000
MAX_HOVERED = 8
MAX_ID = 2**53 - 1
MAX_POINTS = 20_000  # of a drawn line or polygon
MAX_NAME = 1_000  # letters


class ProtocolError(ValueError):
    """The page said something that it never says."""


class Fields:
    """Takes fields out of a message one by one, each of one type and range."""

    def __init__(self, data: dict[str, Any], n_units: int, n_accounts: int) -> None:
        self._data = {name: value for name, value in data.items() if name not in ("v", "kind")}
        self._n_units = n_units
        self._n_accounts = n_accounts

    def _take(self, name: str) -> Any:
        if name not in self._data:
            raise ProtocolError(f"{name} is missing")
        return self._data.pop(name)

    def integer(self, name: str, low: int, high: int) -> int:
        value = self._take(name)
        if type(value) is not int or not low <= value <= high:
            raise ProtocolError(f"{name} is no whole number in {low}..{high}")
        return value

    def number(self, name: str, low: float, high: float) -> float:
        return _number(name, self._take(name), low, high)

    def flag(self, name: str) -> bool:
        value = self._take(name)
        if type(value) is not bool:
            raise ProtocolError(f"{name} is neither true nor false")
        return value

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self._take(name)
        if not isinstance(value, str) or value not in allowed:
            raise ProtocolError(f"{name} is none of {allowed}")
        return value

    def territory(self) -> int | None:
        value = self._take("territory")
        if value is None:
            return None
        if type(value) is not int or not 1 <= value <= MAX_ID:
            raise ProtocolError("territory is no territory_id")
        return value

    def unit(self) -> int:
        return self.integer("unit", -1, self._n_units - 1)

    def units(self) -> tuple[int, ...]:
        """Positions, ascending, none twice."""
        values = self._take("units")
        if not isinstance(values, list) or len(values) > min(MAX_UNITS, self._n_units):
            raise ProtocolError("units is no list of units")
        last = -1
        for value in values:
            if type(value) is not int or not last < value < self._n_units:
                raise ProtocolError("units are not ascending positions of units")
            last = value
        return tuple(values)

    def few_accounts(self) -> tuple[int, ...]:
        values = self._take("accounts")
        if not isinstance(values, list) or not 0 < len(values) <= MAX_HOVERED:
            raise ProtocolError("accounts is no list of a few accounts")
        for value in values:
            if type(value) is not int or not 0 <= value < self._n_accounts:
                raise ProtocolError("accounts are no positions of accounts")
        return tuple(values)

    def accounts(self) -> NDArray[np.int32]:
        try:
            return decode_set(self._take("accounts"), self._n_accounts)
        except ValueError as error:
            raise ProtocolError(str(error)) from error

    def bounds(self) -> tuple[float, float, float, float]:
        values = self._take("bounds")
        if not isinstance(values, list) or len(values) != 4:
            raise ProtocolError("bounds is not west, south, east, north")
        west, south, east, north = (_number("bounds", value, -1e6, 1e6) for value in values)
        return west, south, east, north

    def has(self, name: str) -> bool:
        return name in self._data

    def points(self, name: str, least: int) -> tuple[Point, ...]:
        """Longitudes and latitudes; the map may have been dragged around the world."""
        values = self._take(name)
        if not isinstance(values, list) or not least <= len(values) <= MAX_POINTS:
            raise ProtocolError(f"{name} is no list of {least}..{MAX_POINTS} points")
        if not all(isinstance(value, list) and len(value) == 2 for value in values):
            raise ProtocolError(f"{name} is no list of points")
        return tuple((_number(name, lon, -720, 720), _number(name, lat, -90, 90)) for lon, lat in values)

    def name(self, name: str) -> str | None:
        value = self._take(name)
        if value is not None and (not isinstance(value, str) or len(value) > MAX_NAME):
            raise ProtocolError(f"{name} is no name")
        return value

    def text(self, name: str, most: int) -> str:
        value = self._take(name)
        if not isinstance(value, str) or len(value) > most:
            raise ProtocolError(f"{name} is no text of at most {most} letters")
        return value

    def step(self) -> tuple[int, int]:
        """Number of the stroke, and the revision that it was drawn on."""
        return self.integer("seq", 1, MAX_ID), self.integer("rev", 0, MAX_ID)

    def finish(self) -> None:
        if self._data:
            raise ProtocolError(f"unknown fields {sorted(self._data)[:5]}")


def _number(name: str, value: Any, low: float, high: float) -> float:
    if type(value) not in (int, float) or not low <= value <= high or not math.isfinite(value):
        raise ProtocolError(f"{name} is no number in {low}..{high}")
    return float(value)
