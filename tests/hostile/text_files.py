"""Text tables with broken encodings, quotes, line ends and numbers that are none."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from tests.hostile.cases import EITHER, GOOD, REFUSED, Hostile, bytes_file

_HEAD = "key,name,lon,lat,revenue\n"
_ROWS = "q1,Größe,0.5,0.5,10\nq2,Beta,1.5,0.5,20\n"
_TABLE = _HEAD + _ROWS


def cases() -> Iterator[Hostile]:
    for name, content, ends in (*_encodings(), *_quotes(), *_line_ends(), *_cells()):
        yield Hostile(name, "accounts", bytes_file("list.csv", content), ends)
    for kind, head, row in _OTHERS:
        for name, cell in _STRANGE.items():
            text = head + "\n" + row.format(cell) + "\n" + row.format("plain") + "\n"
            yield Hostile(f"cell {name}", kind, bytes_file("list.csv", text.encode("utf-8", "surrogatepass")))


def _encodings() -> Iterator[tuple[str, bytes, str]]:
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "mac_roman"):
        yield f"in {encoding}", _TABLE.encode(encoding), GOOD
    yield "in utf-7", _TABLE.encode("utf-7"), GOOD
    yield "in ebcdic", _TABLE.encode("cp500", "replace"), EITHER
    yield "in gb18030", _TABLE.replace("Größe", "客户").encode("gb18030"), GOOD
    yield "in shift_jis", _TABLE.replace("Größe", "顧客").encode("shift_jis"), GOOD
    for name, mark in (("utf-8", codecs.BOM_UTF8), ("utf-16", codecs.BOM_UTF16_LE), ("utf-32", codecs.BOM_UTF32_LE)):
        yield f"only a mark of {name}", mark, REFUSED
        yield f"mark of {name} before ascii", mark + b"key,name\nq1,a\n", EITHER
        yield f"mark of {name} twice", mark * 2 + _TABLE.encode(name if name == "utf-8" else name + "-le"), EITHER
    yield "utf-16 cut within a letter", _TABLE.encode("utf-16")[:-1], GOOD
    yield (
        "utf-16 of lone surrogates",
        codecs.BOM_UTF16_LE + ("key,name\n" + "q,\ud800\n" * 9).encode("utf-16-le", "surrogatepass"),
        EITHER,
    )
    yield "utf-8 of surrogates", ("key,name\nq1,\ud800\udfff\n").encode("utf-8", "surrogatepass"), EITHER
    yield "utf-8 overlong", b"key,name\nq1,\xc0\xaf\xe0\x80\xaf\nq2,b\n", GOOD
    yield "utf-8 beyond unicode", b"key,name\nq1,\xf4\x90\x80\x80\xff\xfe\nq2,b\n", GOOD
    yield "utf-8 cut within a letter", _TABLE.encode()[:-1] + "ü".encode()[:1], GOOD
    yield "every byte", b"key,name\n" + b"".join(b"q%d,%c\n" % (i, i) for i in range(256)), EITHER
    yield "two encodings", "key,name\nq1,é\n".encode() * 9 + "q2,é\n".encode("cp1252") * 9, EITHER


def _quotes() -> Iterator[tuple[str, bytes, str]]:
    yield "quote never closed", (_HEAD + 'q1,"Alpha,0.5,0.5,1\n' + _ROWS * 400).encode(), GOOD
    yield "quote never closed in the header", ('"key,name,lon\n' + _ROWS * 50).encode(), EITHER
    yield "every cell opens a quote", (_HEAD + 'q,"a,"b,"c,"d\n' * 700).encode(), EITHER
    yield "only quotes", b'"' * 50_000, REFUSED
    yield "odd quotes", (_HEAD + 'q1,"""""",0.5,0.5,"1\n').encode(), EITHER
    yield "quote at the very end", (_TABLE + '"').encode(), GOOD
    yield "quoted line ends", (_HEAD + 'q1,"' + "a\n" * 400 + '",0.5,0.5,1\n').encode(), EITHER
    yield "quotes over many lines", (_HEAD + ('q1,"' + "a\n" * 30 + '",1,1,1\n') * 60).encode(), EITHER
    yield "delimiter told is zero", b"sep=\0\nkey\0name\nq1\0a\n", EITHER
    yield "delimiter told is a quote", b'sep="\nkey"name\nq1"a\n', EITHER
    yield "delimiter told is a line end", b"sep=\r\r\nkey,name\nq1,a\n", EITHER
    yield "delimiter told is a letter", b"sep=e\nkey,name\nq1,a\n", EITHER
    yield "delimiter told is a blank", b"sep= \nkey name\nq1 a\n", EITHER
    yield "delimiter told is a wide letter", "sep=，\nkey，name\nq1，a\n".encode(), EITHER
    yield "delimiter told is a backspace", b"sep=\x08\nkey\x08name\nq1\x08a\n", EITHER
    yield "only delimiters", b",,,,\n" * 500, REFUSED
    yield "delimiters change", b"key;name;lon\nq1,a,0.5\nq2\tb\t0.5\n", EITHER


def _line_ends() -> Iterator[tuple[str, bytes, str]]:
    yield "mixed line ends", _TABLE.replace("\n", "\r\n", 1).encode() + b"q3,c,1,1,1\rq4,d,1,1,1\n\r", EITHER
    yield "only carriage returns", _TABLE.replace("\n", "\r").encode(), GOOD
    yield "two carriage returns", _TABLE.replace("\n", "\r\r\n").encode(), EITHER
    yield "unicode line ends", _TABLE.replace("\n", "\u2028").encode(), EITHER
    yield "other line ends", _TABLE.replace("\n", "\x0b\x0c\x85\x1e").encode(), EITHER
    yield "no line end", b"key,name,lon,lat", REFUSED
    yield "ends with the mark of old systems", _TABLE.encode() + b"\x1a", GOOD
    yield "zeros between the letters", _TABLE.encode().replace(b",", b"\0,\0"), GOOD
    yield "zeros at the end", _TABLE.encode() + b"\0" * 5000, GOOD
    yield "zeros at the beginning", b"\0" * 5000 + _TABLE.encode(), EITHER
    yield "first line blank", b"\n\n\n\n" + _TABLE.encode(), GOOD
    yield "title above", b"Report of accounts\n\n" + _TABLE.encode(), GOOD
    yield "headers only", _HEAD.encode(), REFUSED
    yield "a header and blank rows", (_HEAD + "\n , , \n" * 40).encode(), EITHER


def _cells() -> Iterator[tuple[str, bytes, str]]:
    for name, cell in _STRANGE.items():
        text = _HEAD + f"q1,{cell},0.5,0.5,10\n" + _ROWS
        yield f"name {name}", text.encode("utf-8", "surrogatepass"), GOOD
        yield f"header {name}", (f"key,{cell},lon,lat\nq1,1,0.5,0.5\n").encode("utf-8", "surrogatepass"), EITHER
    for number in _NUMBERS:
        shown = number if len(number) < 20 else f"{number[:8]} with {len(number)} letters"
        yield f"number {shown}", (_HEAD + f'q1,a,0.5,0.5,"{number}"\n' + _ROWS).encode(), GOOD
        yield f"position {shown}", (_HEAD + f'q1,a,"{number}","{number}",1\n' + _ROWS).encode(), GOOD
    for key in ("", " ", "0", "-1", "1e5", "nan", "NULL", "None", "q1"):
        yield f"key {key!r} again and again", (_HEAD + f"{key},a,0.5,0.5,1\n" * 30).encode(), EITHER
    yield "all headers alike", (",".join(["name"] * 300) + "\n" + ",".join(["1"] * 300)).encode(), EITHER
    own = ["account_id", "rowid", "fid", "geom", "uuid", "select", "unit_ix", 'a"b', "a'b", "a]b", "ogc_fid", "_rowid_"]
    yield "headers of the plan's own", (",".join(["key", *own]) + "\nq1" + ",1" * len(own) + "\n").encode(), GOOD
    yield "headers of numbers", b"1,2,3\n4,5,6\n7,8,9\n", EITHER
    yield "header of 100 KB", ("key," + "n" * 100_000 + ",lon,lat\nq1,a,0.5,0.5\n").encode(), GOOD
    yield "cell of 100 KB", (_HEAD + f"q1,{'n' * 100_000},0.5,0.5,1\n").encode(), EITHER
    yield "cell of 200 KB", (_HEAD + f"q1,{'n' * 200_000},0.5,0.5,1\n" + _ROWS).encode(), GOOD


_STRANGE = {
    "formula": "=cmd|'/C calc'!A0",
    "at formula": '@SUM(1+1)*cmd|"/C calc"!A0',
    "markup": "<img src=x onerror=alert(1)><script>alert(1)</script>",
    "format": "{name} {0} {} {x.__class__} %s %n %(a)d",
    "sql": "'); DROP TABLE account;--",
    "shell": "$(touch evil) `touch evil` ; rm -rf ~",
    "path": "../../../../etc/passwd",
    "bidi": "\u202eevil\u202d\u2066x\u2069",
    "zero width": "a\u200b\u200d\ufeffb",
    "controls": "a\x01\x07\x1b[31mred\x7f\x9bb",
    "marks": "Z" + "\u0335\u0489" * 2000,
    "no letters": "\ufffe\uffff\U0010ffff\ue000",
    "surrogate": "\ud83d",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "right to left": "שלום مرحبا",
    "old signs": "𒀀𓀀𐀀",
    "blanks": "\u00a0\u2003\u3000",
    "entity": "&lt;&#0;&amp;&xxe;",
    "backslashes": "\\x00\\u0000\\n\\",
    "true": "TRUE",
    "day that is none": "31.02.2026",
    "day before all days": "0000-00-00",
    "day beyond all days": "99999-12-31T25:61:61Z",
    "many digits": "9" * 10_000,
}
_NUMBERS = (
    "9" * 10_000, "0." + "3" * 10_000, "1" + "0" * 400, "1e999", "-1e999", "1e-999", "inf", "-Infinity", "NaN", "nan",
    "0x1F", "1_000", "²", "½", "١٢٣", "１２３", "Ⅷ", "1.2.3.4", "1,2,3,4", "--5", "+-5", "5%%", "$", "€1", "1e", "e5",
    "(5", "5)", "()", "1 000 000", "1'000'000", "1,00,000", "1e308", "-1.7976931348623157e308", "5e-324", "٫", "−5",
    "360", "-180.0000001", "90.1", "1e17", "12°30'15\"N", "N" * 2000, "1" + ",000" * 3000, "1" + " " * 5000 + "2",
    "-" * 5000, "1." * 3000, "(" * 3000 + "1" + ")" * 3000, "$" * 3000, "°'\"" * 900,
)  # fmt: skip
_OTHERS = (
    ("reps", "rep,lon,lat,capacity_h", "{},0.5,0.5,100"),
    ("alignment", "unit_code,territory,rep", "A1,{},Ada"),
    ("assignment", "account_key,territory", "k1,{}"),
    ("deals", "account_key,deal_name,amount,stage,registered_on", "k1,{0},10,open,{0}"),
    ("partners", "partner,partner_type,contact,agreed_on", "{0},reseller,{0},{0}"),
    ("metrics", "period,rep,metric,value", "2026,Ada,{0},{0}"),
)
