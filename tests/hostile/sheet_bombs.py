"""Workbooks, decks and maps in XML that swell when they are unpacked or read, or that name files of the reader."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.cases import EITHER, REFUSED, Hostile, Trap
from tests.hostile.sheets import ODS_GOOD, ods_parts, ods_row, packed, written, xlsx_parts

_MEGABYTE = 1 << 20
_INLINE = '<row r="2"><c r="A2" t="inlineStr"><is><t>{}</t></is></c></row>'


def billion_laughs(depth: int = 10) -> str:
    """Return a document type whose last entity stands for 10 to the power of ``depth`` words."""
    lines = ['<!ENTITY e0 "lol">']
    lines += [f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, depth + 1)]
    return f"<!DOCTYPE lolz [{''.join(lines)}]>"


def quadratic(n: int = 100_000) -> str:
    return f'<!DOCTYPE x [<!ENTITY big "{"x" * n}">]>'


def external(trap: Trap) -> dict[str, str]:
    """Return document types with an entity &x; that is another file or an address."""
    return {
        "a file": f'<!DOCTYPE x [<!ENTITY x SYSTEM "{trap.secret_file.as_uri()}">]>',
        "a path": f'<!DOCTYPE x [<!ENTITY x SYSTEM "{trap.secret_file}">]>',
        "an address": f'<!DOCTYPE x [<!ENTITY x SYSTEM "{trap.url}/entity">]>',
        "a parameter": f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{trap.url}/dtd"> %p;<!ENTITY x "a">]>',
        "a document type": f'<!DOCTYPE x SYSTEM "{trap.url}/x.dtd">',
    }


_EXTERNALS = ("a file", "a path", "an address", "a parameter", "a document type")


def _xml(doctype: str, entity: str, kind: str) -> bytes:
    """Return a file of a kind in which an entity stands where text does."""
    if kind == "kml":
        return (
            f'<?xml version="1.0"?>{doctype}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
            f"<name>{entity}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates>"
            f"</LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
        ).encode()
    if kind == "kmz":
        return packed({"doc.kml": _xml(doctype, entity, "kml")})
    if kind == "ods":
        return packed(ods_parts(ODS_GOOD + ods_row(entity), doctype))
    rows = _INLINE.format(entity)
    if kind == "xlsx of strings":
        strings = f'<?xml version="1.0"?>{doctype}<sst><si><t>{entity}</t></si></sst>'
        return packed(xlsx_parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>' + rows, strings=strings))
    if kind == "xlsx of a book":
        book = xlsx_parts()["xl/workbook.xml"].decode().replace("?><workbook", f"?>{doctype}<workbook")
        return packed(xlsx_parts(book=book.replace('name="List"', f'name="{entity}"')))
    return packed(xlsx_parts(_INLINE.format("key").replace("2", "1") + rows, doctype=doctype))


_KINDS = {
    "xlsx": ("accounts", ".xlsx"),
    "xlsx of strings": ("accounts", ".xlsx"),
    "xlsx of a book": ("accounts", ".xlsx"),
    "ods": ("accounts", ".ods"),
    "kml": ("units", ".kml"),
    "kmz": ("units", ".kmz"),
}


def cases() -> Iterator[Hostile]:
    for kind, (target, end) in _KINDS.items():
        yield Hostile(f"billion laughs in {kind}", target, _maker(end, billion_laughs(), "&e10;", kind))
        yield Hostile(f"quadratic blow-up in {kind}", target, _maker(end, quadratic(), "&big;" * 20_000, kind))
        yield Hostile(f"endless entity in {kind}", target, _maker(
            end, '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;", kind))  # fmt: skip
        for what in _EXTERNALS:

            def make(folder: Path, trap: Trap, what: str = what, kind: str = kind, end: str = end) -> Path:
                path = folder / f"outside{end}"
                path.write_bytes(_xml(external(trap)[what], "&x;", kind))
                return path

            yield Hostile(f"entity is {what} in {kind}", target, make)
    for name, end, target, fill in _bombs():
        yield Hostile(name, target, written(f"bomb{end}", fill), REFUSED)
    yield from _heavy()


def _maker(end: str, doctype: str, entity: str, kind: str) -> Callable[[Path, Trap], Path]:
    def make(folder: Path, _: Trap) -> Path:
        path = folder / f"bomb{end}"
        path.write_bytes(_xml(doctype, entity, kind))
        return path

    return make


def _pour(archive: zipfile.ZipFile, name: str, head: bytes, block: bytes, times: int, tail: bytes) -> None:
    with archive.open(name, "w", force_zip64=True) as stream:
        stream.write(head)
        for _ in range(times):
            stream.write(block)
        stream.write(tail)


def _bombs() -> Iterator[tuple[str, str, str, Callable[[zipfile.ZipFile], None]]]:
    """Yield archives of zeros that unpack to far more than they are; cheap, for nobody unpacks them."""

    def of(*names: str) -> Callable[[zipfile.ZipFile], None]:
        def fill(archive: zipfile.ZipFile) -> None:
            for name in names:
                _pour(archive, name, b"", b" " * _MEGABYTE, 60, b"")

        return fill

    yield "zip bomb of a sheet", ".xlsx", "accounts", of("xl/worksheets/sheet1.xml", "xl/workbook.xml")
    yield "zip bomb of an ods", ".ods", "accounts", of("content.xml", "mimetype")
    yield "zip bomb of a kmz", ".kmz", "units", of("doc.kml")
    yield "zip bomb of a shapefile", ".zip", "units", of("a.shp", "a.dbf")
    yield "zip bomb of a deck", ".pptx", "template", of("ppt/presentation.xml", "[Content_Types].xml")

    def many(archive: zipfile.ZipFile) -> None:
        for i in range(12_000):
            archive.writestr(f"{i}.geojson", b"")

    yield "zip of 12,000 files", ".zip", "units", many


def _heavy() -> Iterator[Hostile]:
    good = xlsx_parts()
    head = good["xl/worksheets/sheet1.xml"].split(b"<sheetData>")[0] + b"<sheetData>"
    tail = b"</sheetData></worksheet>"

    def with_sheet(
        block: bytes, times: int, before: bytes = b"", after: bytes = b""
    ) -> Callable[[zipfile.ZipFile], None]:
        def fill(archive: zipfile.ZipFile) -> None:
            for name, content in good.items():
                if name != "xl/worksheets/sheet1.xml":
                    archive.writestr(name, content)
            _pour(archive, "xl/worksheets/sheet1.xml", head + before, block, times, after + tail)

        return fill

    def strings(archive: zipfile.ZipFile) -> None:
        for name, content in good.items():
            archive.writestr(name, content)
        _pour(archive, "xl/sharedStrings.xml", b"<sst>", b"<si><t>abc</t></si>" * 50_000, 200, b"</sst>")

    def content(block: bytes, times: int, before: str, after: str) -> Callable[[zipfile.ZipFile], None]:
        parts = ods_parts(ODS_GOOD + "HERE")
        first, last = parts["content.xml"].split(b"HERE")

        def fill(archive: zipfile.ZipFile) -> None:
            archive.writestr("mimetype", parts["mimetype"])
            _pour(archive, "content.xml", first + before.encode(), block, times, after.encode() + last)

        return fill

    text = bytes(range(97, 123)) * (_MEGABYTE // 26)
    row = b"<row><c><v>1</v></c><c><v>2</v></c></row>"
    cell = '<row r="2"><c r="A2" t="inlineStr"><is><t>'
    yield Hostile("xlsx cell of 100 MB", "accounts", written("b.xlsx", with_sheet(
        text, 100, cell.encode(), b"</t></is></c></row>")), heavy=True)  # fmt: skip
    yield Hostile("xlsx of 10,000,000 rows without places", "accounts", written(
        "b.xlsx", with_sheet(row * 50_000, 200)), heavy=True)  # fmt: skip
    yield Hostile("xlsx of 10,000,000 strings", "accounts", written("b.xlsx", strings), heavy=True)
    yield Hostile("xlsx of one endless tag", "accounts", written("b.xlsx", with_sheet(
        text, 300, b'<row r="')), REFUSED, heavy=True)  # fmt: skip
    yield Hostile("ods cell of 100 MB", "accounts", written("b.ods", content(
        text, 100, '<table:table-row><table:table-cell office:value-type="string"><text:p>',
        "</text:p></table:table-cell></table:table-row>")), heavy=True)  # fmt: skip
    yield Hostile("ods of 3,000,000 rows", "accounts", written("b.ods", content(
        ods_row("q", "n").encode() * 10_000, 300, "", "")), EITHER, heavy=True)  # fmt: skip
    yield Hostile(
        "deep ods", "accounts", written("b.ods", content(b"<text:p>" * 100_000, 100, "", "")), REFUSED, heavy=True
    )
