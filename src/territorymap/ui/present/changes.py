"""What differs from the baseline, in a line that an audience can read. Owns the words; the figures are metrics'."""

from __future__ import annotations

import numpy as np

from territorymap.i18n import ntr, number, percent, tr
from territorymap.metrics.disruption import holders_of
from territorymap.session.session import Session


def changes_text(session: Session) -> str:
    """Return how many units and accounts change their rep against the baseline; "" where there is none to compare."""
    baseline, plan = session.baseline, session.plan
    if baseline is None or baseline.scenario.scenario_id == plan.scenario.scenario_id:
        return ""
    unit_before, account_before = holders_of(plan, baseline)
    unit_now, account_now = holders_of(plan, plan)
    n_units = int(np.count_nonzero((unit_before != unit_now) & (unit_before >= 0)))
    n_accounts = int(np.count_nonzero((account_before != account_now) & (account_before >= 0)))
    if not n_units and not n_accounts:
        return tr("Nothing changes its rep.")
    if not len(account_now):
        return ntr("{n} unit changes its rep.", "{n} units change their rep.", n_units)
    return tr(
        "Change of rep: {accounts} of {all} accounts ({share}), {units} units.",
        accounts=number(n_accounts),
        all=number(len(account_now)),
        share=percent(n_accounts / len(account_now), 1),
        units=number(n_units),
    )
