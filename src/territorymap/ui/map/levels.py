"""What the map's tools can paint by beside single units. Owns the words; the grouping is geo.parents'."""

from __future__ import annotations

from collections.abc import Sequence

from territorymap.errors import UserError
from territorymap.geo.parents import Level, parent_levels
from territorymap.geo.shipped import layer_info
from territorymap.i18n import data_word, tr
from territorymap.model.plan import Plan


def levels_of(plan: Plan) -> list[Level]:
    """Return the levels above the units of a plan, the finer ones first."""
    return parent_levels(plan.units, f"{plan.info.unit_word} {plan.info.unit_layer_title}", parent_word(plan))


def parent_word(plan: Plan) -> str:
    """Return what the parent of a unit is called, "" where nobody told."""
    if not plan.info.unit_layer:
        return ""
    try:
        return layer_info(plan.info.unit_layer).parent_word
    except UserError:  # a layer of another version of the program
        return ""


def unit_word(plan: Plan) -> str:
    return data_word(plan.info.unit_word) or tr("unit")


def level_words(plan: Plan, levels: Sequence[Level]) -> list[str]:
    """Return what there is to paint by: a unit, then an area of each level."""
    return [unit_word(plan), *map(level_word, levels)]


def level_word(level: Level) -> str:
    """Return what one area of a level is called."""
    if level.word:
        return data_word(level.word)
    return {"prefix3": tr("3-digit area"), "letters": tr("postcode area")}.get(level.key, tr("parent area"))
