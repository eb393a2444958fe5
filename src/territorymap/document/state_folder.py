"""Where this user's locks, backups and caches stand. Owns the folders's place; not what is put there."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import platformdirs


def state_folder() -> Path:
    """Return the user's state folder; the variable TERRITORYMAP_STATE_DIR moves it."""
    moved = os.environ.get("TERRITORYMAP_STATE_DIR")
    return Path(moved) if moved else platformdirs.user_state_path("territorymap", appauthor=False)


def cache_folder() -> Path:
    """Return the folder of things that can be computed again."""
    moved = os.environ.get("TERRITORYMAP_STATE_DIR")
    return Path(moved) / "cache" if moved else platformdirs.user_cache_path("territorymap", appauthor=False)


def plan_key(path: Path) -> str:
    """Return a short name for a file by its real path, the same for every way to write it."""
    real = os.path.normcase(os.path.realpath(path))
    return hashlib.sha256(real.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def backup_folder(path: Path) -> Path:
    """Return the folder of a plan's automatic backups."""
    return state_folder() / "backups" / f"{path.stem[:60]}-{plan_key(path)}"
