"""Turning what the importers read into rows, each import one undoable step.

Owns which rows are added, changed and removed; reading files and locating accounts is up to importers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.importers.account_marks import CHANGE, PROTECT
from territorymap.mapview.palette import assign_colors
from territorymap.model.accounts import CONSTANT_COLUMNS
from territorymap.model.plan import Plan
from territorymap.model.records import LOCATION_LEVELS
from territorymap.session.commands.checks import refuse_locked_territories, refuse_locked_units
from territorymap.session.commands.territories import territory_row
from territorymap.session.session import Command

if TYPE_CHECKING:
    from territorymap.geo.adjacency import Adjacency
    from territorymap.importers.accounts import AccountImport
    from territorymap.importers.alignment import AlignmentImport
    from territorymap.importers.reps import RepImport

_TEXT = ("account_key", "account_name", "postal_code", "city", "state", "country")


def import_accounts(
    plan: Plan, imported: AccountImport, *, is_update: bool = False, is_missing_removed: bool = False
) -> Command:
    """Add accounts; as an update, match by key: change what differs, add the new, and remove the missing if asked.

    An updated account keeps its identity, its override and what the file has no column for.
    """
    matched, new, missing = _compared(plan, imported, is_update)

    def run(writer: Writer, plan: Plan) -> None:
        with writer.adding_columns("account"):
            measure_columns, segment_columns = _columns(writer, plan, imported)
        columns = _account_columns(plan, imported, measure_columns, segment_columns)
        if is_update:
            _update_accounts(writer, plan, imported, columns, matched)
        writer.insert("account", _Rows(columns, new))
        if is_missing_removed:
            given = plan.account_override[missing]
            refuse_locked_territories((plan.territories[ix] for ix in np.unique(given[given >= 0])), plan)
            writer.delete("account", plan.accounts.account_id[missing])

    n = len(imported.account_name)
    label = ntr("Import {n} account", "Import {n} accounts", n)
    return Command(ntr("Update from {n} account", "Update from {n} accounts", n) if is_update else label, run)


def _compared(
    plan: Plan, imported: AccountImport, is_update: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return account_ix of each imported account that differs (else -1), positions of new ones, missing account_ix."""
    matched = np.full(len(imported), -1, dtype=np.int64)
    if not is_update:
        return matched, np.arange(len(imported)), np.empty(0, dtype=np.int64)
    from territorymap.importers.compare import compare_accounts

    preview = compare_accounts(plan, imported)
    matched[preview.changed] = preview.changed_in_plan
    return matched, preview.added, preview.missing


def _columns(writer: Writer, plan: Plan, imported: AccountImport) -> tuple[dict[str, str], dict[str, str]]:
    """Return the table columns of the imported measures and segments; those the plan has not yet are made."""
    by_name = {m.name.casefold(): m for m in plan.measures if m.source == "account"}
    taken = {m.name.casefold() for m in plan.measures if m.source != "account"}
    measures: dict[str, str] = {}
    for name in imported.measures:
        known = by_name.get(name.strip().casefold())
        own = tr("{name} of accounts", name=name) if name.strip().casefold() in taken else name
        measures[name] = known.column_name if known else writer.add_measure(own, "account").column_name
    known_segments = {s.name.casefold(): s for s in plan.segments}
    segments: dict[str, str] = {}
    for name in imported.segments:
        segment = known_segments.get(name.strip().casefold()) or writer.add_segment(name)
        segments[name] = segment.column_name
    return measures, segments


def _account_columns(
    plan: Plan, imported: AccountImport, measures: Mapping[str, str], segments: Mapping[str, str]
) -> dict[str, list[Any]]:
    """Return the columns of the account table as lists of Python values, None = empty."""
    columns: dict[str, list[Any]] = {name: [str(v) for v in getattr(imported, name)] for name in _TEXT}
    for name in ("lon", "lat", *CONSTANT_COLUMNS):
        columns[name] = _nullable(getattr(imported, name))
    columns["location_level"] = [str(level) for level in imported.location_level]
    unit_ix = np.asarray(imported.unit_ix)
    unit_id = plan.units.unit_id[np.maximum(unit_ix, 0)] if len(plan.units) else np.zeros(len(unit_ix), dtype=np.int64)
    columns["unit_id"] = [int(i) if ix >= 0 else None for i, ix in zip(unit_id, unit_ix, strict=True)]
    if imported.satisfaction is not None:
        columns["satisfaction"] = _nullable(imported.satisfaction)
    if imported.mark is not None:
        columns["is_protected"] = [int(mark == PROTECT) for mark in imported.mark]
        columns["wants_change"] = [int(mark == CHANGE) for mark in imported.mark]
    for name, column in measures.items():
        columns[column] = _nullable(imported.measures[name])
    for name, column in segments.items():
        columns[column] = [str(value) for value in imported.segments[name]]
    return columns


def _nullable(values: NDArray[np.float64]) -> list[float | None]:
    return [None if value != value else value for value in np.asarray(values, dtype=np.float64).tolist()]


class _Rows(Collection[dict[str, Any]]):
    """Rows of columns, each made when it is asked for."""

    def __init__(self, columns: Mapping[str, list[Any]], positions: NDArray[np.int64]) -> None:
        self._columns, self._positions = columns, positions

    def __len__(self) -> int:
        return len(self._positions)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = tuple(self._columns)
        for i in self._positions.tolist():
            yield {name: self._columns[name][i] for name in names}

    def __contains__(self, row: object) -> bool:
        return any(row == one for one in self)


def _update_accounts(
    writer: Writer,
    plan: Plan,
    imported: AccountImport,
    columns: Mapping[str, list[Any]],
    matched: NDArray[np.int64],
) -> None:
    """Write what differs, column by column, only of columns that the file has."""
    own = {*imported.present_columns, *(c for c in columns if c not in _OWN_COLUMNS)}
    present = own - {"account_key"}
    updates: dict[int, dict[str, Any]] = {}
    known = np.flatnonzero(matched >= 0)
    for column in columns:
        if column not in present:
            continue
        before = _current(plan, column)
        for i in known.tolist():
            old = None if before is None else before[matched[i]]
            new = columns[column][i]
            if new != old and not (new in (None, "") and old in (None, "")):
                updates.setdefault(int(plan.accounts.account_id[matched[i]]), {})[column] = new
    writer.update("account", updates)


_MARKS = ("is_protected", "wants_change")
_OWN_COLUMNS = frozenset(
    {*_TEXT, *CONSTANT_COLUMNS, *_MARKS, "satisfaction", "lon", "lat", "location_level", "unit_id"}
)


def _current(plan: Plan, column: str) -> list[Any] | None:
    """Return what the plan holds in a column of the account table; None for a column that was just made."""
    accounts = plan.accounts
    names = {"account_name": "name", "account_key": "key"}
    if column in _TEXT:
        return list(getattr(accounts, names.get(column, column)))
    if column in ("lon", "lat"):
        return _nullable(getattr(accounts, column))
    if column == "location_level":
        return [LOCATION_LEVELS[level] for level in accounts.level]
    if column == "unit_id":
        if not len(plan.units):
            return None
        ids = plan.units.unit_id[np.maximum(accounts.unit_ix, 0)]
        return [int(i) if ix >= 0 else None for i, ix in zip(ids, accounts.unit_ix, strict=True)]
    if column in CONSTANT_COLUMNS:
        return _nullable(accounts.constants[CONSTANT_COLUMNS.index(column)])
    if column in _MARKS:
        return [int(mark) for mark in getattr(accounts, column)]
    if column == "satisfaction":
        return _nullable(accounts.satisfaction)
    if column in accounts.values:
        return _nullable(accounts.values[column])
    if column in accounts.segments:
        return list(accounts.segments[column])
    return None


def import_reps(plan: Plan, imported: RepImport) -> Command:
    """Add reps; those whose name the plan has already are updated. A territory column puts them in charge."""

    def run(writer: Writer, plan: Plan) -> None:
        known = {rep.name.casefold(): rep.rep_id for rep in plan.reps}
        for record in imported.records:
            row = {k: v for k, v in record.items() if k != "territory"}
            name = str(row["rep_name"])
            rep_id = known.get(name.casefold())
            if rep_id is None:
                (rep_id,) = writer.insert("rep", [{"fte": 1.0, **{k: v for k, v in row.items() if v is not None}}])
                known[name.casefold()] = rep_id
            else:
                writer.update("rep", {rep_id: {k: v for k, v in row.items() if k in imported.present_columns}})
            territory = plan.territory_named(str(record.get("territory") or ""))
            if territory is not None and territory.rep_id != rep_id:
                writer.update("territory", {territory.territory_id: {"rep_id": rep_id}})

    return Command(ntr("Import {n} rep", "Import {n} reps", len(imported.records)), run)


def import_alignment(plan: Plan, imported: AlignmentImport, adjacency: Adjacency) -> Command:
    """Give units to territories as a list says; territories and reps that are new are made.

    ``imported``: ``unit_ix`` (n,), ``territory`` (n,) names ("" = unassigned), ``rep`` (n,) names ("" = not told).
    """
    names = list(dict.fromkeys(str(name) for name in imported.territory if name))

    def run(writer: Writer, plan: Plan) -> None:
        unit_ix = np.asarray(imported.unit_ix, dtype=np.int64)
        refuse_locked_units(plan, unit_ix)
        reps = _reps_of(writer, plan, imported)
        regions = _regions_of(writer, plan, imported)
        target = np.array([names.index(name) if name else -1 for name in imported.territory], dtype=np.int64)
        colors = _colors(plan, unit_ix, target, names, adjacency)
        fresh = 0
        for i, name in enumerate(names):
            territory = plan.territory_named(name)
            if territory is None:
                row = territory_row(plan, name, colors[i], reps.get(name), fresh)
                (territory_id,) = writer.insert("territory", [row])
                fresh += 1
            else:
                refuse_locked_territories([territory], plan)
                territory_id = territory.territory_id
                if reps.get(name) not in (None, territory.rep_id):
                    writer.update("territory", {territory_id: {"rep_id": reps[name]}})
            if regions.get(name) is not None:
                writer.update("territory", {territory_id: {"region_id": regions[name]}})
            writer.assign(plan.units.unit_id[unit_ix[target == i]], territory_id)
        writer.assign(plan.units.unit_id[unit_ix[target < 0]], None)

    return Command(
        ntr("Import an alignment of {n} unit", "Import an alignment of {n} units", len(imported.unit_ix)), run
    )


def _reps_of(writer: Writer, plan: Plan, imported: AlignmentImport) -> dict[str, int]:
    """Return the rep of each territory that the list names one for; reps that are new are added."""
    known = {rep.name.casefold(): rep.rep_id for rep in plan.reps}
    by_territory: dict[str, int] = {}
    for territory, rep in zip(imported.territory, imported.rep, strict=True):
        name = " ".join(str(rep).split())
        if not territory or not name or territory in by_territory:
            continue
        if name.casefold() not in known:
            (known[name.casefold()],) = writer.insert(
                "rep", [{"uuid": str(uuid4()), "rep_name": name, "fte": 1.0, "location_level": "none"}]
            )
        by_territory[str(territory)] = known[name.casefold()]
    return by_territory


def _regions_of(writer: Writer, plan: Plan, imported: AlignmentImport) -> dict[str, int]:
    """Return the region of each territory that the list names one for; regions that are new are added."""
    known = {region.name.casefold(): region.region_id for region in plan.regions}
    by_territory: dict[str, int] = {}
    for territory, region in zip(imported.territory, imported.region, strict=True):
        name = " ".join(str(region).split())
        if not territory or not name or territory in by_territory:
            continue
        if name.casefold() not in known:
            (known[name.casefold()],) = writer.insert("region", [{"region_name": name}])
        by_territory[str(territory)] = known[name.casefold()]
    return by_territory


def _colors(
    plan: Plan, unit_ix: NDArray[np.int64], target: NDArray[np.int64], names: list[str], adjacency: Adjacency
) -> list[str]:
    """Return a colour for each named territory: its own, else one that its neighbours do not have."""
    by_unit = np.full(len(plan.units), -1, dtype=np.int64)
    by_unit[unit_ix] = target
    sides = by_unit[adjacency.pair]
    sides = sides[(sides >= 0).all(axis=1) & (sides[:, 0] != sides[:, 1])]
    fixed = {i: t.color for i, name in enumerate(names) if (t := plan.territory_named(name)) is not None}
    pairs = {(int(min(a, b)), int(max(a, b))) for a, b in np.unique(sides, axis=0)}
    return assign_colors(sorted(pairs), len(names), fixed)


def territory_for_each_rep(plan: Plan, imported: RepImport | None = None) -> Command:
    """Make a territory for each rep that has none yet, with no units.

    It has the name that the rep list gives it, else the rep's.
    """
    told = {str(r["rep_name"]).casefold(): str(r.get("territory") or "") for r in imported.records} if imported else {}
    if not plan.reps:
        raise UserError(tr("There are no reps yet."), tr("Import reps first, or start from a number of territories."))
    taken = {t.name.casefold() for t in plan.territories}
    covered = {t.rep_id for t in plan.territories}
    rep_by_name: dict[str, int] = {}
    for rep in plan.reps:
        name = told.get(rep.name.casefold()) or rep.name
        if rep.rep_id not in covered and name.casefold() not in taken:
            taken.add(name.casefold())
            rep_by_name[name] = rep.rep_id

    def run(writer: Writer, plan: Plan) -> None:
        colors = assign_colors([], len(rep_by_name))
        rows = [territory_row(plan, name, colors[i], rep_by_name[name], i) for i, name in enumerate(rep_by_name)]
        writer.insert("territory", rows)

    return Command(ntr("Create {n} territory", "Create {n} territories", len(rep_by_name)), run)
