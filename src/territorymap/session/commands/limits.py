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
    """Protect accounts, so that the program warns before their rep changes; or let them go."""
    chosen = np.unique(np.asarray(account_ix, dtype=np.int64))
    chosen = chosen[plan.accounts.is_protected[chosen] != is_protected]
    if not len(chosen):
        if is_protected:
            raise UserError(
                tr("No account to protect."),
                tr("Select accounts that are not protected yet, in the table or on the map."),
            )
        raise UserError(tr("None of these accounts is protected."), tr("Select accounts that bear a shield."))
    ids = plan.accounts.account_id[chosen]
    label = (
        ntr("Protect {n} account", "Protect {n} accounts", len(chosen))
        if is_protected
        else ntr("Protect {n} account no more", "Protect {n} accounts no more", len(chosen))
    )
    return Command(
        label,
        lambda writer, plan: writer.update(
            "account", {int(account_id): {"is_protected": int(is_protected)} for account_id in ids}
        ),
    )
