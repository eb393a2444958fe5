"""One HTML file with the map: opens with no network, hover with totals, legend.

Owns what of the plan goes into the file; the page is mapview's.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from territorymap.errors import Cancelled
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr
from territorymap.mapview.account_packing import order_accounts, pack_accounts, pack_color_offer, pack_no_accounts
from territorymap.mapview.account_style import pack_colors
from territorymap.mapview.context import pack_context
from territorymap.mapview.packing import home_bounds, pack_geometry, pack_values
from territorymap.mapview.page import build_single_page
from territorymap.metrics.preview import PreviewArrays
from territorymap.resources import shipped

CONTEXT_MARGIN = 12.0  # degrees around the units
CONTEXT_LEVEL = 7  # of detail: land further off needs no more, and the file stays small


@exporter("html", label=lambda: tr("Web page with the map"), what=("territories", "units", "accounts"))
def write_html(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the page; "units" adds unit borders and their own numbers, "accounts" a dot for each account besides.

    Accounts' names and numbers and reps' homes are never in the file; places of accounts, and the segments that they
    can be coloured by, only where accounts are drawn.
    """
    has_accounts = what == "accounts"
    order = order_accounts(view.plan.accounts)
    blocks: dict[str, bytes] = {}
    makers: dict[str, Callable[[], bytes]] = {
        "tm-context": lambda: _context(view),
        "tm-geometry": lambda: _geometry(view),
        "tm-values": lambda: pack_values(_values(view, what != "territories")),
        "tm-accounts": lambda: pack_accounts(view.plan.accounts, order) if has_accounts else pack_no_accounts(),
        "tm-account-colors": lambda: pack_colors(view.plan, order) if has_accounts else pack_color_offer(order, []),
    }
    for done, (name, make) in enumerate(makers.items()):
        if options.is_cancelled():
            raise Cancelled
        options.progress(done, len(makers) + 1)
        blocks[name] = zlib.compress(make(), 9)
    shown = {"show_accounts": has_accounts, "show_unit_borders": what != "territories", "show_homes": False}
    page = build_single_page(view.plan.info.title, blocks, _state(view, has_accounts), shown)
    path.write_text(page, encoding="utf-8", newline="\n")
    options.progress(len(makers) + 1, len(makers) + 1)


def _state(view: ExportView, has_accounts: bool) -> dict[str, Any]:
    """Return the message "state" of the page, without what is nobody's business outside."""
    rows = [{**row, "home": None} for row in view.page_state["territories"]]
    return {**view.page_state, "territories": rows, "overrides": view.page_state["overrides"] if has_accounts else []}


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


def _geometry(view: ExportView) -> bytes:
    info = view.plan.info
    return pack_geometry(
        view.topology,
        view.plan.units,
        title=info.title,
        unit_word=info.unit_word,
        attribution=info.attribution,
        is_edited=False,
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
