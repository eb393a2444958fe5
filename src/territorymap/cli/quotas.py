"""The command quota: quotas of a period, how hard they are, shared from the top or promised from below.

Owns arguments, keys of --set and what is printed; the figures are session.money's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.money_options import (
    cash,
    find_rep,
    period_options,
    read_pairs,
    read_when,
    share,
    write_rows,
)
from territorymap.cli.naming import choices_hint, find_measures, find_territory
from territorymap.cli.numbers import read_number, read_ratio
from territorymap.cli.output import print_facts, print_json, print_table
from territorymap.cli.plans import editing, json_option, plan_argument, reading, scenario_option
from territorymap.errors import UserError
from territorymap.i18n import number, tr

if TYPE_CHECKING:
    from territorymap.model.period import Period
    from territorymap.session.money.quotas import QuotaTable
    from territorymap.session.money.rules import QuotaRules
    from territorymap.session.session import Command, Session


@click.command(
    help=tr(
        "Show quotas of a period and how hard they are; share a target, set, spread or clear them.\n\n"
        "Difficulty is quota / potential; 1.00 is as hard as all territories together. --share shares a company "
        "target by weights of potential, history and capacity, within floors, so that the sum stays to the cent. "
        "--set keeps how: potential=MEASURE history=MEASURE, the weights weight.potential=2 weight.history=1 "
        "weight.capacity=1, floor_of_mean=0.5 floor_of_history=0.9 ceiling_of_history=1.3 step=1000, and from below "
        "kept=0.9 captured=0.1 per_hour=200. What is changed is one step, which undo takes back."
    )
)
@plan_argument
@period_options
@click.option("--share", "target", metavar="AMOUNT", help=tr("Share this target among the territories."))
@click.option("--keep", multiple=True, metavar="TERRITORY", help=tr("With --share: its quota stays; may be repeated."))
@click.option("--bottom-up", "from_below", is_flag=True, help=tr("Set each quota to what the territory can promise."))
@click.option(
    "--quota", "quotas", multiple=True, metavar="TERRITORY=AMOUNT", help=tr("Set one quota; may be repeated.")
)
@click.option(
    "--rep", "reps", multiple=True, metavar="REP=AMOUNT", help=tr("Set the quota of a rep or partner; may be repeated.")
)
@click.option("--spread", type=click.Choice(["quarter", "month"]), help=tr("Spread quotas over quarters or months."))
@click.option("--weights", metavar="20,25,25,30", help=tr("With --spread: how much falls into each part."))
@click.option("--clear", is_flag=True, help=tr("Take the quotas of exactly this period away."))
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help=tr("Change a rule; may be repeated."))
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help=tr("Write the list as CSV or XLSX."))
@json_option
@scenario_option
def quota(
    plan: Path,
    period: str | None,
    day: str | None,
    target: str | None,
    keep: tuple[str, ...],
    from_below: bool,
    quotas: tuple[str, ...],
    reps: tuple[str, ...],
    spread: str | None,
    weights: str | None,
    clear: bool,
    settings: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Show quotas of a period and how hard they are; share a target, set, spread or clear them."""
    if not (target or from_below or quotas or reps or spread or clear or settings):
        with reading(plan) as session:
            _tell(session, *read_when(session, period, day), out, as_json)
        return
    with editing(plan) as session:
        when, today = read_when(session, period, day)
        if settings:
            session.do(_set_rules(session, settings), "cli")
        if clear:
            session.do(_clear(session, when), "cli")
        if quotas or reps:
            session.do(_set(session, when, quotas, reps), "cli")
        if target or from_below:
            session.do(_share(session, session.money.quotas(when, today), target, keep), "cli")
        if spread:
            from territorymap.model.coverage import Quota
            from territorymap.session.commands.money import spread_quotas

            told = [read_number("--weights", part) for part in (weights or "").split(",") if part.strip()]
            table = session.money.quotas(when, today)
            session.do(spread_quotas(session.plan, session.register(Quota), table, spread, told), "cli")
        _tell(session, when, today, out, as_json)


def _set_rules(session: Session, settings: Sequence[str]) -> Command:
    from territorymap.model.coverage import Assumption
    from territorymap.session.commands.money import set_assumption
    from territorymap.session.money.rules import QUOTA, read_quota_rules

    rules = session.money.quota_rules
    for key, value in read_pairs("--set", settings):
        rules = _changed(session, rules, key, value)
    text = rules.to_json()
    read_quota_rules(text)  # refuses what cannot be
    return set_assumption(session.register(Assumption), QUOTA, text, tr("Change the rules of quotas"))


def _changed(session: Session, rules: QuotaRules, key: str, value: str) -> QuotaRules:
    if key == "potential":
        return replace(rules, potential=find_measures(session.plan, [value])[0].uuid)
    if key == "history":
        return replace(rules, history=find_measures(session.plan, [value])[0].uuid)
    name = key.removeprefix("weight.")
    split, below = ({f.name for f in fields(part)} for part in (rules.split, rules.bottom_up))
    is_weight = name in ("potential", "history", "capacity")
    if is_weight == (name != key) and name in split:
        read = read_number if name in ("step", "potential", "history", "capacity") else read_ratio
        changed: dict[str, Any] = {name: read(key, value)}
        return replace(rules, split=replace(rules.split, **changed))
    if key in below:
        changed = {key: read_number(key, value) if key == "per_hour" else read_ratio(key, value)}
        return replace(rules, bottom_up=replace(rules.bottom_up, **changed))
    weights = [f"weight.{name}" for name in ("potential", "history", "capacity")]
    known = ["potential", "history", *weights, *sorted(split - {"potential", "history", "capacity"}), *sorted(below)]
    raise UserError(tr("There is no rule {key}.", key=repr(key)), choices_hint(key, known))


def _clear(session: Session, when: Period) -> Command:
    from territorymap.model.coverage import Quota
    from territorymap.session.commands.money import clear_quotas

    return clear_quotas(session.register(Quota), when)


def _set(session: Session, when: Period, quotas: Sequence[str], reps: Sequence[str]) -> Command:
    from territorymap.i18n import ntr
    from territorymap.model.coverage import Quota
    from territorymap.session.commands.money import Target, set_quotas

    plan = session.plan
    amounts: dict[Target, float | None] = {}
    for name, value in read_pairs("--quota", quotas):
        amounts[None, find_territory(plan, name).territory_id, None] = read_number(name, value)
    for name, value in read_pairs("--rep", reps):
        amounts[None, None, find_rep(plan, name)] = read_number(name, value)
    label = ntr("Set {n} quota of {period}", "Set {n} quotas of {period}", len(amounts), period=when.label)
    return set_quotas(session.register(Quota), when, amounts, label)


def _share(session: Session, table: QuotaTable, target: str | None, keep: Sequence[str]) -> Command:
    from territorymap.model.coverage import Quota
    from territorymap.session.commands.money import promise_bottom_up, share_target

    records, rules = session.register(Quota), session.money.quota_rules
    if target is None:
        return promise_bottom_up(session.plan, records, table, rules.split.step)
    kept = [find_territory(session.plan, name).territory_id for name in keep]
    return share_target(session.plan, records, table, read_number("--share", target), rules.split, kept)


def _tell(session: Session, when: Period, today: object, out: Path | None, as_json: bool) -> None:
    from datetime import date

    from territorymap.session.money.ground import ground_in_use
    from territorymap.session.money.quotas import is_money
    from territorymap.session.money.told import origin_words, quota_json, spread_words

    assert isinstance(today, date)
    ground, table = ground_in_use(session), session.money.quotas(when, today)
    told = quota_json(ground, table)
    if as_json:
        print_json(told)
        return
    headers = [
        tr("Territory"), tr("Rep"), tr("Quota"), tr("Difficulty"), tr("Potential"), tr("History"), tr("Open deals"),
        tr("From below"), tr("Where from"),
    ]  # fmt: skip
    rows = told["territories"]
    if out is not None:
        keys = ("territory", "rep", "quota", "relative_difficulty", "potential", "history", "pipeline", "bottom_up")
        cells = [[*(row[key] for key in keys), origin_words(row["origin"])] for row in rows]
        write_rows(out, tr("Quotas"), headers, cells)
        return
    cells = [
        [
            row["territory"],
            row["rep"] or "-",
            cash(session, row["quota"]),
            "-" if row["relative_difficulty"] is None else number(row["relative_difficulty"], 2),
            "-" if row["potential"] is None else number(row["potential"]),
            cash(session, row["history"]),
            cash(session, row["pipeline"]),
            cash(session, row["bottom_up"]),
            origin_words(row["origin"]),
        ]
        for row in rows
    ]
    print_table(headers, cells, numeric=(2, 3, 4, 5, 6, 7))
    click.echo("")
    difficulty = told["spread"]["difficulty"]
    of_potential = {tr("Of potential"): share(difficulty, 1)} if is_money(table.potential_measure) else {}
    print_facts(
        {
            tr("Period"): when.label,
            tr("Target"): cash(session, told["target"]),
            tr("Sum of quotas"): cash(session, table.total),
            **of_potential,
            tr("Potential by"): told["potential_measure"] or tr("no measure: choose one with --set potential=MEASURE"),
            tr("History by"): told["history_measure"] or tr("no measure: choose one with --set history=MEASURE"),
        }
    )
    click.echo(spread_words(ground, table.spread))
