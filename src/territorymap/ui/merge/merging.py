"""The command Merge of the window: choose a file, look at what it would bring, take it in as one step.

Owns the order of questions and who hears of conflicts (map, status bar); the merge itself is session.merging's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.merging import MergeReport
from territorymap.ui.help.contexts import files_about
from territorymap.ui.messages import show_error
from territorymap.ui.tasks import Progress, run_task

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow
    from territorymap.ui.merge.work import Preview

ORIGIN = "merge"


class Merging(QObject):
    """What the menu File offers to take a colleague's work in."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        panel = window.conflict_panel
        panel.marks_changed.connect(window.map_view.show_conflicts)
        panel.count_changed.connect(window.status.set_conflicts)
        window.status.conflicts_wanted.connect(lambda: window.docks.go_to("conflicts"))

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each command of the menus runs."""
        return {"merge": self.choose_file}

    def choose_file(self) -> None:
        """Ask for the colleague's file."""
        window = self._window
        if window.session is None or window.session.is_read_only:
            return
        with files_about(window, "merging"):
            chosen, _ = QFileDialog.getOpenFileName(
                window,
                tr("Merge a colleague's copy"),
                str(window.preferences.folder("merge")),
                ";;".join([tr("Plans (*.gpkg)"), tr("All files (*)")]),
            )
        if chosen:
            window.preferences.set_folder("merge", Path(chosen).parent)
            self.merge(Path(chosen))

    def merge(self, path: Path) -> None:
        """Compare a file with the open plan, and show what it would bring."""
        from territorymap.ui.merge.work import prepare

        window, session = self._window, self._window.session
        if session is None:
            return

        def work(progress: Progress, is_cancelled: Callable[[], bool]) -> Preview:
            return prepare(session, path, progress, is_cancelled)

        run_task(window, tr("Looking at {name}…", name=path.name), work, self._show)

    def _show(self, preview: Preview) -> None:
        from territorymap.ui.merge.merge_dialog import MergeDialog

        window, session = self._window, self._window.session
        if session is None:
            preview.close()
            return
        dialog = MergeDialog(preview, session.plan.info.title or session.document.path.stem, window)

        def finished(result: int) -> None:
            try:
                if result == QDialog.DialogCode.Accepted:
                    self._do(preview, dialog.prefer)
            finally:
                preview.close()

        dialog.finished.connect(finished)
        dialog.open()

    def _do(self, preview: Preview, prefer: str) -> None:
        window = self._window
        if window.session is None:
            return
        try:
            with window.waiting(tr("Merging {name}…", name=preview.name)):
                window.session.do(preview.command(prefer), ORIGIN)
        except UserError as error:
            show_error(window, error, tr("The merge was not done"))
            return
        window.say(_done_in_words(preview.name, preview.prepared.report))
        if preview.prepared.report.conflicts:
            window.docks.bring_up("conflicts")


def _done_in_words(name: str, report: MergeReport) -> str:
    taken = ntr("{n} change taken over", "{n} changes taken over", report.taken_theirs)
    if not report.conflicts:
        return tr("{name} was merged: {taken}, no conflict. Undo takes it back.", name=name, taken=taken)
    open_ones = ntr("{n} conflict is to be decided", "{n} conflicts are to be decided", len(report.conflicts))
    return tr("{name} was merged: {taken}, {conflicts}.", name=name, taken=taken, conflicts=open_ones)
