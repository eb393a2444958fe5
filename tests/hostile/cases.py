"""The list of hostile files. Owns what a case is; each kind of file has a module that adds its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

GOOD, REFUSED, EITHER = "good", "refused", "either"
_MODULES = ("odd_files", "text_files", "wide_texts", "sheets", "sheet_bombs", "maps", "map_tricks", "geopackages",
            "json_files", "tiles", "decks", "protected", "geodatabases")  # fmt: skip


@dataclass(frozen=True)
class Trap:
    """What a hostile file may point at, to be caught: a file with a secret in it and an address that listens."""

    secret_file: Path
    url: str


@dataclass(frozen=True)
class Hostile:
    """One file, what it is given to, and how that has to end."""

    name: str
    target: str  # key of targets.TARGETS
    make: Callable[[Path, Trap], Path]  # makes it in an empty folder and returns its path
    ends: str = EITHER  # "good", "refused", or either: what a person would expect
    says: str = ""  # stands in the error or in the notes
    heavy: bool = False  # for the benchmark, not for every test run
    meddling: str = ""  # "grow", "cut" or "delete": done to the file while it is read

    @property
    def key(self) -> str:
        return f"{self.target}/{self.name}"


@cache
def all_cases() -> tuple[Hostile, ...]:
    """Return every case, those of one module together."""
    found = [case for name in _MODULES for case in _made(name)]
    keys = [case.key for case in found]
    assert len(set(keys)) == len(keys), sorted(key for key in set(keys) if keys.count(key) > 1)
    return tuple(found)


def _made(module: str) -> Iterable[Hostile]:
    cases: Callable[[], Iterable[Hostile]] = import_module(f"tests.hostile.{module}").cases
    return cases()


def bytes_file(name: str, content: bytes | Callable[[], bytes]) -> Callable[[Path, Trap], Path]:
    """Return a maker of a file with these bytes."""

    def make(folder: Path, _: Trap) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content())
        return path

    return make
