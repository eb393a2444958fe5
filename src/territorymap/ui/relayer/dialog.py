"""Change the unit layer: the units are chosen, what would change is shown, then it is done as one step.

Owns the walk; the choice of units is new_plan's page, the comparison session.relayer's.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from territorymap.document.state_folder import cache_folder
from territorymap.errors import Cancelled, UserError
from territorymap.i18n import tr
from territorymap.session.commands.relayer import change_units
from territorymap.session.relayer import Carrying
from territorymap.session.session import Session
from territorymap.ui import icons
from territorymap.ui.help.asking import help_button
from territorymap.ui.help.contexts import PROPERTY
from territorymap.ui.messages import show_error
from territorymap.ui.new_plan.units_choice import UnitsChoice, load_units
from territorymap.ui.new_plan.units_page import UnitsPage
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.preferences import Preferences
from territorymap.ui.relayer.preview import PreviewPage
from territorymap.ui.tasks import Progress, run_task

Waiting = Callable[[str], AbstractContextManager[None]]
ORIGIN = "window"


class RelayerDialog(QDialog):
    """Two pages: which units, and what would change."""

    done_with = Signal(str)  # what is to be told when it is done

    def __init__(
        self, session: Session, preferences: Preferences, waiting: Waiting, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Change the unit layer"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._waiting = session, waiting
        self._compared: tuple[UnitsChoice, int] | None = None  # what the preview shows, at which revision
        self.units = UnitsPage(
            preferences,
            tr("Which units shall the plan stand on?"),
            tr(
                "Territories and locks are carried over to the new units, accounts get their new unit by position. "
                "You see what changes before it is done, and it can be undone."
            ),
        )
        self.units.setProperty(PROPERTY, "relayer")
        self.preview = PreviewPage()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.units)
        self._stack.addWidget(self.preview)
        self.back = QPushButton(tr("&Back"))
        self.next = QPushButton(tr("&See what changes"))
        self.change_button = QPushButton(tr("&Change the unit layer"))
        icons.set_icon(self.change_button, "check")
        self._why = QLabel()
        self._why.setProperty("role", "muted")
        self._why.setTextFormat(Qt.TextFormat.PlainText)
        self._why.setWordWrap(True)
        self._build()
        self._show(0)

    def _build(self) -> None:
        cancel = QPushButton(tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.back.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.addWidget(help_button(self))
        foot.addWidget(self._why, 1)
        for button in (self.back, self.next, self.change_button, cancel):
            foot.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addWidget(self._stack, 1)
        layout.addLayout(foot)
        self.units.changed.connect(self._refresh)
        self.back.clicked.connect(lambda: self._show(0))
        self.next.clicked.connect(self.compare)
        self.change_button.clicked.connect(self.change)
        self.resize(ems(self, 140), lines(self, 40))

    def _show(self, page: int) -> None:
        self._stack.setCurrentIndex(page)
        self.back.setVisible(page == 1)
        self.next.setVisible(page == 0)
        self.change_button.setVisible(page == 1)
        (self.change_button if page else self.next).setDefault(True)
        self._refresh()

    def _refresh(self) -> None:
        why = self.units.why_not()
        self.next.setEnabled(not why)
        self._why.setText(why if self._stack.currentIndex() == 0 else "")

    def compare(self) -> None:
        """Compare the plan with the chosen units in the background, then show what would change."""
        choice = self.units.choice
        if choice is None or self.units.why_not():
            return
        plan, geometry, rev = self._session.plan, self._session.geometry, self._session.rev
        others = self._session.other_variants()
        if self._compared == (choice, rev):
            self._show(1)
            return

        def work(progress: Progress, is_cancelled: Callable[[], bool]) -> Carrying:
            def tell(fraction: float, text: str) -> None:
                if is_cancelled():
                    raise Cancelled
                progress(fraction, 1.0, text)

            tell(0.0, tr("Reading the units…"))
            layer = load_units(choice, is_cancelled)
            carrying = Carrying(
                plan, geometry, layer, lambda fraction, text: tell(0.1 + 0.6 * fraction, text), others=others
            )
            tell(0.7, tr("Drawing the new units…"))
            carrying.pack_ahead(cache_folder())
            return carrying

        def show(carrying: Carrying) -> None:
            self._compared = choice, rev
            self.preview.show_changes(carrying)
            self._show(1)

        run_task(self, tr("Comparing the plan with the new units…"), work, show)

    def change(self) -> None:
        """Put the plan on the new units and close."""
        new = self.preview.chosen
        if new is None:
            return
        try:
            with self._waiting(tr("Changing the unit layer…")):
                change = self._session.do(change_units(self._session.plan, new), ORIGIN)
        except UserError as error:
            show_error(self, error)
            return
        self.accept()
        self.done_with.emit(tr("Done: {step}", step=change.label))
