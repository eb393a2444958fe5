"""The commands that only look: balance, history, check, layers.

Owns their tables and the order of columns; figures are metrics', findings are checking's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from territorymap.cli.naming import find_measures
from territorymap.cli.output import print_facts, print_json, print_table
from territorymap.cli.plans import json_option, plan_argument, reading, scenario_option, taking_in
from territorymap.errors import UserError
from territorymap.i18n import data_word, listed, moment, ntr, number, percent, tr

if TYPE_CHECKING:
    from territorymap.metrics.balance import Balance
    from territorymap.model.records import Step
    from territorymap.session.session import Session

OUTSIDE_MARK = "*"


@click.command(
    help=tr(
        "Show totals, indexes and how even the plan is.\n\n"
        "The target is the plan's own unless --target is given: equal shares, if nothing else was set."
    )
)
@plan_argument
@scenario_option
@click.option(
    "--measure", "measures", multiple=True, metavar="M", help=tr("Show this measure; may be given repeatedly.")
)
@click.option("--tolerance", metavar="0.05", help=tr("For all measures, instead of each one's own."))
@click.option("--target", type=click.Choice(["equal", "capacity"]), help=tr("Equal shares, or by the reps' capacity."))
@click.option(
    "--by",
    type=click.Choice(["territory", "region"]),
    default="territory",
    help=tr("A line for each territory, or for each region with all that is in it."),
)
@json_option
def balance(
    plan: Path, measures: tuple[str, ...], tolerance: str | None, target: str | None, by: str, as_json: bool
) -> None:
    """Show totals and indexes of every territory or region, and how even the plan is."""
    with reading(plan) as session:
        from territorymap.metrics.balance import balance_json, compute_balance

        names = [measure.name for measure in find_measures(session.plan, measures)] or None
        limit = _read_tolerance(tolerance) if tolerance is not None else None
        figures = compute_balance(session.plan, session.totals, target, limit, names)
        if by == "region":
            _tell_regions(session, figures, as_json)
        elif as_json:
            print_json(balance_json(session.plan, session.totals, figures))
        else:
            _print_balance(session, figures)


def _tell_regions(session: Session, figures: Balance, as_json: bool) -> None:
    from territorymap.metrics.balance import balance_json
    from territorymap.metrics.regions import region_balance, regions_json

    found = region_balance(session.plan, session.totals, figures)
    if as_json:
        whole = balance_json(session.plan, session.totals, figures)
        print_json({**whole, "regions": regions_json(found)})
        return
    click.echo(session.plan.info.title)
    if not found.lines:
        click.echo(tr("No territory is in a region yet; the window's Coverage menu has Alignments for that."))
        return
    headers = [tr("Region"), tr("Manager"), tr("Territories"), tr("Reps"), tr("Vacant")]
    for name in figures.measures:
        headers += [name, tr("index")]
    rows = []
    for at, line in enumerate(found.lines):
        counts = (found.n_territories[at], found.n_reps[at], found.n_vacant[at])
        # No-break spaces: blanks at the beginning of a cell are tidied away.
        row = ["\u00a0\u00a0" * line.depth + (line.name or tr("no region")), line.manager or "-", *map(number, counts)]
        for m in range(len(figures.measures)):
            row += [_amount(float(found.total[m, at])), _index(float(found.index[m, at]), float(figures.tolerance[m]))]
        rows.append(row)
    print_table(headers, rows, numeric=range(2, len(headers)))
    click.echo("")
    _print_summary(figures)


def _read_tolerance(text: str) -> float:
    from territorymap.cli.numbers import read_ratio

    value = read_ratio("--tolerance", text)
    if not 0 <= value <= 10:
        raise UserError(tr("A tolerance cannot be {value}.", value=text), tr("Give a share such as 0.05 (5 %)."))
    return value


def _print_balance(session: Session, figures: Balance) -> None:
    plan, totals = session.plan, session.totals
    headers = [tr("Territory"), tr("Rep"), tr("Pieces")]
    for name in figures.measures:
        headers += [name, tr("index")]
    rows = []
    for t, territory in enumerate(plan.territories):
        rep = plan.rep_of(t)
        row = [territory.name, rep.name if rep else "-", number(int(totals.pieces[t]))]
        for m, source in enumerate(figures.measure_ix):
            row.append(_amount(float(totals.territory_total[source, t])))
            row.append(_index(float(figures.index[m, t]), float(figures.tolerance[m])))
        rows.append(row)
    click.echo(plan.info.title)
    if not rows:
        click.echo(tr("The plan has no territories yet; assign makes one."))
        return
    print_table(headers, rows, numeric=range(2, len(headers)))
    click.echo("")
    _print_summary(figures)


def _print_summary(figures: Balance) -> None:
    headers = [tr("Measure"), tr("Tolerance"), tr("Max deviation"), tr("CV"), tr("Outside")]
    rows = [
        [
            name,
            percent(float(figures.tolerance[m]), 1),
            _share(float(figures.max_deviation[m])),
            _share(float(figures.cv[m])),
            number(int(figures.outside[m])),
        ]
        for m, name in enumerate(figures.measures)
    ]
    print_table(headers, rows, numeric=range(1, 5))
    click.echo("")
    by_capacity = figures.target_kind == "capacity"
    click.echo(tr("Target: shares by capacity.") if by_capacity else tr("Target: equal shares."))
    click.echo(tr("{mark} = outside the tolerance.", mark=OUTSIDE_MARK))
    if figures.unassigned_units or figures.unassigned_accounts:
        click.echo(
            tr(
                "Unassigned: {units}, {accounts}.",
                units=ntr("{n} unit", "{n} units", figures.unassigned_units),
                accounts=ntr("{n} account", "{n} accounts", figures.unassigned_accounts),
            )
        )
    if figures.noncontiguous:
        click.echo(
            ntr(
                "{n} territory is in more than one piece.",
                "{n} territories are in more than one piece.",
                figures.noncontiguous,
            )
        )


def _amount(value: float) -> str:
    return number(value, 0 if abs(value) >= 1000 or value == round(value) else 1)


def _index(index: float, tolerance: float) -> str:
    if index != index:
        return "-"
    return percent(index) + (OUTSIDE_MARK if abs(index - 1) > tolerance else " ")


def _share(value: float) -> str:
    return "-" if value != value else percent(value, 1)


@click.command(help=tr("List the steps of a plan, the oldest first."))
@plan_argument
@json_option
def history(plan: Path, as_json: bool) -> None:
    """List the steps of a plan, the oldest first."""
    with taking_in(plan) as session:
        steps = session.document.history()
    if as_json:
        print_json(
            {
                "steps": [
                    {
                        "id": step.step_id,
                        "uuid": step.uuid,
                        "time": step.created_at,
                        "author": step.author,
                        "kind": step.kind,
                        "label": step.label,
                        "undone": step.is_undone,
                        "note": step.note,
                        "merged_by": step.merged_by,
                    }
                    for step in steps
                ]
            }
        )
        return
    rows = [[number(s.step_id), _moment(s.created_at), s.author, step_text(s), _state(s)] for s in steps]
    print_table([tr("Step"), tr("Time"), tr("Author"), tr("What"), ""], rows, numeric=(0,))


def _state(step: Step) -> str:
    words = [tr("merged in")] if step.merged_by else []
    return listed([*words, tr("undone")] if step.is_undone else words)


def step_text(step: Step) -> str:
    """Return what a step did; undo and redo carry the label of the step they turned."""
    if step.kind == "undo":
        return tr("Undo: {label}", label=step.label)
    return tr("Redo: {label}", label=step.label) if step.kind == "redo" else step.label


def _moment(text: str) -> str:
    from datetime import datetime

    try:
        return moment(datetime.fromisoformat(text).astimezone())
    except ValueError:
        return text


@click.command(
    help=tr(
        "Look for faults in the file and in who has what.\n\n"
        "Faults of the file or overlapping units end with exit code 2; what is merely unfinished does not.\n\n"
        "With --repair what can be saved from a damaged PLAN is written into OUT.gpkg, a new and sound plan, and what "
        "cannot is listed. PLAN is only read and no file is overwritten. Exit code 0: everything was saved; 1: "
        "something is lost or was worked out, and listed; 2: nothing was written."
    )
)
@plan_argument
@click.argument("out", type=click.Path(path_type=Path), metavar="[OUT.gpkg]", required=False)
@click.option("--repair", "is_repair", is_flag=True, help=tr("Save what can be saved into OUT.gpkg."))
@json_option
def check(plan: Path, out: Path | None, is_repair: bool, as_json: bool) -> None:
    """Look for faults: in the file, in the shapes, in who has what."""
    if is_repair:
        from territorymap.cli.repairing import repair

        repair(plan, out, as_json)
    if out is not None:
        raise UserError(
            tr("{name} is only written with --repair.", name=out.name),
            tr("territorymap check --repair PLAN OUT.gpkg"),
        )
    with taking_in(plan) as session:
        from territorymap.cli.checking import examine

        found = examine(session)
    if as_json:
        print_json(found.to_json())
    else:
        print_facts(found.to_text())
    if not found.is_ok:
        raise UserError(
            ntr("{name} has {n} fault.", "{name} has {n} faults.", len(found.problems), name=plan.name),
            tr("Bring the units in again and mend their borders: territorymap relayer PLAN --units-file F --repair 10.")
            if found.is_only_overlapping
            else tr(
                "territorymap check --repair PLAN OUT.gpkg saves what can be saved; a backup may be whole. The list of"
                " faults is above."
            ),
        )


@click.command(help=tr("List the unit layers that come with the program."))
@json_option
def layers(as_json: bool) -> None:
    """List the unit layers that come with the program."""
    from dataclasses import asdict

    from territorymap.geo.shipped import list_layers

    found = list_layers()
    if as_json:
        print_json({"layers": [asdict(layer) for layer in found]})
        return
    rows = [
        [layer.id, data_word(layer.title), number(layer.n_units), tr("approximate") if layer.approximate else ""]
        for layer in found
    ]
    print_table([tr("Name"), tr("Title"), tr("Units"), ""], rows, numeric=(2,))
    click.echo("")
    click.echo(tr("Use one with: territorymap new PLAN.gpkg --units NAME"))
