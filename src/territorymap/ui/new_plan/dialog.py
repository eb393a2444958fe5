"""New plan: five pages in one dialog, a list of them at the left; each optional one can be skipped.

Owns the walk through the pages; making the plan is build.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import tr
from territorymap.ui import icons
from territorymap.ui.help.asking import help_button
from territorymap.ui.new_plan.build import Draft, build_plan
from territorymap.ui.new_plan.file_page import FilePage
from territorymap.ui.new_plan.list_pages import accounts_page, reps_page
from territorymap.ui.new_plan.page import Page
from territorymap.ui.new_plan.start_page import StartChoicePage
from territorymap.ui.new_plan.units_page import UnitsPage
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import run_task


class NewPlanDialog(QDialog):
    """Asks what a plan starts with and makes it."""

    plan_made = Signal(object, list)  # Path, list[ImportReport]

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("New plan"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._preferences = preferences
        self.units = UnitsPage(preferences)
        self.accounts = accounts_page(preferences)
        self.reps = reps_page(preferences)
        self.start = StartChoicePage(preferences)
        self.file = FilePage(preferences)
        self.pages: list[Page] = [self.units, self.accounts, self.reps, self.start, self.file]
        self.steps = QListWidget()
        self.steps.setAccessibleName(tr("Pages"))
        self.steps.setFixedWidth(ems(self, 24))
        self.steps.setIconSize(QSize(16, 16))
        self.steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedWidget()
        for page in self.pages:
            item = QListWidgetItem(page.short)
            item.setSizeHint(QSize(0, lines(self.steps, 2) + 12))
            self.steps.addItem(item)
            self._stack.addWidget(page)
        self.back = QPushButton(tr("&Back"))
        self.next = QPushButton(tr("&Next"))
        self.create_button = QPushButton(tr("&Create the plan"))
        icons.set_icon(self.create_button, "check")
        self._why = QLabel()
        self._why.setProperty("role", "muted")
        self._why.setTextFormat(Qt.TextFormat.PlainText)
        self._why.setWordWrap(True)
        self._build()
        self._connect()
        self.steps.setCurrentRow(0)

    # -- for whoever opens the dialog ----------------------------------------------------------------------------------

    def use_units_file(self, path: Path | Sequence[Path]) -> None:
        """Start with the planner's own boundaries, in one file or several."""
        self.units.use_file(path)

    def use_accounts_file(self, path: Path) -> None:
        """Start with a file of accounts; units still have to be chosen."""
        self.accounts.form.load(path)

    @property
    def page(self) -> Page:
        return self.pages[self.steps.currentRow()]

    def why_not(self) -> str:
        """Return what is missing before the plan can be made, "" if nothing."""
        return next((why for page in self.pages if (why := page.why_not())), "")

    def draft(self) -> Draft | None:
        """Return what was chosen, None while something is missing."""
        units = self.units.choice
        if units is None or self.why_not():
            return None
        return Draft(
            path=self.file.target,
            title=self.file.title.text().strip(),
            author=self._preferences.author or None,
            units=units,
            accounts=self.accounts.choice,
            reps=self.reps.choice,
            alignment=self.start.alignment_choice,
            n_territories=self.start.n_territories,
            is_territory_per_rep=self.start.is_per_rep,
        )

    def create_plan(self) -> None:
        """Make the plan in the background, then close."""
        draft = self.draft()
        if draft is None:
            return
        self._preferences.set_folder("plans", draft.path.parent)
        run_task(
            self,
            tr("Making the plan…"),
            lambda progress, is_cancelled: build_plan(draft, progress, is_cancelled),
            lambda reports: self._made(draft.path, reports),
        )

    def _made(self, path: Path, reports: list[object]) -> None:
        self.accept()
        self.plan_made.emit(path, reports)

    # -- building ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        cancel.setAutoDefault(False)
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addWidget(self.steps)
        row.addWidget(self._stack, 1)
        foot = QHBoxLayout()
        foot.addWidget(help_button(self))
        foot.addWidget(self._why, 1)
        for button in (self.back, self.next, self.create_button, cancel):
            foot.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addLayout(row, 1)
        layout.addLayout(foot)
        room = self.screen().availableSize()
        self.resize(min(ems(self, 165), room.width() - 40), min(lines(self, 50), room.height() - 60))

    def _connect(self) -> None:
        self.steps.currentRowChanged.connect(self._show_page)
        self.back.clicked.connect(lambda: self.steps.setCurrentRow(self.steps.currentRow() - 1))
        self.next.clicked.connect(lambda: self.steps.setCurrentRow(self.steps.currentRow() + 1))
        self.create_button.clicked.connect(self.create_plan)
        for page in self.pages:
            page.changed.connect(self._refresh)

    def _show_page(self, row: int) -> None:
        self._stack.setCurrentIndex(row)
        self.file.show_summary([(page.short, page.summary()) for page in self.pages[:-1]])
        self.pages[row].entered()
        self._refresh()

    def _refresh(self) -> None:
        row = self.steps.currentRow()
        self.start.set_has_reps(self.reps.choice is not None)
        codes = self.units.codes
        for form in (self.accounts.form, self.start.form):
            form.set_unit_codes(codes)
        if self.units.summary():
            self.file.suggest_title(self.units.summary())
        for i, page in enumerate(self.pages):
            item = self.steps.item(i)
            detail = page.summary() or (tr("can be skipped") if page.is_optional else tr("to be chosen"))
            text = tr("{page}\n{detail}", page=page.short, detail=_short(detail))
            if item.text() != text:
                item.setText(text)
            is_odd = page.why_not() or page.caution()
            item.setIcon(icons.icon("warning" if is_odd else "check" if page.summary() else "unassigned"))
        self.back.setEnabled(row > 0)
        is_last = row == len(self.pages) - 1
        self.next.setVisible(not is_last)
        can_skip = self.pages[row].is_optional and not self.pages[row].summary()
        self.next.setText(tr("&Skip") if can_skip else tr("&Next"))
        why = self.why_not()
        self.create_button.setEnabled(not why)
        self._why.setText(why or next((caution for page in self.pages if (caution := page.caution())), ""))
        (self.create_button if is_last else self.next).setDefault(True)


def _short(text: str) -> str:
    return text if len(text) <= 26 else text[:25] + "…"
