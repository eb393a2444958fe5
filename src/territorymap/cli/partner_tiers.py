"""The commands partner tier ...: list, set, delete, give. Owns arguments and what is printed; rules are session's."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.output import print_json, print_notes, print_table
from territorymap.cli.plans import editing, json_option, plan_argument, reading
from territorymap.errors import UserError
from territorymap.i18n import number, tr

if TYPE_CHECKING:
    from territorymap.model.coverage import Tier

EARNED = "earned"
_FIELDS = ("min_revenue", "min_certifications", "min_satisfaction", "min_growth", "benefits")


@click.group("tier", help=tr("Tiers of the partner programme: names, order, criteria, benefits, and who moved."))
def tier_group() -> None:
    """Tiers of the partner programme."""


@tier_group.command("list", help=tr("List the tiers, how many partners have and earn each, and who moved."))
@plan_argument
@click.option("--period", metavar="P", help=tr("Moves since the end of the period before this one."))
@json_option
def list_tiers(plan: Path, period: str | None, as_json: bool) -> None:
    """List the tiers and the moves since last period."""
    from territorymap.metrics.partners import words
    from territorymap.metrics.partners.sheet import moves_of
    from territorymap.model.period import parse_period
    from territorymap.session.partners import partner_book, usual_period

    with reading(plan) as session:
        book = partner_book(session)
        today = date.today()
        asked = usual_period(book, today) if period is None else parse_period(period)
        sheets = [sheet for sheet in book.sheets(asked, today) if sheet.is_working]
        moves = moves_of(book, asked, today)
    names: dict[int | None, str] = {None: "-"}
    names |= {tier.row_id: tier.tier_name for tier in book.tiers}
    rows: list[dict[str, Any]] = [
        {
            "tier": tier.tier_name,
            **{name: getattr(tier, name) for name in _FIELDS},
            "partners": sum(s.tier_now is not None and s.tier_now.row_id == tier.row_id for s in sheets),
            "earned": sum(s.tier_earned is not None and s.tier_earned.row_id == tier.row_id for s in sheets),
        }
        for tier in book.tiers
    ]
    told = [
        {"partner": book.inputs.names[m.rep_id], "before": names[m.before], "after": names[m.after], "move": m.kind}
        for m in moves
        if m.kind != "same"
    ]
    if as_json:
        print_json({"period": asked.text, "tiers": rows, "moves": told})
        return
    if not rows:
        click.echo(tr("The plan has no tiers yet; partner tier set makes one."))
        return
    currency = book.inputs.currency
    headers = [
        tr("Tier"), tr("Revenue"), tr("Certifications"), tr("Satisfaction"), tr("Growth"),
        tr("Partners"), tr("Earned"), tr("Benefits"),
    ]  # fmt: skip
    cells = [
        [
            tier.tier_name,
            *(words.criterion_amount(name, _asked(tier, name), currency) for name in words.CRITERIA),
            number(row["partners"]),
            number(row["earned"]),
            tier.benefits,
        ]
        for tier, row in zip(book.tiers, rows, strict=True)
    ]
    print_table(headers, cells, numeric=range(1, 7))
    click.echo("")
    if not told:
        click.echo(tr("Nobody moved since {period}.", period=asked.previous.label))
        return
    click.echo(tr("Moved since {period}:", period=asked.previous.label))
    headers = [tr("Partner"), tr("Before"), tr("Now"), ""]
    print_table(headers, [[t["partner"], t["before"], t["after"], words.move_word(t["move"])] for t in told])


def _asked(tier: Tier, criterion: str) -> float:
    value = getattr(tier, f"min_{criterion}")
    return float("nan") if value is None else float(value)


@tier_group.command(
    "set",
    help=tr(
        "Make a tier, or change the one of that name; what is not given stays, - takes a criterion away.\n\n"
        "More than five tiers only with --insist."
    ),
)
@plan_argument
@click.argument("name")
@click.option("--revenue", metavar="N", help=tr("Revenue of twelve months that it takes."))
@click.option("--certifications", metavar="N", help=tr("Certifications that it takes."))
@click.option("--satisfaction", metavar="N", help=tr("Satisfaction that it takes, 0 to 10."))
@click.option("--growth", metavar="R", help=tr("Growth against the twelve months before, e.g. 5%."))
@click.option("--benefits", metavar="TEXT", help=tr("What it gives."))
@click.option("--place", type=click.IntRange(1), metavar="N", help=tr("1 = the lowest; a new one is the highest."))
@click.option("--rename", metavar="NAME", help=tr("Another name."))
@click.option("--insist", is_flag=True, help=tr("Have more than five tiers."))
def set_tier(
    plan: Path,
    name: str,
    place: int | None,
    rename: str | None,
    insist: bool,
    benefits: str | None,
    **asked: str | None,
) -> None:
    """Make or change a tier."""
    from territorymap.cli.numbers import read_number, read_ratio
    from territorymap.metrics.partners.tiers import in_order, loose_criteria
    from territorymap.metrics.partners.words import criterion_word
    from territorymap.model.coverage import Tier
    from territorymap.session.commands import partners as commands

    with editing(plan) as session:
        rows = [_row(tier) for tier in in_order(session.register(Tier).values())]
        row = next((r for r in rows if str(r["tier_name"]).casefold() == name.strip().casefold()), None)
        if row is None:
            row = {"tier_name": name}
            rows.append(row)
        for criterion, text in asked.items():
            if text is not None:
                read = read_ratio if criterion == "growth" else read_number
                row[f"min_{criterion}"] = None if text.strip() in ("", "-") else read(criterion, text)
        if benefits is not None:
            row["benefits"] = benefits
        if rename is not None:
            row["tier_name"] = rename
        if place is not None:
            rows.remove(row)
            rows.insert(place - 1, row)
        session.do(commands.set_tiers(session, rows, insisted=insist), "cli")
        loose = loose_criteria(session.register(Tier).values())
    print_notes(
        [
            tr(
                "{higher} asks for less than {lower}: {criterion}.",
                higher=higher.tier_name,
                lower=lower.tier_name,
                criterion=criterion_word(criterion),
            )
            for lower, higher, criterion in loose
        ]
    )


@tier_group.command("delete", help=tr("Delete a tier that no partner has."))
@plan_argument
@click.argument("name")
def delete_tier(plan: Path, name: str) -> None:
    """Delete a tier."""
    from territorymap.cli.partner_settings import find_tier
    from territorymap.metrics.partners.tiers import in_order
    from territorymap.model.coverage import Tier
    from territorymap.session.commands import partners as commands

    with editing(plan) as session:
        going = find_tier(session, name).row_id
        rows = [_row(tier) for tier in in_order(session.register(Tier).values()) if tier.row_id != going]
        session.do(commands.set_tiers(session, rows, insisted=True), "cli")


@tier_group.command(
    "give",
    help=tr("Give partners a tier, or with the word 'earned' the tier that each earned; nobody named: all partners."),
)
@plan_argument
@click.argument("tier")
@click.argument("names", nargs=-1, metavar="[PARTNER]...")
@click.option("--period", metavar="P", help=tr("With 'earned': by the figures up to the end of this period."))
@click.option("--reason", default="", metavar="TEXT", help=tr("Why; it is kept with the change."))
def give_tier(plan: Path, tier: str, names: tuple[str, ...], period: str | None, reason: str) -> None:
    """Give partners their tiers."""
    from territorymap.cli.partner_settings import find_tier
    from territorymap.cli.partners import find_partner_named
    from territorymap.model.period import parse_period
    from territorymap.session.commands import partners as commands
    from territorymap.session.partners import partner_book, usual_period

    with editing(plan) as session:
        book, today = partner_book(session), date.today()
        asked = usual_period(book, today) if period is None else parse_period(period)
        wanted = [find_partner_named(session, name).rep_id for name in names]
        if not wanted and tier.casefold() != EARNED:
            raise UserError(tr("Which partners get this tier?"), tr("Name them after the tier."))
        sheets = [s for s in book.sheets(asked, today) if s.partner.rep_id in wanted or (not wanted and s.is_working)]
        if tier.casefold() == EARNED:
            given = {s.partner.rep_id: s.tier_earned.row_id if s.tier_earned else None for s in sheets}
        else:
            given = dict.fromkeys(wanted, find_tier(session, tier).row_id)
        session.do(commands.give_tiers(session, given, today, reason), "cli")


def _row(tier: Tier) -> dict[str, object]:
    return {name: getattr(tier, name) for name in ("row_id", "tier_name", *_FIELDS)}
