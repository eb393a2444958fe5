"""Tables that are too wide, too long, or too large a cell; the largest of them for the benchmark alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.cases import EITHER, GOOD, REFUSED, Hostile, Trap, bytes_file

_BLOCK = 1 << 20


def _written(name: str, write: Callable[[Callable[[bytes], object]], None]) -> Callable[[Path, Trap], Path]:
    """Return a maker that writes in pieces: the file may be larger than what this process should hold."""

    def make(folder: Path, _: Trap) -> Path:
        path = folder / name
        with path.open("wb") as stream:
            write(stream.write)
        return path

    return make


def cases() -> Iterator[Hostile]:
    for n, ends in ((1000, EITHER), (1001, REFUSED), (10_000, REFUSED), (100_000, REFUSED)):
        text = ",".join(f"c{i}" for i in range(n)) + "\n" + ",".join(["1"] * n) + "\n"
        yield Hostile(f"{n} columns", "accounts", bytes_file("wide.csv", text.encode()), ends)
    ragged = "key,name\n" + "".join("q," * i + "\n" for i in range(1, 900))
    yield Hostile("every row a column wider", "accounts", bytes_file("ragged.csv", ragged.encode()))
    one = "key,name,lon,lat\n" + "x," * 400_000 + "\n" + "q1,a,0.5,0.5\n"
    yield Hostile("one row of 400,000 cells", "accounts", bytes_file("row.csv", one.encode()), GOOD)
    yield Hostile("one line of 5 MB", "accounts", bytes_file("line.csv", lambda: b"n" * 5_000_000), REFUSED)
    yield Hostile("one line of 5 MB", "unit-list", bytes_file("line.txt", lambda: b"n" * 5_000_000), REFUSED)
    yield Hostile("one line of 5 MB", "crm", bytes_file("line.csv", lambda: b"n" * 5_000_000), REFUSED)
    yield Hostile("200,000 blank lines", "accounts", bytes_file("blank.csv", b"key,name\n" + b"\n" * 200_000), REFUSED)
    many = ("key,name\n" + "".join(f"q{i},n\n" for i in range(2000))).encode()
    for how in ("grow", "cut", "delete"):
        for target in ("accounts", "reps", "unit-list"):
            yield Hostile(f"{how} while it is read", target, bytes_file("moving.csv", many), meddling=how)
    yield from _heavy()


def _heavy() -> Iterator[Hostile]:
    def cell(write: Callable[[bytes], object]) -> None:
        write(b"key,name,lon,lat\nq1,")
        for _ in range(100):
            write(b"n" * _BLOCK)
        write(b",0.5,0.5\n")

    def quoted_cell(write: Callable[[bytes], object]) -> None:
        write(b'key,name,lon,lat\nq1,"')
        for _ in range(100):
            write((b"n" * 127 + b"\n") * (_BLOCK // 128))
        write(b'",0.5,0.5\n')

    def rows(write: Callable[[bytes], object]) -> None:
        write(b"key,name\n")
        for at in range(0, 10_000_000, 50_000):
            write(b"".join(b"%d,a\n" % i for i in range(at, at + 50_000)))

    def accounts(write: Callable[[bytes], object]) -> None:
        write(b"key,name,city,state,lon,lat,revenue,industry\n")
        row = b"A%07d,Customer %d Inc.,City%d,S%d,%.5f,%.5f,%d,Industry %d\n"
        for at in range(0, 600_000, 50_000):
            write(
                b"".join(
                    row % (i, i, i % 3000, i % 50, i % 397 / 100, i % 389 / 100, i % 9001, i % 7)
                    for i in range(at, at + 50_000)
                )
            )

    def letter(write: Callable[[bytes], object]) -> None:
        write(b'key,name,lon,lat\nq1,a,0.5,0.5\nq2,"')
        for _ in range(20):
            write((b"n" * 127 + b"\n") * (_BLOCK // 128))

    def blank(write: Callable[[bytes], object]) -> None:
        write(b"key,name\n")
        for _ in range(200):
            write(b"\n" * 50_000)

    def quotes(write: Callable[[bytes], object]) -> None:
        write(b"key,name,lon,lat\n")
        for _ in range(60):
            write(b'q,"a,"b,"c\n' * 10_000)

    def zeros(write: Callable[[bytes], object]) -> None:
        write(b"key,name\n")
        for _ in range(300):
            write(b"\0" * _BLOCK)

    def headers(write: Callable[[bytes], object]) -> None:
        for i in range(300_000):
            write(b"column %d," % i)
        write(b"\n" + b"1," * 300_000 + b"\n")

    def commas(write: Callable[[bytes], object]) -> None:
        for _ in range(100):
            write(b"," * _BLOCK)

    made = (
        ("cell of 100 MB", cell, REFUSED),
        ("cell of 100 MB over many lines", quoted_cell, REFUSED),
        ("cell of 20 MB that is never closed", letter, GOOD),
        ("600,000 accounts", accounts, GOOD),
        ("10,000,000 short rows", rows, REFUSED),
        ("10,000,000 blank lines", blank, REFUSED),
        ("600,000 rows of quotes never closed", quotes, EITHER),
        ("300 MB of zeros", zeros, REFUSED),
        ("300,000 columns", headers, REFUSED),
        ("100 MB of commas", commas, REFUSED),
    )
    for name, write, ends in made:
        yield Hostile(name, "accounts", _written("heavy.csv", write), ends, heavy=True)
    for target in ("unit-list", "crm", "scope", "terms", "sizing", "seeds", "metrics", "line"):
        yield Hostile("cell of 100 MB", target, _written("heavy.json", cell), heavy=True)
