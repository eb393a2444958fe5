"""Delimited text as records. Owns quoting, stray quotation marks and the delimiter guess; not headers or meaning."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

from territorymap.errors import UserError
from territorymap.i18n import number, tr
from territorymap.importers.header_words import is_known_header

DELIMITERS = (",", ";", "\t", "|")
MAX_LINE = 4_000_000  # letters; a longer one is no table
_MAX_RECORD_LINES = 500
_MOST_JUDGED = 300  # cells of a row that are looked at for words of a header
_MAX_CELL = 120_000  # below the limit of the csv module


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
        row = 0
        while True:
            lines.taken = []
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (_UnclosedQuoteError, csv.Error):
                cells = None
            row += 1
            if cells is not None and (len(lines.taken) == 1 or self._is_sound(lines.taken, cells)):
                yield Record(row, cells)
            else:
                yield self._broken(row, lines.put_back_all_but_first())
                reader = csv.reader(lines, delimiter=self.delimiter)

    def _is_sound(self, lines: list[str], cells: list[str]) -> bool:
        """Return True where a record of several lines is quoted by the book and as wide as the table."""
        if self.n_columns and len(cells) != self.n_columns:
            return False
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
