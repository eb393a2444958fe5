"""A web page for each rep, with that rep's data alone, all in one archive, and a list of links for the manager.

Owns the files' names and the list; a page is written by html, its part cut out by part.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from territorymap.document.half_made import scratch_folder
from territorymap.errors import UserError
from territorymap.exporters.choices import Choice
from territorymap.exporters.formats.html import PAGE_CHOICES, title_of, write_page
from territorymap.exporters.part import part_of, territories_of_reps
from territorymap.exporters.registry import CONTENTS, ExportOptions, exporter
from territorymap.exporters.view import ExportView
from territorymap.i18n import locale_name, tr

LIST = "index.html"
_REPS = Choice(
    "reps", lambda: tr("Reps"), "names", names_of="reps",
    hint=lambda: tr("None ticked: all who have a territory."),
)  # fmt: skip
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'"


@exporter(
    "html_reps",
    label=lambda: tr("Web page for each rep, with that rep's data alone (zip)"),
    what=CONTENTS[::-1],
    extension="zip",
    choices=(_REPS, *PAGE_CHOICES),
    group="web",
)
def write_rep_pages(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write a page a rep and index.html, which lists them all and so is for whoever may see all names."""
    names = list(options.names("reps")) or _reps_with_territory(view)
    if not names:
        raise UserError(
            tr("No territory has a rep, so there is no page to write."), tr("Give reps to the territories first.")
        )
    files = file_names(names)
    with scratch_folder() as folder, zipfile.ZipFile(path, "w") as archive:
        page = folder / "page.html"
        for done, name in enumerate(names):
            options.stop_if_cancelled()
            options.progress(done, len(names))
            part = part_of(view, territories_of_reps(view, [name]))
            write_page(part, page, what, options, title_of(part, [name]), lambda done, total: None)
            archive.write(page, files[done], zipfile.ZIP_DEFLATED)
        archive.writestr(LIST, list_page(view.plan.info.title, names, files), zipfile.ZIP_DEFLATED)
    options.progress(len(names), len(names))


def _reps_with_territory(view: ExportView) -> list[str]:
    busy = {territory.rep_id for territory in view.plan.territories}
    return [rep.name for rep in view.plan.reps if rep.rep_id in busy]


def file_names(names: Sequence[str], extension: str = ".html") -> list[str]:
    """Return a file name for each name that every system takes, no two alike where letter case does not count."""
    taken, files = {LIST.casefold()}, []
    for name in names:
        stem = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+', "_", name).strip(" ._")
        stem = stem.encode("utf-8", "replace")[:100].decode("utf-8", "ignore").strip(" .") or "rep"
        if _RESERVED.match(stem):
            stem = f"_{stem}"
        file, n = stem + extension, 1
        while file.casefold() in taken:
            n += 1
            file = f"{stem} ({n}){extension}"
        taken.add(file.casefold())
        files.append(file)
    return files


def list_page(title: str, names: Sequence[str], files: Sequence[str]) -> str:
    """Return the page of links; it runs nothing and loads nothing."""
    rows = "\n".join(
        f'<li><a href="{html.escape(quote(file))}"><bdi>{html.escape(name)}</bdi></a></li>'
        for name, file in sorted(zip(names, files, strict=True), key=lambda pair: pair[0].casefold())
    )
    note = tr("Each page holds the data of one rep alone. This list names all of them.")
    return (
        f'<!DOCTYPE html>\n<html lang="{locale_name().replace("_", "-")}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(_POLICY, quote=False)}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title></head>\n"
        f"<body><h1>{html.escape(title)}</h1><p>{html.escape(note)}</p>\n<ul>\n{rows}\n</ul></body></html>\n"
    )
