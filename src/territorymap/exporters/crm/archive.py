"""CSV files with a readme in one archive. Owns the bytes: Ids as they are, other text run by no spreadsheet."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from territorymap.exporters.plain_rows import clean_text
from territorymap.exporters.registry import ExportOptions
from territorymap.i18n import ntr
from territorymap.model.cells import defused

READ_ME = "readme.txt"
ROWS_PER_BLOCK = 5_000


@dataclass(frozen=True)
class CsvFile:
    """One file: its rows are texts. ``id_columns`` hold checked Ids only, which are never altered."""

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    what: str = ""  # what is to be done with it, for the readme
    id_columns: frozenset[str] = frozenset()


def write_archive(
    path: Path, title: str, files: Sequence[CsvFile], notes: Iterable[str], options: ExportOptions
) -> None:
    """Write the files in their order, numbered in the readme; a file without rows is left out."""
    kept = [file for file in files if file.rows]
    total = max(1, sum(len(file.rows) for file in kept))
    done = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(READ_ME, _read_me(title, kept, notes))
        for file in kept:
            with archive.open(file.name, "w") as stream:
                out = io.TextIOWrapper(stream, encoding="utf-8", newline="")
                writer = csv.writer(out, lineterminator="\r\n")
                writer.writerow([h if h in file.id_columns else defused(h) for h in file.headers])
                for block in _blocks(file):
                    options.stop_if_cancelled()
                    writer.writerows(block)
                    done += len(block)
                    options.progress(done, total)
                out.flush()
                out.detach()
    options.stop_if_cancelled()
    options.progress(total, total)


def _blocks(file: CsvFile) -> Iterator[list[list[str]]]:
    is_id = [header in file.id_columns for header in file.headers]
    for start in range(0, len(file.rows), ROWS_PER_BLOCK):
        rows = file.rows[start : start + ROWS_PER_BLOCK]
        yield [[v if plain else _cell(v) for v, plain in zip(row, is_id, strict=True)] for row in rows]


def _cell(text: str) -> str:
    return defused(" ".join(clean_text(text).split()) if "\n" in text or "\r" in text else clean_text(text))


def _read_me(title: str, files: Sequence[CsvFile], notes: Iterable[str]) -> str:
    lines = [title, ""]
    for number, file in enumerate(files, 1):
        rows = ntr("{n} row", "{n} rows", len(file.rows))
        lines += [f"{number}. {file.name} ({rows})", f"   {file.what}", ""]
    return "\ufeff" + "\r\n".join([*lines, *notes]) + "\r\n"
