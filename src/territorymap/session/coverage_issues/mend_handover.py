"""Handing accounts over: they leave the one role and are taken by the other, in one step.

Owns how an account leaves a scope: by what a won deal changes about it (flipping), else by its key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.metrics.coverage.findings import Finding, Holder
from territorymap.model.covering import rule_of
from territorymap.model.plan import Plan
from territorymap.model.scope import check_scope
from territorymap.session.coverage_issues.flipping import covers_after
from territorymap.session.coverage_issues.mend_pairs import leaving_out, narrowed
from territorymap.session.coverage_issues.mending import Mending, left_out, shortened
from territorymap.session.coverage_issues.naming import account_name, alignment_name, holder_text
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.session import Command, Session


@dataclass
class _Steps:
    """What is to be written, by alignment."""

    segments: dict[int, tuple[str, str]] = field(default_factory=dict)  # account_ix -> column, value
    cleared: dict[int, list[int]] = field(default_factory=dict)  # side -> account_ix
    left: dict[int, list[int]] = field(default_factory=dict)  # side -> account_ix that leave its scope by key


def hand_over(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Hand over what is due.

    Where the two scopes tell prospects from customers by a segment, the account gets the value of a customer; where the
    giving scope covers it still, it leaves that by its key. What nobody on the taking side has the ground of waits.
    """
    steps, lines, n_locked, n_keyless, n_waiting = _Steps(), [], 0, 0, 0
    still_covered = {
        pair: covers_after(look.plan, look.coverages[pair[0]].alignment, *f) for pair, f in look.flips.items()
    }
    for finding in findings:
        account, (giver, taker) = int(finding.accounts[0]), finding.holders
        touched = [t for t in (look.territory(giver), look.territory(taker)) if t is not None]
        if taker[1] < 0:
            n_waiting += 1
        elif any(territory.locked or territory.is_outside for territory in touched):
            n_locked += 1
        elif not _plan_one(look, steps, account, giver, taker, still_covered):
            n_keyless += 1
        else:
            name = account_name(look.plan, account)
            names = {"account": name, "giver": holder_text(look, giver), "taker": holder_text(look, taker)}
            lines.append(tr("{account} passes from {giver} to {taker}.", **names))
    if not lines:
        return None
    scopes = _new_scopes(look, steps)
    if scopes is None:
        return None
    n = len(lines)
    if n_waiting:
        lines.append(
            ntr(
                "{n} account waits: nobody who could take it has its ground.",
                "{n} accounts wait: nobody who could take them has their ground.",
                n_waiting,
            )
        )
    if n_keyless:
        lines.append(
            ntr(
                "{n} account has no key, so no scope can leave it out; it stays.",
                "{n} accounts have no key, so no scope can leave them out; they stay.",
                n_keyless,
            )
        )
    label = ntr("Hand over {n} account", "Hand over {n} accounts", n)
    effect = (*_how(look, steps), *left_out(n_locked), *shortened(lines))
    return Mending("hand-over", label, effect, lambda plan: Command(label, _writing(look, steps, scopes)))


def _plan_one(
    look: Look,
    steps: _Steps,
    account: int,
    giver: Holder,
    taker: Holder,
    still_covered: Mapping[tuple[int, int], NDArray[np.bool_]],
) -> bool:
    """Note what one account takes; False where it cannot leave."""
    side, other = look.now.sides[giver[0]], look.now.sides[taker[0]]
    is_left = bool(side.in_scope[account])
    flip = look.flips.get((giver[0], taker[0]))
    is_flipped = flip is not None and (is_left or other.owner[account] < 0)
    if is_flipped:
        is_left = bool(still_covered[giver[0], taker[0]][account])
    if is_left and leaving_out(look.plan, np.array([account])) is None:
        return False
    if flip is not None and is_flipped:
        steps.segments[account] = flip[0].column_name, flip[1]
    if is_left:
        steps.left.setdefault(giver[0], []).append(account)
    if side.by_name[account]:
        steps.cleared.setdefault(giver[0], []).append(account)
    return True


def _new_scopes(look: Look, steps: _Steps) -> dict[int, dict[str, str]] | None:
    """Return the scopes that leave accounts out, by alignment_id; None where one would be beyond what it may be."""
    found: dict[int, dict[str, str]] = {}
    for s, accounts in steps.left.items():
        alignment = look.coverages[s].alignment
        without = leaving_out(look.plan, np.array(accounts))
        assert without is not None
        scope = narrowed(rule_of(alignment.scope), without)
        try:
            check_scope(scope)
        except UserError:
            return None
        found[alignment.alignment_id] = {"scope": scope.to_json()}
    return found


def _how(look: Look, steps: _Steps) -> list[str]:
    lines = []
    by_value: dict[tuple[str, str], int] = {}
    for column, value in steps.segments.values():
        by_value[column, value] = by_value.get((column, value), 0) + 1
    names = {segment.column_name: segment.name for segment in look.plan.segments}
    for (column, value), n in by_value.items():
        count = ntr("{n} account", "{n} accounts", n)
        lines.append(tr("{segment} of {n} becomes {value}.", segment=names[column], n=count, value=value))
    for s, accounts in steps.left.items():
        count = ntr("{n} account", "{n} accounts", len(accounts))
        lines.append(tr("The scope of {alignment} leaves out {n} by key.", alignment=alignment_name(look, s), n=count))
    return lines


def _writing(look: Look, steps: _Steps, scopes: dict[int, dict[str, str]]) -> Callable[[Writer, Plan], None]:
    def run(writer: Writer, plan: Plan) -> None:
        ids = plan.accounts.account_id
        writer.update("account", {int(ids[a]): {column: value} for a, (column, value) in steps.segments.items()})
        writer.update("alignment", scopes)
        for s, accounts in steps.cleared.items():
            with writer.within(alignment_id=look.now.sides[s].alignment_id):
                writer.set_override(ids[accounts], None, "")

    return run
