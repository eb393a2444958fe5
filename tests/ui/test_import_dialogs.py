"""Imports as a planner makes them: choose a file, correct it, look at the outcome, one step, undo."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from territorymap.model.coverage import Figure
from territorymap.session.session import Session
from territorymap.ui.import_wizard.accounts_dialog import AccountImportDialog
from territorymap.ui.import_wizard.assignment_dialog import AssignmentImportDialog
from territorymap.ui.import_wizard.dialog import ImportDialog
from territorymap.ui.import_wizard.list_dialogs import AlignmentImportDialog, RepImportDialog
from territorymap.ui.import_wizard.table_form import TableForm
from territorymap.ui.preferences import Preferences
from territorymap.ui.role_metrics.import_dialog import MetricImportDialog
from tests.ui.conftest import wait_for

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session(plan: Path) -> Iterator[Session]:
    with Session.open(plan, author="Ada") as session:
        yield session


def write_csv(path: Path, *rows: tuple[str, ...], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return path


def check(qtbot: QtBot, dialog: ImportDialog, path: Path) -> None:
    """Choose the file and press Check."""
    dialog.show()
    dialog.form.load(path)
    wait_for(qtbot, lambda: dialog.form.has_file)
    QTest.mouseClick(dialog.next, LEFT)
    wait_for(qtbot, lambda: dialog.outcome is not None)


class TestTableForm:
    @pytest.fixture
    def form(self, qtbot: QtBot, preferences: Preferences) -> TableForm:
        form = TableForm("accounts", "Hint", preferences)
        qtbot.addWidget(form)
        form.resize(1000, 500)
        form.show()
        return form

    def load(self, qtbot: QtBot, form: TableForm, path: Path) -> None:
        form.load(path)
        wait_for(qtbot, lambda: form.path == path)

    def test_a_german_export_is_understood(self, qtbot: QtBot, form: TableForm, tmp_path: Path) -> None:
        rows = [("Kundennr", "Firma", "PLZ", "Ort", "Umsatz", "Branche")]
        rows += [
            (f"K{i}", f"Müller {i}", f"{50000 + i}", "Köln", f"{i},5", ("Bau", "Handel")[i % 2]) for i in range(40)
        ]
        self.load(qtbot, form, write_csv(tmp_path / "kunden.csv", *rows, encoding="cp1252", delimiter=";"))
        assert form.options_bar.encoding.currentData() == "cp1252"
        assert form.options_bar.delimiter.currentData() == ";"
        assert form.options_bar.decimal.currentData() == ","
        assert form.table.meanings == ["account_key", "account_name", "postal_code", "city", "measure", "segment"]
        assert form.choice is not None
        assert form.choice.columns.measures == ("Umsatz",)

    def test_another_encoding_is_shown_at_once(self, qtbot: QtBot, form: TableForm, tmp_path: Path) -> None:
        self.load(qtbot, form, write_csv(tmp_path / "a.csv", ("Name", "Zip"), ("Zoë", "60601"), encoding="utf-8"))
        form.options_bar.encoding.setCurrentIndex(form.options_bar.encoding.findData("cp1252"))
        wait_for(qtbot, lambda: form.table.model().index(0, 0).data() == "ZoÃ«")
        assert form.table.meanings == ["account_name", "postal_code"]

    def test_a_meaning_belongs_to_one_column(self, qtbot: QtBot, form: TableForm, tmp_path: Path) -> None:
        self.load(qtbot, form, write_csv(tmp_path / "a.csv", ("Name", "Other"), ("Acme", "Bolt"), ("Cog", "Dash")))
        box = form.table.header.boxes[1]
        box.setCurrentIndex(box.findData("account_name"))
        assert form.table.meanings[1] == "account_name"
        assert form.table.meanings[0] != "account_name"

    def test_what_is_missing_is_said(self, qtbot: QtBot, form: TableForm, tmp_path: Path) -> None:
        self.load(qtbot, form, write_csv(tmp_path / "a.csv", ("Name", "Note"), ("Acme", "x"), ("Cog", "y")))
        assert "No column says where the accounts lie" in form.problem.text()
        box = form.table.header.boxes[0]
        box.setCurrentIndex(box.findData(""))
        assert form.choice is None
        assert "Say which column" in form.why_not()

    def test_a_file_that_is_no_table_is_refused_in_words(self, qtbot: QtBot, form: TableForm, tmp_path: Path) -> None:
        bad = tmp_path / "picture.csv"
        bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
        form.load(bad)
        wait_for(qtbot, lambda: bool(form.problem.text()))
        assert "picture.csv" in form.problem.text()
        assert not form.has_file

    def test_a_workbook_offers_its_sheets(self, qtbot: QtBot, form: TableForm, tmp_path: Path) -> None:
        import openpyxl

        book = openpyxl.Workbook()
        book.active.title = "Notes"
        book.active.append(["nothing", "here"])
        book.active.append(["to", "see"])
        sheet = book.create_sheet("Customers")
        sheet.append(["Name", "Zip"])
        sheet.append(["Acme", "60601"])
        book.save(tmp_path / "book.xlsx")
        self.load(qtbot, form, tmp_path / "book.xlsx")
        assert form.options_bar.sheet.isVisible()
        assert not form.options_bar.encoding.isVisible()
        form.options_bar.sheet.setCurrentIndex(form.options_bar.sheet.findData("Customers"))
        wait_for(qtbot, lambda: form.table.model().index(0, 0).data() == "Acme")


class TestAccounts:
    def rows(self, n: int) -> list[tuple[str, ...]]:
        head = ("Key", "Name", "Unit", "Revenue")
        return [head, *((f"N{i}", f"New {i}", f"A{i % 6 + 1}", str(i)) for i in range(n))]

    @pytest.fixture
    def dialog(self, session: Session, preferences: Preferences, parent: QWidget) -> AccountImportDialog:
        return AccountImportDialog(session, preferences, parent)

    def test_new_accounts_come_as_one_step_and_go_by_undo(
        self, qtbot: QtBot, session: Session, dialog: AccountImportDialog, tmp_path: Path
    ) -> None:
        n_steps, n_before = len(session.document.history()), len(session.plan.accounts)
        check(qtbot, dialog, write_csv(tmp_path / "new.csv", *self.rows(12)))
        assert dialog.outcome is not None
        assert len(dialog.outcome.result[1].added) == 12
        with qtbot.waitSignal(dialog.imported):
            QTest.mouseClick(dialog.apply, LEFT)
        assert len(session.plan.accounts) == n_before + 12
        assert len(session.document.history()) == n_steps + 1
        session.undo()
        assert len(session.plan.accounts) == n_before

    def test_an_update_shows_what_changes_and_can_remove_the_missing(
        self, qtbot: QtBot, session: Session, dialog: AccountImportDialog, tmp_path: Path
    ) -> None:
        accounts = session.plan.accounts
        rows = [
            ("Key", "Name"),
            *((str(k), str(n)) for k, n in zip(accounts.key[:20], accounts.name[:20], strict=True)),
        ]
        rows[3] = (rows[3][0], "Renamed")
        rows.append(("NEW", "Newcomer"))
        check(qtbot, dialog, write_csv(tmp_path / "update.csv", *rows))
        assert dialog.outcome is not None
        preview = dialog.outcome.result[1]
        assert (len(preview.added), len(preview.changed), len(preview.missing)) == (1, 1, 4)
        assert dialog.keep_missing.isChecked()
        QTest.mouseClick(dialog.remove_missing, LEFT, pos=dialog.remove_missing.rect().center() * 0.2)
        QTest.mouseClick(dialog.apply, LEFT)
        assert len(session.plan.accounts) == 21
        assert "Renamed" in list(session.plan.accounts.name)
        session.undo()
        assert len(session.plan.accounts) == 24

    def test_rejected_rows_are_listed_and_saved(
        self,
        qtbot: QtBot,
        dialog: AccountImportDialog,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        rows = self.rows(30)
        rows[5] = ("N4", "New 4", "A5", "lots")
        check(qtbot, dialog, write_csv(tmp_path / "new.csv", *rows))
        assert dialog.view is not None
        target = tmp_path / "rejected.csv"
        monkeypatch.setattr(
            "territorymap.ui.import_wizard.result_view.QFileDialog.getSaveFileName",
            lambda *_args, **_kw: (str(target), ""),
        )
        QTest.mouseClick(dialog.view.save_button, LEFT)
        with target.open(encoding="utf-8-sig", newline="") as stream:
            saved = list(csv.reader(stream))
        assert [row[0] for row in saved[1:]] == ["6"]
        assert "lots" in saved[1][1]

    def test_back_keeps_the_choices(
        self, qtbot: QtBot, session: Session, dialog: AccountImportDialog, tmp_path: Path
    ) -> None:
        check(qtbot, dialog, write_csv(tmp_path / "new.csv", *self.rows(12)))
        meanings = dialog.form.table.meanings
        QTest.mouseClick(dialog.back, LEFT)
        assert dialog.form.isVisible()
        assert dialog.form.table.meanings == meanings


def test_reps_are_added_and_known_ones_updated(
    qtbot: QtBot, session: Session, preferences: Preferences, parent: QWidget, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "reps.csv", ("Rep", "Capacity hours"), ("Ann", "1200"), ("Cid", "800"))
    dialog = RepImportDialog(session, preferences, parent)
    assert dialog.focusWidget() is dialog.form.choose_button
    check(qtbot, dialog, path)
    assert dialog.apply.text() == "&Import 2 reps"
    QTest.mouseClick(dialog.apply, LEFT)
    assert {rep.name: rep.capacity_h for rep in session.plan.reps} == {"Ann": 1200.0, "Bob": None, "Cid": 800.0}


def test_an_alignment_makes_territories_and_lists_unknown_codes(
    qtbot: QtBot, session: Session, preferences: Preferences, parent: QWidget, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "a.csv", ("Unit", "Territory"), ("A6", "East"), ("B6", "East"), ("Z9", "East"))
    dialog = AlignmentImportDialog(session, preferences, parent)
    check(qtbot, dialog, path)
    assert dialog.outcome is not None
    assert [reject.row for reject in dialog.outcome.report.rejects] == [4]
    QTest.mouseClick(dialog.apply, LEFT)
    east = session.plan.territory_named("East")
    assert east is not None
    ix = session.plan.territory_ix(east.territory_id)
    assert sorted(str(session.plan.units.code[u]) for u in session.plan.units_of(ix)) == ["A6", "B6"]


def test_a_crm_report_is_taken_over_and_undone(
    qtbot: QtBot, session: Session, preferences: Preferences, parent: QWidget, tmp_path: Path
) -> None:
    """An account that the report has elsewhere is given by name; one with a key of nobody is listed with its row."""
    plan = session.plan
    ix = next(a for a, t in enumerate(plan.territory_of_accounts()) if t >= 0 and plan.accounts.key[a])
    key, before = str(plan.accounts.key[ix]), int(plan.territory_of_accounts()[ix])
    other = next(t.name for i, t in enumerate(plan.territories) if i != before)
    rows = (("Account ID", "Account Name", "Territory"), (key, "One", other), ("nobody", "Two", other))
    dialog = AssignmentImportDialog(session, preferences, parent)
    check(qtbot, dialog, write_csv(tmp_path / "report.csv", *rows))
    assert dialog.outcome is not None
    assert [reject.row for reject in dialog.outcome.report.rejects] == [3]
    QTest.mouseClick(dialog.apply, LEFT)
    assert session.plan.territories[session.plan.territory_of_accounts()[ix]].name == other
    assert session.plan.account_override[ix] >= 0
    session.undo()
    assert int(session.plan.territory_of_accounts()[ix]) == before


def test_numbers_of_reps_are_imported_by_period(
    qtbot: QtBot, session: Session, preferences: Preferences, parent: QWidget, tmp_path: Path
) -> None:
    rep = session.plan.reps[0].name
    dialog = MetricImportDialog(session, preferences, parent)
    dialog.open()
    rows = [("Rep", "Calls", "Meetings"), (rep, "40", "5"), ("Nobody", "1", "1")]
    dialog.period.setText("soon")
    dialog.form.load(write_csv(tmp_path / "weeks.csv", *rows))
    wait_for(qtbot, lambda: dialog.form.has_file)
    assert not dialog.next.isEnabled()
    dialog.period.setText("2026-W41")
    check(qtbot, dialog, tmp_path / "weeks.csv")
    assert dialog.outcome is not None
    assert [reject.row for reject in dialog.outcome.report.rejects] == [3]
    assert dialog.apply.text() == "&Import 2 numbers"
    QTest.mouseClick(dialog.apply, LEFT)
    found = session.register(Figure).values()
    assert {(f.metric, f.period, f.amount) for f in found} == {
        ("calls", "2026-W41", 40.0),
        ("meetings", "2026-W41", 5.0),
    }
