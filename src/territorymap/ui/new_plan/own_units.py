"""The planner's own boundaries: files, what they mean, how they look on the map, and what is wrong with them.

Owns the course of events; questions, map and faults are modules of their own, reading and mending are importers'.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import Cancelled, UserError
from territorymap.i18n import listed, ntr, tr
from territorymap.importers.progress import Ticker
from territorymap.importers.unit_crs import CrsQuestion
from territorymap.importers.unit_layer import make_units
from territorymap.importers.unit_options import LayerImport
from territorymap.importers.unit_rejects import rejects_table
from territorymap.importers.unit_rows import UnitRows, read_unit_rows
from territorymap.importers.vector_kind import VECTOR_EXTENSIONS, geodatabase_of
from territorymap.ui import icons
from territorymap.ui.import_wizard.result_view import ImportReport, show_reports
from territorymap.ui.new_plan.unit_questions import UnitQuestions
from territorymap.ui.new_plan.units_choice import UnitsChoice
from territorymap.ui.new_plan.units_result import UnitsResult, text_label
from territorymap.ui.parts.elided import ElidedLabel
from territorymap.ui.parts.scale import ems
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import Task, run_task

_SETTLE_MS = 400


class OwnUnitsForm(QWidget):
    """Empty until files are chosen; makes the units again whenever an answer changes."""

    changed = Signal()
    left = Signal()  # the person wants a shipped layer after all

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self.rows: UnitRows | None = None
        self.outcome: LayerImport | None = None
        self._failure = ""
        self._task: Task | None = None
        self.setAcceptDrops(True)
        self.questions = UnitQuestions()
        self.result = UnitsResult()
        self.map, self.faults = self.result.map, self.result.faults
        self.choose_button = QPushButton(tr("&Choose files…"))
        icons.set_icon(self.choose_button, "open")
        self.folder_button = QPushButton(tr("Choose a &geodatabase (.gdb folder)…"))
        self.add_button = QPushButton(tr("A&dd files…"))
        self.add_button.setToolTip(tr("Files that make one layer together with these, e.g. one a state"))
        self._name_label, self._empty_problem = ElidedLabel(), text_label("danger")
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._timer.timeout.connect(self._make)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty_page())
        self._pages.addWidget(self._file_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self._connect()

    # -- state ---------------------------------------------------------------------------------------------------------

    @property
    def paths(self) -> tuple[Path, ...]:
        return self.rows.paths if self.rows is not None else ()

    @property
    def choice(self) -> UnitsChoice | None:
        """What was chosen, None while there are no files or their units cannot be made."""
        if self.rows is None or self._failure:
            return None
        options = self.questions.options(self.faults.repair_m)
        return UnitsChoice(paths=self.rows.paths, options=options, ready=self.outcome)

    def why_not(self) -> str:
        if self.rows is None:
            return tr("Choose the file with your boundaries.")
        if self.outcome is None and not self._failure:
            return tr("The boundaries are being checked.")
        return self._failure

    def caution(self) -> str:
        """Return a warning where borders are wrong and no repair was asked for."""
        if self.outcome is None or not self.outcome.can_be_repaired:
            return ""
        return tr("The units have borders that do not meet; they can be repaired on the page Units.")

    def summary(self) -> str:
        return self.rows.title if self.rows is not None else ""

    # -- reading -------------------------------------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Ask for files and read them."""
        self.load(self._ask_files())

    def add_files(self) -> None:
        """Ask for further files of the same layer."""
        self.load([*self.paths, *self._ask_files()], is_more=True)

    def choose_folder(self) -> None:
        """Ask for the folder of a File Geodatabase."""
        start = str(self._preferences.folder("import"))
        chosen = QFileDialog.getExistingDirectory(self, tr("Choose a geodatabase"), start)
        if chosen:
            self.load([Path(chosen)])

    def _ask_files(self) -> list[Path]:
        patterns = " ".join(f"*{extension}" for extension in VECTOR_EXTENSIONS if extension != ".gdb")
        filters = ";;".join([tr("Boundaries ({patterns})", patterns=patterns), tr("All files (*)")])
        chosen, _ = QFileDialog.getOpenFileNames(
            self, tr("Choose files"), str(self._preferences.folder("import")), filters
        )
        return [Path(name) for name in chosen]

    def load(self, paths: Sequence[Path] | Path, *, is_more: bool = False) -> None:
        """Read files, guess what their columns mean, and make the units."""
        wanted = [paths] if isinstance(paths, Path) else list(dict.fromkeys(paths))
        if not wanted or (is_more and tuple(wanted) == self.paths):
            return
        self._preferences.set_folder("import", wanted[-1].parent)
        self._read(wanted, "", "", "", is_again=False)

    def _reread(self) -> None:
        if self.rows is not None:
            asked = self.questions
            self._read(list(self.rows.paths), asked.layer, asked.member, asked.encoding, is_again=True)

    def _read(self, paths: list[Path], layer: str, member: str, encoding: str, *, is_again: bool) -> None:
        name = paths[0].name if len(paths) == 1 else ntr("{n} file", "{n} files", len(paths))
        run_task(
            self.window(),
            tr("Reading {name}…", name=name),
            lambda progress, is_cancelled: read_unit_rows(
                paths, layer, member, encoding, Ticker(progress, is_cancelled)
            ),
            lambda rows: self._show_rows(rows, is_again),
            self._reading_failed,
        )

    def _reading_failed(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            return
        if not isinstance(error, UserError):
            raise error
        label = self._empty_problem if self.rows is None else self.result.problem
        label.setText(_sentence(error))
        label.show()

    def _show_rows(self, rows: UnitRows, is_again: bool) -> None:
        self.rows = rows
        self.result.forget_place()
        names = listed(path.name for path in rows.paths)
        self._name_label.setText(names)
        self.questions.ask(rows, is_again)
        if not is_again:
            self.faults.reset()
        self._pages.setCurrentIndex(1)
        self._make()

    # -- making the units ----------------------------------------------------------------------------------------------

    def _later(self) -> None:
        self._forget()
        self._timer.start()
        self.changed.emit()

    def _forget(self) -> None:
        self.outcome, self._failure = None, ""
        if self._task is not None:
            self._task.reject()
            self._task = None

    def _make(self) -> None:
        if self.rows is None:
            return
        self._timer.stop()
        self._forget()
        rows, options = self.rows, self.questions.options(self.faults.repair_m)
        self.result.show_working()

        def work(progress: Callable[..., None], is_cancelled: Callable[[], bool]) -> LayerImport:
            return make_units(rows, options, Ticker(progress, is_cancelled))

        def done(outcome: LayerImport) -> None:
            if self._task is task:
                self._show_outcome(outcome)

        def failed(error: BaseException) -> None:
            if self._task is task:
                self._making_failed(error)
            elif not isinstance(error, (UserError, Cancelled)):
                raise error

        task = run_task(self, tr("Checking the boundaries…"), work, done, failed, is_quiet=True)
        task.progressed.connect(lambda share: self.result.set_progress(share) if self._task is task else None)
        self._task = task
        self.changed.emit()

    def stop(self) -> None:
        """Give up making the units; another answer starts it again."""
        if self._task is not None:
            self._task.reject()
            self._task = None
        self._fail(tr("Checking the boundaries was stopped. Any change of an answer starts it again."))

    def _show_outcome(self, outcome: LayerImport) -> None:
        self._task = None
        self.outcome, self._failure = outcome, ""
        self.questions.show_answers(outcome)
        self.result.show_import(outcome)
        self.changed.emit()

    def _making_failed(self, error: BaseException) -> None:
        self._task = None
        if isinstance(error, Cancelled):
            return
        if not isinstance(error, UserError):
            raise error
        if isinstance(error, CrsQuestion):
            self.questions.suggest(error)
            self._fail(tr("Say in which coordinate system the boundaries are."))
            self.result.show_question(error)
            return
        self._fail(_sentence(error))

    def _fail(self, text: str) -> None:
        self.outcome, self._failure = None, text
        self.result.show_problem(text)
        self.changed.emit()

    def _show_rejects(self) -> None:
        if self.outcome is not None and self.rows is not None:
            table = rejects_table(self.rows, self.outcome.rejects)
            n_used = self.outcome.read - len(self.outcome.rejects)
            report = ImportReport(tr("Boundaries"), table, self.outcome.read, n_used, self.outcome.rejects)
            show_reports(self, [report])

    # -- building ------------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.choose_button.clicked.connect(self.choose_files)
        self.folder_button.clicked.connect(self.choose_folder)
        self.add_button.clicked.connect(self.add_files)
        self.result.stopped.connect(self.stop)
        self.result.rejects_button.clicked.connect(self._show_rejects)
        self.result.crs_panel.chosen.connect(self.questions.choose_crs)
        self.questions.changed.connect(self._later)
        self.questions.reread.connect(self._reread)
        self.result.exchange_wished.connect(lambda: self.questions.is_swapped.setChecked(True))
        self.faults.repair_wished.connect(self._later)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        text = text_label("muted")
        text.setText(
            tr(
                "Your own boundaries: shapefile, GeoJSON, TopoJSON, KML, GeoPackage, FlatGeobuf or geodatabase, also "
                "zipped. Several files, e.g. one a state, become one layer. Or drop them here."
            )
        )
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._empty_problem.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._empty_problem.hide()
        column = QVBoxLayout(page)
        column.addStretch(2)
        column.addWidget(text)
        column.addWidget(self.choose_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.folder_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._empty_problem)
        column.addStretch(3)
        return page

    def _file_page(self) -> QWidget:
        page = QWidget()
        back = QPushButton(tr("Shipped layers"))
        back.setToolTip(tr("Back to the list of layers that come with the program"))
        back.clicked.connect(self.left)
        another = QPushButton(tr("Other &files…"))
        another.clicked.connect(self.choose_files)
        head = QHBoxLayout()
        head.addWidget(self._name_label, 1)
        for button in (self.add_button, another, back):
            head.addWidget(button)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(self._scrolled(self.questions))
        columns.addWidget(self.result, 1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addLayout(columns, 1)
        return page

    def _scrolled(self, content: QWidget) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        area.setFixedWidth(ems(self, 48))
        return area

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_maps(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_maps(event)
        if paths:
            event.acceptProposedAction()
            self.load(paths)


def dropped_maps(event: QDropEvent) -> list[Path]:
    """Return the map files that are dropped; parts of a shapefile that come with it are left out."""
    urls = [url for url in event.mimeData().urls() if url.isLocalFile()]
    paths = [Path(url.toLocalFile()) for url in urls]
    return [path for path in paths if path.suffix.casefold() in VECTOR_EXTENSIONS or geodatabase_of(path) is not None]


def _sentence(error: UserError) -> str:
    return f"{error.message} {error.hint}".strip()
