"""The commands Send a copy and Send a part of the window.

Owns the order of questions; files are written by the document.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog

from territorymap.errors import Cancelled, UserError
from territorymap.i18n import ntr, tr
from territorymap.ui.help.contexts import files_about
from territorymap.ui.messages import show_error
from territorymap.ui.plan_paths import PLAN_SUFFIX, as_plan_path, free_path
from territorymap.ui.share.part_dialog import PartDialog
from territorymap.ui.share.sent import SentDialog
from territorymap.ui.tasks import Progress, run_task

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow


class Sending(QObject):
    """What the menu File offers for colleagues."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each command of the menus runs."""
        return {"send_copy": self.send_copy, "send_part": self.send_part}

    def send_copy(self) -> None:
        """Write the plan as one file and say how it gets to a colleague."""
        session = self._window.session
        if session is None:
            return
        folder = self._window.preferences.folder("send")
        name = f"{session.document.path.stem} {date.today().isoformat()}{PLAN_SUFFIX}"
        with files_about(self._window, "sending"):
            chosen, _ = QFileDialog.getSaveFileName(
                self._window, tr("Send a copy"), str(free_path(folder / name)), tr("Plans (*.gpkg)")
            )
        if not chosen:
            return
        target = as_plan_path(Path(chosen))
        try:
            with self._window.waiting(tr("Writing {name}…", name=target.name)):
                session.save_copy(target)
        except UserError as error:
            show_error(self._window, error)
            return
        self._sent(
            target,
            tr("The copy of “{plan}” is ready to send.", plan=self._title()),
            tr("Go on in your own plan. When your colleague sends the file back, take it in with File, Merge."),
        )

    def send_part(self) -> None:
        """Ask which territories, and write the part."""
        session = self._window.session
        if session is None:
            return
        if not session.plan.territories:
            self._window.refuse(
                UserError(tr("There is no territory yet."), tr("Make one in the menu Territory, then send it."))
            )
            return
        dialog = PartDialog(session, self._window.preferences, self._window)
        chosen = self._window.selection.territory_id
        if chosen is not None:
            dialog.tick(frozenset({chosen}))

        def finished(result: int) -> None:
            if result == QDialog.DialogCode.Accepted:
                self._write_part(dialog.territory_ids, dialog.names, dialog.is_bare.isChecked(), dialog.target)

        dialog.finished.connect(finished)
        dialog.open()

    def _write_part(self, territory_ids: frozenset[int], names: list[str], is_bare: bool, target: Path) -> None:
        from territorymap.session.parts import part_wish, write_part

        session = self._window.session
        if session is None:
            return
        wish = part_wish(session, territory_ids, is_bare=is_bare)

        def work(progress: Progress, is_cancelled: Callable[[], bool]) -> Path:
            def watch(share: float) -> None:
                if is_cancelled():
                    raise Cancelled
                progress(share)

            write_part(session, target, wish, watch)
            return target

        def done(path: Path) -> None:
            n = len(names)
            text = ntr(
                "The part is ready to send: {n} territory can be edited in it.",
                "The part is ready to send: {n} territories can be edited in it.",
                n,
            )
            self._sent(path, text, tr("When it comes back, take it in with File, Merge."))

        run_task(self._window, tr("Writing {name}…", name=target.name), work, done)

    def _sent(self, path: Path, text: str, hint: str) -> None:
        self._window.preferences.set_folder("send", path.parent)
        dialog = SentDialog(path, text, hint, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _title(self) -> str:
        session = self._window.session
        assert session is not None
        return session.plan.info.title or session.document.path.stem
