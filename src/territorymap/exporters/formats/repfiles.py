"""Reps' sheets as a folder of files in a ZIP: one for each rep, to be sent to that rep and nobody else.

Owns the archive and its names; each file holds one rep's data only, unless colleagues are asked for by name.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from territorymap.document.half_made import scratch_folder
from territorymap.exporters.choices import Choice
from territorymap.exporters.formats.repsheets import COLLEAGUES, REPS
from territorymap.exporters.picture.paper_choices import ORIENTATION, PAPER
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.stopping import check_of
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

if TYPE_CHECKING:
    from territorymap.exporters.book.changes import Holder
    from territorymap.exporters.book.territory_page import Book

LONGEST_STEM = 80  # letters
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
# Names that Windows keeps for devices, whatever the extension.
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")

KIND = Choice(
    "kind",
    lambda: tr("Files"),
    "choice",
    values=(("pdf", lambda: tr("PDF")), ("html", lambda: tr("Web pages (HTML)"))),
)


@exporter(
    "repfiles",
    extension="zip",
    label=lambda: tr("Reps' sheets, a file for each rep (ZIP)"),
    what=("sheets",),
    choices=(KIND, PAPER, ORIENTATION, REPS, replace(COLLEAGUES, default=False)),
    labels=lambda: {"sheets": tr("A sheet for each rep, with the list of accounts")},
    group="print",
)
def write_repfiles(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write the archive; nobody else's name or number is in a rep's file unless ``colleagues`` is chosen."""
    from territorymap.exporters.book.sheet_setting import sheet_book, sheet_holders

    now, check = datetime.now().astimezone(), check_of(options.is_cancelled)
    holders = sheet_holders(view, options.names("reps"))
    book = sheet_book(view, options, now)
    kind = options.text("kind")
    write = {"pdf": _pdf, "html": _html}[kind]
    names = file_names([holder.name for holder in holders], kind)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, scratch_folder() as folder:
        for n, (holder, name) in enumerate(zip(holders, names, strict=True)):
            check()
            options.progress(n, len(holders))
            made = folder / f"sheet.{kind}"
            write(book, holder, made, options, now)
            archive.write(made, name)
    options.progress(len(holders), len(holders))


def file_names(names: list[str], extension: str) -> list[str]:
    """Return a file name for each name: allowed on every system, none twice whatever the case of letters."""
    taken: set[str] = set()
    found = []
    for name in names:
        plain = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", name))
        stem = _UNSAFE.sub("_", " ".join(plain.split())).strip(". ")[:LONGEST_STEM].strip(". ") or "_"
        if _RESERVED.fullmatch(stem):
            stem = f"_{stem}"
        chosen, n = stem, 1
        while chosen.casefold() in taken:
            n += 1
            chosen = f"{stem} ({n})"
        taken.add(chosen.casefold())
        found.append(f"{chosen}.{extension}")
    return found


def _pdf(book: Book, holder: Holder, path: Path, options: ExportOptions, now: datetime) -> None:
    from territorymap.exporters.book.rep_pages import SheetStyle, holder_title, write_sheet
    from territorymap.exporters.picture.pdf_file import open_pdf

    title = holder_title(book.view, holder)
    with open_pdf(path, title, book.facts.title, now, check_of(options.is_cancelled)) as pdf:
        write_sheet(pdf, book, holder, SheetStyle(options.flag("colleagues")), first_number=1)


def _html(book: Book, holder: Holder, path: Path, options: ExportOptions, now: datetime) -> None:
    from territorymap.exporters.book.rep_html import document, section
    from territorymap.exporters.book.rep_pages import SheetStyle, holder_title

    text, colors = section(book, holder, SheetStyle(options.flag("colleagues")), now, "sheet-1")
    path.write_text(document(holder_title(book.view, holder), [text], colors), encoding="utf-8", newline="\n")
