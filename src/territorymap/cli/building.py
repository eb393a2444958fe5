"""The command build: territories made from nothing, balanced, whole, compact.

Owns arguments and what is printed; the problem is session.building's, the search optimise's.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.output import print_facts, print_json, print_table
from territorymap.cli.plans import editing, json_option, plan_argument, scenario_options
from territorymap.cli.settings import read_ratio
from territorymap.errors import UserError
from territorymap.i18n import number, percent, tr

if TYPE_CHECKING:
    from territorymap.model.variant import Variant
    from territorymap.optimise.build import Answer, Builder
    from territorymap.session.building import Aim, Task
    from territorymap.session.session import Session

DEFAULT_SECONDS = 10.0
_NO_LIMIT = 10**15
_SHARE_WITHOUT_WAYS = 0.6  # of the time; then the ways from home count, if there are homes


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
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="M[:TOLERANCE[:WEIGHT]]",
    help=tr("What is to be even, with its tolerance and weight; workload_h if none is named."),
)
@click.option(
    "--seconds", type=click.FloatRange(0.1, 86_400), metavar="S", help=tr("Time limit; 10 if nothing is said.")
)
@click.option("--steps", type=click.IntRange(1), metavar="N", help=tr("Steps of the search: same seed, same answer."))
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, metavar="K")
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
    with editing(plan) as session:
        from territorymap.session.building import prepare_build

        aims = [read_aim(session, text) for text in measures or ("workload_h",)]
        n = territories if territories is not None else count_for_target(session, target or "")
        task = prepare_build(session, n, aims)
        result = _solve_and_take(session, task, aims, seconds, steps, seed)
    if as_json:
        print_json(result)
    else:
        _print(result)


def read_aim(session: Session, text: str) -> Aim:
    """Return what MEASURE[:TOLERANCE[:WEIGHT]] means; the plan's own tolerance if none is given."""
    from territorymap.session.building import Aim

    name, *rest = text.rsplit(":", 2) if session.plan.measure_named(text) is None else [text]
    known = session.plan.measure_named(name)
    if known is None and len(rest) == 2 and session.plan.measure_named(f"{name}:{rest[0]}") is not None:
        name, rest = f"{name}:{rest[0]}", rest[1:]  # a measure with a colon in its name
        known = session.plan.measure_named(name)
    if known is None:
        raise UserError(
            tr("There is no measure called {name}.", name=repr(name)),
            tr("There is: {names}.", names=", ".join(m.name for m in session.plan.measures)),
        )
    tolerance = read_ratio("--measure", rest[0]) if rest else known.tolerance
    importance = read_ratio("--measure", rest[1]) if len(rest) > 1 else 1.0
    if not 0 < tolerance <= 10 or not 0 < importance <= 1000:
        raise UserError(
            tr("{text}: the tolerance must be above 0 and at most 10, the weight above 0.", text=repr(text)),
            tr("Write for example --measure accounts:0.05:2."),
        )
    return Aim(known.name, tolerance, importance)


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


def _solve_and_take(
    session: Session, task: Task, aims: list[Aim], seconds: float | None, steps: int | None, seed: int
) -> dict[str, Any]:
    from territorymap.model.variant import variant_of
    from territorymap.optimise.build import Budget, Builder, warm_up
    from territorymap.session.building import giant_sentences, with_ways
    from territorymap.session.commands.building import take_answer

    warm_up()
    start = time.monotonic()
    limit = seconds if seconds is not None else (None if steps is not None else DEFAULT_SECONDS)

    def run(builder: Builder, share: float) -> Answer:
        """Search until a share of the limits is used up."""
        until = None if limit is None else start + limit * share
        budget = Budget(round((steps or _NO_LIMIT) * share), lambda: until is not None and time.monotonic() > until)
        *_, last = builder.run(budget)  # there is always a first
        return last

    builder = Builder(task.problem, seed)
    answer = run(builder, _SHARE_WITHOUT_WAYS)
    n_steps = builder.n_done
    if (nearer := with_ways(session, task, answer.label)) is not None:
        task, builder = nearer, Builder(nearer.problem, seed, answer.label)
    else:
        builder = Builder(task.problem, seed + 1)
    better = run(builder, 1.0)
    answer = better if nearer is not None or better.rank < answer.rank else answer
    n_steps += builder.n_done
    took = time.monotonic() - start
    before = variant_of(session.plan)
    before = replace(before, unit_territory=before.unit_territory.copy(), territories=list(before.territories))
    session.do(take_answer(session.plan, task, answer.label), "cli")
    return {
        "seconds": round(took, 3),
        "steps": n_steps,
        "seed": seed,
        **_figures(session, task, aims, builder, answer),
        "oversize": giant_sentences(session.plan, task, builder, aims),
        "moved": _moved(session, before),
    }


def _figures(session: Session, task: Task, aims: list[Aim], builder: Builder, answer: Answer) -> dict[str, Any]:
    """Return what the plan is worth, by the program's own metrics, not by the search."""
    import numpy as np

    from territorymap.metrics.balance import compute_balance
    from territorymap.optimise.energy import deviations
    from territorymap.session.building import pieces_with_bridges, rms_km

    plan, totals = session.plan, session.totals
    figures = compute_balance(plan, totals, "equal", None, [aim.measure for aim in aims])
    apart = np.abs(deviations(builder.ground, answer.label)).max(axis=0)
    measures = []
    for m, aim in enumerate(aims):
        row = figures.measures.index(aim.measure)
        measures.append(
            {
                "measure": aim.measure,
                "tolerance": aim.tolerance,
                "max_deviation": _plain(figures.max_deviation[row]),
                "max_deviation_oversize_apart": _plain(apart[m]),
                "cv": _plain(figures.cv[row]),
                "outside_tolerance": int((np.abs(figures.index[row] - 1) > aim.tolerance + 1e-9).sum()),
            }
        )
    return {
        "territories": plan.n_territories,
        "measures": measures,
        "noncontiguous": int((pieces_with_bridges(task, answer.label) > 1).sum()),
        "cut_edges": int(totals.cut_edges.sum()) // 2,
        "polsby_popper_mean": _plain(float(np.nanmean(totals.polsby_popper))),
        "rms_km": _plain(rms_km(task, answer.label)),
    }


def _moved(session: Session, before: Variant) -> dict[str, Any]:
    """Return how much lies in another territory than before; a territory that was made or went counts as another."""
    import numpy as np

    from territorymap.model.variant import variant_of

    plan = session.plan
    now = variant_of(plan)
    units = now.territory_ids()[now.unit_territory] != before.territory_ids()[before.unit_territory]
    was, is_ = before.territory_of_accounts(plan.accounts), now.territory_of_accounts(plan.accounts)
    accounts = now.territory_ids()[is_] != before.territory_ids()[was]
    shares = {}
    for i, measure in enumerate(plan.measures):
        amount = session.totals.unit_measure[i]
        if measure.name not in ("units", "accounts") and (total := float(np.nansum(amount))) > 0:
            shares[measure.name] = float(np.nansum(amount[units])) / total
    return {"units": int(units.sum()), "accounts": int(accounts.sum()), **shares}


def _plain(value: float) -> float | None:
    return None if value != value else round(float(value), 6)


def _print(result: dict[str, Any]) -> None:
    print_facts(
        {
            tr("Territories"): number(result["territories"]),
            tr("Search"): tr(
                "{seconds} s, {steps} steps, seed {seed}",
                seconds=number(result["seconds"], 1),
                steps=number(result["steps"]),
                seed=result["seed"],
            ),
            tr("In pieces"): number(result["noncontiguous"]),
            tr("Compactness"): number(result["polsby_popper_mean"] or 0, 2),
            tr("Units that moved"): number(result["moved"]["units"]),
        }
    )
    click.echo("")
    headers = [
        tr("Measure"),
        tr("Tolerance"),
        tr("Max deviation"),
        tr("without oversize units"),
        tr("CV"),
        tr("Outside"),
    ]
    rows = [
        [
            row["measure"],
            percent(row["tolerance"], 1),
            percent(row["max_deviation"] or 0, 1),
            percent(row["max_deviation_oversize_apart"], 1),
            percent(row["cv"] or 0, 1),
            number(row["outside_tolerance"]),
        ]
        for row in result["measures"]
    ]
    print_table(headers, rows, numeric=range(1, 6))
    for sentence in result["oversize"]:
        click.echo(sentence)
