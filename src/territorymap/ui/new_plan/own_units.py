"""The planner's own boundaries: file, layer, columns, and what was mended.

Owns the form; reading and mending are importers/unit_layer.py's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import Cancelled, UserError
from territorymap.geo.layer import UnitLayer
from territorymap.geo.shipped import load_layer
from territorymap.i18n import ntr, tr
from territorymap.importers.table import RawTable
from territorymap.importers.table_options import TableOptions
from territorymap.importers.unit_layer import LayerCandidates, LayerImport, import_unit_layer, inspect_unit_layer
from territorymap.importers.vector_kind import VECTOR_EXTENSIONS
from territorymap.ui import icons
from territorymap.ui.dialogs.form import make_form
from territorymap.ui.import_wizard.result_view import ImportReport, show_reports
from territorymap.ui.new_plan.layer_picture import draw_layer
from territorymap.ui.parts.elided import ElidedLabel
from territorymap.ui.parts.scale import lines
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import run_task
from territorymap.ui.theme import tokens

PICTURE = QSize(300, 200)
_SETTLE_MS = 400


@dataclass(frozen=True)
class UnitsChoice:
    """A shipped layer, or a file with the meaning of its columns."""

    layer_id: str = ""
    path: Path | None = None
    code: str | None = None
    name: str | None = None
    parent: str | None = None
    measures: tuple[str, ...] = ()
    layer: str = ""
    member: str = ""
    crs: str = ""
    ready: LayerImport | None = field(default=None, compare=False)  # read already


def load_units(choice: UnitsChoice) -> UnitLayer:
    """Return the chosen layer with the measures that were wished for."""
    if choice.path is None:
        layer = load_layer(choice.layer_id)
        wished = {name: values for name, values in layer.values.items() if name in choice.measures}
        return dataclasses.replace(layer, values=wished)
    return (choice.ready or read_file(choice)).layer


def read_file(choice: UnitsChoice, is_cancelled: Callable[[], bool] | None = None) -> LayerImport:
    """Read and mend the planner's file."""
    assert choice.path is not None
    return import_unit_layer(
        choice.path,
        choice.code,
        choice.name,
        choice.measures,
        parent=choice.parent,
        layer=choice.layer,
        member=choice.member,
        crs=choice.crs,
        is_cancelled=is_cancelled,
    )


class OwnUnitsForm(QWidget):
    """Empty until a file is chosen; reads it again whenever a choice changes."""

    changed = Signal()

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self.path: Path | None = None
        self.candidates: LayerCandidates | None = None
        self.outcome: LayerImport | None = None
        self._failure = ""
        self._n_reads = 0
        self.setAcceptDrops(True)
        self.part, self.code, self.name, self.parent_column, self.crs = (QComboBox() for _ in range(5))
        self.crs.setEditable(True)
        self.crs.addItems(["EPSG:4326", "EPSG:3857", "EPSG:25832", "EPSG:27700", "EPSG:2263"])
        self.measures = QListWidget()
        self.measures.setAccessibleName(tr("Measures to bring along"))
        self.choose_button = QPushButton(tr("Choose a file…"))
        icons.set_icon(self.choose_button, "open")
        self._name_label, self._counts, self._notes = ElidedLabel(), _text(""), _text("muted")
        self._problem, self._empty_problem = _text("danger"), _text("danger")
        self._picture = QLabel()
        self._picture.setFixedSize(PICTURE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.rejects_button = QPushButton()
        self.rejects_button.clicked.connect(self._show_rejects)
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._timer.timeout.connect(self._read)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty_page())
        self._pages.addWidget(self._file_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self._connect()

    # -- state ---------------------------------------------------------------------------------------------------------

    @property
    def choice(self) -> UnitsChoice | None:
        """What was chosen, None while there is no file."""
        if self.path is None or self.candidates is None or self._failure:
            return None
        return UnitsChoice(
            path=self.path,
            code=str(self.code.currentData()),
            name=str(self.name.currentData()),
            parent=str(self.parent_column.currentData()),
            measures=tuple(self._checked()),
            layer=self.candidates.layer,
            member=self.candidates.member,
            crs="" if self.candidates.crs else self.crs.currentText().strip(),
            ready=self.outcome,
        )

    def why_not(self) -> str:
        if self.path is None or self.candidates is None:
            return tr("Choose the file with your boundaries.")
        return self._failure

    def summary(self) -> str:
        return self.path.stem if self.path is not None and self.candidates is not None else ""

    # -- reading -------------------------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a file and read it."""
        patterns = " ".join(f"*{extension}" for extension in VECTOR_EXTENSIONS)
        filters = ";;".join([tr("Boundaries ({patterns})", patterns=patterns), tr("All files (*)")])
        folder = str(self._preferences.folder("import"))
        chosen, _ = QFileDialog.getOpenFileName(self, tr("Choose a file"), folder, filters)
        if chosen:
            self.load(Path(chosen))

    def load(self, path: Path, layer: str = "", member: str = "") -> None:
        """Look at a file, guess its columns and read its units."""
        self._preferences.set_folder("import", path.parent)
        run_task(
            self.window(),
            tr("Reading {name}…", name=path.name),
            lambda progress, is_cancelled: inspect_unit_layer(path, layer, member),
            lambda candidates: self._show_candidates(path, candidates),
            self._inspect_failed,
        )

    def _inspect_failed(self, error: BaseException) -> None:
        if not isinstance(error, UserError):
            raise error
        label = self._empty_problem if self.candidates is None else self._problem
        label.setText(_sentence(error))
        label.show()

    def _show_candidates(self, path: Path, found: LayerCandidates) -> None:
        self.path, self.candidates, self.outcome, self._failure = path, found, None, ""
        self._name_label.setText(path.name)
        boxes = (self.part, self.code, self.name, self.parent_column, self.measures)
        for box in boxes:
            box.blockSignals(True)
        parts = found.members if len(found.members) > 1 else found.layers
        _fill(self.part, [(p, p) for p in parts], found.member if len(found.members) > 1 else found.layer)
        headers = [column.header for column in found.columns]
        none = (tr("none: number the units"), "")
        _fill(self.code, [*_first(found.code_columns, headers), none], next(iter(found.code_columns), ""))
        _fill(self.name, [*_first(found.name_columns, headers), (tr("none"), "")], next(iter(found.name_columns), ""))
        _fill(self.parent_column, [(tr("none"), ""), *((h, h) for h in headers)], found.parent_column)
        self.measures.clear()
        for header in found.measure_columns:
            item = QListWidgetItem(header)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setSizeHint(QSize(0, lines(self, 1.5)))
            self.measures.addItem(item)
        for box in boxes:
            box.blockSignals(False)
        self._form.setRowVisible(self.part, len(parts) > 1)
        self._form.setRowVisible(self.crs, not found.crs)
        self._form.setRowVisible(self.measures, self.measures.count() > 0)
        self._pages.setCurrentIndex(1)
        self._read()

    def _later(self) -> None:
        self.outcome, self._failure = None, ""
        self._timer.start()
        self.changed.emit()

    def _read(self) -> None:
        choice = self.choice
        if choice is None:
            return
        self._n_reads += 1
        n = self._n_reads
        self._counts.setText(tr("Reading and checking the boundaries…"))
        self._counts.show()
        for widget in (self._notes, self._problem, self.rejects_button):
            widget.hide()
        ratio, colours = self.devicePixelRatioF(), tokens()

        def work(progress: object, is_cancelled: Callable[[], bool]) -> tuple[LayerImport, QImage]:
            outcome = read_file(choice, is_cancelled)
            return outcome, draw_layer(outcome.layer, PICTURE.width(), PICTURE.height(), ratio, colours)

        run_task(
            self,
            tr("Reading the boundaries…"),
            work,
            lambda result: self._show_outcome(n, *result),
            lambda error: self._read_failed(n, error),
            is_quiet=True,
        )
        self.changed.emit()

    def _show_outcome(self, n: int, outcome: LayerImport, image: QImage) -> None:
        if n != self._n_reads:
            return
        self.outcome, self._failure = outcome, ""
        self._counts.setText(ntr("{n} unit", "{n} units", len(outcome.layer)))
        self._notes.setText("\n".join(outcome.notes) if outcome.notes else tr("Borders fit together, nothing to mend."))
        self._notes.show()
        self._picture.setPixmap(QPixmap.fromImage(image))
        n_rejects = len(outcome.rejects)
        self.rejects_button.setText(ntr("{n} row was left out…", "{n} rows were left out…", n_rejects))
        self.rejects_button.setVisible(n_rejects > 0)
        self.changed.emit()

    def _read_failed(self, n: int, error: BaseException) -> None:
        if n != self._n_reads or isinstance(error, Cancelled):
            return
        if not isinstance(error, UserError):
            raise error
        self.outcome, self._failure = None, _sentence(error)
        self._counts.hide()
        self._problem.setText(self._failure)
        self._problem.show()
        self._picture.clear()
        self.changed.emit()

    def _show_rejects(self) -> None:
        if self.outcome is not None and self.path is not None:
            table = RawTable([], [], [], TableOptions(), name=self.path.name)
            n = len(self.outcome.layer)
            report = ImportReport(tr("Boundaries"), table, self.outcome.read, n, self.outcome.rejects)
            show_reports(self, [report])

    def _checked(self) -> list[str]:
        items = (self.measures.item(row) for row in range(self.measures.count()))
        return [item.text() for item in items if item.checkState() == Qt.CheckState.Checked]

    def _part_chosen(self) -> None:
        if self.path is not None and self.candidates is not None:
            has_members = len(self.candidates.members) > 1
            part = str(self.part.currentData())
            self.load(self.path, "" if has_members else part, part if has_members else "")

    # -- building ------------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.choose_button.clicked.connect(self.choose_file)
        self.part.currentIndexChanged.connect(self._part_chosen)
        for box in (self.code, self.name, self.parent_column):
            box.currentIndexChanged.connect(self._later)
        self.crs.currentTextChanged.connect(self._later)
        self.measures.itemChanged.connect(self._later)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        text = _text("muted")
        text.setText(
            tr("Your own boundaries: shapefile, GeoJSON, GeoPackage, KML, TopoJSON, also zipped. Or drop a file here.")
        )
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._empty_problem.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._empty_problem.hide()
        column = QVBoxLayout(page)
        column.addStretch(2)
        column.addWidget(text)
        column.addWidget(self.choose_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._empty_problem)
        column.addStretch(3)
        return page

    def _file_page(self) -> QWidget:
        page = QWidget()
        another = QPushButton(tr("Another file…"))
        another.clicked.connect(self.choose_file)
        head = QHBoxLayout()
        head.addWidget(self._name_label, 1)
        head.addWidget(another)
        self._form = make_form(self)
        self._form.addRow(tr("&Layer"), self.part)
        self._form.addRow(tr("Coordinate &system"), self.crs)
        self._form.addRow(tr("C&ode"), self.code)
        self._form.addRow(tr("N&ame"), self.name)
        self._form.addRow(tr("Lies &in"), self.parent_column)
        self._form.addRow(tr("&Measures"), self.measures)
        self.measures.setMaximumHeight(110)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addLayout(self._form)
        left.addStretch(1)
        for widget in (self._picture, self._counts, self._notes, self.rejects_button, self._problem):
            right.addWidget(widget)
        right.addStretch(1)
        columns = QHBoxLayout()
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addLayout(columns, 1)
        return page

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.load(path)


def _dropped(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
    return path if path is not None and path.suffix.casefold() in VECTOR_EXTENSIONS else None


def _first(best: tuple[str, ...], headers: list[str]) -> list[tuple[str, str]]:
    """Return the likely columns, then the others, as choices."""
    return [(h, h) for h in [*best, *(h for h in headers if h not in best)]]


def _fill(box: QComboBox, choices: list[tuple[str, str]], chosen: str) -> None:
    box.clear()
    for text, value in choices:
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))


def _sentence(error: UserError) -> str:
    return f"{error.message} {error.hint}".strip()


def _text(role: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
