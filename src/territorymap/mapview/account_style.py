"""What accounts on the map are coloured and sized by: the choices of a plan, and the arrays of a choice for the page.

Owns keys, titles and the kinds' colours; which choice is made is kept by the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from territorymap.i18n import tr
from territorymap.mapview.account_packing import (
    AccountOrder,
    Categories,
    level_categories,
    pack_account_color,
    pack_account_size,
    pack_color_offer,
    segment_categories,
)
from territorymap.mapview.strings import level_labels
from territorymap.model.plan import Plan

PLAIN, TERRITORY, LEVEL = "plain", "territory", "level"
COUNT = "count"
SEGMENT, MEASURE = "segment:", "measure:"  # followed by the name
SHOW_ALL, SHOW_TABLE, SHOW_TERRITORY, SHOW_EVERY = "all", "table", "territory", "every"
SHOWS = (SHOW_ALL, SHOW_TABLE, SHOW_TERRITORY, SHOW_EVERY)  # every: out of the scope of the alignment too

# Ten strong colours for points on soft fills: found by annealing the least distance to each other and to
# palette.PALETTE under normal vision and three kinds of colour blindness; the first six are farthest apart.
KIND_COLORS = (
    "#2c79c2", "#b2650f", "#046b5e", "#831c9c", "#fa8a20", "#211014", "#01375d", "#c92081", "#5e5804", "#4b2d04",
)  # fmt: skip
# The same for a dark map, against palette.dark_variant of the fills.
DARK_KIND_COLORS = (
    "#4894f6", "#fdad7d", "#4eeeb3", "#bca2fe", "#dbeb52", "#e5fffb", "#9bcef0", "#fc8aa6", "#cdb249", "#c3d53e",
)  # fmt: skip
OTHER_COLOR, DARK_OTHER_COLOR = "#9ca0a5", "#6c7075"
# From sure to unsure: dark to light on a light map, light to dark on a dark one; no place is never drawn.
LEVEL_COLORS = ("#0b3c6f", "#177a5e", "#e8a33d", "#7d858f")
DARK_LEVEL_COLORS = ("#d9efff", "#58c7b5", "#e59b3a", "#8b95a1")


@dataclass(frozen=True)
class Choice:
    """One thing that accounts can be coloured or sized by."""

    key: str  # as it is remembered between plans
    title: str


@dataclass(frozen=True)
class AccountStyle:
    """How accounts are shown on the map."""

    color: str = PLAIN
    size: str = COUNT
    shows: str = SHOW_ALL


def color_choices(plan: Plan | None) -> list[Choice]:
    """Return what accounts can be coloured by; None = no plan is open."""
    choices = [
        Choice(PLAIN, tr("One colour")),
        Choice(TERRITORY, tr("Territory")),
        Choice(LEVEL, tr("Placed by")),
    ]
    segments = plan.segments if plan is not None else []
    return choices + [Choice(SEGMENT + s.name, s.name) for s in segments]


def size_choices(plan: Plan | None) -> list[Choice]:
    """Return what the circles of accounts can stand for."""
    measures = [m for m in plan.measures if m.source == "account"] if plan is not None else []
    return [Choice(COUNT, tr("Number of accounts"))] + [Choice(MEASURE + m.name, m.name) for m in measures]


def fitting(style: AccountStyle, plan: Plan) -> AccountStyle:
    """Return the style with what this plan does not have taken out."""
    colors, sizes = {c.key for c in color_choices(plan)}, {c.key for c in size_choices(plan)}
    return AccountStyle(
        style.color if style.color in colors else PLAIN, style.size if style.size in sizes else COUNT, style.shows
    )


def pack_color(plan: Plan, order: AccountOrder, key: str) -> bytes | None:
    """Return the container for a choice of colour; None where the page needs none."""
    found = _colouring(plan, key)
    return None if found is None else pack_account_color(order, *found)


def pack_colors(plan: Plan, order: AccountOrder) -> bytes:
    """Return the container of all choices of colour, for a page that can ask for none."""
    found = [_colouring(plan, choice.key) for choice in color_choices(plan)]
    return pack_color_offer(order, [colouring for colouring in found if colouring is not None])


def _colouring(plan: Plan, key: str) -> tuple[Categories, dict[str, Any]] | None:
    """Return the kinds of accounts, and what the page is told of them; None where it knows by itself."""
    colors: tuple[str, ...]
    dark: tuple[str, ...]
    if key == LEVEL:
        categories = level_categories(plan.accounts, level_labels())
        colors, dark, title = LEVEL_COLORS, DARK_LEVEL_COLORS, tr("Placed by")
    elif key.startswith(SEGMENT):
        segment = next(s for s in plan.segments if s.name == key.removeprefix(SEGMENT))
        texts = plan.accounts.segments[segment.column_name]
        categories = segment_categories(texts, no_text=tr("(empty)"), other=tr("Others"))
        n = len(categories.labels)
        colors, dark = (*KIND_COLORS, OTHER_COLOR)[:n], (*DARK_KIND_COLORS, DARK_OTHER_COLOR)[:n]
        title = segment.name
    else:
        return None
    return categories, {"key": key, "title": title, "light": colors, "dark": dark}


def pack_size(plan: Plan, order: AccountOrder, key: str) -> bytes | None:
    """Return the container for a choice of size; None for the number of accounts."""
    if not key.startswith(MEASURE):
        return None
    measure = next(m for m in plan.measures if m.source == "account" and m.name == key.removeprefix(MEASURE))
    return pack_account_size(order, plan.accounts.values[measure.column_name], {"key": key, "title": measure.name})
