"""One HTML file with the map: opens with no network, hover with totals, legend.

Owns what of the plan goes into the file; the page is mapview's.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from territorymap.exporters.alignment_words import alignment_name
from territorymap.exporters.choices import Choice
from territorymap.exporters.part import part_of, territories_of_reps
from territorymap.exporters.registry import CONTENTS, ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import listed, locale_name, tr
from territorymap.mapview.account_packing import order_accounts, pack_accounts, pack_color_offer, pack_no_accounts
from territorymap.mapview.account_style import pack_colors
from territorymap.mapview.account_texts import pack_account_texts, pack_no_account_texts
from territorymap.mapview.context import pack_context
from territorymap.mapview.packing import home_bounds, pack_geometry, pack_values
from territorymap.mapview.page import build_single_page
from territorymap.metrics.preview import PreviewArrays
from territorymap.resources import shipped

CONTEXT_MARGIN = 12.0  # degrees around the units
_GEOMETRY_PART = (3, 80)  # hundredths of the work before and after the levels of detail are found
CONTEXT_LEVEL = 7  # of detail: land further off needs no more, and the file stays small


_REP = Choice(
    "rep", lambda: tr("Reps"), "names", names_of="reps",
    hint=lambda: tr("None ticked: the whole plan. Else nothing of the others is in the page."),
)  # fmt: skip
PAGE_CHOICES = (
    Choice(
        "account_names", lambda: tr("Names and keys of accounts, so that they can be searched for"), "flag", True,
        what=("accounts",),
    ),
    Choice("account_numbers", lambda: tr("Measures of each account"), "flag", what=("accounts",)),
)  # fmt: skip


@exporter(
    "html",
    label=lambda: tr("Web page with the map"),
    what=CONTENTS,
    choices=(_REP, *PAGE_CHOICES),
    group="web",
)
def write_html(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the page of the plan, or of some reps' territories alone."""
    names = options.names("rep")
    if names:
        view = part_of(view, territories_of_reps(view, names))
    write_page(view, path, what, options, title_of(view, names), options.progress)


def title_of(view: ExportView, names: Sequence[str]) -> str:
    """Return what stands over the page: the plan, and whose part of it this is."""
    title = " · ".join(part for part in (view.plan.info.title, alignment_name(view)) if part)
    return tr("{title}: {names}", title=title, names=listed(names)) if names else title


def write_page(
    view: ExportView, path: Path, what: str, options: ExportOptions, title: str, progress: Callable[[int, int], None]
) -> None:
    """Write the page; "units" adds unit borders and their own numbers, "accounts" a dot for each account besides.

    Reps' homes are never in the file; accounts' places, and the segments that they can be coloured by, only where
    accounts are drawn; their names and numbers only where these are asked for.
    """
    has_accounts = what == "accounts"
    plan = view.plan
    order = order_accounts(plan.accounts, plan.in_scope | (plan.account_override >= 0))  # whom the alignment is about
    blocks: dict[str, bytes] = {}
    done = 0  # hundredths
    begin, end = _GEOMETRY_PART

    def tell(level: int, of: int) -> None:
        options.stop_if_cancelled()
        progress(begin + (end - begin) * level // of, 100)

    makers: dict[str, tuple[int, Callable[[], bytes]]] = {
        "tm-context": (begin, lambda: _context(view)),
        "tm-geometry": (end, lambda: _geometry(view, title, tell)),
        "tm-values": (85, lambda: pack_values(_values(view, what != "territories"))),
        "tm-accounts": (90, lambda: pack_accounts(view.plan.accounts, order) if has_accounts else pack_no_accounts()),
        "tm-account-colors": (
            95, lambda: pack_colors(view.plan, order) if has_accounts else pack_color_offer(order, []),
        ),
        "tm-account-texts": (98, lambda: _texts(view, options) if has_accounts else pack_no_account_texts()),
    }  # fmt: skip
    for name, (after, make) in makers.items():
        options.stop_if_cancelled()
        progress(done, 100)
        blocks[name] = zlib.compress(make(), 9)
        done = after
    shown = {"show_accounts": has_accounts, "show_unit_borders": what != "territories", "show_homes": False}
    page = build_single_page(title, blocks, _state(view, title, has_accounts), shown, locale_name().replace("_", "-"))
    path.write_text(page, encoding="utf-8", errors="replace", newline="\n")
    progress(100, 100)


def _texts(view: ExportView, options: ExportOptions) -> bytes:
    """Return what is said of single accounts."""
    if not options.flag("account_names"):
        return pack_no_account_texts()
    accounts = view.plan.accounts
    measures = [m for m in view.plan.measures if m.source == "account"] if options.flag("account_numbers") else []
    numbers = [(m.name, accounts.values[m.column_name]) for m in measures]
    return pack_account_texts(accounts, view.account_territory, numbers)


def _state(view: ExportView, title: str, has_accounts: bool) -> dict[str, Any]:
    """Return the message "state" of the page, without what is nobody's business outside."""
    rows = [{**row, "home": None} for row in view.page_state["territories"]]
    overrides = view.page_state["overrides"] if has_accounts else []
    return {**view.page_state, "title": title, "territories": rows, "overrides": overrides}


def _values(view: ExportView, has_units: bool) -> PreviewArrays:
    """Return the units' own numbers where the page shows them, else zeros.

    The way from the rep's home is in them: nothing moves on this page, so it needs no parts to add up.
    """
    none = np.empty(0)
    return PreviewArrays(
        measures=[m.name for m in view.plan.measures],
        workload_row=-1,
        unit_measure=view.unit_total if has_units else np.zeros_like(view.unit_total),
        account_start=np.zeros(len(view.plan.units) + 1, dtype=np.int64),
        account_lon=none,
        account_lat=none,
        account_weight=none,
        home_lon=none,
        home_lat=none,
        territory_total=view.territory_total,
        unassigned_total=none,
    )


def _geometry(view: ExportView, title: str, tell: Callable[[int, int], None]) -> bytes:
    info = view.plan.info
    return pack_geometry(
        view.topology,
        view.plan.units,
        title=title,
        unit_word=info.unit_word,
        attribution=info.attribution,
        is_edited=False,
        tell=tell,
    )


def _context(view: ExportView) -> bytes:
    """Return the land around the units, coarse."""
    west, south, east, north = home_bounds(view.plan.units.lon, view.plan.units.lat)
    bounds = (
        max(west - CONTEXT_MARGIN, -180.0),
        max(south - CONTEXT_MARGIN, -85.0),
        min(east + CONTEXT_MARGIN, 180.0),
        min(north + CONTEXT_MARGIN, 85.0),
    )
    return pack_context(shipped("maps", "context"), bounds, CONTEXT_LEVEL)
