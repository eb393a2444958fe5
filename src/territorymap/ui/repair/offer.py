"""What is said when a damaged plan cannot be opened, and the two ways on: save what can be saved, or a backup.

Owns the message and the order of questions; the repair is document.repairing's.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QPushButton

from territorymap.document.backups import list_backups
from territorymap.document.problems import DamagedPlanError, LostPlanError
from territorymap.document.state_folder import backup_folder
from territorymap.errors import Cancelled, UserError
from territorymap.i18n import tr
from territorymap.ui.help.contexts import PROPERTY, files_about
from territorymap.ui.messages import message_box, show_error
from territorymap.ui.plan_paths import as_plan_path, free_path
from territorymap.ui.preferences import plans_dir
from territorymap.ui.repair.backup_list import BackupDialog, moment_of
from territorymap.ui.tasks import Progress, run_task

if TYPE_CHECKING:
    from territorymap.document.repairing import RepairReport
    from territorymap.ui.main_window import MainWindow


def tell_unopened(window: MainWindow, path: Path, error: UserError) -> QMessageBox:
    """Say that a plan could not be opened, with what can be done about it; returns the open box, does not wait."""
    title = tr("The plan could not be opened")
    backups = [] if path.is_dir() else list_backups(backup_folder(path))  # of one that is gone, too
    is_damaged = isinstance(error, DamagedPlanError)
    if not is_damaged and not backups:
        return show_error(window, error, title)
    hint = tr("What can be saved goes into a new file; this one stays as it is.") if is_damaged else error.hint
    if is_damaged and backups:
        newest = moment_of(backups[0])
        hint = tr("{hint} The latest automatic backup is of {moment}.", hint=hint, moment=newest)
    box = message_box(window, QMessageBox.Icon.Warning, title, error.message, hint)
    box.setProperty(PROPERTY, "damage")
    ways: dict[QPushButton, Callable[[], object]] = {}
    if is_damaged:
        save = box.addButton(tr("&Save what can be saved…"), QMessageBox.ButtonRole.AcceptRole)
        ways[save] = lambda: ask_and_repair(window, path)
        box.setDefaultButton(save)
    if backups:
        older = box.addButton(tr("Open a &backup…"), QMessageBox.ButtonRole.ActionRole)
        ways[older] = lambda: choose_backup(window, path)
    _open_with_ways(window, box, ways)
    return box


def tell_lost(window: MainWindow, path: Path, error: UserError) -> QMessageBox:
    """Say of a plan that was closed that its file is gone or another's, and open what was kept if that is wanted."""
    kept = error.kept if isinstance(error, LostPlanError) else None
    if kept is None:
        return show_error(window, error)
    hint = tr("All that was done is kept in the automatic backup of {moment}.", moment=moment_of(kept))
    box = message_box(window, QMessageBox.Icon.Warning, tr("The plan is closed"), error.message, hint)
    box.setProperty(PROPERTY, "plan-file")
    older = box.addButton(tr("Open a &backup…"), QMessageBox.ButtonRole.ActionRole)
    box.setDefaultButton(older)
    _open_with_ways(window, box, {older: lambda: choose_backup(window, path)})
    return box


def _open_with_ways(window: MainWindow, box: QMessageBox, ways: dict[QPushButton, Callable[[], object]]) -> None:
    """Open a box whose buttons lead on, or close it."""
    box.addButton(QMessageBox.StandardButton.Close)

    def go(_result: int) -> None:
        way = next((way for button, way in ways.items() if button is box.clickedButton()), None)
        if way is not None:
            QTimer.singleShot(0, window, way)

    box.finished.connect(go)
    box.open()


def ask_and_repair(window: MainWindow, path: Path) -> None:
    """Ask where to, repair with progress, show what came of it, and open the repaired plan if that is wanted."""
    proposal = free_path(path.with_name(tr("{name} repaired.gpkg", name=path.stem)))
    with files_about(window, "damage"):
        chosen, _ = QFileDialog.getSaveFileName(
            window, tr("Save what can be saved"), str(proposal), tr("Plans (*.gpkg)"), options=_ASKS_NOTHING
        )
    if not chosen:
        return
    target = as_plan_path(Path(chosen))
    author = window.preferences.author or ""

    def work(progress: Progress, is_cancelled: Callable[[], bool]) -> RepairReport:
        from territorymap.document.repairing import repair_plan

        def watch(share: float) -> None:
            if is_cancelled():
                raise Cancelled
            progress(share, 1.0, tr("Saving what can be saved…"))

        return repair_plan(path, target, author=author, watch=watch)

    def failed(error: BaseException) -> None:
        if isinstance(error, Cancelled):
            window.tell(tr("Nothing was written."))
        elif isinstance(error, UserError):
            show_error(window, error, tr("The plan could not be repaired"))
        else:
            raise error

    def done(report: RepairReport) -> None:
        show_report(window, target, report)

    run_task(window, tr("Repairing {name}", name=path.name), work, done, failed)


_ASKS_NOTHING = QFileDialog.Option.DontConfirmOverwrite  # the repair refuses to overwrite


def show_report(window: MainWindow, target: Path, report: RepairReport) -> QDialog:
    """Show what was saved and what was not; the repaired plan is opened from there."""
    from territorymap.ui.repair.report_dialog import ReportDialog

    dialog = ReportDialog(target, report, window)
    dialog.accepted.connect(lambda: QTimer.singleShot(0, window, lambda: window.open_plan(target)))
    dialog.open()
    return dialog


def choose_backup(window: MainWindow, path: Path) -> BackupDialog:
    """Ask which backup, copy it under a name that says its date, and open the copy."""
    dialog = BackupDialog(path, list_backups(backup_folder(path)), _place_for_copy(path), window)

    def take() -> None:
        backup = dialog.chosen
        if backup is not None:
            QTimer.singleShot(0, window, lambda: open_backup(window, path, backup))

    dialog.accepted.connect(take)
    dialog.open()
    return dialog


def _place_for_copy(path: Path) -> Path:
    """Return where a copy of a backup goes: beside the plan, or among the planner's where its folder is gone."""
    return path.parent if path.parent.is_dir() else plans_dir()


def open_backup(window: MainWindow, path: Path, backup: Path) -> None:
    """Open a copy of a backup: the backup itself stays what it is."""
    stamp = backup.stem.removeprefix(path.stem).strip() or backup.stem
    target = free_path(_place_for_copy(path) / tr("{name} as of {moment}.gpkg", name=path.stem, moment=stamp))
    try:
        shutil.copyfile(backup, target)
    except OSError as problem:
        error = UserError(
            tr("{name} could not be written: {reason}.", name=target.name, reason=problem.strerror or str(problem)),
            tr("Make room there, or see that you may write to the folder."),
        )
        show_error(window, error)
        return
    window.open_plan(target)
