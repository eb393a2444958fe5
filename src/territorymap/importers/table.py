"""A file as a table of text cells with the row numbers of the file. Owns RawTable; not what columns mean."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from territorymap.errors import UserError
from territorymap.given import about_file, open_given, unopened
from territorymap.i18n import listed, ntr, number, tr
from territorymap.importers.delimited import Record
from territorymap.importers.header_row import clean_headers, find_header
from territorymap.importers.numbers import column_decimal, decimal_evidence
from territorymap.importers.progress import IsCancelled, Progress, Ticker
from territorymap.importers.registry import TableFormat, TableReader, table_extensions, table_formats
from territorymap.importers.rejects import Reject
from territorymap.importers.table_options import NO_HEADER, TableOptions
from territorymap.model.cells import unfused

MAX_COLUMNS = 1000  # each may become a column of the plan file
MAX_ROWS = 3_000_000
_TEXT_EXTENSIONS = (".csv", ".tsv", ".txt", ".tab")  # what bears them may hold anything; its bytes decide
_MAX_POOL = 50_000
_HEAD_ROWS = 120  # looked at to find the header
_EVIDENCE_ROWS = 2000  # looked at to find the decimal mark


@dataclass(frozen=True)
class RawTable:
    """Cells as text, outer blanks off, every row as wide as the headers."""

    headers: list[str]  # (C,) whole and all different
    rows: list[list[str]]  # (R,) of C cells
    row_numbers: list[int]  # (R,) as in the file from 1; blank lines count
    options: TableOptions  # as read: guesses filled in
    broken: list[Reject] = field(default_factory=list)  # rows that have no cells worth the name
    broken_cells: dict[int, list[str]] = field(default_factory=dict)  # row number -> what could be read of it
    number_columns: frozenset[int] = frozenset()  # columns in which the file itself holds numbers (Excel, GeoJSON)
    notes: list[str] = field(default_factory=list)  # what was mended on reading, whole sentences
    name: str = ""  # of the file

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, header: str) -> list[str]:
        """Return the cells of a column; KeyError if there is none of that name."""
        at = self.column_ix(header)
        return [row[at] for row in self.rows]

    def column_ix(self, header: str) -> int:
        try:
            return self.headers.index(header)
        except ValueError:
            raise KeyError(header) from None

    def decimal_of(self, header: str) -> str:
        """Return the decimal mark of a column: its own where its values show one, else the file's."""
        at = self.column_ix(header)
        if at in self.number_columns:
            return "."
        return column_decimal((row[at] for row in self.rows[:_EVIDENCE_ROWS]), self.options.decimal or ".")


def read_table(
    path: Path | str,
    options: TableOptions | None = None,
    progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
) -> RawTable:
    """Return the whole table in a file; what ``options`` leaves open is guessed.

    Raises
    ------
    UserError
        if the file cannot be read, is empty, or is larger than a plan can hold.
    Cancelled
        if ``is_cancelled`` said so.
    """
    return _read(Path(path), options or TableOptions(), Ticker(progress, is_cancelled), None)


def preview(path: Path | str, options: TableOptions | None = None, n: int = 50) -> RawTable:
    """Return the first ``n`` rows of the table, read as read_table would."""
    return _read(Path(path), options or TableOptions(), Ticker(), n)


def guess_options(path: Path | str, options: TableOptions | None = None) -> TableOptions:
    """Return the options with every open one filled in from the first rows of the file."""
    return preview(path, options, n=200).options


def _read(path: Path, options: TableOptions, ticker: Ticker, limit: int | None) -> RawTable:
    if options.decimal not in ("", ".", ","):
        raise UserError(tr("The decimal mark is a point or a comma."))
    with about_file(path, tr("Open it in a spreadsheet program and save it again as XLSX or CSV.")):
        try:
            return _assemble(path, open_table(path, options), ticker, limit)
        except MemoryError as error:
            raise UserError(
                tr("{name} holds more than the memory of this computer can take.", name=path.name),
                tr("Split it, or leave out the rows that the plan does not need."),
            ) from error
        except OSError as error:
            raise unopened(path, error) from error
        except UnicodeError as error:
            raise UserError(tr("{name} cannot be read: {why}", name=path.name, why=str(error))) from error


def open_table(path: Path, options: TableOptions) -> TableReader:
    """Return the reader for a file, chosen by its first bytes and its extension."""
    with open_given(path) as stream:
        head = stream.read(4096)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UserError(
            tr("{name} is empty.", name=path.name),
            tr("It was probably cut off while it was copied or sent; get it again."),
        )
    return _choose_format(path, head, bool(options.encoding)).open(path, options)


def _choose_format(path: Path, head: bytes, is_encoding_told: bool) -> TableFormat:
    suffix = path.suffix.casefold()
    able = [fmt for fmt in table_formats() if fmt.can_read(head)]
    if not able and is_encoding_told and suffix in _TEXT_EXTENSIONS:
        able = [fmt for fmt in table_formats() if suffix in fmt.extensions]  # the person knows better
    named = [fmt for fmt in able if suffix in fmt.extensions]
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:200].lower()
    is_markup = start.startswith((b"<!doctype", b"<html", b"<table", b"<meta", b"<?xml", b"<ogr"))
    if is_markup and not [fmt for fmt in named if fmt.name != "text"]:
        raise UserError(
            tr("{name} is a web page or XML, not a table, whatever its extension says.", name=path.name),
            tr("Open it in a spreadsheet program and save it as XLSX or CSV."),
        )
    # Some CRMs call a text table ".xls"; any other format must be what its extension says.
    is_promised = suffix != ".xls" and any(suffix in fmt.extensions for fmt in table_formats())
    if not able or (is_promised and not named and suffix not in _TEXT_EXTENSIONS):
        raise UserError(
            tr("{name} is not a table that can be imported.", name=path.name),
            tr("These can: {extensions}.", extensions=listed(table_extensions())),
        )
    return (named or able)[0]


def _assemble(path: Path, reader: TableReader, ticker: Ticker, limit: int | None) -> RawTable:
    wanted = None if limit is None else limit + _HEAD_ROWS
    records = reader.records(ticker, wanted)
    head = list(islice(records, _HEAD_ROWS))
    header_row, headers, notes = _headers(head, reader, path)
    reader.set_width(len(headers))
    build = _Rows(len(headers), is_sheet=reader.headers is None)
    for record in chain((r for r in head if r.row > header_row), records):
        build.add(record)
        if limit is not None and len(build.rows) >= limit:
            break
    if not build.rows and not build.broken:
        raise UserError(
            tr("{name} has headers but no rows.", name=path.name),
            tr("Choose another sheet or another header row, if there is one."),
        )
    if not build.rows and limit is None:
        first = build.broken[0]
        raise UserError(
            tr("{name} has no rows that can be read.", name=path.name),
            tr("Look at row {row} of the file: {reason}", row=number(first.row), reason=first.reason),
        )
    options = dataclasses.replace(reader.options, header_row=header_row)
    if not options.decimal:
        decimal = _file_decimal(build.rows, reader.number_columns, options.delimiter)
        options = dataclasses.replace(options, decimal=decimal)
    return RawTable(
        headers=headers,
        rows=build.rows,
        row_numbers=build.row_numbers,
        options=options,
        broken=build.broken,
        broken_cells=build.broken_cells,
        number_columns=frozenset(reader.number_columns),
        notes=[*reader.notes, *notes],
        name=path.name,
    )


def _headers(head: list[Record], reader: TableReader, path: Path) -> tuple[int, list[str], list[str]]:
    """Return the header's row number (0 = none), the headers, and notes."""
    if reader.headers is not None:
        _check_width(len(reader.headers), path)
        return NO_HEADER, clean_headers(reader.headers, len(reader.headers)), []
    sound = [r for r in head if not r.problem]
    stripped = [[cell.strip() for cell in r.cells] for r in sound]
    widths = sorted((_trimmed_width(cells) for cells in stripped if any(cells)), reverse=True)
    if not widths:
        raise UserError(tr("{name} has no rows that can be read.", name=path.name))
    _check_width(widths[len(widths) // 2], path)  # before a header is looked for among them
    asked = reader.options.header_row
    notes: list[str] = []
    if asked is None:
        at = find_header(stripped)
        if at is not None and (n := sum(1 for cells in stripped[:at] if any(cells))):
            notes = [ntr("One row above the headers was left out.", "{n} rows above the headers were left out.", n)]
    elif asked == NO_HEADER:
        at = None
    else:
        at = next((i for i, r in enumerate(sound) if r.row == asked), None)
        if at is None:
            raise UserError(
                tr("Row {row} of {name} cannot hold the headers.", row=asked, name=path.name),
                tr("Give the number of one of the first {n} rows, or 0 for none.", n=_HEAD_ROWS),
            )
    if at is None:
        # Most rows have the width of the table; a few broken ones do not widen it.
        width = widths[len(widths) // 20]
        _check_width(width, path)
        return NO_HEADER, clean_headers([], width), notes
    width = _trimmed_width(stripped[at])
    # A last column without a header counts when rows commonly have it.
    width = max(width, widths[len(widths) // 2])
    _check_width(width, path)
    return sound[at].row, clean_headers(stripped[at], width), notes


def _trimmed_width(cells: list[str]) -> int:
    n = len(cells)
    while n and not cells[n - 1]:
        n -= 1
    return n


def _check_width(width: int, path: Path) -> None:
    if width > MAX_COLUMNS:
        raise UserError(
            tr(
                "{name} has {n} columns; up to {limit} can be imported.",
                name=path.name,
                n=number(width),
                limit=number(MAX_COLUMNS),
            ),
            tr("Delete the columns that the plan does not need, and check that the delimiter is right."),
        )


class _Rows:
    """Collects rows of one width, and those that do not fit."""

    def __init__(self, n_columns: int, *, is_sheet: bool) -> None:
        self.n_columns = n_columns
        self._is_sheet = is_sheet  # else no formula could be run, and no apostrophe stands before one
        self.rows: list[list[str]] = []
        self.row_numbers: list[int] = []
        self.broken: list[Reject] = []
        self.broken_cells: dict[int, list[str]] = {}
        self._pool: dict[str, str] = {}  # equal cells (states, classes, days) are held once

    def add(self, record: Record) -> None:
        row, cells, problem = record
        if not cells and not problem:
            return  # a blank line is no row
        cells = [unfused(cell.strip()) if self._is_sheet else cell.strip() for cell in cells]
        pool = self._pool
        keep = pool.setdefault if len(pool) < _MAX_POOL else pool.get
        cells = [keep(cell, cell) for cell in cells]
        n = len(cells)
        if n < self.n_columns:
            cells += [""] * (self.n_columns - n)
        elif n > self.n_columns:
            if any(cells[self.n_columns :]):
                problem = problem or tr(
                    "The row has {n} cells, the headers have {expected}.", n=n, expected=self.n_columns
                )
            else:
                cells = cells[: self.n_columns]
        if not problem and not any(cells):
            problem = tr("The row is empty.")
        if problem:
            self.broken.append(Reject(row, problem))
            self.broken_cells[row] = cells
        else:
            self.rows.append(cells)
            self.row_numbers.append(row)
        if len(self.rows) + len(self.broken) > MAX_ROWS:
            raise UserError(
                tr("The file has more than {limit} rows.", limit=number(MAX_ROWS)),
                tr("Split it, or leave out the rows that the plan does not need."),
            )


def _file_decimal(rows: list[list[str]], number_columns: set[int], delimiter: str) -> str:
    """Return the decimal mark that most columns show; where none does, a comma after ";" and else a point."""
    votes = 0
    sample = rows[:: max(1, len(rows) // _EVIDENCE_ROWS)]
    for column in range(len(rows[0]) if rows else 0):
        if column not in number_columns:
            point, comma = decimal_evidence(_number_like(sample, column))
            votes += (point > comma) - (comma > point)
    return "." if votes > 0 else "," if votes < 0 or delimiter == ";" else "."


def _number_like(rows: list[list[str]], column: int) -> Iterator[str]:
    return (cell for row in rows if (cell := row[column]) and (cell[0].isdigit() or cell[-1].isdigit()))
