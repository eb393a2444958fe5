"""The commands partner ...: list, show, add, set, import, review, take-up.

Owns arguments and what is printed; sheets are metrics.partners', steps are session's.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from territorymap.cli.naming import choices_hint
from territorymap.cli.output import print_facts, print_json, print_notes, print_table, printable
from territorymap.cli.partner_tiers import tier_group
from territorymap.cli.plans import editing, json_option, plan_argument, reading
from territorymap.errors import UserError
from territorymap.i18n import number, tr

if TYPE_CHECKING:
    from territorymap.metrics.partners.sheet import PartnerBook, PartnerSheet
    from territorymap.model.coverage import Partner
    from territorymap.model.period import Period
    from territorymap.session.session import Session

IMPORT_KINDS = {"partners": "partners", "credentials": "credentials", "figures": "partner_figures"}


@click.group(
    "partner", help=tr("Partners who cover territories: profile, tiers, figures, reviews and what to put right.")
)
def partner_group() -> None:
    """Partners of a plan."""


partner_group.add_command(tier_group, "tier")

_period_option = click.option(
    "--period", metavar="P", help=tr("A year, quarter or month, e.g. 2026-Q3; else the newest quarter that is told.")
)


@partner_group.command("list", help=tr("List the partners with tier, satisfaction, revenue, open deals, conflicts."))
@plan_argument
@_period_option
@json_option
def list_partners(plan: Path, period: str | None, as_json: bool) -> None:
    """List the partners of a plan."""
    from territorymap.metrics.partners import words
    from territorymap.metrics.partners.as_json import sheet_json

    with reading(plan) as session:
        book, asked = _book(session, period)
        sheets = book.sheets(asked, date.today())
    if as_json:
        print_json({"period": asked.text, "partners": [sheet_json(sheet, is_short=True) for sheet in sheets]})
        return
    if not sheets:
        click.echo(tr("The plan has no partners yet; partner add or partner import brings them in."))
        return
    currency = book.inputs.currency
    headers = [
        tr("Partner"), tr("Type"), tr("Status"), tr("Tier"), tr("Earned"), tr("Satisfaction"),
        tr("Revenue"), tr("Target"), tr("of target"), tr("Open deals"), tr("Conflicts"), tr("To put right"),
    ]  # fmt: skip
    rows = [
        [
            sheet.name,
            words.type_word(sheet.partner.partner_type),
            words.status_word(sheet.partner.status),
            sheet.tier_now.tier_name if sheet.tier_now else "-",
            sheet.tier_earned.tier_name if sheet.tier_earned else "-",
            words.points_text(sheet.reached.satisfaction),
            words.money_text(sheet.revenue.amount, currency),
            words.money_text(sheet.target.amount, currency),
            words.share_text(sheet.attainment),
            words.money_text(sheet.pipeline.weighted, currency),
            number(len(sheet.conflicts)),
            number(len(sheet.flags)),
        ]
        for sheet in sheets
    ]
    click.echo(asked.label)
    print_table(headers, rows, numeric=range(5, len(headers)))


@partner_group.command("show", help=tr("Show all that is known of a partner for a period."))
@plan_argument
@click.argument("name")
@_period_option
@json_option
def show_partner(plan: Path, name: str, period: str | None, as_json: bool) -> None:
    """Show all that is known of a partner."""
    from territorymap.metrics.partners.as_json import sheet_json
    from territorymap.metrics.partners.telling import blocks_of

    with reading(plan) as session:
        book, asked = _book(session, period)
        partner = find_partner_named(session, name)
        sheet = book.sheet(partner.rep_id, asked, date.today())
    if as_json:
        print_json(sheet_json(sheet))
        return
    click.echo(printable(f"{sheet.name}, {asked.label}"))
    for block in blocks_of(sheet, book.inputs):
        click.echo("")
        click.echo(block.title)
        if block.facts:
            print_facts(dict(block.facts))
        if block.rows:
            print_table(block.heads, [list(row) for row in block.rows], numeric=block.numeric)
        if block.note:
            click.echo(printable(block.note))


@partner_group.command("add", help=tr("Add a partner; partner set gives it more."))
@plan_argument
@click.argument("name")
@click.option("--type", "partner_type", metavar="T", help=tr("reseller, distributor, referral or integrator."))
@click.option(
    "--rep", "is_rep", is_flag=True, help=tr("Make the rep of this name a partner; it keeps its territories.")
)
def add_partner(plan: Path, name: str, partner_type: str | None, is_rep: bool) -> None:
    """Add a partner."""
    from territorymap.session.commands import partners as commands

    with editing(plan) as session:
        if is_rep:
            rep = next((r for r in session.plan.reps if r.name.casefold() == name.strip().casefold()), None)
            if rep is None:
                names = [r.name for r in session.plan.reps]
                raise UserError(tr("There is no rep {name}.", name=repr(name)), choices_hint(name, names))
            session.do(commands.make_partner(session, rep.rep_id), "cli")
            if partner_type is not None:
                values = {"partner_type": partner_type}
                session.do(commands.edit_partner(session, rep.rep_id, values), "cli")
        else:
            given = {} if partner_type is None else {"partner_type": partner_type}
            session.do(commands.add_partner(session, name, given), "cli")


@partner_group.command(
    "set",
    help=tr(
        "Set what is known of a partner: KEY=VALUE ...\n\n"
        "Keys: name, type, status, tier, contact, agreed_on, left_on, satisfaction, joint_plan, note; score.CRITERION "
        "for recruitment; revenue.PERIOD, target.PERIOD, satisfaction.PERIOD for figures. An empty value takes it away."
    ),
)
@plan_argument
@click.argument("name")
@click.argument("settings", nargs=-1, required=True, metavar="KEY=VALUE...")
def set_partner(plan: Path, name: str, settings: tuple[str, ...]) -> None:
    """Set what is known of a partner."""
    from territorymap.cli.partner_settings import apply_settings

    with editing(plan) as session:
        notes = apply_settings(session, find_partner_named(session, name), settings)
    print_notes(notes)


@partner_group.command(
    "import",
    help=tr(
        "Bring in partners, their certifications and trainings, or figures by period, from CSV or a workbook.\n\n"
        "partners: partner, partner_type, status, tier, contact, agreed_on, left_on, satisfaction, joint_plan, note, "
        "territory, home_postal_code, home_city, home_state, home_country, lon, lat. credentials: partner, kind, "
        "title, obtained_on, expires_on. figures: partner, period, territory, revenue, target, satisfaction. Rows that "
        "cannot be used are listed."
    ),
)
@plan_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(list(IMPORT_KINDS)), required=True, help=tr("What the file holds."))
@click.option("--map", "choices", multiple=True, metavar="FIELD=COLUMN", help=tr("Correct a guess."))
@click.option("--sheet", default="", metavar="S", help=tr("Sheet of a workbook."))
@click.option("--rejects", type=click.Path(path_type=Path), metavar="OUT.csv", help=tr("Save rejected rows."))
@json_option
def import_partners(
    plan: Path, file: Path, kind: str, choices: tuple[str, ...], sheet: str, rejects: Path | None, as_json: bool
) -> None:
    """Bring in partners, credentials or figures."""
    from territorymap.cli.intake import Report
    from territorymap.importers.columns import apply_choices, guess_columns
    from territorymap.importers.rejects import write_rejects
    from territorymap.importers.table import read_table
    from territorymap.importers.table_options import TableOptions
    from territorymap.session.commands import partners as commands
    from territorymap.session.partner_intake import build

    with editing(plan) as session:
        table = read_table(file, TableOptions(sheet=sheet))
        columns = apply_choices(table, guess_columns(table, IMPORT_KINDS[kind]), choices)
        imported = build(session, table, columns)
        if rejects is not None:
            write_rejects(rejects, table, imported.rejects)
        change = session.do(commands.import_partners(session, imported, date.today().isoformat()), "cli")
    report = Report(imported, columns)
    print_notes([*report.notes, *change.notes])
    if as_json:
        print_json(report.to_json())
        return
    for line in report.to_lines():
        click.echo(printable(line))


@partner_group.command(
    "review",
    help=tr(
        "What partners need: rules broken, with root cause, owner and due date.\n\n"
        "--out writes the review sheets, or with a year as --period the yearly assessments, as a page to print "
        "(.html) or a workbook (.xlsx). --take-up makes a corrective action of each flag."
    ),
)
@plan_argument
@click.argument("names", nargs=-1, metavar="[NAME]...")
@_period_option
@click.option("--out", type=click.Path(path_type=Path), metavar="OUT", help=tr("Write the sheets to this file."))
@click.option("--take-up", "is_taken", is_flag=True, help=tr("Make a corrective action of each flag."))
@click.option("--owner", default="", metavar="NAME", help=tr("Who sees to it, where the rule names nobody."))
@json_option
def review_partners(
    plan: Path, names: tuple[str, ...], period: str | None, out: Path | None, is_taken: bool, owner: str, as_json: bool
) -> None:
    """Tell what partners need, write their sheets, take up actions."""
    from territorymap.metrics.partners import words
    from territorymap.metrics.partners.as_json import flag_json
    from territorymap.session.commands import partners as commands

    with (editing if is_taken else reading)(plan) as session:
        sheets, book = _sheets(session, names, period)
        if is_taken:
            session.do(commands.take_flags(sheets, book.inputs.currency, owner), "cli")
            sheets, book = _sheets(session, names, sheets[0].period.text)
        if out is not None:
            _write_sheets(session, sheets, out, plan)
    currency = book.inputs.currency
    if as_json:
        rows = [{"partner": s.name, **flag_json(flag, currency)} for s in sheets for flag in s.flags]
        print_json({"period": sheets[0].period.text, "flags": rows})
        return
    if out is not None:
        click.echo(tr("Written: {path}", path=out))
    rows_ = [
        [
            sheet.name,
            words.flag_sentence(flag),
            words.cause_sentence(flag.cause, currency),
            flag.owner or "-",
            flag.due_on,
            tr("taken up") if flag.action_id is not None else "",
        ]
        for sheet in sheets
        for flag in sheet.flags
    ]
    if not rows_:
        click.echo(tr("No rule is broken in {period}.", period=sheets[0].period.label))
        return
    print_table([tr("Partner"), tr("What"), tr("Root cause"), tr("Owner"), tr("Due"), ""], rows_)


def _sheets(session: Session, names: tuple[str, ...], period: str | None) -> tuple[list[PartnerSheet], PartnerBook]:
    """Return the sheets of the partners named, of all where none is; UserError if there is none."""
    book, asked = _book(session, period)
    wanted = {find_partner_named(session, name).rep_id for name in names}
    sheets = [s for s in book.sheets(asked, date.today()) if not wanted or s.partner.rep_id in wanted]
    if not sheets:
        raise UserError(tr("The plan has no partners yet."), tr("Bring them in with partner add or partner import."))
    return sheets, book


def _write_sheets(session: Session, sheets: list[PartnerSheet], out: Path, plan: Path) -> None:
    from territorymap.exporters.registry import ExportOptions, export

    if out.exists() and out.samefile(plan):
        raise UserError(tr("An export cannot replace the plan itself."), tr("Choose another name for the export."))
    format_ = {".html": "partner_html", ".xlsx": "partner_xlsx"}.get(out.suffix.lower())
    if format_ is None:
        raise UserError(
            tr("There are no sheets of partners as {extension}.", extension=out.suffix or out.name),
            tr("Give a name that ends in .html or .xlsx."),
        )
    chosen = {"period": sheets[0].period.text, "partners": tuple(sheet.name for sheet in sheets)}
    what = "year" if sheets[0].period.kind == "year" else "review"
    export(session, out, what, ExportOptions(chosen), name=format_)


def _book(session: Session, period: str | None) -> tuple[PartnerBook, Period]:
    from territorymap.model.period import parse_period
    from territorymap.session.partners import partner_book, usual_period

    book = partner_book(session)
    return book, usual_period(book, date.today()) if period is None else parse_period(period)


def find_partner_named(session: Session, name: str) -> Partner:
    """Return the partner of that name, letter case aside; UserError names those there are."""
    from territorymap.model.coverage import Partner

    names = {rep.rep_id: rep.name for rep in session.plan.reps}
    known = {names.get(p.rep_id, ""): p for p in session.register(Partner).values()}
    wanted = name.strip().casefold()
    found = next((partner for own, partner in known.items() if own.casefold() == wanted), None)
    if found is not None:
        return found
    hint = choices_hint(name, list(known)) if known else tr("Bring them in with partner add or partner import.")
    raise UserError(tr("There is no partner {name}.", name=repr(name)), hint)
