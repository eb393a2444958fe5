"""What came of boundary files: the map, how many units, what is odd about them, what was left out, what is wrong.

Owns the right half of the page; asking and reading are own_units'.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from territorymap.i18n import listed, ntr, number, tr
from territorymap.importers.countries import country_name
from territorymap.importers.unit_crs import CrsQuestion
from territorymap.importers.unit_options import LayerImport
from territorymap.ui import icons
from territorymap.ui.new_plan.crs_panel import CrsPanel
from territorymap.ui.new_plan.fault_list import FaultList
from territorymap.ui.new_plan.unit_map import UnitMap

_MOST_COUNTRIES = 3


class UnitsResult(QWidget):
    """Shows one of four: work under way, the units, a question, a problem."""

    stopped = Signal()
    exchange_wished = Signal()  # of latitude and longitude

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = UnitMap()
        self.faults = FaultList()
        self.crs_panel = CrsPanel()
        self.doubt = QPushButton(tr("Latitude and longitude look exchanged: put them right"))
        icons.set_icon(self.doubt, "warning")
        self.rejects_button = QPushButton()
        self.stop_button = QPushButton(tr("Stop"))
        self.counts, self.notes, self.problem = text_label(""), text_label("muted"), text_label("danger")
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._working, self._side = QWidget(), QWidget()
        self._is_same_place = False
        self._build()
        self.stop_button.clicked.connect(self.stopped)
        self.doubt.clicked.connect(self.exchange_wished)
        self.faults.chosen.connect(self.map.zoom_to)
        self.map.fault_clicked.connect(self.faults.choose)

    def show_working(self) -> None:
        """Say that the boundaries are being checked; what was there before stays in sight."""
        self.problem.hide()
        self._bar.setValue(0)
        self._working.show()

    def set_progress(self, thousandths: int) -> None:
        self._bar.setValue(thousandths)

    def show_import(self, made: LayerImport) -> None:
        """Show the units and all that is to be said of them."""
        self._working.hide()
        self.crs_panel.hide()
        for widget in (self.map, self._side):
            widget.show()
        self.counts.setText(_counted(made))
        is_doubtful = any(place.is_swap_doubtful for place in made.places)
        self.doubt.setVisible(is_doubtful)
        self.notes.setText("\n".join(made.notes))
        self.notes.setVisible(bool(made.notes))
        is_at_sea = is_doubtful or not any(made.countries.get(code) for code in made.countries if code)
        self.map.show_layer(made.layer, self._is_same_place, is_from_afar=is_at_sea)
        self._is_same_place = True
        self.faults.show_import(made)
        self.map.set_faults(self.faults.faults, self.faults.is_mended)
        self._layout.setStretchFactor(self._side, 2 if self.faults.faults else 0)
        n_rejects = len(made.rejects)
        self.rejects_button.setText(ntr("{n} row is no unit…", "{n} rows are no units…", n_rejects))
        self.rejects_button.setVisible(n_rejects > 0)

    def show_problem(self, text: str) -> None:
        """Say why there are no units."""
        for widget in (self._working, self._side, self.crs_panel):
            widget.hide()
        self.forget_place()
        self.map.show_layer(None)
        self.map.show()
        self.problem.setText(text)
        self.problem.show()

    def show_question(self, question: CrsQuestion) -> None:
        """Ask for the coordinate system in the place of the map."""
        self.show_problem("")
        self.problem.hide()
        self.map.hide()
        self.crs_panel.ask(question)
        self.crs_panel.show()

    def forget_place(self) -> None:
        """The next units are others: show all of them."""
        self._is_same_place = False

    def _build(self) -> None:
        bar = QHBoxLayout(self._working)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(QLabel(tr("Checking the boundaries…")))
        bar.addWidget(self._bar, 1)
        bar.addWidget(self.stop_button)
        foot = QHBoxLayout()
        foot.addWidget(self.counts, 1)
        foot.addWidget(self.rejects_button)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.addLayout(foot)
        side.addWidget(self.doubt, 0, Qt.AlignmentFlag.AlignLeft)
        side.addWidget(self.notes)
        side.addWidget(self.faults, 1)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.map, 3)
        self._layout.addWidget(self.crs_panel, 3)
        for widget in (self.problem, self._working, self._side):
            self._layout.addWidget(widget)
        for hidden in (self.problem, self.crs_panel, self._working, self._side):
            hidden.hide()


def _counted(made: LayerImport) -> str:
    """Return how many units there are, and in which countries: where a wrong coordinate system shows."""
    n_units = ntr("{n} unit", "{n} units", len(made.layer))
    known = [code for code in made.countries if code]
    n_at_sea = made.countries.get("", 0)
    if not known:
        return tr("{units}, at sea. Is the coordinate system right?", units=n_units)
    names = listed(country_name(code) for code in known[:_MOST_COUNTRIES])
    if len(known) > _MOST_COUNTRIES:
        names = tr("{countries} and {n} more countries", countries=names, n=number(len(known) - _MOST_COUNTRIES))
    if n_at_sea > len(made.layer) / 5:
        return tr("{units} in {countries}; {n} lie at sea.", units=n_units, countries=names, n=number(n_at_sea))
    return tr("{units} in {countries}.", units=n_units, countries=names)


def text_label(role: str) -> QLabel:
    """Return a label of plain text that wraps."""
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
