"""How much may change rep: caps against the baseline, and protected accounts. Owns what exceeds them; refuses nothing.

``lost``, ``gained`` and ``changed`` (both together) of a rep are measured by what the rep has in the baseline; a rep
with nothing there has no share. Of the plan as a whole, by what reps have in the baseline; there ``changed`` is what
leaves its rep, for what one loses another gains.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import percent, tr
from territorymap.metrics.disruption import Disruption
from territorymap.model.plan import Plan
from territorymap.model.records import Cap, Measure

Floats = NDArray[np.float64]
SLACK = 1e-9  # sums are good to that: 10.0 % of 1,000 is within a cap of 10 %


@dataclass(frozen=True)
class Breach:
    """A cap that is exceeded."""

    cap: Cap
    at: int | None  # column of the rep, None = the plan as a whole
    share: float


def cap_row(plan: Plan, cap: Cap) -> int | None:
    """Return the row of a cap's measure; None where the plan has it no more."""
    return next((row for row, m in enumerate(plan.measures) if m.measure_id == cap.measure_id), None)


def rep_shares(disruption: Disruption, kind: str, row: int) -> Floats:
    """Return (R,) the share of each rep that a cap limits; 0 for a rep with nothing in the baseline."""
    base = disruption.base[row, :-1]
    part = np.zeros(len(base))
    if kind != "gained":
        part += disruption.lost[row, :-1]
    if kind != "lost":
        part += disruption.gained[row, :-1]
    return np.divide(part, base, out=np.zeros(len(base)), where=base > 0)


def plan_share(disruption: Disruption, kind: str, row: int) -> float:
    """Return the share of all reps together that a cap limits; 0 where reps have nothing in the baseline."""
    held = float(disruption.base[row, :-1].sum())
    part = (disruption.gained if kind == "gained" else disruption.lost)[row, :-1].sum()
    return float(part) / held if held > 0 else 0.0


def find_breaches(plan: Plan, disruption: Disruption, caps: Iterable[Cap] | None = None) -> list[Breach]:
    """Return what exceeds its cap, by default of all the plan's caps; the worst of each cap first."""
    found = []
    for cap in plan.caps if caps is None else caps:
        row = cap_row(plan, cap)
        if row is None:
            continue
        if cap.per == "plan":
            share = plan_share(disruption, cap.kind, row)
            if share > cap.max_share + SLACK:
                found.append(Breach(cap, None, share))
            continue
        shares = rep_shares(disruption, cap.kind, row)
        over = np.flatnonzero(shares > cap.max_share + SLACK)
        found += [Breach(cap, at, float(shares[at])) for at in over[np.argsort(-shares[over], kind="stable")].tolist()]
    return found


def displaced_accounts(plan: Plan, disruption: Disruption) -> NDArray[np.int64]:
    """Return the protected accounts that have another rep than in the baseline; one that had none may get one."""
    return np.flatnonzero(
        plan.accounts.is_protected
        & (disruption.before_account >= 0)
        & (disruption.before_account != disruption.now_account)
    )


def cap_text(measure: Measure | None, cap: Cap) -> str:
    """Return what a cap says, as a sentence."""
    name = measure_name(measure)
    most = percent(cap.max_share, 1 if round(cap.max_share * 1000) % 10 else 0)
    sentences = {
        ("rep", "lost"): tr("No rep loses more than {most} of {measure}.", most=most, measure=name),
        ("rep", "gained"): tr("No rep gains more than {most} of {measure}.", most=most, measure=name),
        ("rep", "changed"): tr(
            "No rep loses and gains together more than {most} of {measure}.", most=most, measure=name
        ),
        ("plan", "lost"): tr("In all, no more than {most} of {measure} changes rep.", most=most, measure=name),
        ("plan", "changed"): tr("In all, no more than {most} of {measure} changes rep.", most=most, measure=name),
        ("plan", "gained"): tr("In all, reps gain no more than {most} of {measure}.", most=most, measure=name),
    }
    return sentences[cap.per, cap.kind]


def breach_text(plan: Plan, disruption: Disruption, breach: Breach) -> str:
    """Return what exceeds a cap by how much, as a sentence."""
    cap = breach.cap
    row = cap_row(plan, cap)
    values = {
        "name": "" if breach.at is None else disruption.name_of(breach.at),
        "share": percent(breach.share, 1),
        "most": percent(cap.max_share, 1),
        "measure": measure_name(None if row is None else plan.measures[row]),
    }
    if cap.per == "plan":
        if cap.kind == "gained":
            return tr("In all, reps gain {share} of {measure}; the cap is {most}.", **values)
        return tr("In all, {share} of {measure} changes rep; the cap is {most}.", **values)
    if cap.kind == "lost":
        return tr("{name} loses {share} of {measure}; the cap is {most}.", **values)
    if cap.kind == "gained":
        return tr("{name} gains {share} of {measure}; the cap is {most}.", **values)
    return tr("{name} loses and gains {share} of {measure}; the cap is {most}.", **values)


def measure_name(measure: Measure | None) -> str:
    """Return a measure as it stands within a sentence."""
    if measure is None:
        return tr("a measure that is no more")
    if measure.source != "builtin":
        return measure.name
    words = {"accounts": tr("the accounts"), "units": tr("the units"), "workload_h": tr("the workload")}
    return words.get(measure.column_name, measure.name)
