"""The command rebalance: the tolerances reached from the plan as it is, as little moved as can be.

Owns its arguments; the job is session.solving's, what is printed proposals'.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from territorymap.cli.numbers import read_ratio
from territorymap.cli.plans import json_option, plan_argument, scenario_options
from territorymap.cli.proposals import proposal_options, propose
from territorymap.cli.solving import limit_options, measure_option, read_aims, read_limits
from territorymap.cli.wish_options import CAPACITY, WishTexts, kept_options, limited, read_ground
from territorymap.errors import UserError
from territorymap.i18n import tr

if TYPE_CHECKING:
    from territorymap.session.session import Session
    from territorymap.session.solving.rebalancing import RebalanceJob

_N_PROPOSALS = 8


@click.command(
    help=tr(
        "Bring the plan as it is within the tolerances, moving as little as can be.\n\n"
        "Locked territories and units stay as they are, and so do units with a protected account; the plan's caps "
        "hold. No measure comes out worse than it is. It is one step: undo takes it back."
    )
)
@plan_argument
@measure_option
@click.option(
    "--least",
    default="",
    metavar="MEASURE",
    help=tr("Of what as little as can be is to move: accounts, units or a measure; accounts if there are any."),
)
@click.option(
    "--max-given",
    metavar="X",
    help=tr("No rep gives more of it: a share of what the rep has (10% or 0.1), or an amount above 1."),
)
@click.option("--max-taken", metavar="X", help=tr("No rep takes more of it; as --max-given."))
@click.option("--deal-out", is_flag=True, help=tr("Give units that nobody has to a neighbour first."))
@proposal_options
@kept_options
@limit_options
@json_option
@scenario_options
def rebalance(
    plan: Path,
    wishes: WishTexts,
    measures: tuple[str, ...],
    least: str,
    max_given: str | None,
    max_taken: str | None,
    deal_out: bool,
    proposals: bool,
    wanted: int | None,
    seconds: float | None,
    steps: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Bring the plan within the tolerances, moving as little as can be; one undoable step."""
    asked = (least, read_most("--max-given", max_given), read_most("--max-taken", max_taken), deal_out)

    def make(session: Session, is_several: bool) -> RebalanceJob:
        return _job(session, measures, wishes, asked, _N_PROPOSALS if is_several else 1)

    limits = read_limits(seconds, steps, seed)
    propose(plan, make, limits, proposals=proposals, wanted=wanted, as_json=as_json)


def _job(
    session: Session,
    measures: tuple[str, ...],
    texts: WishTexts,
    asked: tuple[str, float | None, float | None, bool],
    n_proposals: int,
) -> RebalanceJob:
    from territorymap.session.solving.aims import Wishes
    from territorymap.session.solving.rebalance_task import RebalanceWishes
    from territorymap.session.solving.rebalancing import RebalanceJob
    from territorymap.session.solving.still import still_of

    plan = session.plan
    is_by_capacity = plan.info.target_kind == CAPACITY if texts.by_capacity is None else texts.by_capacity
    wishes = Wishes(
        limited(plan, read_aims(session, measures), texts),
        by_capacity=is_by_capacity,
        ground=read_ground(plan, texts),
        max_radius_km=texts.max_radius,
    )
    return RebalanceJob(still_of(session), wishes, RebalanceWishes(*asked), n_proposals=n_proposals)


def read_most(option: str, text: str | None) -> float | None:
    """Return a cap: a share up to 1, an amount above; None if none is asked for."""
    if text is None:
        return None
    value = read_ratio(option, text)
    if not value >= 0:
        raise UserError(
            tr("{option} {text}: must be 0 or more.", option=option, text=text), tr("Write for example 10%.")
        )
    return value
