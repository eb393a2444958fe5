"""KML for Google Earth and phones, in the territories' own colours. Owns the file; its text is kml_text's."""

from __future__ import annotations

from pathlib import Path

from territorymap.exporters.kml_text import KML_CHOICES, write_kml_text
from territorymap.exporters.registry import CONTENTS, ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr


@exporter("kml", label=lambda: tr("KML for Google Earth"), what=(*CONTENTS, "all"), choices=KML_CHOICES)
def write_kml(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write one document with folders by region and territory, styles and data."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        write_kml_text(view, out, what, options)
