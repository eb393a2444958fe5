"""What the file of a plan is called where a person names it. Owns the ending and a free name; not what is written."""

from __future__ import annotations

from pathlib import Path

PLAN_SUFFIX = ".gpkg"


def as_plan_path(path: Path) -> Path:
    """Return the path with the ending of a plan behind its name where it has another or none."""
    return path if path.suffix.casefold() == PLAN_SUFFIX else path.with_name(path.name + PLAN_SUFFIX)


def free_path(path: Path) -> Path:
    """Return the path, or with a number behind the name the first that is not taken."""
    candidate, n = path, 2
    while candidate.exists():
        candidate = path.with_name(f"{path.stem} {n}{path.suffix}")
        n += 1
    return candidate
