"""The land around the units for the page: from the cache, or packed in a thread when nothing waits for it.

Owns when it is packed; what it is made of is mapview.context's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from territorymap.document.state_folder import cache_folder
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.mapview.context import kept_context, load_context
from territorymap.resources import shipped
from territorymap.ui.tasks import run_task


class Surroundings:
    """``put`` gets the packed land, and drops it where the page is gone."""

    def __init__(self, widget: QWidget, put: Callable[[bytes], None]) -> None:
        self._widget, self._put = widget, put

    def send(self, later: Callable[[Callable[[], None]], None] | None) -> None:
        """Send the land; ``later`` puts packing off while a plan waits: both at once would make it wait longer."""
        kept = kept_context(_folder(), cache_folder())
        if kept is not None:
            self._put(kept)
        elif later is not None:
            later(self._pack)
        else:
            self._pack()

    def _pack(self) -> None:
        folder = _folder()

        def pack(_progress: object, _is_cancelled: object) -> bytes:
            return load_context(folder, cache_folder())

        run_task(self._widget, tr("Getting ready…"), pack, self._put, is_quiet=True)


def _folder() -> Path:
    try:
        return shipped("maps", "context")
    except FileNotFoundError as error:
        raise UserError(
            tr("The land around the territories is missing from this installation."),
            tr("Install Territory Map again."),
        ) from error
