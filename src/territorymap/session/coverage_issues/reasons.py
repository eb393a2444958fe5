"""Why a finding is one, and what the rules say of deals and hand-overs, in whole sentences with names.

Owns the sentences; what is found is metrics.coverage's, what things are called naming's.
"""

from __future__ import annotations

from collections.abc import Sequence

from territorymap.i18n import listed, money, ntr, told, tr
from territorymap.metrics.coverage.findings import Finding, Holder
from territorymap.metrics.coverage.handover import HandOver
from territorymap.metrics.coverage.situation import Side
from territorymap.model.coverage import Deal
from territorymap.model.coverage_words import rule_label
from territorymap.model.role_words import role_label
from territorymap.session.coverage_issues.naming import (
    FEW,
    account_of_deal,
    alignment_name,
    day_text,
    deal_title,
    holder_text,
    seller_name,
    unit_name,
)
from territorymap.session.coverage_issues.reading import Look


def why(look: Look, finding: Finding) -> str:
    """Return why this is a conflict or gap, in whole sentences with names."""
    return told(_WHY[finding.kind](look, finding))


def _why_gap(look: Look, finding: Finding) -> list[str]:
    count = len(finding.accounts)
    if finding.cause == "scope":
        names = listed(alignment_name(look, side) for side in range(len(look.coverages)))
        where = listed(unit_name(look.plan, int(unit)) for unit in finding.units[:FEW]) or tr("no unit")
        return [
            ntr(
                "{n} account in {place}: no scope covers it. The alignments are {names}.",
                "{n} accounts in {place}: no scope covers them. The alignments are {names}.",
                count,
                place=where,
                names=names,
            )
        ]
    alignment = alignment_name(look, finding.holders[0][0])
    n = ntr("{n} account", "{n} accounts", count)
    if finding.cause == "unassigned":
        if not len(finding.units):
            first = ntr(
                "{alignment} covers {n} account by its scope, but it lies in no unit.",
                "{alignment} covers {n} accounts by its scope, but they lie in no unit.",
                count,
                alignment=alignment,
            )
        else:
            first = tr(
                "{alignment} covers {n} by its scope, but {place} has no territory in it.",
                alignment=alignment,
                n=n,
                place=listed(unit_name(look.plan, int(unit)) for unit in finding.units[:FEW]),
            )
        return [first, _uncovered(finding)]
    territory = look.territory(finding.holders[0])
    assert territory is not None
    if not len(finding.accounts):
        n = ntr("{n} unit", "{n} units", len(finding.units))
    if territory.vacant_since:
        first = tr(
            "{territory} of {alignment} has nobody in charge since {day}; it has {n}.",
            territory=territory.name,
            alignment=alignment,
            day=day_text(territory.vacant_since),
            n=n,
        )
    else:
        first = tr(
            "{territory} of {alignment} has nobody in charge; it has {n}.",
            territory=territory.name,
            alignment=alignment,
            n=n,
        )
    return [first, _uncovered(finding)]


def _uncovered(finding: Finding) -> str:
    n = len(finding.accounts)
    if not n:
        return ""
    if finding.uncovered == n:
        return ntr("Nobody else covers it.", "Nobody else covers them.", n)
    if not finding.uncovered:
        return ntr("Other alignments cover it.", "Other alignments cover them.", n)
    return ntr("{n} of them nobody else covers.", "{n} of them nobody else covers.", finding.uncovered)


def _why_two(look: Look, finding: Finding) -> list[str]:
    if finding.cause == "price":
        return _why_price(look, finding)
    if finding.cause == "bid":
        return _why_bid(look, finding)
    if finding.cause == "territory":
        return _why_terms(look, finding)
    one, other = finding.holders[:2]
    names = {"one": holder_text(look, one), "other": holder_text(look, other)}
    if finding.cause == "ground":
        n = ntr("{n} unit", "{n} units", len(finding.units))
        first = tr("{one} and {other} both hold {n}.", **names, n=n)
    else:
        n = ntr("{n} account", "{n} accounts", len(finding.accounts))
        first = tr("{one} and {other} both own {n}.", **names, n=n)
    scopes = [_scope_text(look, side) for side, _ in (one, other)]
    return [first, *scopes, _at_work(look, finding), _rule_text(look, one[0], other[0])]


def _scope_text(look: Look, side: int) -> str:
    return tr("Scope of {alignment}: {rule}", alignment=alignment_name(look, side), rule=look.scopes[side])


def _rule_text(look: Look, side: int, other: int) -> str:
    one_role, other_role = look.now.sides[side].role, look.now.sides[other].role
    matrix = look.now.matrix
    rule = rule_label(matrix.rule(one_role, other_role))
    if one_role.casefold() == other_role.casefold():
        twice = {"role": role_label(one_role), "rule": rule}
        if matrix.is_declared(one_role, other_role):
            return tr("The rule for two of the role {role}: {rule}.", **twice)
        return tr("The rule for two of the role {role}, as long as you set no other: {rule}.", **twice)
    names = {
        "one": role_label(one_role),
        "other": role_label(other_role),
        "rule": rule,
    }
    if matrix.is_declared(one_role, other_role):
        return tr("The rule for {one} and {other}: {rule}.", **names)
    return tr("The rule for {one} and {other}, as long as you set no other: {rule}.", **names)


def _open_deal(look: Look, deal: Deal) -> str:
    names = {"seller": seller_name(look, deal), "account": account_of_deal(look, deal)}
    if deal.deal_name:
        return tr("{seller} has the open deal {deal} on {account}.", deal=deal.deal_name, **names)
    amount = money(deal.amount, look.plan.info.currency)
    return tr("{seller} has an open deal of {amount} on {account}.", amount=amount, **names)


def _at_work(look: Look, finding: Finding) -> str:
    """Say by which deals and by whose names both are at work."""
    if finding.cause != "rep":
        return ""
    of_accounts = set(finding.accounts.tolist())
    deals = [
        look.deals[at]
        for at in (look.now.deals.stands(look.today) & (look.now.deals.account >= 0)).nonzero()[0].tolist()
        if int(look.now.deals.account[at]) in of_accounts
    ]
    texts = [_open_deal(look, deal) for deal in deals[:FEW]]
    if len(deals) > FEW:
        texts.append(ntr("{n} more deal is open there.", "{n} more deals are open there.", len(deals) - FEW))
    for side, _ in finding.holders[:2]:
        n = int(look.now.sides[side].by_name[finding.accounts].sum())
        if n:
            alignment = alignment_name(look, side)
            texts.append(
                ntr(
                    "{n} account was given by name in {alignment}.",
                    "{n} accounts were given by name in {alignment}.",
                    n,
                    alignment=alignment,
                )
            )
    return told(texts)


def _why_terms(look: Look, finding: Finding) -> list[str]:
    n = ntr("{n} account", "{n} accounts", len(finding.accounts))
    holder = holder_text(look, finding.holders[0])
    side = finding.holders[0][0]
    out = int((~look.now.sides[side].in_scope[finding.accounts]).sum())
    first = tr("{holder} was given {n} by name outside its territory terms.", holder=holder, n=n)
    elsewhere = len(finding.accounts) - out
    return [
        first,
        ntr("{n} is out of scope.", "{n} are out of scope.", out) if out else "",
        ntr("{n} lies on others' ground.", "{n} lie on others' ground.", elsewhere) if elsewhere else "",
    ]


def _why_price(look: Look, finding: Finding) -> list[str]:
    own, partner = (look.deals[at] for at in finding.deals)
    return [
        tr(
            "{account} is offered {own_amount} by {own} and {partner_amount} by the partner {partner}.",
            account=account_of_deal(look, own),
            own=seller_name(look, own),
            partner=seller_name(look, partner),
            own_amount=money(own.amount, look.plan.info.currency),
            partner_amount=money(partner.amount, look.plan.info.currency),
        )
    ]


def _why_bid(look: Look, finding: Finding) -> list[str]:
    first, later = (look.deals[at] for at in finding.deals)
    account = account_of_deal(look, first)
    names = {"account": account, "one": seller_name(look, first), "other": seller_name(look, later)}
    if finding.kind == "horizontal":
        text = tr("The partners {one} and {other} both have an open deal on {account}; {one} came first.", **names)
    else:
        text = tr("{one} and {other} both have an open deal on {account}; {one} came first.", **names)
    return [text, _registered_text(look, first), _registered_text(look, later)]


def _registered_text(look: Look, deal: Deal) -> str:
    names = {"deal": deal_title(look, deal), "seller": seller_name(look, deal)}
    if not deal.registered_on:
        return tr("{deal} of {seller} is registered without a day.", **names)
    return tr("{deal} of {seller} is registered on {day}.", **names, day=day_text(deal.registered_on))


def _why_deal(look: Look, finding: Finding) -> list[str]:
    deal = look.deals[finding.deals[-1]]
    seller, account = seller_name(look, deal), account_of_deal(look, deal)
    if finding.cause == "expired":
        return [
            tr(
                "{deal} of {seller} expired on {day} and is still open.",
                deal=deal_title(look, deal),
                seller=seller,
                day=day_text(deal.expires_on),
            )
        ]
    if finding.cause == "second":
        first = look.deals[finding.deals[0]]
        held = _held_text(look, first, account)
        if not deal.registered_on:
            return [held, tr("{seller} registered it too, without a day.", seller=seller)]
        return [held, tr("{seller} registered it on {day}.", seller=seller, day=day_text(deal.registered_on))]
    first_text = tr("{seller} registered a deal on {account}.", seller=seller, account=account)
    if not finding.holders:
        return [first_text, tr("No territory has this account."), _own_ground(look, deal)]
    owners = listed(holder_text(look, holder) for holder in finding.holders)
    return [first_text, tr("It belongs to {owners}.", owners=owners), _own_ground(look, deal)]


def _held_text(look: Look, first: Deal, account: str) -> str:
    names = {"seller": seller_name(look, first), "account": account}
    if not first.registered_on:
        return tr("First come: {seller} holds {account}, registered without a day.", **names)
    names["day"] = day_text(first.registered_on)
    if not first.expires_on:
        return tr("First come: {seller} holds {account} since {day}.", **names)
    until = day_text(first.expires_on)
    return tr("First come: {seller} holds {account} since {day}, until {until}.", **names, until=until)


def _own_ground(look: Look, deal: Deal) -> str:
    """Say which territories a seller has."""
    own = [
        look.coverages[s].territories[t].name
        for s, side in enumerate(look.now.sides)
        for t, team in enumerate(side.teams)
        if deal.rep_id in team
    ]
    seller = seller_name(look, deal)
    if not own:
        return tr("{seller} has no territory.", seller=seller)
    return tr("{seller} has {territories}.", seller=seller, territories=listed(own[:FEW]))


def deal_rules(look: Look, deal: Deal, findings: Sequence[Finding]) -> str:
    """Return what the first-come and the territory rule say of a deal, kept or broken, in whole sentences."""
    if findings:
        return "\n".join(why(look, finding) for finding in findings)
    if deal.stage in ("won", "lost"):
        return ""
    if deal.account_id is None:
        return tr("The deal is on no account, so no rule can be looked at.")
    seller, account = seller_name(look, deal), account_of_deal(look, deal)
    until = day_text(deal.expires_on)
    first = (
        tr("First come: {seller} holds {account}, until {until}.", seller=seller, account=account, until=until)
        if until
        else tr("First come: {seller} holds {account}.", seller=seller, account=account)
    )
    at = int(look.plan.accounts.account_id.searchsorted(deal.account_id))
    own = [
        holder_text(look, (s, int(side.owner[at])))
        for s, side in enumerate(look.now.sides)
        if side.owner[at] >= 0 and deal.rep_id in (*side.teams[side.owner[at]], *_overlay(side, int(side.owner[at])))
    ]
    return told([first, tr("The account lies in {territories}.", territories=listed(own)) if own else ""])


def _overlay(side: Side, territory: int) -> tuple[int, ...]:
    return side.overlays[territory] if side.overlays else ()


def _why_handover(look: Look, finding: Finding) -> list[str]:
    deal = look.deals[finding.deals[0]]
    giver, taker = (holder_text(look, holder) for holder in finding.holders)
    names = {"account": account_of_deal(look, deal), "giver": giver, "taker": taker}
    when = day_text(finding.day)
    if finding.cause == "due":
        if when:
            names["day"] = when
            text = tr("The deal on {account} was won on {day}: it passes from {giver} to {taker}.", **names)
        else:
            text = tr("The deal on {account} is won: it passes from {giver} to {taker}.", **names)
    elif when:
        text = tr(
            "{account} passes from {giver} to {taker} when its deal is won, expected on {day}.", **names, day=when
        )
    else:
        text = tr("{account} passes from {giver} to {taker} when its deal is won.", **names)
    return [text, _why_taken(look, int(finding.accounts[0]), finding.holders)]


def why_passes(look: Look, one: HandOver) -> str:
    """Return why an account passes on, or why it stays where it is, in a sentence."""
    if one.state == "done":
        return ""
    if one.state != "stays":
        return _why_taken(look, one.account, (one.giver, one.taker))
    taker = one.taker[0]
    return tr(
        "{alignment} does not cover it, whether the deal is won or not. Its scope: {rule}",
        alignment=alignment_name(look, taker),
        rule=look.scopes[taker],
    )


def _why_taken(look: Look, account: int, holders: Sequence[Holder]) -> str:
    """Say by what the taking side has an account."""
    giver, taker = holders
    side = look.now.sides[taker[0]]
    names = {"alignment": alignment_name(look, taker[0])}
    if side.by_name[account]:
        return tr("{alignment} was given it by name.", **names)
    if side.in_scope[account]:
        return tr("The scope of {alignment} covers it.", **names)
    segment, value = look.flips[giver[0], taker[0]]
    return tr(
        "As a customer its {segment} becomes {value}, which {alignment} covers.",
        segment=segment.name,
        value=value,
        **names,
    )


_WHY = {
    "gap": _why_gap,
    "overlap": _why_two,
    "horizontal": _why_two,
    "vertical": _why_two,
    "multichannel": _why_two,
    "deal": _why_deal,
    "handover": _why_handover,
}
