"""The list of a rep's accounts: gained, kept and lost, with marks and distances; the same for PDF and HTML.

Owns columns, order and words; not how the list is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.book.changes import Comparison, Holder
from territorymap.exporters.book.figures import account_measures, accounts_of, amount, ranked
from territorymap.exporters.picture.fonts import drawable
from territorymap.exporters.view import ExportView
from territorymap.geo.distance import great_circle_km
from territorymap.i18n import clauses, number, tr

MARKS = {"gained": "+", "kept": "", "lost": "−"}
PROTECTED, OVERRIDE = "◆", "✎"
MAX_MEASURES = 3


@dataclass(frozen=True)
class RosterColumn:
    """One column: its head, its share of the width, and whether it holds numbers."""

    head: str
    share: float
    is_number: bool = False


@dataclass(frozen=True)
class RosterRow:
    """One account."""

    cells: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """Accounts of one fate; ``kind`` is "gained", "kept", "lost", or "" where nothing is compared."""

    kind: str
    title: str
    rows: tuple[RosterRow, ...]


@dataclass(frozen=True)
class Roster:
    """The whole list."""

    columns: tuple[RosterColumn, ...]
    sections: tuple[Section, ...] = field(default=())

    @property
    def n_rows(self) -> int:
        return sum(len(section.rows) for section in self.sections)


def roster_of(
    view: ExportView, holder: Holder, comparison: Comparison | None, *, has_colleagues: bool = False
) -> Roster:
    """Return the accounts of a rep, or of a vacant territory.

    ``has_colleagues``: name who had the gained and who gets the lost accounts; the list holds nobody else otherwise.
    """
    measures = account_measures(view)[:MAX_MEASURES]
    build = _Rows(view, holder, [m.values for m in measures])
    names = view.plan.accounts.name
    columns = [
        RosterColumn(tr("Account"), 3.2),
        RosterColumn(tr("Key"), 1.3),
        RosterColumn(tr("Place"), 2.0),
        *(RosterColumn(m.label, 1.1, is_number=True) for m in measures),
        RosterColumn(tr("km from home"), 0.9, is_number=True),
        RosterColumn(tr("Remarks"), 2.2),
    ]
    if comparison is None:
        mine = ranked(accounts_of(view, holder.territories), measures, names)
        sections = [Section("", tr("Accounts"), build.rows(mine))]
        return _without_empty(Roster(tuple(columns), tuple(sections)))
    changes = holder.changes(comparison)
    gained, kept, lost = (ranked(a, measures, names) for a in (changes.gained, changes.kept, changes.lost))
    given = comparison.rep_before(gained) if has_colleagues else None
    taken = comparison.rep_now(lost) if has_colleagues else None
    sections = [
        Section("gained", tr("Gained"), build.rows(gained, [_from(n) for n in given] if given is not None else None)),
        Section("kept", tr("Kept"), build.rows(kept)),
        Section("lost", tr("Lost"), build.rows(lost, [_to(n) for n in taken] if taken is not None else None)),
    ]
    return _without_empty(Roster(tuple(columns), tuple(section for section in sections if section.rows)))


def _without_empty(roster: Roster) -> Roster:
    """Return the list without columns of text in which nothing is written."""
    rows = [row for section in roster.sections for row in section.rows]
    kept = [
        at
        for at, column in enumerate(roster.columns)
        if at == 0 or column.is_number or any(row.cells[at] for row in rows)
    ]

    def shortened(row: RosterRow) -> RosterRow:
        return RosterRow(tuple(row.cells[at] for at in kept))

    sections = tuple(replace(s, rows=tuple(shortened(row) for row in s.rows)) for s in roster.sections)
    return Roster(tuple(roster.columns[at] for at in kept), sections)


def _from(name: str) -> str:
    return tr("from {name}", name=name) if name else tr("from nobody")


def _to(name: str) -> str:
    return tr("to {name}", name=name) if name else tr("to nobody")


class _Rows:
    """Makes rows; what all need is looked up once."""

    def __init__(self, view: ExportView, holder: Holder, values: list[NDArray[np.float64]]) -> None:
        self._view = view
        self._values = values
        self._km = _km_from_home(view, holder)
        self._reasons = {int(account_id): override.reason for account_id, override in view.plan.overrides.items()}

    def rows(self, accounts: NDArray[np.int64], remarks: list[str] | None = None) -> tuple[RosterRow, ...]:
        return tuple(self._row(int(ix), remarks[n] if remarks else "") for n, ix in enumerate(accounts))

    def _row(self, ix: int, remark: str) -> RosterRow:
        accounts = self._view.plan.accounts
        km = self._km[ix]
        place = " ".join(part for part in (accounts.postal_code[ix], accounts.city[ix]) if part)
        if accounts.state[ix]:
            place = f"{place}, {accounts.state[ix]}" if place else str(accounts.state[ix])
        cells = [str(accounts.name[ix]) or str(accounts.key[ix]), str(accounts.key[ix]), place]
        cells += [amount(float(values[ix])) for values in self._values]
        cells += [number(km) if np.isfinite(km) else "–", self._remark(ix, remark)]
        return RosterRow(tuple(drawable(cell) for cell in cells))

    def _remark(self, ix: int, remark: str) -> str:
        parts = [remark] if remark else []
        if self._view.plan.accounts.is_protected[ix]:
            parts.append(f"{PROTECTED} " + tr("protected"))
        if self._view.plan.account_override[ix] >= 0:
            reason = self._reasons.get(int(self._view.plan.accounts.account_id[ix]), "")
            parts.append(f"{OVERRIDE} " + (reason or tr("by name")))
        return clauses(parts)


def _km_from_home(view: ExportView, holder: Holder) -> NDArray[np.float64]:
    """Return (A,) great-circle distance from the rep's home; nan where either place is not known."""
    plan = view.plan
    rep = plan.rep(holder.rep_id)
    if rep is None or not rep.has_home:
        return np.full(len(plan.accounts), np.nan)
    lon, lat = account_places(view)
    return great_circle_km(float(rep.lon or 0.0), float(rep.lat or 0.0), lon, lat)


def account_places(view: ExportView) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (A,) longitude and latitude of the accounts: their own, else their unit's, else nan."""
    accounts, units = view.plan.accounts, view.plan.units
    lon, lat = accounts.lon.copy(), accounts.lat.copy()
    at_unit = ~(np.isfinite(lon) & np.isfinite(lat)) & (accounts.unit_ix >= 0)
    lon[at_unit], lat[at_unit] = units.lon[accounts.unit_ix[at_unit]], units.lat[accounts.unit_ix[at_unit]]
    return lon, lat
