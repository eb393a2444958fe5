"""KMZ: the KML in an archive with the picture of a dot, so that accounts have their territory's colour everywhere.

Owns the archive and the picture; the text is kml_text's.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np

from territorymap.exporters.kml_text import KML_CHOICES, write_kml_text
from territorymap.exporters.registry import CONTENTS, ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

DOT = "files/dot.png"
_DOT_PX = 32


@exporter("kmz", label=lambda: tr("KMZ for Google Earth (small)"), what=(*CONTENTS, "all"), choices=KML_CHOICES)
def write_kmz(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write doc.kml, which readers look for first, and the dot."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("doc.kml", "w") as stream:
            out = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
            write_kml_text(view, out, what, options, icon=DOT)
            out.flush()
            out.detach()
        archive.writestr(DOT, white_dot(_DOT_PX))


def white_dot(size_px: int) -> bytes:
    """Return the PNG of a white disc with a soft edge; readers multiply it with the style's colour."""
    at = np.arange(size_px) + 0.5 - size_px / 2
    far = np.hypot(*np.meshgrid(at, at))
    pixels = np.full((size_px, size_px, 4), 255, dtype=np.uint8)
    pixels[..., 3] = np.clip((size_px / 2 - 1 - far) * 255, 0, 255).astype(np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", size_px, size_px, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    )
