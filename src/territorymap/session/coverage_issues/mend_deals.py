"""Mending conflicts of deals: closed, extended, passed on, or the account given. Owns which deal gives way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from territorymap.document import Writer
from territorymap.i18n import ntr, tr
from territorymap.metrics.coverage.findings import Finding, Holder
from territorymap.model.coverage import Deal
from territorymap.model.plan import Plan
from territorymap.session.commands.deals import EXTENSION_DAYS, close_deals, extend_deals, pass_deals
from territorymap.session.coverage_issues.mending import Mending, left_out, sentences
from territorymap.session.coverage_issues.naming import (
    account_name,
    account_of_deal,
    deal_title,
    holder_text,
    seller_name,
)
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.session import Command, Session


def close_second(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Close the later registrations: first come, first served."""
    deals = _deals(look, findings)
    label = ntr("Close {n} second registration", "Close {n} second registrations", len(deals))
    return _closing(look, "close", label, deals, tr("second registration"))


def close_bid(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Close of two bids the one that was registered later."""
    deals = _deals(look, findings)
    label = ntr("Close {n} later bid", "Close {n} later bids", len(deals))
    return _closing(look, "close", label, deals, tr("another seller came first"))


def close_expired(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Close what has lapsed."""
    deals = _deals(look, findings)
    label = ntr("Close {n} expired deal", "Close {n} expired deals", len(deals))
    return _closing(look, "close", label, deals, tr("registration expired"))


def close_later(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Close of two offers the one that was registered later."""
    deals: dict[int, Deal] = {}
    for finding in findings:
        pair = [look.deals[at] for at in finding.deals]
        later = max(pair, key=lambda deal: (deal.registered_on or "9999", deal.row_id))
        deals[later.row_id] = later
    label = ntr("Close {n} later offer", "Close {n} later offers", len(deals))
    return _closing(look, "close", label, list(deals.values()), tr("two prices for one customer"))


def _closing(look: Look, name: str, label: str, deals: list[Deal], reason: str) -> Mending:

    def say(deal: Deal) -> str:
        return tr(
            "{deal} of {seller} on {account} becomes lost, with the note “{reason}”.",
            deal=deal_title(look, deal),
            seller=seller_name(look, deal),
            account=account_of_deal(look, deal),
            reason=reason,
        )

    today = date.fromisoformat(look.today)
    return Mending(name, label, sentences(deals, say), lambda plan: close_deals(deals, "lost", today, reason))


def extend(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Let registrations protect longer."""
    deals, today = _deals(look, findings), date.fromisoformat(look.today)
    label = ntr("Extend {n} deal by {days} days", "Extend {n} deals by {days} days", len(deals), days=EXTENSION_DAYS)

    def say(deal: Deal) -> str:
        return tr("{deal} of {seller} protects again.", deal=deal_title(look, deal), seller=seller_name(look, deal))

    return Mending("extend", label, sentences(deals, say), lambda plan: extend_deals(deals, today))


def pass_to_owner(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Pass deals to who leads a territory that has the account; a deal of a partner rather to a partner."""
    takers: dict[int, int] = {}
    passing: list[tuple[Deal, str]] = []
    for finding in findings:
        deal = look.deals[finding.deals[-1]]
        leads = [lead for holder in finding.holders if (lead := look.lead(holder)) is not None]
        if not leads:
            continue
        is_partner = deal.rep_id in look.now.partners
        lead = next((one for one in leads if one.is_partner == is_partner), leads[0])
        takers[deal.row_id] = lead.rep_id
        passing.append((deal, lead.name))
    if not takers:
        return None

    def say(one: tuple[Deal, str]) -> str:
        deal, rep = one
        return tr(
            "{deal} on {account} passes from {seller} to {rep}.",
            deal=deal_title(look, deal),
            account=account_of_deal(look, deal),
            seller=seller_name(look, deal),
            rep=rep,
        )

    label = ntr("Pass {n} deal to the account's owner", "Pass {n} deals to the accounts' owners", len(takers))
    return Mending("pass", label, sentences(passing, say), lambda plan: pass_deals(plan, takers))


def give_account(session: Session, look: Look, findings: Sequence[Finding]) -> Mending | None:
    """Give accounts by name to the seller who has the deal, in the first of the seller's territories."""
    giving: dict[Holder, set[int]] = {}
    given: list[tuple[Holder, int]] = []
    n_locked = 0
    seats: dict[int | None, Holder | None] = {}
    for finding in findings:
        deal, account = look.deals[finding.deals[-1]], int(finding.accounts[0])
        if deal.rep_id not in seats:
            seats[deal.rep_id] = _seat(look, deal)
        seat = seats[deal.rep_id]
        if seat is None:
            continue
        owner = int(look.now.sides[seat[0]].owner[account])
        touched = [look.coverages[seat[0]].territories[t] for t in (seat[1], owner) if t >= 0]
        if any(territory.locked or territory.is_outside for territory in touched):
            n_locked += 1
            continue
        giving.setdefault(seat, set()).add(account)
        given.append((seat, account))
    if not giving:
        return None

    def say(one: tuple[Holder, int]) -> str:
        name = account_name(look.plan, one[1])
        return tr("{holder} gets {account} by name.", holder=holder_text(look, one[0]), account=name)

    lines = list(sentences(given, say))
    n_outside = sum(_is_outside(look, seat, account) for seat, account in given)
    if n_outside:
        lines.append(
            ntr(
                "{n} of them lies outside what was agreed with its partner: that becomes a conflict of its own.",
                "{n} of them lie outside what was agreed with their partners: that becomes a conflict of its own.",
                n_outside,
            )
        )
    n = sum(len(accounts) for accounts in giving.values())
    label = ntr("Give {n} account to the seller", "Give {n} accounts to the sellers", n)
    reason = tr("deal registered")

    def build(plan: Plan) -> Command:
        def run(writer: Writer, plan: Plan) -> None:
            for (s, t), accounts in giving.items():
                ids = plan.accounts.account_id[np.array(sorted(accounts))]
                with writer.within(alignment_id=look.now.sides[s].alignment_id):
                    writer.set_override(ids, look.coverages[s].territories[t].territory_id, reason)

        return Command(label, run)

    return Mending("give", label, (*lines, *left_out(n_locked)), build)


def _is_outside(look: Look, seat: Holder, account: int) -> bool:
    """Whether a partner would have an account outside its ground or the scope of its alignment."""
    side = look.now.sides[seat[0]]
    ground = int(side.by_ground(look.now.unit_ix[[account]])[0])
    lead = side.teams[seat[1]][0]
    is_own = ground == seat[1] or (ground >= 0 and lead in side.teams[ground])
    return bool(side.is_indirect[seat[1]]) and not (is_own and bool(side.in_scope[account]))


def _seat(look: Look, deal: Deal) -> Holder | None:
    """Return the first territory of a seller."""
    for s, side in enumerate(look.now.sides):
        for t, team in enumerate(side.teams):
            if deal.rep_id in team:
                return s, t
    return None


def _deals(look: Look, findings: Sequence[Finding]) -> list[Deal]:
    """Return the deals at issue, each once."""
    return [look.deals[at] for at in dict.fromkeys(finding.deals[-1] for finding in findings)]
