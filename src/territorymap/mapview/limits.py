"""Caps and protected accounts as the page knows them, to warn of while a stroke is under way.

Owns the messages "limits" and "disruption" and the container "limits"; the arithmetic of the page is limits.js.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.mapview.container import pack
from territorymap.mapview.replies import Reply
from territorymap.metrics.caps import cap_row, measure_name
from territorymap.metrics.disruption import NO_REP, Disruption
from territorymap.metrics.totals import Totals
from territorymap.model.plan import Plan

MOST_NAMED = 2000  # protected accounts whose names are sent


def has_limits(plan: Plan) -> bool:
    """Whether the planner has set a cap or protected an account."""
    return bool(plan.caps) or bool(plan.accounts.is_protected.any())


def pack_limits(disruption: Disruption) -> bytes:
    """Return the container "limits": the column of each unit's rep in the baseline, the last one for none."""
    rep = np.where(disruption.before_unit < 0, disruption.n_reps, disruption.before_unit)
    return pack("limits", {"unit_rep": rep.astype(np.int32)}, {})


def no_limits() -> Reply:
    """There is neither a cap nor a protected account."""
    return {
        "kind": "limits",
        "has_baseline": False,
        "url": None,
        "n_rows": 0,
        "reps": [],
        "base": [],
        "lost": [],
        "gained": [],
        "caps": [],
        "apart": [],
        "protected": [],
    }


def limits(
    plan: Plan, totals: Totals, disruption: Disruption | None, url: str | None, *, with_names: bool = True
) -> Reply:
    """All that the page needs to foretell what a stroke would break.

    Parameters
    ----------
    disruption : None where no scenario is the baseline, or the baseline itself is edited
    url : where the container "limits" is to be fetched; None = the page has it as it is
    with_names : whether accounts may be named
    """
    reply = no_limits()
    reply["protected"] = _protected(plan, disruption, with_names)
    reply["caps"] = _caps(plan) if disruption is not None else []
    reply["n_rows"] = len(plan.measures)
    reply["reps"] = [
        {"id": rep.rep_id, "name": rep.name, "home": [rep.lon, rep.lat] if rep.has_home else None} for rep in plan.reps
    ]
    if disruption is not None:
        reply |= {"has_baseline": True, "url": url, "apart": _apart(plan, totals, disruption)}
        for name in ("base", "lost", "gained"):
            reply[name] = getattr(disruption, name).T.tolist()
    return reply


def disruption_rows(disruption: Disruption, columns: Iterable[int]) -> Reply:
    """What some reps lost and gained, anew."""
    lost, gained = disruption.lost, disruption.gained
    rows = [[at % (disruption.n_reps + 1), lost[:, at].tolist(), gained[:, at].tolist()] for at in columns]
    return {"kind": "disruption", "rows": rows}


def _caps(plan: Plan) -> list[dict[str, Any]]:
    rows = [(cap, cap_row(plan, cap)) for cap in plan.caps]
    return [
        {
            "row": row,
            "label": measure_name(plan.measures[row]),
            "per": cap.per,
            "kind": cap.kind,
            "most": cap.max_share,
        }
        for cap, row in rows
        if row is not None
    ]


def _apart(plan: Plan, totals: Totals, disruption: Disruption) -> list[dict[str, Any]]:
    """Accounts that go with their unit, and had another rep than their unit has in the baseline."""
    ledger, unit = totals.ledger, plan.accounts.unit_ix
    of_unit = np.append(disruption.before_unit, np.int32(NO_REP))[unit]
    account = np.flatnonzero((unit >= 0) & plan.goes_with_unit() & (of_unit != disruption.before_account))
    parts = ledger.parts
    has_stem = np.isfinite(parts.lon[account])
    lon, lat = (np.where(has_stem, at[account], 0.0).tolist() for at in (parts.lon, parts.lat))
    weight = np.where(has_stem, parts.stem_weight[account], 0.0).tolist()
    rep = _columns(disruption, disruption.before_account[account])
    amount = ledger.account_amount[:, account].T.tolist()
    return [
        {"unit": int(unit[a]), "rep": rep[i], "amount": amount[i], "weight": weight[i], "lon": lon[i], "lat": lat[i]}
        for i, a in enumerate(account.tolist())
    ]


def _protected(plan: Plan, disruption: Disruption | None, with_names: bool) -> list[dict[str, Any]]:
    accounts = plan.accounts
    chosen = np.flatnonzero(accounts.is_protected)
    moves = (accounts.unit_ix[chosen] >= 0) & plan.goes_with_unit(chosen)
    unit = np.where(moves, accounts.unit_ix[chosen], -1).tolist()
    before = np.full(len(chosen), NO_REP) if disruption is None else disruption.before_account[chosen]
    rep = before.tolist() if disruption is None else _columns(disruption, before)
    is_named = with_names and len(chosen) <= MOST_NAMED
    names = [str(accounts.name[a] or accounts.key[a]) if is_named else "" for a in chosen.tolist()]
    return [{"account": a, "unit": unit[i], "rep": rep[i], "name": names[i]} for i, a in enumerate(chosen.tolist())]


def _columns(disruption: Disruption, column: NDArray[np.integer]) -> list[int]:
    columns: list[int] = np.where(column < 0, disruption.n_reps, column).tolist()
    return columns
