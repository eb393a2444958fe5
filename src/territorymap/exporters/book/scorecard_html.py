"""The scorecard of a territory as a section of a web page, made to be printed too: one territory a page.

Owns marks; figures are metrics.capacity's, style and policy of the page rep_html's. Every name is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from territorymap.exporters.book.rep_html import DIR
from territorymap.exporters.view import ExportView
from territorymap.i18n import money, number, percent, tr
from territorymap.metrics.capacity.scorecard import Card, Scorecards
from territorymap.model.coverage import Action


def card_section(view: ExportView, card: Card, found: Scorecards, color: str, key: str) -> str:
    """Return the section of one territory; ``color`` is its own, "#rrggbb"."""
    territory = view.plan.territories[card.territory_ix]
    rep = view.rep_names()[card.territory_ix] or tr("vacant")
    score = "–" if card.score != card.score else number(100 * card.score, 1)
    ranked = tr("rank {rank} of {n}", rank=number(card.rank), n=number(len(found.cards))) if card.rank else ""
    head = (
        f'<header class="b{color[1:]}"><div class="who"><h1{DIR}>{escape(territory.name)}</h1>'
        f'<p class="quiet"{DIR}>{escape(str(rep))}</p></div>'
        f'<div class="share"><b>{escape(score)}</b>{escape(ranked)}</div></header>'
    )
    parts = [head, _criteria(card, found), _facts(view, card, found)]
    parts.append(_goals(tr("Goals"), card.goals, tr("No goal is set.")))
    parts.append(_goals(tr("Synergies"), card.synergies, tr("No synergy is told.")))
    foot = f'<footer class="quiet small">{escape(view.plan.info.title)}</footer>'
    return f'<section id="{escape(key)}">{"".join(parts)}{foot}</section>'


def _criteria(card: Card, found: Scorecards) -> str:
    lines = []
    total = sum(criterion.weight for criterion in found.ranked.criteria)
    for at, criterion in enumerate(found.ranked.criteria):
        value = float(found.ranked.value[at, card.territory_ix])
        scaled = float(found.ranked.scaled[at, card.territory_ix])
        share = criterion.weight / total if total > 0 else 0.0
        lines.append(
            f'<tr><td{DIR}>{escape(criterion.name)}</td><td class="n">{escape(_amount(value))}</td>'
            f'<td class="n">{escape(percent(share))}</td>'
            f'<td class="n">{escape("–" if scaled != scaled else percent(scaled))}</td><td>{_bar(scaled)}</td></tr>'
        )
    heads = ((tr("Criterion"), ""), (tr("Value"), ' class="n"'), (tr("Weight"), ' class="n"'),
             (tr("Of all territories"), ' class="n"'))  # fmt: skip
    cells = "".join(f'<th scope="col"{kind}>{escape(text)}</th>' for text, kind in heads)
    return (
        f"<h2>{escape(tr('Potential and priority'))}</h2><table><thead><tr>{cells}<th></th></tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def _bar(scaled: float) -> str:
    width = 0.0 if scaled != scaled else 100 * min(max(scaled, 0.0), 1.0)
    return (
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="100" height="10" fill="#eef1f4"/>'
        f'<rect y="1" width="{width:.2f}" height="8" fill="#5f7fa8"/></svg>'
    )


def _facts(view: ExportView, card: Card, found: Scorecards) -> str:
    lines = []
    if card.penetration == card.penetration:
        lines.append(tr("{share} of the potential is sold.", share=percent(card.penetration, 1)))
    if card.quota is not None:
        amount = money(card.quota, view.plan.info.currency)
        lines.append(tr("The quota of {year} is {amount}.", year=found.year, amount=amount))
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _goals(title: str, actions: Sequence[Action], nothing: str) -> str:
    head = f"<h2>{escape(title)}</h2>"
    if not actions:
        return f'{head}<p class="quiet">{escape(nothing)}</p>'
    lines = "".join(
        f"<tr><td{DIR}>{escape(a.title)}</td><td{DIR}>{escape(a.owner)}</td><td>{escape(a.due_on)}</td>"
        f"<td>{escape(a.done_on)}</td><td{DIR}>{escape(a.note)}</td></tr>"
        for a in actions
    )
    heads = (tr("What"), tr("Owner"), tr("Until"), tr("Done"), tr("Note"))
    cells = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    return f"{head}<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"


def _amount(value: float) -> str:
    if value != value:
        return "–"
    return number(value, 0 if abs(value) >= 100 or value == int(value) else 2)
