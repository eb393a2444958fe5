"""What the pages Quota, Forecast and Pay share: the period, the way to the map, nothing while pay is hidden.

Owns that frame; a page fills ``body`` and implements ``show_money``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.exporters.list_file import write_list
from territorymap.i18n import tr
from territorymap.model.cells import Cell
from territorymap.model.coverage import Deal, Figure, Quota
from territorymap.session.session import PlanChange, Session
from territorymap.ui.money.period_bar import PeriodBar
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.scale import ems
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.planning.reading import RegisterReading
from territorymap.ui.selection import Selection

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

_TABLES = ("quota", "deal", "figure", "assumption", "pay_plan", "rep", "territory", "region", "plan", "account")
_EMPTY, _HIDDEN, _CONTENT = range(3)


class MoneyPage(PlanningPage):
    """A page of amounts for one period."""

    def __init__(self, selection: Selection, origin: str, parent: QWidget | None = None) -> None:
        super().__init__(selection, origin, parent)
        self.reading = RegisterReading(self)
        self.reading.done.connect(self.refresh_now)
        self.reading.failed.connect(self.failed)
        self.period_bar = PeriodBar()
        self.period_bar.failed.connect(self.failed)
        self._switch: QAction | None = None  # the window's switch that hides pay
        self.hide_button = QToolButton()
        self.hide_button.setText(tr("&Hide pay and quotas"))
        self.hide_button.setToolTip(tr("Hide pay and quotas in every view at once, as in a presentation"))
        self.hide_button.clicked.connect(lambda _=False: self._set_hidden(True))
        self.hidden = EmptyState(
            "present-hide",
            tr("Pay and quotas are hidden"),
            tr("They are hidden in every view, and always while something is presented."),
        )
        self.show_button = QPushButton(tr("&Show them again"))
        self.show_button.clicked.connect(lambda _=False: self._set_hidden(False))
        layout = self.hidden.layout()
        assert isinstance(layout, QVBoxLayout)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.show_button)
        row.addStretch(1)
        layout.insertLayout(layout.count() - 1, row)
        self.empty = EmptyState("territories", tr("No territories yet"), "")
        self.head = QHBoxLayout()
        self.head.setSpacing(ems(self, 0.8))
        self.head.addWidget(self.period_bar)
        self.head.addStretch(1)
        self.head.addWidget(self.hide_button)
        content = QWidget()
        self.body = QVBoxLayout(content)
        self.body.setSpacing(ems(self, 0.8))
        self.body.addLayout(self.head)
        self._stack = QStackedLayout(self)
        for widget in (self.empty, self.hidden, content):
            self._stack.addWidget(widget)

    def offer_map(self, key: str, text: str, tip: str) -> QPushButton:
        """Add a button that colours the map by a figure."""
        button = self.button(text, tip, lambda: self.color_wanted.emit(f"figure:{key}"))
        self.head.insertWidget(self.head.count() - 1, button)
        return button

    def button(self, text: str, tip: str, run: Callable[[], object]) -> QPushButton:
        """Return a button."""
        button = QPushButton(text)
        button.setToolTip(tip)
        button.clicked.connect(lambda _=False: run())
        return button

    def take_window(self, main: MainWindow) -> None:
        self._switch = main.present.presentation.hide_pay

    def _set_hidden(self, on: bool) -> None:
        if self._switch is not None:
            self._switch.setChecked(on)
        elif self.session is not None:
            self.session.set_hides_pay(on)
        self._offer_to_show()

    def _offer_to_show(self) -> None:
        """Offer to show pay again where the switch hides it; while something is presented that would do nothing."""
        self.show_button.setVisible(self._switch is None or self._switch.isChecked())

    # -- following -----------------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self.reading.forget()
        self.period_bar.forget()
        super().session_replaced()

    def concerns(self, change: PlanChange) -> bool:
        """Every edit of the ground moves potential and deals."""
        return change.delta.is_full or change.kind == "veil" or bool(change.touched) or change.touches(*_TABLES)

    def refresh(self) -> None:
        session = self.session
        if session is None:
            return
        if session.hides_pay:
            self._stack.setCurrentIndex(_HIDDEN)
            self._offer_to_show()
            return
        if not session.plan.n_territories:
            self._say(tr("No territories yet"), tr("Draw territories on the map, or build them: Territory > Build."))
            return
        if not self.reading.is_ready(session, (Deal, Figure, Quota)):
            self._say(tr("Looking…"), tr("There are many deals or figures: they are read from the plan."))
            return
        self.period_bar.show_session(session)
        try:
            self.show_money(session)
        except UserError as error:
            self._say(error.message, error.hint)
            return
        self._stack.setCurrentIndex(_CONTENT)

    def show_money(self, session: Session) -> None:
        """Show the period's figures."""
        raise NotImplementedError

    def _say(self, heading: str, sentence: str) -> None:
        self.empty.say(heading, sentence)
        self._stack.setCurrentIndex(_EMPTY)

    # -- lists ---------------------------------------------------------------------------------------------------------

    def export_list(self, title: str, headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Ask for a file and write a list to it."""
        path = self.ask_file(title, tr("Excel workbooks (*.xlsx);;CSV files (*.csv)"), ".xlsx")
        if path is None:
            return
        try:
            write_list(path, title, headers, rows, widths=[24] * len(headers))
        except UserError as error:
            self.failed.emit(error)
            return
        self.said.emit(tr("Written: {path}", path=path))

    def ask_file(self, title: str, kinds: str, extension: str) -> Path | None:
        """Return the file that the person chose; None if nobody did."""
        assert self.session is not None
        name = f"{self.session.document.path.stem}-{title}-{self.session.money.period.text}{extension}"
        chosen, _ = QFileDialog.getSaveFileName(
            self.window(), title, str(self.session.document.path.with_name(name)), kinds
        )
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(extension)
