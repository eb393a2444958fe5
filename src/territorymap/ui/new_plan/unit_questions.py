"""What has to be known of boundary files: layer, letters, coordinate system, columns, coarser units.

Owns the fields and their guesses; reading is importers'.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from territorymap.i18n import listed, ntr, tr
from territorymap.importers.dbf_letters import CHOICES
from territorymap.importers.unit_crs import CrsQuestion, crs_code, crs_title, parse_crs
from territorymap.importers.unit_options import LayerImport, UnitOptions
from territorymap.importers.unit_rows import ALL, UnitRows, guess_unit_columns
from territorymap.ui.dialogs.form import make_form
from territorymap.ui.parts.scale import ems, lines

_SYSTEMS = ("EPSG:4326", "EPSG:3857", "EPSG:25832", "EPSG:27700", "EPSG:2154", "EPSG:5070")


class UnitQuestions(QWidget):
    """One field a question; what the files answer themselves is only shown."""

    reread = Signal()  # other rows are wanted: layer or letters
    changed = Signal()  # the same rows mean something else

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.part, self.letters, self.crs, self.code, self.name = (_Combo() for _ in range(5))
        self.parent_column, self.dissolve, self.same_code = (_Combo() for _ in range(3))
        self.crs.setEditable(True)
        typed = QLineEdit()
        typed.setPlaceholderText(tr("Choose, or type e.g. EPSG:25832"))
        self.crs.setLineEdit(typed)
        # A long name is read from its beginning, not from where the text cursor happens to be.
        self.crs.currentIndexChanged.connect(lambda _at: typed.setCursorPosition(0))
        self.is_swapped = QCheckBox(tr("E&xchange latitude and longitude"))
        self.measures = QListWidget()
        self.measures.setAccessibleName(tr("Measures to bring along"))
        self.measures.setMaximumHeight(lines(self, 6))
        self._swap_asked: bool | None = None
        self._is_member = False
        self._form = make_form(self)
        self._form.setVerticalSpacing(ems(self, 0.8))
        self._form.addRow(tr("&Layer"), self.part)
        self._form.addRow(tr("Le&tters"), self.letters)
        self._form.addRow(tr("Coordinate &system"), self.crs)
        self._form.addRow("", self.is_swapped)
        self._form.addRow(tr("C&ode"), self.code)
        self._form.addRow(tr("Na&me"), self.name)
        self._form.addRow(tr("L&ies in"), self.parent_column)
        self._form.addRow(tr("Sam&e code in two files"), self.same_code)
        self._form.addRow(tr("Coarser &units by"), self.dissolve)
        self._form.addRow(tr("Me&asures"), self.measures)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._form)
        column.addStretch(1)
        self.dissolve.setToolTip(tr("Units with the same value here become one, their numbers are summed."))
        self.parent_column.setToolTip(tr("What groups units on the map and in tables, e.g. the state of a county."))
        self._connect()

    # -- answers -------------------------------------------------------------------------------------------------------

    @property
    def layer(self) -> str:
        return "" if self._is_member or self.part.currentIndex() < 0 else str(self.part.currentData())

    @property
    def member(self) -> str:
        return str(self.part.currentData()) if self._is_member and self.part.currentIndex() >= 0 else ""

    @property
    def encoding(self) -> str:
        return str(self.letters.currentData() or "")

    @property
    def asked_crs(self) -> str:
        """The system that the person named, "" = as the files say."""
        at = self.crs.findText(self.crs.currentText())
        return str(self.crs.itemData(at)) if at >= 0 else self.crs.currentText().strip()

    def options(self, repair_m: float | None) -> UnitOptions:
        """Return all answers."""
        return UnitOptions(
            code=str(self.code.currentData()),
            name=str(self.name.currentData()),
            parent=str(self.parent_column.currentData()),
            measures=tuple(self._checked()),
            layer=self.layer,
            member=self.member,
            crs=self.asked_crs,
            encoding=self.encoding,
            is_swapped=self._swap_asked,
            repair_m=repair_m,
            dissolve=str(self.dissolve.currentData() or ""),
            is_kept_apart=bool(self.same_code.currentData()),
        )

    # -- questions -----------------------------------------------------------------------------------------------------

    def ask(self, rows: UnitRows, is_again: bool = False) -> None:
        """Show the fields with what is guessed of these rows; ``is_again``: what was answered stays, where it can."""
        kept = [(b, b.currentData()) for b in (self.code, self.name, self.parent_column, self.dissolve)]
        asked_crs, swap = self.asked_crs, self._swap_asked
        boxes = (self.part, self.letters, self.crs, self.code, self.name, self.parent_column, self.dissolve)
        for box in (*boxes, self.measures, self.same_code, self.is_swapped):
            box.blockSignals(True)
        self._ask_part(rows)
        self._ask_letters(rows)
        self._ask_crs(rows)
        guesses = guess_unit_columns(rows.columns)
        headers = [column.header for column in rows.columns]
        none = (tr("none: number the units"), "")
        _fill(self.code, [*_first(guesses.code, headers), none], next(iter(guesses.code), ""))
        _fill(self.name, [*_first(guesses.name, headers), (tr("none"), "")], next(iter(guesses.name), ""))
        _fill(self.parent_column, [(tr("none"), ""), *((h, h) for h in headers)], guesses.parent)
        coarse = [c for c in rows.columns if 1 <= c.n_distinct < max(2, len(rows))]
        choices = [
            (tr("no: every unit of the file"), ""),
            *((ntr("{name}: {n} unit", "{name}: {n} units", c.n_distinct, name=c.header), c.header) for c in coarse),
        ]
        _fill(self.dissolve, choices, "")
        _fill(self.same_code, [(tr("is one unit"), False), (tr("is two: the file's name goes before it"), True)], False)
        self._fill_measures(guesses.measures)
        self._swap_asked = swap if is_again else None
        self.is_swapped.setChecked(bool(self._swap_asked))
        if is_again:
            for box, value in kept:
                box.setCurrentIndex(max(box.findData(value), 0) if value is not None else box.currentIndex())
            if asked_crs:
                self.choose_crs(asked_crs)
        for box in (*boxes, self.measures, self.same_code, self.is_swapped):
            box.blockSignals(False)
        self._form.setRowVisible(self.dissolve, bool(coarse))
        self._form.setRowVisible(self.same_code, False)
        self._form.setRowVisible(self.measures, self.measures.count() > 0)

    def show_answers(self, made: LayerImport) -> None:
        """Show what was found out while the units were made."""
        is_swapped = any(place.is_swapped for place in made.places)
        self.is_swapped.blockSignals(True)
        self.is_swapped.setChecked(is_swapped)
        self.is_swapped.blockSignals(False)
        if made.colliding:
            self._form.setRowVisible(self.same_code, True)

    def suggest(self, question: CrsQuestion) -> None:
        """Put the systems that would fit first."""
        typed = self.crs.currentText()
        self.crs.blockSignals(True)
        for at, suggestion in enumerate(question.suggestions):
            if self.crs.findData(suggestion.code) < 0:
                self.crs.insertItem(at, suggestion.name, suggestion.code)
        self.crs.setCurrentIndex(-1)
        self.crs.setEditText(typed)
        self.crs.blockSignals(False)

    def choose_crs(self, code: str) -> None:
        """Name the system."""
        if self.crs.findData(code) < 0:
            self.crs.addItem(crs_title(code), code)
        self.crs.setCurrentIndex(self.crs.findData(code))

    def _ask_part(self, rows: UnitRows) -> None:
        self._is_member = len(rows.members) > 1
        parts = rows.members if self._is_member else rows.layers
        choices = [(part, part) for part in parts]
        if len(parts) > 1:
            choices.append((tr("all {n} together", n=len(parts)), ALL))
        _fill(self.part, choices, rows.member if self._is_member else rows.layer)
        label = self._form.labelForField(self.part)
        label.setText(tr("Fi&le") if self._is_member else tr("&Layer"))  # type: ignore[attr-defined]
        self._form.setRowVisible(self.part, len(parts) > 1)

    def _ask_letters(self, rows: UnitRows) -> None:
        used = list(dict.fromkeys(file.encoding for file in rows.files if file.encoding))
        chosen = self.encoding
        auto = tr("as read: {encodings}", encodings=listed(used)) if used else tr("as in the file")
        _fill(self.letters, [(auto, ""), *((name, name) for name in CHOICES)], chosen)
        self._form.setRowVisible(self.letters, bool(used) or bool(chosen) or bool(rows.notes))

    def _ask_crs(self, rows: UnitRows) -> None:
        told = list(dict.fromkeys(file.crs for file in rows.files))
        self.crs.clear()
        if all(told):
            text = crs_code(parse_crs(told[0])) if len(told) == 1 else tr("several, as the files say")
            self.crs.addItem(tr("as in the file: {crs}", crs=text), "")
        for code in _SYSTEMS:
            self.crs.addItem(crs_title(code), code)
        self.crs.setCurrentIndex(0 if all(told) else -1)
        if not all(told):
            self.crs.setEditText("")

    def _fill_measures(self, headers: Sequence[str]) -> None:
        self.measures.clear()
        for header in headers:
            item = QListWidgetItem(header)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setSizeHint(QSize(0, lines(self, 1.5)))
            self.measures.addItem(item)

    def _checked(self) -> list[str]:
        items = (self.measures.item(row) for row in range(self.measures.count()))
        return [item.text() for item in items if item.checkState() == Qt.CheckState.Checked]

    def _connect(self) -> None:
        self.part.currentIndexChanged.connect(self.reread)
        self.letters.currentIndexChanged.connect(self.reread)
        for box in (self.code, self.name, self.parent_column, self.dissolve, self.same_code):
            box.currentIndexChanged.connect(self.changed)
        self.crs.currentTextChanged.connect(self.changed)
        self.measures.itemChanged.connect(self.changed)
        self.is_swapped.toggled.connect(self._swap)

    def _swap(self, is_checked: bool) -> None:
        self._swap_asked = is_checked
        self.changed.emit()


class _Combo(QComboBox):
    """A box that gives way: long names of columns must not push the map out of the dialog."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)


def _first(best: Sequence[str], headers: Sequence[str]) -> list[tuple[str, object]]:
    """Return the likely columns, then the others, as choices."""
    return [(h, h) for h in [*best, *(h for h in headers if h not in best)]]


def _fill(box: QComboBox, choices: Sequence[tuple[str, object]], chosen: object) -> None:
    box.clear()
    for text, value in choices:
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))
