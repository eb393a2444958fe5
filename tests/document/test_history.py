"""Which steps stand is derived from the records."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.document.history import History
from territorymap.model.records import Step


def empty():
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE journal_step (step_id, uuid, kind, label, author, created_at, ref_uuid,"
        " undone, note, scenario_uuid, merged_by, alignment_uuid)"
    )
    return connection, History(connection)


def step(n, kind="do", ref=""):
    return Step(n, f"u{n}", kind, f"Step {n}", "Ada", "", False, ref)


@given(st.lists(st.sampled_from(["do", "undo", "redo"]), max_size=40))
def test_the_history_is_two_stacks(kinds):
    connection, history = empty()
    history.add(step(0, "create"))
    done, undone = [], []
    for n, kind in enumerate(kinds, 1):
        if kind == "do":
            history.add(step(n))
            done.append(f"u{n}")
            undone = []
        elif kind == "undo" and done:
            history.add(step(n, "undo", history.to_undo.uuid))
            undone.append(done.pop())
        elif kind == "redo" and undone:
            history.add(step(n, "redo", history.to_redo.uuid))
            done.append(undone.pop())
        assert (history.to_undo.uuid if history.to_undo else None) == (done[-1] if done else None)
        assert (history.to_redo.uuid if history.to_redo else None) == (undone[-1] if undone else None)
        assert [s.uuid for s in history.line] == ["u0", *done, *reversed(undone)]
        assert [s.is_undone for s in history.line] == [False] * (1 + len(done)) + [True] * len(undone)
    connection.close()


@given(st.lists(st.sampled_from(["do", "undo", "redo"]), max_size=20), st.data())
def test_a_later_reading_keeps_the_steps_that_are_the_same(kinds, data):
    connection, history = empty()
    records = [step(0, "create")]
    history.add(records[0])
    for n, kind in enumerate(kinds, 1):
        meant = {"undo": history.to_undo, "redo": history.to_redo}.get(kind)
        if kind == "do" or meant is not None:
            records.append(step(n, kind, meant.uuid if meant else ""))
            history.add(records[-1])
    write(connection, records)
    n_before = data.draw(st.integers(0, len(records)))
    _, former = empty()
    for record in records[:n_before]:
        former.add(record)
    if n_before:
        former.annotate(0, "another note")
    later = History(connection, former)
    assert later.steps == History(connection).steps == history.steps
    assert later.line == history.line
    for one, own in zip(later.steps, former.steps, strict=False):
        assert (one is own) is (one == own)
    connection.close()


def test_steps_share_the_texts_that_come_again():
    connection, _ = empty()
    write(connection, [step(0, "create"), step(1), step(2), step(3, "undo", "u2")])
    _, first, second, third = History(connection).steps
    assert first.kind is second.kind
    assert first.author is second.author
    assert third.ref_uuid is second.uuid
    connection.close()


def write(connection, records):
    for one in records:
        row = one.step_id, one.uuid, one.kind, one.label, one.author, one.created_at, one.ref_uuid, 0, "", "", "", ""
        connection.execute("INSERT INTO journal_step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def test_a_broken_chain_is_noticed():
    connection, history = empty()
    history.add(step(0, "create"))
    history.add(step(1))
    with pytest.raises(ValueError, match="does not follow"):
        history.add(step(2, "undo", "u0"))
    connection.close()


def test_the_first_step_stays_whatever_it_says_it_is():
    connection, history = empty()
    history.add(step(0))
    assert history.to_undo is None
    history.add(step(1))
    assert history.to_undo.uuid == "u1"
    connection.close()
