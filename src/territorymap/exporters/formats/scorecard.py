"""Scorecards of territories as one HTML page: potential, priority, quota, goals and synergies.

Owns contents and choices; the marks are book's.
"""

from __future__ import annotations

import re
from pathlib import Path

from territorymap.errors import UserError
from territorymap.exporters.choices import Choice
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.stopping import check_of
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

TERRITORIES = Choice("territories", lambda: tr("Only these territories"), "names", names_of="territories")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_NEUTRAL = "#9aa1a9"


@exporter(
    "scorecard",
    extension="html",
    label=lambda: tr("Scorecards of territories on one web page (HTML)"),
    what=("scorecards",),
    choices=(TERRITORIES,),
    group="print",
)
def write_scorecard(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the page: a list of names at the top, then a territory each, the best first; printed, a page each."""
    from territorymap.exporters.book.rep_html import document
    from territorymap.exporters.book.scorecard_html import card_section
    from territorymap.exporters.scorecard_table import scorecards_of

    check, wanted = check_of(options.is_cancelled), set(options.names("territories"))
    found = scorecards_of(view)
    names = [territory.name for territory in view.plan.territories]
    unknown = sorted(wanted - set(names))
    if unknown:
        raise UserError(
            tr("There is no territory {name}.", name=repr(unknown[0])), tr("Name territories as the plan has them.")
        )
    if not names:
        raise UserError(tr("The plan has no territories yet."), tr("Draw or build some first."))
    cards = [card for card in found.cards if not wanted or names[card.territory_ix] in wanted]
    cards.sort(key=lambda card: (card.rank == 0, card.rank))
    sections, colors, links = [], [], []
    for n, card in enumerate(cards):
        check()
        options.progress(n, len(cards))
        told = view.plan.territories[card.territory_ix].color.lower()
        color = told if _COLOR.fullmatch(told) else _NEUTRAL
        key = f"card-{n + 1}"
        sections.append(card_section(view, card, found, color, key))
        colors.append(color)
        links.append((key, names[card.territory_ix]))
    title = tr("Scorecards: {plan}", plan=view.plan.info.title)
    page = document(title, sections, colors, links if len(links) > 1 else ())
    path.write_text(page, encoding="utf-8", newline="\n")
    options.progress(len(cards), len(cards))
