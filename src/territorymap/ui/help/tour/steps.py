"""The six steps of the tour: what each says, what it points at, and what it waits for.

Owns words and places; bubble.py shows them, tour.py leads through them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QToolButton, QWidget

from territorymap.i18n import tr
from territorymap.session.session import PlanChange
from territorymap.ui.help.naming import keys_of

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

# Where Illinois, which has too little, meets Michigan and Indiana, which has too much: west, south, east, north.
BORDER_PLACE = (-90.9, 38.0, -84.1, 42.4)
_SPOT = 0.34  # of the map's width and height: the border lies in the middle of it


@dataclass(frozen=True)
class Place:
    """What a step points at: a box within a widget, and the box around it that the bubble keeps off."""

    widget: QWidget
    box: QRect
    kept_free: QRect


@dataclass(frozen=True)
class Step:
    """One step; texts and places are made when it is reached, of the window as it is then."""

    name: str
    title: str
    text: str
    wish: Callable[[MainWindow], str]  # what is to be tried as things stand, "" = only to be read
    place: Callable[[MainWindow], Place | None]
    prepare: Callable[[MainWindow], None]
    is_done: Callable[[PlanChange], bool]  # by a step of the plan
    has_legend: bool = True  # else it is away: in a small window it would lie over what the step shows


def list_steps(window: MainWindow) -> list[Step]:
    """Return the steps in their order, in the user's language."""
    before = _last_step(window)
    return [
        Step(
            "balance",
            tr("Is it even?"),
            tr(
                "A row for each territory. The bar is its index: total divided by target. 100 % is even, the grey "
                "band is the tolerance."
            ),
            _said(tr("Press “By deviation”, above the table: the worst territory comes first.")),
            lambda main: _whole(main.territory_panel),
            lambda main: main.docks.bring_up("territories"),
            _never,
        ),
        Step(
            "border",
            tr("Drag a border"),
            tr(
                "The tool Border is chosen. Michigan and Indiana, at the right, has too much; Illinois, at the left, "
                "has room. The card at the pointer shows both sides while you pull."
            ),
            _said(tr("Press on the border between them, pull it to the right, let go.")),
            _border_place,
            _show_border,
            lambda change: change.kind == "do" and change.touches("assignment"),
            has_legend=False,
        ),
        Step(
            "undo",
            tr("Take it back"),
            tr("Each stroke is one step. Undo has no limit, and works after a restart too. Nothing needs to be saved."),
            lambda main: _undo_wish(main, before),
            lambda main: _button(main, "undo"),
            _nothing,
            lambda change: change.kind == "undo",
        ),
        Step(
            "scenario",
            tr("What if?"),
            tr(
                "A scenario is a variant of the plan that costs nothing. What you change in it leaves the others as "
                "they are; two can be compared on the map."
            ),
            _said(tr("Choose “New from this…” in this list, and make one.")),
            lambda main: _whole(main.scenarios.switcher) or _menu(main, main.menus.scenario.menuAction().text()),
            _nothing,
            lambda change: change.kind == "switch" or change.touches("scenario"),
        ),
        Step(
            "rebalance",
            tr("Let it propose"),
            tr(
                "Rebalance brings all territories within their tolerance and moves as little as can be. The best so "
                "far is drawn on the map while it runs; nothing is changed until you take it. Build makes territories "
                "from nothing."
            ),
            _solving_wish,
            _solving_place,
            _nothing,
            _never,
        ),
        Step(
            "hand_over",
            tr("Hand it over"),
            tr(
                "This menu exports to Excel, PowerPoint, PDF, a web page or your CRM. Send a copy makes one file for a "
                "colleague; Merge takes back in what comes of it. F1 helps wherever you are, and this tour stands in "
                "the menu Help."
            ),
            _said(""),
            lambda main: _menu(main, main.menus.file.title()),
            _nothing,
            _never,
        ),
    ]


def _said(text: str) -> Callable[[MainWindow], str]:
    return lambda _window: text


def _last_step(window: MainWindow) -> str:
    """Return which step Undo would take back, "" where there is none."""
    step = window.session.document.step_to_undo() if window.session is not None else None
    return step.uuid if step is not None else ""


def _undo_wish(window: MainWindow, before: str) -> str:
    """Undo, if something was done since the tour began: the plan's own past is not to be taken back."""
    if _last_step(window) == before:
        return tr("There is nothing of yours to take back: press Back, and drag the border.")
    return tr("Press Undo, or {keys}.", keys=keys_of(window.commands["undo"]))


def _solving_wish(window: MainWindow) -> str:
    if window.solving.runner.is_running:
        return tr("It searches. Wait, or press Stop: the best so far is kept.")
    return tr("Open this menu, choose Rebalance ({keys}), press Enter.", keys=keys_of(window.commands["rebalance"]))


def _never(_change: PlanChange) -> bool:
    return False


def _nothing(_window: MainWindow) -> None:
    pass


def _whole(widget: QWidget) -> Place | None:
    return Place(widget, widget.rect(), widget.rect()) if widget.isVisible() else None


def _button(window: MainWindow, name: str) -> Place | None:
    button = window.tools.widgetForAction(window.commands[name])
    return _whole(button) if isinstance(button, QToolButton) else None


def _menu(window: MainWindow, title: str) -> Place | None:
    bar = window.menuBar()
    for action in bar.actions():
        menu = action.menu()
        if menu is not None and title in (action.text(), menu.title()):  # type: ignore[attr-defined]
            return Place(bar, bar.actionGeometry(action), bar.actionGeometry(action))
    return None


def _solving_place(window: MainWindow) -> Place | None:
    """The menu; then the strip while it runs or waits; then the panel, where several proposals are compared."""
    if window.proposals_panel.is_offering:
        return _whole(window.proposals_panel)
    return _whole(window.solving.bar) or _menu(window, window.menus.territory.title())


def _show_border(window: MainWindow) -> None:
    window.commands["tool_border"].trigger()
    window.map_view.fly_to(*BORDER_PLACE)
    window.map_view.setFocus()


def _border_place(window: MainWindow) -> Place | None:
    view = window.map_view
    if not view.isVisible():
        return None
    width, height = round(view.width() * _SPOT), round(view.height() * _SPOT * 1.4)
    box = QRect((view.width() - width) // 2, (view.height() - height) // 2, width, height)
    return Place(view, box, view.rect())  # the card at the pointer stands anywhere on the map
