"""Leads through the steps of the tour in the main window.

Owns which step it is and what has been done in it; what a step says is steps.py's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Signal

from territorymap.i18n import tr
from territorymap.session.session import PlanChange, Session
from territorymap.ui.help.tour.bubble import Bubble, Follower, Ring
from territorymap.ui.help.tour.steps import list_steps

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow


class Tour(QObject):
    """One run of the tour; ``ended`` says whether all steps were seen."""

    ended = Signal(bool)

    def __init__(self, window: MainWindow, session: Session) -> None:
        super().__init__(window)
        self._main = window
        self.steps = list_steps(window)
        self.at = -1
        self.bubble, self.ring = Bubble(window), Ring(window)
        self.is_done = False  # what the step wishes
        self._follower = Follower(self)
        self._follower.moved.connect(self.place)
        self._stops: list[Callable[[], None]] = [session.listen(self._plan_changed)]
        self.bubble.next_wanted.connect(lambda: self.go(1))
        self.bubble.back_wanted.connect(lambda: self.go(-1))
        self.bubble.skip_wanted.connect(self.end)
        window.territory_panel.by_deviation.triggered.connect(lambda: self._did("balance"))
        window.solving.finished.connect(self._solved)
        self.go(1)

    @property
    def step(self) -> str:
        """The name of the step."""
        return self.steps[self.at].name

    def go(self, by: int) -> None:
        """Go on, or back; past the last step it ends."""
        if self.at + by >= len(self.steps):
            self._finish(was_whole=True)
            return
        self.at = max(0, self.at + by)
        step = self.steps[self.at]
        self.is_done = False
        step.prepare(self._main)
        self.bubble.say(step.title, step.text, step.wish, at=self.at, of=len(self.steps))
        self.place()
        self.bubble.next.setFocus()
        if step.name == "border":
            self._main.map_view.setFocus()  # its keys, such as the brackets, are the map's

    def end(self) -> None:
        """Put the tour away."""
        self._finish(was_whole=False)

    def place(self) -> None:
        """Put bubble and ring where the thing is now: the window or its panels may have changed."""
        if self.at < 0:
            return
        found = self.steps[self.at].place(self._main)
        widget = found[0] if found is not None else self._main
        self._follower.watch(widget)
        target = None
        if found is not None and widget.window() is self._main:
            box: QRect = found[1]
            target = QRect(widget.mapTo(self._main, box.topLeft()), box.size()) & self._main.rect()
        if target is None or target.isEmpty():
            self.ring.hide()
            self.bubble.stand_by(None)
            return
        self.ring.surround(target)
        self.bubble.stand_by(target)

    # -- what is done --------------------------------------------------------------------------------------------------

    def _plan_changed(self, change: PlanChange) -> None:
        if self.steps[self.at].is_done(change):
            self._did(self.step, change.label)

    def _solved(self, _proposals: object) -> None:
        self._did("rebalance")

    def _did(self, name: str, label: str = "") -> None:
        if name != self.step or self.is_done:
            return
        self.is_done = True
        said = {
            "balance": tr("Done: the worst comes first now."),
            "undo": tr("Done: it is as it was before."),
            "scenario": tr("Done. Change it as you like; the first one stays as it is."),
            "rebalance": tr("Done. Look at it on the map, then take it or discard it, above the map."),
        }
        self.bubble.praise(said.get(name) or tr("Done: {step}", step=label))
        self.bubble.next.setFocus()

    def _finish(self, *, was_whole: bool) -> None:
        if self.at < 0:
            return
        self.at = -1
        for stop in self._stops:
            stop()
        self._follower.watch(None)
        for widget in (self.bubble, self.ring):
            widget.hide()
            widget.deleteLater()
        self.ended.emit(was_whole)
