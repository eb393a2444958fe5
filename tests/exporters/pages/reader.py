"""PDFs as another program reads them: pdfium, which draws them in Chrome."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray


@contextmanager
def opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(path)
    try:
        yield document
    finally:
        document.close()


def page_texts(path: Path) -> list[str]:
    """Return the text of each page, blanks and line ends as one blank."""
    with opened(path) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def page_sizes_mm(path: Path) -> list[tuple[int, int]]:
    with opened(path) as document:
        return [(round(page.get_width() / 72 * 25.4), round(page.get_height() / 72 * 25.4)) for page in document]


def bookmarks(path: Path) -> list[tuple[int, str, int]]:
    """Return level, title and page index of each bookmark."""
    with opened(path) as document:
        return [(mark.level, mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]


def n_images(path: Path) -> int:
    """Return how many things on the pages are pictures made of pixels."""
    with opened(path) as document:
        return sum(o.type == pdfium.FPDF_PAGEOBJ_IMAGE for page in document for o in page.get_objects())


def drawn(path: Path, page: int = 0, scale: float = 1.0) -> NDArray[np.uint8]:
    """Return a page as (height, width, 3) pixels."""
    with opened(path) as document:
        return np.asarray(document[page].render(scale=scale).to_pil().convert("RGB"))


def letter_places(path: Path, text: str, page: int = 0) -> list[float]:
    """Return the left edge of each letter of a text, in reading order; the text must be on the page."""
    with opened(path) as document:
        textpage = document[page].get_textpage()
        found = textpage.search(text).get_next()
        assert found is not None, text
        start, count = found
        return [textpage.get_charbox(start + n)[0] for n in range(count)]
