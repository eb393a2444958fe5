"""A list read again beside what the plan holds. Owns what is new, changed, missing; applying it is session's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.importers.account_marks import CHANGE, PROTECT
from territorymap.importers.accounts import AccountImport
from territorymap.importers.fields import CONSTANT_FIELDS
from territorymap.importers.reps import RepImport
from territorymap.model.crm_ids import same_record
from territorymap.model.plan import Plan
from territorymap.model.records import Rep
from territorymap.model.written import words_text

_PLAN_NAMES = {"account_name": "name", "postal_code": "postal_code", "city": "city", "state": "state"}
_REP_FIELDS = (
    *("home_postal_code", "home_city", "home_state", "home_country", "lon", "lat", "capacity_h", "fte"),
    *("role", "seniority", "career_level", "languages", "verticals", "started_on"),
)
_SAME_DEGREES = 1e-9


@dataclass(frozen=True)
class ImportPreview:
    """What an import would do; positions in the import, and beside them those in the plan."""

    added: NDArray[np.int64]  # (a,) positions in the import
    changed: NDArray[np.int64]  # (c,) positions in the import
    changed_in_plan: NDArray[np.int64]  # (c,) account_ix, or position in plan.reps
    changed_fields: list[tuple[str, ...]]  # (c,) fields, measures and segments that differ
    unchanged: NDArray[np.int64]  # (u,) positions in the import
    missing: NDArray[np.int64]  # (m,) positions in the plan that the file does not have
    notes: list[str] = field(default_factory=list)

    @property
    def field_counts(self) -> dict[str, int]:
        """Return how many rows differ in each field, the most frequent first."""
        return dict(Counter(name for names in self.changed_fields for name in names).most_common())


def compare_accounts(plan: Plan, imported: AccountImport, key: str = "account_key") -> ImportPreview:
    """Return what an update by key would add and change, and what the file lacks.

    Only the columns that the file has are compared; what a person has set otherwise (overrides, locks, edits in other
    columns) is not touched by them. Of accounts in the plan that share a key the first is meant.
    Salesforce Ids of 15 and of 18 letters are one key.

    Parameters
    ----------
    key : "account_key" or "account_name".

    Raises
    ------
    UserError
        if the import has no key at all.
    """
    if key not in ("account_key", "account_name"):
        raise UserError(tr("Accounts cannot be compared by {field}.", field=key), tr("Choose the key or the name."))
    keys = imported.account_key if key == "account_key" else imported.account_name
    if len(keys) and not any(keys):
        raise UserError(
            tr("No row of the file has a key, so accounts cannot be recognised."),
            tr("Choose the column that holds the account key."),
        )
    in_plan = plan.accounts.key if key == "account_key" else plan.accounts.name
    one = same_record if key == "account_key" else str
    at, ix, missing = _match([one(str(k)) for k in keys], [one(str(k)) for k in in_plan])
    different = _account_differences(plan, imported, at, ix)
    notes = _note_doubled([str(k) for k in in_plan])
    return _preview(len(imported), at, ix, different, missing, notes)


def _match(
    keys: Sequence[str], in_plan: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return positions that both have, in the import and in the plan, and those that only the plan has."""
    first: dict[str, int] = {}
    for position, text in enumerate(in_plan):
        if text:
            first.setdefault(text, position)
    at = np.array([i for i, text in enumerate(keys) if text in first], dtype=np.int64)
    ix = np.array([first[keys[i]] for i in at.tolist()], dtype=np.int64)
    return at, ix, np.setdiff1d(np.arange(len(in_plan)), ix)


def _note_doubled(keys: Sequence[str]) -> list[str]:
    n = sum(count - 1 for text, count in Counter(keys).items() if text and count > 1)
    if not n:
        return []
    return [
        ntr(
            "One account of the plan shares its key with another; the first of them is updated.",
            "{n} accounts of the plan share their keys with others; the first of each is updated.",
            n,
        )
    ]


def _preview(
    n: int,
    at: NDArray[np.int64],
    ix: NDArray[np.int64],
    different: dict[str, NDArray[np.bool_]],
    missing: NDArray[np.int64],
    notes: list[str],
) -> ImportPreview:
    names = list(different)
    grid = np.array([different[name] for name in names], dtype=bool).reshape(len(names), len(at))
    is_changed = grid.any(axis=0)
    fields = [tuple(name for name, flag in zip(names, column, strict=True) if flag) for column in grid.T[is_changed]]
    return ImportPreview(
        added=np.setdiff1d(np.arange(n), at),
        changed=at[is_changed],
        changed_in_plan=ix[is_changed],
        changed_fields=fields,
        unchanged=at[~is_changed],
        missing=missing,
        notes=notes,
    )


def _account_differences(
    plan: Plan, imported: AccountImport, at: NDArray[np.int64], ix: NDArray[np.int64]
) -> dict[str, NDArray[np.bool_]]:
    """Return field -> (matched,) True where file and plan differ."""
    accounts = plan.accounts
    present = imported.present_columns
    out: dict[str, NDArray[np.bool_]] = {}
    for name in ("account_name", "postal_code", "city", "state", "country"):
        if name in present:
            before = getattr(accounts, _PLAN_NAMES.get(name, name))[ix]
            out[name] = np.asarray(getattr(imported, name)[at] != before, dtype=bool)
    if "lon" in present:
        moved = _differ(imported.lon[at], accounts.lon[ix], _SAME_DEGREES)
        moved |= _differ(imported.lat[at], accounts.lat[ix], _SAME_DEGREES)
        moved |= imported.level[at] != accounts.level[ix]
        out["location"] = moved | (imported.unit_ix[at] != accounts.unit_ix[ix])
    for row, name in enumerate(CONSTANT_FIELDS):
        if name in present:
            out[name] = _differ(imported.constants[row, at], accounts.constants[row, ix])
    if imported.satisfaction is not None:
        out["satisfaction"] = _differ(imported.satisfaction[at], accounts.satisfaction[ix])
    if imported.mark is not None:
        marks = imported.mark[at]
        out["mark"] = np.asarray(
            ((marks == PROTECT) != accounts.is_protected[ix]) | ((marks == CHANGE) != accounts.wants_change[ix]),
            dtype=bool,
        )
    columns = {m.name.casefold(): m.column_name for m in plan.measures if m.source == "account"}
    for name, values in imported.measures.items():
        old = accounts.values.get(columns.get(name.strip().casefold(), ""))
        out[name] = _differ(values[at], np.full(len(at), np.nan) if old is None else old[ix])
    segments = {s.name.casefold(): s.column_name for s in plan.segments}
    for name, texts in imported.segments.items():
        before = accounts.segments.get(segments.get(name.strip().casefold(), ""))
        out[name] = np.asarray(texts[at] != ("" if before is None else before[ix]), dtype=bool)
    return out


def _differ(new: NDArray[np.float64], old: NDArray[np.float64], within: float = 0.0) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        same = (np.abs(new - old) <= within) | (np.isnan(new) & np.isnan(old))
    return np.asarray(~same, dtype=bool)


def _stored(rep: Rep, name: str) -> object:
    """A field of a rep as an import has it: lists of words as one text."""
    value = getattr(rep, name)
    return words_text(value) if isinstance(value, tuple) else value


def compare_reps(plan: Plan, imported: RepImport) -> ImportPreview:
    """Return what an update by name would add and change, and which reps the file lacks; case aside."""
    keys = [str(record["rep_name"]).casefold() for record in imported.records]
    at, ix, missing = _match(keys, [rep.name.casefold() for rep in plan.reps])
    pairs = list(zip(at.tolist(), ix.tolist(), strict=True))
    different = {
        name: np.array([_stored(plan.reps[j], name) != imported.records[i][name] for i, j in pairs], dtype=bool)
        for name in _REP_FIELDS
        if name in imported.present_columns
    }
    return _preview(len(keys), at, ix, different, missing, [])
