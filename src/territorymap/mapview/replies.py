"""What Python says to the page, made from plan, totals and changes. Owns the wording of messages; sends nothing."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.parents import Level
from territorymap.mapview.home_lines import HomeLines
from territorymap.mapview.palette import dark_variant
from territorymap.mapview.protocol import VERSION
from territorymap.metrics.balance import Balance
from territorymap.metrics.preview import UnitValues
from territorymap.model.change import PlanDelta
from territorymap.model.plan import Plan
from territorymap.model.records import Rep, Territory
from territorymap.model.tiles import TileInfo

_COUNTS = ("accounts", "units")

Reply = dict[str, Any]
_dark_variant = lru_cache(maxsize=4096)(dark_variant)


class Figures(Protocol):
    """The figures of territories that the page shows: metrics.totals.Totals, or a still copy of them."""

    @property
    def territory_total(self) -> NDArray[np.float64]: ...  # (M, T)

    @property
    def n_units(self) -> NDArray[np.integer]: ...  # (T,)

    @property
    def n_accounts(self) -> NDArray[np.integer]: ...  # (T,)

    @property
    def pieces(self) -> NDArray[np.integer]: ...  # (T,)

    @property
    def area_km2(self) -> NDArray[np.float64]: ...  # (T,)

    @property
    def perimeter_km(self) -> NDArray[np.float64]: ...  # (T,)


def encode(reply: Reply) -> str:
    """Return the message as it crosses the channel; not finite numbers are null."""
    return json.dumps({"v": VERSION, **reply}, separators=(",", ":"), allow_nan=False)


def context(url: str) -> Reply:
    """Where the land around the units is to be fetched; the same for every plan."""
    return {"kind": "context", "context": url}


def load(geometry_url: str, *, keep_view: bool = False) -> Reply:
    """Where the unit layer is to be fetched.

    ``keep_view``: units of the same plan came or went; the page stays where it is, with its tool.
    """
    return {"kind": "load", "geometry": geometry_url, "keep_view": keep_view}


def values(values_url: str, accounts_url: str | None) -> Reply:
    """Where the preview's numbers, and if they changed the accounts' places, are to be fetched."""
    return {"kind": "values", "values": values_url, "accounts": accounts_url}


def unit_values(changed: UnitValues) -> Reply:
    """What an override changed of the preview's numbers: those of a few units."""
    return {
        "kind": "unit_values",
        "units": changed.unit.tolist(),
        "measure": changed.measure.T.tolist(),
        "weight": [weight.tolist() for weight in changed.weight],
    }


def state(plan: Plan, totals: Figures, balance: Balance, labels: dict[str, str], rev: int, is_read_only: bool) -> Reply:
    """The whole alignment; replaces what the page believed."""
    return {
        "kind": "state",
        "rev": rev,
        "title": plan.info.title,
        "is_read_only": is_read_only,
        "measures": [
            {
                "name": m.name,
                "label": labels.get(m.name, m.name),
                "is_count": m.source == "builtin" and m.column_name in _COUNTS,
                "tolerance": m.tolerance,
                "shown": m.is_shown,
            }
            for m in plan.measures
        ],
        "territories": [territory_row(plan, totals, balance, ix) for ix in range(plan.n_territories)],
        "units": base64.b64encode(plan.unit_territory.astype("<i4").tobytes()).decode("ascii"),
        "locked_units": np.flatnonzero(plan.units.locked).tolist(),
        "overrides": _override_pairs(plan, np.flatnonzero(plan.account_override >= 0)),
    }


def patch(plan: Plan, totals: Figures, balance: Balance, delta: PlanDelta, touched: Iterable[int], rev: int) -> Reply:
    """What one change moved; only the rows that differ."""
    return {"kind": "patch", **_changes(plan, totals, balance, delta, touched, rev)}


def ack(
    plan: Plan, totals: Figures, balance: Balance, delta: PlanDelta, touched: Iterable[int], rev: int, seq: int
) -> Reply:
    """The page's own stroke, done: the same rows, so that Python's numbers replace the preview."""
    return {"kind": "ack", "seq": seq, **_changes(plan, totals, balance, delta, touched, rev)}


def done(seq: int, rev: int, label: str, notes: Iterable[str]) -> Reply:
    """A drawing, cut or join of the page is done; what it changed was sent before, this answers the message."""
    nothing: Reply = {"units": [], "to": [], "rows": [], "locks": [], "overrides": []}
    return {"kind": "ack", "seq": seq, "rev": rev, **nothing, "label": label, "notes": list(notes)}


def probed(
    ask: int,
    taken: Iterable[int] = (),
    crossed: Iterable[int] = (),
    n_parts: int = 0,
    notes: Iterable[str] = (),
    rows: Iterable[Reply] | None = None,
    flow: Reply | None = None,
) -> Reply:
    """What the drawing under way would take whole, and what it would cut, if it ended here.

    ``rows``: totals of territories after a cut, which the page cannot work out; as of :func:`forecast_row`.
    ``flow``: what would change rep then, base, lost and gained by column, and the protected accounts among it.
    """
    return {
        "kind": "probed",
        "ask": ask,
        "taken": [int(u) for u in taken],
        "crossed": [int(u) for u in crossed],
        "n_parts": n_parts,
        "notes": list(notes),
        "rows": None if rows is None else list(rows),
        "flow": flow,
    }


def forecast_row(ix: int, total: NDArray[np.float64], n_units: int, n_accounts: int) -> Reply:
    """Totals of one territory as they would be; ``ix`` = as many as there are means a new one."""
    return {"ix": ix, "total": [float(x) for x in total], "n_units": n_units, "n_accounts": n_accounts}


def drawing(rule: str, is_new: bool, name: str) -> Reply:
    """How a drawn boundary is meant: which units it takes, and whether it becomes a territory ("" = any)."""
    return {"kind": "drawing", "rule": rule, "is_new": is_new, "name": name}


def refuse(seq: int, text: str) -> Reply:
    """The stroke is not done; the page restores its pre-image and shows the sentence."""
    return {"kind": "refuse", "seq": seq, "text": text}


def selection(
    territory_id: int | None, units: Sequence[int] | None = None, accounts: dict[str, Any] | None = None
) -> Reply:
    """What is selected elsewhere in the window; ``accounts`` as account_sets.encode_set makes it."""
    reply: Reply = {"kind": "selection", "territory": territory_id}
    if units is not None:
        reply["units"] = [int(u) for u in units]
    if accounts is not None:
        reply["accounts"] = accounts
    return reply


def accounts(
    *,
    color: tuple[str, str | None] | None = None,
    size: tuple[str, str | None] | None = None,
    shows: tuple[str, dict[str, Any] | None] | None = None,
    selected: dict[str, Any] | None = None,
    covered: tuple[dict[str, Any] | None] | None = None,
) -> Reply:
    """How accounts are shown; what is None stays as it is.

    Parameters
    ----------
    color, size
        key of the choice (account_style), and where the accounts' kinds or numbers are to be fetched, None = nowhere.
    shows
        one of account_style.SHOWS, and the accounts that pass the table's filter, None = all.
    selected
        the accounts that are selected, as account_sets.encode_set makes them.
    covered
        the accounts in the scope of the alignment, None = all.
    """
    reply: Reply = {"kind": "accounts"}
    if color is not None:
        reply["color"], reply["color_url"] = color
    if size is not None:
        reply["size"], reply["size_url"] = size
    if shows is not None:
        reply["shows"], reply["filter"] = shows
    if selected is not None:
        reply["selected"] = selected
    if covered is not None:
        (reply["covered"],) = covered
    return reply


def account_texts(seq: int, rows: Sequence[Reply]) -> Reply:
    """What is to be said of the accounts under the pointer; see ui/map/account_texts.py."""
    return {"kind": "account_texts", "seq": seq, "rows": list(rows)}


def target(territory_id: int | None, is_set: bool) -> Reply:
    """What strokes paint into; None and set = unassign."""
    return {"kind": "target", "territory": territory_id, "is_set": is_set}


def tool(name: str, radius_px: int) -> Reply:
    return {"kind": "tool", "tool": name, "radius": radius_px}


def levels(found: Sequence[Level], at: int) -> Reply:
    """What units can be painted by beside themselves; ``at`` 0 = single units, n = the n-th of these."""
    rows = [
        {
            "key": level.key,
            "word": level.word,
            "names": list(level.names),
            "group": base64.b64encode(level.group.astype("<i4").tobytes()).decode("ascii"),
        }
        for level in found
    ]
    return {"kind": "levels", "levels": rows, "at": at}


def home_lines(rep_id: int, name: str, found: HomeLines) -> Reply:
    """Lines from a rep's home to the accounts, and how far they are."""
    rows = [
        {
            "ix": reach.territory_ix,
            "n": reach.n_accounts,
            "mean_km": _number(reach.mean_km),
            "max_km": _number(reach.max_km),
            "stem_h": reach.stem_h,
        }
        for reach in found.reaches
    ]
    ends = base64.b64encode(found.ends.astype("<i4").tobytes()).decode("ascii")
    return {"kind": "home_lines", "rep": rep_id, "name": name, "rows": rows, "n": found.n_accounts, "ends": ends}


def place_home(rep_id: int, name: str) -> Reply:
    """Let the next click on the map say where a rep lives."""
    return {"kind": "place_home", "rep": rep_id, "name": name}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def level(at: int) -> Reply:
    return {"kind": "level", "at": at}


def option(name: str, value: bool) -> Reply:
    return {"kind": "option", "name": name, "value": value}


def fly(bounds: Sequence[float]) -> Reply:
    """Show west, south, east, north."""
    return {"kind": "fly", "bounds": [float(b) for b in bounds]}


def fly_home() -> Reply:
    """Show all units."""
    return {"kind": "fly", "bounds": None}


def glide(bounds: Sequence[float] | None, *, is_smooth: bool = True) -> Reply:
    """Go to west, south, east, north, None = the whole plan, as scenes of a presentation follow each other."""
    place = None if bounds is None else [float(b) for b in bounds]
    return {"kind": "glide", "bounds": place, "is_smooth": is_smooth}


def act(what: str) -> Reply:
    """Let the page do one of "zoom_in", "zoom_out", "pick_target", "longer", "shorter", "cancel", "cursor", "land"."""
    return {"kind": "do", "what": what}


def measure(name: str | None) -> Reply:
    """The measure whose index stands under the territories' names."""
    return {"kind": "measure", "name": name}


def base(kind: str, url: str, info: TileInfo | None) -> Reply:
    """What lies under the units: "none", "context", or the tiles of a "file"."""
    return {
        "kind": "base",
        "base": kind,
        "url": url,
        "min_zoom": info.min_zoom if info else 0,
        "max_zoom": info.max_zoom if info else 0,
        "bounds": list(info.bounds) if info and info.bounds else None,
        "attribution": (info.attribution or info.title) if info else "",
    }


def conflicts(
    units: Sequence[int] = (),
    accounts: Sequence[int] = (),
    territories: Sequence[int] = (),
    chosen_units: Sequence[int] = (),
    chosen_accounts: Sequence[int] = (),
) -> Reply:
    """What two planners decided differently: unit_ix, account_ix, territory ids; ``chosen`` in the list of them."""
    return {
        "kind": "conflicts",
        "units": [int(u) for u in units],
        "accounts": [int(a) for a in accounts],
        "territories": [int(t) for t in territories],
        "chosen_units": [int(u) for u in chosen_units],
        "chosen_accounts": [int(a) for a in chosen_accounts],
    }


def coverage(
    units: Sequence[int] = (),
    accounts: Sequence[int] = (),
    chosen_units: Sequence[int] = (),
    chosen_accounts: Sequence[int] = (),
) -> Reply:
    """Gaps and conflicts between alignments: unit_ix, account_ix; ``chosen`` in the list of them."""
    return {
        "kind": "coverage",
        "units": [int(u) for u in units],
        "accounts": [int(a) for a in accounts],
        "chosen_units": [int(u) for u in chosen_units],
        "chosen_accounts": [int(a) for a in chosen_accounts],
    }


def mark(units: Sequence[int] = (), territory_id: int | None = None) -> Reply:
    """Units that a list points at, and who would get them; none = no mark."""
    return {"kind": "mark", "units": [int(u) for u in units], "territory": territory_id}


def hint(text: str, tone: str = "info") -> Reply:
    return {"kind": "hint", "text": text, "tone": tone}


def clear() -> Reply:
    return {"kind": "clear"}


def territory_facts(territory: Territory, rep: Rep | None) -> Reply:
    """What a territory is, and who leads it, as the page knows it: in the plan, or in another one that is shown."""
    return {
        "id": territory.territory_id,
        "name": territory.name,
        "color": territory.color,
        "dark": _dark_variant(territory.color),
        "rep": rep.name if rep is not None else "",
        "rep_id": rep.rep_id if rep is not None else None,
        "locked": territory.locked,
        "home": [rep.lon, rep.lat] if rep is not None and rep.has_home else None,
    }


def territory_row(plan: Plan, totals: Figures, balance: Balance, ix: int) -> Reply:
    """One territory as the page knows it."""
    territory = plan.territories[ix]
    return {
        "ix": ix,
        **territory_facts(territory, plan.rep_of(ix)),
        "is_outside": territory.is_outside,
        "share": float(balance.share[ix]),
        "total": [float(x) for x in totals.territory_total[:, ix]],
        "n_units": int(totals.n_units[ix]),
        "n_accounts": int(totals.n_accounts[ix]),
        "pieces": int(totals.pieces[ix]),
        "area_km2": float(totals.area_km2[ix]),
        "perimeter_km": float(totals.perimeter_km[ix]),
    }


def _changes(
    plan: Plan, totals: Figures, balance: Balance, delta: PlanDelta, touched: Iterable[int], rev: int
) -> Reply:
    return {
        "rev": rev,
        "units": delta.unit_ix.tolist(),
        "to": delta.unit_to.tolist(),
        "rows": [territory_row(plan, totals, balance, int(ix)) for ix in touched],
        "locks": [[int(u), bool(plan.units.locked[u])] for u in delta.locked_unit_ix],
        "overrides": _override_pairs(plan, delta.account_ix),
    }


def _override_pairs(plan: Plan, account_ix: NDArray[np.integer]) -> list[list[int]]:
    return [[int(a), int(plan.account_override[a])] for a in account_ix]
