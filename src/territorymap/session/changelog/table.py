"""The change log as rows for a file or a program: a row for each thing that changed.

Owns columns and their order; not the file (exporters.list_file).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from territorymap.i18n import tr
from territorymap.model.cells import Cell
from territorymap.session.changelog.entries import Entry
from territorymap.session.changelog.facts import BY_NAME, CAME, GROUND, WENT, Fact
from territorymap.session.changelog.log import ChangeLog, step_moment
from territorymap.session.changelog.words import field_name, nobody, shown, thing_name

WIDTHS = (17, 16, 16, 16, 34, 12, 12, 26, 16, 22, 22, 26, 26, 20, 20)


def headers() -> list[str]:
    """Return the names of the columns."""
    return [
        tr("Time"),
        tr("Author"),
        tr("Scenario"),
        tr("Alignment"),
        tr("Step"),
        tr("What"),
        tr("Key"),
        tr("Name"),
        tr("Field"),
        tr("From"),
        tr("To"),
        tr("Reason"),
        tr("Note"),
        tr("Taken back by"),
        tr("Came by a merge"),
    ]


def table_rows(
    log: ChangeLog,
    entries: Sequence[Entry],
    progress: Callable[[int, int], None] | None = None,
    most_things: int = 0,
) -> Iterator[list[Cell]]:
    """Yield a row for each thing that changed, in the order of time; ``progress`` hears of the steps gone through.

    ``most_things``: a step that changed more has a row for each sentence in place of each thing; 0 = none has.
    """
    merges = {entry.step.uuid: entry.step.label for entry in entries}
    for entry, what in _told(log, entries, progress, most_things):
        step = entry.step
        undone = "" if entry.undone_by is None else entry.undone_by.author or tr("somebody")
        merged = (merges.get(step.merged_by) or tr("yes")) if entry.is_merged else ""
        where = entry.scenario, entry.alignment
        yield [step_moment(step), step.author, *where, step.label, *what, step.note, undone, merged]


def _told(
    log: ChangeLog, entries: Sequence[Entry], progress: Callable[[int, int], None] | None, most_things: int
) -> Iterator[tuple[Entry, list[Cell]]]:
    """Yield what stands in the seven columns on the thing, for each row of each entry."""
    nothing: list[Cell] = ["", "", "", "", "", "", ""]
    for n, entry in enumerate(entries):
        if progress is not None:
            progress(n, len(entries))
        facts = log.facts(entry.step)
        if most_things and len(facts) > most_things:
            for sentence in log.sentences(entry.step):
                yield entry, ["", "", sentence.text, "", "", "", ""]
            continue
        for fact in facts:
            yield entry, _cells(fact)
        if not facts:
            yield entry, nothing


def _cells(fact: Fact) -> list[Cell]:
    """Thing, key, name, field, from, to, reason."""
    field = {CAME: tr("added"), WENT: tr("deleted")}.get(fact.kind, field_name(fact.table, fact.field))
    before, after = shown(fact.field, fact.before), shown(fact.field, fact.after)
    if fact.table == GROUND:
        before, after = nobody(fact.before), nobody(fact.after)
    elif fact.table == BY_NAME:
        field = tr("given by name")
        before, after = str(fact.before or ""), str(fact.after or "")
    elif fact.kind in (CAME, WENT):
        before, after = "", str(fact.after or "")
    return [thing_name(fact.table), fact.key, fact.name, field, before, after, fact.reason]


def entry_json(log: ChangeLog, entry: Entry) -> dict[str, Any]:
    """Return an entry as the command line prints it."""
    step, undone = entry.step, entry.undone_by
    return {
        "id": step.step_id,
        "uuid": step.uuid,
        "time": step.created_at,
        "author": step.author,
        "scenario": entry.scenario,
        "alignment": entry.alignment,
        "kind": step.kind,
        "label": step.label,
        "note": step.note,
        "undone": step.is_undone,
        "undone_by": undone.author if undone else None,
        "undone_at": undone.created_at if undone else None,
        "merged_by": step.merged_by or None,
        "text": [sentence.text for sentence in log.sentences(step)],
        "changes": [
            {
                "what": {GROUND: "unit", BY_NAME: "override"}.get(fact.table, fact.table),
                "change": fact.kind,
                "name": fact.name,
                "key": fact.key,
                "field": fact.field,
                "before": _json_value(fact.before),
                "after": _json_value(fact.after),
                "reason": fact.reason,
            }
            for fact in log.facts(step)
        ],
    }


def _json_value(value: object) -> object:
    return None if isinstance(value, bytes) else value
