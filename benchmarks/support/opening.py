"""One start, timed from outside: run as a program of its own by benchmarks/map.py.

``opening.py ours PLAN``: the program's own window until the plan is painted and tells which unit is under a point.
``opening.py peer PLAN``: geopandas.read_file and a folium.GeoJson page of the same plan until it is painted.
Prints one JSON line with the seconds since TM_STARTED (time.time() of the caller).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.rhi.*=false;qt.qpa.*=false")
os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--log-level=3")
if os.name == "posix" and os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
_STARTED = float(os.environ.get("TM_STARTED", time.time()))
SIZE = (1600, 1000)
# What stands in the middle of the map is asked of the page: the map answers.
ASK = "JSON.stringify(__tm.unitUnder(__tm.map.getSize().x / 2, __tm.map.getSize().y / 2))"
# A pixel of each canvas is read back: what was recorded has been drawn.
FORCE = """(() => {
  const all = [...document.querySelectorAll('canvas')].filter(c => c.width);
  for (const c of all) c.getContext('2d').getImageData(c.width >> 1, c.height >> 1, 1, 1);
  return all.length;
})()"""


def report(**facts: object) -> None:
    """Print the one line and end at once: how long the end takes is not asked."""
    from support.memory import memory_mb

    print(json.dumps({"seconds": round(time.time() - _STARTED, 3), **facts, **memory_mb()}), flush=True)
    os._exit(0)


def open_ours(plan: Path) -> None:
    """Start the program as ``territorymap PLAN`` does."""
    from territorymap import app as program
    from territorymap.ui import main_window

    seen: dict[str, Any] = {}
    build = main_window.MainWindow.__init__

    def built(window: Any, *arguments: Any, **options: Any) -> None:
        build(window, *arguments, **options)
        window.resize(*SIZE)
        page, view = window.map_view.page, window.opening_view
        show_sketch = view.show_sketch

        def sketched(sketch: Any) -> None:
            show_sketch(sketch)
            view.repaint()
            seen["picture_s"] = round(time.time() - _STARTED, 3)

        view.show_sketch = sketched

        def painted() -> None:
            seen["painted_s"] = round(time.time() - _STARTED, 3)
            page.runJavaScript(FORCE, 0, lambda _: page.runJavaScript(ASK, 0, answered))

        def answered(unit: str) -> None:
            report(**seen, unit_in_the_middle=int(unit))

        window.map_view.when_ready(painted)

    main_window.MainWindow.__init__ = built  # type: ignore[method-assign]
    program.main([str(plan)])


def open_peer(plan: Path) -> None:
    """Read the plan and show it with what everybody has: geopandas, folium, a browser window of the same size."""
    import folium
    import geopandas
    from xstatic.pkg import leaflet

    units = geopandas.read_file(plan, layer="unit", fid_as_index=True)
    geopandas.read_file(plan, layer="account")
    given = geopandas.read_file(plan, layer="assignment")
    territories = geopandas.read_file(plan, layer="territory", fid_as_index=True, ignore_geometry=True)
    colors = territories["color"].to_dict()
    territory_of = dict(zip(given["unit_id"], given["territory_id"], strict=True))
    units["fill"] = [colors.get(territory_of.get(unit), "#cccccc") for unit in units.index]
    read_s = round(time.time() - _STARTED, 3)
    page = folium.Map(prefer_canvas=True, tiles=None)
    base = Path(str(leaflet.BASE_DIR)).as_uri()
    page.default_js, page.default_css = [("leaflet", f"{base}/leaflet.js")], [("leaflet_css", f"{base}/leaflet.css")]
    shown = units[["unit_code", "fill", "geometry"]]
    layer = folium.GeoJson(
        shown, style_function=lambda f: {"fillColor": f["properties"]["fill"], "weight": 0.75, "fillOpacity": 0.88}
    )
    layer.add_to(page)
    page.fit_bounds(layer.get_bounds())
    out = Path(tempfile.mkdtemp()) / "peer.html"
    page.save(str(out))
    made_s = round(time.time() - _STARTED, 3)
    _show(out, {"read_s": read_s, "made_s": made_s, "page_mb_on_disk": round(out.stat().st_size / 1e6, 1)})


def _show(page: Path, facts: dict[str, object]) -> None:
    from PySide6.QtCore import QUrl
    from PySide6.QtWebEngineWidgets import QWebEngineView
    from PySide6.QtWidgets import QApplication

    app = QApplication(sys.argv[:1])
    view = QWebEngineView()
    view.resize(*SIZE)
    view.page().loadFinished.connect(
        lambda _ok: view.page().runJavaScript(FORCE, 0, lambda n: report(**facts, canvases=int(n or 0)))
    )
    view.load(QUrl.fromLocalFile(str(page)))
    view.show()
    app.exec()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    {"ours": open_ours, "peer": open_peer}[sys.argv[1]](Path(sys.argv[2]))
