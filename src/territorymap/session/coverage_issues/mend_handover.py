"""Handing accounts over: they leave the one role and are taken by the other, in one step.

Owns how an account leaves a scope: by the field in which the two scopes differ, else by its key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.metrics.coverage.findings import Finding, Holder
from territorymap.model.plan import Plan
from territorymap.model.records import Segment
from territorymap.model.scope import All, OneOf, PlanFields, Scope, check_scope, folded, mask, scope_from_json
from territorymap.session.coverage_issues.mend_pairs import leaving_out, narrowed
from territorymap.session.coverage_issues.mending import Mending, left_out, shortened
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.coverage_issues.words import account_name, alignment_name, holder_text
from territorymap.session.session import Command, Session


@dataclass
class _Steps:
    """What is to be written, by alignment."""

    segments: dict[int, tuple[str, str]] = field(default_factory=dict)  # account_ix -> column, value
    cleared: dict[int, list[int]] = field(default_factory=dict)  # side -> account_ix
    left: dict[int, list[int]] = field(default_factory=dict)  # side -> account_ix that leave its scope by key
    given: dict[Holder, list[int]] = field(default_factory=dict)  # taker -> account_ix


def hand_over(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Hand over what is due.

    Where both scopes ask for a value of one segment ("prospect" here, "customer" there), the account gets the taker's
    value; else it leaves the giver's scope by its key. It is given by name to who has its ground on the taking side,
    where that side would not have it otherwise.
    """
    steps, lines, n_locked, n_keyless = _Steps(), [], 0, 0
    for finding in findings:
        account, (giver, taker) = int(finding.accounts[0]), finding.holders
        touched = [t for t in (look.territory(giver), look.territory(taker)) if t is not None]
        if any(territory.locked or territory.is_outside for territory in touched):
            n_locked += 1
        elif not _plan_one(look, steps, account, giver, taker):
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


def _plan_one(look: Look, steps: _Steps, account: int, giver: Holder, taker: Holder) -> bool:
    """Note what one account takes; False where it cannot leave."""
    side, other = look.now.sides[giver[0]], look.now.sides[taker[0]]
    is_covered = bool(other.in_scope[account])
    if side.in_scope[account]:
        found = common_segment(look, giver[0], taker[0])
        if found is not None:
            steps.segments[account] = found[0].column_name, found[1]
            is_covered = _would_cover(look, taker[0], account, *found)
        elif leaving_out(look.plan, np.array([account])) is not None:
            steps.left.setdefault(giver[0], []).append(account)
        else:
            return False
    if side.by_name[account]:
        steps.cleared.setdefault(giver[0], []).append(account)
    if other.owner[account] < 0 and taker[1] >= 0 and not is_covered:
        steps.given.setdefault(taker, []).append(account)
    return True


def common_segment(look: Look, giver: int, taker: int) -> tuple[Segment, str] | None:
    """Return the segment of which two scopes ask different values, and the value that the taker asks."""
    one = _asked_values(scope_from_json(look.coverages[giver].alignment.scope))
    other = _asked_values(scope_from_json(look.coverages[taker].alignment.scope))
    for key in one.keys() & other.keys():
        kind, _, uuid = key.partition(":")
        segment = next((s for s in look.plan.segments if s.uuid == uuid), None)
        is_apart = not {folded(v) for v in one[key]} & {folded(v) for v in other[key]}
        if kind == "segment" and segment is not None and is_apart:
            return segment, other[key][0]
    return None


class _WithValue(PlanFields):
    """Fields of one account with another value of a segment."""

    def __init__(self, plan: Plan, account: int, segment: Segment, value: str) -> None:
        super().__init__(plan, np.array([account]))
        self._changed = f"segment:{segment.uuid}", np.array([value], dtype=object)

    def values(self, key: str) -> NDArray[np.generic] | None:
        return self._changed[1] if key == self._changed[0] else super().values(key)


def _would_cover(look: Look, side: int, account: int, segment: Segment, value: str) -> bool:
    """Whether a scope covers an account once its segment has another value."""
    scope = scope_from_json(look.coverages[side].alignment.scope)
    return bool(mask(scope, _WithValue(look.plan, account, segment, value))[0])


def _asked_values(scope: Scope) -> dict[str, tuple[str, ...]]:
    """Return the lists of values that every account of a scope must be in, by field."""
    parts = scope.parts if isinstance(scope, All) else (scope,)
    return {part.field: part.values for part in parts if isinstance(part, OneOf) and part.values}


def _new_scopes(look: Look, steps: _Steps) -> dict[int, dict[str, str]] | None:
    """Return the scopes that leave accounts out, by alignment_id; None where one would be beyond what it may be."""
    found: dict[int, dict[str, str]] = {}
    for s, accounts in steps.left.items():
        alignment = look.coverages[s].alignment
        without = leaving_out(look.plan, np.array(accounts))
        assert without is not None
        scope = narrowed(scope_from_json(alignment.scope), without)
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
    for holder, accounts in steps.given.items():
        count = ntr("{n} account", "{n} accounts", len(accounts))
        lines.append(tr("{holder} gets {n} by name.", holder=holder_text(look, holder), n=count))
    return lines


def _writing(look: Look, steps: _Steps, scopes: dict[int, dict[str, str]]) -> Callable[[Writer, Plan], None]:
    def run(writer: Writer, plan: Plan) -> None:
        ids = plan.accounts.account_id
        writer.update("account", {int(ids[a]): {column: value} for a, (column, value) in steps.segments.items()})
        writer.update("alignment", scopes)
        for s, accounts in steps.cleared.items():
            with writer.within(alignment_id=look.now.sides[s].alignment_id):
                writer.set_override(ids[accounts], None, "")
        for (s, t), accounts in steps.given.items():
            with writer.within(alignment_id=look.now.sides[s].alignment_id):
                territory_id = look.coverages[s].territories[t].territory_id
                writer.set_override(ids[accounts], territory_id, tr("handed over"))

    return run
