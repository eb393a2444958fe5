"""What the packages for Linux have in common: the bundle that they are made of, how small, and gzip without a date.

Owns these; what goes where is each package's own.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "territorymap"
ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"


def asked(description: str | None, level_help: str) -> tuple[Path, int]:
    """Return the bundle and the level of the command line; end where there is no bundle."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--level", type=int, default=9, help=level_help)
    level = parser.parse_args().level
    bundle = DIST / NAME
    if not bundle.is_dir():
        raise SystemExit("there is no bundle: make bundle")
    return bundle, level


@contextmanager
def gzipped(path: Path, level: int = 9) -> Iterator[gzip.GzipFile]:
    """Give a gzip file to write into: the same content makes the same bytes."""
    with (
        path.open("wb") as file,
        gzip.GzipFile(fileobj=file, mode="wb", compresslevel=level, mtime=0, filename="") as packed,
    ):
        yield packed


def tell_made(package: Path) -> None:
    """Print what was made and how large it is."""
    print(f"Made: {package} ({package.stat().st_size / 1e6:.0f} MB)")
