"""Opens every kind of file that the program exports, enough to know that it is whole and holds the plan.

Owns the looks at files; each raises SelfTestError, or returns what it saw in a few words.
"""

from __future__ import annotations

import csv
import json
import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from territorymap.selftest.telling import SelfTestError, check

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

_OUTSIDE = re.compile(r"""(?:src|href)\s*=\s*["']https?://|url\(\s*["']?https?://|@import""", re.IGNORECASE)
_LEAST_COLORS = 12  # of a picture of a map


def look_into(path: Path) -> str:
    """Return what an exported file holds; its extension says how it is opened.

    Raises
    ------
    SelfTestError
        if it is empty, cut short, cannot be read, or asks for something from elsewhere.
    """
    check(path.is_file(), "the file is not there", path=path.name)
    check(path.stat().st_size > 0, "the file is empty", path=path.name)
    look = _LOOKS.get(path.suffix.removeprefix(".").lower())
    if look is None:
        raise SelfTestError(
            f"the self-test does not know how to open {path.name}: a new format needs a look of its own"
        )
    return look(path)


def _csv(path: Path) -> str:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    check(rows and rows[0], "the table has no header", path=path.name)
    widths = {len(row) for row in rows}
    check(len(widths) == 1, "rows of the table have different lengths", path=path.name, widths=sorted(widths))
    return f"{len(rows) - 1} rows"


def _csv_with_rows(path: Path) -> str:
    told = _csv(path)
    check(told != "0 rows", "the table has no row", path=path.name)
    return told


def _xlsx(path: Path) -> str:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    n_rows = sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
    check(n_rows > len(book.sheet_names), "the workbook has nothing but headers", path=path.name)
    return f"{len(book.sheet_names)} sheets, {n_rows} rows"


def _pptx(path: Path) -> str:
    from pptx import Presentation

    slides = list(Presentation(str(path)).slides)
    n_empty = sum(len(slide.shapes) == 0 for slide in slides)
    check(slides and not n_empty, "the deck has no slides, or empty ones", slides=len(slides), empty=n_empty)
    return f"{len(slides)} slides"


def _pdf(path: Path) -> str:
    data = path.read_bytes()
    check(data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF"), "the PDF is cut short", path=path.name)
    counts = [int(n) for n in re.findall(rb"/Count (\d+)", data)]
    check(counts and max(counts) > 0, "the PDF has no page", path=path.name)
    return f"{max(counts)} pages"


def _image(path: Path) -> QImage:
    from PySide6.QtGui import QImage

    image = QImage(str(path))
    check(not image.isNull(), "the picture cannot be read", path=path.name)
    return image


def _symbol(path: Path) -> str:
    return f"{_image(path).width()} pixels wide"


def _map_picture(path: Path) -> str:
    image = _image(path)
    steps = [(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)]
    colors = {image.pixel(x, y) for x, y in steps}
    check(len(colors) >= _LEAST_COLORS, "the picture is empty", path=path.name, colors=len(colors))
    return f"{image.width()} x {image.height()} pixels"


def _svg(path: Path) -> str:
    n = _count_elements(path, "path")
    check(n > 0, "the drawing has no path", path=path.name)
    return f"{n} paths"


def _kml(path: Path) -> str:
    n = _count_elements(path, "Placemark")
    check(n > 0, "the file has no place", path=path.name)
    return f"{n} places"


def _count_elements(path: Path, name: str) -> int:
    from lxml import etree  # type: ignore[import-untyped]

    root = etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)).getroot()
    return sum(1 for _ in root.iter("{*}" + name))


def _html(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    check(text.rstrip().endswith("</html>"), "the page is cut short", path=path.name)
    check("<title>" in text and "Content-Security-Policy" in text, "the page lacks its head", path=path.name)
    outside = _OUTSIDE.search(_without_links_of_credit(text))
    check(outside is None, "the page loads from elsewhere", path=path.name, address=outside and outside[0])
    return f"{len(text) // 1024} KiB"


def _without_links_of_credit(text: str) -> str:
    """Return the page without links that load nothing until a person clicks them."""
    return re.sub(r"<a\s[^>]*>", "", text)


def _geojson(path: Path) -> str:
    features = json.loads(path.read_text(encoding="utf-8")).get("features", [])
    check(features and all(f["geometry"] for f in features), "features lack, or their borders", path=path.name)
    return f"{len(features)} features"


def _topojson(path: Path) -> str:
    topology = json.loads(path.read_text(encoding="utf-8"))
    n = sum(len(part["geometries"]) for part in topology["objects"].values())
    check(topology["arcs"] and n, "there are no arcs or no shapes", path=path.name)
    return f"{n} shapes, {len(topology['arcs'])} arcs"


def _gdal(path: Path) -> str:
    import pyogrio

    layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    counts = {name: int(pyogrio.read_info(path, layer=name, force_feature_count=True)["features"]) for name in layers}
    check(counts and any(counts.values()), "GDAL finds no features", path=path.name, layers=counts)
    return ", ".join(f"{name} {n}" for name, n in counts.items())


def _zip(path: Path) -> str:
    """Look into each file of an archive; shapefiles are opened by their .shp."""
    with zipfile.ZipFile(path) as archive:
        bad = archive.testzip()
        check(bad is None, "a file of the archive is damaged", path=path.name, file=bad)
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
        check(names, "the archive is empty", path=path.name)
        with tempfile.TemporaryDirectory(prefix="territorymap-") as folder:
            archive.extractall(folder)
            for name in names:
                part = Path(folder, name)
                check(part.stat().st_size > 0, "a file of the archive is empty", path=path.name, file=name)
                if (look := _PARTS.get(part.suffix.lower().removeprefix("."))) is not None:
                    look(part)
    return f"{len(names)} files"


_LOOKS: dict[str, Callable[[Path], str]] = {
    "csv": _csv_with_rows,
    "xlsx": _xlsx,
    "pptx": _pptx,
    "pdf": _pdf,
    "png": _map_picture,
    "svg": _svg,
    "kml": _kml,
    "html": _html,
    "geojson": _geojson,
    "topojson": _topojson,
    "gpkg": _gdal,
    "fgb": _gdal,
    "shp": _gdal,
    "zip": _zip,
    "kmz": _zip,
}
# In an archive a list may have nothing to tell, and a picture is a symbol on the map.
_PARTS = {**_LOOKS, "csv": _csv, "png": _symbol}
