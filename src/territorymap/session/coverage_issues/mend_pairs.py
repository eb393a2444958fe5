"""Mending what two alignments have at once: names cleared, scopes narrowed, ground left, the rule changed.

Owns which side gives way; scopes are model.scope's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import money, ntr, tr
from territorymap.metrics.coverage.findings import HORIZONTAL, MULTICHANNEL, OVERLAP, VERTICAL, Finding, Holder, grouped
from territorymap.metrics.coverage.judging import joined
from territorymap.metrics.coverage.situation import Ix
from territorymap.model.coverage import RoleRule
from territorymap.model.covering import rule_of
from territorymap.model.plan import Plan
from territorymap.model.role_matrix import SHARE
from territorymap.model.role_words import role_label
from territorymap.model.scope import All, Not, OneOf, PlanFields, Scope, check_scope, mask
from territorymap.session.commands.role_rules import set_role_rule
from territorymap.session.coverage_issues.mending import Mending, left_out, shortened
from territorymap.session.coverage_issues.naming import alignment_name, holder_text
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.session import Command, Session

MAX_BY_KEY = 500  # accounts that a scope leaves out one by one


def clear_names(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Clear overrides that put accounts where neither scope nor ground would have them.

    An alignment that covers the account by its ground too would keep it, and the conflict with it: only the terms of
    ground (``vertical.territory``) are kept where it goes to whoever has the ground.
    """
    is_of_terms = all((finding.kind, finding.cause) == ("vertical", "territory") for finding in findings)
    accounts = joined([finding.accounts for finding in findings])
    sides = sorted({s for finding in findings for s, _ in finding.holders})
    clearing: dict[int, Ix] = {}
    lines: list[str] = []
    n_locked = 0
    for s in sides:
        side = look.now.sides[s]
        ground = np.where(side.in_scope[accounts], side.by_ground(look.now.unit_ix[accounts]), -1)
        is_stray = ground != side.owner[accounts] if is_of_terms else ground < 0
        strays = accounts[side.by_name[accounts] & is_stray]
        is_locked = np.array([look.coverages[s].territories[t].locked for t in side.owner[strays]], dtype=np.bool_)
        n_locked += int(is_locked.sum())
        strays = strays[~is_locked]
        if len(strays):
            clearing[s] = strays
            lines += [
                tr(
                    "{holder} loses {n} that it was given by name.",
                    holder=holder_text(look, (s, t)),
                    n=ntr("{n} account", "{n} accounts", len(members)),
                )
                for t, members in grouped(side.owner[strays], strays)
            ]
    if not clearing:
        return None
    label = ntr("Clear {n} override", "Clear {n} overrides", sum(len(found) for found in clearing.values()))

    def build(plan: Plan) -> Command:
        def run(writer: Writer, plan: Plan) -> None:
            for s, members in clearing.items():
                with writer.within(alignment_id=look.now.sides[s].alignment_id):
                    writer.set_override(plan.accounts.account_id[members], None, "")

        return Command(label, run)

    return Mending("clear", label, (*shortened(lines), *left_out(n_locked)), build)


def _one_pair(findings: Sequence[Finding]) -> tuple[int, int] | None:
    """Return the two sides that all findings are between; None where there are several pairs."""
    pairs = {(finding.holders[0][0], finding.holders[1][0]) for finding in findings}
    return pairs.pop() if len(pairs) == 1 else None


def _by_size(look: Look, pair: tuple[int, int]) -> tuple[int, int]:
    """Return the pair with the alignment first that covers more."""
    one, other = pair
    sizes = [int(look.now.sides[s].in_scope.sum()) for s in pair]
    return (one, other) if sizes[0] >= sizes[1] else (other, one)


def leave_to_narrow(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Take the narrower scope out of the broader one: what one alignment names in particular is its own."""
    pair = _one_pair(findings)
    if pair is None:
        return None
    broad, narrow = _by_size(look, pair)
    own = rule_of(look.coverages[narrow].alignment.scope)
    if not look.coverages[narrow].alignment.scope:
        return None
    names = {"broad": alignment_name(look, broad), "narrow": alignment_name(look, narrow)}
    label = tr("Leave to {narrow} what its scope covers", **names)
    return _narrowing(look, "leave", label, broad, Not(own), None)


def take_out(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Take the accounts at issue out of the broader scope, by their keys."""
    pair = _one_pair(findings)
    accounts = joined([finding.accounts for finding in findings])
    if pair is None or not 0 < len(accounts) <= MAX_BY_KEY:
        return None
    broad, _ = _by_size(look, pair)
    without = leaving_out(look.plan, accounts)
    if without is None:
        return None
    n = ntr("{n} account", "{n} accounts", len(accounts))
    label = tr("Take {n} out of {alignment}", n=n, alignment=alignment_name(look, broad))
    return _narrowing(look, "take-out", label, broad, without, accounts)


def leaving_out(plan: Plan, accounts: Ix) -> Scope | None:
    """Return the rule that leaves accounts out by their keys; None where one has no key."""
    keys = [" ".join(str(key).split()) for key in plan.accounts.key[accounts]]
    return Not(OneOf("key", tuple(keys))) if keys and all(keys) else None


def narrowed(scope: Scope, condition: Scope) -> Scope:
    """Return a rule that asks one thing more; accounts that are left out by key stand in one list."""
    parts = scope.parts if isinstance(scope, All) else (scope,)
    match condition:
        case Not(part=OneOf(field="key", values=more)):
            for i, part in enumerate(parts):
                match part:
                    case Not(part=OneOf(field="key", values=known)):
                        merged = Not(OneOf("key", tuple(dict.fromkeys((*known, *more)))))
                        return All((*parts[:i], merged, *parts[i + 1 :]))
    return All((*parts, condition))


def _narrowing(look: Look, name: str, label: str, side: int, condition: Scope, only: Ix | None) -> Mending | None:
    """Return the mending that narrows a scope; None where the new rule would be beyond what a rule may be."""
    alignment = look.coverages[side].alignment
    scope = narrowed(rule_of(alignment.scope), condition)
    try:
        check_scope(scope)
    except UserError:
        return None
    now = look.now.sides[side]
    goes = now.in_scope & ~mask(scope, PlanFields(look.plan))
    leaving = np.flatnonzero(goes & (now.owner >= 0) & ~now.by_name)
    if only is not None and not len(np.intersect1d(leaving, only)):
        return None
    others = np.zeros(len(goes), dtype=np.bool_)
    for s, other in enumerate(look.now.sides):
        if s != side:
            others |= np.append(~other.is_vacant, False)[other.owner]
    lost = leaving[~others[leaving]]
    lines = [
        ntr(
            "{n} account with {revenue} leaves {alignment}.",
            "{n} accounts with {revenue} leave {alignment}.",
            len(leaving),
            revenue=money(float(look.now.money[leaving].sum()), look.plan.info.currency),
            alignment=alignment_name(look, side),
        )
    ]
    if len(lost):
        lines.append(
            ntr(
                "{n} of them nobody else covers: it would become a gap.",
                "{n} of them nobody else covers: they would become gaps.",
                len(lost),
            )
        )
    else:
        lines.append(ntr("It is covered by somebody else.", "All of them are covered by somebody else.", len(leaving)))
    values = {alignment.alignment_id: {"scope": scope.to_json()}}
    return Mending(
        name,
        label,
        tuple(lines),
        lambda plan: Command(label, lambda writer, plan: writer.update("alignment", values)),
        n_uncovered=len(lost),
    )


def let_share(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Let the two roles share accounts from now on."""
    pair = _one_pair(findings)
    if pair is None:
        return None
    one, other = (look.now.sides[s].role for s in pair)
    names = {"one": role_label(one), "other": role_label(other)}
    rules = session.register(RoleRule)
    # The rule is about every account of the two roles, not only about those that are looked at.
    judged = look.judgement
    ruled = [f for kind in (OVERLAP, HORIZONTAL, VERTICAL, MULTICHANNEL) for f in judged.of_kind(kind) if not f.deals]
    n = sum(_roles(look, f) == _roles(look, findings[0]) for f in ruled)
    if one.casefold() == other.casefold():
        label = tr("Let two of the role {one} share", **names)
        effect = ntr(
            "Two of the role {one} may share any account from now on; {n} finding like this goes from the list.",
            "Two of the role {one} may share any account from now on; {n} findings like this go from the list.",
            n,
            **names,
        )
    else:
        label = tr("Let {one} and {other} share", **names)
        effect = ntr(
            "{one} and {other} may share any account from now on; {n} finding like this goes from the list.",
            "{one} and {other} may share any account from now on; {n} findings like this go from the list.",
            n,
            **names,
        )
    return Mending(
        "share",
        label,
        (effect,),
        lambda plan: set_role_rule(rules, one, other, SHARE),
    )


def _can_spare(look: Look, holder: Holder) -> tuple[bool, int]:
    side = look.now.sides[holder[0]]
    return bool(side.is_vacant[holder[1]]), int((side.unit_territory == holder[1]).sum())


def _roles(look: Look, finding: Finding) -> list[str]:
    """Return the roles that a finding is between, in order."""
    return sorted(look.now.sides[s].role.casefold() for s, _ in finding.holders)


def leave_ground(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Leave ground to one of two partners: where nobody sells gives it up, else who has more besides."""
    giving: dict[tuple[int, int], list[Ix]] = {}
    n_locked = 0
    for finding in findings:
        holder = max(finding.holders, key=lambda h: _can_spare(look, h))
        territory = look.territory(holder)
        assert territory is not None
        units = finding.units[~look.plan.units.locked[finding.units]]
        if territory.locked or territory.is_outside:
            units = units[:0]
        n_locked += len(finding.units) - len(units)
        if len(units):
            giving.setdefault(holder, []).append(units)
    moves = {holder: joined(parts) for holder, parts in giving.items()}
    if not moves:
        return None
    lines = [
        tr(
            "{holder} gives up {n}.",
            holder=holder_text(look, holder),
            n=ntr("{n} unit", "{n} units", len(units)),
        )
        for holder, units in moves.items()
    ]
    n = sum(len(units) for units in moves.values())
    label = ntr("Leave {n} unit to one partner", "Leave {n} units to one partner each", n)

    def build(plan: Plan) -> Command:
        def run(writer: Writer, plan: Plan) -> None:
            for (s, _), units in moves.items():
                with writer.within(alignment_id=look.now.sides[s].alignment_id):
                    writer.assign(plan.units.unit_id[units], None)

        return Command(label, run)

    return Mending("leave-ground", label, (*shortened(lines), *left_out(n_locked)), build)
