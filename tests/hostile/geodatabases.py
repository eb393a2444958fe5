"""File Geodatabases as the folders that they are, with tables that are damaged, missing, swapped or elsewhere."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyogrio

from tests.hostile.cases import EITHER, GOOD, REFUSED, Hostile, Trap
from tests.importers.boundary_files import frame

Change = Callable[[Path, Trap], None]
_FIRST = "a00000001.gdbtable"  # the catalogue of the others


def _folder(change: Change) -> Callable[[Path, Trap], Path]:
    def make(folder: Path, trap: Trap) -> Path:
        path = folder / "Gebiete.gdb"
        pyogrio.write_dataframe(frame(), path, driver="OpenFileGDB", layer="districts")
        change(path, trap)
        return path

    return make


def _each(ends: str, damage: Callable[[bytes], bytes]) -> Change:
    def change(path: Path, _: Trap) -> None:
        for file in sorted(path.glob(f"*{ends}")):
            file.write_bytes(damage(file.read_bytes()))

    return change


def _flipped(content: bytes) -> bytes:
    rng, bent = random.Random(3), bytearray(content)
    for _ in range(min(20, len(bent))):
        bent[rng.randrange(len(bent))] = rng.randrange(256)
    return bytes(bent)


def _last_table(path: Path) -> Path:
    return max(path.glob("*.gdbtable"))


def _swapped(path: Path, _: Trap) -> None:
    first, last = path / _FIRST, _last_table(path)
    one, other = first.read_bytes(), last.read_bytes()
    first.write_bytes(other)
    last.write_bytes(one)


def _linked(path: Path, trap: Trap) -> None:
    last = _last_table(path)
    last.unlink()
    last.symlink_to(trap.secret_file)


def _to_itself(path: Path, _: Trap) -> None:
    (path / _FIRST).unlink()
    (path / _FIRST).symlink_to(_FIRST)


def _nested(path: Path, _: Trap) -> None:
    shutil.copytree(path, path / "Gebiete.gdb")


def _folder_as_table(path: Path, _: Trap) -> None:
    (path / _FIRST).unlink()
    (path / _FIRST).mkdir()


def _alone(path: Path, _: Trap) -> None:
    for file in path.iterdir():
        if file.name != _FIRST:
            file.unlink()


_CHANGES: dict[str, tuple[Change, str]] = {
    "that is good": (lambda *_: None, GOOD),
    "in itself": (_nested, EITHER),
    "with tables of nothing": (_each(".gdbtable", lambda _: b""), REFUSED),
    "with tables of noise": (_each(".gdbtable", lambda c: random.Random(2).randbytes(len(c))), REFUSED),
    "with tables cut in half": (_each(".gdbtable", lambda c: c[: len(c) // 2]), EITHER),
    "with tables of flipped bytes": (_each(".gdbtable", _flipped), EITHER),
    "with rows that lie nowhere": (_each(".gdbtablx", lambda c: c[:16] + b"\xff" * (len(c) - 16)), EITHER),
    "with an index of nothing": (_each(".gdbtablx", lambda _: b""), EITHER),
    "with indexes of noise": (_each(".atx", lambda c: b"\xff" * len(c)), EITHER),
    "with a table that says it is endless": (_each(".gdbtable", lambda c: c[:4] + b"\xff" * 20 + c[24:]), EITHER),
    "with fields without end": (_each(".gdbtable", lambda c: c[:40] + b"\xff\xff\xff\x7f" + c[44:]), EITHER),
    "with tables swapped": (_swapped, EITHER),
    "with a link to another file": (_linked, EITHER),
    "with a link to itself": (_to_itself, REFUSED),
    "of a folder as its table": (_folder_as_table, REFUSED),
    "without its catalogue": (lambda path, _: (path / _FIRST).unlink(), REFUSED),
    "of one table": (
        lambda path, _: [file.unlink() for file in path.iterdir() if file.name != _FIRST] and None,
        EITHER,
    ),
}


def cases() -> Iterator[Hostile]:
    for name, (change, ends) in _CHANGES.items():
        yield Hostile(f"geodatabase {name}", "units", _folder(change), ends)
    for name in ("that is good", "with tables of flipped bytes", "with a link to another file"):
        yield Hostile(f"geodatabase {name}", "accounts", _folder(_CHANGES[name][0]))
