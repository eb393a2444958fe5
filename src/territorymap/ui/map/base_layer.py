"""What lies under the units: nothing, the shipped context, or a planner's own file of raster tiles.

Owns the open file and the answers to the page's requests for tiles; not what is remembered (base_menu).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from territorymap.document.mbtiles import MAGIC as MBTILES
from territorymap.document.mbtiles import MbTiles
from territorymap.errors import UserError
from territorymap.given import open_given
from territorymap.i18n import tr
from territorymap.mapview.replies import Reply, base
from territorymap.model.tiles import MAX_ZOOM, TileSource, picture_kind

NONE, CONTEXT, FILE = "none", "context", "file"
SUFFIXES = (".mbtiles", ".pmtiles")
# A clear pixel: where there is no tile, the page gets this; a failed request would be an error in its console.
NO_TILE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da6360000000020001e221bc33"
    "0000000049454e44ae426082"
)


class BaseLayer(QObject):
    """The base layer of the map, one at a time."""

    changed = Signal()
    failed = Signal(object)  # UserError: the file can be read no more; the context is shown instead

    def __init__(self, send: Callable[[Reply], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._send = send
        self._source: TileSource | None = None
        self._version = 0
        self.kind = CONTEXT
        self.path: Path | None = None

    def use(self, kind: str, path: Path | None = None) -> None:
        """Show another base layer.

        Raises
        ------
        UserError
            if the file is missing or holds no pictures of a map; everything is as before then.
        """
        source = open_tiles(path) if kind == FILE and path is not None else None
        self._close()
        self._source, self.kind, self.path = source, kind, path if source is not None else None
        self._version += 1
        self.send()
        self.changed.emit()

    def close(self) -> None:
        """Let go of the file."""
        self._close()
        self.kind, self.path = CONTEXT, None

    def send(self) -> None:
        """Tell the page, whatever it knows."""
        self._send(
            base(self.kind, f"/tiles/{self._version}/{{z}}/{{x}}/{{y}}", self._source.info if self._source else None)
        )

    def find(self, version: int, zoom: int, x: int, y: int) -> tuple[bytes, str]:
        """Return a tile and its media type for the page; a clear pixel where there is none."""
        data = None
        if self._source is not None and version == self._version and zoom <= MAX_ZOOM and max(x, y) < 2**zoom:
            try:
                data = self._source.tile(zoom, x, y)
            except UserError as error:
                self._give_up(error)
        return (data, f"image/{picture_kind(data)}") if data is not None else (NO_TILE, "image/png")

    def _give_up(self, error: UserError) -> None:
        self._close()
        self.kind = CONTEXT
        # Not now: the page waits for the answer to its request.
        QTimer.singleShot(0, self.send)
        QTimer.singleShot(0, lambda: self.failed.emit(error))

    def _close(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source = None


def open_tiles(path: Path) -> TileSource:
    """Return the open file, told by its first bytes whatever its name.

    Raises
    ------
    UserError
        if it is missing, or no file of pictures of a map.
    """
    try:
        with open_given(path) as file:
            begin = file.read(16)
    except UserError as error:
        if path.exists():
            raise
        raise UserError(
            tr("The base layer {name} is not there any more.", name=path.name),
            tr("It was {path}. Choose another one in Map > Base layer.", path=path),
        ) from error
    if begin.startswith(MBTILES):
        return MbTiles(path)
    if begin.startswith(b"PMTiles"):
        from territorymap.mapview.pmtiles_file import PmTilesFile

        return PmTilesFile(path)
    raise UserError(
        tr("{name} is neither an MBTiles nor a PMTiles file.", name=path.name),
        tr("Choose a file of map pictures that ends with .mbtiles or .pmtiles."),
    )
