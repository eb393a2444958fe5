"""What a start of the program may not pay for."""

from __future__ import annotations

import subprocess
import sys

SLOW = (
    "pandas", "geopandas", "pyogrio", "scipy", "folium", "matplotlib", "openpyxl", "pyproj", "requests", "numba",
    "jinja2", "lxml", "pptx", "xlsxwriter", "python_calamine", "fontTools", "PIL", "PySide6.QtTest",
    "territorymap.selftest.running", "territorymap.exporters.registry", "territorymap.importers.registry",
    "territorymap.ui.import_wizard", "territorymap.ui.new_plan", "territorymap.ui.export_dialog",
    "territorymap.ui.solving.build_dialog", "territorymap.ui.help.window",
)  # fmt: skip


def test_the_window_starts_without_the_slow_libraries() -> None:
    script = f"import sys, territorymap.app; print([name for name in {SLOW!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_pandas_can_be_imported_after_the_document() -> None:
    script = "import territorymap.document, pandas, sqlite_utils; print(pandas.DataFrame({'a': [1]}).a.sum())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
