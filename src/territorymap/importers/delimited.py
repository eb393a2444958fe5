"""Delimited text as records. Owns quoting, stray quotation marks and the delimiter guess; not headers or meaning."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

from territorymap.errors import UserError
from territorymap.i18n import ntr, number, tr
from territorymap.importers.header_words import is_known_header

DELIMITERS = (",", ";", "\t", "|")
MAX_LINE = 4_000_000  # letters; a longer one is no table
_MAX_RECORD_LINES = 500
_MOST_JUDGED = 300  # cells of a row that are looked at for words of a header
_MAX_CELL = 120_000  # below the limit of the csv module
_ROWS_AGAIN = 5  # lines in succession as wide as the table: no text of a cell


class Record(NamedTuple):
    """One row: its number in the file from 1 (blank ones count), its cells, and "" or why it is broken."""

    row: int
    cells: list[str]
    problem: str = ""


class _UnclosedQuoteError(Exception):
    """A quotation mark was opened, and no end of it is near."""


class _Lines:
    """The lines of a file, remembering those of the current record so that they can be read again."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting: list[str] = []
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.taken) > _MAX_RECORD_LINES or (self.taken and sum(map(len, self.taken)) > _MAX_CELL):
            raise _UnclosedQuoteError
        line = self._waiting.pop() if self._waiting else self._stream.readline(MAX_LINE)
        if not line:
            if self.taken:
                raise _UnclosedQuoteError
            raise StopIteration
        if len(line) == MAX_LINE:
            raise UserError(
                tr("A line of the file is longer than {limit} letters.", limit=number(MAX_LINE)),
                tr("Check that it is a text table, and that its encoding is right."),
            )
        self.taken.append(line)
        return line.replace("\0", "") if "\0" in line else line

    def leave_out(self, is_end: Callable[[str], bool], is_row: Callable[[str], bool]) -> list[int]:
        """Pass over lines up to one that is the end, to some in succession that are rows again, or to that of the file.

        Returns the letters of each line that was passed over.
        """
        passed: list[int] = []
        rows: list[str] = []
        while line := self._waiting.pop() if self._waiting else self._stream.readline(MAX_LINE):
            passed.append(len(line))
            if is_end(line):
                break
            rows = [*rows, line] if is_row(line) else []
            if len(rows) == _ROWS_AGAIN:
                self._waiting.extend(reversed(rows))
                return passed[: -len(rows)]
        return passed

    def put_back_all_but_first(self) -> str:
        """Give back the lines of the current record after its first, and return the first."""
        first, *rest = self.taken
        self._waiting.extend(reversed(rest))
        self.taken = []
        return first


@dataclass
class RecordReader:
    """Reads records from a stream. ``n_columns``, set once the width is known, helps to find stray quotation marks."""

    stream: TextIO
    delimiter: str
    n_columns: int = 0

    def __iter__(self) -> Iterator[Record]:
        lines = _Lines(self.stream)
        reader = csv.reader(lines, delimiter=self.delimiter)
        row = widest = 0
        while True:
            lines.taken = []
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (_UnclosedQuoteError, csv.Error):
                cells = None
            row += 1
            if cells is not None and len(lines.taken) == 1:
                widest = max(widest, len(cells))
                yield Record(row, cells)
                continue
            is_by_book = cells is not None and self._is_by_book(lines.taken)
            if cells is not None and is_by_book and len(cells) == (self.n_columns or len(cells)):
                yield Record(row, cells)
            elif self._are_rows(lines.taken[1:], self.n_columns or widest):
                yield self._broken(row, lines.put_back_all_but_first())
                reader = csv.reader(lines, delimiter=self.delimiter)
            elif cells is not None and is_by_book:
                yield Record(row, cells)
            else:
                yield self._without_its_cell(row, lines, self.n_columns or widest)
                reader = csv.reader(lines, delimiter=self.delimiter)

    def _are_rows(self, lines: list[str], width: int) -> bool:
        """Tell whether lines after one that opens a quotation mark are rows of the table: then the mark is a stray one.

        Else they are the text of a cell, and none of them may become an account.
        """
        told = [line for line in lines if line.strip()]
        n_wide = sum(line.count(self.delimiter) >= width - 1 for line in told)
        return width < 2 or 2 * n_wide >= len(told)

    def _without_its_cell(self, row: int, lines: _Lines, width: int) -> Record:
        """Pass over the text of a cell that is too long or has no end; return what the record begins with."""
        first = self._broken(row, lines.put_back_all_but_first())
        end = re.compile(rf'"\s*(?:{re.escape(self.delimiter)}|$)')
        is_closed = False

        def closes(line: str) -> bool:
            nonlocal is_closed
            # By the book each mark within a cell is doubled; an odd one that nothing may follow is a stray one.
            is_closed = bool(line.count('"') % 2 and end.search(line))
            return is_closed

        passed = lines.leave_out(closes, lambda line: self._is_row(line, width))
        if not is_closed and passed:
            why = ntr(
                "A quotation mark is opened and not closed; the line after it is no row and was left out.",
                "A quotation mark is opened and not closed; the {n} lines after it are no rows and were left out.",
                len(passed),
            )
        elif len(passed) >= _MAX_RECORD_LINES or sum(passed) > _MAX_CELL:
            why = tr(
                "A cell goes over {n} lines; up to {lines} lines and {letters} letters are read.",
                n=number(len(passed) + 1),
                lines=number(_MAX_RECORD_LINES),
                letters=number(_MAX_CELL),
            )
        else:
            return first
        return first._replace(problem=why)

    def _is_row(self, line: str, width: int) -> bool:
        """Tell whether a line alone is a row of the table's width."""
        if line.count(self.delimiter) < width - 1 or line.count('"') % 2 or len(line) > _MAX_CELL:
            return False
        return len(next(csv.reader([line.replace("\0", "")], delimiter=self.delimiter), [])) == width

    def _is_by_book(self, lines: list[str]) -> bool:
        """Return True where a record of several lines is quoted by the book."""
        try:
            strict = list(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except csv.Error:
            return False
        return len(strict) == 1

    def _broken(self, row: int, line: str) -> Record:
        text = line.replace("\0", "").rstrip("\r\n")
        if len(text) > _MAX_CELL:
            reason = tr("A cell holds more than {limit} letters.", limit=number(_MAX_CELL))
            return Record(row, [text[:200]], reason)
        cells = next(csv.reader([text], delimiter=self.delimiter, quoting=csv.QUOTE_NONE), [])
        return Record(row, cells, tr("A quotation mark is opened and not closed."))


def told_delimiter(first_line: str) -> str:
    """Return the delimiter of an Excel "sep=;" line, "" if it is none."""
    text = first_line.strip().strip('"').casefold()
    return text[4] if len(text) == 5 and text.startswith("sep=") else ("\t" if text == "sep=" else "")


def guess_delimiter(lines: list[str], prefer: str = ",") -> str:
    """Return the delimiter that cuts the lines most evenly; known header words weigh most.

    Parameters
    ----------
    lines : the first lines of the file, with their line ends.
    prefer : taken where nothing speaks for any.
    """
    best, best_score = prefer, 0.0
    for delimiter in sorted(DELIMITERS, key=lambda d: d != prefer):
        score = _evenness(lines, delimiter)
        if score > best_score + 1e-9:
            best, best_score = delimiter, score
    return best


def _evenness(lines: list[str], delimiter: str) -> float:
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in row)]
    except csv.Error:
        return 0.0
    if not rows:
        return 0.0
    width, n_even = Counter(len(row) for row in rows).most_common(1)[0]
    if width < 2:
        wide = [row for row in rows if len(row) > 1]
        return 0.01 * len(wide) / len(rows)
    some = [row[:_MOST_JUDGED] for row in rows[:20] if len(row) > 1]
    n_known = max((sum(is_known_header(cell.strip()) for cell in row) for row in some), default=0)
    return n_even / len(rows) * (1 - 1 / width) + 0.5 * min(n_known, 3)


def open_text(path: Path, encoding: str, skip_bytes: int) -> TextIO:
    """Return the file as text with its line ends as they are; misfit bytes become the replacement character."""
    codecs.lookup(encoding)  # raises before anything is opened
    stream = path.open("rb")
    stream.seek(skip_bytes)
    return io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
