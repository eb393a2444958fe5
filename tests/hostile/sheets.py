"""Workbooks with cells, names and parts that no spreadsheet program would write."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.hostile.cases import EITHER, GOOD, REFUSED, Hostile, Trap, bytes_file

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_ROW = '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{key}</t></is></c><c r="B{n}" t="inlineStr"><is><t>{name}</t></is></c><c r="C{n}"><v>0.5</v></c></row>'
_GOOD_ROWS = _ROW.format(n=1, key="key", name="name") + "".join(
    _ROW.format(n=n, key=f"q{n}", name=f"Customer {n}") for n in range(2, 6)
)


def xlsx_parts(
    rows: str = _GOOD_ROWS, *, sheet: str = "", strings: str = "", book: str = "", doctype: str = ""
) -> dict[str, bytes]:
    """Return the parts of a workbook with one sheet; anything can be put in the place of a part."""
    types = (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    )
    whole = sheet or f'{_HEAD}{doctype}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    books = book or (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets><sheet name="List" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>"
    )
    relations = (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_REL}/worksheet" '
        f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_REL}/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>'
    )
    root = (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_REL}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    )
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": root,
        "xl/workbook.xml": books,
        "xl/_rels/workbook.xml.rels": relations,
        "xl/worksheets/sheet1.xml": whole,
    }
    if strings:
        parts["xl/sharedStrings.xml"] = strings
    return {name: text.encode("utf-8", "surrogatepass") for name, text in parts.items()}


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def ods_parts(rows: str, doctype: str = "", content: str = "") -> dict[str, bytes]:
    """Return the parts of an OpenDocument table."""
    whole = content or (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<office:document-content '
        f'xmlns:office="{_OFFICE}:office:1.0" xmlns:table="{_OFFICE}:table:1.0" xmlns:text="{_OFFICE}:text:1.0" '
        'office:version="1.2"><office:body><office:spreadsheet><table:table table:name="List">'
        f"{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{_OFFICE}:manifest:1.0"><manifest:file-entry '
        f'manifest:media-type="{_ODS_TYPE.decode()}" manifest:full-path="/"/></manifest:manifest>'
    )
    return {"mimetype": _ODS_TYPE, "content.xml": whole.encode(), "META-INF/manifest.xml": manifest.encode()}


def ods_row(*cells: str, attributes: str = "") -> str:
    made = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f"<table:table-row{attributes}>{made}</table:table-row>"


ODS_GOOD = ods_row("key", "name") + ods_row("q1", "a") + ods_row("q2", "b")


def cases() -> Iterator[Hostile]:
    yield Hostile("a good one", "accounts", bytes_file("book.xlsx", packed(xlsx_parts())), GOOD)
    yield Hostile("a good ods", "accounts", bytes_file("book.ods", packed(ods_parts(ODS_GOOD))), GOOD)
    for name, cell, ends in _CELLS:
        rows = _GOOD_ROWS + f'<row r="6">{cell}</row>'
        yield Hostile(f"cell {name}", "accounts", bytes_file("book.xlsx", packed(xlsx_parts(rows))), ends)
    for name, parts, ends in _books():
        yield Hostile(name, "accounts", bytes_file("book.xlsx", packed(parts)), ends)
    for name, rows in _ODS_ROWS.items():
        yield Hostile(f"ods {name}", "accounts", bytes_file("book.ods", packed(ods_parts(ODS_GOOD + rows))))
    for name, content in _ods_contents().items():
        yield Hostile(f"ods {name}", "accounts", bytes_file("book.ods", packed(content)), REFUSED)
    yield from _cut()
    for end in (".xlsx", ".ods", ".xls"):
        for content, of in ((packed(ods_parts(ODS_GOOD)), "ods"), (packed(xlsx_parts()), "xlsx")):
            yield Hostile(f"{of} called {end}", "reps", bytes_file(f"book{end}", content))
    for name, content in _xls().items():
        yield Hostile(f"xls {name}", "accounts", bytes_file("book.xls", content), REFUSED)


_CELLS = (
    ("of all rows", '<c r="A1048576"><v>1</v></c>', EITHER),
    ("of the last column", '<c r="XFD6"><v>1</v></c>', EITHER),
    ("beyond all cells", '<c r="ZZZ9999999"><v>1</v></c>', REFUSED),
    ("of row 0", '<c r="A0"><v>1</v></c>', EITHER),
    ("of a row of 30 digits", f'<c r="A{"9" * 30}"><v>1</v></c>', EITHER),
    ("of 200 letters", f'<c r="{"A" * 200}1"><v>1</v></c>', EITHER),
    ("without a place", "<c><v>1</v></c>", EITHER),
    ("with an empty place", '<c r=""><v>1</v></c>', EITHER),
    ("of small letters", '<c r="a6"><v>1</v></c>', EITHER),
    ("of a negative row", '<c r="A-1"><v>1</v></c>', EITHER),
    ("of a string that is not there", '<c r="A6" t="s"><v>99999999</v></c>', EITHER),
    ("of a string before the first", '<c r="A6" t="s"><v>-1</v></c>', EITHER),
    ("of a string of no number", '<c r="A6" t="s"><v>x</v></c>', EITHER),
    ("of no kind", '<c r="A6" t="zzz"><v>1</v></c>', EITHER),
    ("of no style", '<c r="A6" s="99999"><v>1</v></c>', EITHER),
    ("of a negative style", '<c r="A6" s="-5"><v>1</v></c>', EITHER),
    ("infinite", '<c r="C6"><v>INF</v></c>', EITHER),
    ("nan", '<c r="C6"><v>NaN</v></c>', EITHER),
    ("of 1e999", '<c r="C6"><v>1e999</v></c>', EITHER),
    ("of 10,000 digits", f'<c r="C6"><v>{"9" * 10_000}</v></c>', EITHER),
    ("with two values", '<c r="C6"><v>1</v><v>2</v></c>', EITHER),
    ("without a value", '<c r="C6" t="n"/>', GOOD),
    ("of a formula", '<c r="B6" t="str"><f>HYPERLINK("http://127.0.0.1")</f><v>=1+1</v></c>', EITHER),
    ("of a formula of another book", "<c r=\"B6\"><f>'[x.xlsx]S'!A1</f></c>", EITHER),
    ("of an error", '<c r="C6" t="e"><v>#DIV/0!</v></c>', GOOD),
    ("of an error nobody knows", '<c r="C6" t="e"><v>#WHAT!</v></c>', EITHER),
    ("of a truth that is none", '<c r="C6" t="b"><v>7</v></c>', EITHER),
    ("of a day that is none", '<c r="C6" t="d"><v>2026-13-45T99:00:00</v></c>', EITHER),
    ("of rich text", '<c r="B6" t="inlineStr"><is><r><t>a</t></r><r><t>=b</t></r></is></c>', EITHER),
    ("of letters not allowed", '<c r="B6" t="inlineStr"><is><t>a&#0;b&#xFFFF;</t></is></c>', EITHER),
    ("of an entity nobody knows", '<c r="B6" t="inlineStr"><is><t>&nobody;</t></is></c>', EITHER),
    ("of 1,000 columns that follow", "<c><v>1</v></c>" * 1000, EITHER),
    ("nested", '<c r="A6"><c r="A6"><c r="A6"><v>1</v></c></c></c>', EITHER),
    ("again and again", '<c r="A6"><v>1</v></c>' * 3000, EITHER),
)  # fmt: skip


def _books() -> Iterator[tuple[str, dict[str, bytes], str]]:
    good = xlsx_parts()
    for part in good:
        yield f"without {part}", {name: content for name, content in good.items() if name != part}, EITHER
        yield f"{part} empty", {**good, part: b""}, EITHER
        yield f"{part} cut off", {**good, part: good[part][: len(good[part]) // 2]}, EITHER
        yield f"{part} of zeros", {**good, part: b"\0" * 500}, EITHER
        yield f"{part} in utf-16", {**good, part: good[part].decode().encode("utf-16")}, EITHER
    sheets = "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="rId1"/>' for i in range(1, 400))
    for name, inside in (
        ("400 sheets of one part", sheets),
        ("no sheets", ""),
        ("sheet without a part", '<sheet name="x" sheetId="1" r:id="rId77"/>'),
        (
            "two sheets of one name",
            '<sheet name="x" sheetId="1" r:id="rId1"/><sheet name="x" sheetId="2" r:id="rId1"/>',
        ),
        ("all sheets hidden", '<sheet name="x" sheetId="1" state="veryHidden" r:id="rId1"/>'),
        ("sheet of an odd name", '<sheet name="&lt;b&gt;{n}%s&#10;\u202e" sheetId="1" r:id="rId1"/>'),
        ("sheet without a name", '<sheet sheetId="1" r:id="rId1"/>'),
    ):
        book = f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{inside}</sheets></workbook>'
        yield name, xlsx_parts(book=book), EITHER
    relation = good["xl/_rels/workbook.xml.rels"].decode()
    for target in (
        "../../../../../etc/passwd",
        "/etc/passwd",
        "http://127.0.0.1:9/x",
        "worksheets/",
        "",
        "xl/workbook.xml",
    ):
        other = relation.replace("worksheets/sheet1.xml", target)
        yield f"sheet is {target or 'nothing'}", {**good, "xl/_rels/workbook.xml.rels": other.encode()}, REFUSED
    far = '<row r="1048576">' + "<c><v>1</v></c>" * 16_000 + "</row>"
    yield "wide row at the end", xlsx_parts(_GOOD_ROWS + far), REFUSED
    beyond = '<row r="4000000000"><c><v>1</v></c></row>'
    yield "row far beyond the end", xlsx_parts(_GOOD_ROWS + beyond), REFUSED
    deep = "<x>" * 50_000 + "</x>" * 50_000
    yield "deep XML", xlsx_parts(sheet=f'{_HEAD}<worksheet xmlns="{_MAIN}">{deep}</worksheet>'), REFUSED
    yield "deep XML in the book", xlsx_parts(book=f"{_HEAD}<workbook>{deep}</workbook>"), REFUSED
    merged = "".join('<mergeCell ref="A1:XFD1048576"/>' for _ in range(2000))
    yield (
        "merged over everything",
        xlsx_parts(
            sheet=f'{_HEAD}<worksheet xmlns="{_MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>{_GOOD_ROWS}</sheetData>'
            f"<mergeCells>{merged}</mergeCells></worksheet>"
        ),
        GOOD,
    )


_ODS_ROWS = {
    "a row a billion times": ods_row("q3", "c", attributes=' table:number-rows-repeated="999999999"'),
    "blank rows a billion times": '<table:table-row table:number-rows-repeated="999999999"><table:table-cell/></table:table-row>',
    "a cell a billion times": '<table:table-row><table:table-cell table:number-columns-repeated="999999999" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>',
    "a blank cell a billion times": '<table:table-row><table:table-cell table:number-columns-repeated="999999999"/></table:table-row>',
    "repeated minus one times": ods_row("q3", attributes=' table:number-rows-repeated="-1"'),
    "repeated no times": ods_row("q3", attributes=' table:number-rows-repeated="0"'),
    "repeated x times": ods_row("q3", attributes=' table:number-rows-repeated="x"'),
    "repeated 30 digits times": ods_row("q3", attributes=f' table:number-rows-repeated="{"9" * 30}"'),
    "repeated in single quotes": ods_row("q3", attributes=" table:number-rows-repeated='999999999'"),
    "a covered cell repeated": '<table:table-row><table:covered-table-cell table:number-columns-repeated="99999999"/><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>',
    "a number that is none": '<table:table-row><table:table-cell office:value-type="float" office:value="x"/></table:table-row>',
    "a number of 1e999": '<table:table-row><table:table-cell office:value-type="float" office:value="1e999"/></table:table-row>',
    "a day that is none": '<table:table-row><table:table-cell office:value-type="date" office:date-value="2026-99-99"/></table:table-row>',
    "a kind nobody knows": '<table:table-row><table:table-cell office:value-type="zzz"/></table:table-row>',
    "groups in groups": "<table:table-row-group>" * 5000 + ods_row("q3") + "</table:table-row-group>" * 5000,
    "an open row": "<table:table-row>",
    "blanks in a text": ods_row('<text:s text:c="999999999"/>'),
    "paragraphs in a cell": ods_row("</text:p><text:p>" * 5000),
}  # fmt: skip


def _ods_contents() -> dict[str, dict[str, bytes]]:
    good = ods_parts(ODS_GOOD)
    return {
        "without content": {k: v for k, v in good.items() if k != "content.xml"},
        "content of zeros": {**good, "content.xml": b"\0" * 100},
        "content cut off": {**good, "content.xml": good["content.xml"][:300]},
        "deep content": ods_parts("", content="<a>" * 100_000),
        # calamine (0.9.1) looks for the end of the table for ever.
        "end of the table misspelled": {
            **good,
            "content.xml": good["content.xml"].replace(b"</table:table>", b"</table:&table>"),
        },
        "end of a cell gone": {
            **good,
            "content.xml": good["content.xml"].replace(b"</table:table-cell>", b"</tab", 1),
        },
        "a document type": ods_parts(ODS_GOOD, doctype='<!DOCTYPE a [<!ENTITY b "c">]>'),
        "protected": {
            **good,
            "META-INF/manifest.xml": good["META-INF/manifest.xml"].replace(
                b"</manifest:manifest>",
                b'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">'
                b"<manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
            ),
            "content.xml": bytes(range(256)) * 4,
        },
    }


def _cut() -> Iterator[Hostile]:
    whole = packed(xlsx_parts())
    for share in (1, 10, 50, 90, 99):
        content = whole[: len(whole) * share // 100]
        yield Hostile(f"cut at {share} %", "accounts", bytes_file("book.xlsx", content), REFUSED)
    yield Hostile("something before", "accounts", bytes_file("book.xlsx", b"junk" * 99 + whole), REFUSED)
    yield Hostile("something behind", "accounts", bytes_file("book.xlsx", whole + b"junk" * 99))
    lying: dict[str, Callable[[bytes], bytes]] = {
        "checksum lies": lambda b: b.replace(struct.pack("<I", zipfile.ZipFile(io.BytesIO(b)).infolist()[4].CRC), b"\1\2\3\4"),
        "sizes lie": _with_sizes,
        "says it is encrypted": _with_flag,
        "packed in a way nobody knows": _with_method,
    }  # fmt: skip
    for name, change in lying.items():
        yield Hostile(name, "accounts", bytes_file("book.xlsx", change(whole)), REFUSED)


def _each_entry(content: bytes, offset: int, value: bytes) -> bytes:
    """Return an archive with bytes changed in each entry of its directory."""
    out = bytearray(content)
    at = out.find(b"PK\1\2")
    while at >= 0:
        out[at + offset : at + offset + len(value)] = value
        at = out.find(b"PK\1\2", at + 46)
    return bytes(out)


def _with_sizes(content: bytes) -> bytes:
    return _each_entry(content, 24, struct.pack("<I", 3_000_000_000))


def _with_flag(content: bytes) -> bytes:
    return _each_entry(content, 8, b"\1\0")


def _with_method(content: bytes) -> bytes:
    return _each_entry(content, 10, struct.pack("<H", 97))


def _xls() -> dict[str, bytes]:
    good = (Path(__file__).parents[1] / "importers" / "data" / "kunden.xls").read_bytes()
    return {
        "cut in the middle": good[: len(good) // 2],
        "sectors in a circle": good[:512] + struct.pack("<I", 0) * 128 + good[1024:],
        "all sectors free": good[:512] + b"\xff" * 512 + good[1024:],
        "sectors of an odd size": good[:30] + b"\x1f\0" + good[32:],
        "directory beyond the end": good[:48] + struct.pack("<I", 0xFFFFFF) + good[52:],
        "tables without end": good[:44] + struct.pack("<I", 0x7FFFFFFF) + good[48:68] + struct.pack("<I", 1) + good[72:],
    }  # fmt: skip


def written(name: str, fill: Callable[[zipfile.ZipFile], None]) -> Callable[[Path, Trap], Path]:
    """Return a maker of an archive that is written piece by piece."""

    def make(folder: Path, _: Trap) -> Path:
        path = folder / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            fill(archive)
        return path

    return make
