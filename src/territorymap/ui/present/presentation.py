"""The presentation: which scene is on, on which displays, and what each key does.

Owns the order of events from begin to end; the windows are audience.py's and presenter.py's, hiding is model.veil's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QScreen

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.mapview.shading.classes import load_classifier
from territorymap.model.privacy import NOTHING_HIDDEN, Privacy, privacy_for
from territorymap.session.session import PlanChange, Session
from territorymap.ui import icons
from territorymap.ui.present.actions import PresentActions
from territorymap.ui.present.audience import AudienceWindow
from territorymap.ui.present.changes import changes_text
from territorymap.ui.present.displays import choose_screens, fill_screen
from territorymap.ui.present.presenter import PresenterWindow
from territorymap.ui.present.privacy_menu import PrivacySwitches
from territorymap.ui.present.prompter import list_scenes, place_text, tell
from territorymap.ui.present.showing import capture, is_there, place_of, share_looks
from territorymap.ui.present.stops import Stop, first_stop, list_stops, same_stop, scenario_of, where_of
from territorymap.ui.present.thumbnails import Thumbnails

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

_SCREEN = "present_screen"  # remembered: the name of the audience's display
_MIRROR_MS = 1000
_THUMBNAIL_AFTER_MS = 900  # labels are placed by then


class Presentation(QObject):
    """One presentation, begun and ended again and again."""

    begun = Signal()
    ended = Signal()
    stop_changed = Signal(int)

    def __init__(self, window: MainWindow, thumbnails: Thumbnails) -> None:
        super().__init__(window)
        self._window = window
        self._thumbnails = thumbnails
        self.switches = PrivacySwitches(window.preferences, self)
        self.switches.changed.connect(self._privacy_changed)
        self.hide_pay = QAction(tr("Hide pay and &quotas"), self)
        self.hide_pay.setCheckable(True)
        self.hide_pay.setToolTip(tr("Hide pay and quotas in every view and every export at once, as in a presentation"))
        icons.set_icon(self.hide_pay, "present-hide")
        self.hide_pay.toggled.connect(lambda _on: self.follow_pay())
        window.what_if.changed.connect(self._follow_what_if)
        self.audience: AudienceWindow | None = None
        self.presenter: PresenterWindow | None = None
        self.actions: PresentActions | None = None
        self.stops: list[Stop] = []
        self.at = -1
        self._former = 0, 0  # scenario and alignment
        self._stop_listening: Callable[[], None] | None = None
        self._mirror = QTimer(self, interval=_MIRROR_MS)
        self._mirror.timeout.connect(self._show_mirror)
        self._take_picture = QTimer(self, singleShot=True, interval=_THUMBNAIL_AFTER_MS)
        self._take_picture.timeout.connect(self._keep_thumbnail)

    # -- begin and end -------------------------------------------------------------------------------------------------

    @property
    def is_on(self) -> bool:
        return self.audience is not None

    @property
    def scene_id(self) -> int | None:
        """The scene that is shown; None while nothing is presented, or where the plan has no scene."""
        scene = self.stops[self.at].scene if self.is_on and 0 <= self.at < len(self.stops) else None
        return scene.scene_id if scene is not None else None

    @property
    def privacy(self) -> Privacy:
        """What no export may hold now: what is hidden while a presentation is on, else pay where it is hidden."""
        if self.is_on:
            return self.switches.privacy
        session = self._window.session
        is_hidden = session is not None and self.hide_pay.isChecked()
        return privacy_for(session.plan, pay=True) if session is not None and is_hidden else NOTHING_HIDDEN

    @property
    def _session(self) -> Session:
        session = self._window.session
        assert session is not None
        return session

    def begin(self, scene_id: int | None = None) -> None:
        """Show the first scene, or a given one, to the audience."""
        if self.is_on or self._window.session is None:
            return
        session = self._session
        self._former = session.plan.scenario.scenario_id, session.plan.alignment.alignment_id
        self.stops = self._list_stops()
        if any(stop.view.class_method for stop in self.stops):
            with self._window.waiting(tr("Getting the presentation ready…")):
                load_classifier()
        screen, own = choose_screens(self._window.screen(), self._window.preferences.text(_SCREEN))
        self.actions = self._make_actions()
        self.audience = AudienceWindow(self.actions, self.switches, is_alone=own is None)
        self.audience.key_pressed.connect(self.take_key)
        self.audience.closed.connect(self.end)
        self.audience.what_if.kept.connect(self._window.what_if.keep)
        self.audience.what_if.dropped.connect(self._window.what_if.drop)
        self.audience.what_if.undone.connect(self._window.what_if.take_back)
        self.audience.moved.connect(self._take_picture.start)
        try:
            share_looks(self._window.map_view, self.audience.map_view)
        except UserError as error:
            self._window.refuse(error)  # the land is shown instead of the base layer
        self.follow_pay()
        self.audience.set_session(session, self.switches.privacy)
        self._stop_listening = session.listen(self._plan_changed)
        fill_screen(self.audience, screen)
        if own is not None:
            self._show_presenter(own)
        else:
            self._window.hide()  # else its names were one key away
        self.audience.activateWindow()
        self.audience.map_view.setFocus()
        self._follow_what_if()
        self.go(first_stop(self.stops, scene_id), is_smooth=False)
        self.begun.emit()

    def end(self) -> None:
        """Close the windows of the presentation; the plan is shown as it was before."""
        if self.audience is None:
            return
        self._mirror.stop()
        self._take_picture.stop()
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None
        audience, presenter, actions = self.audience, self.presenter, self.actions
        self.audience = self.presenter = self.actions = None
        self.at = -1
        if self._window.isHidden():
            self._window.show()  # first: the program ends with its last window
        audience.tear_down()
        if presenter is not None:
            presenter.tear_down()
        if actions is not None:
            actions.deleteLater()  # not at once: it may be one of them that ends the presentation
        self.follow_pay()
        self._back_to_scenario()
        self._window.activateWindow()
        self.ended.emit()

    def _back_to_scenario(self) -> None:
        """A what-if stays in use; else the scenario from before comes back."""
        session = self._window.session
        if session is None or self._window.what_if.is_on:
            return
        scenarios = {scenario.scenario_id for scenario in session.plan.scenarios}
        alignments = {alignment.alignment_id for alignment in session.plan.alignments}
        if self._former[0] in scenarios and self._former[1] in alignments:
            session.switch_place(*self._former)

    def choose_screen(self, name: str) -> None:
        """Let the audience look at the display of this name from the next time on."""
        self._window.preferences.set_text(_SCREEN, name)

    @property
    def screen_name(self) -> str:
        """The display that the audience looks at, or would."""
        return choose_screens(self._window.screen(), self._window.preferences.text(_SCREEN))[0].name()

    def _show_presenter(self, screen: QScreen) -> None:
        assert self.actions is not None
        self.presenter = PresenterWindow(self.actions, self.switches)
        self.presenter.key_pressed.connect(self.take_key)
        self.presenter.closed.connect(self.end)
        self.presenter.scene_chosen.connect(self._go_to_scene)
        self.presenter.mirror.pointed.connect(self._point)
        self.presenter.edit_wanted.connect(self._window.raise_)
        self.presenter.edit_wanted.connect(self._window.activateWindow)
        self.presenter.what_if.kept.connect(self._window.what_if.keep)
        self.presenter.what_if.dropped.connect(self._window.what_if.drop)
        area = screen.availableGeometry()
        self.presenter.setScreen(screen)
        self.presenter.setGeometry(area)
        self.presenter.showMaximized()
        self._list_thumbnails()
        self._mirror.start()

    # -- scenes --------------------------------------------------------------------------------------------------------

    def _list_stops(self) -> list[Stop]:
        plan = self._session.plan
        return list_stops(plan, capture(self._window.map_view, plan))

    def go(self, at: int, *, is_smooth: bool = True) -> None:
        """Show one of the stops."""
        audience = self.audience
        if audience is None or not self.stops:
            return
        at = min(max(at, 0), len(self.stops) - 1)
        before, stop = self.stops[self.at] if 0 <= self.at < len(self.stops) else None, self.stops[at]
        audience.map_view.land()
        self.at = at
        is_same_place = before is not None and before.scene is stop.scene
        self._switch(stop.scenario, stop.view.alignment, has_fade=is_smooth)
        self._show_stop(stop)
        if not is_same_place:
            audience.map_view.glide_to(place_of(stop.view), is_smooth=is_smooth)
        self._show_changes()
        self._tell_presenter()
        self._take_picture.start()
        self.stop_changed.emit(at)

    def _show_stop(self, stop: Stop) -> None:
        """Give the audience's window the looks of a stop, and both scenarios at once where it wants them."""
        assert self.audience is not None
        self.audience.show_view(stop.view, caption=stop.caption(self._session.plan), step=self._step_text(stop))
        other = scenario_of(self._session.plan, stop.view.before)
        compare = self.audience.map_view.compare
        if stop.compare_way and other is not None and not self._window.what_if.is_on:
            compare.begin(other.scenario_id, stop.compare_way)
        else:
            compare.end()

    def next(self) -> None:
        """Go on; a flight still under way is cut short first."""
        self.go(self.at + 1)

    def previous(self) -> None:
        self.go(self.at - 1)

    def _go_to_scene(self, position: int) -> None:
        """Go to a scene by its place in the list."""
        scenes = self._session.plan.scenes
        if 0 <= position < len(scenes):
            self.go(first_stop(self.stops, scenes[position].scene_id))

    def _switch(self, scenario: str, alignment: str, *, has_fade: bool) -> None:
        """Show another scenario or alignment; its colours come by a fade. A what-if stays where it is."""
        session, plan = self._session, self._session.plan
        # A scene of a scenario that was deleted shows its place all the same.
        wanted = where_of(plan, scenario, alignment)
        if self._window.what_if.is_on or wanted == (plan.scenario.scenario_id, plan.alignment.alignment_id):
            return
        assert self.audience is not None
        if has_fade:
            self.audience.hold_picture()
        session.switch_place(*wanted)

    def _step_text(self, stop: Stop) -> str:
        if self._window.what_if.is_on:
            return tr("What if")
        if not stop.view.is_comparison:
            return ""
        scenario, audience = scenario_of(self._session.plan, stop.scenario), self.audience
        if scenario is None or stop.compare_way or audience is None or audience.session is None:
            return ""  # both at once are named on the map
        return audience.session.text(scenario.name)

    def _show_changes(self) -> None:
        """Say what differs from the baseline, where the scene wants it."""
        audience = self.audience
        if audience is None or not self.stops:
            return
        wanted = "changes" in self.stops[self.at].view.panels
        audience.figures.show_changes(changes_text(self._session) if wanted else "")

    # -- keys ----------------------------------------------------------------------------------------------------------

    def take_key(self, key: Qt.Key) -> None:
        """Do what a key, or a clicker that sends it, asks for."""
        actions = self.actions
        if actions is None:
            return
        if key == Qt.Key.Key_Escape and self._escape():
            return
        if actions["black"].isChecked() and key not in (Qt.Key.Key_B, Qt.Key.Key_Period, Qt.Key.Key_Escape):
            actions["black"].setChecked(False)  # as with other programs: any key brings the picture back
        action = actions.by_key.get(key)
        if action is not None:
            action.trigger()

    def _escape(self) -> bool:
        """Take back the last thing that is on; False = nothing is, so the presentation ends."""
        actions, audience = self.actions, self.audience
        assert actions is not None
        assert audience is not None
        if actions["black"].isChecked():
            actions["black"].setChecked(False)
            return True
        if audience.find_bar.isVisible():
            audience.find_bar.close_bar()
            return True
        return actions.drop_tool()

    def _make_actions(self) -> PresentActions:
        actions = PresentActions(self)
        run = {
            "previous": self.previous,
            "next": self.next,
            "first": lambda: self.go(0),
            "last": lambda: self.go(len(self.stops) - 1),
            "whole": self._to_place,
            "find": self._find,
            "export": self._export,
            "end": self.end,
        }
        for name, handler in run.items():
            actions[name].triggered.connect(lambda _=False, handler=handler: handler())
        for name in ("pointer", "spotlight", "zoom"):
            actions[name].toggled.connect(lambda _: self._tool_changed())
        actions["black"].toggled.connect(self._set_black)
        actions["what_if"].triggered.connect(self._toggle_what_if)
        return actions

    def _tool_changed(self) -> None:
        if self.audience is not None and self.actions is not None:
            self.audience.overlay.set_tool(self.actions.tool)

    def _set_black(self, is_black: bool) -> None:
        if self.audience is not None:
            self.audience.set_black(is_black)

    def _to_place(self) -> None:
        """Go back to the scene's place, after a zoom or a move by hand."""
        if self.audience is not None and self.stops:
            self.audience.map_view.glide_to(place_of(self.stops[self.at].view))

    def _find(self) -> None:
        if self.audience is not None:
            self.audience.activateWindow()
            self.audience.find_bar.open()

    def _export(self) -> None:
        """Write a file; it holds nothing that is hidden."""
        window = self.presenter or self.audience
        if window is not None:
            self._window.files.export(parent=window)

    def _point(self, share: QPointF | None) -> None:
        if self.audience is not None and self.audience.overlay.tool in ("pointer", "spotlight"):
            self.audience.point_at(share)

    # -- what-if -------------------------------------------------------------------------------------------------------

    def _toggle_what_if(self, on: bool) -> None:
        what_if = self._window.what_if
        if on and not what_if.is_on:
            what_if.begin()
        elif not on and what_if.is_on:
            what_if.ask()
        self._follow_what_if()

    def _follow_what_if(self) -> None:
        """Show whether a what-if is on, wherever it was begun or ended."""
        audience, actions = self.audience, self.actions
        if audience is None or actions is None:
            return
        what_if = self._window.what_if
        actions["what_if"].setChecked(what_if.is_on)
        actions["what_if"].setEnabled(what_if.is_on or not self._session.is_read_only)
        audience.show_what_if(what_if.is_on and audience.is_alone, what_if.text)
        if 0 <= self.at < len(self.stops):
            audience.show_step(self._step_text(self.stops[self.at]))
        if self.presenter is not None:
            self.presenter.what_if.setVisible(what_if.is_on)
            self.presenter.what_if.text.setText(what_if.text)

    # -- following -----------------------------------------------------------------------------------------------------

    def follow_pay(self) -> None:
        """Hide pay and quotas in every view where the person says so, and always while something is presented."""
        if self._window.session is not None:
            self._session.set_hides_pay(self.is_on or self.hide_pay.isChecked())

    def _privacy_changed(self, privacy: Privacy) -> None:
        if self.audience is not None:
            with self._window.waiting(tr("Hiding…")):  # a million accounts take seconds
                self.audience.set_privacy(privacy)
            self._tell_presenter()
            if 0 <= self.at < len(self.stops):
                self._show_stop(self.stops[self.at])

    def _plan_changed(self, change: PlanChange) -> None:
        """Scenes may be others; the one that is on stays on."""
        on = self.stops[self.at] if 0 <= self.at < len(self.stops) else None
        scenes = self._session.plan.scenes
        if [stop.scene for stop in self.stops if not stop.is_before and stop.scene] != scenes and scenes:
            self.stops = self._list_stops()
            self.at = same_stop(self.stops, on, self.at)
            self._list_thumbnails()
            self._tell_presenter()
        self._show_changes()

    def _list_thumbnails(self) -> None:
        if self.presenter is not None:
            list_scenes(self.presenter, self._thumbnails, self._session.plan)

    def _tell_presenter(self) -> None:
        audience, presenter = self.audience, self.presenter
        if audience is not None and audience.bar is not None:
            audience.bar.place.setText(place_text(self.at, len(self.stops)))
        if presenter is not None:
            plan, hidden = self._session.plan, self.switches.describe()
            tell(presenter, self._thumbnails, plan, self.stops, self.at, hidden)

    def _show_mirror(self) -> None:
        if self.audience is not None and self.presenter is not None:
            self.presenter.mirror.show_picture(self.audience.picture())

    def _keep_thumbnail(self) -> None:
        """Keep a picture of a scene that has none yet; never one with something over it or at another place."""
        audience = self.audience
        if audience is None or not self.stops or not audience.map_view.is_ready:
            return
        stop = self.stops[self.at]
        if stop.scene is None or stop.is_before or self._window.what_if.is_on or self.switches.privacy.is_any:
            return
        if not self._thumbnails.has(stop.scene) and is_there(audience.map_view.bounds, place_of(stop.view)):
            self._thumbnails.keep(stop.scene, audience.map_picture())
            self._list_thumbnails()
