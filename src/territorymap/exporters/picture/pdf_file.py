"""A PDF of many sheets: pages with bookmarks, links between them, fonts embedded, text that can be searched.

Owns the file; not what is on a sheet. Pages are written one after the other and leave memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_pdf import Name, Op, PdfFile, RendererPdf
from matplotlib.font_manager import FontPath
from matplotlib.ft2font import FT2Font

from territorymap.exporters.picture.fonts import drawable, plain_font
from territorymap.exporters.picture.quadratic import as_truetype
from territorymap.exporters.picture.sheet import VECTOR_DPI, Box, Sheet
from territorymap.exporters.sink import Sink

# TrueType in the file (42), so that text stays text and other programs can edit it.
SETTINGS: Any = {"pdf.fonttype": 42, "ps.fonttype": 42, "pdf.compression": 7, "pdf.use14corefonts": False}


def _name(text: str) -> Any:
    """Return a PDF name; matplotlib leaves it untyped."""
    return Name(text)  # type: ignore[no-untyped-call]


class _File(PdfFile):
    """A PDF whose fonts all have the outlines that they are said to have."""

    def __init__(self, sink: Sink, told: dict[str, Any]) -> None:
        super().__init__(sink, metadata=told)  # type: ignore[no-untyped-call]
        self.plain_codes: dict[tuple[str, str], bytes] = {}  # (weight, letter) -> its code in the font

    def outputStream(self, ref: Any, data: bytes, *, extra: dict[str, Any] | None = None) -> None:  # noqa: N802
        if extra is not None and "Length1" in extra:
            data = as_truetype(data)
            extra = {**extra, "Length1": len(data)}
        super().outputStream(ref, data, extra=extra)  # type: ignore[no-untyped-call]


class _Renderer(RendererPdf):
    """Writes plain texts without shaping them: what a list of a hundred thousand accounts is made of."""

    def __init__(self, file: Any, height: float, width: float) -> None:
        super().__init__(file, VECTOR_DPI, height, width)  # type: ignore[no-untyped-call]
        self._codes: dict[tuple[str, str], bytes] = file.plain_codes

    def draw_plain(self, graphics: Any, x: float, y: float, text: str, size: float, weight: str) -> None:
        """Write a text of plain_font's letters, its pen starting at a place in points."""
        face = plain_font(weight)
        encoded = b"".join(self._codes.get((weight, letter)) or self._code(face, weight, letter) for letter in text)
        self.check_gc(graphics, graphics.get_rgb()[:3])  # type: ignore[no-untyped-call]
        name = self.file.fontName(FontPath(str(face.fname), face.face_index), 0)
        self.file.output(
            Op.begin_text, name, size, Op.selectfont, round(x, 2), round(y, 2), Op.textpos, encoded, Op.show,
            Op.end_text,
        )  # fmt: skip

    def _code(self, face: FT2Font, weight: str, letter: str) -> bytes:
        glyph = face.get_char_index(ord(letter))
        subset, code = self.file._character_tracker.track_glyph(face, letter, glyph)
        assert subset == 0, letter  # plain letters keep their own code
        self._codes[weight, letter] = found = int(code).to_bytes(2, "big")
        return found


@dataclass
class _Bookmark:
    title: str
    page: Any  # reference of the page
    children: list[_Bookmark] = field(default_factory=list)


class PdfBook:
    """The file while it is written."""

    def __init__(self, file: Any, check: Callable[[], None]) -> None:
        self._file = file
        self._check = check
        self._bookmarks: list[_Bookmark] = []
        self._places: dict[str, Any] = {}  # name of a place -> page

    @property
    def n_pages(self) -> int:
        return len(self._file.pageList)

    def add(
        self, sheet: Sheet, bookmark: str = "", *, is_child: bool = False, place: str = "",
        links: list[tuple[Box, str]] | None = None,
    ) -> None:  # fmt: skip
        """Write a sheet as the next page.

        Parameters
        ----------
        bookmark : its title in the reader's outline, "" = none; a child stands under the last one that is none
        place : the name by which links lead to this page
        links : boxes on the sheet in design pixels, and the places that a click on them leads to
        """
        self._check()
        figure = sheet.figure
        width, height = (float(inches) for inches in figure.get_size_inches())
        self._file.newPage(width, height)
        page = self._file.pageList[-1]
        self._file._annotations[-1][1].extend(self._link(sheet, box, target) for box, target in links or [])
        renderer: Any = _Renderer(self._file, height, width)
        figure.draw(renderer)
        renderer.finalize()
        self._file.endStream()
        if place:
            self._places[place] = page
        if bookmark:
            siblings = self._bookmarks[-1].children if is_child and self._bookmarks else self._bookmarks
            siblings.append(_Bookmark(drawable(bookmark), page))

    def group(self, title: str) -> None:
        """Begin a group of bookmarks; children added next stand in it, and it leads to the first of them."""
        self._bookmarks.append(_Bookmark(drawable(title), None))

    def finish(self) -> None:
        """Write what belongs to the whole file: fonts, outline, places."""
        file = self._file
        root: dict[str, Any] = {
            "Type": _name("Catalog"),
            "Pages": file.pagesObject,
            "Dests": {name: [page, _name("Fit")] for name, page in self._places.items()},
            "ViewerPreferences": {"DisplayDocTitle": True},
        }
        if self._bookmarks:
            root["Outlines"] = self._outline()
            root["PageMode"] = _name("UseOutlines") if self.n_pages > 1 else _name("UseNone")
        file.writeObject(file.rootObject, root)
        file.finalize()

    def _link(self, sheet: Sheet, box: Box, target: str) -> dict[str, Any]:
        left, bottom, width, height = sheet.canvas(box)
        return {
            "Type": _name("Annot"),
            "Subtype": _name("Link"),
            "Rect": [left, bottom, left + width, bottom + height],
            "Border": [0, 0, 0],
            "Dest": _name(target),
        }

    def _outline(self) -> Any:
        root = self._file.reserveObject("outlines")
        first, last, n = self._write_level(self._bookmarks, root, is_open=len(self._bookmarks) < 2)
        self._file.writeObject(root, {"Type": _name("Outlines"), "First": first, "Last": last, "Count": n})
        return root

    def _write_level(self, bookmarks: list[_Bookmark], parent: Any, *, is_open: bool) -> tuple[Any, Any, int]:
        references = [self._file.reserveObject("bookmark") for _ in bookmarks]
        for n, (mark, reference) in enumerate(zip(bookmarks, references, strict=True)):
            entry: dict[str, Any] = {
                "Title": mark.title,
                "Parent": parent,
                "Dest": [mark.page or mark.children[0].page, _name("Fit")],
            }
            if n > 0:
                entry["Prev"] = references[n - 1]
            if n + 1 < len(references):
                entry["Next"] = references[n + 1]
            if mark.children:
                first, last, count = self._write_level(mark.children, reference, is_open=False)
                entry |= {"First": first, "Last": last, "Count": count if is_open else -count}
            self._file.writeObject(reference, entry)
        return references[0], references[-1], len(bookmarks)


@contextmanager
def open_pdf(
    path: Path, title: str, subject: str, now: datetime, check: Callable[[], None] = lambda: None
) -> Iterator[PdfBook]:
    """Give a PDF to write pages to; it is complete when the block ends well."""
    told = {
        "Title": drawable(title), "Subject": drawable(subject), "Creator": "Territory Map", "Producer": "Territory Map",
        "CreationDate": now,
    }  # fmt: skip
    with matplotlib.rc_context(SETTINGS):
        sink = Sink(path)

        def both() -> None:
            check()
            sink.check()

        try:
            file: Any = _File(sink, told)
            try:
                book = PdfBook(file, both)
                yield book
                check()
                book.finish()
            finally:
                file.close()
            sink.finish()
        finally:
            sink.close()
