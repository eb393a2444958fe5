"""What commands that solve have in common: measures, limits, the run, and what is printed of a proposal.

Owns options and print; jobs are session.solving's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from territorymap.cli.numbers import read_ratio
from territorymap.cli.output import print_facts, print_json, print_table, printable
from territorymap.errors import UserError
from territorymap.i18n import listed, number, percent, tr
from territorymap.session.solving.aims import DEFAULT_SECONDS, Aim, Limits

if TYPE_CHECKING:
    from territorymap.session.session import Session
    from territorymap.session.solving.figures import Figures
    from territorymap.session.solving.jobs import Job
    from territorymap.session.solving.proposal import Proposal

DEFAULT_MEASURE = "workload_h"
_Function = TypeVar("_Function", bound=Callable[..., Any])


def measure_option(function: _Function) -> _Function:
    """Give ``measures``: texts for :func:`read_aims`."""
    option = click.option(
        "--measure",
        "measures",
        multiple=True,
        metavar="M[:TOLERANCE[:WEIGHT]]",
        help=tr("What is to be even, with its tolerance and weight; workload_h if none is named."),
    )
    return option(function)


def limit_options(function: _Function) -> _Function:
    """Give ``seconds``, ``steps`` and ``seed``: arguments of :func:`read_limits`."""
    for option in (
        click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, metavar="K"),
        click.option(
            "--steps", type=click.IntRange(1), metavar="N", help=tr("Steps of the search: same seed, same answer.")
        ),
        click.option(
            "--seconds", type=click.FloatRange(0.1, 86_400), metavar="S", help=tr("Time limit; 10 if nothing is said.")
        ),
    ):
        function = option(function)
    return function


def read_limits(seconds: float | None, steps: int | None, seed: int) -> Limits:
    """Return the limits; the usual time where neither time nor steps are given."""
    return Limits(DEFAULT_SECONDS if seconds is None and steps is None else seconds, steps, seed)


def read_aims(session: Session, texts: tuple[str, ...]) -> tuple[Aim, ...]:
    """Return what each MEASURE[:TOLERANCE[:WEIGHT]] means; the workload if there is none."""
    return tuple(read_aim(session, text) for text in texts or (DEFAULT_MEASURE,))


def read_aim(session: Session, text: str) -> Aim:
    """Return what MEASURE[:TOLERANCE[:WEIGHT]] means; the plan's own tolerance if none is given."""
    name, *rest = text.rsplit(":", 2) if session.plan.measure_named(text) is None else [text]
    known = session.plan.measure_named(name)
    if known is None and len(rest) == 2 and session.plan.measure_named(f"{name}:{rest[0]}") is not None:
        name, rest = f"{name}:{rest[0]}", rest[1:]  # a measure with a colon in its name
        known = session.plan.measure_named(name)
    if known is None:
        raise UserError(
            tr("There is no measure called {name}.", name=repr(name)),
            tr("There is: {names}.", names=listed(m.name for m in session.plan.measures)),
        )
    tolerance = read_ratio("--measure", rest[0]) if rest else known.tolerance
    importance = read_ratio("--measure", rest[1]) if len(rest) > 1 else 1.0
    if not 0 < tolerance <= 10 or not 0 < importance <= 1000:
        raise UserError(
            tr("{text}: the tolerance must be above 0 and at most 10, the weight above 0.", text=repr(text)),
            tr("Write for example --measure accounts:0.05:2."),
        )
    return Aim(known.name, tolerance, importance)


def solve(job: Job, limits: Limits) -> list[Proposal]:
    """Run a job; Ctrl+C stops it, and the best so far is taken."""
    import signal
    from types import FrameType

    from territorymap.session.solving.watch import Watch

    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        if stopped:
            raise KeyboardInterrupt
        stopped = True

    before = signal.signal(signal.SIGINT, stop)
    try:
        return job.run(limits, Watch(lambda: stopped))
    finally:
        signal.signal(signal.SIGINT, before)


def solve_and_take(session: Session, job: Job, limits: Limits) -> Proposal:
    """Run a job and take its best proposal as one step."""
    proposal = solve(job, limits)[0]
    take(session, proposal)
    return proposal


def take(session: Session, proposal: Proposal) -> None:
    """Take a proposal as one step."""
    from territorymap.session.commands.solving import take_proposal

    session.do(take_proposal(session.plan, proposal), "cli")


def result_json(proposal: Proposal, limits: Limits) -> dict[str, Any]:
    """Return what ``--json`` prints of a proposal."""
    return {
        "seconds": round(proposal.seconds, 3),
        "steps": proposal.n_steps,
        "seed": limits.seed,
        **proposal.figures.as_json(),
        "sentences": list(proposal.sentences),
        **proposal.extra,
    }


def print_result(proposal: Proposal, limits: Limits, as_json: bool) -> None:
    """Print a proposal for people or for programs."""
    if as_json:
        print_json(result_json(proposal, limits))
        return
    figures = proposal.figures
    print_facts(
        {
            tr("Territories"): number(figures.n_territories),
            tr("Search"): tr(
                "{seconds} s, {steps} steps, seed {seed}",
                seconds=number(proposal.seconds, 1),
                steps=number(proposal.n_steps),
                seed=limits.seed,
            ),
            tr("In pieces"): number(figures.noncontiguous),
            tr("Compactness"): number(figures.polsby_popper_mean, 2),
            tr("Units that moved"): number(figures.moved.units),
            tr("Accounts that moved"): number(figures.moved.accounts),
        }
    )
    click.echo("")
    print_measures(figures)
    for sentence in proposal.sentences:
        click.echo(printable(sentence))


def print_measures(figures: Figures) -> None:
    """Print how even the measures are."""
    headers = [
        tr("Measure"),
        tr("Tolerance"),
        tr("Max deviation"),
        tr("Outside"),
        tr("CV"),
        tr("Oversize units apart"),
        tr("Outside"),
    ]
    rows = [
        [
            m.measure,
            percent(m.tolerance, 1) if m.is_to_be_even else "-",
            percent(m.max_deviation, 1),
            number(m.outside_tolerance),
            percent(m.cv, 1),
            percent(m.max_deviation_apart, 1),
            number(m.outside_apart),
        ]
        for m in figures.measures
    ]
    print_table(headers, rows, numeric=range(1, 7))
