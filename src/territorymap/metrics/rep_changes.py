"""Changes of rep as metrics: lost, gained and kept by rep, and the share that changes. Owns formulas and explanations.

Who had and who has what, and the sums kept up to date, are disruption's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import number, percent, tr
from territorymap.metrics.registry import Case, Lines, metric
from territorymap.metrics.sums import sum_by
from territorymap.model.records import Measure

Floats = NDArray[np.float64]
Holders = NDArray[np.int32]


def _amount(case: Case, value: float) -> str:
    measure = case.measure
    if measure is None or _is_count(measure):
        return number(value)
    return tr("{value} h", value=number(value, 1)) if measure.is_workload else number(value, 2)


def _is_count(measure: Measure) -> bool:
    return measure.source == "builtin" and measure.column_name in ("accounts", "units")


def _share(part: float, whole: float) -> str:
    return percent(part / whole, 1) if whole else tr("none: nothing had a rep")


def _rep_lines(case: Case) -> Lines:
    """The parts of one rep, or of all reps together."""
    d = case.disruption
    if d is None:
        return [(tr("Baseline"), tr("No scenario is the baseline, so there is nothing to compare with."))]
    at = slice(None, -1) if case.rep_at is None else slice(case.rep_at, case.rep_at + 1)
    if case.rep_at is not None and case.rep_at < 0:
        at = slice(-1, None)
    base, lost, gained = (float(rows[case.row, at].sum()) for rows in (d.base, d.lost, d.gained))
    n_lost, n_gained = d.n_lost[:, at].sum(axis=1), d.n_gained[:, at].sum(axis=1)
    return [
        (tr("In the baseline"), _amount(case, base)),
        (tr("Kept"), _amount(case, base - lost)),
        (tr("Lost, as the baseline has it"), _amount(case, lost)),
        (tr("Gained, as it is now"), _amount(case, gained)),
        (tr("Now"), _amount(case, base - lost + gained)),
        (tr("Lost ÷ in the baseline"), _share(lost, base)),
        (tr("Units lost and gained"), f"{number(int(n_lost[0]))}, {number(int(n_gained[0]))}"),
        (tr("Accounts lost and gained"), f"{number(int(n_lost[1]))}, {number(int(n_gained[1]))}"),
    ]


@metric(
    "disruption",
    scope="rep measure",
    label=lambda: tr("Changes rep"),
    formula=lambda: tr("Lost by all reps ÷ what reps have in the baseline"),
    meaning=lambda: tr(
        "The share of the accounts, units or amounts of reps that goes to another rep, or to none. A territory that "
        "only gets another name changes nothing; one that gets another rep changes all it has."
    ),
    lines=_rep_lines,
)
def share_changed(base: Floats, lost: Floats) -> Floats:
    """Share of each measure that changes rep against the baseline.

    Parameters
    ----------
    base : (M, R) float, what each rep has in the baseline; what has no rep there is left out
    lost : (M, R) float, what each rep had and has no more, as the baseline has it

    Returns
    -------
    (M,) float, 0..1 for amounts >= 0; 0 is the baseline itself; nan where no rep has anything in the baseline.

    Source
    ------
    Definition of this program (design, section 7): share of units, accounts, revenue and workload that change rep.
    """
    held = base.sum(axis=1)
    shares: Floats = np.divide(lost.sum(axis=1), held, out=np.full(len(base), np.nan), where=held != 0)
    return shares


@metric(
    "rep_lost",
    scope="rep measure",
    label=lambda: tr("Lost"),
    formula=lambda: tr("Sum of what the rep has in the baseline and another rep, or none, has now"),
    meaning=lambda: tr("Hours count as the baseline has them: with the way from the home of the rep who loses them."),
    lines=_rep_lines,
)
def lost_by_rep(before: Holders, now: Holders, amount: Floats, n_reps: int) -> Floats:
    """Sum of what each rep loses.

    Parameters
    ----------
    before : (n,) int, rep of each account or unit in the baseline; -1 = none
    now : (n,) int, its rep now; -1 = none
    amount : (n,) float, as the baseline has it

    Returns
    -------
    (R + 1,) float, the last for what had no rep; 0 where nothing is lost.

    Source
    ------
    Definition of this program.
    """
    is_lost = before != now
    return np.asarray(sum_by(before[is_lost] % (n_reps + 1), amount[is_lost][None], n_reps + 1)[0])


@metric(
    "rep_gained",
    scope="rep measure",
    label=lambda: tr("Gained"),
    formula=lambda: tr("Sum of what the rep has now and another rep, or none, has in the baseline"),
    meaning=lambda: tr("Hours count as they are now: with the way from the home of the rep who gains them."),
    lines=_rep_lines,
)
def gained_by_rep(before: Holders, now: Holders, amount: Floats, n_reps: int) -> Floats:
    """Sum of what each rep gains.

    Parameters
    ----------
    before : (n,) int, rep of each account or unit in the baseline; -1 = none
    now : (n,) int, its rep now; -1 = none
    amount : (n,) float, as it is now

    Returns
    -------
    (R + 1,) float, the last for what has no rep any more; 0 where nothing is gained.

    Source
    ------
    Definition of this program.
    """
    is_gained = before != now
    return np.asarray(sum_by(now[is_gained] % (n_reps + 1), amount[is_gained][None], n_reps + 1)[0])


@metric(
    "rep_kept",
    scope="rep measure",
    label=lambda: tr("Kept"),
    formula=lambda: tr("In the baseline − lost"),
    meaning=lambda: tr("What the rep has in the baseline and now. The way from home is the same in both."),
    lines=_rep_lines,
)
def kept_by_rep(base: Floats, lost: Floats) -> Floats:
    """What each rep keeps.

    Parameters
    ----------
    base : (M, R) float, what each rep has in the baseline
    lost : (M, R) float

    Returns
    -------
    (M, R) float; the baseline's amount where nothing is lost; 0 for a rep who has nothing in the baseline.

    Source
    ------
    Definition of this program.
    """
    return np.asarray(base - lost)
