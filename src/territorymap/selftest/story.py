"""What the self-test does in the window, step by step: open, draw, undo, build, export, import, speak, close, reopen.

Owns the steps and what must be so after each; events are hands.py's, looks at files opened.py's.
"""

from __future__ import annotations

import math
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt, qVersion
from PySide6.QtWidgets import QApplication

from territorymap import __version__
from territorymap.resources import shipped
from territorymap.selftest.content import Content, check_same, content_of, content_of_file
from territorymap.selftest.files import write_lists
from territorymap.selftest.hands import CTRL, Hands, wait_until
from territorymap.selftest.opened import look_into
from territorymap.selftest.seeing import is_same_color
from territorymap.selftest.telling import SelfTestError, Teller, check
from territorymap.session.session import Session
from territorymap.ui import theme
from territorymap.ui.language import CHOICE, start_language
from territorymap.ui.main_window import MainWindow
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import stop_all

_SIZE = (1400, 900)
_BUILD_S = 3.0
_BUILT = "Built"  # name of the scenario of what was built
_FEW_NAMES = 2  # reps, partners or territories, where a format writes one part for each
_STROKE_PX = 6
_ROOM_PX = 40  # from the stroke to the unit's border, at least


@dataclass
class _Target:
    """A unit that is to change hands, and where it and its new territory are."""

    unit_ix: int
    territory_ix: int  # that gets it
    former_ix: int
    neighbour: tuple[float, float]  # a place in the territory that gets it
    place: tuple[float, float]  # a place well within the unit
    zoom: float


class Story:
    """One run. A step that fails raises; ``end`` puts everything away in any case."""

    def __init__(self, desk: Path, out: Path, teller: Teller, make_application: Callable[[], QApplication]) -> None:
        self._desk, self._out, self._teller = desk, out, teller
        self._make_application = make_application
        self._plan = desk / "Sample plan – 示例.gpkg"
        self._window: MainWindow | None = None
        self._windows: list[MainWindow] = []
        self._refused: list[str] = []  # by guards of windows that are gone
        self.n_refused = 0
        teller.watch(self._complaints)

    def play(self) -> None:
        """Do all steps in their order."""
        self._start()
        self._open()
        target = self._find_target()
        self._move_and_undo(target)
        self._build()
        self._export()
        self._import()
        self._switch_language()
        before = self._close()
        self._reopen(before)

    def end(self) -> None:
        """Close whatever is still open."""
        stop_all(60_000)
        self._let_go()

    # -- the window ----------------------------------------------------------------------------------------------------

    @property
    def window(self) -> MainWindow:
        if self._window is None:
            raise SelfTestError("there is no window")
        return self._window

    @property
    def session(self) -> Session:
        session = self.window.session
        if session is None:
            raise SelfTestError("no plan is open")
        return session

    def _show_window(self) -> Hands:
        """Start the window as app.py does, with settings of its own."""
        preferences = Preferences()
        start_language(preferences)
        theme.install(self._app, "light")
        window = MainWindow(None, preferences)
        window.choose_theme("light")
        window.resize(*_SIZE)
        window.show()
        window.activateWindow()
        self._take(window)
        return self._hands

    def _take(self, window: MainWindow) -> None:
        """Go on with a window, which may take the place of another."""
        self._window = window
        self._hands = Hands(window)
        window.replaced.connect(self._take)

    def _complaints(self) -> list[str]:
        """Return what the page's console said and what its guard refused."""
        window = self._window
        if window is None:
            return self._refused
        guard, page = window.map_view.guard, window.map_view.page
        return [*self._refused, *(f"network: {url}" for url in guard.refused), *page.complaints]

    def _let_go(self) -> None:
        window, self._window = self._window, None
        if window is None:
            return
        self.n_refused += len(window.map_view.guard.refused)
        window.close()
        window.end()

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        with self._teller.step("start") as facts:
            self._app = self._make_application()
            preferences = Preferences()
            preferences.set_text(CHOICE, "en")
            preferences.sync()
            hands = self._show_window()
            page = hands.window.start_page
            wait_until(lambda: page.isVisible() and page.sample_button.isEnabled(), "the start page is shown")
            facts |= {
                "version": __version__,
                "frozen": bool(getattr(sys, "frozen", False)),
                "python": platform.python_version(),
                "qt": qVersion(),
                "system": platform.platform(),
                "screen": self._app.platformName(),
                "sandbox": os.environ.get("QTWEBENGINE_DISABLE_SANDBOX") != "1",
            }

    def _open(self) -> None:
        with self._teller.step("open") as facts:
            shutil.copyfile(shipped("resources", "sample", "sample.gpkg"), self._plan)
            self._plan.chmod(0o644)  # the shipped one may be read-only
            check(self.window.open_plan(self._plan), "the sample plan was not opened")
            self._hands.wait_for_map()
            facts["under_pointer"] = self._hands.point_at_middle()
            plan = self.session.plan
            check(not self.session.is_read_only, "the plan can only be read")
            check(len(plan.territories) and len(plan.units) and len(plan.accounts), "the sample plan is empty")
            facts |= {"territories": len(plan.territories), "units": len(plan.units), "accounts": len(plan.accounts)}

    def _find_target(self) -> _Target:
        """Return a unit that lies beside another territory and is large enough to be hit with certainty."""
        from shapely import boundary, distance, points

        plan = self.session.plan
        units, owner = plan.units, plan.unit_territory
        place = points(units.lon, units.lat)
        room_deg = distance(place, boundary(self.session.geometry))
        is_free = ~units.locked & (owner >= 0) & ~np.array([t.locked for t in plan.territories])[owner]
        is_near = (units.lon > -115) & (units.lon < -75) & (units.lat > 30) & (units.lat < 47)
        best: tuple[float, int, int] | None = None
        for u, v in self.session.adjacency.pair.tolist():
            if owner[u] != owner[v] and all(is_free[x] and is_near[x] for x in (u, v)):
                room = float(min(room_deg[u], room_deg[v]))
                if best is None or room > best[0]:
                    best = (room, u, v)
        if best is None:
            raise SelfTestError("the sample plan has no two neighbours of different territories")
        room, u, v = best
        zoom = min(10.0, max(5.0, math.ceil(math.log2(_ROOM_PX * 360 / (256 * room)))))
        return _Target(
            unit_ix=u, territory_ix=int(owner[v]), former_ix=int(owner[u]), zoom=zoom,
            neighbour=(float(units.lon[v]), float(units.lat[v])), place=(float(units.lon[u]), float(units.lat[u])),
        )  # fmt: skip

    def _move_and_undo(self, target: _Target) -> None:
        hands, plan = self._hands, self.session.plan
        code = str(plan.units.code[target.unit_ix])
        before = content_of_file(self._plan)
        with self._teller.step("move by mouse") as facts:
            hands.click_map(hands.show_place(*target.neighbour, target.zoom))
            wanted = plan.territories[target.territory_ix]
            wait_until(lambda: self.window.selection.territory_id == wanted.territory_id, "the click selects")
            hands.key(Qt.Key.Key_B, widget=None)
            wait_until(lambda: self.window.map_view.tool == "brush", "the key B takes the brush")
            self.window.map_view.set_brush_radius(1)
            spot = hands.show_place(*target.place, target.zoom)
            hands.take_hand_away()
            old = hands.color_at(spot)
            hands.stroke(spot, spot + QPoint(_STROKE_PX, 0))
            hands.take_hand_away()
            check(self._owners_in_file()[code] == wanted.name, "the file does not hold the stroke", unit=code)
            wait_until(lambda: not is_same_color(hands.color_at(spot), old), "the unit has another colour on the map")
            new = hands.color_at(spot)
            facts |= {"unit": code, "from": plan.territories[target.former_ix].name, "to": wanted.name,
                      "color": [old, new]}  # fmt: skip
        with self._teller.step("undo by key"):
            hands.key(Qt.Key.Key_Z, CTRL)
            former = plan.territories[target.former_ix].name
            wait_until(lambda: self.session.document.can_redo, "Ctrl+Z takes the stroke back")
            check(self._owners_in_file()[code] == former, "the file does not hold the undo", unit=code)
            wait_until(lambda: is_same_color(hands.color_at(spot), old), "the unit has its colour again")
            after = content_of_file(self._plan)
            for content in (before, after):
                del content["history"]  # both steps stand there
            check_same(before, after, "the plan after the undo is not the plan before the stroke")

    def _owners_in_file(self) -> dict[str, str]:
        """Return the territory of each unit by the rows of the file, read by a reader of its own."""
        with Session.open(self._plan, read_only=True) as session:
            plan = session.plan
            names = np.array([*(t.name for t in plan.territories), ""], dtype=object)[plan.unit_territory]
            return dict(zip(plan.units.code.tolist(), names.tolist(), strict=True))

    def _build(self) -> None:
        from territorymap.ui.proposals.scenario_dialog import TakeAsScenarioDialog
        from territorymap.ui.solving.build_dialog import BuildDialog

        hands, window = self._hands, self.window
        with self._teller.step("build territories") as facts:
            window.disruption_panel.make_baseline.trigger()
            check(self.session.plan.baseline is not None, "the scenario did not become the baseline")
            window.commands["build"].trigger()
            dialog = hands.dialog(BuildDialog)
            dialog.seconds.setValue(_BUILD_S)
            hands.key(Qt.Key.Key_Return, widget=dialog)
            bar = window.solving.bar
            wait_until(lambda: bar.state in ("done", "failed"), "the search ends")
            check(bar.state == "done", "the search failed", why=bar.problem.text())
            n_units = len(self.session.plan.units)
            hands.click(bar.scenario)
            asked = hands.dialog(TakeAsScenarioDialog)
            hands.type_text(asked.name, _BUILT)
            asked.switch.setChecked(True)
            hands.key(Qt.Key.Key_Return, widget=asked)
            wait_until(lambda: self.session.plan.scenario.name == _BUILT, "the proposal is a scenario of its own")
            hands.rest()
            owned = int((self.session.plan.unit_territory >= 0).sum())
            check(owned > 0.9 * n_units, "the proposal leaves units to nobody", owned=owned, units=n_units)
            facts |= {
                "territories": len(self.session.plan.territories),
                "units": owned,
                "max_deviation": [round(float(value), 4) for value in self.session.balance.max_deviation],
            }

    def _export(self) -> None:
        from territorymap.exporters.registry import ExportOptions, list_exporters
        from territorymap.ui.export_dialog import run_export

        plan = self.session.plan
        few = {
            "territories": tuple(t.name for t in plan.territories[:_FEW_NAMES]),
            "reps": tuple(rep.name for rep in plan.reps if any(t.rep_id == rep.rep_id for t in plan.territories))[
                :_FEW_NAMES
            ],
            "partners": tuple(rep.name for rep in plan.reps if rep.is_partner)[:_FEW_NAMES],
        }
        for exporter in list_exporters():
            with self._teller.step(f"export {exporter.name}") as facts:
                chosen = {c.name: few[c.names_of] for c in exporter.choices if c.kind == "names" and c.name != "rep"}
                path = self._out / f"{exporter.name}.{exporter.extension}"
                path.unlink(missing_ok=True)  # of a former run
                run_export(
                    self.window, self.session, path, exporter.what[0], ExportOptions(chosen), self.window.preferences,
                    name=exporter.name,
                )  # fmt: skip
                wait_until(path.exists, f"{path.name} is written")
                facts |= {"bytes": path.stat().st_size, "seen": look_into(path)}

    def _import(self) -> None:
        from territorymap.ui.import_wizard.accounts_dialog import AccountImportDialog

        for path, keys in write_lists(self._desk).items():
            with self._teller.step(f"import {path.suffix.removeprefix('.')}") as facts:
                n_before = len(self.session.plan.accounts)
                self.window.files.import_accounts(path)
                dialog = self._hands.dialog(AccountImportDialog)
                wait_until(lambda dialog=dialog: dialog.form.has_file, f"{path.name} is read")  # type: ignore[misc]
                self._hands.click(dialog.next)
                wait_until(lambda dialog=dialog: dialog.outcome is not None, "the rows are checked")  # type: ignore[misc]
                self._hands.click(dialog.apply)
                wait_until(lambda n=n_before: len(self.session.plan.accounts) > n, "the rows are imported")  # type: ignore[misc]
                with Session.open(self._plan, read_only=True) as session:
                    accounts = session.plan.accounts
                    found = [int(np.flatnonzero(accounts.key == key)[0]) for key in keys if key in accounts.key]
                check(len(found) == len(keys), "accounts of the list are not in the file", found=len(found))
                check(all(accounts.unit_ix[i] >= 0 for i in found), "accounts of the list lie in no unit")
                facts |= {"accounts": len(keys), "names": [str(accounts.name[i]) for i in found]}

    def _switch_language(self) -> None:
        with self._teller.step("switch language") as facts:
            english = self.window.commands["build"].text()
            for choice in ("zh_CN", "en"):
                former = self.window
                former.choose_language(choice)
                wait_until(lambda former=former: self._window is not former, f"the window speaks {choice}")  # type: ignore[misc]
                self._hands.wait_for_map()
                facts[choice] = self.window.commands["build"].text()
            check(_is_chinese(facts["zh_CN"]), "the Chinese window speaks something else", **facts)
            check(facts["en"] == english, "the window is not in English again", **facts)

    def _close(self) -> Content:
        with self._teller.step("close"):
            before = content_of(self.session)
            self._let_go()
            stop_all(60_000)
            left = [p.name for p in self._plan.parent.glob(f"{self._plan.name}-*")]
            check(not left, "files are left beside the plan", left=left)
            check_same(before, content_of_file(self._plan), "the file is not what the window showed")
            return before

    def _reopen(self, before: Content) -> None:
        with self._teller.step("reopen") as facts:
            hands = self._show_window()
            recent = hands.window.preferences.recent
            check(recent and recent[0] == self._plan.resolve(), "the start page does not offer the plan", recent=recent)
            hands.window.start_page.recent_wanted.emit(recent[0])
            hands.wait_for_map()
            check_same(before, content_of(self.session), "the plan is not what it was before the window was closed")
            check(not self.session.document.notices, "there are notices", told=self.session.document.notices)
            facts["parts_compared"] = len(before)
        with self._teller.step("end"):
            self._let_go()


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)
