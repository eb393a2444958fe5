"""Reading a planner's files for import and new, and the report of what came of it.

Owns the order guess, correct, build; parsing and locating are importers', the step is session's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.locate import UnitLocator
from territorymap.i18n import listed, ntr, number, tr
from territorymap.importers.accounts import AccountImport, build_accounts
from territorymap.importers.alignment import AlignmentImport, build_alignment
from territorymap.importers.assignment import AssignmentImport, build_assignment
from territorymap.importers.columns import ColumnMap, apply_choices, find_column, guess_columns
from territorymap.importers.compare import compare_accounts
from territorymap.importers.deals import DealImport, Known, build_deals
from territorymap.importers.finer_codes import PostalGround
from territorymap.importers.geocode import Geocoder
from territorymap.importers.rejects import Reject, write_rejects
from territorymap.importers.reps import RepImport, build_reps
from territorymap.importers.table import RawTable, read_table
from territorymap.importers.table_options import TableOptions
from territorymap.model.crm_ids import same_record
from territorymap.model.plan import Plan
from territorymap.model.units import Strings

MAX_REJECTS_SHOWN = 10
# The field that --key means for each kind of file.
KEY_FIELD = {
    "accounts": "account_key",
    "reps": "rep_name",
    "alignment": "unit_code",
    "assignment": "account_key",
    "deals": "account_key",
}


class Imported(Protocol):
    """What all three imports can tell."""

    @property
    def rejects(self) -> list[Reject]: ...

    @property
    def notes(self) -> list[str]: ...

    @property
    def read(self) -> int: ...

    def to_json(self) -> dict[str, object]: ...


@dataclass(frozen=True)
class Ground:
    """The units that imported rows are placed in."""

    codes: Strings  # (U,)
    names: Strings  # (U,)
    country: Strings  # (U,)
    geometry: NDArray[np.object_]  # (U,)

    @cached_property
    def locator(self) -> UnitLocator:
        return UnitLocator(self.geometry)

    @property
    def only_country(self) -> str:
        """Return the country of all units; "" where there are several or none is told."""
        countries = {str(country) for country in self.country}
        return countries.pop() if len(countries) == 1 else ""


@dataclass(frozen=True)
class Request:
    """Which file, and what the person says about it."""

    file: Path
    kind: str  # "accounts" | "reps" | "alignment"
    choices: Sequence[str] = ()
    key: str | None = None
    sheet: str = ""
    rejects: Path | None = None


@dataclass(frozen=True)
class Report:
    """What came of one file."""

    imported: Imported
    columns: ColumnMap
    counts: dict[str, int] = field(default_factory=dict)  # added, changed, ... of an update

    @property
    def notes(self) -> list[str]:
        return self.imported.notes

    def to_json(self) -> dict[str, Any]:
        """Return what --json prints."""
        columns: dict[str, Any] = {"fields": dict(self.columns.fields)}
        if self.columns.kind == "accounts":
            columns |= {"measures": list(self.columns.measures), "segments": list(self.columns.segments)}
        return {**self.imported.to_json(), **self.counts, "columns": columns}

    def to_lines(self, with_rejects: bool = True) -> list[str]:
        """Return what a person reads: columns, counts, and the first rejected rows."""
        facts = self.imported.to_json()
        rejects = self.imported.rejects
        lines = [tr("Columns: {columns}", columns=_columns_text(self.columns))]
        read, used = ntr("{n} row read", "{n} rows read", self.imported.read), number(int(str(facts["imported"])))
        rejected = number(len(rejects))
        lines.append(tr("{read}: {used} imported, {rejected} rejected.", read=read, used=used, rejected=rejected))
        located = facts.get("located")
        if isinstance(located, dict):
            lines.append(_located_text(located))
        if self.counts:
            lines.append(_counts_text(self.counts))
        return [*lines, *self.reject_lines(MAX_REJECTS_SHOWN)] if with_rejects else lines

    def reject_lines(self, most: int) -> list[str]:
        """Return the first rejected rows with their reasons, and how many more there are."""
        rejects = self.imported.rejects
        lines = [tr("row {row}: {reason}", row=reject.row, reason=reject.reason) for reject in rejects[:most]]
        if len(rejects) > most:
            lines.append(tr("and {n} more; --rejects OUT.csv saves them all.", n=number(len(rejects) - most)))
        return lines


def read_accounts(request: Request, ground: Ground) -> tuple[AccountImport, ColumnMap]:
    """Return the accounts of a file, located in the units; rejected rows are saved if that was asked for."""
    table, columns = _table(request, ground)
    imported = build_accounts(
        table,
        columns,
        ground.locator,
        Geocoder(),
        ground.codes,
        default_country=ground.only_country,
        is_key_needed=request.key is not None,
    )
    _save_rejects(request, table, imported)
    return imported, columns


def read_reps(request: Request, ground: Ground) -> tuple[RepImport, ColumnMap]:
    """Return the reps of a file with their homes located."""
    table, columns = _table(request, ground)
    imported = build_reps(table, columns, Geocoder(), ground.locator, default_country=ground.only_country)
    _save_rejects(request, table, imported)
    return imported, columns


def read_alignment(request: Request, ground: Ground) -> tuple[AlignmentImport, ColumnMap]:
    """Return which unit belongs to which territory by a file."""
    table, columns = _table(request, ground)
    postal = PostalGround(Geocoder(), ground.locator, ground.only_country)
    imported = build_alignment(table, columns, ground.codes, ground.names, postal=postal)
    _save_rejects(request, table, imported)
    return imported, columns


def read_assignment(request: Request, account_keys: Strings, ground: Ground) -> tuple[AssignmentImport, ColumnMap]:
    """Return which account belongs to which territory by a file."""
    table, columns = _table(request, ground)
    imported = build_assignment(table, columns, account_keys)
    _save_rejects(request, table, imported)
    return imported, columns


def read_deals(request: Request, known: Known, ground: Ground) -> tuple[DealImport, ColumnMap]:
    """Return the deals of a file; accounts, reps and partners must be in the plan."""
    table, columns = _table(request, ground)
    imported = build_deals(table, columns, known)
    _save_rejects(request, table, imported)
    return imported, columns


def update_counts(plan: Plan, imported: AccountImport) -> dict[str, int]:
    """Return what an update by key adds and changes."""
    preview = compare_accounts(plan, imported)
    return {
        "added": len(preview.added),
        "changed": len(preview.changed),
        "unchanged": len(preview.unchanged),
        "missing": len(preview.missing),
    }


def n_known_keys(plan: Plan, imported: AccountImport) -> int:
    """Return how many accounts of the file have a key that the plan has already."""
    in_file = {same_record(str(key)) for key in imported.account_key if key}
    return len(in_file & {same_record(str(key)) for key in plan.accounts.key if key})


def _table(request: Request, ground: Ground) -> tuple[RawTable, ColumnMap]:
    table = read_table(
        request.file, TableOptions(sheet=request.sheet, has_areas=request.kind in ("alignment", "assignment"))
    )
    columns = guess_columns(table, request.kind, [str(code) for code in ground.codes])
    if request.key is not None:
        columns = columns.with_field(KEY_FIELD[request.kind], find_column(table, request.key))
    return table, apply_choices(table, columns, request.choices)


def _save_rejects(request: Request, table: RawTable, imported: Imported) -> None:
    if request.rejects is not None:
        write_rejects(request.rejects, table, imported.rejects)


def _columns_text(columns: ColumnMap) -> str:
    parts = [f"{name} = {header}" for name, header in columns.fields.items()]
    parts += [tr("measure = {name}", name=header) for header in columns.measures]
    parts += [tr("segment = {name}", name=header) for header in columns.segments]
    return listed(parts) or tr("none")


def _located_text(located: dict[str, int]) -> str:
    return tr(
        "Located by coordinates: {coordinates}, by postal code: {postal_code}, by city: {city}, not at all: {none}.",
        **{level: number(n) for level, n in located.items()},
    )


def _counts_text(counts: dict[str, int]) -> str:
    return tr(
        "Added: {added}, changed: {changed}, unchanged: {unchanged}; kept though not in the file: {missing}.",
        **{name: number(n) for name, n in counts.items()},
    )
