"""What kinds of conflicts and gaps and their causes are called, and what each means. Owns these words alone."""

from __future__ import annotations

from territorymap.i18n import tr


def kind_label(kind: str) -> str:
    """Return what a kind of conflict is called."""
    return {
        "gap": tr("Gaps"),
        "overlap": tr("Overlaps"),
        "horizontal": tr("Horizontal: partner against partner"),
        "vertical": tr("Vertical: own sales against partner"),
        "multichannel": tr("Multi-channel"),
        "deal": tr("Deals"),
        "handover": tr("Hand-overs"),
    }[kind]


def cause_label(kind: str, cause: str) -> str:
    """Return what one cause of a kind is called."""
    return {
        "gap.scope": tr("In no scope"),
        "gap.unassigned": tr("In an unassigned unit"),
        "gap.vacant": tr("In a vacant territory"),
        "overlap.exclusive": tr("Two roles that must not share"),
        "horizontal.account": tr("Two partners on one account"),
        "horizontal.ground": tr("Two partners on the same ground"),
        "horizontal.bid": tr("Two partners bid for one account"),
        "vertical.rep": tr("Own rep and partner at work on one account"),
        "vertical.bid": tr("Own rep and partner bid for one account"),
        "vertical.price": tr("Two prices for one customer"),
        "vertical.territory": tr("Partner outside its territory terms"),
        "multichannel.indirect": tr("Direct against indirect"),
        "multichannel.inside": tr("Inside against outside"),
        "deal.second": tr("Second registration"),
        "deal.outside": tr("Outside the seller's territory"),
        "deal.expired": tr("Expired and still open"),
        "handover.due": tr("Due: the deal is won"),
        "handover.coming": tr("Coming: a deal is open"),
    }[f"{kind}.{cause}"]


def cause_meaning(kind: str, cause: str) -> str:
    """Return what one cause means and by which rule it is found."""
    return {
        "gap.scope": tr("No alignment's scope covers these accounts, and nobody was given them by name."),
        "gap.unassigned": tr("An alignment covers these accounts by its scope, but their unit has no territory in it."),
        "gap.vacant": tr("These accounts belong to a territory that nobody is in charge of."),
        "overlap.exclusive": tr("Two alignments own these accounts, and their roles must not share one."),
        "horizontal.account": tr("Two partners own the same accounts."),
        "horizontal.ground": tr("Two partners hold the same units; no account is owned by both so far."),
        "horizontal.bid": tr("Two partners have open deals on the same account."),
        "vertical.bid": tr("An own rep and a partner have open deals on the same account."),
        "vertical.rep": tr(
            "An own rep and a partner own the same account, and one of them has an open deal there or was given it by "
            "name."
        ),
        "vertical.price": tr("Open deals of an own rep and of a partner on one account differ by more than 5 %."),
        "vertical.territory": tr(
            "A partner was given accounts by name outside its own ground or outside the scope of its alignment."
        ),
        "multichannel.indirect": tr(
            "Scope and ground of a direct and of an indirect alignment point to the same accounts; nobody is at work "
            "there yet."
        ),
        "multichannel.inside": tr("An inside and an outside alignment own the same accounts."),
        "deal.second": tr(
            "First come: the earliest registration that stands holds the account; a later one of somebody else is a "
            "second registration."
        ),
        "deal.outside": tr("Territory rule: whoever registers a deal is in the team of a territory with that account."),
        "deal.expired": tr("The registration has lapsed and protects no more, but the deal is still open."),
        "handover.due": tr("A deal is won and the account is still with the role that hands over."),
        "handover.coming": tr("A deal is open; when it is won the account passes on."),
    }[f"{kind}.{cause}"]
