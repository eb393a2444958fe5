"""The commands metrics ...: figures of reps and territories by period: import, list, show, delete.

Owns arguments and what is printed; reading is importers', the tables are session.role_metrics'.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from territorymap.cli.naming import choices_hint
from territorymap.cli.output import print_json, print_notes, print_table, printable
from territorymap.cli.plans import editing, json_option, plan_argument, reading, scenario_option
from territorymap.errors import UserError
from territorymap.given import about_file
from territorymap.i18n import number, percent, tr

if TYPE_CHECKING:
    from territorymap.session.role_metrics import MetricTable
    from territorymap.session.session import Session

_SHOWN_PERIODS = 6
_RATIO_DIGITS = 1
_BARS = "▁▂▃▄▅▆▇█"
_KINDS = ("year", "quarter", "month", "week", "day")


@click.group("metrics", help=tr("Numbers that roles are measured by, by period: calls, meetings, retention ..."))
def metrics_group() -> None:
    """Numbers that roles are measured by, by period."""


@metrics_group.command(
    "import",
    help=tr(
        "Take in numbers of reps or territories.\n\n"
        "Long files have a row for each number (fields: period, rep, territory, metric, value), wide ones a column for "
        "each metric. A period is a year, quarter, month, week or day: 2026, 2026-Q3, 2026-10, 2026-W41, 2026-10-05. "
        "Numbers that the plan has already are replaced."
    ),
)
@plan_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "choices", multiple=True, metavar="FIELD=COLUMN", help=tr("Correct a guess."))
@click.option("--period", default="", metavar="P", help=tr("The period of rows that name none."))
@click.option("--sheet", default="", metavar="S", help=tr("Sheet of a workbook."))
@click.option("--rejects", type=click.Path(path_type=Path), metavar="OUT.csv", help=tr("Save rejected rows."))
@json_option
def import_metrics(
    plan: Path,
    file: Path,
    choices: tuple[str, ...],
    period: str,
    sheet: str,
    rejects: Path | None,
    as_json: bool,
) -> None:
    """Take in numbers of reps or territories."""
    from territorymap.cli.intake import Report
    from territorymap.importers.columns import apply_choices, guess_columns
    from territorymap.importers.rejects import write_rejects
    from territorymap.importers.role_figures import build_figures
    from territorymap.importers.table import read_table
    from territorymap.importers.table_options import TableOptions
    from territorymap.model.coverage import Figure
    from territorymap.session.commands.role_metrics import import_figures
    from territorymap.session.role_metrics import names_for_import

    advice = tr("Choose another file, or say what its columns are with --map FIELD=COLUMN.")
    with editing(plan) as session, about_file(file, advice):
        table = read_table(file, TableOptions(sheet=sheet))
        columns = apply_choices(table, guess_columns(table, "metrics"), choices)
        imported = build_figures(table, columns, names_for_import(session), default_period=period)
        if rejects is not None:
            write_rejects(rejects, table, imported.rejects)
        change = session.do(import_figures(session.register(Figure), imported), "cli")
    report = Report(imported, columns)
    print_notes([*report.notes, *change.notes])
    if as_json:
        print_json({**report.to_json(), "notes": list(change.notes)})
        return
    for line in report.to_lines():
        click.echo(printable(line))


@metrics_group.command("list", help=tr("List the metrics that the plan has numbers of."))
@plan_argument
@json_option
def list_metrics(plan: Path, as_json: bool) -> None:
    """List the metrics that the plan has numbers of."""
    with reading(plan) as session:
        from territorymap.model.period import parse_period
        from territorymap.model.role_metrics import adds_of, metric_label
        from territorymap.session.role_metrics import counts_of, figures_of

        figures = figures_of(session)
        found = []
        for metric, n in counts_of(figures).items():
            periods = sorted({parse_period(f.period) for f in figures if f.metric == metric})
            found.append(
                {
                    "metric": metric,
                    "label": metric_label(metric),
                    "figures": n,
                    "first": periods[0].text,
                    "last": periods[-1].text,
                    "adds": adds_of(metric),
                }
            )
    if as_json:
        print_json({"metrics": found})
        return
    if not found:
        click.echo(tr("The plan has no numbers yet; metrics import brings some."))
        return
    rows = [
        [str(one["metric"]), str(one["label"]), number(int(str(one["figures"]))), str(one["first"]), str(one["last"])]
        for one in found
    ]
    print_table([tr("Metric"), tr("Name"), tr("Numbers"), tr("First"), tr("Last")], rows, numeric=(2,))


@metrics_group.command(
    "show", help=tr("Show metrics by territory, or by region, with the change and the trend of the last periods.")
)
@plan_argument
@click.option("--metric", "wanted", multiple=True, metavar="M", help=tr("Show this metric; may be given repeatedly."))
@click.option("--period", "kind", type=click.Choice(_KINDS), help=tr("Add up to periods of this kind."))
@click.option("--by", type=click.Choice(["territory", "region"]), default="territory", help=tr("A line for each."))
@scenario_option
@json_option
def show_metrics(plan: Path, wanted: tuple[str, ...], kind: str | None, by: str, as_json: bool) -> None:
    """Show metrics by territory or region."""
    with reading(plan) as session:
        from territorymap.session.role_metrics import (
            figures_of,
            metric_table,
            metrics_told,
            table_json,
            usual_kind,
        )

        figures = figures_of(session)
        metrics = [_find(session, name) for name in wanted] or metrics_told(session)
        tables = [metric_table(session.plan, figures, m, usual_kind(figures, m, kind or "")) for m in metrics]
        if as_json:
            print_json({"metrics": [table_json(session.plan, table) for table in tables]})
            return
        if not tables:
            click.echo(tr("The plan has no numbers yet; metrics import brings some."))
        for table in tables:
            _print(session, table, by)


def _find(session: Session, name: str) -> str:
    from territorymap.model.role_metrics import metric_key
    from territorymap.session.role_metrics import counts_of, figures_of

    told = list(counts_of(figures_of(session)))
    key = metric_key(name)
    found = next((metric for metric in told if metric.casefold() == key.casefold()), None)
    if found is None:
        hint = choices_hint(key, told) if told else tr("It has none at all yet; metrics import brings some.")
        raise UserError(tr("The plan has no numbers of {name}.", name=repr(name)), hint)
    return found


def _print(session: Session, table: MetricTable, by: str) -> None:
    import numpy as np

    from territorymap.model.role_metrics import metric_label, value_text

    series = table.series
    periods = series.periods[-_SHOWN_PERIODS:]
    click.echo(printable(metric_label(table.metric)))
    shown = [period.label for period in periods]
    if by == "region":
        if not table.lines:
            click.echo(tr("No territory is in a region yet."))
            return
        headers = [tr("Region"), tr("Manager"), *shown]
        rows = [
            [
                "\u00a0\u00a0" * line.depth + (line.name or tr("no region")),
                line.manager or "-",
                *(value_text(table.metric, v) or "-" for v in table.line_values[at, -len(periods) :].tolist()),
            ]
            for at, line in enumerate(table.lines)
        ]
        print_table(headers, rows, numeric=range(2, len(headers)))
        click.echo("")
        return
    headers = [tr("Territory"), tr("Rep"), *shown, tr("Change"), tr("Trend")]
    rows = []
    for ix, territory in enumerate(session.plan.territories):
        rep = session.plan.rep_of(ix)
        values = series.values[ix, -len(periods) :].tolist() if periods else []
        change = float(table.change[ix])
        rows.append(
            [
                territory.name,
                rep.name if rep else "-",
                *(value_text(table.metric, value) or "-" for value in values),
                percent(change, _RATIO_DIGITS) if np.isfinite(change) else "-",
                sparkline(series.values[ix].tolist()),
            ]
        )
    print_table(headers, rows, numeric=range(2, len(headers) - 1))
    click.echo("")


def sparkline(values: list[float]) -> str:
    """Return the numbers as bars of text, the least the lowest; a blank where nothing was told.

    >>> sparkline([0.0, 7.0, float("nan"), 3.5])
    '▁█ ▅'
    """
    told = [value for value in values if value == value]
    if not told:
        return ""
    low, span = min(told), (max(told) - min(told)) or 1.0
    top = len(_BARS) - 1
    return "".join(" " if v != v else _BARS[int((v - low) / span * top + 0.5)] for v in values)


@metrics_group.command("delete", help=tr("Delete the numbers of a metric, all of them or those within a period."))
@plan_argument
@click.argument("metric")
@click.option("--period", default="", metavar="P", help=tr("Only those within this period."))
@json_option
def delete_metrics(plan: Path, metric: str, period: str, as_json: bool) -> None:
    """Delete the numbers of a metric."""
    from territorymap.model.coverage import Figure
    from territorymap.session.commands.role_metrics import delete_figures

    with editing(plan) as session:
        before = len(session.register(Figure))
        change = session.do(delete_figures(session.register(Figure), _find(session, metric), period), "cli")
        n = before - len(session.register(Figure))
    if as_json:
        print_json({"deleted": n})
    else:
        click.echo(printable(change.label))
