"""Makes the pictures of README and of the help anew from the running program; ``make pictures`` runs it.

All are of the sample plan but accounts.png: for it a plan of a million accounts is made first, which takes minutes.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "resources" / "sample" / "sample.gpkg"

sys.path.insert(0, str(ROOT / "benchmarks"))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np  # noqa: E402
from channel_pictures import pictures_of_channels  # noqa: E402
from compare_pictures import picture_of_comparing  # noqa: E402
from help_pictures import pictures_of_the_help  # noqa: E402
from picture_files import MADE, PICTURES, make_small  # noqa: E402
from present_pictures import pictures_of_a_session  # noqa: E402
from proposal_pictures import picture_of_proposals  # noqa: E402
from PySide6.QtCore import QEvent, QPoint, Qt  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from solving_pictures import picture_of_building  # noqa: E402

from support.layers import BIG, bench_layer  # noqa: E402
from support.plans import make_plan  # noqa: E402
from support.window import Window, application, spin, wait_until  # noqa: E402
from territorymap.exporters.registry import export  # noqa: E402
from territorymap.session import commands  # noqa: E402
from territorymap.session.session import Session  # noqa: E402
from territorymap.ui.merge.merge_dialog import MergeDialog  # noqa: E402


def main() -> int:
    """Write every picture of README and of the help into resources/pictures; 1 if one of them was not made."""
    PICTURES.mkdir(exist_ok=True)
    begun = time.time()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERRITORYMAP_STATE_DIR"] = str(Path(folder, "state"))
        plan = Path(shutil.copy(SAMPLE, folder))
        app = application()
        window = Window(plan)
        window.main.grab().save(str(PICTURES / "window.png"))
        picture_of_a_border(window)
        picture_of_a_boundary(window)
        picture_of_a_cut(window)
        window.close()
        with Session.open(plan, read_only=True) as session:
            export(session, PICTURES / "export.png")
        pictures_of_a_session(Path(shutil.copy(SAMPLE, Path(folder, "session.gpkg"))), PICTURES)
        pictures_of_two_planners(Path(folder))
        picture_of_comparing(Path(shutil.copy(SAMPLE, Path(folder, "compare.gpkg"))), PICTURES)
        picture_of_building(Path(shutil.copy(SAMPLE, Path(folder, "build.gpkg"))), PICTURES)
        picture_of_proposals(Path(shutil.copy(SAMPLE, Path(folder, "proposals.gpkg"))), PICTURES)
        pictures_of_channels(Path(shutil.copy(SAMPLE, Path(folder, "channels.gpkg"))), PICTURES)
        pictures_of_the_help(Path(shutil.copy(SAMPLE, Path(folder, "help.gpkg"))), PICTURES)
        picture_of_a_million_accounts(Path(folder, "million.gpkg"))
        app.quit()
    made = {path.stem for path in PICTURES.glob("*.png") if path.stat().st_mtime >= begun}
    for name in sorted(made):
        make_small(PICTURES / f"{name}.png")
    for name in sorted({*MADE} ^ made):
        print(f"{name}: {'not made' if name in MADE else 'not in the list of picture_files.py'}")
    return int(made != {*MADE})


def pictures_of_two_planners(folder: Path) -> None:
    """Paula and Bo both worked on the border of Illinois; she takes his copy in: the conflicts, the log."""
    plan, copy = (Path(shutil.copy(SAMPLE, folder / name)) for name in ("paula.gpkg", "from Bo.gpkg"))
    with Session.open(plan, author="Paula Planner") as session:
        session.document.save_copy(copy)
    with Session.open(copy, author="Bo Lindqvist") as session:
        give_border(session, "Central Plains", "Illinois", slice(0, 12), note="nearer to Chicago")
        give_border(session, "Texas North", "Lower Mississippi", slice(0, 6), note="agreed with Odette")
        session.do(commands.rename_territory(session.plan, territory_id(session, "Mountain"), "Rocky Mountains"))
    with Session.open(plan, author="Paula Planner") as session:
        give_border(session, "Central Plains", "Illinois", slice(4, 9), to="Upper Midwest")
        give_border(session, "Carolinas", "Georgia and Alabama", slice(0, 5), note="Terrence has room")
    window = Window(plan)
    window.session.document.author = "Paula Planner"
    window.main.merging.merge(copy)
    dialogs: list[MergeDialog] = []
    assert wait_until(lambda: bool(dialogs.extend(window.main.findChildren(MergeDialog)) or dialogs), 60)
    spin(600)
    dialogs[0].accept()
    spin(1500)
    window.zoom_to(-90.6, 41.2, 7)
    panel = window.main.conflict_panel
    panel.view.selectRow(1)
    spin(800)
    window.main.toast.hide()
    window.main.grab().save(str(PICTURES / "merge.png"))
    window.main.docks.bring_up("changes")
    window.main.changes_panel.view.selectRow(3)
    spin(800)
    window.main.grab().save(str(PICTURES / "changes.png"))
    window.close()


def give_border(
    session: Session, giver: str, neighbour: str, which: slice, *, to: str | None = None, note: str = ""
) -> None:
    """Give some of a territory's units along the border with another to that one, or to a third."""
    plan = session.plan
    own, other = (plan.territory_ix(territory_id(session, name)) for name in (giver, neighbour))
    at = [u for u in plan.units_of(own) if other in plan.unit_territory[session.adjacency.neighbours_of(int(u))]]
    session.do(commands.assign_units(plan, np.array(at[which]), territory_id(session, to or neighbour)), note=note)


def territory_id(session: Session, name: str) -> int:
    territory = session.plan.territory_named(name)
    assert territory is not None, name
    return territory.territory_id


def picture_of_a_million_accounts(path: Path) -> None:
    """Accounts of the north-east by industry, their circles as large as their revenue."""
    make_plan(path, bench_layer(BIG), 150, 1_000_000, seed=1, is_spread=True)
    window = Window(path)
    window.main.account_menu.choose("color", "segment:Industry")
    window.main.account_menu.choose("size", "measure:Revenue")
    window.zoom_to(-75.2, 41.2, 7)
    spin(2000)
    window.main.grab().save(str(PICTURES / "accounts.png"))
    window.close()


def picture_of_a_border(window: Window) -> None:
    """Pull the border of Illinois, which has too little, into Michigan and Indiana, which has too much."""
    window.main.commands["tool_border"].trigger()
    window.zoom_to(-87.6, 40.2, 7)
    window.main.commands["brush_larger"].trigger()
    hold(window, [(-87.53, 40.3), (-85.9, 40.2)])
    window.main.grab().save(str(PICTURES / "border.png"))
    give_up(window)


def picture_of_a_boundary(window: Window) -> None:
    """Draw a new territory around the Front Range."""
    window.main.commands["tool_draw"].trigger()
    window.zoom_to(-101.2, 39.9, 6)
    around = [
        (-106.2, 41.2),
        (-106.4, 39.4),
        (-105.6, 37.6),
        (-103.2, 37.5),
        (-102.4, 39.2),
        (-102.7, 41.3),
        (-104.6, 41.9),
    ]
    hold(window, [*around, (-105.8, 41.6)])
    window.main.grab().save(str(PICTURES / "boundary.png"))
    give_up(window)


def picture_of_a_cut(window: Window) -> None:
    """Cut Los Angeles County, which is more than a territory by itself, and its neighbour."""
    window.main.commands["tool_cut"].trigger()
    window.zoom_to(-118.2, 34.4, 9)
    hold(window, [(-119.2, 34.45), (-118.5, 34.32), (-118.0, 34.38), (-117.3, 34.2), (-116.9, 34.05)])
    window.main.grab().save(str(PICTURES / "cut.png"))
    give_up(window)


def hold(window: Window, path: list[tuple[float, float]]) -> None:
    """Press at the first place of the map and drag along the others; the button stays down."""
    places = [window.pixel(*place) for place in path]
    window.mouse(QEvent.Type.MouseMove, places[0], Qt.MouseButton.NoButton)
    spin(200)
    window.mouse(QEvent.Type.MouseButtonPress, places[0])
    for start, end in pairwise(places):
        for i in range(1, 13):
            window.mouse(QEvent.Type.MouseMove, start + QPoint(*(round(c * i / 12) for c in (end - start).toTuple())))
    spin(700)


def give_up(window: Window) -> None:
    """Esc, and the button up."""
    QTest.keyClick(window.view.focusProxy(), Qt.Key.Key_Escape)
    spin(200)
    window.mouse(QEvent.Type.MouseButtonRelease, QPoint(3, 3))
    spin(200)


if __name__ == "__main__":
    sys.exit(main())
