"""A step of very many rows is gone over as seldom as can be: counted, not clocked."""

from __future__ import annotations

from collections import Counter

import pytest
import shapely

from territorymap.document import Document, images, journal, outside
from tests.document.plans import new_plan, plan_with_content, raw

N_ROWS = journal.BULK_FROM - 100  # as many as stand in rows of their own, which another program may multiply


@pytest.fixture
def counted(monkeypatch):
    """Count the calls of what reads a row of the journal."""
    calls: Counter[str] = Counter()

    def count(module, name):
        real = getattr(module, name)

        def counting(*args):
            calls[name] += 1
            return real(*args)

        monkeypatch.setattr(module, name, counting)

    count(journal, "event_of")
    count(journal, "decode_image")
    count(outside, "differences")
    count(outside, "expected_rows")
    return calls


@pytest.fixture
def path(tmp_path):
    document = new_plan(tmp_path, 40, 30)  # more units than go into rows of their own
    with document.step("Lock") as writer:
        writer.update("unit", {unit_id: {"locked": 1} for unit_id in range(1, N_ROWS + 1)})
    document.close()
    return document.path


def test_undo_and_redo_read_each_row_of_their_step_once(path, counted):
    with Document.open(path, author="Ada") as document:
        counted.clear()
        _, changes = document.undo()
        assert len(changes) == N_ROWS
        assert counted == {"event_of": N_ROWS, "decode_image": 2 * N_ROWS}
        counted.clear()
        document.redo()
        assert counted == {"event_of": N_ROWS, "decode_image": 2 * N_ROWS}


def test_what_another_program_changed_is_found_by_one_reading_of_the_history(path, counted):
    connection = raw(path)
    connection.execute("DELETE FROM unit WHERE unit_id = 900")
    connection.close()
    with Document.open(path, author="Ada") as document:
        assert document.timeline()[-1].kind == "outside"
    # Nothing had to be mended, so the rows are what they were when they were compared.
    assert counted["expected_rows"] == counted["differences"] == 1
    assert counted["event_of"] == N_ROWS


def test_what_was_mended_is_compared_again(path, counted):
    connection = raw(path)
    connection.execute("UPDATE unit SET unit_code = '' WHERE unit_id = 900")
    connection.close()
    with Document.open(path, author="Ada") as document:
        (change,) = document.changes_of(document.timeline()[-1].step_id)
        assert change.new == {"unit_code": "unit-900"}
    assert counted["differences"] == 2


def test_an_image_without_blobs_is_read_without_python(monkeypatch):
    def fail(_found):
        pytest.fail("asked of an object that carries nothing")

    monkeypatch.setattr(images, "_RESTORING_SCAN", fail)
    assert images.decode_image('{"unit_id": 1, "unit_name": "A \\"1\\"", "lon": 0.5}') == {
        "unit_id": 1,
        "unit_name": 'A "1"',
        "lon": 0.5,
    }


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (' {"a": 1}\n', {"a": 1}),
        ('{"geom": {"base64": "AAE="}, "a": {"float": "inf"}}', {"geom": b"\0\1", "a": float("inf")}),
        ('\t{"geom": {"base64": "AAE="}} ', {"geom": b"\0\1"}),
    ],
)
def test_blanks_and_carried_values_are_read(text, row):
    assert images.decode_image(text) == row


@pytest.mark.parametrize(
    "text", ["", " ", '{"a": 1', '{"a": 1} {}', '{"a": 1}, {"b": 2}', "[" * 100_000, " " + "[" * 100_000]
)
def test_what_is_no_row_is_refused(text):
    with pytest.raises(ValueError):
        images.decode_image(text)


def test_outlines_of_many_reshaped_units_are_looked_up_at_once(tmp_path):
    document = plan_with_content(tmp_path)
    document.refresh_outlines([(1, shapely.box(0, 0, 1, 4)), (2, shapely.box(3, 0, 4, 4))])
    shapes = {i: {"geom": shapely.to_wkb(shapely.box(0, 0, 1, 1))} for i in range(1, 17)}
    with document.step("Other shapes") as writer:
        writer.update("unit", shapes)
    asked: list[str] = []
    document.connection.set_trace_callback(lambda sql: asked.append(sql) if "FROM assignment" in sql else None)
    document.undo()
    document.connection.set_trace_callback(None)
    assert len([sql for sql in asked if "territory_id" in sql and "unit_id IN" in sql]) == 1
    assert document.territories_without_outline() == [1, 2]
    document.close()
