"""What is no file, or none of the kind its name promises, given to everything that reads one."""

from __future__ import annotations

import gzip
import io
import os
import random
import socket
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.cases import EITHER, GOOD, REFUSED, Hostile, Trap, bytes_file
from tests.hostile.targets import TARGETS

# The extension that each target is usually given.
USUAL = {
    "units": ".geojson", "repair": ".shp", "relayer": ".gpkg", "line": ".geojson", "polygon": ".geojson",
    "unit-list": ".txt", "seeds": ".csv", "barriers": ".csv", "terms": ".json", "sizing": ".json", "scope": ".json",
    "template": ".pptx", "tiles": ".mbtiles",
}  # fmt: skip
_READS_ANY_TEXT = ("unit-list", "seeds", "barriers", "crm", "scope")


def png(width: int = 1, height: int = 1) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\0" * 4 * min(width, 64)) * min(height, 64))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        head = tarfile.TarInfo("../../evil.csv")
        head.size = 4
        archive.addfile(head, io.BytesIO(b"a,b\n"))
    return out.getvalue()


def noise(n: int, seed: int = 7) -> bytes:
    return random.Random(seed).randbytes(n)


def _contents() -> dict[str, bytes]:
    """Return what stands in a file whatever its name says; none of it is anything that is imported."""
    return {
        "empty": b"",
        "one-zero": b"\0",
        "one-letter": b"x",
        "one-ff": b"\xff",
        "blank-lines": b"\r\n \t\n" * 300,
        "zeros": b"\0" * 100_000,
        "noise": noise(20_000),
        "png": png(),
        "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + noise(3000, 2),
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF",
        "elf": b"\x7fELF\x02\x01\x01" + b"\0" * 200 + noise(4000, 3),
        "exe": b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + noise(4000, 4),
        "gzip": gzip.compress(b"code,name\nA1,x\n" * 50, mtime=0),
        "tar": tarred(),
        "7z": b"7z\xbc\xaf\x27\x1c\0\4" + noise(500, 5),
        "empty-zip": b"PK\x05\x06" + b"\0" * 18,
        "zip-of-text": zipped(("readme.txt", b"hello")),
        "zip-head-only": b"PK\x03\x04" + noise(60, 6),
        "ole-head-only": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "sqlite-head-only": b"SQLite format 3\0" + noise(400, 8),
        "docx": zipped(
            ("[Content_Types].xml", b"<Types/>"),
            ("word/document.xml", b'<?xml version="1.0"?><w:document xmlns:w="w"><w:body/></w:document>'),
        ),
    }


def _odd_things() -> dict[str, Callable[[Path, str], Path]]:
    """Return makers of what is no plain file."""

    def folder(place: Path, end: str) -> Path:
        path = place / f"folder{end}"
        path.mkdir()
        return path

    def missing(place: Path, end: str) -> Path:
        return place / f"missing{end}"

    def pipe(place: Path, end: str) -> Path:
        path = place / f"pipe{end}"
        os.mkfifo(path)
        return path

    def listening(place: Path, end: str) -> Path:
        path = place / f"socket{end}"
        here = Path.cwd()
        os.chdir(place)  # the name of a socket may be no longer than 107 bytes
        try:
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(path.name)
        finally:
            os.chdir(here)
        return path

    def endless(place: Path, end: str) -> Path:
        path = place / f"endless{end}"
        path.symlink_to("/dev/zero")
        return path

    def nothing(place: Path, end: str) -> Path:
        path = place / f"nothing{end}"
        path.symlink_to("/dev/null")
        return path

    def broken(place: Path, end: str) -> Path:
        path = place / f"broken{end}"
        path.symlink_to(place / "nowhere")
        return path

    def circle(place: Path, end: str) -> Path:
        path = place / f"circle{end}"
        path.symlink_to(path)
        return path

    made = (folder, missing, pipe, listening, endless, nothing, broken, circle)
    return {maker.__name__: maker for maker in made}


def cases() -> Iterator[Hostile]:
    for target in TARGETS:
        end = USUAL.get(target, ".csv")
        for name, content in _contents().items():
            ends = EITHER if target in _READS_ANY_TEXT else REFUSED
            if name == "one-letter" and target in ("wizard",):
                ends = EITHER
            yield Hostile(f"{name}{end}", target, bytes_file(f"{name}{end}", content), ends)
        for name, maker in _odd_things().items():

            def make(place: Path, _: Trap, maker: Callable[[Path, str], Path] = maker, end: str = end) -> Path:
                return maker(place, end)

            yield Hostile(name, target, make, REFUSED)
    for end in (".xlsx", ".xls", ".ods", ".geojson", ".topojson", ".shp", ".gpkg", ".fgb", ".kml", ".kmz", ".zip",
                ".json", ".txt", ".dbf", ".tab", ".vrt", ".exe", ""):  # fmt: skip
        for name in ("png", "noise", "zip-of-text", "gzip"):
            content = _contents()[name]
            for target in ("accounts", "units"):
                yield Hostile(f"{name} called {end or 'nothing'}", target, bytes_file(f"{name}{end}", content), REFUSED)
    yield from _odd_names()


_TABLE = b"key,name,lon,lat\nq1,Alpha,0.5,0.5\nq2,Beta,1.5,0.5\n"


def _odd_names() -> Iterator[Hostile]:
    """A good file and a bad one under names that a program may stumble over."""
    names = {
        "newline": "two\nlines.csv",
        "bidi": "\u202egnp.\u202dlist.csv",
        "braces": "{name}{0}{}.csv",
        "percent": "%s%n%(x)s.csv",
        "markup": "<b>bold & <script>.csv",
        "quotes": "a'b\"c;--.csv",
        "dash": "-rf.csv",
        "tilde": "~root.csv",
        "dots": "...csv",
        "only-extension": ".csv",
        "longest": "n" * 251 + ".csv",
        "chinese": "客户名单（最新）.csv",
        "emoji": "📈👩‍🚀.csv",
        "capitals": "LIST.CSV",
        "two-extensions": "list.csv.csv",
        "driver": "PG:dbname=x.csv",
        "control": "bell\x07\x1b[31m.csv",
    }
    for name, file_name in names.items():
        yield Hostile(f"called {name}", "accounts", bytes_file(file_name, _TABLE), GOOD)
        yield Hostile(f"called {name}, bad", "accounts", bytes_file(file_name, b""), REFUSED)

    def undecodable(content: bytes) -> Callable[[Path, Trap], Path]:
        def make(place: Path, _: Trap) -> Path:
            path = place / os.fsdecode(b"l\xefst\xff.csv")
            path.write_bytes(content)
            return path

        return make

    yield Hostile("name of other letters", "accounts", undecodable(_TABLE), GOOD)
    yield Hostile("name of other letters, bad", "accounts", undecodable(b""), REFUSED)
