"""Next best moves on an open plan: the plan as a situation, and moves as what a planner reads and does.

Owns what counts, which territory is looked at and the step that does a move; moves are optimise.suggest's, sentences
move_words'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.distance import great_circle_km
from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.optimise.situation import Situation, Ways
from territorymap.optimise.suggest import Found, Move, Suggester
from territorymap.session.commands.units import assign_units
from territorymap.session.session import Command, Session
from territorymap.session.solving.aims import Aim
from territorymap.session.solving.move_words import Wording, told_measure
from territorymap.session.solving.still import row_of_measure

_MOST_PASSED = 8  # territories that may be passed over because nothing can be done for them
_MOST_TOLD = 3
_MOST_HOMES = 2  # of empty territories that are looked up: a pass over all units each
_OTHERS = 0.25  # what measures count that are not named
_LEAST_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Suggestion:
    """One move, in words and figures."""

    move: Move
    taker_id: int
    sentence: str  # the next three in one
    title: str  # what to do
    details: str  # what that moves, and what becomes of the two territories
    harm: str  # which other index gets worse, "" = none
    label: str  # of the step that does it
    measure: str  # that it helps most
    n_accounts: int  # that go along
    all_units: str  # names, one after the other

    def command(self, plan: Plan) -> Command:
        """Return the step that does it, as if drawn by hand: refused if a lock has come between."""
        return replace(assign_units(plan, self.move.units, self.taker_id), label=self.label)


@dataclass(frozen=True)
class Suggestions:
    """The moves for one territory, the best first, as the plan was at a revision."""

    rev: int
    territory_id: int | None  # that they are about; None where there is none to look at
    heading: str  # who that is and how it stands
    moves: tuple[Suggestion, ...]
    reason: str = ""  # why there is no move, and what to do
    passed: tuple[str, ...] = ()  # of worse territories: why there is no move for them
    aims: tuple[Aim, ...] = ()  # rows of the moves' indices


def aims_with(plan: Plan, main: str | None) -> tuple[Aim, ...]:
    """Return what counts: one measure in full, the others that the plan shows a quarter; None = all of them alike.

    So no move mends one number at the cost of the others, and what the planner looks at still decides.
    """
    others = 1.0 if main is None else _OTHERS
    named = None if main is None else plan.measures[row_of_measure(plan, main)]
    shown = [m for m in plan.measures if m.is_shown or m is named] or plan.measures
    return tuple(Aim(m.name, m.tolerance, 1.0 if m is named else others) for m in shown)


def default_measure(plan: Plan) -> str:
    """Return the measure that counts in full if none is named: the workload."""
    return next((m.name for m in plan.measures if m.is_workload), "")


def suggest_moves(
    session: Session, territory_id: int | None = None, aims: Sequence[Aim] | None = None, n_wanted: int = 5
) -> Suggestions:
    """Return the border moves that help a territory most; None = the worst for which anything can be done.

    Raises
    ------
    KeyError
        if there is no such territory or measure.
    """
    search = Search(session, territory_id, aims, n_wanted)
    for _ in search.steps():
        pass
    return search.result


class Search:
    """A look for moves in small steps; it works on copies, so an edit between steps makes it stale, not wrong."""

    def __init__(
        self,
        session: Session,
        territory_id: int | None = None,
        aims: Sequence[Aim] | None = None,
        n_wanted: int = 5,
    ) -> None:
        plan = session.plan
        self.rev = session.rev
        self._plan_territories, self._n_wanted = list(plan.territories), n_wanted
        self._aims = tuple(aims_with(plan, default_measure(plan)) if aims is None else aims)
        self._rows = [row_of_measure(plan, aim.measure) for aim in self._aims]
        self._asked = None if territory_id is None else plan.territory_ix(territory_id)
        self._session = session
        self.result = Suggestions(self.rev, None, "", (), aims=self._aims)

    def steps(self) -> Iterator[None]:
        """Look; :attr:`result` holds what was found at the end."""
        session, plan = self._session, self._session.plan
        if not plan.territories:
            self.result = replace(
                self.result,
                heading=tr("No territories yet"),
                reason=tr("Make one in the menu Territory, or import a list of units and territories."),
            )
            return
        situation = frozen_situation(session, self._aims, self._rows, self._asked)
        words = Wording(plan, situation, self._aims, self._rows, told_measure(plan, session.totals))
        suggester = Suggester(situation, self._n_wanted)
        yield
        order = suggester.worst()[:_MOST_PASSED] if self._asked is None else [self._asked]
        if not order:
            self.result = replace(self.result, heading=words.all_within(), reason=words.nothing_to_do())
            return
        tried: list[Found] = []
        for t in order:
            tried.append(Found(t))
            yield from suggester.steps(tried[-1])
            if tried[-1].moves:
                break
        about = tried[-1] if tried[-1].moves else tried[0]
        passed = [words.passed_over(one) for one in tried if one is not about][:_MOST_TOLD]
        self.result = Suggestions(
            rev=self.rev,
            territory_id=plan.territories[about.territory].territory_id,
            heading=words.heading(about.territory, is_worst=about.territory == order[0] and self._asked is None),
            moves=tuple(self._worded(words, move) for move in about.moves),
            reason="" if about.moves else words.reason(about),
            passed=tuple(passed),
            aims=self._aims,
        )

    def _worded(self, words: Wording, move: Move) -> Suggestion:
        main = words.main_measure(move)
        title, details, harm = words.title(move), words.details(move, main), words.harm(move, main)
        return Suggestion(
            move=move,
            taker_id=self._plan_territories[move.taker].territory_id,
            sentence=words.sentence(title, details, harm),
            title=title,
            details=details,
            harm=harm,
            label=words.label(move),
            measure=self._aims[main].measure,
            n_accounts=words.n_accounts(move),
            all_units=words.all_units(move),
        )


def frozen_situation(session: Session, aims: Sequence[Aim], rows: Sequence[int], asked: int | None = None) -> Situation:
    """Return the plan as it stands, in copies: about a millisecond at 33,000 units and 100,000 accounts."""
    plan, totals = session.plan, session.totals
    ledger = totals.ledger
    counts = next(i for i, m in enumerate(plan.measures) if m.source == "builtin" and m.column_name == "accounts")
    is_free = plan.goes_with_unit()
    kept = plan.accounts.unit_ix[plan.accounts.is_protected & is_free & (plan.accounts.unit_ix >= 0)]
    is_fixed = plan.units.locked.copy()
    is_fixed[kept] = True
    ways = None
    home = np.column_stack([totals.home, np.full(2, np.nan)])
    of_workload = [m for m, row in enumerate(rows) if plan.measures[row].is_workload]
    if of_workload and ledger.workload_row in rows:
        parts = ledger.parts
        per_km = np.where(is_free, parts.stem_weight, 0.0)
        ways = Ways(of_workload[0], ledger.start, ledger.order, per_km, parts.lon, parts.lat, home)
    return Situation(
        adjacency=session.adjacency,
        label=plan.unit_territory.copy(),
        weight=np.nan_to_num(ledger.unit_measure[list(rows)]),
        total=totals.territory_total[list(rows)],
        share=session.balance.share.copy(),
        tolerance=np.maximum([aim.tolerance for aim in aims], _LEAST_TOLERANCE),
        importance=np.array([aim.importance for aim in aims], dtype=np.float64),
        customers=ledger.unit_measure[counts].copy(),
        is_fixed=is_fixed,
        is_closed=np.array([t.locked for t in plan.territories], dtype=np.bool_),
        pieces=totals.pieces.copy(),
        first_unit=_first_units(plan, totals.n_units, home, asked),
        ways=ways,
    )


def _first_units(
    plan: Plan, n_units: NDArray[np.int64], home: NDArray[np.float64], asked: int | None
) -> NDArray[np.int64]:
    """(P,) the unit next to the home of some who have nothing yet; -1 where nobody lives, or nobody looks."""
    first = np.full(plan.n_territories, -1, dtype=np.int64)
    empty = np.flatnonzero((n_units == 0) & np.isfinite(home[0, :-1]))
    for t in dict.fromkeys([*empty[empty == asked].tolist(), *empty[:_MOST_HOMES].tolist()]):
        km = great_circle_km(home[0, t], home[1, t], plan.units.lon, plan.units.lat)
        first[t] = int(np.nanargmin(km)) if np.isfinite(km).any() else -1
    return first
