"""The command pay: payouts by territory, statements, how fair pay is; and the pay plans.

Owns arguments and what is printed; the figures are session.money's.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.money_options import cash, find_rep, period_options, read_when, share
from territorymap.cli.naming import choices_hint
from territorymap.cli.output import print_json, print_notes, print_table
from territorymap.cli.plans import editing, json_option, plan_argument, reading, scenario_option
from territorymap.errors import UserError
from territorymap.given import about_file, read_given_text
from territorymap.i18n import tr

if TYPE_CHECKING:
    from territorymap.model.coverage import PayPlan
    from territorymap.session.money.pays import PayTable
    from territorymap.session.session import Session


@click.command(
    help=tr(
        "Show what attainment pays, in each territory and for each rep, and how fair that is.\n\n"
        "--rep prints one rep's statement line by line. --terms FILE with --plan NAME makes or changes a pay plan from "
        "JSON; --print-terms NAME prints one as a beginning, and a new one where there is none of that name. --delete "
        "NAME takes one away."
    )
)
@plan_argument
@period_options
@click.option("--rep", "rep", metavar="REP", help=tr("The statement of this rep."))
@click.option("--plan", "name", metavar="NAME", help=tr("With --terms: the pay plan that is meant."))
@click.option("--role", metavar="ROLE", help=tr("With --terms: the role it is for, such as field; empty = any role."))
@click.option("--terms", type=click.Path(path_type=Path), metavar="FILE", help=tr("Terms of a pay plan, as JSON."))
@click.option("--print-terms", "shown", metavar="NAME", help=tr("Print the terms of a pay plan as JSON."))
@click.option("--delete", "gone", metavar="NAME", help=tr("Delete a pay plan."))
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help=tr("Write statements as XLSX or HTML."))
@json_option
@scenario_option
def pay(
    plan: Path,
    period: str | None,
    day: str | None,
    rep: str | None,
    name: str | None,
    role: str | None,
    terms: Path | None,
    shown: str | None,
    gone: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Show what attainment pays, in each territory and for each rep, and how fair that is."""
    if terms is not None or gone is not None:
        if terms is not None and not name:
            raise UserError(tr("--terms needs --plan NAME: which pay plan is meant."))
        with editing(plan) as session:
            if gone is not None:
                _delete(session, gone)
            if terms is not None and name:
                _put(session, name, role, terms)
            _tell(session, period, day, rep, out, as_json)
        return
    with reading(plan) as session:
        if shown is not None:
            print_json(_terms_of(session, shown))
            return
        _tell(session, period, day, rep, out, as_json)


def _plans(session: Session) -> dict[str, PayPlan]:
    from territorymap.model.coverage import PayPlan

    return {plan.plan_name.casefold(): plan for plan in session.register(PayPlan).values()}


def _find(session: Session, name: str) -> PayPlan:
    plans = _plans(session)
    if name.casefold() not in plans:
        hint = choices_hint(name, [plan.plan_name for plan in plans.values()])
        raise UserError(tr("There is no pay plan {name}.", name=repr(name)), hint)
    return plans[name.casefold()]


def _delete(session: Session, name: str) -> None:
    from territorymap.model.coverage import PayPlan
    from territorymap.session.commands.money import delete_pay_plan

    session.do(delete_pay_plan(session.register(PayPlan), _find(session, name).row_id), "cli")


def _put(session: Session, name: str, role: str | None, file: Path) -> None:
    from territorymap.metrics.pay_terms import terms_from_json
    from territorymap.model.coverage import PayPlan
    from territorymap.session.commands.money import add_pay_plan, edit_pay_plan

    with about_file(file, tr("Give a JSON file, as --print-terms prints it.")):
        terms = terms_from_json(read_given_text(file))
    records = session.register(PayPlan)
    known = _plans(session).get(name.casefold())
    if known is None:
        session.do(add_pay_plan(records, name, role or "", terms), "cli")
    else:
        kept = known.role if role is None else role
        session.do(edit_pay_plan(records, known.row_id, known.plan_name, kept, terms), "cli")


def _terms_of(session: Session, name: str) -> dict[str, Any]:
    from territorymap.metrics.pay_terms import USUAL_TERMS

    known = _plans(session).get(name.casefold())
    found: dict[str, Any] = json.loads(known.content if known is not None else USUAL_TERMS.to_json())
    return found


def _tell(
    session: Session, period: str | None, day: str | None, rep: str | None, out: Path | None, as_json: bool
) -> None:
    from territorymap.metrics.pay_fairness import fairness_words
    from territorymap.session.money.told import level_key, paid_row, pay_json

    when, today = read_when(session, period, day)
    table = session.money.pay(when, today)
    if rep is not None or out is not None:
        _statements(session, table, rep, out, as_json)
        return
    told = pay_json(table, session.money.quotas(when, today))
    if as_json:
        print_json(told)
        return
    from territorymap.metrics.pay import LEVELS

    levels = [level_key(level) for level in LEVELS]
    headers = [tr("Territory"), tr("Rep"), *(tr("At {share}", share=share(float(x))) for x in LEVELS)]
    headers += [tr("Forecast"), tr("Pays")]
    print_table(
        headers,
        [
            [
                row["territory"],
                row["rep"] or "-",
                *(cash(session, row[level]) for level in levels),
                share(row["attainment"]),
                cash(session, row["at_forecast"]),
            ]
            for row in told["territories"]
        ],
        numeric=(2, 3, 4, 5, 6),
    )
    click.echo("")
    rows, keys = [paid_row(paid) for paid in table.paid], ("quota", "booked", "pay", "pay_at_forecast")
    print_table(
        [tr("Rep"), tr("Pay plan"), tr("Quota"), tr("Booked"), tr("Pay"), tr("Pay at forecast")],
        [
            [
                row["rep"],
                row["plan"] or tr("none"),
                *(cash(session, row[k]) for k in keys),
            ]
            for row in rows
        ],
        numeric=(2, 3, 4, 5),
    )
    click.echo("")
    click.echo(fairness_words(table.fairness(session.money.quotas(when, today).potential)))
    print_notes(list(table.unreadable.values()))
    if not table.plans:
        click.echo(tr("There is no pay plan yet: begin with --print-terms NAME, then --plan NAME --terms FILE."))


def _statements(session: Session, table: PayTable, rep: str | None, out: Path | None, as_json: bool) -> None:
    from territorymap.session.money.told import paid_row

    wanted = None if rep is None else find_rep(session.plan, rep)
    found = [paid for paid in table.paid if wanted is None or paid.rep.rep_id == wanted]
    if not found:
        raise UserError(
            tr("{name} has no territory in this alignment, or is a partner.", name=rep or tr("Nobody")),
            tr("Choose a rep of a territory; --alignment chooses another alignment."),
        )
    if out is not None:
        from territorymap.exporters.statements import write_statements
        from territorymap.session.money.told import statement_sheets

        write_statements(out, session.plan.info.title, statement_sheets(table, found), table.currency)
        click.echo(tr("Written: {path}", path=out))
        return
    if as_json:
        print_json({"period": table.period.text, "statements": [paid_row(paid) for paid in found]})
        return
    from territorymap.exporters.statements import EXPLAINING

    for paid in found:
        click.echo(tr("{name}: pay for {period}", name=paid.rep.name, period=table.period.label))
        told = [
            [
                line.label,
                line.how,
                "" if line.kind in EXPLAINING else cash(session, float(line.amount), 2),
            ]
            for line in paid.lines
        ]
        told.append([tr("Total"), "", cash(session, float(paid.total), 2)])
        print_table([tr("What"), tr("How"), tr("Amount")], told, numeric=(2,))
