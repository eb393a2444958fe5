"""Which columns name a row of a table, for people and for outside systems.

Owns this list; not the names themselves (former_names) nor the tables (schema).
"""

from __future__ import annotations

from collections.abc import Mapping

# How people call a row, and the key that outside systems know it by.
NAME_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit_name", "unit_code"),
    "account": ("account_name", "account_key"),
    "territory": ("territory_name",),
    "rep": ("rep_name",),
    "region": ("region_name",),
    "alignment": ("alignment_name",),
    "scenario": ("scenario_name",),
    "measure": ("measure_name",),
    "segment": ("segment_name",),
    "deal": ("deal_name",),
    "tier": ("tier_name",),
    "credential": ("title",),
    "action": ("title",),
    "figure": ("metric", "period"),
    "quota": ("period",),
    "pay_plan": ("plan_name",),
    "funnel": ("role",),
    "assumption": ("topic",),
}
