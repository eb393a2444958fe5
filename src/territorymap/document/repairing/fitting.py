"""Makes saved rows fit one another before they are written: one plan, names of their own, no circles, no duplicates.

Owns what the tables' unique keys and the loader ask for; pointers to nothing are mended in the new file (writing).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from territorymap.document.repairing.deciding import name_of
from territorymap.document.repairing.reading import Found
from territorymap.document.repairing.report import RepairReport, TableReport
from territorymap.document.repairing.steps import Image, State
from territorymap.document.schema import FORMAT_VERSION, JOURNALED
from territorymap.i18n import ntr, tr, tr_as

_UNIQUE = {
    "assignment": ("scenario_id", "alignment_id", "unit_id"),
    "override": ("scenario_id", "alignment_id", "account_id"),
    "territory_variant": ("scenario_id", "territory_id"),
}


def fit_rows(rows: State, found: Found, report: RepairReport) -> None:
    """Mend the rows in place; ``report`` is told what was done."""
    _one_plan(rows, found, report)
    _stand_ins(rows, found, report)
    _first_ones(rows, report)
    for table, columns in _UNIQUE.items():
        _drop_doubles(rows[table], columns, lambda row, table=table: _lose(report, table, row))  # type: ignore[misc]
    _give_codes(rows["unit"], found, report)
    _give_uuids(rows, report)
    for table, column in (("scenario", "parent_scenario_id"), ("region", "parent_region_id")):
        n = _cut_circles(rows[table], column, report.tables[table])
        if n:
            report.notes.append(
                tr("{n} in a circle of parents, or under a parent that is not there, stand at the top now: {table}.",
                   n=n, table=table)
            )  # fmt: skip
    for table in ("account", "rep"):
        for row_id, row in rows[table].items():
            if (row.get("lon") is None) != (row.get("lat") is None):
                _doubt(report, table, row_id, row)
                row["lon"] = row["lat"] = None


def _lose(report: RepairReport, table: str, row: Image) -> None:
    report.tables[table].n_kept -= 1
    report.tables[table].lose(int(str(row[JOURNALED[table].pk])), name_of(row))


def _doubt(report: RepairReport, table: str, row_id: int, row: Image) -> None:
    report.tables[table].doubt(row_id, name_of(row))


def _one_plan(rows: State, found: Found, report: RepairReport) -> None:
    plans = rows["plan"]
    for row_id in sorted(plans)[1:]:
        _lose(report, "plan", plans.pop(row_id))
    if not plans:
        plans[1] = {"plan_id": 1, "title": tr("Repaired plan"), "target_kind": "equal"}
        report.notes.append(tr("The settings of the plan are lost; it has those of a new plan."))
        report.tables["plan"].n_kept = 1
        report.tables["plan"].doubt(1, "")
    (row_id,) = plans
    kept = found.tables["plan"].rows.get(row_id, {})
    for column in ("scenario_uuid", "alignment_uuid"):
        if isinstance(kept.get(column), str):
            plans[row_id][column] = kept[column]
    plans[row_id]["format_version"] = FORMAT_VERSION
    for column in ("title", "note", "effective_date", "target_kind"):
        if plans[row_id].get(column) is None:
            plans[row_id][column] = "equal" if column == "target_kind" else ""
            _doubt(report, "plan", row_id, plans[row_id])


def _stand_ins(rows: State, found: Found, report: RepairReport) -> None:
    """Put a row in the place of each that is lost and that others point to, so that these do not go with it."""
    makers: Sequence[tuple[str, str, Callable[[int], Image]]] = (
        ("alignment", "alignment_id", lambda i: {"alignment_name": tr("Alignment {n}", n=i), "role": "field"}),
        ("scenario", "scenario_id", lambda i: {"scenario_name": tr("Scenario {n}", n=i), "is_baseline": 0}),
        ("territory", "territory_id", lambda i: {"territory_name": tr("Territory {n}", n=i)}),
        ("rep", "rep_id", lambda i: {"rep_name": tr("Rep {n}", n=i), "kind": "rep", "location_level": "none"}),
    )
    for table, pk, make in makers:
        if found.tables[table].is_whole:
            continue
        wanted: dict[int, Image] = {}
        for other in ("territory", "assignment", "override", "quota", "figure", "partner", "credential", "action"):
            for row in rows[other].values():
                key = row.get(pk)
                if other != table and isinstance(key, int) and key > 0 and key not in rows[table]:
                    wanted.setdefault(key, row)
        for key, row in wanted.items():
            rows[table][key] = {pk: key, **make(key)}
            _stands_in(report, table, key, rows[table][key])
            if table == "territory":
                rows[table][key]["alignment_id"] = row.get("alignment_id")
        if wanted:
            report.notes.append(
                ntr(
                    "{n} lost row of {table} has a stand-in, because others point to it.",
                    "{n} lost rows of {table} have stand-ins, because others point to them.",
                    len(wanted),
                    table=table,
                )
            )


def _stands_in(report: RepairReport, table: str, row_id: int, row: Image) -> None:
    report.tables[table].n_kept += 1
    report.tables[table].lost_rows.pop(row_id, None)
    _doubt(report, table, row_id, row)


def _first_ones(rows: State, report: RepairReport) -> None:
    """See that there is an alignment and a scenario."""
    if not rows["alignment"]:
        rows["alignment"][1] = {"alignment_id": 1, "alignment_name": tr_as("sales role", "Field"), "role": "field"}
        _stands_in(report, "alignment", 1, rows["alignment"][1])
    if not rows["scenario"]:
        rows["scenario"][1] = {"scenario_id": 1, "scenario_name": tr("Plan"), "is_baseline": 0}
        _stands_in(report, "scenario", 1, rows["scenario"][1])


def _drop_doubles(rows: dict[int, Image], columns: Sequence[str], lose: Callable[[Image], None]) -> None:
    seen: set[tuple[object, ...]] = set()
    for row_id in sorted(rows):
        key = tuple(rows[row_id].get(column) for column in columns)
        if key in seen:
            lose(rows.pop(row_id))
        seen.add(key)


def _give_codes(units: dict[int, Image], found: Found, report: RepairReport) -> None:
    """Give each unit a code of its own; an index may still know one that the row has lost."""
    indexed = found.tables["unit"].indexed
    taken = {row.get("unit_code") for row in units.values()}
    seen: set[object] = set()
    n = 0
    for row_id in sorted(units):
        code = units[row_id].get("unit_code")
        if code and code not in seen:
            seen.add(code)
            continue
        (known, *_) = indexed.get(row_id) or [None]
        new = known if isinstance(known, str) and known and known not in taken else f"unit-{row_id}"
        while new in seen or (new in taken and new != known):
            new += "-2"
        units[row_id]["unit_code"] = new
        _doubt(report, "unit", row_id, units[row_id])
        seen.add(new)
        n += new != known
    if n:
        report.notes.append(
            ntr(
                "{n} unit had no code of its own and got a new one.",
                "{n} units had no code of their own and got new ones.",
                n,
            )
        )


def _give_uuids(rows: State, report: RepairReport) -> None:
    n = 0
    for table, facts in JOURNALED.items():
        seen: set[object] = set()
        for row_id in sorted(rows[table]):
            row = rows[table][row_id]
            has_one = bool(row.get("uuid"))
            if row.get("uuid") in seen or (not has_one and facts.has_uuid):
                row["uuid"] = str(uuid.uuid4())
                _doubt(report, table, row_id, row)
                n += has_one or table in ("plan", "territory", "account", "rep")
            if row.get("uuid"):
                seen.add(row["uuid"])
    if n:
        report.notes.append(
            ntr(
                "{n} row had no uuid of its own and got a new one.",
                "{n} rows had no uuid of their own and got new ones.",
                n,
            )
        )


def _cut_circles(rows: dict[int, Image], column: str, report: TableReport) -> int:
    """Empty parents that are not there or lead back to the row itself; return how many."""
    n = 0
    safe: set[int] = set()
    for row_id in sorted(rows):
        path: list[int] = []
        at: object = row_id
        while isinstance(at, int) and at in rows and at not in safe and at not in path:
            path.append(at)
            at = rows[at].get(column)
        if at is not None and at not in safe:
            rows[path[-1]][column] = None
            report.doubt(path[-1], name_of(rows[path[-1]]))
            n += 1
        safe.update(path)
    return n
