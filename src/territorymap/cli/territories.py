"""The commands territory ...: split, join, dissolve, add. Each is one undoable step, with little else disturbed.

Owns arguments and what is printed; the jobs are session.solving's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import choices_hint, find_territory
from territorymap.cli.output import print_json, print_table, printable
from territorymap.cli.plans import editing, json_option, plan_argument, scenario_options
from territorymap.cli.solving import limit_options, measure_option, read_aims, read_limits, result_json, solve, take
from territorymap.errors import UserError
from territorymap.i18n import number, percent, tr

if TYPE_CHECKING:
    from territorymap.model.plan import Plan
    from territorymap.model.records import Rep
    from territorymap.session.session import Session
    from territorymap.session.solving.aims import Aim, Limits
    from territorymap.session.solving.before_after import Change
    from territorymap.session.solving.home import Home
    from territorymap.session.solving.jobs import Job
    from territorymap.session.solving.proposal import Proposal
    from territorymap.session.solving.still import Still


@click.group("territory", help=tr("Change one territory: split it, join it, dissolve it, add one for a new rep."))
def territory_group() -> None:
    """Change one territory and leave the others as they are, as far as can be."""


def _solving(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what all these commands take."""
    return measure_option(limit_options(json_option(scenario_options(function))))


_further_option = click.option(
    "--further", is_flag=True, help=tr("Let others give and take too, where else somebody is beyond the tolerance.")
)


@territory_group.command(
    "split",
    help=tr(
        "Split a territory into parts that are even, whole and compact.\n\n"
        "The part with the rep's home, or the largest, keeps name, colour and rep; the others are new and vacant. "
        "Locked units and accounts given by name stay in it."
    ),
)
@plan_argument
@click.argument("name")
@click.option("--into", "n_parts", type=click.IntRange(2, 10_000), required=True, metavar="N", help=tr("How many."))
@_solving
def split(
    plan: Path,
    name: str,
    n_parts: int,
    measures: tuple[str, ...],
    seconds: float | None,
    steps: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Split a territory into parts."""

    def job_of(session: Session, still: Still, aims: tuple[Aim, ...]) -> Job:
        from territorymap.session.solving.altering import SplitJob

        territory = find_territory(session.plan, name)
        return SplitJob(still, territory.territory_id, n_parts, aims, session.geometry)

    _alter(plan, job_of, measures, read_limits(seconds, steps, seed), as_json)


@territory_group.command(
    "join",
    help=tr(
        "Join territories: all that the first ones have goes to the last one.\n\n"
        "It keeps its name, colour and rep; accounts given to the others by name go with them."
    ),
)
@plan_argument
@click.argument("names", nargs=-1, required=True, metavar="NAME... INTO")
@_solving
def join(
    plan: Path,
    names: tuple[str, ...],
    measures: tuple[str, ...],
    seconds: float | None,
    steps: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Join territories into the last one named."""
    if len(names) < 2:
        raise UserError(
            tr("Joining takes at least two territories."), tr("Name those that go, then the one that keeps its name.")
        )

    def job_of(session: Session, still: Still, aims: tuple[Aim, ...]) -> Job:
        from territorymap.session.solving.altering import JoinJob

        *ids, into = [find_territory(session.plan, name).territory_id for name in names]
        return JoinJob(still, ids, into, aims)

    _alter(plan, job_of, measures, read_limits(seconds, steps, seed), as_json)


@territory_group.command(
    "dissolve",
    help=tr(
        "Dissolve a leaver's territory among those around it.\n\n"
        "Only its own customers move: those around end as even as can be, whole and compact. Where they cannot hold it "
        "within the tolerance it says so, and --further makes the smallest further moves that mend it."
    ),
)
@plan_argument
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@_further_option
@_solving
def dissolve(
    plan: Path,
    names: tuple[str, ...],
    further: bool,
    measures: tuple[str, ...],
    seconds: float | None,
    steps: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Dissolve territories among those around them."""

    def job_of(session: Session, still: Still, aims: tuple[Aim, ...]) -> Job:
        from territorymap.session.solving.altering import DissolveJob

        return DissolveJob(still, [find_territory(session.plan, name).territory_id for name in names], aims)

    _alter(plan, job_of, measures, read_limits(seconds, steps, seed), as_json, is_further=further)


@territory_group.command(
    "add",
    help=tr(
        "Add a territory for a new rep, grown from a home.\n\n"
        "It takes from those around what makes all even; nothing else moves. Where that leaves somebody beyond the "
        "tolerance it says so, and --further makes the smallest further moves that mend it."
    ),
)
@plan_argument
@click.argument("name")
@click.option("--home", metavar="CODE", help=tr("Code of a unit, or a postal code; the rep's own home if not given."))
@click.option("--rep", metavar="NAME", help=tr("A rep of the plan who gets it; else it is vacant."))
@_further_option
@_solving
def add(
    plan: Path,
    name: str,
    home: str | None,
    rep: str | None,
    further: bool,
    measures: tuple[str, ...],
    seconds: float | None,
    steps: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Add a territory for a new rep."""

    def job_of(session: Session, still: Still, aims: tuple[Aim, ...]) -> Job:
        from territorymap.session.solving.altering import AddJob

        person = _find_rep(session.plan, rep) if rep is not None else None
        return AddJob(still, name, _home(session, home, person), aims, person.rep_id if person else None)

    _alter(plan, job_of, measures, read_limits(seconds, steps, seed), as_json, is_further=further)


def _find_rep(plan: Plan, name: str) -> Rep:
    wanted = name.strip().casefold()
    found = next((rep for rep in plan.reps if rep.name.strip().casefold() == wanted), None)
    if found is not None:
        return found
    names = [rep.name for rep in plan.reps]
    hint = choices_hint(name, names) if names else tr("Import reps first, or leave --rep out: then it is vacant.")
    raise UserError(tr("There is no rep {name}.", name=repr(name)), hint)


def _home(session: Session, code: str | None, rep: Rep | None) -> Home:
    from territorymap.session.solving.home import home_of_rep, unit_of_home

    if code is not None:
        return unit_of_home(session.plan, session.geometry, code)
    found = home_of_rep(session.plan, session.geometry, rep) if rep is not None else None
    if found is None:
        raise UserError(
            tr("Where is it to begin? No home is known.") if rep is None else tr("{name} has no home.", name=rep.name),
            tr("Give --home with the code of a unit or a postal code."),
        )
    return found


def _alter(
    plan: Path,
    job_of: Callable[[Session, Still, tuple[Aim, ...]], Job],
    measures: tuple[str, ...],
    limits: Limits,
    as_json: bool,
    *,
    is_further: bool = False,
) -> None:
    """Run a job, take its best proposal, or the one with further moves, and print what it changes."""
    from territorymap.session.solving.before_after import changes_of
    from territorymap.session.solving.still import still_of

    with editing(plan) as session:
        still = still_of(session)
        job = job_of(session, still, read_aims(session, measures) if measures else ())
        proposals = solve(job, limits)
        chosen = proposals[-1] if is_further else proposals[0]
        asked = [m.measure for m in chosen.figures.measures]
        changes = changes_of(still, chosen, asked)
        take(session, chosen)
    others = [proposal for proposal in proposals if proposal is not chosen]
    if as_json:
        _print_json(chosen, others, changes, asked, limits)
    else:
        _print(chosen, others, changes, asked)


def _print_json(
    chosen: Proposal, others: list[Proposal], changes: list[Change], asked: list[str], limits: Limits
) -> None:
    from territorymap.session.solving.before_after import changes_json

    alternatives = [
        {"label": other.label, **other.figures.as_json(), "sentences": list(other.sentences)} for other in others
    ]
    print_json({**result_json(chosen, limits), "changes": changes_json(changes, asked), "alternatives": alternatives})


def _print(chosen: Proposal, others: list[Proposal], changes: list[Change], asked: list[str]) -> None:
    click.echo(printable(chosen.title) + ".")
    for sentence in chosen.sentences:
        click.echo(printable(sentence))
    click.echo("")
    headers = [tr("Territory"), tr("Units"), tr("Accounts")]
    for name in asked:
        headers += [name, tr("Index")]
    cells = []
    for change in changes:
        row = [
            change.territory.name,
            _was_is(change, lambda s: number(s.units)),
            _was_is(change, lambda s: number(s.accounts)),
        ]
        for m in range(len(asked)):
            row.append(_was_is(change, lambda s, m=m: number(s.total[m])))  # type: ignore[misc]
            row.append(_was_is(change, lambda s, m=m: percent(s.index[m]) if s.index[m] == s.index[m] else "-"))  # type: ignore[misc]
        cells.append(row)
    print_table(headers, cells, numeric=range(1, len(headers)))
    for other in others:
        share = next(iter(other.figures.moved.share.values()), 0.0)
        click.echo("")
        click.echo(
            printable(
                tr(
                    "Also possible, {label}: {units} units and {share} would move.",
                    label=other.label,
                    units=number(other.figures.moved.units),
                    share=percent(share, 1),
                )
            )
        )
        for sentence in other.sentences:
            click.echo("  " + printable(sentence))


def _was_is(change: Change, text: Callable[[Any], str]) -> str:
    """Return "12 -> 14", with a dash where the territory is not there."""
    before = text(change.before) if change.before is not None else "-"
    after = text(change.after) if change.after is not None else "-"
    return before if before == after else f"{before} -> {after}"
