"""XLSX, XLS and ODS through calamine. Owns cells as text and the choice of the sheet; formulas are never run."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import python_calamine as calamine

from territorymap.errors import UserError
from territorymap.i18n import listed, ntr, tr
from territorymap.importers.delimited import Record
from territorymap.importers.numbers import number_text
from territorymap.importers.progress import Ticker
from territorymap.importers.registry import table_format
from territorymap.importers.sheet_guard import SheetGuard
from territorymap.importers.table_options import TableOptions

_EXTENSIONS = (".xlsx", ".xlsm", ".xls", ".ods")
_TELL_EVERY = 2000
_MAX_BLANK_RUN = 100  # blank rows among the others are listed; a longer run only leads to a stray cell

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


def _can_read(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


@table_format("spreadsheet", lambda: tr("Spreadsheet (Excel, OpenDocument)"), _EXTENSIONS, _can_read)
class SpreadsheetReader:
    """Reads one sheet; the first visible one with a table in it unless another is asked for."""

    def __init__(self, path: Path, options: TableOptions) -> None:
        self.path = path
        self.headers: list[str] | None = None
        self.number_columns: set[int] = set()
        self.notes: list[str] = []
        self._guard = SheetGuard(path)
        with self._refusing():
            self._book = calamine.CalamineWorkbook.from_path(path)
        names = tuple(self._book.sheet_names)
        if not names:
            raise UserError(tr("{name} has no sheets.", name=path.name))
        sheet = self._choose_sheet(options.sheet)
        self.options = dataclasses.replace(options, encoding="", delimiter="", sheet=sheet, sheets=names)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Turn what the library says of a file into one clear error."""
        try:
            yield
        except calamine.PasswordError as error:
            raise UserError(
                tr("{name} is protected by a password.", name=self.path.name),
                tr("Save it without a password, or as CSV."),
            ) from error
        except calamine.CalamineError as error:
            raise self._unreadable(error) from error
        except BaseException as error:
            # What the library takes for granted and finds otherwise: no Exception, and of no name to import.
            if type(error).__name__ != "PanicException":
                raise
            raise self._unreadable(error) from error

    def _unreadable(self, error: BaseException) -> UserError:
        return UserError(
            tr("{name} cannot be read as a spreadsheet: {why}", name=self.path.name, why=str(error)),
            tr("Open it in a spreadsheet program and save it again as XLSX or CSV."),
        )

    def _choose_sheet(self, asked: str) -> str:
        names = self._book.sheet_names
        if asked:
            same = [name for name in names if name.strip().casefold() == asked.strip().casefold()]
            if not same:
                raise UserError(
                    tr("{name} has no sheet named {sheet}.", name=self.path.name, sheet=asked),
                    tr("Its sheets are: {sheets}.", sheets=listed(names)),
                )
            return asked if asked in names else same[0]
        visible = [
            meta.name
            for meta in self._book.sheets_metadata
            if meta.visible == calamine.SheetVisibleEnum.Visible and meta.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        for name in visible[:-1]:
            sheet = self._sheet(name)
            if sheet.height >= 2 and sheet.width >= 2:
                return name
        return visible[-1] if len(visible) == 1 or self._has_rows(visible[-1:]) else (visible or names)[0]

    def _has_rows(self, names: list[str]) -> bool:
        return any(self._sheet(name).height >= 2 for name in names)

    def _sheet(self, name: str) -> calamine.CalamineSheet:
        self._guard.scan(name)
        with self._refusing():
            return self._book.get_sheet_by_name(name)

    def set_width(self, n_columns: int) -> None:
        """Nothing depends on the width here."""

    def records(self, ticker: Ticker, limit: int | None = None) -> Iterator[Record]:
        """Yield the rows up to the last one that holds anything; numbers as in the sheet."""
        ticker.tell(0.0)
        sheet = self._sheet(self.options.sheet)
        start = sheet.start
        if start is None:
            return
        self._note_errors()
        pad = [""] * start[1]
        n_rows = max(1, sheet.total_height)
        waiting: list[Record] = []
        n_blank = 0
        # iter_rows begins at the first row of the sheet but at the first column that is used.
        for offset, cells in enumerate(islice(sheet.iter_rows(), limit)):
            if offset % _TELL_EVERY == 0:
                ticker.tell(0.3 + 0.7 * offset / n_rows)
            texts = pad + [self._text(value, start[1] + at) for at, value in enumerate(cells)]
            if not any(texts):
                waiting.append(Record(offset + 1, texts))
                continue
            if len(waiting) <= _MAX_BLANK_RUN:
                yield from waiting
            else:
                n_blank += len(waiting)
            waiting = []
            yield Record(offset + 1, texts)
        if n_blank:
            self.notes.append(
                ntr("One blank row was passed over.", "{n} blank rows in long runs were passed over.", n_blank)
            )

    def _text(self, value: Cell, column: int) -> str:
        if isinstance(value, str):
            return value.replace("\0", "")
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, (float, int)):
            self.number_columns.add(column)
            return number_text(float(value))
        if isinstance(value, datetime.datetime):
            is_day = value.time() == datetime.time()
            return value.date().isoformat() if is_day else value.isoformat(sep=" ", timespec="seconds")
        if isinstance(value, datetime.date):
            return value.isoformat()
        return str(value)

    def _note_errors(self) -> None:
        n = self._guard.scan(self.options.sheet).n_errors
        if n:
            self.notes.append(
                ntr(
                    "One cell holds an error such as #DIV/0! and was read as blank.",
                    "{n} cells hold an error such as #DIV/0! and were read as blank.",
                    n,
                )
            )
