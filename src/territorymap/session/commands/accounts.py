"""Overrides and what one account asks for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.session.commands.checks import find_territory, refuse_locked_territories
from territorymap.session.commands.settings import check_constant
from territorymap.session.session import Command


def set_override(plan: Plan, account_ix: NDArray[np.integer], territory_id: int, reason: str) -> Command:
    """Give accounts to a territory by name, whatever units they lie in; a reason is asked for."""
    account_ix = np.unique(np.asarray(account_ix, dtype=np.int64))
    territory = find_territory(plan, territory_id)
    reason = reason.strip()
    if not reason:
        raise UserError(
            tr("An override needs a reason."), tr("Say why, for example: key account, old contract, family tie.")
        )
    if not len(account_ix):
        raise UserError(tr("No account is selected."), tr("Select accounts in the accounts table or on the map."))

    def run(writer: Writer, plan: Plan) -> None:
        giving = np.unique(plan.territory_of_accounts(account_ix))
        refuse_locked_territories([territory, *(plan.territories[ix] for ix in giving if ix >= 0)], plan)
        writer.set_override(plan.accounts.account_id[account_ix], territory_id, reason)

    label = ntr(
        "Give {n} account to {name} by name",
        "Give {n} accounts to {name} by name",
        len(account_ix),
        name=territory.name,
    )
    return Command(label, run)


def clear_overrides(plan: Plan, account_ix: NDArray[np.integer]) -> Command:
    """Let accounts follow their units again."""
    account_ix = np.unique(np.asarray(account_ix, dtype=np.int64))
    overridden = account_ix[plan.account_override[account_ix] >= 0]
    if not len(overridden):
        raise UserError(
            tr("None of these accounts has an override."), tr("Select accounts that the table marks as given by name.")
        )

    def run(writer: Writer, plan: Plan) -> None:
        by_unit = plan.accounts.unit_ix[overridden[plan.in_scope[overridden]]]
        taking = np.unique(plan.unit_territory[by_unit[by_unit >= 0]])
        giving = np.unique(plan.account_override[overridden])
        refuse_locked_territories((plan.territories[ix] for ix in np.union1d(taking, giving) if ix >= 0), plan)
        writer.set_override(plan.accounts.account_id[overridden], None, "")

    return Command(ntr("Clear {n} override", "Clear {n} overrides", len(overridden)), run)


def pointless_overrides(plan: Plan) -> NDArray[np.int64]:
    """Return account_ix of overrides to the very territory that the account's unit belongs to."""
    account_ix = np.flatnonzero((plan.account_override >= 0) & plan.in_scope)
    unit_ix = plan.accounts.unit_ix[account_ix]
    account_ix, unit_ix = account_ix[unit_ix >= 0], unit_ix[unit_ix >= 0]
    is_pointless: NDArray[np.bool_] = plan.unit_territory[unit_ix] == plan.account_override[account_ix]
    return np.asarray(account_ix[is_pointless])


def edit_account_constants(plan: Plan, account_ix: NDArray[np.integer], values: Mapping[str, float | None]) -> Command:
    """Set visits, visit_min, ... of accounts; None = the plan's constant."""
    for name, value in values.items():
        if value is not None:
            check_constant(name, value)

    def run(writer: Writer, plan: Plan) -> None:
        ids = plan.accounts.account_id[np.unique(account_ix)]
        writer.update("account", {int(account_id): dict(values) for account_id in ids})

    return Command(ntr("Edit {n} account", "Edit {n} accounts", len(np.unique(account_ix))), run)
