"""The commands about who covers what at once: conflicts, handover, deals, roles.

Owns arguments and what is printed; what is found and mended is session.coverage_issues'.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from territorymap.cli.naming import choices_hint
from territorymap.cli.output import print_json, print_table, printable
from territorymap.cli.plans import (
    editing,
    is_for_new_scenario,
    json_option,
    plan_argument,
    reading,
    scenario_option,
    scenario_options,
)
from territorymap.errors import UserError
from territorymap.i18n import listed, money, ntr, number, tr

if TYPE_CHECKING:
    from territorymap.metrics.coverage.findings import Finding
    from territorymap.session.coverage_issues.mending import Mending
    from territorymap.session.coverage_issues.reading import Look
    from territorymap.session.session import Session

_MOST_LINES = 15  # findings of one cause that are printed

_out_option = click.option(
    "--out", type=click.Path(path_type=Path), metavar="OUT.{csv,xlsx}", help=tr("Write the list into a file.")
)
_today_option = click.option("--today", metavar="YYYY-MM-DD", help=tr("The day on which deals stand or have expired."))


@click.command(
    help=tr(
        "List gaps and conflicts between all alignments: who is covered by nobody, twice, or against the rules.\n\n"
        "Kinds: gap, overlap, horizontal, vertical, multichannel, deal, handover; or one cause of a kind: gap.scope, "
        "gap.unassigned, gap.vacant, overlap.exclusive, horizontal.account, horizontal.ground, horizontal.bid, "
        "vertical.rep, vertical.bid, vertical.price, vertical.territory, multichannel.indirect, multichannel.inside, "
        "deal.second, deal.outside, "
        "deal.expired, handover.due, handover.coming. --mend NAME mends all findings of one cause as one step; the "
        "names are in the list."
    )
)
@plan_argument
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help=tr("Only this kind or cause; may be repeated."))
@click.option("--measure", metavar="M", help=tr("What counts as revenue; the measure called so if none is named."))
@_today_option
@click.option("--mend", metavar="NAME", help=tr("Mend all findings of the one cause that --kind names."))
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="OUT.{csv,xlsx}", help=tr("Write the list into a file.")
)
@json_option
@scenario_options
def conflicts(
    plan: Path,
    kinds: tuple[str, ...],
    measure: str | None,
    today: str | None,
    mend: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """List gaps and conflicts; mend those of one cause on request."""
    causes = _causes(kinds)
    if mend is None:
        if is_for_new_scenario():
            raise UserError(
                tr("--as-scenario without --mend has nothing to put into the new scenario."),
                tr("Say how to mend: --mend NAME."),
            )
        with reading(plan) as session:
            _tell(session, _look(session, measure, today), causes, out, as_json)
        return
    from territorymap.session.coverage_issues.telling import changed_counts

    if len(causes) != 1:
        raise UserError(tr("--mend needs one cause."), tr("Name it, for example --kind gap.unassigned --mend assign."))
    with editing(plan) as session:
        look = _look(session, measure, today)
        mending = _mend(session, look, causes[0], mend)
        after = _look(session, measure, today)
        click.echo(tr("Done: {sentence}", sentence=printable(mending.label)), err=as_json)
        for line in [*mending.effect, *changed_counts(look, after)]:
            click.echo(f"  {printable(line)}", err=as_json)
        _tell(session, after, causes, out, as_json)


def _look(session: Session, measure: str | None, today: str | None) -> Look:
    from territorymap.session.commands.checks import read_day
    from territorymap.session.coverage_issues.reading import money_measure

    if measure is not None and money_measure(session.plan, measure) is None:
        names = [m.name for m in session.plan.measures if m.source == "account"]
        raise UserError(
            tr("There is no measure of accounts called {name}.", name=repr(measure)), choices_hint(measure, names)
        )
    return session.coverage_watch.look(measure, None if today is None else read_day(today))


def _causes(kinds: Sequence[str]) -> list[tuple[str, str]]:
    """Return the causes that are meant; all where none is named."""
    from territorymap.metrics.coverage.findings import CAUSES

    every = [(kind, cause) for kind, causes in CAUSES.items() for cause in causes]
    if not kinds:
        return every
    found: list[tuple[str, str]] = []
    for name in kinds:
        meant = [pair for pair in every if name in (pair[0], ".".join(pair))]
        if not meant:
            names = [*CAUSES, *(".".join(pair) for pair in every)]
            raise UserError(tr("There is no kind of conflict {name}.", name=repr(name)), choices_hint(name, names))
        found += [pair for pair in meant if pair not in found]
    return [pair for pair in every if pair in found]


def _mend(session: Session, look: Look, cause: tuple[str, str], name: str) -> Mending:
    from territorymap.session.coverage_issues.mending import mendings

    findings = look.judgement.by_cause[cause]
    found = mendings(session, look, findings)
    chosen = next((mending for mending in found if mending.name == name), None)
    if chosen is None:
        if not findings:
            raise UserError(tr("There is nothing to mend."), tr("Run the command without --mend to see what there is."))
        if not found:
            raise UserError(
                tr("The program has no mending for this."), tr("See why in the list, and change the plan by hand.")
            )
        names = listed(mending.name for mending in found)
        raise UserError(
            tr("There is no mending {name} here.", name=repr(name)), tr("It can be: {values}.", values=names)
        )
    session.do(chosen.build(session.plan), "cli")
    return chosen


def _tell(session: Session, look: Look, causes: list[tuple[str, str]], out: Path | None, as_json: bool) -> None:
    from territorymap.session.coverage_issues.mending import mendings
    from territorymap.session.coverage_issues.telling import FINDING_WIDTHS, finding_headers, finding_rows, look_json

    by_cause = look.judgement.by_cause
    if out is not None:
        from territorymap.exporters.list_file import write_list

        rows = finding_rows(look, [found for cause in causes for found in by_cause[cause]])
        write_list(out, tr("Conflicts"), finding_headers(), rows, widths=FINDING_WIDTHS)
        click.echo(tr("Written: {path}", path=out), err=True)
    ways = {cause: mendings(session, look, by_cause[cause]) for cause in causes}
    if as_json:
        print_json(look_json(look, causes, ways))
    elif out is None:
        _print(look, causes, ways)


def _print(look: Look, causes: list[tuple[str, str]], ways: dict[tuple[str, str], list[Mending]]) -> None:
    from territorymap.metrics.coverage.findings import CAUSES
    from territorymap.session.coverage_issues.kind_words import cause_label, kind_label

    judged, currency = look.judgement, look.plan.info.currency
    found = [pair for pair in causes if judged.by_cause[pair]]
    if not found:
        if len(causes) < sum(map(len, CAUSES.values())):
            click.echo(tr("Nothing of: {names}.", names=listed(".".join(pair) for pair in causes)))
            return
        n = ntr("{n} alignment", "{n} alignments", len(look.coverages))
        click.echo(tr("No gap and no conflict in {n}.", n=n))
        return
    rows = []
    for kind, cause in found:
        total = judged.total(judged.by_cause[kind, cause])
        rows.append(
            [
                f"{kind}.{cause}",
                cause_label(kind, cause),
                number(total.findings),
                number(total.accounts),
                money(total.revenue, currency),
                number(total.deals) if total.deals else "",
                money(total.amount, currency) if total.deals else "",
            ]
        )
    headers = [tr("Name"), tr("Cause"), tr("Findings"), tr("Accounts"), tr("Revenue"), tr("Deals"), tr("Amount")]
    print_table(headers, rows, numeric=(2, 3, 4, 5, 6))
    if len(found) < len(causes):
        rest = [".".join(pair) for pair in causes if pair not in found]
        click.echo(tr("Nothing of: {names}.", names=listed(rest)))
    for kind, cause in causes:
        findings = judged.by_cause[kind, cause]
        if findings:
            click.echo("")
            click.echo(tr("{kind}: {cause}", kind=kind_label(kind), cause=cause_label(kind, cause)))
            _print_findings(look, findings)
            for mending in ways[kind, cause]:
                click.echo(tr("  --mend {name}: {label}", name=mending.name, label=printable(mending.label)))


def _print_findings(look: Look, findings: Sequence[Finding]) -> None:
    from territorymap.session.coverage_issues.reasons import why

    for finding in findings[:_MOST_LINES]:
        revenue = money(finding.revenue, look.plan.info.currency)
        click.echo(tr("  {revenue}: {why}", revenue=revenue, why=printable(why(look, finding))))
    if len(findings) > _MOST_LINES:
        click.echo(tr("  and {n} more; --out FILE.csv or --json lists all.", n=number(len(findings) - _MOST_LINES)))


@click.command(
    help=tr(
        "List the accounts that pass from one role to another when a deal is closed, with both names and the day.\n\n"
        "Which roles hand over stands in the role rules: new business to account management unless said otherwise."
    )
)
@plan_argument
@_today_option
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="OUT.{csv,xlsx}", help=tr("Write the list into a file.")
)
@json_option
@scenario_option
def handover(plan: Path, today: str | None, out: Path | None, as_json: bool) -> None:
    """List the hand-overs."""
    from territorymap.session.coverage_issues.telling import (
        HANDOVER_WIDTHS,
        handover_cells,
        handover_headers,
        handover_json,
    )

    with reading(plan) as session:
        look = _look(session, None, today)
        found = look.judgement.handovers
        if out is not None:
            from territorymap.exporters.list_file import write_list

            rows = (handover_cells(look, one) for one in found)
            write_list(out, tr("Hand-overs"), handover_headers(), rows, widths=HANDOVER_WIDTHS)
            click.echo(tr("Written: {path}", path=out), err=True)
        if as_json:
            print_json({"today": look.today, "handovers": [handover_json(look, one) for one in found]})
        elif out is None:
            if not found:
                click.echo(tr("No account passes on: no deal is open or won on an account of a role that hands over."))
                return
            currency = look.plan.info.currency
            cells = [handover_cells(look, one) for one in found]
            table = [[*map(str, row[:8]), money(float(str(row[8])), currency), str(row[9])] for row in cells]
            print_table(handover_headers(), table, numeric=(8,))


@click.command(help=tr("List the registered deals, with the conflicts that each is in."))
@plan_argument
@_today_option
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="OUT.{csv,xlsx}", help=tr("Write the list into a file.")
)
@json_option
@scenario_option
def deals(plan: Path, today: str | None, out: Path | None, as_json: bool) -> None:
    """List the deal register."""
    from dataclasses import asdict

    from territorymap.session.coverage_issues.kind_words import cause_label
    from territorymap.session.coverage_issues.naming import account_of_deal, seller_name
    from territorymap.session.coverage_issues.telling import DEAL_WIDTHS, conflicts_by_deal, deal_cells, deal_headers

    with reading(plan) as session:
        look = _look(session, None, today)
        by_deal = conflicts_by_deal(look)
        names = {
            deal.row_id: listed(cause_label(f.kind, f.cause) for f in by_deal.get(deal.row_id, []))
            for deal in look.deals
        }
        rows = [deal_cells(look, deal, names[deal.row_id]) for deal in look.deals]
        if out is not None:
            from territorymap.exporters.list_file import write_list

            write_list(out, tr("Deals"), deal_headers(), rows, widths=DEAL_WIDTHS)
            click.echo(tr("Written: {path}", path=out), err=True)
        if as_json:
            told = [
                {
                    **asdict(deal),
                    "account": account_of_deal(look, deal),
                    "seller": seller_name(look, deal),
                    "conflicts": [f"{f.kind}.{f.cause}" for f in by_deal.get(deal.row_id, [])],
                }
                for deal in look.deals
            ]
            print_json({"today": look.today, "deals": told})
        elif out is None:
            if not rows:
                click.echo(tr("No deal is registered. territorymap import deals PLAN FILE brings a list."))
                return
            currency = look.plan.info.currency
            texts = [
                [*map(str, row[:3]), money(float(str(row[3])), currency), str(row[4]), *map(str, row[6:11])]
                for row in rows
            ]
            headers = [text for i, text in enumerate(deal_headers()) if i not in (5, 11)]
            print_table(headers, texts, numeric=(3,))
            click.echo("")
            click.echo(ntr("{n} deal", "{n} deals", len(rows)))


@click.command(
    help=tr(
        "Show or set what two sales roles may do with one account.\n\n"
        "--set field:partner=share; the rules are share, exclusive (must not), handover (the first role gives, at "
        "close), and default (the program's own again). Roles: field, inside, hybrid, account_management, "
        "new_business, partner, or any that you gave an alignment."
    )
)
@plan_argument
@click.option("--set", "rules", multiple=True, metavar="ROLE:ROLE=RULE", help=tr("Set a rule; may be repeated."))
@json_option
def roles(plan: Path, rules: tuple[str, ...], as_json: bool) -> None:
    """Show or set the rules between roles."""
    from itertools import combinations_with_replacement

    from territorymap.model.coverage import RoleRule
    from territorymap.model.coverage_words import rule_label
    from territorymap.model.role_matrix import RoleMatrix
    from territorymap.model.role_words import role_label
    from territorymap.session.commands.role_rules import roles_of, set_role_rule

    wanted = [_rule(text) for text in rules]
    with editing(plan) if wanted else reading(plan) as session:
        for one, other, rule in wanted:
            said = session.register(RoleRule)
            session.do(set_role_rule(said, one, other, None if rule == "default" else rule), "cli")
        said = session.register(RoleRule)
        matrix = RoleMatrix.of((r.role_a, r.role_b, r.rule) for r in said.values())
        pairs = list(combinations_with_replacement(roles_of(session.plan, said), 2))
        if as_json:
            told = [{"roles": [a, b], "rule": matrix.rule(a, b), "is_set": matrix.is_declared(a, b)} for a, b in pairs]
            print_json({"rules": told})
            return
        headers = [tr("Role"), tr("Other role"), tr("Rule"), tr("Set by")]
        rows = [
            [
                role_label(a),
                role_label(b),
                rule_label(matrix.rule(a, b)),
                tr("you") if matrix.is_declared(a, b) else tr("the program"),
            ]
            for a, b in pairs
        ]
        print_table(headers, rows)


def _rule(text: str) -> tuple[str, str, str]:
    pair, _, rule = text.partition("=")
    one, _, other = pair.partition(":")
    if not (one.strip() and other.strip() and rule.strip()):
        raise UserError(tr("{text} is not a rule.", text=repr(text)), tr("Write it as field:partner=share."))
    return one.strip(), other.strip(), rule.strip()
