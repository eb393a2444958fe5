"""Which measure speaks for a plan where there is room for one. Owns the choice; not how it is shown."""

from __future__ import annotations

import numpy as np

from territorymap.exporters.view import ExportView


def headline_measure(view: ExportView) -> int:
    """Return the measure whose index is shown: workload if there is any, else accounts, else units; -1 = none."""
    for name in ("workload_h", "accounts", "units"):
        if name in view.balance.measures:
            ix = int(view.balance.measures.index(name))
            if np.nansum(view.balance.target[ix]) > 0:
                return ix
    return -1
