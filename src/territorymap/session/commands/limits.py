"""Caps on what may change rep, and accounts that must keep theirs. They warn; nothing is refused because of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.accounts import MOST_SATISFIED
from territorymap.model.plan import Plan
from territorymap.model.records import CAP_KINDS, CAP_PER, Cap
from territorymap.session.session import Command

MOST_SHARE = 10.0  # a rep may be allowed to gain ten times what he has


@dataclass(frozen=True)
class CapWish:
    """A cap as it is to be; ``cap_id`` of one that is there, None = a new one."""

    measure_id: int
    per: str  # one of CAP_PER
    kind: str  # one of CAP_KINDS
    max_share: float
    cap_id: int | None = None

    def row(self) -> dict[str, int | float | str]:
        return {"measure_id": self.measure_id, "per": self.per, "kind": self.kind, "max_share": self.max_share}


def wish_of(cap: Cap) -> CapWish:
    """Return a cap as it is, to be changed."""
    return CapWish(cap.measure_id, cap.per, cap.kind, cap.max_share, cap.cap_id)


def set_caps(plan: Plan, wishes: Sequence[CapWish]) -> Command:
    """Make these the plan's caps; those left out go."""
    known = {cap.cap_id: cap for cap in plan.caps}
    for wish in wishes:
        _check(plan, wish)
    same = [(wish.measure_id, wish.per, wish.kind) for wish in wishes]
    if len(set(same)) < len(same):
        raise UserError(tr("Two caps are about the same thing."), tr("Keep the tighter one of them."))
    gone = [cap_id for cap_id in known if cap_id not in {wish.cap_id for wish in wishes}]
    changed = {
        wish.cap_id: wish.row() for wish in wishes if wish.cap_id is not None and wish_of(known[wish.cap_id]) != wish
    }
    added = [{"uuid": str(uuid4()), **wish.row()} for wish in wishes if wish.cap_id is None]

    def run(writer: Writer, plan: Plan) -> None:
        if gone:
            writer.delete("cap", gone)
        if changed:
            writer.update("cap", changed)
        if added:
            writer.insert("cap", added)

    return Command(tr("Set caps on what changes rep"), run)


def _check(plan: Plan, wish: CapWish) -> None:
    if wish.per not in CAP_PER or wish.kind not in CAP_KINDS:
        raise ValueError(f"no such cap: {wish}")
    if all(m.measure_id != wish.measure_id for m in plan.measures):
        raise UserError(tr("A cap is about a measure that the plan has no more."), tr("Choose another measure."))
    if not 0 <= wish.max_share <= MOST_SHARE:
        raise UserError(
            tr("{value} is no share for a cap.", value=wish.max_share), tr("Give a share between 0 % and 1,000 %.")
        )
    if wish.cap_id is not None and all(cap.cap_id != wish.cap_id for cap in plan.caps):
        raise UserError(tr("This cap was removed meanwhile."), tr("Open the dialog again."))


def protect_accounts(plan: Plan, account_ix: NDArray[np.integer], is_protected: bool) -> Command:
    """Protect accounts, so that they keep their rep; or let them go. A protected account is not to change rep."""
    chosen = np.unique(np.asarray(account_ix, dtype=np.int64))
    chosen = chosen[plan.accounts.is_protected[chosen] != is_protected]
    if not len(chosen):
        if is_protected:
            raise UserError(
                tr("No account to protect."),
                tr("Select accounts that are not protected yet, in the table or on the map."),
            )
        raise UserError(tr("None of these accounts is protected."), tr("Select accounts that bear a shield."))
    label = (
        ntr("Protect {n} account", "Protect {n} accounts", len(chosen))
        if is_protected
        else ntr("Protect {n} account no more", "Protect {n} accounts no more", len(chosen))
    )
    return _marking(plan, chosen, label, "is_protected", is_protected, "wants_change")


def mark_for_change(plan: Plan, account_ix: NDArray[np.integer], wants_change: bool) -> Command:
    """Mark accounts "change rep", so that building and rebalancing give them another; or take the mark away.

    Such an account is protected no more.
    """
    chosen = np.unique(np.asarray(account_ix, dtype=np.int64))
    chosen = chosen[plan.accounts.wants_change[chosen] != wants_change]
    if not len(chosen):
        if wants_change:
            raise UserError(tr("No account to mark."), tr("Select accounts that are not marked “change rep” yet."))
        raise UserError(tr("None of these accounts is marked “change rep”."), tr("Select accounts that are."))
    label = (
        ntr("Mark {n} account “change rep”", "Mark {n} accounts “change rep”", len(chosen))
        if wants_change
        else ntr("Take “change rep” from {n} account", "Take “change rep” from {n} accounts", len(chosen))
    )
    return _marking(plan, chosen, label, "wants_change", wants_change, "is_protected")


def _marking(plan: Plan, chosen: NDArray[np.int64], label: str, column: str, is_on: bool, opposite: str) -> Command:
    """Return the command that sets one mark; one that is set takes the opposite one away, and says so."""
    contrary = getattr(plan.accounts, opposite)[chosen] & is_on
    rows: dict[int, dict[str, int]] = {}
    for account_id, is_contrary in zip(plan.accounts.account_id[chosen].tolist(), contrary.tolist(), strict=True):
        rows[account_id] = {column: int(is_on), opposite: 0} if is_contrary else {column: int(is_on)}
    n = int(contrary.sum())
    gone = {
        "is_protected": ntr("{n} account is protected no more.", "{n} accounts are protected no more.", n),
        "wants_change": ntr("{n} account is no longer to change rep.", "{n} accounts are no longer to change rep.", n),
    }
    return Command(label, lambda writer, plan: writer.update("account", rows), (gone[opposite],) if n else ())


def set_satisfaction(plan: Plan, account_ix: NDArray[np.integer], value: float | None) -> Command:
    """Note how satisfied accounts are, 0 to 10; None = not told."""
    if value is not None and not 0 <= value <= MOST_SATISFIED:
        raise UserError(
            tr("A satisfaction of {value} cannot be.", value=f"{value:g}"),
            tr("Give a number from 0 to {most}.", most=f"{MOST_SATISFIED:g}"),
        )
    ids = plan.accounts.account_id[np.unique(np.asarray(account_ix, dtype=np.int64))].tolist()
    if not ids:
        raise UserError(tr("No account is selected."), tr("Select accounts in the accounts table or on the map."))
    label = ntr("Note the satisfaction of {n} account", "Note the satisfaction of {n} accounts", len(ids))
    return Command(label, lambda writer, plan: writer.update("account", {i: {"satisfaction": value} for i in ids}))
