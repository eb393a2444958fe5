"""Registering, editing, closing and passing on deals. Owns these steps; which deals conflict is metrics.coverage's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import day as day_text
from territorymap.i18n import ntr, tr
from territorymap.model.coverage import Deal
from territorymap.model.plan import Plan
from territorymap.session.commands.checks import find_rep
from territorymap.session.commands.registers import add_records, checked_row, delete_records, edit_record
from territorymap.session.session import Command

if TYPE_CHECKING:
    from territorymap.importers.deals import DealImport

EXTENSION_DAYS = 90


def register_deal(values: Mapping[str, object], today: date) -> Command:
    """Register a deal: its account, who registers it, amount and days; registered today where nothing is said."""
    row = {"registered_on": today.isoformat(), "stage": "registered", "amount": 0.0, **values}
    return add_records(Deal, [_checked(row)], tr("Register {deal}", deal=str(row.get("deal_name") or tr("a deal"))))


def edit_deal(deal: Deal, values: Mapping[str, object]) -> Command:
    """Change fields of a deal."""
    before = {name: getattr(deal, name) for name in ("account_id", "registered_on", "expires_on", "closed_on", "stage")}
    _checked({**before, **values})
    return edit_record(Deal, deal.row_id, values, tr("Edit {deal}", deal=deal.deal_name or tr("a deal")))


def _checked(row: dict[str, object]) -> dict[str, object]:
    """Return the row; UserError where its values cannot be together."""
    if row.get("account_id") is None:
        raise UserError(tr("A deal needs an account."), tr("Choose the account that it is on."))
    registered, expires = str(row.get("registered_on") or ""), str(row.get("expires_on") or "")
    if registered and expires and expires < registered:
        raise UserError(
            tr("The deal would expire before it is registered."), tr("Give a day of expiry after the registration.")
        )
    if row.get("closed_on") and row.get("stage") not in ("won", "lost"):
        raise UserError(
            tr("A deal with a day of close must be won or lost."), tr("Choose the stage, or clear the day.")
        )
    return row


def delete_deals(deals: Sequence[Deal]) -> Command:
    """Delete deals from the register."""
    label = ntr("Delete {n} deal", "Delete {n} deals", len(deals))
    return delete_records(Deal, [deal.row_id for deal in deals], label)


def close_deals(deals: Sequence[Deal], stage: str, today: date, reason: str) -> Command:
    """Close deals as won or lost, today; the reason is added to their notes."""
    values = {
        deal.row_id: {
            "stage": stage,
            "closed_on": today.isoformat(),
            "note": "\n".join(part for part in (deal.note, reason) if part),
        }
        for deal in deals
    }
    return _edit_many(ntr("Close {n} deal: {reason}", "Close {n} deals: {reason}", len(deals), reason=reason), values)


def extend_deals(deals: Sequence[Deal], today: date, days: int = EXTENSION_DAYS) -> Command:
    """Let registrations protect for some days more, from today."""
    until = today + timedelta(days=days)
    label = ntr("Extend {n} deal to {day}", "Extend {n} deals to {day}", len(deals), day=day_text(until))
    return _edit_many(label, {deal.row_id: {"expires_on": until.isoformat()} for deal in deals})


def pass_deals(plan: Plan, rep_by_deal: Mapping[int, int]) -> Command:
    """Give deals to other sellers."""
    for rep_id in set(rep_by_deal.values()):
        find_rep(plan, rep_id)
    label = ntr("Pass on {n} deal", "Pass on {n} deals", len(rep_by_deal))
    return _edit_many(label, {row_id: {"rep_id": rep_id} for row_id, rep_id in rep_by_deal.items()})


def _edit_many(label: str, values: Mapping[int, Mapping[str, object]]) -> Command:
    clean = {row_id: checked_row(Deal, row) for row_id, row in values.items()}
    return Command(label, lambda writer, plan: writer.update("deal", clean))


def import_deals(plan: Plan, deals: Mapping[int, Deal], imported: DealImport) -> Command:
    """Register the deals of a list; a deal that stands there already is changed.

    The same deal has the same account and seller and the same name; without a name, the same day of registration.
    """
    known = {_identity(_values_of(deal)): deal.row_id for deal in deals.values()}
    new: list[dict[str, object]] = []
    changed: dict[int, dict[str, object]] = {}
    for record in imported.records:
        row = checked_row(Deal, record)
        row_id = known.get(_identity(row))
        if row_id is None:
            new.append({"amount": 0.0, "stage": "registered", **row})
        else:
            changed[row_id] = row

    def run(writer: Writer, plan: Plan) -> None:
        writer.insert("deal", new)
        writer.update("deal", changed)

    label = ntr("Take in {n} deal", "Take in {n} deals", len(imported.records))
    return Command(label, run)


def n_known_deals(deals: Mapping[int, Deal], imported: DealImport) -> int:
    """Return how many deals of a list stand in the register already."""
    known = {_identity(_values_of(deal)) for deal in deals.values()}
    return sum(_identity(record) in known for record in imported.records) if known else 0


def _values_of(deal: Deal) -> dict[str, object]:
    return {name: getattr(deal, name) for name in ("account_id", "rep_id", "deal_name", "registered_on")}


def _identity(row: Mapping[str, object]) -> tuple[object, ...]:
    name = str(row.get("deal_name") or "").casefold()
    return row.get("account_id"), row.get("rep_id"), name or row.get("registered_on") or ""
