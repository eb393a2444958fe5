"""Who and what a finding is about, by name: accounts, units, deals, who sells, who holds; and all that in one line.

Owns the names; why it is a finding is told by reasons.
"""

from __future__ import annotations

from datetime import date

from territorymap.i18n import day, listed, money, number, tr
from territorymap.metrics.coverage.findings import Finding, Holder
from territorymap.model.coverage import Deal
from territorymap.model.plan import Plan
from territorymap.model.role_words import role_label
from territorymap.session.coverage_issues.reading import Look

FEW = 3  # names that a line holds


def account_name(plan: Plan, account: int) -> str:
    """Return the name of an account, its key where it has none."""
    accounts = plan.accounts
    return str(accounts.name[account] or accounts.key[account]) or tr("account {id}", id=accounts.account_id[account])


def unit_name(plan: Plan, unit: int) -> str:
    """Return the name of a unit, its code where it has none."""
    return str(plan.units.name[unit] or plan.units.code[unit])


def account_of_deal(look: Look, deal: Deal) -> str:
    """Return the name of the account that a deal is on."""
    if deal.account_id is None:
        return tr("no account")
    at = int(look.plan.accounts.account_id.searchsorted(deal.account_id))
    return account_name(look.plan, at)


def deal_title(look: Look, deal: Deal) -> str:
    """Return the name of a deal, its amount where it has none."""
    return deal.deal_name or tr("deal of {amount}", amount=money(deal.amount, look.plan.info.currency))


def seller_name(look: Look, deal: Deal) -> str:
    """Return who registered a deal."""
    rep = look.rep_by_id.get(deal.rep_id) if deal.rep_id is not None else None
    return rep.name if rep is not None else tr("nobody")


def day_text(iso: str) -> str:
    """Return a day as the locale writes it; what another program wrote there and is no day, as it stands."""
    try:
        return day(date.fromisoformat(iso)) if iso else ""
    except ValueError:
        return iso


def holder_text(look: Look, holder: Holder) -> str:
    """Return a territory with who leads it and its alignment."""
    side, _ = holder
    alignment = alignment_name(look, side)
    territory, lead = look.territory(holder), look.lead(holder)
    if territory is None:
        return tr("nobody ({alignment})", alignment=alignment)
    if lead is None:
        return tr("{territory} (vacant, {alignment})", territory=territory.name, alignment=alignment)
    if lead.name.casefold() == territory.name.casefold():  # as territories of partners are often called
        return tr("{territory} ({alignment})", territory=territory.name, alignment=alignment)
    return tr("{territory} ({rep}, {alignment})", territory=territory.name, rep=lead.name, alignment=alignment)


def alignment_name(look: Look, side: int) -> str:
    """Return the name of an alignment, its role where it has none."""
    alignment = look.coverages[side].alignment
    return alignment.name or role_label(alignment.role)


def place_text(look: Look, finding: Finding) -> str:
    """Return the account or the units that a finding is about, in a few words."""
    plan = look.plan
    if len(finding.accounts) == 1:
        return account_name(plan, int(finding.accounts[0]))
    if not len(finding.units):
        return tr("in no unit") if len(finding.accounts) else tr("no account")
    names = [unit_name(plan, int(unit)) for unit in finding.units[:FEW]]
    rest = len(finding.units) - len(names)
    return listed(names) if rest <= 0 else tr("{names} and {n} more", names=listed(names), n=number(rest))


def about_text(look: Look, finding: Finding) -> str:
    """Return what a finding is about in one line: who against whom, or where."""
    if finding.kind == "gap":
        if finding.cause == "vacant":
            return holder_text(look, finding.holders[0])
        place = place_text(look, finding)
        if not finding.holders:
            return place
        return tr("{place}, {alignment}", place=place, alignment=alignment_name(look, finding.holders[0][0]))
    if finding.kind == "deal":
        deal = look.deals[finding.deals[-1]]
        return tr("{deal}, {account}", deal=deal_title(look, deal), account=account_of_deal(look, deal))
    if finding.cause == "bid":
        names = listed(seller_name(look, look.deals[at]) for at in finding.deals)
        return tr("{account}: {sellers}", account=place_text(look, finding), sellers=names)
    if len(finding.holders) >= 2 and finding.cause != "price":
        one, other = (holder_text(look, holder) for holder in finding.holders[:2])
        if finding.kind == "handover":
            account = account_name(look.plan, int(finding.accounts[0]))
            return tr("{account}: {giver} → {taker}", account=account, giver=one, taker=other)
        return tr("{one} – {other}", one=one, other=other)
    if finding.cause == "territory":
        return holder_text(look, finding.holders[0])
    return place_text(look, finding)
