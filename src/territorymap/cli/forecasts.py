"""The command forecast: what a period will bring, by territory, rep, partner, region or role.

Owns arguments, keys of --set and what is printed; the figures are session.money's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.money_options import cash, period_options, read_pairs, read_when, share, write_rows
from territorymap.cli.naming import choices_hint, find_measures
from territorymap.cli.numbers import read_ratio
from territorymap.cli.output import print_facts, print_json, print_table
from territorymap.cli.plans import editing, json_option, plan_argument, reading, scenario_option
from territorymap.errors import UserError
from territorymap.i18n import number, tr

if TYPE_CHECKING:
    from territorymap.session.money.rules import ForecastRules
    from territorymap.session.session import Command, Session

BY = ("territory", "rep", "partner", "region", "role", "period")


@click.command(
    help=tr(
        "Show what a period will bring against its quota.\n\n"
        "forecast = booked (deals won in the period) + open deals x probability + run rate. --set "
        "keeps how: the probability of a stage (proposal=50%), basis=none|measure|pace, share=0.5 of measure=MEASURE "
        "a year comes without a deal; or the pace of what metric=NAME tells of the period goes on in the days left."
    )
)
@plan_argument
@period_options
@click.option("--by", type=click.Choice(BY), default="territory", show_default=True, help=tr("One line for each."))
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help=tr("Change a rule; may be repeated."))
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help=tr("Write the list as CSV or XLSX."))
@json_option
@scenario_option
def forecast(
    plan: Path,
    period: str | None,
    day: str | None,
    by: str,
    settings: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Show what a period will bring against its quota."""
    if not settings:
        with reading(plan) as session:
            _tell(session, period, day, by, out, as_json)
        return
    with editing(plan) as session:
        session.do(_set_rules(session, settings), "cli")
        _tell(session, period, day, by, out, as_json)


def _set_rules(session: Session, settings: Sequence[str]) -> Command:
    from territorymap.model.coverage import Assumption
    from territorymap.session.commands.money import set_assumption
    from territorymap.session.money.rules import FORECAST, read_forecast_rules

    rules = session.money.forecast_rules
    for key, value in read_pairs("--set", settings):
        rules = _changed(session, rules, key, value)
    text = rules.to_json()
    read_forecast_rules(text)  # refuses what cannot be
    return set_assumption(session.register(Assumption), FORECAST, text, tr("Change the rules of forecasts"))


def _changed(session: Session, rules: ForecastRules, key: str, value: str) -> ForecastRules:
    if key in rules.stages and key not in ("won", "lost"):
        return replace(rules, stages={**rules.stages, key: read_ratio(key, value)})
    if key == "measure":
        return replace(rules, measure=find_measures(session.plan, [value])[0].uuid)
    if key == "share":
        return replace(rules, share=read_ratio(key, value))
    if key == "basis":
        return replace(rules, basis=value)
    if key == "metric":
        return replace(rules, metric=value)
    known = [*(s for s in rules.stages if s not in ("won", "lost")), "basis", "share", "measure", "metric"]
    raise UserError(tr("There is no rule {key}.", key=repr(key)), choices_hint(key, known))


def _tell(session: Session, period: str | None, day: str | None, by: str, out: Path | None, as_json: bool) -> None:
    from territorymap.session.money.ground import ground_in_use
    from territorymap.session.money.told import forecast_json

    when, today = read_when(session, period, day)
    if by == "role":
        told = _by_role(session, when, today)
    elif by == "period":
        from territorymap.session.money.told import series_rows

        rows = series_rows(session.money.series(when, today))
        told = {"period": when.text, "today": today.isoformat(), "by": by, "rows": rows}
    else:
        told = forecast_json(ground_in_use(session), session.money.forecast(when, today), by)
    if as_json:
        print_json(told)
        return
    first = {"territory": tr("Territory"), "rep": tr("Rep"), "partner": tr("Partner"), "region": tr("Region"),
             "role": tr("Alignment"), "period": tr("Period")}[by]  # fmt: skip
    headers = [
        first, tr("Quota"), tr("Booked"), tr("Open, weighted"), tr("Run rate"), tr("Forecast"), tr("Attainment"),
        tr("Open deals"), tr("Late"),
    ]  # fmt: skip
    keys = ("quota", "booked", "open_weighted", "run_rate", "forecast")
    if out is not None:
        more = ("attainment", "open_deals", "late_deals")
        write_rows(out, tr("Forecast"), headers, [[r["name"], *(r[k] for k in (*keys, *more))] for r in told["rows"]])
        return

    def cells(row: dict[str, Any]) -> list[str]:
        counts = [number(row["open_deals"]), number(row["late_deals"])]
        return [row["name"], *(cash(session, row[k]) for k in keys), share(row["attainment"]), *counts]

    shown = [row for row in told["rows"] if row["name"] != tr("no territory") or row["forecast"]]
    total = [cells({**told["whole"], "name": tr("All")})] if "whole" in told else []
    print_table(headers, [*map(cells, shown), *total], numeric=tuple(range(1, 9)))
    click.echo("")
    print_facts({tr("Period"): when.label, tr("As of"): today.isoformat()})


def _by_role(session: Session, when: Any, today: Any) -> dict[str, Any]:
    """Return one line for each alignment."""
    from territorymap.session.money.told import lines_rows

    rows = []
    for ground in session.money.grounds():
        table = session.money.forecast(when, today, ground)
        row = lines_rows([ground.plan.alignment.name], table.whole)[0]
        rows.append({**row, "role": ground.role})
    return {"period": when.text, "today": today.isoformat(), "by": "role", "rows": rows}
