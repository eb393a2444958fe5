"""The page Turnover: what if a rep leaves? Ways to cover, the one that is chosen in detail, and covers to end.

Owns what is chosen and the way to the commands; the ways are session.turnover's, columns are columns'.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.metrics.comparison import plan_as
from territorymap.model.coverage import Assumption
from territorymap.model.variant import Variant, variant_of
from territorymap.session.commands.turnover import NotedCover, cover_rep, end_cover, noted_covers
from territorymap.session.session import PlanChange
from territorymap.session.turnover.cover import Load, Turnover, covered_plan
from territorymap.session.turnover.planning import plan_cover
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.parts.day_field import DayField
from territorymap.ui.parts.record_table import RecordTable
from territorymap.ui.parts.scale import ems
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection
from territorymap.ui.turnover.columns import (
    OptionRow,
    PartRow,
    load_columns,
    noted_columns,
    option_columns,
    part_columns,
)

if TYPE_CHECKING:
    from territorymap.session.session import Session
    from territorymap.ui.main_window import MainWindow

ORIGIN = "turnover_page"
_DEAR_MS = 250


@dataclass(frozen=True)
class _Preview:
    """A cover as the map shows it."""

    title: str
    variant: Variant


class TurnoverPage(PlanningPage):
    """Who covers when somebody leaves."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self._main: MainWindow | None = None
        self.turnover: Turnover | None = None
        self._is_dear = False  # to be worked out
        self._is_void = False  # the plan is another since
        self._make_actions()
        self.rep_box = QComboBox()
        self.rep_box.setAccessibleName(tr("Who leaves"))
        self.rep_box.setMinimumWidth(ems(self, 30))
        self.rep_box.currentIndexChanged.connect(self._rep_chosen)
        self.since = DayField(date.today().isoformat(), tr("First day of the cover"))
        self.until = DayField("", tr("Last day of the cover, as far as it is known"))
        self.options: RecordTable[OptionRow] = RecordTable(
            option_columns(), lambda row: row.at, tr("Ways to cover"), is_sortable=False
        )
        self.parts: RecordTable[PartRow] = RecordTable(
            part_columns(), lambda r: (r.covered.territory.territory_id, r.heir.rep.rep_id), tr("Who covers what")
        )
        self.loads: RecordTable[Load] = RecordTable(load_columns(), lambda load: load.rep.rep_id, tr("Loads then"))
        self.covers: RecordTable[NotedCover] = RecordTable(
            noted_columns(date.today()), lambda one: one.rep, tr("Covers that have not ended")
        )
        self.options.chosen.connect(self._option_chosen)
        self.covers.chosen.connect(self._refresh_actions)
        self.covers.opened.connect(lambda _one: self.ask_end())
        self.covers.offer([self.end])
        self.notes = QLabel()
        self.notes.setWordWrap(True)
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setProperty("role", "muted")
        self.none = muted(tr("Nobody is covered for now."))
        self._build()
        self.session_replaced()

    def _make_actions(self) -> None:
        make = self.make_action
        self.take = make(
            "turnover_take",
            tr("&Let them cover"),
            tr("Do it in every alignment, as one step that undo takes back"),
            self.take_option,
            icon="panel-take-over",
        )
        self.preview = make(
            "turnover_preview",
            tr("Show on the &map"),
            tr("Show on the map what the alignment in use would be, without doing it; once more: the plan again"),
            self.toggle_preview,
            icon="panel-zoom",
            is_checkable=True,
        )
        self.end = make(
            "turnover_end",
            tr("&End the cover…"),
            tr("Give all back, to a successor or to who was away"),
            self.ask_end,
            icon="panel-current",
        )

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(ems(self, 1))
        for text, field in (
            (tr("What if this rep &leaves:"), self.rep_box),
            (tr("&Since"), self.since),
            (tr("&Until"), self.until),
        ):
            label = QLabel(text)
            label.setBuddy(field)
            top.addWidget(label)
            top.addWidget(field)
        top.addStretch(1)
        buttons = QHBoxLayout()
        for action in (self.take, self.preview):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            buttons.addWidget(button)
        self.anew = QPushButton(tr("Work it out &anew"))
        self.anew.clicked.connect(self._rep_chosen)
        buttons.addWidget(self.anew)
        buttons.addStretch(1)
        tables = QSplitter(Qt.Orientation.Vertical)
        tables.addWidget(_titled(tr("Ways to cover"), self.options))
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(_titled(tr("Who covers what"), self.parts))
        both.addWidget(_titled(tr("How full they get"), self.loads))
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 2)
        tables.addWidget(both)
        tables.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addLayout(buttons)
        layout.addWidget(tables, 3)
        layout.addWidget(self.notes)
        bottom = QHBoxLayout()
        end = QPushButton(self.end.text())
        end.setToolTip(self.end.toolTip())
        end.clicked.connect(self.end.trigger)
        self.end.enabledChanged.connect(end.setEnabled)
        heading = QLabel(tr("Covers that have not ended"))
        bottom.addWidget(heading)
        bottom.addStretch(1)
        bottom.addWidget(end)
        layout.addLayout(bottom)
        layout.addWidget(self.none)
        layout.addWidget(self.covers, 1)

    # -- showing -------------------------------------------------------------------------------------------------------

    def take_window(self, main: MainWindow) -> None:
        self._main = main

    def concerns(self, change: PlanChange) -> bool:
        return True  # every edit moves loads

    def choose_rep(self, rep_id: int) -> None:
        """Look at a certain rep."""
        self.refresh_now()
        self.rep_box.setCurrentIndex(max(0, self.rep_box.findData(rep_id)))

    def refresh(self) -> None:
        """List who could leave and the covers, and work the ways out anew."""
        session, chosen = self.session, self.rep_box.currentData()
        self.rep_box.blockSignals(True)
        self.rep_box.clear()
        for rep in sorted(self._leavers(), key=lambda rep: rep[1].casefold()):
            self.rep_box.addItem(rep[1], rep[0])
        at = self.rep_box.findData(chosen)
        self.rep_box.insertItem(0, tr("Choose a rep"), None)
        self.rep_box.setCurrentIndex(at + 1)
        self.rep_box.blockSignals(False)
        covers = self._noted(session) if session is not None else []
        self.covers.show_records(covers)
        self.none.setVisible(not covers)
        self.covers.setVisible(bool(covers))
        if self._is_dear and self.turnover is not None and self.rep_box.currentData() == self.turnover.rep.rep_id:
            # On a large plan a stroke on the map is not to wait for this.
            self.notes.setText(tr("The plan has changed since this was worked out."))
            self._is_void = True
            self._refresh_actions()
        else:
            self._rep_chosen()

    def _leavers(self) -> list[tuple[int, str]]:
        """Return reps in charge of a territory in some alignment."""
        session = self.session
        if session is None:
            return []
        busy = {t.rep_id for coverage in session.coverages() for t in coverage.territories}
        return [(rep.rep_id, rep.name) for rep in session.plan.reps if rep.rep_id in busy]

    def _noted(self, session: Session) -> list[NotedCover]:
        try:
            return noted_covers(session.register(Assumption))
        except UserError as error:
            self.failed.emit(error)
            return []

    def _rep_chosen(self) -> None:
        session, rep_id = self.session, self.rep_box.currentData()
        self.turnover, self._is_void = None, False
        self.notes.setText(tr("Choose a rep to see who could cover; nothing is changed until you say so."))
        if session is not None and rep_id is not None:
            watch = QElapsedTimer()
            watch.start()
            QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
            try:
                self.turnover = plan_cover(session, int(rep_id))
            except UserError as error:
                self.notes.setText(f"{error.message} {error.hint}".strip())
            finally:
                QApplication.restoreOverrideCursor()
            self._is_dear = watch.elapsed() > _DEAR_MS
        found = self.turnover
        rows = [OptionRow(i, one, i == found.best) for i, one in enumerate(found.options)] if found is not None else []
        self.options.show_records(rows)
        if found is not None:
            self.options.select([found.best])
        self._option_chosen()

    @property
    def option(self) -> int:
        """Position of the chosen way."""
        chosen = self.options.selected
        if chosen:
            return chosen[0].at
        return self.turnover.best if self.turnover is not None else 0

    def _option_chosen(self) -> None:
        found = self.turnover
        cover = found.options[self.option] if found is not None else None
        covered = cover.covered if cover is not None else ()
        self.parts.show_records([PartRow(one, heir) for one in covered for heir in one.heirs])
        self.loads.show_records(cover.loads if cover is not None else [])
        if found is not None:
            self.notes.setText("\n".join(found.notes[self.option]))
        self._refresh_actions()
        if self.preview.isChecked():
            self._show_preview()

    def _refresh_actions(self) -> None:
        has_way = self.turnover is not None and not self._is_void
        self.anew.setVisible(self._is_void)
        self.take.setEnabled(self.can_write and has_way)
        self.preview.setEnabled(has_way and self._main is not None)
        self.end.setEnabled(self.can_write and len(self.covers.selected) == 1)
        if not has_way and self.preview.isChecked():
            self.preview.setChecked(False)
            self._show_preview()

    # -- doing ---------------------------------------------------------------------------------------------------------

    def toggle_preview(self) -> None:
        """Show the chosen way on the map, or the plan again."""
        self._show_preview()

    def _show_preview(self) -> None:
        session, found = self.session, self.turnover
        if self._main is None or session is None:
            return
        if found is None or not self.preview.isChecked():
            self._main.map_view.show_proposal(None)
            return
        in_use = session.plan.alignment.alignment_id
        covered = [one for one in found.options[self.option].covered if one.alignment.alignment_id == in_use]
        shown = covered_plan(plan_as(session.plan, variant_of(session.plan)), covered, found.rep)
        title = tr("If {name} leaves", name=found.rep.name)
        self._main.map_view.show_proposal(_Preview(title, variant_of(shown)))

    def take_option(self) -> None:
        """Let the chosen neighbours cover."""
        session, found = self.session, self.turnover
        if session is None or found is None:
            return
        since, until = self.since.text, self.until.text
        option = self.option
        self.preview.setChecked(False)
        self._show_preview()
        if self.do(lambda plan: cover_rep(session, found, option, since, until)):
            self.said.emit(tr("{name} is covered for; undo takes it back.", name=found.rep.name))
            self.rep_box.setCurrentIndex(0)
            self.refresh_now()

    def ask_end(self) -> None:
        """Ask who gets it back."""
        session, chosen = self.session, self.covers.selected
        if session is None or len(chosen) != 1 or not self.can_write:
            return
        cover = chosen[0]
        dialog = _EndDialog(session, cover, self)

        def give_back() -> UserError | None:
            error = self.attempt(lambda plan: end_cover(session, cover.rep, dialog.successor_id))
            if error is None:
                self.said.emit(tr("The cover for {name} has ended.", name=cover.name))
                self.refresh_now()
            return error

        dialog.submit_with(give_back)
        dialog.open()


class _EndDialog(FormDialog):
    """Who gets back what was covered."""

    def __init__(self, session: Session, cover: NotedCover, parent: QWidget) -> None:
        super().__init__(tr("End the cover"), tr("&Give back"), parent, width_ems=50)
        self.form.addRow(
            muted(tr("All that was covered for {name} goes to one person; undo takes it back.", name=cover.name))
        )
        self.to = QComboBox()
        back = next((rep for rep in session.plan.reps if rep.uuid == cover.rep), None)
        if back is not None:
            self.to.addItem(tr("{name}, who is back", name=back.name), back.rep_id)
        for rep in sorted(session.plan.reps, key=lambda rep: rep.name.casefold()):
            if back is None or rep.rep_id != back.rep_id:
                self.to.addItem(rep.name, rep.rep_id)
        self.form.addRow(tr("&To"), self.to)

    @property
    def successor_id(self) -> int | None:
        return self.to.currentData()  # type: ignore[no-any-return]


def _titled(title: str, widget: QWidget) -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    label = QLabel(title)
    label.setProperty("role", "muted")
    layout.addWidget(label)
    layout.addWidget(widget, 1)
    return holder
