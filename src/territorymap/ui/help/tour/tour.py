"""Leads through the steps of the tour in the main window.

Owns which step it is and what has been done in it; what a step says is steps.py's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Signal
from PySide6.QtWidgets import QWidget

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
        self._is_pulling = False
        self._follower = Follower(self)
        self._follower.moved.connect(self.place)
        self._stops: list[Callable[[], None]] = [session.listen(self._plan_changed)]
        self.bubble.next_wanted.connect(lambda: self.go(1))
        self.bubble.back_wanted.connect(lambda: self.go(-1))
        self.bubble.skip_wanted.connect(self.end)
        window.territory_panel.by_deviation.triggered.connect(lambda: self._did("balance"))
        solving = window.solving
        solving.finished.connect(self._solved)
        for signal in (solving.runner.started, solving.runner.failed, solving.runner.cancelled):
            signal.connect(self._wish_again)
        self._strip_follower = Follower(self)
        self._strip_follower.moved.connect(self.place)
        self._strip_follower.watch(solving.bar)
        self._page = window.map_view.view.focusProxy()
        if self._page is not None:
            self._page.installEventFilter(self)
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
        self._main.map_view.set_option("show_legend", step.has_legend)
        step.prepare(self._main)
        self.bubble.say(step.title, step.text, step.wish(self._main), at=self.at, of=len(self.steps))
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
        widget = found.widget if found is not None else self._main
        self._follower.watch(widget)
        if found is None or widget.window() is not self._main:
            self.ring.hide()
            self.bubble.stand_by(None)
            return
        target, kept_free = (self._in_window(widget, box) for box in (found.box, found.kept_free))
        self.ring.surround(target)
        self.ring.setVisible(not (self.step == "border" and (self.is_done or self._is_pulling)))
        self.bubble.stand_by(target, kept_free)

    def _in_window(self, widget: QWidget, box: QRect) -> QRect:
        return QRect(widget.mapTo(self._main, box.topLeft()), box.size()) & self._main.rect()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While a border is pulled the ring is away: the card at the pointer needs the room."""
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            self._is_pulling = event.type() == QEvent.Type.MouseButtonPress
            self.place()
        return False

    # -- what is done --------------------------------------------------------------------------------------------------

    def _plan_changed(self, change: PlanChange) -> None:
        if self.steps[self.at].is_done(change):
            self._did(self.step, change.label)
        self._wish_again()

    def _solved(self, _proposals: object) -> None:
        self._did("rebalance")

    def _wish_again(self) -> None:
        """Say what is to be tried as things stand now."""
        if self.at < 0 or self.is_done:
            return
        self.bubble.wish_for(self.steps[self.at].wish(self._main))
        self.place()

    def _did(self, name: str, label: str = "") -> None:
        if name != self.step or self.is_done:
            return
        self.is_done = True
        said = {
            "balance": tr("Done: the worst comes first now."),
            "undo": tr("Done: it is as it was before."),
            "scenario": tr("Done. Change it as you like; the first one stays as it is."),
            "rebalance": (
                tr("Done. Point at a proposal to see it on the map; choose one and take it, or drop them all.")
                if self._main.proposals_panel.is_offering
                else tr("Done. Look at it on the map, then take it or discard it, above the map.")
            ),
        }
        self.bubble.praise(said.get(name) or tr("Done: {step}", step=label))
        self.place()
        self.bubble.next.setFocus()

    def _finish(self, *, was_whole: bool) -> None:
        if self.at < 0:
            return
        self.at = -1
        self._main.map_view.set_option("show_legend", True)
        for stop in self._stops:
            stop()
        self._follower.watch(None)
        self._strip_follower.watch(None)
        if self._page is not None:
            self._page.removeEventFilter(self)
        for widget in (self.bubble, self.ring):
            widget.hide()
            widget.deleteLater()
        self.ended.emit(was_whole)
