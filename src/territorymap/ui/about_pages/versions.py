"""What runs here: the program, Python, Qt and the libraries that decide how maps and files come out.

Owns the list; imports the slow libraries only when it is asked for.
"""

from __future__ import annotations

import platform
import sys

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import qVersion

from territorymap import __version__
from territorymap.document.connection import sqlite_version
from territorymap.i18n import tr


def program_versions() -> list[tuple[str, str]]:
    """Return name and version, the program first."""
    import pyogrio
    import pyproj
    import shapely
    from PySide6.QtWebEngineCore import qWebEngineChromiumVersion

    return [
        (tr("Territory Map"), __version__),
        ("Python", platform.python_version()),
        ("Qt", qVersion()),
        ("PySide6", pyside_version),
        ("Chromium", qWebEngineChromiumVersion()),
        ("GDAL", pyogrio.__gdal_version_string__),
        ("GEOS", shapely.geos_version_string),
        ("PROJ", pyproj.proj_version_str),
        ("SQLite", sqlite_version()),
        (tr("System"), f"{platform.system()} {platform.release()} {platform.machine()}"),
        (tr("Installed as"), _kind()),
    ]


def as_text(versions: list[tuple[str, str]]) -> str:
    """Return the list as lines to paste into a letter."""
    return "\n".join(f"{name} {version}" for name, version in versions)


def _kind() -> str:
    if getattr(sys, "frozen", False):
        return tr("Program that brings all it needs")
    return tr("Python package")
