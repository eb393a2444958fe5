"""The history of a damaged plan: which steps can be read, follow from one another and do what the next one expects.

Owns the replay in both directions; not where the result is written (writing).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from territorymap.document.images import RowEvent, decode_bulk, values_of
from territorymap.document.journal import event_of
from territorymap.document.repairing.reading import Found, FoundTable
from territorymap.document.schema import JOURNALED
from territorymap.model.change import Row, Value

KINDS = frozenset({"create", "do", "undo", "redo", "outside", "merge", "extract"})
Image = dict[str, Value]
State = dict[str, dict[int, Image]]  # table -> integer key -> row
Past = dict[str, dict[int, Row]]  # the same, made of the events themselves: their rows are shared, not to be changed


@dataclass
class StepFound:
    """One record of the history."""

    step_id: int
    row: Row  # of journal_step
    events: list[RowEvent] | None = None  # None: not all of its rows can be read
    readable: list[RowEvent] = field(default_factory=list)  # those that can
    is_checked: bool = True  # its rows carry a checksum of their own
    is_standing: bool = False
    is_merged: bool = False
    rewritten: list[RowEvent] | None = None  # what is written in place of its rows

    def forget_events(self) -> None:
        """Let go of what was read once it is told what is written: a step may have a million rows."""
        self.events, self.readable = None, []

    @property
    def uuid(self) -> str:
        return str(self.row["uuid"])

    @property
    def label(self) -> str:
        return str(self.row.get("label") or "")


@dataclass
class HistoryFound:
    """The steps that follow from one another, and what they make."""

    steps: list[StepFound]
    n_cut: int  # steps after the place where the chain breaks
    state: Past = field(default_factory=dict)  # what the steps make, as far as they can be read
    is_certain: bool = False  # every step that stands was read, and each did what the next one expects
    uncertain: dict[str, set[int]] = field(default_factory=dict)  # rows of tables that carry no checksum on the way


class ContradictionError(ValueError):
    """A step that does not fit the state before it."""


def read_history(found: Found) -> HistoryFound:
    """Return the longest run of steps from the creation on, with what they did."""
    rows, bulk = _grouped(found)
    bad: set[int] = set()
    for name in ("journal_row", "journal_bulk"):
        bad |= _steps_with_gaps(found.tables[name], found.sequence.get(name, 0))
    steps: list[StepFound] = []
    for step_id, row in sorted(found.tables["journal_step"].rows.items()):
        step = StepFound(step_id, row, is_merged=bool(row.get("merged_by")))
        step.readable, is_whole, step.is_checked = _events(rows.get(step_id, ()), bulk.get(step_id, ()))
        if is_whole and step_id not in bad:
            step.events = step.readable
        steps.append(step)
    line = _chained(steps, torn=found.tables["journal_step"].torn)
    history = HistoryFound(line, len(steps) - len(line))
    _replay(history)
    return history


def _grouped(found: Found) -> tuple[dict[int, list[Row]], dict[int, list[Row]]]:
    grouped: list[dict[int, list[Row]]] = []
    for name in ("journal_row", "journal_bulk"):
        by_step: dict[int, list[Row]] = defaultdict(list)
        table = found.tables[name]
        for row_id, row in sorted(table.rows.items()):
            step_id = row.get("step_id")
            if isinstance(step_id, int):
                by_step[step_id].append({**row, "torn": True} if row_id in table.torn else row)
        grouped.append(by_step)
    return grouped[0], grouped[1]


def _steps_with_gaps(table: FoundTable, highest: int) -> set[int]:
    """Return the steps that have lost rows: those that the index names, and those around numbers that are missing."""
    if table.is_whole:
        return set()
    step_of = {row_id: row.get("step_id") for row_id, row in table.rows.items()}
    lost = {row_id: values[0] for row_id, values in table.indexed.items() if row_id not in table.rows and values}
    bad = {step_id for step_id in lost.values() if isinstance(step_id, int)}
    known = sorted((row_id, step) for row_id, step in {**step_of, **lost}.items() if isinstance(step, int))
    for (before, first), (after, last) in pairwise(known):
        if after - before > 1 and 0 <= last - first < 100_000:
            bad |= set(range(first, last + 1))
    if known:
        if known[-1][0] != highest:  # the last rows may be gone, or all that came after
            bad.add(known[-1][1])
        if known[0][0] > 1:
            bad |= set(range(1, min(known[0][1], 100_000) + 1))
    return bad


def _events(rows: Sequence[Row], bulk: Sequence[Row]) -> tuple[list[RowEvent], bool, bool]:
    """Return the readable events of a step, whether those are all, and whether all of them carry a checksum."""
    events: list[RowEvent] = []
    n_bad = 0
    for row in (*rows, *bulk):
        try:
            events += _events_of(row)
        except (ValueError, TypeError):
            n_bad += 1
    return events, not n_bad, not rows


def _events_of(row: Row) -> list[RowEvent]:
    table, packed = row["table_name"], row.get("rows")
    if row.get("torn") or table not in JOURNALED or not isinstance(table, str):
        raise ValueError("not a row of the history")
    if "rows" in row:
        if not isinstance(packed, bytes):
            raise ValueError("not a chunk of the history")
        return [_sound(event) for event in decode_bulk(table, packed)]
    return [_sound(event_of(table, row["row_key"] or "", row["old"], row["new"]))]  # type: ignore[arg-type]


def _sound(event: RowEvent) -> RowEvent:
    """Return an event of a table of ours with values that SQLite can hold; ValueError otherwise."""
    if event.table not in JOURNALED or not isinstance(event.row_id, int) or not isinstance(event.key, str):
        raise ValueError("not an event")
    images = [image for image in (event.old, event.new) if image is not None]
    for image in images:
        if not _PLAIN.issuperset(map(type, values_of(image))):
            raise ValueError("not a row")
    if not images or (len(images) == 2 and images[0].keys() != images[1].keys()):
        raise ValueError("not a change")
    return event


_PLAIN = frozenset({int, float, str, bytes, type(None)})


def _chained(steps: Sequence[StepFound], torn: Mapping[int, object]) -> list[StepFound]:
    """Return the steps up to where one does not follow from those before, marked with whether they stand."""
    line: list[StepFound] = []
    done: list[StepFound] = []
    undone: list[StepFound] = []
    seen: set[str] = set()
    last = ""
    for step in steps:
        uuid, kind = step.row.get("uuid"), step.row.get("kind")
        is_text = isinstance(uuid, str) and isinstance(kind, str) and step.step_id not in torn
        if not is_text or not uuid or uuid in seen or kind not in KINDS or not _has_plain_texts(step.row):
            break
        if not line and (kind != "create" or step.is_merged):
            break
        if not step.is_merged:
            if line and step.row.get("parent_uuid") != last:
                break
            if kind in ("undo", "redo"):
                source, target = (done, undone) if kind == "undo" else (undone, done)
                if not source or source[-1].uuid != step.row.get("ref_uuid") or source[-1].row["kind"] == "create":
                    break
                target.append(source.pop())
            else:
                done.append(step)
                undone.clear()
            last = str(uuid)
        seen.add(str(uuid))
        line.append(step)
    for step in done:
        step.is_standing = True
    return line


def _has_plain_texts(row: Row) -> bool:
    return all(
        value is None or isinstance(value, str) for name, value in row.items() if name not in ("step_id", "undone")
    )


# -- replay ------------------------------------------------------------------------------------------------------------


def _replay(history: HistoryFound) -> None:
    state: Past = {table: {} for table in JOURNALED}
    history.uncertain = {table: set() for table in JOURNALED}
    is_certain = bool(history.steps)
    for step in history.steps:
        if not step.is_standing:
            continue
        if step.events is None:
            is_certain = False
        for event in step.readable:
            if not step.is_checked:
                history.uncertain[event.table].add(event.row_id)
            try:
                apply(state, event)
            except ContradictionError:
                is_certain = False
    history.state, history.is_certain = state, is_certain and not history.n_cut


def apply(state: Past, event: RowEvent) -> None:
    """Put an event on a state; ContradictionError, and nothing done, where it does not fit."""
    rows = state[event.table]
    row = rows.get(event.row_id)
    if event.old is None:
        if row is not None:
            raise ContradictionError(f"{event.table} {event.row_id} is there already")
        rows[event.row_id] = event.new or {}
        return
    if row is None:
        raise ContradictionError(f"{event.table} {event.row_id} is not there")
    if any(row.get(name) != value for name, value in event.old.items()):
        raise ContradictionError(f"{event.table} {event.row_id} was something else")
    if event.new is None:
        del rows[event.row_id]
    else:
        rows[event.row_id] = {**row, **event.new}


def make_consistent(steps: Sequence[StepFound], now: Mapping[str, Mapping[int, Row]]) -> int:
    """Rewrite the steps so that each follows from those before; return how many lost rows.

    The steps are replayed from the creation up to the first that cannot be read or contradicts (i), and backwards from
    what is there ``now`` down to the last such one (j). What i to j did together is the difference of the two states:
    it becomes what i did, and those after it keep their place and name. So nothing before i or after j is touched.
    """
    for step in steps:
        if step.events is None and not step.is_standing:
            step.rewritten = []
    standing = [step for step in steps if step.is_standing]
    first, before = _forwards(standing)
    if first < len(standing):
        last, after = _backwards(standing, first, now)
        standing[first].rewritten = _difference(before, after)
        for step in standing[first + 1 : last + 1]:
            step.rewritten = []
    return sum(step.rewritten is not None for step in steps)


def _forwards(standing: Sequence[StepFound]) -> tuple[int, Past]:
    """Return the position of the first step that does not fit, and the state before it."""
    state: Past = {table: {} for table in JOURNALED}
    for at, step in enumerate(standing):
        if not _try(state, step.events):
            return at, state
    return len(standing), state


def _backwards(standing: Sequence[StepFound], first: int, now: Mapping[str, Mapping[int, Row]]) -> tuple[int, Past]:
    """Return the position of the last step that does not fit, and the state after it."""
    state: Past = {table: dict(rows) for table, rows in now.items()}
    for at in range(len(standing) - 1, first, -1):
        events = standing[at].events
        inverted = None if events is None else [event.inverted() for event in reversed(events)]
        if not _try(state, inverted):
            return at, state
    return first, state


def _try(state: Past, events: Iterable[RowEvent] | None) -> bool:
    """Put all events on a state, or none of them."""
    if events is None:
        return False
    done: list[RowEvent] = []
    try:
        for event in events:
            apply(state, event)
            done.append(event)
    except ContradictionError:
        for event in reversed(done):
            apply(state, event.inverted())
        return False
    return True


def _difference(before: Past, after: Past) -> list[RowEvent]:
    """Return the events that turn one state into another: deletes, updates, inserts."""
    gone: list[RowEvent] = []
    changed: list[RowEvent] = []
    added: list[RowEvent] = []
    for table, facts in JOURNALED.items():
        old_rows, new_rows = before[table], after[table]
        gone += [RowEvent(table, i, "", row, None) for i, row in old_rows.items() if i not in new_rows]
        for row_id, new in new_rows.items():
            old = old_rows.get(row_id)
            if old is None:
                added.append(RowEvent(table, row_id, "", None, dict(new)))  # the row itself is still mended
                continue
            names = [name for name, value in new.items() if old.get(name) != value]
            if names:
                kept = [*names, *(name for name in facts.always if name not in names)]
                images = ({name: row.get(name) for name in kept} for row in (old, new))
                changed.append(RowEvent(table, row_id, "", *images))
    return [*reversed(gone), *changed, *added]
