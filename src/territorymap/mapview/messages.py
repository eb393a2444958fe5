"""What the page says to Python, as types. Owns their shape; how they are read and checked is in protocol.py."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]  # lon, lat


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
class CompareEnd:
    """The person ended the comparing of two scenarios on the map."""


@dataclass(frozen=True)
class SecondEnd:
    """The person wants to see one alignment only."""


@dataclass(frozen=True)
class ProposalEnd:
    """The person wants to see the plan again in place of a proposal, or ends the run that makes one."""


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
    | CompareEnd
    | ProposalEnd
    | SecondEnd
    | Hint
    | Announce
    | HomeHover
    | PlaceHome
    | Colors
)
