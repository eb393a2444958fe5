"""Which alignment an export is of, in words. Owns these; not where they stand."""

from __future__ import annotations

from territorymap.exporters.view import ExportView
from territorymap.i18n import ntr, number, tr
from territorymap.model.role_words import role_label
from territorymap.model.scope import fields_used, scope_fields, scope_from_json, sentence


def alignment_name(view: ExportView) -> str:
    """Return the alignment that is exported; "" where the plan has but one, which covers everything."""
    plan = view.plan
    if len(plan.alignments) < 2 and not plan.alignment.scope:
        return ""
    return plan.alignment.name or role_label(plan.alignment.role)


def scope_words(view: ExportView) -> str:
    """Return the scope as a sentence; "" where there is none, or where it names what the export hides."""
    text, fields = view.plan.alignment.scope, scope_fields(view.plan)
    if not text:
        return ""
    scope = scope_from_json(text)
    return sentence(scope, fields) if fields_used(scope) <= {field.key for field in fields} else ""


def accounts_words(view: ExportView) -> str:
    """Return how many accounts there are; of a plan of which the alignment covers a part, how many that is."""
    plan = view.plan
    n = len(plan.accounts)
    covered = int((plan.in_scope | (plan.account_override >= 0)).sum())
    if covered == n:
        return ntr("{n} account", "{n} accounts", n)
    return tr("{covered} of {n} accounts", covered=number(covered), n=number(n))
