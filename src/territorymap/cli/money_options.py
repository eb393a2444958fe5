"""What the commands quota, forecast and pay share: the period, the day, how amounts are printed and lists are written.

Owns these options; figures and rows are session.money's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import choices_hint
from territorymap.errors import UserError
from territorymap.i18n import money, percent, tr

if TYPE_CHECKING:
    from territorymap.model.period import Period
    from territorymap.model.plan import Plan
    from territorymap.session.session import Session


def period_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --period and --today."""
    options = [
        click.option(
            "--period",
            metavar="P",
            help=tr("2026, 2026-Q3, 2026-10, 2026-W41 or a day; else the shortest with a quota that holds today."),
        ),
        click.option("--today", "day", metavar="DAY", help=tr("Look at it as of this day, such as 2026-05-15.")),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def read_when(session: Session, period: str | None, day: str | None) -> tuple[Period, date]:
    """Return the period and the day that were asked for; UserError where a text is neither."""
    from territorymap.model.period import parse_period
    from territorymap.session.commands.checks import read_day

    today = read_day(day) if day else date.today()
    return (parse_period(period) if period else session.money.usual_period(today)), today


def read_pairs(option: str, pairs: Sequence[str]) -> list[tuple[str, str]]:
    """Return names and values of NAME=VALUE; UserError for what is none."""
    out = []
    for pair in pairs:
        name, mark, value = pair.rpartition("=")
        if not mark or not name.strip() or not value.strip():
            raise UserError(
                tr("{option} {text} is not NAME=VALUE.", option=option, text=repr(pair)),
                tr("For example: {option} North=250000.", option=option),
            )
        out.append((name.strip(), value.strip()))
    return out


def find_rep(plan: Plan, name: str) -> int:
    """Return the rep_id of a rep or partner by name; UserError says who there is."""
    wanted = name.strip().casefold()
    found = next((rep for rep in plan.reps if rep.name.strip().casefold() == wanted), None)
    if found is None:
        raise UserError(tr("There is no rep {name}.", name=repr(name)), choices_hint(name, [r.name for r in plan.reps]))
    return found.rep_id


def cash(session: Session, value: float | None, digits: int = 0) -> str:
    """Return an amount in the plan's currency, "-" for none."""
    return "-" if value is None else money(value, session.plan.info.currency, digits)


def share(value: float | None, digits: int = 0) -> str:
    """Return a ratio in percent, "-" for none."""
    return "-" if value is None else percent(value, digits)


def write_rows(path: Path, title: str, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write a list as CSV or XLSX and say so."""
    from territorymap.exporters.list_file import write_list

    write_list(path, title, headers, rows, widths=[24] * len(headers))
    click.echo(tr("Written: {path}", path=path))
