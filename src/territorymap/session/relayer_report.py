"""What a change of the unit layer changes, in words and as data. Owns the sentences; not the figures (relayer)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from territorymap.i18n import listed, ntr, number, percent, tr
from territorymap.model.plan import Plan
from territorymap.session.relayer import LEAST_SHARE, Relayering, Split


@dataclass(frozen=True)
class Finding:
    """One thing that the person should look at."""

    kind: str  # "lost" | "tie" | "split" | "unassigned" | "account_moved" | "account_lost"
    what: str  # unit or account, by name and code
    detail: str


def summary_lines(plan: Plan, new: Relayering) -> list[str]:
    """Return the sentences that say what changes, the most important first."""
    n_old, n_new = len(plan.units), len(new.layer)
    lines = [tr("{old} units become {new} units.", old=number(n_old), new=number(n_new))]
    lines.append(_account_line(new))
    lines += [
        tr("{name} of these accounts: {total}.", name=name, total=number(total, 0))
        for name, total in new.moved_totals.items()
        if total
    ]
    n_accounts, n_lost, n_splits = len(new.account_lost_ix), len(new.lost_ix), len(new.splits)
    n_ties, n_free, n_still = len(new.ties), len(new.new_unassigned_ix), new.n_still_unassigned
    n_moved = new.n_by_unit
    said = [
        (n_accounts, ntr("{n} account lies in no unit.", "{n} accounts lie in no unit.", n_accounts)),
        (n_lost, ntr("{n} unit has no successor.", "{n} units have no successor.", n_lost)),
        (
            n_splits,
            ntr("{n} new unit lay in several territories.", "{n} new units lay in several territories.", n_splits),
        ),
        (n_ties, ntr("{n} of them is a tie.", "{n} of them are ties.", n_ties)),
        (n_free, ntr("{n} new unit is unassigned.", "{n} new units are unassigned.", n_free)),
        (
            n_still,
            ntr("{n} unit is unassigned as its ground was.", "{n} units are unassigned as their ground was.", n_still),
        ),
        (
            n_moved,
            ntr(
                "{n} account without a position goes where most of its unit goes.",
                "{n} accounts without a position go where most of their unit goes.",
                n_moved,
            ),
        ),
    ]
    return lines + [text for n, text in said if n]


def _account_line(new: Relayering) -> str:
    n = len(new.account_moved_ix)
    if not n:
        return tr("No account changes its territory.")
    return ntr("{n} account changes its territory.", "{n} accounts change their territory.", n)


def findings(plan: Plan, new: Relayering) -> list[Finding]:
    """Return everything that changes, unit by unit and account by account."""
    units, layer, accounts = plan.units, new.layer, plan.accounts
    rows = [
        Finding("lost", f"{units.name[ix]} ({units.code[ix]})", tr("No new unit has its ground."))
        for ix in new.lost_ix.tolist()
    ]
    for split in sorted(new.splits, key=lambda split: not split.is_tie):
        what = f"{layer.name[split.unit_ix]} ({layer.code[split.unit_ix]})"
        rows.append(Finding("tie" if split.is_tie else "split", what, _shares(plan, new, split)))
    rows += [
        Finding(
            "unassigned",
            f"{layer.name[ix]} ({layer.code[ix]})",
            tr("Most of its ground was in no territory or in no unit."),
        )
        for ix in new.new_unassigned_ix.tolist()
    ]
    lost = set(new.account_lost_ix.tolist())
    before = plan.territory_of_accounts()
    for ix in new.account_lost_ix.tolist():
        detail = tr("It lies in none of the new units; it was in {unit}.", unit=units.code[accounts.unit_ix[ix]])
        rows.append(Finding("account_lost", _account(plan, ix), detail))
    for ix in new.account_moved_ix.tolist():
        if ix not in lost:
            after = int(new.unit_territory[new.account_unit[ix]]) if new.account_unit[ix] >= 0 else -1
            detail = tr("{old} → {new}", old=_name(plan, int(before[ix])), new=_name(plan, after))
            rows.append(Finding("account_moved", _account(plan, ix), detail))
    return rows


def kind_label(kind: str) -> str:
    """Return what a kind of finding is called."""
    return {
        "lost": tr("No successor"),
        "tie": tr("Tie"),
        "split": tr("Split"),
        "unassigned": tr("Unassigned"),
        "account_moved": tr("Account changes territory"),
        "account_lost": tr("Account in no unit"),
    }[kind]


def to_json(plan: Plan, new: Relayering) -> dict[str, Any]:
    """Return what ``relayer --json`` prints."""
    layer, accounts = new.layer, plan.accounts

    def shares(split: Split) -> dict[str, Any]:
        return {
            "unit_code": str(layer.code[split.unit_ix]),
            "territory": _plain_name(plan, int(new.unit_territory[split.unit_ix])),
            "shares": {_plain_name(plan, ix): round(share, 6) for ix, share in split.shares},
            "tie": split.is_tie,
        }

    def keys(account_ix: np.ndarray) -> list[str]:
        return [str(accounts.key[ix] or accounts.name[ix]) for ix in account_ix.tolist()]

    return {
        "by": new.rule,
        "units_before": len(plan.units),
        "units_after": len(layer),
        "no_successor": [str(plan.units.code[ix]) for ix in new.lost_ix.tolist()],
        "splits": [shares(split) for split in new.splits],
        "unassigned": [str(layer.code[ix]) for ix in new.new_unassigned_ix.tolist()],
        "unassigned_as_before": new.n_still_unassigned,
        "accounts_changing_territory": keys(new.account_moved_ix),
        "accounts_in_no_unit": keys(new.account_lost_ix),
        "accounts_placed_by_unit": new.n_by_unit,
        "moved": new.moved_totals,
        "territories": [
            {"territory": t.name, "units": list(t.n_units), "accounts": list(t.n_accounts)}
            | {"totals": {name: list(pair) for name, pair in t.totals.items()}}
            for t in new.territories
        ],
    }


def _shares(plan: Plan, new: Relayering, split: Split) -> str:
    told = listed(
        tr("{name} {share}", name=_name(plan, ix), share=percent(share))
        for ix, share in split.shares[:4]
        if share >= LEAST_SHARE
    )
    return tr("{shares}; goes to {name}", shares=told, name=_name(plan, int(new.unit_territory[split.unit_ix])))


def _account(plan: Plan, ix: int) -> str:
    key, name = str(plan.accounts.key[ix]), str(plan.accounts.name[ix])
    return f"{name} ({key})" if key and name else name or key


def _name(plan: Plan, territory_ix: int) -> str:
    return plan.territories[territory_ix].name if territory_ix >= 0 else tr("unassigned")


def _plain_name(plan: Plan, territory_ix: int) -> str:
    return plan.territories[territory_ix].name if territory_ix >= 0 else ""
