"""One resolver of the files we ship: checkout, wheel and frozen app.

Owns where files stand; does not read them.
"""

from __future__ import annotations

import sys
from pathlib import Path


def shipped(*parts: str) -> Path:
    """Return the path of a shipped file or folder, e.g. ``shipped("maps", "layers.json")``.

    The first part is ``maps`` or ``resources``.

    Raises
    ------
    FileNotFoundError
        if the file is not there.
    """
    for root in _roots():
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError("/".join(parts))


def translations() -> Path:
    """Return the folder of the catalogues."""
    return shipped("resources", "translations")


def _roots() -> list[Path]:
    package = Path(__file__).resolve().parent
    roots = [package / "_shipped", package.parent.parent]
    frozen = getattr(sys, "_MEIPASS", None)
    return [Path(frozen), *roots] if frozen else roots
