"""How the plan counts: workload constants, target, tolerances, and which measures are shown.

Owns the fields; saving is one command.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QLabel,
    QRadioButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import listed, number, tr
from territorymap.model.records import Measure
from territorymap.session.commands.settings import edit_settings
from territorymap.session.session import Session
from territorymap.ui.dialogs.constants import constant_box, constant_label, constant_tip
from territorymap.ui.dialogs.form import FormDialog, make_form, muted
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.words import measure_label, measure_tip

CONSTANTS = ("visits", "visit_min", "speed_kmh", "detour", "stops_per_trip")


class SettingsDialog(FormDialog):
    """Edits everything that decides how the numbers come out, as one step."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(tr("Balance settings"), tr("&Save"), parent, width_ems=74)
        self._session = session
        self.constants: dict[str, QDoubleSpinBox] = {}
        self.tolerances: dict[int, QDoubleSpinBox] = {}
        self.shown: dict[int, QCheckBox] = {}
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(tr("Pages"))
        self.tabs.addTab(self._workload_page(), tr("&Workload"))
        self.tabs.addTab(self._target_page(), tr("&Target and tolerance"))
        self.insert(self.tabs)
        self.submit_with(self._save)
        if session.is_read_only:
            self.tabs.setEnabled(False)
            self.ok.setEnabled(False)
            self.show_problem(UserError(tr("{name} is open for reading only.", name=session.document.path.name)))

    # -- workload --------------------------------------------------------------------------------------------------

    def _workload_page(self) -> QWidget:
        page, layout = _page(self)
        layout.addWidget(
            muted(
                tr(
                    "Workload is an estimate of the hours a year that an account asks for: its visits, and the driving "
                    "from the rep's home and on to the next account."
                )
            )
        )
        form = make_form(self)
        for name in CONSTANTS:
            box = constant_box(name, float(getattr(self._session.plan.info.constants, name)))
            box.valueChanged.connect(self._show_example)
            self.constants[name] = box
            label = QLabel(constant_label(name))
            label.setBuddy(box)
            form.addRow(label, self._explained(box, constant_tip(name)))
        layout.addLayout(form)
        self.example = QLabel()
        self.example.setWordWrap(True)
        layout.addWidget(self.example)
        layout.addWidget(muted(tr("Accounts with values of their own, from import or by hand, keep them.")))
        layout.addStretch(1)
        self._show_example()
        return page

    def _explained(self, box: QWidget, text: str) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(ems(self, 1.4))
        grid.addWidget(box, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(muted(text), 0, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(1, 1)
        return holder

    def _show_example(self) -> None:
        visits, visit_min, speed, detour, stops = (self.constants[name].value() for name in CONSTANTS)
        drive_min = 60 * detour / speed * (2 * 30 / stops + 3)
        hours = visits * (visit_min + drive_min) / 60
        self.example.setText(
            tr(
                "For example: an account {stem} km from home and {hop} km from the next takes {hours} hours a year, "
                "{drive} minutes of driving for each visit.",
                stem=30,
                hop=3,
                hours=number(hours, 1),
                drive=number(drive_min, 0),
            )
        )

    # -- target and tolerance --------------------------------------------------------------------------------------

    def _target_page(self) -> QWidget:
        page, layout = _page(self)
        kind = self._session.plan.info.target_kind
        self.equal = QRadioButton(tr("&Equal shares: every territory is to have the same"))
        self.capacity = QRadioButton(tr("Shares by &capacity: as the hours a year of its rep"))
        self.equal.setChecked(kind == "equal")
        self.capacity.setChecked(kind == "capacity")
        layout.addWidget(self.equal)
        layout.addWidget(self.capacity)
        self.lacking = muted(self._lacking_text())
        self.lacking.setProperty("role", "warning")
        self.lacking.setVisible(bool(self.lacking.text()))
        layout.addWidget(self.lacking)
        layout.addWidget(
            muted(
                tr(
                    "The tolerance is how far a territory's index may be from 100 %. "
                    "It is drawn as the band in the table."
                )
            )
        )
        layout.addWidget(self._measure_grid(), 1)
        return page

    def _lacking_text(self) -> str:
        lacking = [rep.name for rep in self._session.plan.reps if rep.capacity_h is None]
        if not lacking:
            return ""
        names = listed(lacking[:3])
        if len(lacking) > 3:
            return tr("No capacity is known of {names} and {n} more.", names=names, n=number(len(lacking) - 3))
        return tr("No capacity is known of {names}.", names=names)

    def _measure_grid(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, ems(self, 1), 0)
        grid.setHorizontalSpacing(ems(self, 2))
        for column, title in enumerate((tr("Show this measure"), tr("Tolerance"))):
            heading = QLabel(title)
            font = heading.font()
            font.setBold(True)
            heading.setFont(font)
            grid.addWidget(heading, 0, column)
        for row, measure in enumerate(self._session.plan.measures, start=1):
            self._add_measure(grid, row, measure)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(len(self._session.plan.measures) + 1, 1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(holder)
        for ground in (holder, scroll.viewport()):
            ground.setAutoFillBackground(False)  # the tab shows through
        return scroll

    def _add_measure(self, grid: QGridLayout, row: int, measure: Measure) -> None:
        label = measure_label(measure)
        shown = QCheckBox(label.replace("&", "&&"))
        shown.setChecked(measure.is_shown)
        shown.setToolTip(measure_tip(measure))
        tolerance = QDoubleSpinBox()
        tolerance.setRange(0, 1000)
        tolerance.setDecimals(1)
        tolerance.setPrefix("± ")
        tolerance.setSuffix(" %")
        tolerance.setValue(measure.tolerance * 100)
        tolerance.setAccessibleName(tr("Tolerance of {name}", name=label))
        tolerance.setToolTip(tr("How far the index of {name} may be from 100 %.", name=label))
        tolerance.setMinimumWidth(ems(self, 14))
        grid.addWidget(shown, row, 0)
        grid.addWidget(tolerance, row, 1)
        self.shown[measure.measure_id], self.tolerances[measure.measure_id] = shown, tolerance

    # -- saving ----------------------------------------------------------------------------------------------------

    def _save(self) -> UserError | None:
        plan = self._session.plan
        constants = {n: b.value() for n, b in self.constants.items() if b.value() != getattr(plan.info.constants, n)}
        tolerances = {
            m.measure_id: self.tolerances[m.measure_id].value() / 100
            for m in plan.measures
            if abs(self.tolerances[m.measure_id].value() / 100 - m.tolerance) > 1e-9
        }
        shown = {
            m.measure_id: self.shown[m.measure_id].isChecked()
            for m in plan.measures
            if self.shown[m.measure_id].isChecked() != m.is_shown
        }
        kind = "capacity" if self.capacity.isChecked() else "equal"
        target = kind if kind != plan.info.target_kind else None
        if not (constants or tolerances or shown or target):
            return None
        try:
            self._session.do(
                edit_settings(plan, target_kind=target, constants=constants, tolerances=tolerances, shown=shown)
            )
        except UserError as error:
            return error
        return None


def _page(owner: QWidget) -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    layout = QVBoxLayout(page)
    margin = ems(owner, 1.6)
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(ems(owner, 1.2))
    return page, layout
