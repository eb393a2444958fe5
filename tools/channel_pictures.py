"""The pictures of channels for README: two alignments on one map, gaps and conflicts, partners, quotas, in Chinese."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from support.window import Window, spin
from territorymap.ui.coverage.panel import CoveragePanel
from territorymap.ui.language import switch_language
from territorymap.ui.main_window import MainWindow

PAGE = (1180, 700)


def pictures_of_channels(plan: Path, folder: Path) -> None:
    """Write channels.png, coverage.png, partners.png, quota.png and chinese.png of a plan that is there for this."""
    window = Window(plan)
    main, session = window.main, window.session
    by_role = {alignment.role: alignment.alignment_id for alignment in session.plan.alignments}
    main.map_view.second.begin(by_role["partner"])
    session.switch_alignment(by_role["inside"])
    spin(2500)
    save(main, folder / "channels.png")
    session.switch_alignment(by_role["field"])
    main.map_view.second.end()
    main.docks.bring_up("coverage")
    spin(2500)
    panel = main.panels["coverage"]
    assert isinstance(panel, CoveragePanel)
    panel.kinds.choose("multichannel", "indirect")
    spin(400)
    panel.table.view.selectRow(0)
    spin(1500)
    save(main, folder / "coverage.png")
    for name in ("partners", "quota"):
        picture_of_page(main, name, folder)
    chinese = switch_language(main, "zh_CN")
    assert chinese is not None
    window.main = chinese
    spin(4000)
    save(chinese, folder / "chinese.png")
    window.main = switch_language(chinese, "en") or chinese
    spin(1500)
    window.close()


def picture_of_page(main: MainWindow, name: str, folder: Path) -> None:
    """Write a page of the planning window."""
    page = main.planning.show(name)
    assert page is not None
    shown = page.window()
    shown.resize(*PAGE)
    spin(1500)
    save(shown, folder / f"{name}.png")
    shown.close()


def save(widget: QWidget, path: Path) -> None:
    assert widget.grab().save(str(path)), path
