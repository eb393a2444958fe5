"""CSV, TSV and other delimited text. Owns the reader; the guesses are encoding's and delimited's."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.importers.delimited import Record, RecordReader, guess_delimiter, open_text, told_delimiter
from territorymap.importers.encoding import guess_encoding, is_text, mark_length
from territorymap.importers.progress import Ticker
from territorymap.importers.registry import table_format
from territorymap.importers.table_options import TableOptions

_SAMPLE_LINES = 200
_TELL_EVERY = 2000


@table_format("text", lambda: tr("Text table (CSV, TSV)"), (".csv", ".tsv", ".txt", ".tab"), is_text)
class TextReader:
    """Streams a delimited text file."""

    def __init__(self, path: Path, options: TableOptions) -> None:
        self.path = path
        self.headers: list[str] | None = None
        self.number_columns: set[int] = set()
        self.notes: list[str] = []
        encoding = options.encoding or self._guess_encoding()
        self._skip = mark_length(path, encoding)
        self._reader: RecordReader | None = None
        self._n_columns = 0
        lines = self._first_lines(encoding)
        told = told_delimiter(lines[0]) if lines else ""
        prefer = "\t" if path.suffix.casefold() in (".tsv", ".tab") else ","
        delimiter = options.delimiter or told or guess_delimiter(lines[1:] if told else lines, prefer)
        self._has_told_delimiter = bool(told)
        self.options = dataclasses.replace(options, encoding=encoding, delimiter=delimiter, sheet="", sheets=())

    def _guess_encoding(self) -> str:
        guess = guess_encoding(self.path)
        if guess.n_bad:
            self.notes.append(
                ntr(
                    "One byte does not fit the encoding and is shown as a replacement character.",
                    "{n} bytes do not fit the encoding and are shown as replacement characters.",
                    guess.n_bad,
                )
            )
        return guess.encoding

    def _first_lines(self, encoding: str) -> list[str]:
        try:
            with open_text(self.path, encoding, self._skip) as stream:
                lines = iter(lambda: stream.readline(100_000), "")
                return [line.replace("\0", "") for line in islice(lines, _SAMPLE_LINES)]
        except LookupError as error:
            raise UserError(tr("There is no encoding named {name}.", name=encoding)) from error

    def set_width(self, n_columns: int) -> None:
        self._n_columns = n_columns
        if self._reader is not None:
            self._reader.n_columns = n_columns

    def records(self, ticker: Ticker, limit: int | None = None) -> Iterator[Record]:
        """Yield every record; a "sep=" line counts as a row but is none."""
        size = max(1, self.path.stat().st_size)
        with open_text(self.path, self.options.encoding, self._skip) as stream:
            self._reader = RecordReader(stream, self.options.delimiter, self._n_columns)
            for record in islice(self._reader, limit):
                if record.row % _TELL_EVERY == 1:
                    ticker.tell(stream.buffer.tell() / size)
                if record.row == 1 and self._has_told_delimiter:
                    continue
                yield record
