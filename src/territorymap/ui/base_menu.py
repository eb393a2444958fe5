"""The menu "Base layer": none, context, or a file of raster tiles; remembered for each plan on this computer.

Owns its entries and what is remembered, which is not part of the plan: a colleague's laptop has other files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFileDialog

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.session.session import Session
from territorymap.ui.help.contexts import files_about
from territorymap.ui.map.base_layer import CONTEXT, FILE, NONE, SUFFIXES
from territorymap.ui.messages import show_error

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

_KIND, _PATH = "base", "base_file"


class BaseMenu(QObject):
    """Chooses what lies under the units."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._layer = window.map_view.base
        self._uuid = ""
        self._group = QActionGroup(self)
        for kind in (NONE, CONTEXT):
            action = window.commands[f"base_{kind}"]
            self._group.addAction(action)
            action.triggered.connect(lambda _=False, kind=kind: self._use(kind))
        self._kept = QAction(self)  # the file that was used last
        self._kept.setCheckable(True)
        self._group.addAction(self._kept)
        self._kept.triggered.connect(self._use_kept)
        window.menus.base.insertAction(window.commands["base_file"], self._kept)
        window.commands["base_file"].triggered.connect(self.choose_file)
        self._layer.failed.connect(self._failed)

    def set_session(self, session: Session | None) -> None:
        """Show a plan over the base layer that it was last seen over; if that is gone, say so and show the context."""
        self._uuid = session.plan.info.uuid if session is not None else ""
        if session is None:
            self._layer.close()
            return
        kind = self._window.preferences.plan_text(self._uuid, _KIND)
        path = self.kept_file
        try:
            self._layer.use(kind if kind in (NONE, FILE) and (kind == NONE or path is not None) else CONTEXT, path)
        except UserError as error:
            self._layer.use(CONTEXT)
            self._window.refuse(error)
        self._show()

    @property
    def kept_file(self) -> Path | None:
        """The file of tiles that this plan was last seen over."""
        text = self._window.preferences.plan_text(self._uuid, _PATH)
        return Path(text) if text else None

    def choose_file(self) -> None:
        """Ask for a file of tiles and show it."""
        folder = self._window.preferences.folder("base")
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        filters = tr("Map tiles ({patterns})", patterns=patterns) + ";;" + tr("All files (*)")
        with files_about(self._window, "map"):
            chosen, _ = QFileDialog.getOpenFileName(self._window, tr("Choose a base layer"), str(folder), filters)
        if chosen:
            self.use_file(Path(chosen))

    def use_file(self, path: Path) -> None:
        """Show the tiles of a file; if that is not possible, say why and leave everything as it is."""
        try:
            with self._window.waiting(tr("Opening {name}…", name=path.name)):
                self._layer.use(FILE, path)
        except UserError as error:
            show_error(self._window, error, tr("The base layer could not be opened"))
            self._show()
            return
        preferences = self._window.preferences
        preferences.set_folder("base", path.resolve().parent)
        preferences.set_plan_text(self._uuid, _PATH, str(path.resolve()))
        self._remember(FILE)

    def _use(self, kind: str) -> None:
        self._layer.use(kind)
        self._remember(kind)

    def _use_kept(self) -> None:
        path = self.kept_file
        if path is not None:
            self.use_file(path)

    def _remember(self, kind: str) -> None:
        self._window.preferences.set_plan_text(self._uuid, _KIND, "" if kind == CONTEXT else kind)
        self._show()

    def _failed(self, error: UserError) -> None:
        self._window.refuse(error)
        self._show()

    def _show(self) -> None:
        """Check the entry in use."""
        path = self.kept_file
        self._kept.setVisible(path is not None)
        self._kept.setText(path.name.replace("&", "&&") if path is not None else "")
        self._kept.setToolTip(str(path or ""))
        now = self._layer.kind
        (self._kept if now == FILE else self._window.commands[f"base_{now}"]).setChecked(True)
