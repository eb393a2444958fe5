"""Commands of the window that deal with files: new, open, sample, copy, import, export, what is dropped.

Owns the order of questions; dialogs and sessions do the work. Dialogs are imported when they are asked for: importers
and exporters bring in half of the libraries, which every start of the program would wait for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from territorymap.document.backups import list_backups
from territorymap.document.files import replace_whole
from territorymap.document.glance import uuid_of
from territorymap.document.state_folder import backup_folder
from territorymap.errors import UserError
from territorymap.given import open_given
from territorymap.i18n import tr
from territorymap.resources import shipped
from territorymap.ui import icons
from territorymap.ui.messages import ask, show_error
from territorymap.ui.plan_paths import PLAN_SUFFIX, as_plan_path, free_path
from territorymap.ui.preferences import plans_dir

if TYPE_CHECKING:
    from territorymap.exporters.registry import Exporter
    from territorymap.ui.import_wizard.dialog import ImportDialog
    from territorymap.ui.import_wizard.result_view import ImportReport
    from territorymap.ui.main_window import MainWindow


class PlanFiles(QObject):
    """The file commands of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.menus.recent.aboutToShow.connect(self._fill_recent)
        self._export_actions: list[QAction] = []
        window.menus.exports.addAction(window.commands["export"])
        window.menus.exports.aboutToShow.connect(self._fill_exports)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each command of the menus runs."""
        return {
            "new": self.new_plan,
            "open": self.choose_plan,
            "sample": self.open_sample,
            "save_copy": self.save_copy,
            "import_accounts": self.import_accounts,
            "import_reps": self.import_reps,
            "import_alignment": self.import_alignment,
            "import_assignment": self.import_assignment,
            "import_deals": self.import_deals,
            "relayer": self.change_unit_layer,
            "export": self.export,
            "properties": self.edit_properties,
            "balance_settings": self.edit_balance,
            "settings": self.edit_settings,
            "backups": self.show_backups,
            "about": self.show_about,
        }

    def session_changed(self) -> None:
        """Enable what depends on an open plan."""
        self._window.menus.exports.menuAction().setEnabled(self._window.session is not None)
        can_write = self._window.session is not None and not self._window.session.is_read_only
        self._window.menus.imports.menuAction().setEnabled(can_write)

    # -- new, open, copy -----------------------------------------------------------------------------------------------

    def new_plan(self, *, units: Path | Sequence[Path] | None = None, accounts: Path | None = None) -> None:
        """Ask what a new plan starts with, make it and open it."""
        from territorymap.ui.new_plan.dialog import NewPlanDialog

        dialog = NewPlanDialog(self._window.preferences, self._window)
        dialog.plan_made.connect(self._open_made)
        if units is not None:
            dialog.use_units_file(units)
        if accounts is not None:
            dialog.use_accounts_file(accounts)
        dialog.open()

    def _open_made(self, path: Path, reports: list[ImportReport]) -> None:
        from territorymap.ui.import_wizard.result_view import show_reports

        if self._window.open_plan(path):
            show_reports(self._window, reports)

    def choose_plan(self) -> None:
        """Ask for a plan file and open it."""
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, tr("Open a plan"), str(self._window.preferences.folder("plans")), _plan_filter()
        )
        if chosen:
            self._window.open_plan(Path(chosen))

    def open_sample(self) -> None:
        """Open a copy of the sample plan, never the shipped file."""
        try:
            source = shipped("resources", "sample", "sample.gpkg")
        except FileNotFoundError:
            error = UserError(
                tr("The sample plan is not there."), tr("Install the program again, or start a new plan.")
            )
            show_error(self._window, error)
            return
        folder = plans_dir()
        copy = folder / tr("Sample plan.gpkg")
        if copy.exists():
            answer = ask(
                self._window,
                tr("Sample plan"),
                tr("You have a copy of the sample plan already."),
                tr("It is {path}. A new copy starts as the sample was, and leaves the other one alone.", path=copy),
                [tr("&Go on with my copy"), tr("&New copy")],
            )
            if answer is None:
                return
            copy = free_path(copy) if answer == 1 else copy
        if not copy.exists():
            try:
                replace_whole(copy, lambda half_made: shutil.copyfile(source, half_made))
            except OSError as problem:
                reason = problem.strerror or str(problem)
                error = UserError(
                    tr("The sample plan could not be copied to {folder}: {reason}.", folder=folder, reason=reason),
                    tr("Make room there, or see that you may write to the folder."),
                )
                show_error(self._window, error)
                return
        if self._window.open_plan(copy):
            self._window.help.offer_tour()

    def save_copy(self) -> None:
        """Ask where to and write a copy of the plan."""
        session = self._window.session
        if session is None:
            return
        path = session.document.path
        proposal = free_path(path.with_name(tr("{name} copy.gpkg", name=path.stem)))
        chosen, _ = QFileDialog.getSaveFileName(self._window, tr("Save a copy"), str(proposal), _plan_filter())
        if not chosen:
            return
        target = as_plan_path(Path(chosen))
        try:
            with self._window.waiting(tr("Writing {name}…", name=target.name)):
                session.save_copy(target)
        except UserError as error:
            show_error(self._window, error)
            return
        self._window.toast.show_message(
            tr("A copy was written to {path}. You go on working in {name}.", path=target, name=path.name)
        )

    # -- import and export ---------------------------------------------------------------------------------------------

    def import_accounts(self, path: Path | None = None) -> None:
        """Bring accounts from a file, as one step."""
        from territorymap.ui.import_wizard.accounts_dialog import AccountImportDialog

        if self._window.session is not None and not self._window.session.is_read_only:
            self._open_import(AccountImportDialog(self._window.session, self._window.preferences, self._window), path)

    def import_reps(self, path: Path | None = None) -> None:
        """Bring reps from a file, as one step."""
        from territorymap.ui.import_wizard.list_dialogs import RepImportDialog

        if self._window.session is not None:
            self._open_import(RepImportDialog(self._window.session, self._window.preferences, self._window), path)

    def import_alignment(self, path: Path | None = None) -> None:
        """Bring an alignment from a file, as one step."""
        from territorymap.ui.import_wizard.list_dialogs import AlignmentImportDialog

        if self._window.session is not None:
            self._open_import(AlignmentImportDialog(self._window.session, self._window.preferences, self._window), path)

    def import_assignment(self, path: Path | None = None) -> None:
        """Take over from a report which account belongs to which territory, as one step."""
        from territorymap.ui.import_wizard.assignment_dialog import AssignmentImportDialog

        if self._window.session is not None:
            dialog = AssignmentImportDialog(self._window.session, self._window.preferences, self._window)
            self._open_import(dialog, path)

    def import_deals(self, path: Path | None = None) -> None:
        """Register the deals of a list, as one step."""
        from territorymap.ui.import_wizard.deals_dialog import DealImportDialog

        if self._window.session is not None:
            self._open_import(DealImportDialog(self._window.session, self._window.preferences, self._window), path)

    def change_unit_layer(self, path: Path | None = None) -> None:
        """Ask for another unit layer, show what would change, and put the plan on it as one step."""
        from territorymap.ui.relayer.dialog import RelayerDialog

        if self._window.session is None or self._window.session.is_read_only:
            return
        dialog = RelayerDialog(self._window.session, self._window.preferences, self._window.waiting, self._window)
        dialog.done_with.connect(self._window.tell)
        dialog.open()
        if path is not None:
            dialog.units.use_file(path)

    def _open_import(self, dialog: ImportDialog, path: Path | None) -> None:
        dialog.imported.connect(self._window.tell)
        dialog.open()
        if path is not None:
            dialog.form.load(path)

    def export(self, name: str = "", parent: QWidget | None = None) -> None:
        """Ask for format and file, and write it; what a presentation hides is in no file written meanwhile."""
        from territorymap.ui.export_dialog import ExportDialog, run_export

        session = self._window.session
        if session is None:
            return
        present = self._window.present
        hidden = (present.privacy, present.presentation.switches.describe(present.privacy))
        dialog = ExportDialog(session, self._window.preferences, name, parent or self._window, hidden=hidden)

        def finished(result: int) -> None:
            if result == QDialog.DialogCode.Accepted:
                run_export(
                    parent or self._window,
                    session,
                    dialog.target,
                    dialog.content,
                    dialog.options,
                    self._window.preferences,
                    name=dialog.exporter.name,
                )

        dialog.finished.connect(finished)
        dialog.open()

    def _fill_exports(self) -> None:
        from territorymap.exporters.registry import offered

        # Only when it is looked at: the formats bring in half of the libraries.
        if not self._export_actions:
            for group in offered():
                actions = [self._export_action(exporter) for exporter in group]
                self._window.menus.exports.addSeparator()
                self._window.menus.exports.addActions(actions)
                self._export_actions += actions

    def _export_action(self, exporter: Exporter) -> QAction:
        action = QAction(tr("{format}…", format=exporter.label()), self)
        action.setToolTip(tr("Export the plan as .{extension}", extension=exporter.extension))
        if exporter.extension in ("png", "svg"):
            icons.set_icon(action, "picture")
        action.triggered.connect(lambda: self.export(exporter.name))
        return action

    # -- plan and program ----------------------------------------------------------------------------------------------

    def edit_properties(self) -> None:
        from territorymap.ui.dialogs.plan_properties import PlanPropertiesDialog

        if self._window.session is not None:
            PlanPropertiesDialog(self._window.session, self._window).open()

    def edit_balance(self) -> None:
        from territorymap.ui.dialogs.settings import SettingsDialog

        if self._window.session is not None:
            SettingsDialog(self._window.session, self._window).open()

    def edit_settings(self) -> None:
        from territorymap.ui.settings_dialog import ProgramSettingsDialog

        dialog = ProgramSettingsDialog(self._window.preferences, self._window)
        dialog.accepted.connect(lambda: self._window.choose_theme(dialog.chosen_theme))
        dialog.accepted.connect(lambda: self._window.choose_language(dialog.chosen_language))
        dialog.open()

    def show_about(self) -> None:
        from territorymap.ui.about import about_dialog

        about_dialog(self._window).open()

    def show_backups(self) -> None:
        from territorymap.ui.parts.folders import open_folder

        session = self._window.session
        if session is None:
            return
        folder = session.document.backup_dir
        if folder.is_dir():
            open_folder(folder)
        else:
            self._window.tell(tr("There is no backup of this plan yet; the first is made when it is opened again."))

    # -- recent and dropped --------------------------------------------------------------------------------------------

    def _fill_recent(self) -> None:
        menu = self._window.menus.recent
        menu.clear()
        for path in self._window.preferences.recent:
            action = menu.addAction(path.stem.replace("&", "&&"))
            action.setToolTip(str(path))
            action.setEnabled(path.is_file() or bool(list_backups(backup_folder(path))))
            action.triggered.connect(lambda _checked=False, path=path: self._window.open_plan(path))
        menu.setToolTipsVisible(True)
        if menu.isEmpty():
            menu.addAction(tr("No plan has been opened yet")).setEnabled(False)
            return
        menu.addSeparator()
        menu.addAction(tr("&Clear the list")).triggered.connect(self._window.preferences.clear_recent)

    def can_take(self, data: QMimeData) -> bool:
        """Return whether something that is being dragged is a file that we can do something with."""
        return bool(_several_maps(data)) or _kind_of(data) is not None

    def take(self, data: QMimeData) -> None:
        """Do what a dropped file is for."""
        maps = _several_maps(data)
        if maps:
            self.new_plan(units=maps)
        elif _kind_of(data) is not None:
            self.take_file(Path(data.urls()[0].toLocalFile()))

    def take_file(self, path: Path) -> None:
        """Open a plan, import accounts, or start a new plan with a file."""
        if path.suffix.casefold() == PLAN_SUFFIX and is_plan(path):
            self._take_plan(path)
        elif _is_table(path):
            session = self._window.session
            if session is not None and not session.is_read_only:
                self.import_accounts(path)
            else:
                self.new_plan(accounts=path)
        else:
            self.new_plan(units=path)

    def _take_plan(self, path: Path) -> None:
        """Open a plan; a copy of the one that is open may be meant to be merged."""
        session = self._window.session
        if session is None or session.is_read_only or not _is_copy(path, session.document.path, session.plan.info.uuid):
            self._window.open_plan(path)
            return
        answer = ask(
            self._window,
            tr("A copy of this plan"),
            tr("{name} is a copy of the plan that is open.", name=path.name),
            tr("Merging shows first what it would bring; nothing is written before you agree."),
            [tr("&Merge it into the open plan"), tr("&Open it instead")],
        )
        if answer == 0:
            self._window.merging.merge(path)
        elif answer == 1:
            self._window.open_plan(path)


def _is_copy(path: Path, own: Path, uuid: str) -> bool:
    """Return whether a file is another copy of a plan that is open."""
    return path.resolve() != own and bool(uuid) and uuid_of(path) == uuid


def is_plan(path: Path) -> bool:
    """Return whether a GeoPackage names a table ``journal_step``, as every plan does and no other file."""
    try:
        with open_given(path) as stream:
            return b"journal_step" in stream.read(1 << 20)
    except (OSError, UserError):
        return True  # opening it says what is wrong


def _is_table(path: Path) -> bool:
    from territorymap.importers.registry import table_extensions
    from territorymap.importers.vector_kind import VECTOR_EXTENSIONS

    suffix = path.suffix.casefold()
    return suffix in table_extensions() and suffix not in VECTOR_EXTENSIONS


def _several_maps(data: QMimeData) -> list[Path]:
    """Return the map files of a drop of several files, parts of shapefiles left out; [] if there is but one file."""
    from territorymap.importers.vector_kind import VECTOR_EXTENSIONS

    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.casefold() in VECTOR_EXTENSIONS] if len(paths) > 1 else []


def _kind_of(data: QMimeData) -> str | None:
    from territorymap.importers.registry import table_extensions
    from territorymap.importers.vector_kind import VECTOR_EXTENSIONS

    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    suffix = Path(urls[0].toLocalFile()).suffix.casefold()
    known = {PLAN_SUFFIX, *table_extensions(), *VECTOR_EXTENSIONS}
    return suffix if suffix in known else None


def _plan_filter() -> str:
    return ";;".join([tr("Plans (*.gpkg)"), tr("All files (*)")])
