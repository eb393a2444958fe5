"""The map widget: shows a session's plan, lets the person draw on it, and follows selection and changes.

Owns the widget and what it offers to the window; drawing is in resources/web, edits go through bridge.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QCloseEvent
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import delete, isValid

from territorymap.document.state_folder import cache_folder
from territorymap.geo.parents import Level
from territorymap.i18n import locale_name, tr
from territorymap.mapview import messages, protocol, replies
from territorymap.mapview.home_lines import home_lines
from territorymap.mapview.page_cache import load_window_page
from territorymap.session.session import Session
from territorymap.ui.map.accounts import MapAccounts
from territorymap.ui.map.base_layer import BaseLayer
from territorymap.ui.map.bridge import Bridge
from territorymap.ui.map.compare_link import CompareLink
from territorymap.ui.map.levels import levels_of
from territorymap.ui.map.page import MapPage, make_profile
from territorymap.ui.map.page_watch import PageWatch
from territorymap.ui.map.proposal_link import ProposalLink, Shown
from territorymap.ui.map.scheme import INDEX, Guard, SchemeHandler
from territorymap.ui.map.second_link import SecondLink
from territorymap.ui.map.selection_link import SelectionLink
from territorymap.ui.map.shading_link import ShadingLink
from territorymap.ui.map.surroundings import Surroundings
from territorymap.ui.map.unit_words import describe_unit
from territorymap.ui.selection import Selection
from territorymap.ui.tasks import run_task

OPTIONS = {
    "show_accounts": True,
    "show_homes": True,
    "show_labels": True,
    "show_index": True,
    "show_context": True,
    "show_insets": True,
    "large_labels": False,
    "show_unit_borders": True,
    "dark": False,
    "audience": False,  # nothing to edit with, large letters
    "show_legend": True,
}
DEFAULT_RADIUS_PX = 24


class MapView(QWidget):
    """The map of a plan."""

    ready = Signal()  # a plan is painted and answers
    tool_changed = Signal(str)  # by a key on the map
    brush_changed = Signal(int)  # radius in pixels, by a key on the map
    target_picked = Signal(object)  # territory_id, None = erase
    status = Signal(str)  # what is under the pointer
    refused = Signal(str)  # why an edit was not done
    edit_painted = Signal(int, float)  # seq; ms from pointer up to the picture with Python's numbers
    menu_requested = Signal(int, QPoint)  # unit_ix or -1; place in this widget
    account_menu_wanted = Signal(QPoint)  # the list "Accounts on the map", at this place of the widget
    color_menu_wanted = Signal(QPoint)  # the list of what the map can be coloured by; place in this widget
    levels_found = Signal()  # what can be painted by is known
    home_placed = Signal(int, float, float, str)  # rep_id, longitude, latitude, named place or ""
    view_changed = Signal()  # another part of the world is shown: a move or a flight has ended
    proposal_left = Signal()  # Esc on the map while a proposal is shown, or one is being made
    announced = Signal(str)  # by the unit cursor, in words
    complained = Signal(str)  # error or warning of the page's console

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self.is_plan_expected = False  # a plan is being read, to be shown soon
        self._is_page_ready = False
        self._is_ready = False
        self._waiting: list[Callable[[], None]] = []
        self._tool, self._radius_px = "pick", DEFAULT_RADIUS_PX
        self._target: tuple[int | None, bool] = (None, False)
        self._options = dict(OPTIONS)
        self._drawing = (protocol.RULES[0], True, "")
        self._measure: str | None = None
        self._conflicts = replies.conflicts()
        self._coverage = replies.coverage()
        self.levels: list[Level] = []  # what units can be painted by beside themselves
        self._level = 0
        self._is_level_known = False
        self.bounds: tuple[float, float, float, float] | None = None  # what is shown: west, south, east, north
        self.zoom = math.nan  # of what is shown
        self._build()
        selection.territory_changed.connect(self._territory_selected)
        # After that: the page hears first what strokes paint into.
        self._choosing = SelectionLink(selection, self._send_if_ready, self.accounts, self)

    # -- building and end ----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._handler, self.guard = SchemeHandler(self), Guard(self)
        page = load_window_page(self._options, locale_name().replace("_", "-"), cache_folder())
        self._handler.page_html, self._handler.policy = page.html, page.policy
        self._profile = make_profile(self._handler, self.guard)
        self.view = QWebEngineView(self)
        self.page = MapPage(self._profile, self.view)
        self.page.complained.connect(self.complained)
        self.watch = PageWatch(self.page, INDEX, self)
        self.watch.lost.connect(self._page_lost)
        self.watch.said.connect(self.refused)
        # After the view among the children, so that the page goes before its profile.
        self._profile.setParent(self)
        self.bridge = Bridge(self._handler.put, self)
        self._surroundings = Surroundings(self, self._put_context)
        self.bridge.message.connect(self._take)
        self.bridge.refused.connect(self.refused)
        self.bridge.ground_changed.connect(self._reload)
        self.shading = ShadingLink(self._send_if_ready, self)
        self.compare = CompareLink(self._send_if_ready, self._handler.put, self.shading, self)
        self.proposal = ProposalLink(self._send_if_ready, self._handler.put, self)
        self.second = SecondLink(self._send_if_ready, self._handler.put, self)
        self.base = BaseLayer(self._send_if_ready, self)
        self._handler.find_tile = self.base.find
        self._channel = QWebChannel(self)
        self._channel.registerObject("bridge", self.bridge.link)
        self.page.setWebChannel(self._channel)
        self.view.setPage(self.page)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.view.setAcceptDrops(False)
        self.setAccessibleName(tr("Map of the territories"))
        self.view.setAccessibleName(tr("Map of the territories"))
        self.setFocusProxy(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        application = QApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.tear_down)
        self.page.load(QUrl(INDEX))

    def tear_down(self) -> None:
        """Let go of session and page; the page must be gone before its profile. May be called twice."""
        self._session = None
        self.bridge.set_session(None)
        self.shading.set_session(None)
        self.compare.set_session(None)
        self.proposal.set_session(None)
        self.second.set_session(None)
        self._choosing.set_session(None)
        self.base.close()
        self.watch.stop()
        if isValid(self.view):
            # The view too: without its page it would make one of its own.
            delete(self.page)
            delete(self.view)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.isWindow():
            self.tear_down()
        super().closeEvent(event)

    def _page_lost(self) -> None:
        self._is_page_ready = self._is_ready = False

    # -- the plan ------------------------------------------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Show another plan, or none."""
        self._session = session
        self._choosing.set_session(session)
        self._is_ready = False
        self._target = (None, False)
        self._conflicts, self._coverage = replies.conflicts(), replies.coverage()
        self.levels, self._level, self._is_level_known = [], 0, False
        self.bridge.set_session(session)
        self.shading.set_session(session)  # after the bridge: the page hears of a change first, then of its colours
        self.compare.set_session(session)
        self.proposal.set_session(session)
        self.second.set_session(session)
        self.status.emit("")
        if self._is_page_ready:
            self._load()

    @property
    def is_ready(self) -> bool:
        """Whether the plan is painted and answers."""
        return self._is_ready

    def when_ready(self, callback: Callable[[], None]) -> None:
        """Call once the plan is painted: now, or later."""
        if self._is_ready:
            callback()
        else:
            self._waiting.append(callback)

    def _put_context(self, data: bytes) -> None:
        if self._is_page_ready:
            self.bridge.send(replies.context(self._handler.put("context", data)))

    def _reload(self) -> None:
        """Send other units of the same plan; the page keeps its view, and tool and target are sent again."""
        if self._session is not None:
            self.levels = levels_of(self._session.plan)
            self._level = min(self._level, len(self.levels))
        if self._is_page_ready:
            self._load(keep_view=True)

    def _load(self, *, keep_view: bool = False) -> None:
        session = self._session
        if session is None:
            self.bridge.send(replies.clear())
            return
        url = self._handler.put("geometry", session.take_packed())
        self.bridge.send(replies.load(url, keep_view=keep_view))
        self.bridge.send(replies.levels(self.levels, self._level))
        self.base.send()
        self.bridge.send_plan()
        self.bridge.send(self._conflicts)
        self.bridge.send(self._coverage)
        self.shading.send()
        self.compare.send()
        self.proposal.send()
        self.second.send()
        self.bridge.send(replies.drawing(*self._drawing))
        self._send_tool()
        self.bridge.send(replies.measure(self._measure))
        self.bridge.send(replies.target(*self._target))
        self._choosing.send()

    def _send_if_ready(self, reply: replies.Reply) -> None:
        if self._is_page_ready:
            self.bridge.send(reply)

    # -- what the window asks for --------------------------------------------------------------------------------------

    @property
    def tool(self) -> str:
        return self._tool

    def set_tool(self, name: str) -> None:
        """Use one of protocol.TOOLS."""
        if name not in protocol.TOOLS:
            raise ValueError(name)
        self._tool = name
        self._send_tool()

    @property
    def level(self) -> int:
        """What is painted: 0 = single units, n = whole areas of ``levels[n - 1]``."""
        return self._level

    def set_level(self, level: int) -> None:
        """Paint and pick whole areas of ``levels[level - 1]``; 0 = single units."""
        self._level = level if 0 <= level <= len(self.levels) else 0
        if self._is_page_ready:
            self.bridge.send(replies.level(self._level))

    @property
    def brush_radius_px(self) -> int:
        return self._radius_px

    def set_brush_radius(self, radius_px: int) -> None:
        """Set the brush's radius in pixels; 0 = the unit under the pointer."""
        self._radius_px = max(0, min(protocol.MAX_RADIUS_PX, int(radius_px)))
        self._send_tool()

    def _send_tool(self) -> None:
        if self._is_page_ready:
            self.bridge.send(replies.tool(self._tool, self._radius_px))

    @property
    def target(self) -> int | None:
        """What strokes paint into, None = unassign."""
        return self._target[0]

    def set_target(self, territory_id: int | None) -> None:
        """Paint into this territory from now on; None = unassign."""
        self._target = (territory_id, True)
        if self._is_page_ready:
            self.bridge.send(replies.target(*self._target))

    def set_drawing(self, rule: str, is_new: bool, name: str) -> None:
        """Say how a drawn boundary is meant: its rule, whether it becomes a new territory, its name ("" = any)."""
        self._drawing = (rule, is_new, name)
        if self._is_page_ready:
            self.bridge.send(replies.drawing(*self._drawing))

    def stretch(self, by: int) -> None:
        """Let a longer (1) or a shorter (-1) stretch of border follow a pull."""
        self.when_ready(lambda: self.bridge.send(replies.act("longer" if by > 0 else "shorter")))

    def set_option(self, name: str, value: bool) -> None:
        """Switch one of OPTIONS."""
        if name not in OPTIONS:
            raise KeyError(name)
        self._options[name] = bool(value)
        if self._is_page_ready:
            self.bridge.send(replies.option(name, bool(value)))

    def option(self, name: str) -> bool:
        return self._options[name]

    def fly_to(self, west: float, south: float, east: float, north: float) -> None:
        """Show this part of the world."""
        self.when_ready(lambda: self.bridge.send(replies.fly((west, south, east, north))))

    def fly_home(self) -> None:
        """Show the whole plan."""
        self.when_ready(lambda: self.bridge.send(replies.fly_home()))

    def glide_to(self, bounds: tuple[float, float, float, float] | None, *, is_smooth: bool = True) -> None:
        """Go to a part of the world, None = the whole plan, as scenes of a presentation follow each other."""
        self.when_ready(lambda: self.bridge.send(replies.glide(bounds, is_smooth=is_smooth)))

    def land(self) -> None:
        """End a flight at its goal, now."""
        if self._is_page_ready:
            self.bridge.send(replies.act("land"))

    def zoom_in(self) -> None:
        self.when_ready(lambda: self.bridge.send(replies.act("zoom_in")))

    def zoom_out(self) -> None:
        self.when_ready(lambda: self.bridge.send(replies.act("zoom_out")))

    def place_home(self, rep_id: int, name: str) -> None:
        """Let the next click on the map say where this rep lives."""
        self.view.setFocus()
        self.when_ready(lambda: self.bridge.send(replies.place_home(rep_id, name)))

    def start_cursor(self) -> None:
        """Let the arrow keys go from unit to unit."""
        self.view.setFocus()
        self.when_ready(lambda: self.bridge.send(replies.act("cursor")))

    def arm_picker(self) -> None:
        """Let the next click on the map choose the target territory."""
        self.view.setFocus()
        self.when_ready(lambda: self.bridge.send(replies.act("pick_target")))

    def set_index_measure(self, name: str | None) -> None:
        """Write the index of this measure under the territories' names; None = the first that is no mere count."""
        self._measure = name
        if self._is_page_ready:
            self.bridge.send(replies.measure(name))

    def mark_units(self, units: Sequence[int] = (), territory_id: int | None = None) -> None:
        """Point at units, in the colour of the territory that would get them; none = no mark."""
        self._send_if_ready(replies.mark(units, territory_id))

    def show_conflicts(self, conflicts: replies.Reply) -> None:
        """Mark what is in conflict, made by replies.conflicts."""
        self._conflicts = conflicts
        self._send_if_ready(conflicts)

    def show_coverage(self, coverage: replies.Reply) -> None:
        """Mark gaps and conflicts between alignments, made by replies.coverage."""
        self._coverage = coverage
        self._send_if_ready(coverage)

    def show_proposal(
        self, proposal: Shown | None, decides: NDArray[np.bool_] | None = None, measure: str = ""
    ) -> None:
        """Fill the map as a plan that is only proposed, today's borders over it; None = the plan again.

        It may be called several times a second, for each proposal of a run or each that the pointer rests on.
        ``decides``: (U,) units of which the proposal says who has them, None = those that move. All others are shown as
        they are in the plan, and can be edited meanwhile. ``measure``: whose index stands under the names, "" = the one
        that is chosen.
        """
        self.proposal.show(proposal, decides, measure)

    def set_solving(self, scope: NDArray[np.bool_] | None) -> None:
        """Let strokes leave these units alone, (U,), for they are being solved; None = all may be edited."""
        self.proposal.set_solving(scope)

    @property
    def index_measure(self) -> str | None:
        """The measure whose index is written under the territories' names; None = the first that is no mere count."""
        return self._measure

    @property
    def accounts(self) -> MapAccounts:
        """How accounts are shown."""
        return self.bridge.accounts

    # -- what the page says --------------------------------------------------------------------------------------------

    def _take(self, message: messages.Message) -> None:
        match message:
            case messages.Ready():
                self._is_page_ready = True
                self.watch.ready()
                for name, value in self._options.items():
                    self.bridge.send(replies.option(name, value))
                self._surroundings.send(self.when_ready if self.is_plan_expected else None)
                self._load()
            case messages.Loaded():
                self._loaded()
            case messages.Select(territory, units):
                self._choosing.take(territory, units)
            case messages.Target(territory, is_set):
                self._target = (territory, is_set)
                if territory is not None:
                    self._choosing.take_territory(territory)
                if is_set:
                    self.target_picked.emit(territory)
            case messages.Tool(tool, radius):
                self._tool_changed(tool, radius)
            case messages.SelectAccounts(accounts):
                self._choosing.take_accounts(accounts)
            case messages.AccountHover(seq, few):
                self.bridge.accounts.describe(seq, few)
            case messages.Hover(unit):
                self.status.emit(describe_unit(self._session.plan, unit) if self._session is not None else "")
            case messages.Painted(seq, ms):
                self.edit_painted.emit(seq, ms)
            case messages.HomeHover(rep_id):
                self._send_home_lines(rep_id)
            case messages.PlaceHome(rep_id, lon, lat, place):
                self.home_placed.emit(rep_id, lon, lat, place)
            case messages.Announce(text):
                self._announce(text)
            case messages.View(bounds, zoom):
                self.bounds, self.zoom = bounds, zoom
                self.view_changed.emit()
            case messages.Colors(x, y):
                self.color_menu_wanted.emit(QPoint(x, y))
            case messages.CompareEnd():
                self.compare.end()
            case messages.SecondEnd():
                self.second.end()
            case messages.ProposalEnd():
                self._leave_proposal()
            case messages.AccountMenu(x, y):
                self.account_menu_wanted.emit(QPoint(x, y))
            case messages.Menu(unit, x, y):
                self.menu_requested.emit(unit, QPoint(x, y))

    def _leave_proposal(self) -> None:
        """Esc on the map: first back to the whole picture, then what is proposed is put away."""
        if self.proposal.shown is not None and self.proposal.way != "fill":
            self.proposal.set_way("fill")
        else:
            self.proposal_left.emit()

    def _send_home_lines(self, rep_id: int) -> None:
        session = self._session
        rep = session.plan.rep(rep_id) if session is not None else None
        if session is not None and rep is not None:
            found = home_lines(session.plan, session.totals, rep_id)
            self.bridge.send(replies.home_lines(rep_id, rep.name, found))

    def _announce(self, text: str) -> None:
        """Tell who does not see the map where the unit cursor is, and what became of an edit."""
        for widget in (self, self.view):
            widget.setAccessibleDescription(text)
        QAccessible.updateAccessibility(QAccessibleEvent(self.view, QAccessible.Event.DescriptionChanged))
        self.status.emit(text)
        self.announced.emit(text)

    def _find_levels(self) -> None:
        """Find the levels of detail that an opening left out, for the next one, while the plan is looked at."""
        find = self._session.levels_to_find() if self._session is not None else None
        if find is not None:
            run_task(self, tr("Getting ready…"), lambda *_: find(), lambda _: None, lambda _: None, is_quiet=True)

    def _loaded(self) -> None:
        self._is_ready = True
        self._find_levels()
        if self._session is not None and not self._is_level_known:
            # After the first picture: nobody paints before, and 33,000 units take a moment.
            self.levels, self._is_level_known = levels_of(self._session.plan), True
            self.bridge.send(replies.levels(self.levels, self._level))
            self.levels_found.emit()
        waiting, self._waiting = self._waiting, []
        for callback in waiting:
            callback()
        self.ready.emit()

    def _tool_changed(self, tool: str, radius: int) -> None:
        if tool != self._tool:
            self._tool = tool
            self.tool_changed.emit(tool)
        if radius != self._radius_px:
            self._radius_px = radius
            self.brush_changed.emit(radius)

    # -- selection elsewhere -------------------------------------------------------------------------------------------

    def _territory_selected(self, territory_id: int | None, _origin: str) -> None:
        is_erasing = self._target == (None, True)
        if territory_id is not None and not is_erasing:
            self.set_target(territory_id)
