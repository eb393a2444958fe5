"""The command rebalance: the tolerances reached from the plan as it is, as little moved as can be.

Owns its arguments and what is printed of several proposals; the job is session.solving's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from territorymap.cli.output import print_json, print_table, printable
from territorymap.cli.plans import editing, is_for_new_scenario, json_option, plan_argument, reading, scenario_options
from territorymap.cli.settings import read_ratio
from territorymap.cli.solving import (
    limit_options,
    measure_option,
    print_result,
    read_aims,
    read_limits,
    result_json,
    solve,
    take,
)
from territorymap.cli.wish_options import CAPACITY, WishTexts, kept_options, limited, read_ground
from territorymap.errors import UserError
from territorymap.i18n import number, percent, tr

if TYPE_CHECKING:
    from territorymap.session.session import Session
    from territorymap.session.solving.proposal import Proposal
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
@click.option("--proposals", is_flag=True, help=tr("List several proposals that differ; nothing is changed."))
@click.option("--take", "wanted", type=click.IntRange(1), metavar="K", help=tr("Take proposal K of that list."))
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
    limits = read_limits(seconds, steps, seed)
    is_list = proposals and wanted is None
    if is_list and is_for_new_scenario():
        raise UserError(
            tr("A list of proposals is no plan to be put into a scenario."), tr("Say which one: add --take K.")
        )
    asked = (least, read_most("--max-given", max_given), read_most("--max-taken", max_taken), deal_out)
    n = _N_PROPOSALS if proposals or wanted is not None else 1
    with (reading if is_list else editing)(plan) as session:
        job = _job(session, measures, wishes, asked, n)
        found = solve(job, limits)
        if not is_list:
            chosen = _wanted(found, wanted or 1)
            _take_if_better(session, chosen)
    if not is_list:
        print_result(chosen, limits, as_json)
    elif as_json:
        print_json({"proposals": [{"label": p.label} | result_json(p, limits) for p in found]})
    else:
        print_proposals(found)


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


def _wanted(found: list[Proposal], k: int) -> Proposal:
    if k > len(found):
        raise UserError(
            tr("There is no proposal {k}: {n} were found.", k=number(k), n=number(len(found))),
            tr("See them with --proposals."),
        )
    return found[k - 1]


def _take_if_better(session: Session, proposal: Proposal) -> None:
    """Take a proposal; one that moves nothing makes no step."""
    if len(proposal.moved_units):
        take(session, proposal)


def print_proposals(found: list[Proposal]) -> None:
    """Print proposals as a table, and what each says first."""
    least = str(found[0].extra["least"])
    headers = [
        "#",
        tr("Proposal"),
        tr("Moved ({measure})", measure=least),
        tr("Max deviation"),
        tr("Outside"),
        tr("Compactness"),
        tr("Way to the centre, km"),
    ]
    rows = []
    for k, proposal in enumerate(found, 1):
        figures = proposal.figures
        moved = proposal.extra["moved_share"]
        assert isinstance(moved, float)
        rows.append(
            [
                str(k),
                proposal.label,
                percent(moved, 1),
                percent(max((m.max_deviation_apart for m in figures.measures), default=0.0), 1),
                number(figures.n_outside),
                number(figures.polsby_popper_mean, 2),
                number(figures.rms_km, 1),
            ]
        )
    print_table(headers, rows, numeric=(0, *range(2, len(headers))))
    click.echo("")
    same = [text for text in found[0].sentences if all(text in proposal.sentences for proposal in found)]
    for k, proposal in enumerate(found, 1):
        click.echo(f"{k}  " + printable(" ".join(text for text in proposal.sentences if text not in same)))
    for text in same:
        click.echo(printable(text))
    click.echo(tr("Take one with --take K; the same seed and --steps find the same list."))
