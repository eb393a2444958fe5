"""The one-to-one sheet of a rep: territory plan, the period's numbers, top accounts moved in and out, room for notes.

Owns what the talk between manager and rep is about; page, map and totals are rep_html's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.book.changes import Comparison, Holder
from territorymap.exporters.book.figures import account_measures, amount, measure_rows, ranked
from territorymap.exporters.book.rep_html import DIR, color_of, map_figure, totals_table
from territorymap.exporters.book.rep_pages import SheetStyle, holder_line, holder_title
from territorymap.exporters.book.territory_page import Book, headline
from territorymap.exporters.view import ExportView
from territorymap.i18n import ntr, percent, tr
from territorymap.metrics.regions import region_lines
from territorymap.metrics.role_figures import Owner, Series, combined, kind_of, owners_of, readable_figures, series_of
from territorymap.model.coverage import Action, Figure
from territorymap.model.period import Period, parse_period
from territorymap.model.role_metrics import METRICS_OF_ROLE, adds_of, metric_label, metrics_in, value_text
from territorymap.model.role_words import role_label
from territorymap.model.tenure import tenure_text

_LINES_FOR_NOTES = 6
_SPARK = (120.0, 22.0)  # width and height of a line of numbers
_BACK = 12  # periods that it shows
_NUMBER, _RIGHT = 'class="n"', ' class="n"'


@dataclass(frozen=True)
class NumberRow:
    """One metric of one rep."""

    metric: str
    period: Period | None  # of the newest number; None = there is none
    value: float
    before: float  # of the period before
    others: float  # mean of all whose number is told, the rep's own included
    n_others: int
    history: tuple[float, ...]


def number_rows(view: ExportView, holder: Holder, until: Period | None = None) -> list[NumberRow]:
    """Return the metrics of a rep: those of the rep's role first, then what else there are numbers of.

    ``until``: the period of the talk; its last day is the newest that counts, None = whatever is newest.
    """
    plan, figures = view.plan, readable_figures(view.register(Figure).values())
    if until is not None:
        figures = [figure for figure in figures if parse_period(figure.period).end <= until.end]
    rep = plan.rep(holder.rep_id)
    told = metrics_in(figures)
    usual = METRICS_OF_ROLE.get(rep.role, ()) if rep is not None else ()
    order = [*(metric for metric in usual if metric in told), *(metric for metric in told if metric not in usual)]
    owners = owners_of(plan)
    mine = [owners[ix] for ix in holder.territories]
    rows = []
    for metric in order:
        kind = until.kind if until is not None and _has_kind(figures, metric, until.kind) else kind_of(figures, metric)
        own = _own_series(figures, metric, mine, holder.rep_id, kind)
        everyone = series_of(figures, metric, owners, kind)
        values = own.values[0] if len(own.values) else np.full(len(own.periods), np.nan)
        if metric not in usual and not np.isfinite(values).any():
            continue
        rows.append(_row(metric, own, values, everyone))
    return rows


def _has_kind(figures: Sequence[Figure], metric: str, kind: str) -> bool:
    return any(figure.metric == metric and parse_period(figure.period).kind == kind for figure in figures)


def _own_series(figures: Sequence[Figure], metric: str, mine: Sequence[Owner], rep_id: int | None, kind: str) -> Series:
    """Return what the rep is measured by: the rep's own figures, else those of the rep's territories together."""
    if rep_id is not None:
        own = series_of(figures, metric, [Owner(None, (rep_id,))], kind)
        if np.isfinite(own.values).any():
            return own
    ground = series_of(figures, metric, [Owner(owner.territory_id) for owner in mine], kind)
    if len(ground.values) < 2:
        return ground
    return Series(metric, ground.periods, combined(ground.values, adds_of(metric))[None, :])


def _row(metric: str, own: Series, values: NDArray[np.float64], everyone: Series) -> NumberRow:
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return NumberRow(metric, None, math.nan, math.nan, math.nan, 0, ())
    at = int(known[-1])
    period = own.periods[at]
    column = next((i for i, one in enumerate(everyone.periods) if one == period), None)
    others = everyone.values[:, column] if column is not None else np.array([math.nan])
    others = others[np.isfinite(others)]
    return NumberRow(
        metric,
        period,
        float(values[at]),
        float(values[at - 1]) if at else math.nan,
        float(others.mean()) if len(others) else math.nan,
        len(others),
        tuple(values[max(0, at + 1 - _BACK) : at + 1].tolist()),
    )


def one_to_one(
    book: Book, holder: Holder, style: SheetStyle, now: datetime, key: str, *, until: Period | None, most: int
) -> tuple[str, list[str]]:
    """Return the sheet of one holder and the colours that it needs rules for; ``most`` accounts in each list."""
    view = book.view
    territories = list(holder.territories)
    colors = [color_of(view.plan.territories[ix].color) for ix in territories]
    share, of_what = headline(view, territories) if territories else ("", "")
    first = f"b{colors[0][1:]}" if colors else ""
    figure = f'<div class="share"><b>{escape(share)}</b>{escape(of_what)}</div>' if share else ""
    head = (
        f'<header class="{first}"><div class="who"><h1 dir="auto">{escape(holder_title(view, holder))}</h1>'
        f'<p class="quiet" dir="auto">{escape(holder_line(view, holder))}</p>'
        f'<p class="quiet" dir="auto">{escape(_person_line(view, holder, now.date()))}</p></div>{figure}</header>'
    )
    state = f" · {escape(book.facts.state)}" if book.facts.state else ""
    parts = [
        f'<section id="{escape(key)}">',
        head,
        _numbers(number_rows(view, holder, until)),
        _moved(book, holder, most, style),
        f"<h2>{escape(tr('Territory plan'))}</h2>",
        map_figure(book, holder, style, now),
        totals_table(measure_rows(view, territories)) if territories else "",
        _actions(view, holder),
        _notes(),
        f'<footer class="quiet small">{escape(book.facts.title)}{state}<br>{escape(book.facts.sources)}</footer>',
        "</section>",
    ]
    return "\n".join(part for part in parts if part), colors


def _person_line(view: ExportView, holder: Holder, today: date) -> str:
    """Return role, career level, tenure and manager of a rep, as far as they are told."""
    rep = view.plan.rep(holder.rep_id)
    parts = []
    if rep is not None:
        parts += [role_label(rep.role), rep.career_level, tenure_text(rep.started_on, today)]
    managers = [
        line.manager
        for line in reversed(region_lines(view.plan))  # the nearest first
        if line.manager and set(holder.territories) & set(line.territory_ix)
    ]
    if managers:
        parts.append(tr("manager: {name}", name=managers[0]))
    return " · ".join(part for part in parts if part)


def _numbers(rows: Sequence[NumberRow]) -> str:
    title = f"<h2>{escape(tr('Numbers'))}</h2>"
    if not rows:
        return title + f'<p class="quiet">{escape(tr("No numbers were imported for this rep."))}</p>'
    heads = (
        tr("Metric"),
        tr("Period"),
        tr("Now"),
        tr("Before"),
        tr("Change"),
        tr("All territories, mean"),
        tr("Trend"),
    )
    cells = "".join(
        f'<th scope="col"{_RIGHT if 2 <= at <= 5 else ""}>{escape(head)}</th>' for at, head in enumerate(heads)
    )
    lines = []
    for row in rows:
        change = (row.value - row.before) / abs(row.before) if row.before else math.nan
        said = percent(change) if math.isfinite(change) else "–"
        tone = " gained" if math.isfinite(change) and change > 0 else " lost" if change < 0 else ""
        lines.append(
            f"<tr><td{DIR}>{escape(metric_label(row.metric))}</td>"
            f"<td>{escape(row.period.label if row.period is not None else tr('not told'))}</td>"
            f"<td {_NUMBER}><b>{escape(value_text(row.metric, row.value) or '–')}</b></td>"
            f"<td {_NUMBER}>{escape(value_text(row.metric, row.before) or '–')}</td>"
            f'<td class="n{tone}">{escape(said)}</td>'
            f"<td {_NUMBER}>{escape(value_text(row.metric, row.others) or '–')}</td>"
            f"<td>{spark_svg(row.history)}</td></tr>"
        )
    return f"{title}<table><thead><tr>{cells}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def spark_svg(values: Sequence[float]) -> str:
    """Return the numbers as a little line: shapes only, the numbers stand beside it."""
    told = [value for value in values if math.isfinite(value)]
    if not told:
        return ""
    width, height = _SPARK
    low, span = min(told), max(told) - min(told)
    step = (width - 6) / max(len(values) - 1, 1)

    def place(i: int, value: float) -> str:
        share = (value - low) / span if span > 0 else 0.5
        return f"{3 + i * step:.1f},{height - 3 - share * (height - 6):.1f}"

    runs: list[list[str]] = [[]]
    for i, value in enumerate(values):
        if math.isfinite(value):
            runs[-1].append(place(i, value))
        elif runs[-1]:
            runs.append([])
    lines = "".join(
        f'<polyline points="{" ".join(run)}" fill="none" stroke="#5f7fa8" stroke-width="1.6"/>' for run in runs if run
    )
    last = max(i for i, value in enumerate(values) if math.isfinite(value))
    x, y = place(last, values[last]).split(",")
    return (
        f'<svg width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" aria-hidden="true">'
        f'{lines}<circle cx="{x}" cy="{y}" r="2.4" fill="#1d2127"/></svg>'
    )


def _moved(book: Book, holder: Holder, most: int, style: SheetStyle) -> str:
    """Return the largest accounts that came and went against the baseline."""
    comparison = book.comparison
    if comparison is None:
        return (
            f'<h2>{escape(tr("Accounts moved in and out"))}</h2><p class="quiet">'
            f"{escape(tr('No baseline is set, so it is not known what moved.'))}</p>"
        )
    changes = holder.changes(comparison)
    parts = [f"<h2>{escape(tr('Accounts moved in and out, against {baseline}', baseline=comparison.name))}</h2>"]
    if not len(changes.gained) and not len(changes.lost):
        parts.append(f"<p>{escape(tr('No account moved: all are kept.'))}</p>")
    for kind, accounts in (("gained", changes.gained), ("lost", changes.lost)):
        if len(accounts):
            parts.append(_account_list(book, comparison, kind, accounts, most, style))
    return "".join(parts)


def _account_list(
    book: Book,
    comparison: Comparison,
    kind: str,
    accounts: NDArray[np.int64],
    most: int,
    style: SheetStyle,
) -> str:
    view = book.view
    measures = account_measures(view)[:2]
    top = ranked(accounts, measures, view.plan.accounts.name)[:most]
    other = comparison.rep_before(top) if kind == "gained" else comparison.rep_now(top)
    title = tr("Moved in") if kind == "gained" else tr("Moved out")
    sums = [f"{m.label} {amount(float(np.nansum(m.values[accounts])))}" for m in measures[:1]]
    count = " · ".join([ntr("{n} account", "{n} accounts", len(accounts)), *sums])
    heads = [tr("Account"), tr("City")]
    if style.has_colleagues:
        heads.append(tr("From") if kind == "gained" else tr("To"))
    n_texts = len(heads)
    heads += [m.label for m in measures]
    cells = "".join(
        f'<th scope="col"{_RIGHT if at >= n_texts else ""}>{escape(head)}</th>' for at, head in enumerate(heads)
    )
    lines = []
    for at, account in enumerate(top.tolist()):
        name = str(view.plan.accounts.name[account] or view.plan.accounts.key[account])
        texts = [name, str(view.plan.accounts.city[account]), str(other[at]) or "–"][:n_texts]
        numbers = "".join(f"<td {_NUMBER}>{escape(amount(float(m.values[account])))}</td>" for m in measures)
        lines.append("<tr>" + "".join(f"<td{DIR}>{escape(text)}</td>" for text in texts) + numbers + "</tr>")
    more = len(accounts) - len(top)
    rest = f'<p class="quiet small">{escape(ntr("and {n} more", "and {n} more", more))}</p>' if more else ""
    return (
        f'<h3 class="{kind}">{escape(title)} <span class="quiet small">{escape(count)}</span></h3>'
        f"<table><thead><tr>{cells}</tr></thead><tbody>{''.join(lines)}</tbody></table>{rest}"
    )


def _actions(view: ExportView, holder: Holder) -> str:
    """Return what is agreed and not done yet, of the rep and of the rep's territories."""
    own = {view.plan.territories[ix].territory_id for ix in holder.territories}
    actions = [
        action
        for action in view.register(Action).values()
        if not action.done_on and (action.territory_id in own or (action.rep_id and action.rep_id == holder.rep_id))
    ]
    if not actions:
        return ""
    lines = [
        f"<tr><td{DIR}>{escape(a.title)}</td><td{DIR}>{escape(a.owner)}</td>"
        f"<td>{escape(parse_period(a.due_on).label if a.due_on else '–')}</td></tr>"
        for a in sorted(actions, key=lambda a: a.due_on or "9999")
    ]
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in (tr("What"), tr("Who"), tr("Until")))
    return (
        f"<h2>{escape(tr('Goals and agreed actions'))}</h2>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )


def _notes() -> str:
    """Return empty lines to write on in the talk."""
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in (tr("What"), tr("Who"), tr("Until")))
    lines = "<tr><td>&nbsp;</td><td></td><td></td></tr>" * _LINES_FOR_NOTES
    return f"<h2>{escape(tr('Agreed today'))}</h2><table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
