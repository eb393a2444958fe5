"""What is said of suggested moves: the sentence of each, how a territory stands, and why nothing can be done.

Owns the words; figures are the situation's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from territorymap.i18n import listed, ntr, percent, tr
from territorymap.metrics.targets import is_outside
from territorymap.metrics.totals import Totals
from territorymap.model.plan import Plan
from territorymap.optimise.situation import NOBODY, Floats, Situation, beyond
from territorymap.optimise.suggest import Found, Move
from territorymap.session.commands.checks import enumerate_names
from territorymap.session.solving.aims import Aim
from territorymap.session.solving.still import names_of

_MOST_NAMES = 2
_MOST_HARMS = 3


@dataclass(frozen=True)
class Told:
    """The measure whose share is told of every move, such as revenue."""

    measure: str
    amount: Floats  # (U,)
    total: Floats  # (P,)


def told_measure(plan: Plan, totals: Totals) -> Told | None:
    """Return the first shown number of accounts that was brought; None where there is none."""
    row = next((i for i, m in enumerate(plan.measures) if m.source == "account" and m.is_shown), None)
    if row is None:
        return None
    return Told(plan.measures[row].name, totals.unit_measure[row].copy(), totals.territory_total[row].copy())


class Wording:
    """Sentences about one situation of a plan."""

    def __init__(
        self, plan: Plan, situation: Situation, aims: Sequence[Aim], rows: Sequence[int], told: Told | None
    ) -> None:
        self._plan, self._s, self._aims, self._told = plan, situation, aims, told
        self._names = [t.name for t in plan.territories]
        self._measures = [_measure_word(plan, row) for row in rows]
        self._index = situation.index(situation.total)

    # -- one move ------------------------------------------------------------------------------------------------------

    def main_measure(self, move: Move) -> int:
        """Return the aim that a move helps most, weighed."""
        fall = beyond(move.index_before, self._s.tolerance) - beyond(move.index_after, self._s.tolerance)
        return int(np.argmax(self._s.importance * fall.sum(axis=1)))

    def sentence(self, title: str, details: str, harm: str) -> str:
        """Return what to do and what it does, in one."""
        if harm:
            return tr("{title}: {details}; {harm}.", title=title, details=details, harm=harm)
        return tr("{title}: {details}.", title=title, details=details)

    def title(self, move: Move) -> str:
        """Return what to do."""
        return tr("Give {units} to {taker}", units=self._units(move), taker=self._names[move.taker])

    def details(self, move: Move, main: int) -> str:
        """Return what that moves and what becomes of the two territories."""
        told = tr(
            "{what}; {figures}; {whole}",
            what=self._what(move),
            figures=self._figures(move, main),
            whole=self._whole(move),
        )
        n = self._n_wanting(move)
        if not n:
            return told
        return ntr(
            "{told}; {n} account marked “change rep” gets another one",
            "{told}; {n} accounts marked “change rep” get another one",
            n,
            told=told,
        )

    def _n_wanting(self, move: Move) -> int:
        """Return how many accounts that are marked "change rep" get another rep by a move."""
        plan = self._plan
        if move.giver == NOBODY or not plan.accounts.wants_change.any():
            return 0
        before, after = (plan.territories[t].rep_id for t in (move.giver, move.taker))
        if before is None or after is None or before == after:
            return 0
        accounts = plan.accounts.in_units(move.units)
        return int((plan.accounts.wants_change[accounts] & plan.goes_with_unit(accounts)).sum())

    def n_accounts(self, move: Move) -> int:
        """Return how many accounts go along; those given to somebody by name do not."""
        return round(float(self._s.customers[move.units].sum()))

    def all_units(self, move: Move) -> str:
        """Return the names of all units of a move."""
        return listed(names_of(self._plan, move.units.tolist()))

    def label(self, move: Move) -> str:
        """Return what the step is called in the history."""
        return tr("Best move: give {units} to {taker}", units=self._units(move), taker=self._names[move.taker])

    def _units(self, move: Move) -> str:
        names = names_of(self._plan, move.units.tolist())
        if len(names) > _MOST_NAMES + 1:
            return tr("{names} and {n} more", names=listed(names[:_MOST_NAMES]), n=len(names) - _MOST_NAMES)
        if len(names) == 1:
            return names[0]
        return tr("{names} and {last}", names=listed(names[:-1]), last=names[-1])

    def _what(self, move: Move) -> str:
        accounts = ntr("{n} account", "{n} accounts", self.n_accounts(move))
        told = self._told
        if told is None:
            return accounts
        leaves = float(told.amount[move.units].sum())
        if move.giver == NOBODY:
            return tr(
                "{accounts}, {share} of all {measure}, from nobody",
                accounts=accounts,
                share=_share(leaves, float(told.amount.sum())),
                measure=told.measure,
            )
        return tr(
            "{accounts}, {share} of the {measure} of {giver}",
            accounts=accounts,
            share=_share(leaves, float(told.total[move.giver])),
            measure=told.measure,
            giver=self._names[move.giver],
        )

    def _figures(self, move: Move, m: int) -> str:
        sides = [
            self._side(t, float(before), float(after))
            for t, before, after in zip(
                (move.giver, move.taker), move.index_before[m], move.index_after[m], strict=True
            )
            if t != NOBODY
        ]
        return tr("{measure}: {sides}", measure=self._measures[m], sides=listed(sides))

    def _side(self, t: int, before: float, after: float) -> str:
        return tr(
            "{name} {before} → {after}", name=self._names[t], before=_index_text(before), after=_index_text(after)
        )

    def _whole(self, move: Move) -> str:
        """Say that nobody falls apart, and who becomes more whole."""
        sides = [
            (t, was, now)
            for t, was, now in zip((move.giver, move.taker), move.pieces_before, move.pieces_after, strict=True)
            if t != NOBODY
        ]
        better = [(t, now) for t, was, now in sides if now < was]
        if better:
            return listed(
                tr("{name} becomes whole", name=self._names[t])
                if now == 1
                else ntr("{name} is then in {n} piece", "{name} is then in {n} pieces", now, name=self._names[t])
                for t, now in better
            )
        if all(now == 1 for _, _, now in sides):
            if len(sides) == 1:
                return tr("stays whole")
            return tr("both stay whole")
        return tr("no new pieces")

    def harm(self, move: Move, main: int) -> str:
        """Return which other index gets out of its tolerance, or further out, in two digits; "" for none."""
        said = []
        for m in range(len(self._aims)):
            for side, t in enumerate((move.giver, move.taker)):
                before, after = float(move.index_before[m, side]), float(move.index_after[m, side])
                is_worse = abs(after - 1) > abs(before - 1) and _index_text(after) != _index_text(before)
                if m == main or t == NOBODY or not is_worse:
                    continue  # the figures say so already
                if is_outside(after, float(self._s.tolerance[m])):
                    said.append(
                        tr("{measure} {figures}", measure=self._measures[m], figures=self._side(t, before, after))
                    )
        return tr("but {indices}", indices=listed(said[:_MOST_HARMS])) if said else ""

    # -- territories ---------------------------------------------------------------------------------------------------

    def heading(self, t: int, *, is_worst: bool) -> str:
        """Say who the moves are about and how that territory stands."""
        m = self._worst_measure(t)
        figures = {"name": self._names[t], "measure": self._measures[m], "index": _index_text(float(self._index[m, t]))}
        if np.isnan(self._index[m, t]):
            return tr("{name}: there is no target to compare with", **figures)
        if not is_outside(self._index[m, t], float(self._s.tolerance[m])):
            return tr("{name}: {measure} {index}, within tolerance", **figures)
        if is_worst:
            return tr("Furthest from even is {name}: {measure} {index}", **figures)
        return tr("{name}: {measure} {index}", **figures)

    def passed_over(self, found: Found) -> str:
        """Say why a territory further from even was passed over."""
        return tr("Further from even is {name}. {reason}", name=self._names[found.territory], reason=self.reason(found))

    def all_within(self) -> str:
        """Say how all stands where nobody is beyond a tolerance."""
        if np.isnan(self._index).all():
            return tr("There is no target to compare with")
        return tr("All territories are within tolerance")

    def nothing_to_do(self) -> str:
        """Say what was looked at where nobody is beyond a tolerance, or why nothing can be compared."""
        if np.isnan(self._index).all():
            return self._without_target()
        limits = listed(
            tr("{measure} ± {tolerance}", measure=name, tolerance=percent(float(tolerance), 1))
            for name, tolerance in zip(self._measures, self._s.tolerance, strict=True)
        )
        return tr(
            "No border move is needed ({limits}). Select a territory to see what could still be done for it.",
            limits=limits,
        )

    def _without_target(self) -> str:
        if not self._s.share.any():
            return tr("Targets go by capacity, and no rep with a territory has one. Tell it in the panel Reps.")
        if not self._s.share.all() and self._s.total.any():
            return tr("Targets go by capacity, and its rep has none. Tell it in the panel Reps.")
        return tr(
            "Nobody has anything of {measures} yet. Give units to territories, or import accounts.",
            measures=listed(self._measures),
        )

    def reason(self, found: Found) -> str:
        """Say why there is no move for a territory, and what would help."""
        t = found.territory
        m = self._worst_measure(t)
        if np.isnan(self._index[:, t]).all() and not self._s.is_closed[t]:
            return self._without_target()
        if found.obstacle == "locked":
            return tr("It is locked. Unlock it in the menu Territory to get suggestions.")
        if found.obstacle == "no_start":
            return tr("It has no units, and nobody may give any. Unlock territories or units, or draw its first unit.")
        if found.obstacle == "alone":
            return tr("It shares no border with anybody, so no border can be moved.")
        if found.obstacle == "neighbours_locked":
            return tr("All its neighbours are locked: {names}.", names=enumerate_names(self._neighbours(t)))
        if found.obstacle == "units_fixed":
            return tr("Every unit at its border is locked or holds a protected account, on both sides.")
        if found.obstacle == "last_unit":
            return tr(
                "It is a single unit, {unit}. Cut the unit (tool Cut), or give the territory to a team.",
                unit=names_of(self._plan, np.flatnonzero(self._s.label == t)[:1].tolist())[0],
            )
        if found.obstacle == "would_break":
            return tr(
                "Each move that would help leaves a territory in pieces. Rebalance moves several borders at once."
            )
        if not is_outside(self._index[m, t], float(self._s.tolerance[m])):
            return tr("It is within tolerance, and no border move would help its neighbours.")
        if self._index[m, t] > 1:
            return tr(
                "No neighbour could take a unit and be better off: units are too large, or the neighbours have too "
                "much themselves. Rebalance moves several borders at once."
            )
        return tr(
            "No neighbour could give a unit and be better off: units are too large, or the neighbours have too little "
            "themselves. Rebalance moves several borders at once."
        )

    def _neighbours(self, t: int) -> list[str]:
        slots = self._s.adjacency.slots_of(np.flatnonzero(self._s.label == t))
        others = np.unique(self._s.label[self._s.adjacency.neighbour[slots]])
        return [self._names[i] for i in others.tolist() if i not in (t, NOBODY)]

    def _worst_measure(self, t: int) -> int:
        """Return the aim that is furthest off; one that counts most, unless only others are beyond."""
        off = np.nan_to_num(np.abs(self._index[:, t] - 1), nan=-1.0) / self._s.tolerance
        most = self._s.importance == self._s.importance.max()
        first = np.where(most, off, -1.0)
        return int(np.argmax(first if first.max() > 1 or off.max() <= 1 else off))


def _measure_word(plan: Plan, row: int) -> str:
    """Return what a measure is called before its numbers."""
    measure = plan.measures[row]
    if measure.source != "builtin":
        return measure.name
    words = {"accounts": tr("accounts"), "units": tr("units"), "workload_h": tr("workload")}
    return words.get(measure.column_name, measure.name)


def _share(part: float, whole: float) -> str:
    if not whole > 0:
        return percent(0)
    share = part / whole
    return percent(share, 1 if abs(share) < 0.0995 else 0)


def _index_text(value: float) -> str:
    return "–" if np.isnan(value) else percent(value)
