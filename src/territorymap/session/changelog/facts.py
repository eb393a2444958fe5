"""What a step changed as facts: this thing, that field, before and after, by the names they had then.

Owns how rows are read; not the sentences made of facts (words) and not which steps are wanted (log).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from territorymap.document.past import NAME_COLUMNS, Past
from territorymap.document.scenarios import TERRITORY_FIELDS
from territorymap.i18n import tr
from territorymap.model.change import Row, RowChange, Value
from territorymap.model.records import Step
from territorymap.model.told import told

CAME, WENT, CHANGED = "came", "went", "changed"
GROUND, BY_NAME, VARIANT = "assignment", "override", "territory_variant"
# Columns that nobody would want to read about: keys, what follows from others, what is told otherwise.
_SILENT = frozenset(
    {
        "extract_of",
        "extract_territories",
        "scenario_uuid",
        "alignment_uuid",
        "uuid",
        "geom",
        "lon",
        "lat",
        "location_level",
        "perimeter_km",
        "created_at",
        "author",
        "source",
        "column_name",
    }
)
_POINTS = {
    "rep_id": "rep",
    "region_id": "region",
    "territory_id": "territory",
    "unit_id": "unit",
    "measure_id": "measure",
    "tier_id": "tier",
    "alignment_id": "alignment",
}
_POINTS |= {"parent_region_id": "region", "parent_scenario_id": "scenario"}
# What is not told while pay is hidden; see model.privacy.
_PAY = {"quota": ("amount", "note"), "pay_plan": ("content",), "rep": ("capacity_h", "fte")}
VEILED = "…"
_OF_SCENARIO = frozenset({GROUND, BY_NAME, VARIANT})


@dataclass(frozen=True)
class Fact:
    """One thing that a step changed. ``before`` and ``after`` are names or values, None = nobody, or none."""

    table: str  # of the journal
    kind: str  # CAME | WENT | CHANGED
    row_id: int  # of the thing: unit, account, territory ...
    name: str
    key: str = ""  # by which outside systems know it
    field: str = ""  # column; "" = the thing as a whole
    before: Value = None
    after: Value = None
    reason: str = ""
    territory_ids: tuple[int, ...] = ()  # that it is about


def without_pay(facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts without amounts of quotas, terms of pay, and what a rep's contract says."""
    return [
        replace(fact, before=VEILED, after=VEILED)
        if fact.kind == CHANGED and fact.field in _PAY.get(fact.table, ())
        else fact
        for fact in facts
    ]


class FactReader:
    """Reads the facts of steps of one file."""

    def __init__(self, past: Past) -> None:
        self._past = past

    def read(self, step: Step) -> list[Fact]:
        """Return what a step changed, in the order of first touch."""
        changes = self._past.changes_of(step)
        scenario_id = self._past.scenario_of(step)
        own = [self._as_record(c, step) for c in changes if not _is_of_other_scenario(c, scenario_id)]
        names = _Names(self._past, step, own, scenario_id)
        facts: list[Fact] = []
        for change in own:
            if change.table == GROUND:
                facts.append(_ground(change, names, self._before(change, step)))
            elif change.table == BY_NAME:
                facts.append(_by_name(change, names))
            else:
                facts += _record(change, names)
        return [fact for fact in facts if fact.kind != CHANGED or _differs(fact) or fact.reason]

    def _as_record(self, change: RowChange, step: Step) -> RowChange:
        """Return a territory's record in a scenario as a change of the territory itself."""
        if change.table != VARIANT:
            return change
        row = change.new or change.old or {}
        territory_id = int(str(row["territory_id"]))
        after: Row | None
        if change.old is not None and change.new is not None and "is_absent" not in change.new:
            return RowChange("territory", territory_id, change.old, change.new)
        before = self._past.inherited_record(int(str(row["scenario_id"])), territory_id, step)
        after = (
            None if row.get("is_absent") else {**(before or {}), **{n: row[n] for n in TERRITORY_FIELDS if n in row}}
        )
        if change.new is None:  # what its parent has holds again, which the journal does not tell
            after = before
        if before is None or after is None:
            return RowChange("territory", territory_id, before, after)
        names = [name for name in after if before.get(name) != after[name]]
        return RowChange("territory", territory_id, {n: before.get(n) for n in names}, {n: after[n] for n in names})

    def _before(self, change: RowChange, step: Step) -> Value:
        """Return the territory that had a unit: in its row, or what its scenario inherited."""
        if change.old is not None:
            return change.old.get("territory_id")
        row = change.new or {}
        scenario_id, alignment_id, unit_id = (int(str(row[n])) for n in ("scenario_id", "alignment_id", "unit_id"))
        return self._past.inherited_territory(scenario_id, alignment_id, unit_id, step)


def _differs(fact: Fact) -> bool:
    """Whether a value is another; an empty text and none are one."""
    return (None if fact.before == "" else fact.before) != (None if fact.after == "" else fact.after)


class _Names:
    """Names of all rows that some changes are about."""

    def __init__(self, past: Past, step: Step, changes: Iterable[RowChange], scenario_id: int | None) -> None:
        ids: dict[str, set[int]] = defaultdict(set)
        for change in changes:
            if change.table in NAME_COLUMNS:
                ids[change.table].add(change.row_id)
            for row in (change.old, change.new):
                for column, value in (row or {}).items():
                    table = _target(change.table, column)
                    if table and isinstance(value, int):
                        ids[table].add(value)
        self._past, self._step = past, step
        self._found = {table: past.names(table, wanted, step) for table, wanted in ids.items()}
        self._scenario_id = scenario_id
        if scenario_id is not None:
            for row_id in ids["territory"]:
                self._take_own_name(row_id)

    def _take_own_name(self, territory_id: int) -> None:
        """Let a territory be called as its scenario called it then."""
        assert self._scenario_id is not None
        name = self._past.territory_name_in(self._scenario_id, territory_id, self._step)
        if name is not None:
            self._found.setdefault("territory", {})[territory_id] = (name,)

    def of(self, table: str, row_id: Value) -> tuple[str, str]:
        """Return name and key of a row; names of a territory that nobody knows any more are its number."""
        if row_id is None:
            return "", ""
        names = self._found.get(table, {}).get(int(str(row_id)))
        if names is None and isinstance(row_id, int):  # an inherited territory, which no row names
            self._found.setdefault(table, {}).update(self._past.names(table, [row_id], self._step))
            if table == "territory" and self._scenario_id is not None:
                self._take_own_name(row_id)
            names = self._found[table].get(row_id)
        if names is None:
            return f"#{row_id!r}", ""
        return names[0] or (names[1] if len(names) > 1 else ""), names[1] if len(names) > 1 else ""

    def of_conflict(self, conflict_id: int) -> str:
        return self._past.name_in_conflict(conflict_id)

    def of_uuid(self, table: str, uuid: str) -> str:
        """Return the name of the row with a uuid; of one that was never there the uuid."""
        return self._past.name_of(table, uuid) or uuid

    def of_quota(self, quota_id: int, period: str) -> str:
        """Return whose a quota is, by the name of that time, and its period."""
        found = self._past.quota_of(quota_id)
        if found is None:
            return period
        table, key = found
        name = self._past.names(table, {key}, self._step).get(key, ("",))[0]
        return tr("Quota of {name}, {period}", name=name, period=period) if name else period

    def of_partner(self, partner_id: int) -> str:
        return self._past.partner_name(partner_id)

    def name(self, table: str, row_id: Value) -> str | None:
        return None if row_id is None else self.of(table, row_id)[0]


def _target(table: str, column: str) -> str:
    """Return the table that a column points to, "" if it is a plain value."""
    if column == "account_id" and table != "account":
        return "account"
    return _POINTS.get(column, "")


def _is_of_other_scenario(change: RowChange, scenario_id: int | None) -> bool:
    """Whether a row only keeps for another scenario what that had before."""
    row = change.new or change.old or {}
    other = row.get("scenario_id")
    return change.table in _OF_SCENARIO and scenario_id is not None and other is not None and other != scenario_id


def _ids(*values: Value) -> tuple[int, ...]:
    return tuple(dict.fromkeys(value for value in values if isinstance(value, int)))


def _ground(change: RowChange, names: _Names, before: Value) -> Fact:
    row = change.new or change.old or {}
    after = change.new.get("territory_id") if change.new is not None else None
    unit_id = int(str(row["unit_id"]))
    name, code = names.of("unit", unit_id)
    said = names.name("territory", before), names.name("territory", after)
    return Fact(GROUND, CHANGED, unit_id, name, code, "territory_id", *said, territory_ids=_ids(before, after))


def _by_name(change: RowChange, names: _Names) -> Fact:
    row = change.new or change.old or {}
    account_id = int(str(row["account_id"]))
    name, key = names.of("account", account_id)
    before = (change.old or {}).get("territory_id")
    after = (change.new or {}).get("territory_id")
    kind = CAME if change.old is None else WENT if change.new is None else CHANGED
    if kind == CHANGED and after is None and before is None:  # only the reason was put in other words
        return Fact(BY_NAME, kind, account_id, name, key, "reason", (change.old or {}).get("reason"), row.get("reason"))
    said = names.name("territory", before), names.name("territory", after)
    reason = str((change.new or change.old or {}).get("reason") or "")
    return Fact(BY_NAME, kind, account_id, name, key, "territory_id", *said, reason, _ids(before, after))


def _record(change: RowChange, names: _Names) -> list[Fact]:
    """Facts of a row that is a thing by itself."""
    table, row_id = change.table, change.row_id
    name, key = names.of(table, row_id) if table in NAME_COLUMNS else ("", "")
    if table == "conflict":
        name = names.of_conflict(row_id)
        key = str((change.new or change.old or {}).get("key") or "").split("|")[-1]
    if table == "quota" and change.old is not None and change.new is not None:
        name = names.of_quota(row_id, name)
    if table == "partner":
        name = names.of_partner(row_id)
    if table == "tier_change":
        name = names.name("rep", (change.new or change.old or {}).get("rep_id")) or ""
    touched = (row_id,) if table == "territory" else ()
    if change.old is None or change.new is None:
        kind = CAME if change.old is None else WENT
        rep = names.name("rep", (change.new or {}).get("rep_id")) if table == "territory" else None
        return [Fact(table, kind, row_id, name, key, after=rep, territory_ids=touched)]
    facts = []
    for column in _told(table, change.new):
        before, after = change.old.get(column), change.new.get(column)
        target = _target(change.table, column)
        if target:
            before, after = names.name(target, before), names.name(target, after)
        elif column in ("team", "scope"):
            before, after = told(column, before, names.of_uuid), told(column, after, names.of_uuid)
        facts.append(Fact(table, CHANGED, row_id, name, key, column, before, after, territory_ids=touched))
    return facts


def _told(table: str, row: Row) -> Sequence[str]:
    """Return the columns of an update worth telling; a position stands for the place as a whole."""
    told = [column for column in row if column not in _SILENT and not _is_key(table, column)]
    if len(told) > 1 and "sort_order" in told:
        told.remove("sort_order")
    if not told and ("lon" in row or "lat" in row):
        return ["place"]
    return told


def _is_key(table: str, column: str) -> bool:
    return column in (f"{table}_id", "scenario_id") or (column == "alignment_id" and table == "territory")
