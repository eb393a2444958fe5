"""Values that no version of this program writes, and what stands in their place.

Owns the same bounds that loading holds values against, column by column; knows nothing of other rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from territorymap.document.columns import PREFIXES
from territorymap.document.mending import is_possible
from territorymap.model.accounts import CONSTANT_COLUMNS
from territorymap.model.change import Value
from territorymap.model.coverage import REP_KINDS
from territorymap.model.records import BUILTIN_MEASURES, CAP_KINDS, CAP_PER, LOCATION_LEVELS, SCENARIO_STATUSES

Kinds = Mapping[str, str]  # declared type of each column


def _within(most: float) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, int | float) and abs(value) <= most


def _not_negative(value: Value) -> bool:
    return isinstance(value, int | float) and value >= 0


def _one_of(*words: str) -> Callable[[Value], bool]:
    return lambda value: value in words


_BOUNDS: Mapping[tuple[str, str], Callable[[Value], bool]] = {
    **{(table, "lon"): _within(180) for table in ("unit", "account", "rep")},
    **{(table, "lat"): _within(90) for table in ("unit", "account", "rep")},
    ("unit", "area_km2"): _not_negative,
    **{("plan", name): _not_negative for name in CONSTANT_COLUMNS},
    ("plan", "target_kind"): _one_of("equal", "capacity", ""),
    ("rep", "kind"): _one_of(*REP_KINDS, ""),
    ("rep", "location_level"): _one_of(*LOCATION_LEVELS, ""),
    ("account", "location_level"): _one_of(*LOCATION_LEVELS, ""),
    ("scenario", "status"): _one_of(*SCENARIO_STATUSES, ""),
    ("measure", "source"): _one_of("builtin", "account", "unit"),
    ("cap", "per"): _one_of(*CAP_PER),
    ("cap", "kind"): _one_of(*CAP_KINDS),
}
# A row without one of these is no row.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "assignment": ("scenario_id", "alignment_id", "unit_id"),
    "override": ("scenario_id", "alignment_id", "account_id"),
    "territory_variant": ("scenario_id", "territory_id"),
    "measure": ("source", "column_name"),
    "segment": ("column_name",),
    "cap": ("measure_id", "per", "kind"),
}
_MAX_WHOLE = 1 << 62


def can_be(table: str, column: str, kind: str, value: Value) -> bool:
    """Tell whether a value can stand in a column and mean something."""
    if value is None:
        return True
    if not is_possible(kind, column, value):
        return False
    if isinstance(value, float) and not math.isfinite(value):
        return False
    if isinstance(value, int) and not -_MAX_WHOLE < value < _MAX_WHOLE:
        return False
    bound = _BOUNDS.get((table, column))
    return bound is None or bound(value)


def bad_columns(table: str, kinds: Kinds, row: Mapping[str, Value]) -> list[str]:
    """Return the columns of a row whose values cannot be."""
    return [column for column, value in row.items() if not can_be(table, column, kinds.get(column, ""), value)]


def is_a_row(table: str, row: Mapping[str, Value]) -> bool:
    """Tell whether a row has what makes it one."""
    if any(row.get(column) is None for column in _NEEDED.get(table, ())):
        return False
    if table == "measure" and row["source"] == "builtin":
        return row["column_name"] in BUILTIN_MEASURES
    prefix = PREFIXES.get(table)
    return prefix is None or str(row["column_name"]).startswith(prefix)
