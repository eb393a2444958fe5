"""What the page may say to Python, checked word for word. Owns the messages' types; not what is done about them.

A message is a JSON object {"v": 1, "kind": ...}. Anything that is not exactly as described here is a ProtocolError:
the page is ours, so it is a bug or an attack, never something to guess about.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.mapview.account_sets import decode_set

VERSION = 1
MAX_TEXT = 8_000_000  # letters of one message; 1,000,000 unit positions fit
MAX_UNITS = 1_000_000
MAX_HOVERED = 8
MAX_ID = 2**53 - 1
TOOLS = ("pan", "pick", "accounts", "brush", "lasso", "rectangle", "fill", "border", "draw", "cut")
MAX_RADIUS_PX = 400
MAX_ANNOUNCED = 1_000  # letters
MAX_MS = 86_400_000.0
MAX_POINTS = 20_000  # of a drawn line or polygon
MAX_NAME = 1_000  # letters
RULES = ("majority", "centroid", "touch", "exact")  # which units a drawn polygon takes
CUT = "cut"
Point = tuple[float, float]  # lon, lat


class ProtocolError(ValueError):
    """The page said something that it never says."""


@dataclass(frozen=True)
class Ready:
    """The page stands and listens."""


@dataclass(frozen=True)
class Loaded:
    """The first picture of a plan is painted."""

    rev: int
    ms: float


@dataclass(frozen=True)
class Assign:
    """A finished stroke: these units are to go to a territory, None = unassign."""

    seq: int
    rev: int
    territory: int | None
    units: tuple[int, ...]  # unit_ix, ascending


@dataclass(frozen=True)
class Draw:
    """A drawn polygon is to become a territory of this new name, or to be added to one."""

    seq: int
    rev: int
    territory: int | None
    new_name: str | None  # None only with a territory
    rule: str
    polygon: tuple[Point, ...]  # not closed


@dataclass(frozen=True)
class Cut:
    """Units are to be cut along a line or a polygon; with a territory, its left or inner side goes there."""

    seq: int
    rev: int
    territory: int | None
    line: tuple[Point, ...] | None
    polygon: tuple[Point, ...] | None  # one of the two


@dataclass(frozen=True)
class Join:
    """Parts of cut units are to be joined."""

    seq: int
    rev: int
    units: tuple[int, ...]  # unit_ix, ascending


@dataclass(frozen=True)
class Probe:
    """What would a drawing take by a rule, or a line or polygon cut, if it ended here?"""

    ask: int
    rule: str  # one of RULES, or CUT
    territory: int | None  # what the units would go to, None = a new one, or none
    is_closed: bool
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Select:
    """The person picked on the map; the selection as it is now."""

    territory: int | None
    units: tuple[int, ...]


@dataclass(frozen=True)
class Target:
    """What strokes paint into from now on; is_set False = nothing chosen."""

    territory: int | None
    is_set: bool


@dataclass(frozen=True)
class Tool:
    """The tool or the brush was changed by a key on the map."""

    tool: str
    radius: int


@dataclass(frozen=True)
class Hover:
    """The pointer is over this unit, -1 = none."""

    unit: int


@dataclass(frozen=True)
class Painted:
    """An edit is on the screen with Python's numbers; ms since the pointer went up."""

    seq: int
    ms: float


@dataclass(frozen=True)
class View:
    """What the map shows: west, south, east, north, and the zoom."""

    bounds: tuple[float, float, float, float]
    zoom: float


@dataclass(frozen=True)
class Menu:
    """A context menu is wanted at a place of the widget, over this unit (-1 = none)."""

    unit: int
    x: int
    y: int


@dataclass(frozen=True)
class Colors:
    """The list of what the map can be coloured by is wanted, at a place of the widget."""

    x: int
    y: int


@dataclass(frozen=True)
class HomeHover:
    """The pointer is over the house of a rep."""

    rep: int


@dataclass(frozen=True)
class PlaceHome:
    """A rep's house was put here; ``place``: the named place that it snapped to, "" = none."""

    rep: int
    lon: float
    lat: float
    place: str


@dataclass(frozen=True)
class Announce:
    """What the unit cursor has come to, or what became of an edit, for who does not see the map."""

    text: str


@dataclass(frozen=True)
class Hint:
    """The page told the person why a stroke could not begin."""

    code: str


@dataclass(frozen=True)
class AccountMenu:
    """The list "Accounts on the map" is wanted at a place of the widget."""

    x: int
    y: int


@dataclass(frozen=True)
class AccountHover:
    """The pointer is over these accounts; the first of them, where there are many."""

    seq: int
    accounts: tuple[int, ...]  # account_ix


@dataclass(frozen=True, eq=False)
class SelectAccounts:
    """The person picked accounts on the map; those that are selected now."""

    accounts: NDArray[np.int32]  # account_ix, ascending


Message = (
    AccountMenu
    | AccountHover
    | SelectAccounts
    | Ready
    | Loaded
    | Assign
    | Draw
    | Cut
    | Join
    | Probe
    | Select
    | Target
    | Tool
    | Hover
    | Painted
    | View
    | Menu
    | Hint
    | Announce
    | HomeHover
    | PlaceHome
    | Colors
)


def parse(text: str, n_units: int, n_accounts: int = 0) -> Message:
    """Return the message of the page.

    Parameters
    ----------
    n_units, n_accounts
        of the plan that is shown; positions outside are refused.

    Raises
    ------
    ProtocolError
        if anything about it is not as it must be.
    """
    if len(text) > MAX_TEXT:
        raise ProtocolError(f"message of {len(text)} letters")
    try:
        data = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("not JSON") from error
    if not isinstance(data, dict) or type(data.get("v")) is not int or data["v"] != VERSION:
        raise ProtocolError("not a message of this version")
    kind = data.get("kind")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise ProtocolError("unknown kind")
    fields = _Fields(data, n_units, n_accounts)
    message = reader(fields)
    fields.finish()
    return message


class _Fields:
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


def _refuse_constant(name: str) -> Any:
    raise ProtocolError(f"{name} in a message")


def _draw(f: _Fields) -> Draw:
    draw = Draw(*f.step(), f.territory(), f.name("new_name"), f.choice("rule", RULES), f.points("polygon", 3))
    if (draw.territory is None) == (draw.new_name is None):
        raise ProtocolError("a drawing is for one territory, there or new")
    return draw


def _cut(f: _Fields) -> Cut:
    line = f.points("line", 2) if f.has("line") else None
    polygon = f.points("polygon", 3) if line is None else None
    return Cut(*f.step(), f.territory(), line, polygon)


def _probe(f: _Fields) -> Probe:
    ask, is_closed = f.integer("ask", 1, MAX_ID), f.flag("is_closed")
    rule = f.choice("rule", (*RULES, CUT))
    if rule != CUT and not is_closed:
        raise ProtocolError("a line takes no units")
    return Probe(ask, rule, f.territory(), is_closed, f.points("points", 3 if is_closed else 2))


_READERS: dict[str, Callable[[_Fields], Message]] = {
    "ready": lambda _: Ready(),
    "loaded": lambda f: Loaded(f.integer("rev", 0, MAX_ID), f.number("ms", 0, MAX_MS)),
    "assign": lambda f: Assign(f.integer("seq", 1, MAX_ID), f.integer("rev", 0, MAX_ID), f.territory(), f.units()),
    "draw": _draw,
    "cut": _cut,
    "probe": _probe,
    "join": lambda f: Join(*f.step(), f.units()),
    "select": lambda f: Select(f.territory(), f.units()),
    "target": lambda f: Target(f.territory(), f.flag("is_set")),
    "tool": lambda f: Tool(f.choice("tool", TOOLS), f.integer("radius", 0, MAX_RADIUS_PX)),
    "hover": lambda f: Hover(f.unit()),
    "painted": lambda f: Painted(f.integer("seq", 1, MAX_ID), f.number("ms", 0, MAX_MS)),
    "view": lambda f: View(f.bounds(), f.number("zoom", -50, 50)),
    "menu": lambda f: Menu(f.unit(), f.integer("x", -10_000, 100_000), f.integer("y", -10_000, 100_000)),
    "colors": lambda f: Colors(f.integer("x", -10_000, 100_000), f.integer("y", -10_000, 100_000)),
    "account_menu": lambda f: AccountMenu(f.integer("x", -10_000, 100_000), f.integer("y", -10_000, 100_000)),
    "account_hover": lambda f: AccountHover(f.integer("seq", 1, MAX_ID), f.few_accounts()),
    "select_accounts": lambda f: SelectAccounts(f.accounts()),
    "home_hover": lambda f: HomeHover(f.integer("rep", 1, MAX_ID)),
    "place_home": lambda f: PlaceHome(
        f.integer("rep", 1, MAX_ID), f.number("lon", -180, 180), f.number("lat", -90, 90), f.text("place", MAX_NAME)
    ),
    "announce": lambda f: Announce(f.text("text", MAX_ANNOUNCED)),
    "hint": lambda f: Hint(f.choice("code", ("no_target", "refused"))),
}
KINDS = tuple(_READERS)
