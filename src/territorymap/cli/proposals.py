"""Several proposals at the command line: listed, or one of them taken. Owns the two options and the table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from territorymap.cli.output import print_json, print_table, printable
from territorymap.cli.plans import editing, is_for_new_scenario, reading
from territorymap.cli.solving import print_result, result_json, solve, take
from territorymap.errors import UserError
from territorymap.i18n import number, percent, tr

if TYPE_CHECKING:
    from territorymap.session.session import Session
    from territorymap.session.solving.aims import Limits
    from territorymap.session.solving.jobs import Job
    from territorymap.session.solving.proposal import Proposal

_Function = TypeVar("_Function", bound=Callable[..., Any])


def proposal_options(function: _Function) -> _Function:
    """Give ``proposals`` and ``wanted``: arguments of :func:`propose`."""
    for option in (
        click.option("--take", "wanted", type=click.IntRange(1), metavar="K", help=tr("Take proposal K of that list.")),
        click.option("--proposals", is_flag=True, help=tr("List several proposals that differ; nothing is changed.")),
    ):
        function = option(function)
    return function


def propose(
    plan: Path,
    make_job: Callable[[Session, bool], Job],
    limits: Limits,
    *,
    proposals: bool,
    wanted: int | None,
    as_json: bool,
) -> None:
    """Solve and take the best proposal, or the one that is wanted; or list several.

    ``make_job`` is told whether several are to be found.
    """
    is_list = proposals and wanted is None
    if is_list and is_for_new_scenario():
        raise UserError(
            tr("A list of proposals is no plan to be put into a scenario."), tr("Say which one: add --take K.")
        )
    with (reading if is_list else editing)(plan) as session:
        found = solve(make_job(session, proposals or wanted is not None), limits)
        if not is_list:
            chosen = _wanted(found, wanted or 1)
            if len(chosen.moved_units):  # what moves nothing makes no step
                take(session, chosen)
    if not is_list:
        print_result(chosen, limits, as_json)
    elif as_json:
        print_json({"proposals": [{"label": p.label} | result_json(p, limits) for p in found]})
    else:
        _print_proposals(found)


def _wanted(found: list[Proposal], k: int) -> Proposal:
    if k > len(found):
        raise UserError(
            tr("There is no proposal {k}: {n} were found.", k=number(k), n=number(len(found))),
            tr("See them with --proposals."),
        )
    return found[k - 1]


def _print_proposals(found: list[Proposal]) -> None:
    """Print proposals as a table, and what each says first."""
    headers = [
        "#",
        tr("Proposal"),
        tr("Moved ({measure})", measure=str(found[0].extra.get("least", tr("units")))),
        tr("Max deviation"),
        tr("Outside"),
        tr("Compactness"),
        tr("Way to the centre, km"),
    ]
    rows = []
    for k, proposal in enumerate(found, 1):
        figures = proposal.figures
        rows.append(
            [
                str(k),
                proposal.label,
                percent(_moved(proposal), 1),
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
        own = [text for text in proposal.sentences if text not in same]
        if own:
            click.echo(f"{k}  " + printable(" ".join(own)))
    for text in same:
        click.echo(printable(text))
    click.echo(tr("Take one with --take K; the same seed and --steps find the same list."))


def _moved(proposal: Proposal) -> float:
    """Return the share of what costs that moves; of the units where nothing is said to cost."""
    share = proposal.extra.get("moved_share")
    return share if isinstance(share, float) else proposal.figures.moved.units / max(1, len(proposal.unit_id))
