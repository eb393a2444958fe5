"""The table of steps follows a plan: what a view heard of it is what a table made anew shows."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from territorymap.session.changelog import ChangeLog
from territorymap.ui.changes.model import ChangeModel
from tests.support.deeds import DEEDS, Pair


class Mirror:
    """Keeps what a view would show, by the model's signals alone."""

    def __init__(self, model: ChangeModel) -> None:
        self._model = model
        self.n_resets = 0
        self.rows: list[list[str]] = []
        model.modelReset.connect(self._reset)
        model.rowsInserted.connect(self._insert)
        model.dataChanged.connect(self._change)

    def _row(self, at: int) -> list[str]:
        return [str(self._model.index(at, column).data()) for column in range(self._model.columnCount())]

    def _reset(self) -> None:
        self.n_resets += 1
        self.rows = [self._row(at) for at in range(self._model.rowCount())]

    def _insert(self, _parent: QModelIndex, first: int, last: int) -> None:
        self.rows[first:first] = [self._row(at) for at in range(first, last + 1)]

    def _change(self, first: QModelIndex, last: QModelIndex) -> None:
        for at in range(first.row(), last.row() + 1):
            self.rows[at] = self._row(at)


def shown(model: ChangeModel) -> list[list[str]]:
    return [[str(model.index(at, c).data()) for c in range(model.columnCount())] for at in range(model.rowCount())]


@settings(max_examples=20)
@example(deeds=[("alignment", 0), ("scenario", 0), ("undo", 0), ("undo", 0)])
@given(deeds=DEEDS)
def test_a_view_hears_of_all_that_is_other_than_before(qapp: object, deeds: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as name:
        pair = Pair(Path(name))
        log, model = ChangeLog(pair.session.document), ChangeModel()
        tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
        mirror = Mirror(model)
        model.show(log, log.entries())
        for deed, n in deeds:
            pair.do(deed, n)
            model.show(log, log.entries())
            anew, fresh = ChangeModel(), ChangeLog(pair.session.document)
            anew.show(fresh, fresh.entries())
            assert shown(model) == shown(anew)
            assert mirror.rows == shown(anew)
            for at, row in enumerate(model.rows):
                assert model.row_of(row.entry.step.uuid) == at
        pair.close()
        del tester


def test_a_further_step_and_its_undo_leave_the_other_rows_alone(qapp: object, tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    log, model = ChangeLog(pair.session.document), ChangeModel()
    model.show(log, log.entries())
    mirror = Mirror(model)
    for deed in ("give", "undo", "redo", "note", "give"):
        pair.do(deed, 3)
        model.show(log, log.entries())
    assert mirror.n_resets == 0
    assert model.rowCount() == 4
    pair.close()
