"""What runs here: Python, Qt, the libraries that decide how maps and files come out, the system, the kind of program.

Owns the list, for About and for reports of errors; how it is worded and shown is theirs.
"""

from __future__ import annotations

import importlib
import platform
import sys

from PySide6.QtCore import qVersion

from territorymap.document.connection import sqlite_version

# Name, the module that tells its version, and where; the module may be slow to import.
_LIBRARIES = (
    ("PySide6", "PySide6", "__version__"),
    ("Chromium", "PySide6.QtWebEngineCore", "qWebEngineChromiumVersion"),
    ("GDAL", "pyogrio", "__gdal_version_string__"),
    ("GEOS", "shapely", "geos_version_string"),
    ("PROJ", "pyproj", "proj_version_str"),
    ("numpy", "numpy", "__version__"),
    ("shapely", "shapely", "__version__"),
    ("pyogrio", "pyogrio", "__version__"),
)


def library_versions(*, imports: bool) -> list[tuple[str, str]]:
    """Return name and version; without ``imports`` only of libraries that are loaded already."""
    found = [("Python", platform.python_version()), ("Qt", qVersion())]
    for name, module_name, field in _LIBRARIES:
        module = importlib.import_module(module_name) if imports else sys.modules.get(module_name)
        told = getattr(module, field, None)  # another thread may be importing it
        if told is not None:
            found.append((name, str(told() if callable(told) else told)))
    return [*found, ("SQLite", sqlite_version())]


def system_name() -> str:
    """Return the system with its release and the machine."""
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def is_installed() -> bool:
    """Whether this is the program that brings all it needs, and not a Python package."""
    return bool(getattr(sys, "frozen", False))
