"""The file formats that can be imported as tables. Owns the list; each format is one module in formats/."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from territorymap.importers.delimited import Record
from territorymap.importers.progress import Ticker
from territorymap.importers.table_options import TableOptions


class TableReader(Protocol):
    """Reads one file. Made with the options asked for; ``options`` are these with the guesses filled in."""

    options: TableOptions
    headers: list[str] | None  # given by the format; None = to be found among the records
    number_columns: set[int]  # columns in which the file itself holds numbers; grows while reading
    notes: list[str]  # whole translated sentences about what was mended

    def records(self, ticker: Ticker, limit: int | None = None) -> Iterator[Record]:
        """Yield the rows of the file; at most ``limit`` are wanted."""
        ...

    def set_width(self, n_columns: int) -> None:
        """Be told how many columns the table has."""
        ...


ReaderFactory = Callable[[Path, TableOptions], TableReader]


@dataclass(frozen=True)
class TableFormat:
    name: str
    label: Callable[[], str]  # for file dialogs, translated when asked
    extensions: tuple[str, ...]  # with the dot, small
    can_read: Callable[[bytes], bool]  # judges by the first bytes, where the extension says nothing true
    open: ReaderFactory


_formats: dict[str, TableFormat] = {}


def table_format(
    name: str, label: Callable[[], str], extensions: tuple[str, ...], can_read: Callable[[bytes], bool]
) -> Callable[[ReaderFactory], ReaderFactory]:
    """Register a reader class or function for a format."""

    def register(factory: ReaderFactory) -> ReaderFactory:
        _formats[name] = TableFormat(name, label, extensions, can_read, factory)
        return factory

    return register


@cache
def _discover() -> None:
    package = importlib.import_module("territorymap.importers.formats")
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        importlib.import_module(f"{package.__name__}.{module}")


def table_formats() -> list[TableFormat]:
    """Return every registered format, in the order of their names."""
    _discover()
    return [_formats[name] for name in sorted(_formats)]


def table_extensions() -> list[str]:
    """Return the extensions of all table formats, e.g. for a file dialog."""
    return [extension for fmt in table_formats() for extension in fmt.extensions]
