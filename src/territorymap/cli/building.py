"""The command build: territories made from nothing, balanced, whole, compact.

Owns its arguments; the job is session.solving's, what is printed solving's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from territorymap.cli.plans import editing, json_option, plan_argument, scenario_options
from territorymap.cli.settings import read_ratio
from territorymap.cli.solving import (
    limit_options,
    measure_option,
    print_result,
    read_aims,
    read_limits,
    solve_and_take,
)
from territorymap.errors import UserError
from territorymap.i18n import number, tr

if TYPE_CHECKING:
    from territorymap.session.session import Session


@click.command(
    help=tr(
        "Build territories from nothing: balanced, whole, compact.\n\n"
        "Locked territories and locked units stay where they are. Territories that are there already keep name and rep "
        "where their ground lies; those left over go. It is one step: undo takes it back."
    )
)
@plan_argument
@click.option("--territories", type=click.IntRange(1, 100_000), metavar="N", help=tr("How many, locked ones included."))
@click.option("--target", metavar="M=VALUE", help=tr("How much each should have of a measure, instead of how many."))
@measure_option
@limit_options
@json_option
@scenario_options
def build(
    plan: Path,
    territories: int | None,
    target: str | None,
    measures: tuple[str, ...],
    seconds: float | None,
    steps: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Build territories from nothing; one undoable step."""
    if (territories is None) == (target is None):
        raise UserError(
            tr("Say how many territories, in one way."), tr("Give --territories N, or --target MEASURE=VALUE.")
        )
    limits = read_limits(seconds, steps, seed)
    with editing(plan) as session:
        from territorymap.session.solving.aims import Wishes
        from territorymap.session.solving.building import BuildJob
        from territorymap.session.solving.still import still_of

        n = territories if territories is not None else count_for_target(session, target or "")
        wishes = Wishes(read_aims(session, measures), n)
        proposal = solve_and_take(session, BuildJob(still_of(session), wishes), limits)
    print_result(proposal, limits, as_json)


def count_for_target(session: Session, text: str) -> int:
    """Return how many territories make MEASURE=VALUE each."""
    name, sign, value = text.rpartition("=")
    measure = session.plan.measure_named(name) if sign else None
    if measure is None:
        raise UserError(
            tr("{text} is not MEASURE=VALUE.", text=repr(text)), tr("Write for example --target accounts=250.")
        )
    row = next(i for i, m in enumerate(session.plan.measures) if m is measure)
    total = float(session.totals.territory_total[row].sum() + session.totals.unassigned_total[row])
    each = read_ratio("--target", value)
    if not (each > 0 and total > 0):
        raise UserError(
            tr("{name} is {total} in all, and {value} each.", name=name, total=number(total), value=value),
            tr("Both must be above 0."),
        )
    return max(1, round(total / each))
