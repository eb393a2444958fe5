"""What the program remembers between runs: recent plans, window, theme, folders.

Owns the settings file in the state folder; of a plan only how this computer shows it, by its uuid.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import platformdirs
from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from territorymap.document.state_folder import state_folder
from territorymap.errors import UserError
from territorymap.i18n import tr

STATE_DIR_VARIABLE = "TERRITORYMAP_STATE_DIR"
MAX_RECENT = 12


def state_dir() -> Path:
    """Return the folder of the program's own files, made if it is not there."""
    path = state_folder()
    path.mkdir(parents=True, exist_ok=True)
    return path


def reports_dir() -> Path:
    """Return the folder of reports of errors nobody foresaw; it may not be there."""
    return state_folder() / "reports"


def plans_dir() -> Path:
    """Return the folder that plans are offered to be saved in: the user's documents."""
    if os.environ.get(STATE_DIR_VARIABLE):
        with suppress(OSError):
            path = state_dir() / "plans"
            path.mkdir(exist_ok=True)
            return path
    path = Path(platformdirs.user_documents_dir())
    return path if path.is_dir() else Path.home()


def _why_not_kept() -> UserError | None:
    """Return why nothing can be kept between runs; None where it can."""
    try:
        state_dir()
    except OSError as error:
        return UserError(
            tr(
                "Settings cannot be kept: the folder {folder} cannot be made ({reason}).",
                folder=state_folder(),
                reason=error.strerror or str(error),
            ),
            tr("You can look at plans. To edit them, rename what stands in the place of the folder, and start again."),
        )
    return None


class Preferences(QObject):
    """Settings that survive a restart; where they cannot, ``problem`` says why, and they hold until the end."""

    recent_changed = Signal()

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.problem = _why_not_kept() if path is None else None
        file = path or state_folder() / "settings.ini"
        self._settings = QSettings(str(file), QSettings.Format.IniFormat)

    # -- recent plans --------------------------------------------------------------------------------------------------

    @property
    def recent(self) -> list[Path]:
        """Plans opened lately, the last one first; some may no longer be there."""
        # A file that was damaged may name what no path can be.
        return [Path(text) for text in self._texts("recent") if text and "\0" not in text]

    def add_recent(self, path: Path) -> None:
        """Put a plan first in the list."""
        full = path.resolve()
        self._store_recent([full, *(p for p in self.recent if p != full)][:MAX_RECENT])

    def remove_recent(self, path: Path) -> None:
        self._store_recent([p for p in self.recent if p != path])

    def clear_recent(self) -> None:
        self._store_recent([])

    def _store_recent(self, paths: list[Path]) -> None:
        self._settings.setValue("recent", [str(p) for p in paths])
        self._settings.sync()
        self.recent_changed.emit()

    # -- single values -------------------------------------------------------------------------------------------------

    @property
    def author(self) -> str:
        """The name that steps carry; "" = the login's."""
        return str(self._settings.value("author", ""))

    @author.setter
    def author(self, name: str) -> None:
        self._settings.setValue("author", name.strip())

    @property
    def theme(self) -> str:
        return str(self._settings.value("theme", "system"))

    @theme.setter
    def theme(self, choice: str) -> None:
        self._settings.setValue("theme", choice)

    def folder(self, purpose: str) -> Path:
        """Return the folder last used for a purpose ("plans", "import", "export")."""
        stored = self._settings.value(f"folder/{purpose}")
        path = Path(str(stored)) if stored else plans_dir()
        return path if path.is_dir() else plans_dir()

    def set_folder(self, purpose: str, path: Path) -> None:
        self._settings.setValue(f"folder/{purpose}", str(path))

    def flag(self, name: str, default: bool) -> bool:
        """Return a switch such as a map option."""
        return str(self._settings.value(f"flag/{name}", default)).lower() == "true"

    def set_flag(self, name: str, value: bool) -> None:
        self._settings.setValue(f"flag/{name}", value)

    def text(self, name: str) -> str:
        """Return a choice made by name, "" = none yet."""
        return str(self._settings.value(f"choice/{name}", ""))

    def set_text(self, name: str, value: str) -> None:
        self._settings.setValue(f"choice/{name}", value)

    def plan_text(self, plan_uuid: str, name: str) -> str:
        """Return what this computer remembers of one plan's looks, "" = nothing."""
        return str(self._settings.value(f"plan/{plan_uuid}/{name}", ""))

    def set_plan_text(self, plan_uuid: str, name: str, text: str) -> None:
        """Remember something of one plan's looks; "" forgets it."""
        key = f"plan/{plan_uuid}/{name}"
        if text:
            self._settings.setValue(key, text)
        else:
            self._settings.remove(key)

    def blob(self, name: str) -> QByteArray | None:
        """Return stored bytes such as the window's geometry."""
        value = self._settings.value(f"window/{name}")
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def set_blob(self, name: str, value: QByteArray) -> None:
        self._settings.setValue(f"window/{name}", value)

    def sync(self) -> None:
        """Write to disk now."""
        self._settings.sync()

    def _texts(self, name: str) -> list[str]:
        value = self._settings.value(name, [])
        if isinstance(value, str):
            return [value] if value else []
        return [str(v) for v in value] if isinstance(value, list) else []
