"""Which measure leads where one has to come first: the bar of a table, what a dialog ticks.

Owns the order; whether a measure says anything in a plan is for who asks to find out.
"""

from __future__ import annotations

from collections.abc import Sequence

from territorymap.model.records import Measure

_BUILTIN = {"workload_h": 0, "accounts": 2, "units": 4}
_BY_SOURCE = {"account": 1, "unit": 3}


def leading_order(measures: Sequence[Measure]) -> list[int]:
    """Return the positions of measures: workload, what accounts bring, their number, what units bring, their number.

    Among equals the plan's own order stands.
    """
    return sorted(range(len(measures)), key=lambda m: _rank(measures[m]))


def _rank(measure: Measure) -> int:
    return _BUILTIN.get(measure.column_name, 5) if measure.source == "builtin" else _BY_SOURCE[measure.source]
