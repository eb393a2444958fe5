"""The command build: territories made from nothing, balanced, whole, compact.

Owns its arguments; the job is session.solving's, what is printed solving's.
"""

from __future__ import annotations

from pathlib import Path

import click

from territorymap.cli.plans import editing, json_option, plan_argument, scenario_options
from territorymap.cli.solving import (
    limit_options,
    measure_option,
    print_result,
    read_aims,
    read_limits,
    solve_and_take,
)
from territorymap.cli.wish_options import WishTexts, read_wishes, wish_options
from territorymap.i18n import tr


@click.command(
    help=tr(
        "Build territories from nothing: balanced, whole, compact.\n\n"
        "Locked territories and locked units stay where they are. Territories that are there already keep name and rep "
        "where their ground lies; those left over go. It is one step: undo takes it back."
    )
)
@plan_argument
@wish_options
@measure_option
@limit_options
@json_option
@scenario_options
def build(
    plan: Path,
    wishes: WishTexts,
    measures: tuple[str, ...],
    seconds: float | None,
    steps: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Build territories from nothing; one undoable step."""
    limits = read_limits(seconds, steps, seed)
    with editing(plan) as session:
        from territorymap.session.solving.building import BuildJob
        from territorymap.session.solving.still import still_of

        asked = read_wishes(session, wishes, read_aims(session, measures))
        proposal = solve_and_take(session, BuildJob(still_of(session), asked), limits)
    print_result(proposal, limits, as_json)
