"""What can be done about findings: each mending tells what it would do, and is one undoable step.

Owns which mendings there are for which cause; how each is worked out stands in the modules mend_*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from territorymap.i18n import ntr, number, tr
from territorymap.metrics.coverage.findings import Finding
from territorymap.model.plan import Plan
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.session import Command, Session

MAX_LINES = 8
T = TypeVar("T")


@dataclass(frozen=True)
class Mending:
    """One way to mend findings."""

    name: str  # for the command line, the same for all findings of a cause
    label: str  # on a button
    effect: tuple[str, ...]  # what would happen, a sentence a line
    build: Callable[[Plan], Command]
    n_uncovered: int = 0  # accounts that nobody would cover any more


def mendings(session: Session, look: Look, findings: Sequence[Finding]) -> list[Mending]:
    """Return what can be done about findings of one cause, the best first; empty where only a person can help.

    What is locked is left out, and said.
    """
    from territorymap.session.coverage_issues import mend_deals, mend_gaps, mend_handover, mend_pairs

    if not findings:
        return []
    makers: dict[tuple[str, str], tuple[Callable[[Session, Look, Sequence[Finding]], Mending | None], ...]] = {
        ("gap", "unassigned"): (mend_gaps.give_to_own_sales, mend_gaps.assign_units),
        ("gap", "vacant"): (mend_gaps.fill_vacancies,),
        ("horizontal", "ground"): (mend_pairs.leave_ground, mend_pairs.let_share),
        ("horizontal", "bid"): (mend_deals.close_bid,),
        ("vertical", "bid"): (mend_deals.close_bid,),
        ("vertical", "price"): (mend_deals.close_later,),
        ("vertical", "territory"): (mend_pairs.clear_names,),
        ("deal", "second"): (mend_deals.close_second,),
        ("deal", "outside"): (mend_deals.pass_to_owner, mend_deals.give_account),
        ("deal", "expired"): (mend_deals.close_expired, mend_deals.extend),
        ("handover", "due"): (mend_handover.hand_over,),
        ("handover", "coming"): (),
    }
    pairs = (mend_pairs.clear_names, mend_pairs.leave_to_narrow, mend_pairs.take_out, mend_pairs.let_share)
    first = findings[0]
    if (first.kind, first.cause) == ("gap", "scope"):
        is_all = len(findings) == len(look.judgement.by_cause["gap", "scope"])
        ways = (mend_gaps.give_by_name, mend_gaps.cover_rest)
        makers["gap", "scope"] = ways[::-1] if is_all else ways
    found = [make(session, look, findings) for make in makers.get((first.kind, first.cause), pairs)]
    # What opens gaps elsewhere comes after what does not.
    return sorted((mending for mending in found if mending is not None), key=lambda mending: mending.n_uncovered > 0)


def shortened(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the first lines, and how many more there are."""
    rest = len(lines) - MAX_LINES
    if rest <= 1:
        return tuple(lines)
    return (*lines[:MAX_LINES], tr("And {n} more.", n=number(rest)))


def sentences(things: Sequence[T], say: Callable[[T], str]) -> tuple[str, ...]:
    """Return a sentence for each of the first things, and how many more there are."""
    if len(things) <= MAX_LINES + 1:
        return tuple(say(thing) for thing in things)
    rest = tr("And {n} more.", n=number(len(things) - MAX_LINES))
    return (*(say(thing) for thing in things[:MAX_LINES]), rest)


def left_out(n: int) -> tuple[str, ...]:
    """Say how many things a mending leaves out because they are locked."""
    if not n:
        return ()
    return (ntr("{n} is locked and left out.", "{n} are locked and left out.", n),)
