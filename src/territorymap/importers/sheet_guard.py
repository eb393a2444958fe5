"""Looks through a spreadsheet archive before calamine does. Owns the extent of sheets and error cells; reads no values.

calamine allocates the whole rectangle of a sheet at once and the process dies when that fails (0.9.1): one stray cell
in XFD1048576 is enough. In an ODS whose content is no whole XML it looks for the end of a table for ever.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from territorymap.errors import UserError
from territorymap.i18n import number, tr
from territorymap.importers.archive import check_archive
from territorymap.importers.xls_guard import MAX_COLUMN, DamagedError, ProtectedError, last_xls_column

MAX_CELLS = 60_000_000  # 32 bytes each in calamine
MAX_ROW = 1_048_576  # the last of a sheet
# The place of a cell or row; the last group is what is none, and would be believed by calamine.
_PLACE = re.compile(rb"""<(?:\w+:)?(c|row)\s(?:[^>]*?\s)?r\s*=\s*["'](?:([A-Z]{0,3})(\d{1,7})["']|([^"']*))""")
_CELL_TAG = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW_TAG = re.compile(rb"<(?:\w+:)?row[\s/>]")
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*\bt="e"')
_ODS_ROW = re.compile(rb"<table:table-row\b([^>]*)>(.*?)</table:table-row>", re.DOTALL)
_ODS_CELL = re.compile(rb"<table:table-cell\b[^>]*value-type[^>]*>")
_REPEATED = re.compile(rb"""number-(?:columns|rows)-repeated\s*=\s*["'](\d{1,9})["']""")
_BLANKS = re.compile(rb"""text:c\s*=\s*["'](\d+)["']""")
_BLANK_DIGITS = 5  # blanks in a cell, which calamine writes out
_BLOCK = 1 << 22


@dataclass(frozen=True)
class SheetScan:
    last_row: int = 0
    last_column: int = 0
    n_errors: int = 0  # cells that hold #DIV/0! and the like


class SheetGuard:
    """What can be told of a workbook from its bytes; XLS is no archive, only its columns are checked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._member_of_sheet: dict[str, str] = {}
        self._all_members: list[str] = []
        self._scans: dict[str, SheetScan] = {}
        with path.open("rb") as stream:
            is_archive = stream.read(2) == b"PK"
        if not is_archive:
            _check_xls(path)
            return
        names = check_archive(path)
        if "xl/workbook.bin" in names:
            raise UserError(
                tr("{name} is a binary workbook (XLSB), which cannot be read.", name=path.name),
                tr("Save it as XLSX or CSV."),
            )
        if "content.xml" in names:
            self._check_ods()
        else:
            self._member_of_sheet = _sheet_members(path)
            self._all_members = [name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml")]
            for _ in _blocks(path, "xl/sharedStrings.xml", b">"):
                pass  # reads it once within its declared size, so that a lying archive is found out

    def scan(self, sheet: str) -> SheetScan:
        """Return extent and error cells of a sheet.

        Raises
        ------
        UserError
            if the rectangle from A1 to its last cell is too large to be read.
        """
        if sheet not in self._scans:
            told = self._member_of_sheet.get(sheet)
            scan = _scan_members(
                self.path, [told] if told is not None and told in self._all_members else self._all_members
            )
            if scan.last_row > MAX_ROW or scan.last_row * scan.last_column > MAX_CELLS:
                raise _too_large(sheet, scan.last_row, scan.last_column)
            self._scans[sheet] = scan
        return self._scans[sheet]

    def _check_ods(self) -> None:
        """Refuse an ODS whose repeated cells would fill the memory; its sheets are not told apart."""
        _check_whole_xml(self.path, "content.xml")
        n_rows = n_columns = 0
        for block in _blocks(self.path, "content.xml", b"</table:table-row>"):
            if any(len(n) > _BLANK_DIGITS for n in _BLANKS.findall(block)):
                raise _damaged(self.path)
            for attributes, inside in _ODS_ROW.findall(block):
                cells = _ODS_CELL.findall(inside)
                if cells:
                    n_rows += _repeats(attributes)
                    n_columns = max(n_columns, sum(map(_repeats, cells)))
        if n_rows * n_columns > MAX_CELLS:
            raise _too_large(self.path.stem, n_rows, n_columns)


def _check_xls(path: Path) -> None:
    try:
        is_sound = last_xls_column(path) <= MAX_COLUMN
    except ProtectedError as error:
        raise UserError(
            tr("{name} is protected by a password.", name=path.name), tr("Save it without a password, or as CSV.")
        ) from error
    except DamagedError:
        is_sound = False
    if not is_sound:
        raise UserError(
            tr("{name} is damaged: it is no whole XLS workbook.", name=path.name),
            tr("Open it in a spreadsheet program and save it as XLSX or CSV."),
        )


def _scan_members(path: Path, members: list[str]) -> SheetScan:
    """Return the extent of sheets; it is not told to the end where it is more than any sheet has."""
    last_row = n_errors = n_rows = last_told_row = 0
    columns: set[bytes] = set()
    widest = n_open = 0  # cells of the row with most of them that do not tell their place; of the row under way
    for member in members:
        for block in _blocks(path, member, b">"):
            found = _PLACE.findall(block)
            if any(other or not (row and (column or kind == b"row")) for kind, column, row, other in found):
                raise _damaged(path)
            cells = [(column, row) for kind, column, row, _ in found if kind == b"c"]
            columns.update(column for column, _ in cells)
            last_row = max(last_row, max((int(row) for _, row in cells), default=0))
            n_errors += len(_ERROR_CELL.findall(block))
            if len(_CELL_TAG.findall(block)) > len(cells):
                first, *others = _ROW_TAG.split(block)
                n_open += len(_CELL_TAG.findall(first))
                widest = max(widest, n_open)
                n_rows += len(others)
                last_told_row = max(last_told_row, max((int(row) for _, _, row, _ in found if row), default=0))
                for other in others:
                    n_open = len(_CELL_TAG.findall(other))
                    widest = max(widest, n_open)
            if max(last_row, n_rows) > MAX_ROW:
                break
    if widest:  # cells without a place follow one another, row by row
        last_row = max(last_row, n_rows + last_told_row)
    return SheetScan(last_row, max(widest, *map(_column_number, columns), 0), n_errors)


def _check_whole_xml(path: Path, member: str) -> None:
    """Refuse a member of an archive that is no well-formed XML, or that defines entities."""

    def refuse(*_: object) -> None:
        raise expat.ExpatError("a document type")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        for block in _blocks(path, member, b">"):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # an encoding that Python does not know, among others
        raise UserError(
            tr("{name} is damaged: its content is no whole XML.", name=path.name),
            tr("Open it in a spreadsheet program and save it as XLSX or CSV."),
        ) from error


def _damaged(path: Path) -> UserError:
    return UserError(
        tr("{name} is damaged: cells in it are where no cell can be.", name=path.name),
        tr("Open it in a spreadsheet program and save it as XLSX or CSV."),
    )


def _too_large(sheet: str, row: int, column: int) -> UserError:
    return UserError(
        tr(
            "The sheet {sheet} reaches to row {row} and column {column}: too large to read.",
            sheet=sheet,
            row=number(row),
            column=number(column),
        ),
        tr("A cell far off may hold a stray blank: delete the empty rows and columns, or save the table as CSV."),
    )


def _repeats(tag: bytes) -> int:
    match = _REPEATED.search(tag)
    return int(match[1]) if match else 1


def _column_number(letters: bytes) -> int:
    n = 0
    for letter in letters:
        n = n * 26 + letter - 64
    return n


def _sheet_members(path: Path) -> dict[str, str]:
    """Return sheet name -> member of an XLSX, by its workbook.xml and relations; what is not found is left out."""
    members: dict[str, str] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (LookupError, ValueError, zipfile.BadZipFile, zlib.error, ElementTree.ParseError, OSError, EOFError):
        return {}  # calamine says what is wrong
    target = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for element in book.iter():
        if element.tag.endswith("}sheet"):
            key = next((value for name, value in element.items() if name.endswith("}id")), "")
            place = target.get(key, "")
            members[element.get("name", "")] = place.lstrip("/") if place.startswith("/") else f"xl/{place}"
    return members


def _blocks(path: Path, member: str, tag_end: bytes) -> Iterator[bytes]:
    """Yield a member of the archive in blocks that end where ``tag_end`` does; nothing if there is no such member."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
            rest = b""
            while block := stream.read(_BLOCK):
                block = rest + block
                at = block.rfind(tag_end)
                cut = at + len(tag_end) if at >= 0 else (len(block) if len(block) > 4 * _BLOCK else 0)
                rest = block[cut:]
                yield block[:cut]
    except KeyError:
        return
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise UserError(
            tr("{name} is damaged: it is not a whole zip archive.", name=path.name), tr("Get the file again.")
        ) from error
