"""The command funnel: rates forwards and backwards, and each territory's funnel against its capacity.

Owns arguments and what is printed; the formulas are metrics.capacity's.
"""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import choices_hint
from territorymap.cli.numbers import read_ratio
from territorymap.cli.output import print_json, print_table
from territorymap.cli.plans import editing, json_option, plan_argument, reading, scenario_option
from territorymap.errors import UserError
from territorymap.i18n import number, percent, tr

if TYPE_CHECKING:
    from territorymap.metrics.capacity.funnel import Flow, Rates
    from territorymap.metrics.capacity.outlook import Outlook
    from territorymap.session.session import Session


@click.command(
    help=tr(
        "Calculate the sales funnel forwards and backwards, and for each territory.\n\n"
        "Activity becomes leads, proposals, deals by rates of a role, in a market, at a seniority. --activities tells "
        "what so much activity brings, --target what activity an amount needs. Without either: each territory's hours "
        "against its target. --set changes a rate (lead_rate=12% deal_amount=9000): one step, which undo takes back."
    )
)
@plan_argument
@click.option("--role", default="", metavar="ROLE", help=tr("Rates of this role, such as field or inside."))
@click.option("--market", default="", metavar="MARKET", help=tr("Rates in this market."))
@click.option("--seniority", default="", metavar="SENIORITY", help=tr("Rates at this seniority."))
@click.option("--activities", type=click.FloatRange(0), metavar="N", help=tr("What so much activity brings."))
@click.option("--target", type=click.FloatRange(0), metavar="AMOUNT", help=tr("What activity this amount needs."))
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help=tr("Change a rate; may be repeated."))
@json_option
@scenario_option
def funnel(
    plan: Path,
    role: str,
    market: str,
    seniority: str,
    activities: float | None,
    target: float | None,
    settings: tuple[str, ...],
    as_json: bool,
) -> None:
    """Calculate the funnel; change rates on request."""
    if not settings:
        with reading(plan) as session:
            _tell(session, (role, market, seniority), activities, target, as_json)
        return
    from territorymap.model.coverage import Funnel
    from territorymap.session.capacity import rates_finder
    from territorymap.session.commands.capacity import set_rates

    with editing(plan) as session:
        rates = _changed(rates_finder(session)(role, market, seniority), settings)
        session.do(set_rates(session.register(Funnel), role, market, seniority, rates), "cli")
        _tell(session, (role, market, seniority), activities, target, as_json)


def _changed(rates: Rates, settings: tuple[str, ...]) -> Rates:
    known = list(asdict(rates))
    for text in settings:
        key, sign, value = text.partition("=")
        key = key.strip()
        if not sign or key not in known:
            raise UserError(tr("There is no rate {text}.", text=repr(text)), choices_hint(key, known))
        rates = replace(rates, **{key: read_ratio(key, value)})
    return rates


def _tell(
    session: Session, key: tuple[str, str, str], activities: float | None, target: float | None, as_json: bool
) -> None:
    from territorymap.metrics.capacity.funnel import backwards, forwards
    from territorymap.session.capacity import outlooks, rates_finder

    rates = rates_finder(session)(*key)
    flows = {}
    if activities is not None:
        flows["forwards"] = forwards(activities, rates)
    if target is not None:
        flows["backwards"] = backwards(target, rates)
    found = [] if flows else outlooks(session)
    if as_json:
        names = [t.name for t in session.plan.territories]
        print_json(
            {
                "role": key[0], "market": key[1], "seniority": key[2], "rates": asdict(rates),
                **{name: asdict(flow) for name, flow in flows.items()},
                "territories": [_territory_json(names, one) for one in found],
            }
        )  # fmt: skip
        return
    if flows:
        _print_flows(list(flows.values()), rates)
    else:
        _print_territories(session, found)


def _print_flows(flows: list[Flow], rates: Rates) -> None:
    print_table(
        [tr("activities"), tr("leads"), tr("proposals"), tr("deals"), tr("amount"), tr("hours")],
        [
            [_amount(f.activities), _amount(f.leads, 1), _amount(f.proposals, 1), _amount(f.closes, 2),
             _amount(f.amount), _amount(f.hours, 1)]
            for f in flows
        ],
        numeric=range(6),
    )  # fmt: skip
    click.echo(tr("From the activity to the deal it takes {n} days.", n=number(rates.cycle_days)))


def _print_territories(session: Session, found: list[Outlook]) -> None:
    plan = session.plan
    print_table(
        [tr("territory"), tr("market"), tr("hours"), tr("brings"), tr("target"), tr("needs h"), tr("load"), tr("gap")],
        [
            [plan.territories[one.territory_ix].name, one.market, _amount(one.hours), _amount(one.brings.amount),
             _amount(one.target), _amount(one.needs.hours), _load(one.load), _amount(one.gap)]
            for one in found
        ],
        numeric=range(2, 8),
    )  # fmt: skip


def _amount(value: float, digits: int = 0) -> str:
    return number(value, digits) if math.isfinite(value) else "-"


def _load(value: float) -> str:
    return percent(value) if math.isfinite(value) else "-"


def _territory_json(names: list[str], one: Outlook) -> dict[str, Any]:
    return {
        "territory": names[one.territory_ix],
        "market": one.market,
        "seniority": one.seniority,
        "rates": asdict(one.rates),
        "hours": one.hours,
        "target": one.target,
        "brings": asdict(one.brings),
        "needs": asdict(one.needs),
        "load": one.load,
        "gap": one.gap,
    }
