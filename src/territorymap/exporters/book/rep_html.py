"""The sheet of a rep as HTML: one page that needs nothing else, without scripts, made to be printed as well.

Owns marks and styles; what is told is roster's and blocks' (the same as in the PDF). Every name is text: it is escaped
here and nowhere else. Styles carry a hash in the page's own policy, which allows nothing from outside.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import escape

import numpy as np

from territorymap.exporters.book.blocks import against
from territorymap.exporters.book.changes import Holder
from territorymap.exporters.book.figures import (
    MeasureRow,
    account_measures,
    amount,
    measure_rows,
)
from territorymap.exporters.book.rep_pages import SheetStyle, holder_line, holder_title
from territorymap.exporters.book.roster import MARKS, Roster, roster_of
from territorymap.exporters.book.territory_page import Book, account_values, draw_scale_on_map, headline
from territorymap.exporters.picture.facts import SEPARATOR
from territorymap.exporters.picture.paper import Paper
from territorymap.exporters.picture.sheet import Sheet
from territorymap.exporters.picture.svg_file import svg_text
from territorymap.exporters.picture.territory import draw_territories
from territorymap.i18n import locale_name, ntr, number, percent, tr

MAP_IN = (7.5, 4.7)  # inches
MAP_GRAIN = 0.35  # points: on a screen no more is seen, and a page of many reps stays small
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
NEUTRAL = "#9aa1a9"
BAR_END = 2.0  # index at the right end of a bar

STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, "Segoe UI", "Helvetica Neue", "DejaVu Sans", "Noto Sans", sans-serif;
  color: #1d2127; background: #fff; margin: 0 auto; max-width: 60rem; padding: 1.2rem; }
h1 { font-size: 1.9rem; line-height: 1.15; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; padding-bottom: .25rem; border-bottom: 1px solid #b9c2ca; }
p { margin: .3rem 0; } .quiet { color: #5b626d; } .small { font-size: .82rem; }
header { display: flex; gap: 1rem; align-items: flex-start; border-left: .55rem solid #9aa1a9; padding-left: .9rem; }
header .who { flex: 1; min-width: 0; } header .share { text-align: right; white-space: nowrap; }
header .share b { display: block; font-size: 2rem; line-height: 1.1; }
figure { margin: 1rem 0; } figure img { width: 100%; height: auto; border: 1px solid #b9c2ca; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; }
th { text-align: left; font-weight: normal; color: #5b626d; border-bottom: 1px solid #b9c2ca; vertical-align: bottom; }
th, td { padding: .22rem .5rem .22rem 0; overflow-wrap: anywhere; } td { vertical-align: top; }
td.n, th.n { text-align: right; white-space: nowrap; overflow-wrap: normal; font-variant-numeric: tabular-nums; }
tbody tr:nth-child(odd) td { background: #f5f7f9; }
.gained { color: #1b6e3c; } .lost { color: #b3261e; } .outside { color: #b3261e; font-weight: bold; }
.swatch { display: inline-block; width: 1rem; height: .7rem; margin-right: .4rem; border: 1px solid #0005; }
.bar { display: block; width: 100%; height: .55rem; margin-top: .35rem; }
nav ul { columns: 16rem; padding-left: 1.1rem; } section { margin: 0 0 3rem; }
footer { margin-top: 1.5rem; border-top: 1px solid #b9c2ca; padding-top: .4rem; }
.scroll { overflow-x: auto; }
@page { margin: 14mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; } nav { display: none; }
  section + section { break-before: page; } h2 { break-after: avoid; } tr, figure, header { break-inside: avoid; }
  thead { display: table-header-group; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def document(title: str, sections: Sequence[str], colors: Sequence[str], links: Sequence[tuple[str, str]] = ()) -> str:
    """Return the whole page; ``links`` are id and name of each section, for a list at the top."""
    rules = "".join(
        f".c{color[1:]} {{ background: {color}; }}\n.b{color[1:]} {{ border-color: {color}; }}\n"
        for color in sorted(set(colors))
    )
    style = STYLE + rules
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    language = locale_name().replace("_", "-")
    items = "".join(f'<li><a href="#{escape(key)}" dir="auto">{escape(name)}</a></li>' for key, name in links)
    listed = f"<nav><h1>{escape(title)}</h1><ul>{items}</ul></nav>" if links else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{listed}\n"
        + "\n".join(sections)
        + "\n</body>\n</html>\n"
    )


def section(book: Book, holder: Holder, style: SheetStyle, now: datetime, key: str) -> tuple[str, list[str]]:
    """Return the sheet of one holder and the colours that it needs rules for."""
    view = book.view
    territories = list(holder.territories)
    colors = [color_of(view.plan.territories[ix].color) for ix in territories]
    share, of_what = headline(view, territories) if territories else ("", "")
    roster = roster_of(view, holder, book.comparison, has_colleagues=style.has_colleagues)
    first = f"b{colors[0][1:]}" if colors else ""
    figure = f'<div class="share"><b>{escape(share)}</b>{escape(of_what)}</div>' if share else ""
    head = (
        f'<header class="{first}"><div class="who"><h1 dir="auto">{escape(holder_title(view, holder))}</h1>'
        f'<p class="quiet" dir="auto">{escape(holder_line(view, holder))}</p></div>{figure}</header>'
    )
    state = f" · {escape(book.facts.state)}" if book.facts.state else ""
    foot = f"{escape(book.facts.title)}{state}<br>{escape(book.facts.sources)}"
    parts = [
        f'<section id="{escape(key)}">',
        head,
        map_figure(book, holder, style, now),
        totals_table(measure_rows(view, territories)) if territories else "",
        _territories(book, territories, colors) if len(territories) > 1 else "",
        _changes(book, holder),
        _lists(roster),
        f'<footer class="quiet small">{foot}</footer>',
        "</section>",
    ]
    return "\n".join(part for part in parts if part), colors


def map_figure(book: Book, holder: Holder, style: SheetStyle, now: datetime) -> str:
    """Return the map of a holder's territories, or that there is none."""
    view, territories = book.view, list(holder.territories)
    if not np.isin(book.drawing.owner, territories).any():
        return f'<p class="quiet">{escape(tr("No unit belongs to it yet, so there is no map."))}</p>'
    sheet = replace(Sheet.of_paper(Paper(*MAP_IN), scale=1.0), grain=MAP_GRAIN)
    value = account_values(view, territories, account_measures(view))
    this = draw_territories(
        sheet, book.drawing, territories, sheet.whole, value, has_neighbour_names=style.has_colleagues
    )
    draw_scale_on_map(sheet, this.fit)
    title = tr("Map of {name}", name=holder_title(view, holder))
    picture = base64.b64encode(svg_text(sheet, title, now).encode()).decode()
    return f'<figure><img alt="{escape(title)}" src="data:image/svg+xml;base64,{picture}"></figure>'


def totals_table(rows: Sequence[MeasureRow]) -> str:
    """Return the totals against their targets, a row a measure."""
    lines = []
    for row in rows:
        tone = ' class="n outside"' if row.is_outside else ' class="n"'
        index = percent(row.index) if np.isfinite(row.index) else tr("no target")
        lines.append(
            f'<tr><td dir="auto">{escape(row.label)}</td><td class="n">{escape(amount(row.total))}</td>'
            f'<td class="n">{escape(amount(row.target))}</td><td{tone}>{escape(index)}</td><td>{_bar(row)}</td></tr>'
        )
    heads = (tr("Measure"), tr("Total"), tr("Target"), tr("Share"))
    cells = "".join(f'<th scope="col"{_n(at > 0)}>{escape(head)}</th>' for at, head in enumerate(heads))
    return (
        f"<h2>{escape(tr('Totals against targets'))}</h2><table><thead><tr>{cells}<th></th></tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def _bar(row: MeasureRow) -> str:
    """Return the index as a bar whose middle is the target: shapes only, the numbers stand beside it."""
    middle, reach = 100 / BAR_END, 100 / BAR_END * row.tolerance
    width = 100 * min(max(row.index, 0.0), BAR_END) / BAR_END if np.isfinite(row.index) else 0.0
    return (
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="100" height="10" fill="#eef1f4"/>'
        f'<rect x="{middle - reach:.2f}" width="{2 * reach:.2f}" height="10" fill="#d3dae1"/>'
        f'<rect y="2" width="{width:.2f}" height="6" fill="#5f7fa8"/>'
        f'<rect x="{middle - 0.3:.2f}" width="0.6" height="10" fill="#1d2127"/></svg>'
    )


def _territories(book: Book, territories: Sequence[int], colors: Sequence[str]) -> str:
    view = book.view
    lines = []
    for ix, color in zip(territories, colors, strict=True):
        lines.append(
            f'<tr><td dir="auto"><span class="swatch c{color[1:]}"></span>{escape(view.plan.territories[ix].name)}</td>'
            f'<td class="n">{escape(number(int(view.n_units[ix])))}</td>'
            f'<td class="n">{escape(number(int(view.n_accounts[ix])))}</td>'
            f'<td class="n">{escape(headline(view, [ix])[0])}</td></tr>'
        )
    heads = (tr("Territory"), tr("Units"), tr("Accounts"), tr("of target"))
    cells = "".join(f'<th scope="col"{_n(at > 0)}>{escape(head)}</th>' for at, head in enumerate(heads))
    return (
        f"<h2>{escape(tr('Territories'))}</h2><table><thead><tr>{cells}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def _changes(book: Book, holder: Holder) -> str:
    if book.comparison is None:
        return ""
    changes = holder.changes(book.comparison)
    head = f'<h2 dir="auto">{escape(against(book.comparison))}</h2>'
    if not changes.is_any:
        return f"{head}<p>{escape(tr('Nothing changes: all accounts and units are kept.'))}</p>"
    measures = account_measures(book.view)[:1]
    lines = []
    for kind, title, accounts, units in (
        ("gained", tr("Gained"), changes.gained, changes.units_gained),
        ("kept", tr("Kept"), changes.kept, None),
        ("lost", tr("Lost"), changes.lost, changes.units_lost),
    ):
        said = [ntr("{n} account", "{n} accounts", len(accounts))]
        said += [ntr("{n} unit", "{n} units", len(units))] if units is not None and len(units) else []
        said += [f"{m.label}: {amount(float(np.nansum(m.values[accounts])))}" for m in measures]
        lines.append(f'<p class="{kind}"><b>{escape(title)}</b> {escape(SEPARATOR.join(said))}</p>')
    return head + "".join(lines)


def _lists(roster: Roster) -> str:
    if not roster.n_rows:
        return f'<h2>{escape(tr("Accounts"))}</h2><p class="quiet">{escape(tr("There is no account here."))}</p>'
    heads = "".join(f'<th scope="col"{_n(c.is_number)}>{escape(c.head)}</th>' for c in roster.columns)
    parts = []
    for part in roster.sections:
        tone = f' class="{part.kind}"' if part.kind in ("gained", "lost") else ""
        lines = []
        for row in part.rows:
            cells = "".join(
                f"<td{_n(column.is_number)}{'' if column.is_number else DIR}>{escape(cell)}</td>"
                for column, cell in zip(roster.columns, row.cells, strict=True)
            )
            lines.append(f"<tr><td{tone}>{escape(MARKS.get(part.kind, ''))}</td>{cells}</tr>")
        count = ntr("{n} account", "{n} accounts", len(part.rows))
        parts.append(
            f'<h2{tone}>{escape(part.title)} <span class="quiet small">{escape(count)}</span></h2>'
            f'<div class="scroll"><table><thead><tr><th></th>{heads}</tr></thead><tbody>{"".join(lines)}</tbody>'
            "</table></div>"
        )
    return "".join(parts)


DIR = ' dir="auto"'


def _n(is_number: bool) -> str:
    return ' class="n"' if is_number else ""


def color_of(text: str) -> str:
    """Return a colour that a style may name; a neutral one for what is none."""
    return text.lower() if _COLOR.fullmatch(text) else NEUTRAL
