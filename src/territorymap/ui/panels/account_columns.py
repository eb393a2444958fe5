"""The columns of the accounts table.

Owns titles, tips and importance; the texts are the model's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from territorymap.i18n import tr
from territorymap.model.accounts import CONSTANT_COLUMNS
from territorymap.model.plan import Plan
from territorymap.ui.dialogs.constants import constant_label, constant_tip


@dataclass(frozen=True)
class AccountColumn:
    """One column; ``key`` as AccountRows.sort takes it: name, key, city, ..., measure:COLUMN, segment:COLUMN."""

    key: str
    title: str
    tip: str
    priority: int

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def name(self) -> str:
        return self.key.partition(":")[2]

    @property
    def is_number(self) -> bool:
        return self.kind in ("measure", "constant", "satisfaction")


def account_columns(plan: Plan) -> list[AccountColumn]:
    """Return the columns for a plan; those that no account fills are only there when chosen."""
    a = plan.accounts
    has_key, has_state, has_country = any(a.key), any(a.state), len(set(a.country)) > 1
    columns = [
        AccountColumn("name", tr("Account"), tr("Name of the account."), 0),
        AccountColumn(
            "key", tr("Key"), tr("The planner's own key of the account, from the import."), 8 if has_key else 100
        ),
        AccountColumn("postal_code", tr("Postal code"), tr("Postal code of the account."), 5),
        AccountColumn("city", tr("City"), tr("City of the account."), 3),
        AccountColumn("state", tr("State"), tr("State or province of the account."), 9 if has_state else 100),
        AccountColumn("country", tr("Country"), tr("Country of the account."), 10 if has_country else 100),
        AccountColumn("level", tr("Placed by"), tr("How exactly the account is placed on the map."), 11),
        AccountColumn("unit", tr("Unit"), tr("The unit the account lies in."), 4),
        AccountColumn(
            "territory", tr("Territory"), tr("The territory that has the account: by override, else by unit."), 1
        ),
        AccountColumn(
            "override",
            tr("Override"),
            tr("Why the account was given to a territory by name; says so if that changes nothing any more."),
            2,
        ),
    ]
    columns.append(
        AccountColumn(
            "protected",
            tr("Protected"),
            tr("Whether the account keeps its rep: building, rebalancing and warnings go by it."),
            4 if a.is_protected.any() else 100,
        )
    )
    columns.append(
        AccountColumn(
            "wants_change",
            tr("Change rep"),
            tr("Whether the account should get another rep: building and rebalancing see to it."),
            4 if a.wants_change.any() else 100,
        )
    )
    columns.append(
        AccountColumn(
            "satisfaction",
            tr("Satisfaction"),
            tr("How satisfied the account is, from 0 to 10."),
            5 if np.isfinite(a.satisfaction).any() else 100,
        )
    )
    columns += [
        AccountColumn(f"segment:{s.column_name}", s.name, tr("{name} of the account.", name=s.name), 12)
        for s in plan.segments
    ]
    columns += [
        AccountColumn(f"measure:{m.column_name}", m.name, tr("{name} of the account.", name=m.name), 6)
        for m in plan.measures
        if m.source == "account"
    ]
    for name in CONSTANT_COLUMNS:
        title = constant_label(name).replace("&", "")
        columns.append(AccountColumn(f"constant:{name}", title, constant_tip(name), 101))
    return columns
