"""The command build: territories made from nothing, balanced, whole, compact.

Owns its arguments; the job is session.solving's, what is printed proposals'.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from territorymap.cli.plans import json_option, plan_argument, scenario_options
from territorymap.cli.proposals import proposal_options, propose
from territorymap.cli.solving import limit_options, measure_option, read_aims, read_limits
from territorymap.cli.wish_options import WishTexts, read_wishes, wish_options
from territorymap.i18n import tr

if TYPE_CHECKING:
    from territorymap.session.session import Session
    from territorymap.session.solving.building import BuildJob


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
@proposal_options
@limit_options
@json_option
@scenario_options
def build(
    plan: Path,
    wishes: WishTexts,
    measures: tuple[str, ...],
    proposals: bool,
    wanted: int | None,
    seconds: float | None,
    steps: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Build territories from nothing; one undoable step."""

    def make(session: Session, is_several: bool) -> BuildJob:
        from territorymap.session.solving.building import BuildJob
        from territorymap.session.solving.still import still_of

        asked = read_wishes(session, wishes, read_aims(session, measures))
        return BuildJob(still_of(session), asked, is_several=is_several)

    limits = read_limits(seconds, steps, seed)
    propose(plan, make, limits, proposals=proposals, wanted=wanted, as_json=as_json)
