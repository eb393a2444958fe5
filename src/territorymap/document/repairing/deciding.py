"""Which row is right: a plan holds every row twice, in its table and as its history makes it.

Owns the choice between the two and the count of what is kept, confirmed and lost; mends no reference (writing).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from territorymap.document.images import dict_of
from territorymap.document.repairing.reading import Found, FoundTable
from territorymap.document.repairing.report import RepairReport, TableReport
from territorymap.document.repairing.steps import HistoryFound, Image, State
from territorymap.document.repairing.values import bad_columns, is_a_row
from territorymap.document.schema import JOURNALED

_NAMES = (
    "territory_name", "rep_name", "account_name", "unit_name", "region_name", "alignment_name", "scenario_name",
    "measure_name", "segment_name", "tier_name", "deal_name", "plan_name", "title", "caption", "unit_code",
    "account_key", "topic", "metric",
)  # fmt: skip


@dataclass(frozen=True)
class Doubt:
    """How far the bytes of the file can be believed."""

    has_torn_bytes: bool  # bytes have changed that no program wrote, or may have
    is_ours: bool  # no other program can have written since: the history tells every row


def decide(found: Found, history: HistoryFound, doubt: Doubt, report: RepairReport) -> State:
    """Return the rows to go on with; ``report`` is told of each table."""
    return {
        name: _decide_table(found.tables[name], history, doubt, report.tables.setdefault(name, TableReport(name)))
        for name in JOURNALED
    }


def _decide_table(table: FoundTable, history: HistoryFound, doubt: Doubt, report: TableReport) -> dict[int, Image]:
    past = history.state[table.name]
    derived = JOURNALED[table.name].derived
    rows: dict[int, Image] = {}
    for row_id, found in table.rows.items():
        before = past.get(row_id)
        row, other = dict_of(found), None if before is None else dict_of(before)
        if other is None and _is_ghost(table, row_id, history, doubt):
            continue
        chosen = _decide_row(table, row_id, row, other, history, doubt, report)
        if is_a_row(table.name, chosen):
            rows[row_id] = {name: value for name, value in chosen.items() if name not in derived}
        else:
            _lose(report, table, row_id, chosen)
    for row_id, gone in past.items():
        if row_id not in table.rows and _was_lost(table, row_id, history):
            if not doubt.has_torn_bytes:  # another program may have deleted it
                _lose(report, table, row_id, gone)
            else:
                clean = _without_bad(table, {**dict.fromkeys(table.columns), **dict_of(gone)}, report)
                if is_a_row(table.name, clean):
                    rows[row_id] = {name: value for name, value in clean.items() if name not in derived}
                    report.n_from_history += 1
                    if not history.is_certain:
                        _doubt(report, row_id, rows[row_id])
    if not table.is_whole and not history.is_certain:
        for row_id in sorted(table.indexed.keys() - rows.keys() - table.rows.keys()):
            _lose(report, table, row_id, {})
        report.may_miss_more = not table.indexed
    report.n_kept = len(rows)
    return rows


def _was_lost(table: FoundTable, row_id: int, history: HistoryFound) -> bool:
    """Tell whether a row that the history knows was lost, not deleted by a step that cannot be read."""
    return history.is_certain or (not table.is_whole and (not table.indexed or row_id in table.indexed))


def _is_ghost(table: FoundTable, row_id: int, history: HistoryFound, doubt: Doubt) -> bool:
    """Tell whether a row is none: the history, which tells every row, does not know it."""
    return doubt.has_torn_bytes and history.is_certain and (doubt.is_ours or row_id in table.stray)


def _decide_row(
    table: FoundTable,
    row_id: int,
    row: Image,
    other: Image | None,
    history: HistoryFound,
    doubt: Doubt,
    report: TableReport,
) -> Image:
    """Return the row to keep, from the table's and the history's."""
    torn = set(bad_columns(table.name, table.kinds, row)) | table.torn.get(row_id, set())
    derived = JOURNALED[table.name].derived
    torn -= derived
    differing = {c for c in row if c not in derived and other is not None and row[c] != other.get(c)}
    if other is None or not differing:
        if not torn:
            if other is None and (doubt.has_torn_bytes or history.is_certain):
                _doubt(report, row_id, row)
            return row
        return _without_bad(table, row, report, torn)
    is_sure = history.is_certain and row_id not in history.uncertain[table.name]
    if doubt.has_torn_bytes and doubt.is_ours and is_sure:
        report.n_from_history += 1
        return _without_bad(table, {**row, **{c: other.get(c) for c in differing}}, report)
    mended = {c: other.get(c) for c in torn & differing}
    report.n_from_history += bool(mended)
    _doubt(report, row_id, row)
    return _without_bad(table, {**row, **mended}, report)


def _without_bad(table: FoundTable, row: Image, report: TableReport, torn: set[str] | None = None) -> Image:
    bad = bad_columns(table.name, table.kinds, row) if torn is None else torn
    report.n_values_lost += len(bad)
    if bad and table.pk in row:
        report.doubt(int(str(row[table.pk])), name_of(row))
    return {**row, **dict.fromkeys(bad)} if bad else row


def _lose(report: TableReport, table: FoundTable, row_id: int, row: Mapping[str, object]) -> None:
    name = name_of(row)
    if not name and table.name == "unit":
        name = str((table.indexed.get(row_id) or [""])[0] or "")
    report.lose(row_id, name)


def _doubt(report: TableReport, row_id: int, row: Mapping[str, object]) -> None:
    report.n_unconfirmed += 1
    report.doubt(row_id, name_of(row))


def name_of(row: Mapping[str, object]) -> str:
    """Return what a row is called; "" if nothing in it says so."""
    return next((str(row[name]) for name in _NAMES if row.get(name)), "")
