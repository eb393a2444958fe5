"""What the map says of an account under the pointer. Owns the texts; the page shows them as text, never as HTML."""

from __future__ import annotations

from territorymap.i18n import number, tr
from territorymap.mapview.replies import Reply
from territorymap.model.accounts import MOST_SATISFIED
from territorymap.model.plan import Plan
from territorymap.ui.parts.words import amount, level_label, place_text, satisfaction_text


def account_text(plan: Plan, account_ix: int) -> Reply:
    """Return name, key, place, unit, reason of the override, and the shown measures of an account."""
    a = plan.accounts
    unit_ix = int(a.unit_ix[account_ix])
    override = plan.overrides.get(int(a.account_id[account_ix]))
    town = " ".join(part for part in (str(a.postal_code[account_ix]), str(a.city[account_ix])) if part)
    key = str(a.key[account_ix])
    return {
        "name": str(a.name[account_ix]) or key,
        "key": key,
        "place": place_text((town, str(a.state[account_ix]), str(a.country[account_ix]))),
        "level": level_label(int(a.level[account_ix])),
        "unit": str(plan.units.name[unit_ix] or plan.units.code[unit_ix]) if unit_ix >= 0 else "",
        "reason": override.reason if override is not None else "",
        "is_override": override is not None,
        "facts": [*_marks(plan, account_ix), *_segments(plan, account_ix), *_measures(plan, account_ix)],
    }


def _marks(plan: Plan, account_ix: int) -> list[list[str]]:
    accounts, found = plan.accounts, []
    if not plan.in_scope[account_ix] and plan.account_override[account_ix] < 0:
        found.append([tr("Out of scope"), tr("{alignment} does not cover it", alignment=plan.alignment.name)])
    if accounts.is_protected[account_ix]:
        found.append([tr("Protected"), tr("keeps its rep")])
    if accounts.wants_change[account_ix]:
        found.append([tr("Change rep"), tr("should get another rep")])
    if accounts.satisfaction[account_ix] >= 0:
        most = number(MOST_SATISFIED)
        value = satisfaction_text(float(accounts.satisfaction[account_ix]))
        found.append([tr("Satisfaction"), tr("{value} of {most}", value=value, most=most)])
    return found


def _segments(plan: Plan, account_ix: int) -> list[list[str]]:
    texts = ((s.name, str(plan.accounts.segments[s.column_name][account_ix])) for s in plan.segments)
    return [[name, text] for name, text in texts if text]


def _measures(plan: Plan, account_ix: int) -> list[list[str]]:
    return [
        [m.name, amount(float(plan.accounts.values[m.column_name][account_ix]))]
        for m in plan.measures
        if m.source == "account" and m.is_shown
    ]
