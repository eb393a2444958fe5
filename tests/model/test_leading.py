from __future__ import annotations

from territorymap.model.leading import leading_order
from territorymap.model.records import Measure


def test_what_accounts_bring_leads_before_what_units_bring_and_counts_come_after_each() -> None:
    kinds = [
        *[("builtin", "accounts"), ("builtin", "units"), ("unit", "population"), ("unit", "households")],
        *[("account", "revenue"), ("builtin", "workload_h"), ("account", "potential")],
    ]
    measures = [Measure(i, f"u{i}", column, source, column) for i, (source, column) in enumerate(kinds, 1)]

    names = [measures[m].name for m in leading_order(measures)]

    assert names == ["workload_h", "revenue", "potential", "accounts", "population", "households", "units"]
