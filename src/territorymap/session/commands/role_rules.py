"""Saying what two roles may do with one account. Owns the check and the step."""

from __future__ import annotations

from collections.abc import Mapping

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import listed, tr
from territorymap.model.coverage import ROLE_RULES, ROLES, RoleRule
from territorymap.model.coverage_words import rule_label
from territorymap.model.plan import Plan
from territorymap.model.role_matrix import HANDOVER
from territorymap.model.role_words import role_label
from territorymap.session.session import Command


def set_role_rule(rules: Mapping[int, RoleRule], role_a: str, role_b: str, rule: str | None) -> Command:
    """Set the rule between two roles, or with None take back what was said: the program's own rule holds then.

    Of a hand-over the first role gives and the second takes.
    """
    role_a, role_b = role_a.strip(), role_b.strip()
    if not role_a or not role_b:
        raise UserError(tr("A rule needs two roles."), tr("Choose both roles."))
    if rule is not None and rule not in ROLE_RULES:
        raise UserError(
            tr("There is no rule {rule}.", rule=rule), tr("It can be: {values}.", values=listed(ROLE_RULES))
        )
    if rule == HANDOVER and role_a.casefold() == role_b.casefold():
        raise UserError(tr("{role} cannot hand over to itself.", role=role_label(role_a)), tr("Choose another rule."))
    pair = {role_a.casefold(), role_b.casefold()}
    said = [r.row_id for r in rules.values() if {r.role_a.casefold(), r.role_b.casefold()} == pair]
    names = {"one": role_label(role_a), "other": role_label(role_b)}

    def run(writer: Writer, plan: Plan) -> None:
        if rule is None:
            writer.delete("role_rule", said)
            return
        row = {"role_a": role_a, "role_b": role_b, "rule": rule}
        if said:
            writer.update("role_rule", {said[-1]: row})
            writer.delete("role_rule", said[:-1])
        else:
            writer.insert("role_rule", [row])

    if rule is None:
        return Command(tr("Take back the rule for {one} and {other}", **names), run)
    return Command(tr("Rule for {one} and {other}: {rule}", **names, rule=rule_label(rule)), run)


def roles_of(plan: Plan, rules: Mapping[int, RoleRule]) -> list[str]:
    """Return the roles that rules can be set for: those known by name, those of the plan's alignments and rules."""
    said = [role for rule in rules.values() for role in (rule.role_a, rule.role_b)]
    found = {role.casefold(): role for role in ROLES}
    for role in [*(alignment.role for alignment in plan.alignments), *said]:
        if role:
            found.setdefault(role.casefold(), role)
    return list(found.values())
