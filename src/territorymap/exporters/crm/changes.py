"""Which accounts, units and territories a CRM system is to hear of: all, or what differs from the baseline.

Owns the comparison by territory key; names come from the view.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.exporters.choices import Choice
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

SCOPE = Choice(
    "scope",
    lambda: tr("Rows"),
    "choice",
    "all",
    values=(("all", lambda: tr("all")), ("changes", lambda: tr("only what differs from the baseline"))),
)
_NEW = -2


@dataclass(frozen=True)
class Told:
    """What goes into the files."""

    accounts: NDArray[np.int64]  # (n,) account_ix
    units: NDArray[np.int64]  # (m,) unit_ix
    territories: NDArray[np.int64]  # (k,) territory_ix: new, or with another rep
    is_whole: bool  # nothing was left out


def told(view: ExportView, scope: str) -> Told:
    """Return what is told.

    Raises
    ------
    UserError
        if changes are asked for where there is no baseline to compare with.
    """
    plan = view.plan
    if scope == "all":
        return Told(np.arange(len(plan.accounts)), np.arange(len(plan.units)), np.arange(plan.n_territories), True)
    baseline = view.baseline
    if baseline is None:
        raise UserError(
            tr("There is no baseline to compare with, so what has changed is not known."),
            tr("Make another scenario the baseline, or export all rows."),
        )
    ids = np.array([t.territory_id for t in plan.territories] + [-1], dtype=np.int64)
    before_ids = baseline.territory_ids()
    was_account = before_ids[baseline.territory_of_accounts(plan.accounts)]
    was_unit = before_ids[baseline.unit_territory]
    rep_before = {t.territory_id: t.rep_id for t in baseline.territories}
    name_before = {t.territory_id: t.name for t in baseline.territories}
    changed = [
        ix
        for ix, t in enumerate(plan.territories)
        if rep_before.get(t.territory_id, _NEW) != t.rep_id or t.territory_id not in name_before
    ]
    return Told(
        accounts=np.flatnonzero(ids[view.account_territory] != was_account),
        units=np.flatnonzero(ids[plan.unit_territory] != was_unit),
        territories=np.array(changed, dtype=np.int64),
        is_whole=False,
    )
