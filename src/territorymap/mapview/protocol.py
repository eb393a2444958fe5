"""What the page may say to Python, checked word for word. Owns which
message has which fields; not their types (messages.py) nor what is done about them.

A message is a JSON object {"v": 1, "kind": ...}. Anything that is not exactly as described here is a ProtocolError:
the page is ours, so it is a bug or an attack, never something to guess about.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from territorymap.mapview.message_fields import MAX_ID, MAX_NAME, Fields, ProtocolError
from territorymap.mapview.messages import (
    AccountHover,
    AccountMenu,
    Announce,
    Assign,
    Colors,
    CompareEnd,
    Cut,
    Draw,
    Hint,
    HomeHover,
    Hover,
    Join,
    Loaded,
    Menu,
    Message,
    Painted,
    PlaceHome,
    Probe,
    ProposalEnd,
    Ready,
    SecondEnd,
    Select,
    SelectAccounts,
    Target,
    Tool,
    View,
)

__all__ = ["CUT", "KINDS", "RULES", "TOOLS", "VERSION", "ProtocolError", "parse"]

VERSION = 1
MAX_TEXT = 8_000_000  # letters of one message; 1,000,000 unit positions fit
TOOLS = ("pan", "pick", "accounts", "brush", "lasso", "rectangle", "fill", "border", "draw", "cut")
MAX_RADIUS_PX = 400
MAX_ANNOUNCED = 1_000  # letters
MAX_MS = 86_400_000.0
RULES = ("majority", "centroid", "touch", "exact")  # which units a drawn polygon takes
CUT = "cut"


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
    fields = Fields(data, n_units, n_accounts)
    try:
        message = reader(fields)
        fields.finish()
    except ProtocolError as error:
        raise ProtocolError(f"{kind}: {error}") from error
    return message


def _refuse_constant(name: str) -> Any:
    raise ProtocolError(f"{name} in a message")


def _draw(f: Fields) -> Draw:
    draw = Draw(*f.step(), f.territory(), f.name("new_name"), f.choice("rule", RULES), f.points("polygon", 3))
    if (draw.territory is None) == (draw.new_name is None):
        raise ProtocolError("a drawing is for one territory, there or new")
    return draw


def _cut(f: Fields) -> Cut:
    line = f.points("line", 2) if f.has("line") else None
    polygon = f.points("polygon", 3) if line is None else None
    return Cut(*f.step(), f.territory(), line, polygon)


def _probe(f: Fields) -> Probe:
    ask, is_closed = f.integer("ask", 1, MAX_ID), f.flag("is_closed")
    rule = f.choice("rule", (*RULES, CUT))
    if rule != CUT and not is_closed:
        raise ProtocolError("a line takes no units")
    return Probe(ask, rule, f.territory(), is_closed, f.points("points", 3 if is_closed else 2))


_READERS: dict[str, Callable[[Fields], Message]] = {
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
    "compare_end": lambda _: CompareEnd(),
    "proposal_end": lambda _: ProposalEnd(),
    "second_end": lambda _: SecondEnd(),
    "hint": lambda f: Hint(f.choice("code", ("no_target", "refused"))),
}
KINDS = tuple(_READERS)
