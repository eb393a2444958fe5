"""Sizing by workload build-up: contacts times time, over the time a person has for customers, as whole people.

Owns these formulas; not the classes of accounts (classes) nor what is assumed (assumed).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from territorymap.i18n import tr
from territorymap.metrics.registry import metric

Floats = NDArray[np.float64]
_SLACK = 1e-9  # what rounding may add to a sum must not make one person more
_MOST_PART_TIMERS = 60


@dataclass(frozen=True)
class Staff:
    """Whole people who do the work of so many full-time ones."""

    fte: float  # full-time people needed, with a fraction
    full_time: int
    part_time: int
    part_fte: float  # of a full-time one, what a part-timer works

    @property
    def heads(self) -> int:
        """People, and so territories, if each has one."""
        return self.full_time + self.part_time

    @property
    def hired(self) -> float:
        """Full-time people that they amount to; not below ``fte``."""
        return self.full_time + self.part_time * self.part_fte


@metric(
    "selling_h",
    scope="assumed",
    label=lambda: tr("Hours for customers"),
    unit="h",
    formula=lambda: tr("Weeks worked × hours a week × (1 − share for other work − share for travel)"),
    meaning=lambda: tr("Hours a year that a full-time person has for customers."),
    lines=lambda case: [],
)
def selling_h(weeks: float, hours_week: float, other_share: float, travel_share: float) -> float:
    """Hours a year that a full-time person has for customers.

    Worked by hand: 44 weeks x 40 h = 1,760 h; 30 % other work and 20 % travel leave 50 %: 880 h.

    Parameters
    ----------
    weeks : weeks worked a year
    hours_week : hours worked a week
    other_share : share of the time for meetings, paper, learning
    travel_share : share of the time on the road; 0 where the plan's own estimate counts the drives

    Returns
    -------
    float, hours a year, >= 0; 0 where the shares leave nothing.

    Source
    ------
    Talley 1961, "How to Design Sales Territories", Journal of Marketing 25(3).
    """
    return max(0.0, weeks * hours_week * (1.0 - other_share - travel_share))


@metric(
    "contact_h",
    scope="assumed",
    label=lambda: tr("Hours of an account"),
    unit="h",
    formula=lambda: tr("Contacts a year × (minutes a contact + minutes on the way) ÷ 60"),
    meaning=lambda: tr("Hours a year that an account asks for, by its class and by who looks after it."),
    lines=lambda case: [],
)
def contact_h(contacts: ArrayLike, minutes: ArrayLike, way_min: ArrayLike = 0.0) -> Floats:
    """Hours a year that each account asks for.

    Worked by hand: 12 visits of 60 min with 20 min of driving: 12 x 80 / 60 = 16 h.

    Parameters
    ----------
    contacts : (A,) float, visits or calls a year
    minutes : (A,) float, of one
    way_min : (A,) float, on the way to one; nan counts as 0

    Returns
    -------
    (A,) float, hours a year, >= 0.

    Source
    ------
    Talley 1961: call frequency times call length.
    """
    way = np.nan_to_num(np.asarray(way_min, dtype=np.float64), nan=0.0)
    each = np.asarray(minutes, dtype=np.float64) + np.maximum(way, 0.0)
    return np.asarray(np.maximum(np.asarray(contacts, dtype=np.float64), 0.0) * each / 60)


@metric(
    "fte_by_workload",
    scope="assumed",
    label=lambda: tr("People by workload"),
    formula=lambda: tr("Hours of all accounts ÷ hours that one person has for customers"),
    meaning=lambda: tr("Full-time people that the accounts ask for: the workload build-up."),
    lines=lambda case: [],
)
def fte_by_workload(hours: float, selling_hours: float) -> float:
    """Full-time people that hours of work ask for.

    Worked by hand: 10 class A accounts x 24 visits x 2 h = 480 h, 100 class B x 12 x 1 h = 1,200 h, 500 class C x 4 x
    0.5 h = 1,000 h; 2,680 h over 880 h a person = 3.045 people.

    Parameters
    ----------
    hours : hours a year
    selling_hours : hours a year that one person has for customers

    Returns
    -------
    float, >= 0; nan where there is work and no time for it.

    Source
    ------
    Talley 1961, workload (build-up) method.
    """
    if selling_hours > 0:
        return max(0.0, hours) / selling_hours
    return math.nan if hours > 0 else 0.0


@metric(
    "staff",
    scope="assumed",
    label=lambda: tr("Full-time and part-time"),
    formula=lambda: tr(
        "Whole people who together work at least what is needed, with the least over; of equal ones the fewest people"
    ),
    meaning=lambda: tr("How many people to hire, where so many of them at most may work part-time."),
    lines=lambda case: [],
)
def staff(fte: float, part_fte: float = 0.5, max_part_share: float = 0.0) -> Staff:
    """Whole people, full-time and part-time, who do the work of ``fte`` full-time ones.

    Worked by hand: 7.3 with part-timers of 0.5, at most a quarter of the people: 8 full-time work 8.0, 7 and 1 work 7.5
    (1 of 8 is allowed), 7 and 2 work 8.0: so 7 and 1. With 0.6: 7 and 1 work 7.6; 6 and 3 work 7.8; 5 and 4 would work
    7.4, but 4 of 9 are too many: so 7 and 1.

    Parameters
    ----------
    fte : full-time people needed, >= 0; nan is nobody knows
    part_fte : what a part-timer works, 0 < x < 1 of a full-time person
    max_part_share : share of the people who may work part-time; 0 = nobody

    Returns
    -------
    Staff; nobody for 0 and for nan.

    Source
    ------
    Own rule: whole people at the least cost of time.
    """
    if not (math.isfinite(fte) and fte > _SLACK):
        return Staff(fte, 0, 0, part_fte)
    best = Staff(fte, math.ceil(fte - _SLACK), 0, part_fte)
    if not (0 < part_fte < 1 and max_part_share > 0):
        return best
    for n_part in range(1, _MOST_PART_TIMERS + 1):
        n_full = max(0, math.ceil(fte - n_part * part_fte - _SLACK))
        found = Staff(fte, n_full, n_part, part_fte)
        is_allowed = n_part <= max_part_share * found.heads + _SLACK
        if is_allowed and (found.hired, found.heads) < (best.hired - _SLACK, best.heads):
            best = found
        if n_full == 0:
            break
    return best
