"""A presentation with a laptop and a projector, told as JSON. Run as a program of its own, for displays are made once:

python -m tests.ui.present.two_displays PLAN SETTINGS PICTURES
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

DOTS = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
SCREENS = {
    "screens": [
        {"name": "Laptop", "x": 0, "y": 0, "width": 1366, "height": 768, **DOTS},
        {"name": "Projector", "x": 1366, "y": 0, "width": 1280, "height": 720, **DOTS},
    ]
}


def main() -> None:
    plan, settings, pictures = (Path(text) for text in sys.argv[1:4])
    config = Path(tempfile.mkdtemp(), "screens.json")
    config.write_text(json.dumps(SCREENS))
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={config}"

    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from territorymap.ui.preferences import Preferences
    from territorymap.ui.tasks import stop_all
    from tests.support.window import Window, application, wait_until

    app = application()
    window = Window(Preferences(settings), 1200, 700)
    assert window.main.open_plan(plan)
    window.wait_for_map()
    show = window.main.present.presentation
    show.switches.actions["rep_names"].setChecked(True)
    window.main.scenes_panel.present_action.trigger()
    audience, presenter = show.audience, show.presenter
    assert audience is not None
    assert presenter is not None
    wait_until(lambda: audience.map_view.is_ready, "the audience's map is painted", 60)
    told: dict[str, object] = {
        "audience": [audience.screen().name(), *audience.geometry().getRect()],
        "presenter": presenter.screen().name(),
        "has_bar": audience.bar is not None,
        "plan_window": window.main.isVisible(),
        "first": [audience.caption.text(), presenter.caption.text(), presenter.notes.toPlainText()],
        "next": presenter.next_caption.text(),
        "hidden": presenter.hidden.text(),
    }
    QTest.keyClick(presenter, Qt.Key.Key_PageDown)
    told["second"] = [audience.caption.text(), presenter.caption.text()]
    told["last"] = presenter.next_caption.text()
    QTest.keyClick(presenter, Qt.Key.Key_P)
    wait_until(lambda: not presenter.mirror.picture.isNull(), "the presenter sees the map")
    box = presenter.mirror._box()
    spot = QPointF(box.left() + box.width() / 2, box.top() + box.height() / 2)
    no_button = Qt.MouseButton.NoButton
    moved = QMouseEvent(
        QEvent.Type.MouseMove,
        spot,
        presenter.mirror.mapToGlobal(spot),
        no_button,
        no_button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(presenter.mirror, moved)
    wait_until(lambda: audience.overlay.at is not None, "the dot is there")
    assert audience.overlay.at is not None
    told["dot"] = [audience.overlay.at.x() / audience.width(), audience.overlay.at.y() / audience.height()]
    QTest.mouseClick(
        presenter.scenes.viewport(),
        Qt.MouseButton.LeftButton,
        pos=presenter.scenes.visualItemRect(presenter.scenes.item(0)).center(),
    )
    told["chosen"] = audience.caption.text()
    audience.grab().save(str(pictures / "audience.png"))
    presenter.grab().save(str(pictures / "presenter.png"))
    QTest.keyClick(presenter, Qt.Key.Key_Escape)
    QTest.keyClick(presenter, Qt.Key.Key_Escape)
    told["is_over"] = not show.is_on
    told["complaints"] = window.complaints
    window.close()
    stop_all()
    app.quit()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
