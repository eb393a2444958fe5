"""Makes the pictures of README anew from the running program on the sample plan; ``make pictures`` runs it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "resources" / "sample" / "sample.gpkg"
PICTURES = ROOT / "resources" / "pictures"

sys.path.insert(0, str(ROOT / "benchmarks"))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, Qt  # noqa: E402

from support.window import Window, application, spin  # noqa: E402
from territorymap.exporters.registry import export  # noqa: E402
from territorymap.session.session import Session  # noqa: E402


def main() -> int:
    """Write window.png, stroke.png and export.png."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERRITORYMAP_STATE_DIR"] = str(Path(folder, "state"))
        plan = Path(shutil.copy(SAMPLE, folder))
        app = application()
        window = Window(plan)
        window.main.grab().save(str(PICTURES / "window.png"))
        picture_of_a_stroke(window)
        window.close()
        with Session.open(plan, read_only=True) as session:
            export(session, PICTURES / "export.png")
        app.quit()
    return 0


def picture_of_a_stroke(window: Window) -> None:
    """Paint counties around Denver into Central Plains, and take the picture before the button is released."""
    plains = window.session.plan.territory_named("Central Plains")
    assert plains is not None
    window.main.selection.set_territory(plains.territory_id, "pictures")
    window.main.commands["tool_brush"].trigger()
    window.zoom_to(-102.5, 40.6, 6)
    start, end = window.pixel(-102.6, 40.3), window.pixel(-104.9, 39.5)
    window.mouse(QEvent.Type.MouseMove, start, Qt.MouseButton.NoButton)
    window.mouse(QEvent.Type.MouseButtonPress, start)
    for i in range(1, 13):
        window.mouse(QEvent.Type.MouseMove, start + QPoint(*(round(c * i / 12) for c in (end - start).toTuple())))
    spin(400)
    window.main.grab().save(str(PICTURES / "stroke.png"))
    window.mouse(QEvent.Type.MouseButtonRelease, end)


if __name__ == "__main__":
    sys.exit(main())
