"""Sheets of partners as one HTML page that needs nothing else, made to be printed: a partner begins on a new sheet.

Owns marks and styles; what is told is telling's. Every text is escaped here and nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from html import escape

from territorymap.exporters.book.rep_html import STYLE as BASE
from territorymap.exporters.partners.chosen import Sheets
from territorymap.i18n import day, locale_name, tr
from territorymap.metrics.partners import words
from territorymap.metrics.partners.assessing import BAD, GOOD
from territorymap.metrics.partners.sheet import PartnerSheet, Point
from territorymap.metrics.partners.telling import Block

STYLE = (
    BASE
    + """
header { border-left-color: #2f6fb0; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .15rem 1.4rem; margin: 0; }
.facts div { display: flex; justify-content: space-between; gap: 1rem; border-bottom: 1px dotted #d3dae1; }
.facts dt { color: #5b626d; } .facts dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
.good { color: #1b6e3c; font-weight: bold; } .bad { color: #b3261e; font-weight: bold; }
section .scroll { margin-top: .5rem; } .chart { width: 100%; max-height: 14rem; margin: .4rem 0; }
.lines { border: 1px solid #b9c2ca; min-height: 5.5rem; margin: .3rem 0 .8rem; }
.sign { display: flex; gap: 2rem; margin-top: 2.2rem; } .sign span { flex: 1; border-top: 1px solid #1d2127;
  padding-top: .2rem; color: #5b626d; font-size: .82rem; }
"""
)


def document(sheets: Sheets, title: str, today: date) -> str:
    """Return the whole page."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = (
        tr("Yearly assessment of partners, {period}", period=sheets.period.label)
        if sheets.is_year
        else tr("Review of partners, {period}", period=sheets.period.label)
    )
    links = "".join(
        f'<li><a href="#p{n}" dir="auto">{escape(s.name)}</a></li>' for n, s in enumerate(sheets.sheets, start=1)
    )
    listed = f"<nav><h1>{escape(head)}</h1><ul>{links}</ul></nav>" if len(sheets.sheets) > 1 else ""
    parts = [_section(sheets, sheet, n, title, today) for n, sheet in enumerate(sheets.sheets, start=1)]
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(locale_name().replace("_", "-"))}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(head)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{listed}\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _section(sheets: Sheets, sheet: PartnerSheet, n: int, title: str, today: date) -> str:
    kind = tr("Yearly assessment") if sheets.is_year else tr("Partner review")
    tier = sheet.tier_now.tier_name if sheet.tier_now else tr("no tier")
    line = " · ".join((kind, sheet.period.label, words.status_word(sheet.partner.status), tier))
    share = words.share_text(sheet.attainment)
    figure = (
        f'<div class="share"><b>{escape(share)}</b>{escape(tr("of the revenue target"))}</div>'
        if sheet.target.is_told
        else ""
    )
    head = (
        f'<header><div class="who"><h1 dir="auto">{escape(sheet.name)}</h1><p class="quiet">{escape(line)}</p></div>'
        f"{figure}</header>"
    )
    blocks = []
    for block in sheets.blocks(sheet):
        chart = _chart(sheet.trend) if block.key == "trend" and not sheets.is_year else ""
        blocks.append(_block(block, chart))
    foot = tr("{plan}; as of {day}", plan=title, day=day(today))
    return "\n".join(
        (f'<section id="p{n}">', head, *blocks, _meeting(sheets.is_year),
         f'<footer class="quiet small" dir="auto">{escape(foot)}</footer>', "</section>")
    )  # fmt: skip


def _block(block: Block, chart: str) -> str:
    parts = [f"<h2>{escape(block.title)}</h2>"]
    if block.facts:
        items = "".join(
            f'<div><dt>{escape(name)}</dt><dd dir="auto">{escape(value)}</dd></div>' for name, value in block.facts
        )
        parts.append(f'<dl class="facts">{items}</dl>')
    parts.append(chart)
    if block.rows:
        heads = "".join(
            f'<th scope="col"{_n(at in block.numeric)}>{escape(head)}</th>' for at, head in enumerate(block.heads)
        )
        rows = "".join(
            "<tr>"
            + "".join(f"<td{_tone(block, at, cell)}>{escape(cell)}</td>" for at, cell in enumerate(row))
            + "</tr>"
            for row in block.rows
        )
        parts.append(f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>')
    if block.note:
        lines = "".join(f'<p dir="auto">{escape(line)}</p>' for line in block.note.splitlines() if line.strip())
        parts.append(lines)
    return "".join(part for part in parts if part)


def _tone(block: Block, at: int, cell: str) -> str:
    if at in block.numeric:
        return ' class="n"'
    if block.key == "assessment" and cell in (GOOD(), BAD()):
        return ' class="good"' if cell == GOOD() else ' class="bad"'
    return ' dir="auto"'


def _n(is_number: bool) -> str:
    return ' class="n"' if is_number else ""


def _meeting(is_year: bool) -> str:
    """Return room for what is agreed while the sheet lies on the table, and for two names."""
    what = tr("Agreed for the coming year") if is_year else tr("Agreed at this review")
    return (
        f'<h2>{escape(what)}</h2><div class="lines"></div><div class="sign"><span>{escape(tr("For the partner, date"))}'
        f"</span><span>{escape(tr('For us, date'))}</span></div>"
    )


def _chart(trend: Sequence[Point]) -> str:
    """Return revenue as columns with the target as a line over each; "" where nothing is told."""
    told = [p for p in trend if p.revenue.is_told or p.target.is_told]
    values = [v for p in told for v in (p.revenue.amount, p.target.amount) if v == v]
    top = max(values, default=0.0)
    if len(told) < 2 or top <= 0:
        return ""
    wide, high, foot = 90.0, 120.0, 18.0
    parts = []
    for at, point in enumerate(told):
        left = at * wide
        if point.revenue.is_told and point.revenue.amount > 0:
            height = point.revenue.amount / top * high
            top_at = high - height + 6
            parts.append(
                f'<rect x="{left + 18:.1f}" y="{top_at:.1f}" width="54" height="{height:.1f}" fill="#6f9bc8"/>'
            )
        if point.target.is_told:
            y = high - point.target.amount / top * high + 6
            parts.append(f'<rect x="{left + 10:.1f}" y="{y - 1:.1f}" width="70" height="2" fill="#1d2127"/>')
        parts.append(
            f'<text x="{left + 45:.1f}" y="{high + foot + 2:.1f}" font-size="11" fill="#5b626d" text-anchor="middle">'
            f"{escape(point.period.label)}</text>"
        )
    about = tr("Revenue by period as columns, the target as a line")
    width = len(told) * wide
    return (
        f'<svg class="chart" viewBox="0 0 {width:.0f} {high + foot + 8:.0f}" role="img" aria-label="{escape(about)}">'
        f'{"".join(parts)}</svg><p class="quiet small">{escape(about)}</p>'
    )
