"""Asks what a scenario is called, its colour, status, date and note. Owns the fields; the command is given."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.model.records import SCENARIO_STATUSES, Scenario
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.dialogs.territory import ColorGrid
from territorymap.ui.parts.day_field import DayEdit
from territorymap.ui.parts.scale import lines

MOST_LETTERS = 200
# Chips of scenarios: told apart from each other, and from the pale fills of territories.
CHIPS = ("#1a6aa8", "#c44e00", "#1f7a45", "#8b3fa0", "#b3261e", "#00808a", "#8a5a00", "#5a6470")


@dataclass(frozen=True)
class ScenarioFields:
    """What the planner filled in."""

    name: str
    color: str
    status: str
    effective_date: str
    note: str


def status_label(status: str) -> str:
    """Return a status as it is called on the screen."""
    return {"draft": tr("Draft"), "proposed": tr("Proposed"), "agreed": tr("Agreed")}.get(status, status)


def chip_color(scenario: Scenario) -> str:
    """Return the colour of a scenario's chip: its own, else one by its number."""
    return scenario.color or CHIPS[scenario.scenario_id % len(CHIPS)]


def free_name(plan: Plan, name: str) -> str:
    """Return the name, or with the first number behind it that is not taken."""
    n, wanted = 2, name
    while plan.scenario_named(wanted) is not None:
        wanted = tr("{name} {n}", name=name, n=n)
        n += 1
    return wanted


class ScenarioDialog(FormDialog):
    """Fields of a scenario; for a new one they begin with those of the one that it comes from."""

    def __init__(
        self,
        title: str,
        accept_text: str,
        fields: ScenarioFields,
        explanation: str = "",
        parent: QWidget | None = None,
        *,
        asks_to_switch: bool = False,
        baseline: str = "",
    ) -> None:
        """``baseline``: name of the scenario that is offered to become the baseline, "" = there is one."""
        super().__init__(title, accept_text, parent, width_ems=54)
        if explanation:
            self.form.addRow(muted(explanation))
        self.name = QLineEdit(fields.name)
        self.name.setMaxLength(MOST_LETTERS)
        self.name.selectAll()
        self.form.addRow(tr("&Name"), self.name)
        self.colors = ColorGrid(CHIPS, fields.color)
        label = QLabel(tr("Co&lour"))
        label.setBuddy(self.colors.buttons[0])
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.form.addRow(label, self.colors)
        self.status = QComboBox(self)
        self.status.setVisible(not asks_to_switch)
        for status in SCENARIO_STATUSES:
            self.status.addItem(status_label(status), status)
        self.status.setCurrentIndex(max(0, self.status.findData(fields.status)))
        self.status.setToolTip(tr("Before an agreed scenario is edited, the program asks."))
        if not asks_to_switch:  # a new one is a draft
            self.form.addRow(tr("&Status"), self.status)
        self._add_date(fields.effective_date)
        self.note = QPlainTextEdit(fields.note)
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(lines(self, 5))
        self.note.setPlaceholderText(tr("What it tries, and why"))
        self.form.addRow(tr("N&ote"), self.note)
        self.switch = QCheckBox(tr("&Work in it from now on"))
        self.switch.setChecked(True)
        self.switch.setVisible(asks_to_switch)
        if asks_to_switch:
            self.form.addRow("", self.switch)
        self.as_baseline = QCheckBox(
            tr("Measure what changes against {name} (the &baseline)", name=baseline.replace("&", "&&"))
        )
        self.as_baseline.setChecked(bool(baseline))
        self.as_baseline.setVisible(bool(baseline))
        if baseline:
            self.form.addRow("", self.as_baseline)
        self.name.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        self.ok.setEnabled(bool(fields.name.strip()))
        self.name.setFocus()

    def _add_date(self, text: str) -> None:
        known = QDate.fromString(text, Qt.DateFormat.ISODate)
        self.has_date = QCheckBox(tr("&from"))
        self.has_date.setChecked(known.isValid())
        self.has_date.setAccessibleName(tr("Has an effective date"))
        self.date = DayEdit(known if known.isValid() else QDate.currentDate())
        self.date.setEnabled(known.isValid())
        self.date.setAccessibleName(tr("Effective date"))
        self.has_date.toggled.connect(self.date.setEnabled)
        row = QHBoxLayout()
        row.addWidget(self.has_date)
        row.addWidget(self.date)
        row.addStretch(1)
        self.form.addRow(tr("In effect"), row)

    @property
    def fields(self) -> ScenarioFields:
        """What was filled in; ask only after OK."""
        day = self.date.date().toString(Qt.DateFormat.ISODate) if self.has_date.isChecked() else ""
        return ScenarioFields(
            self.name.text().strip(),
            self.colors.color,
            str(self.status.currentData()),
            day,
            self.note.toPlainText().strip(),
        )


def fields_of(scenario: Scenario) -> ScenarioFields:
    """Return a scenario's fields as they are."""
    return ScenarioFields(scenario.name, chip_color(scenario), scenario.status, scenario.effective_date, scenario.note)
