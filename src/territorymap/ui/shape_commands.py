"""Commands about the shape of territories: go to holes and stray pieces one by one, fill them.

Owns their actions and where the walk through them stands; finding is geo.holes', the lists are panels.lists_panel's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from territorymap.errors import UserError
from territorymap.geo.holes import Hole, Piece, coast_of, find_holes, find_pieces
from territorymap.i18n import ntr, number, tr
from territorymap.session.commands import fill_holes
from territorymap.session.session import Session
from territorymap.ui.panels.panel import bounds_of_units
from territorymap.ui.parts.shapes import hole_text

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

ORIGIN = "window"


def holes_of(session: Session) -> list[Hole]:
    """Return what lies enclosed in one territory of an open plan."""
    return find_holes(session.adjacency, coast_of(session.topology), session.plan.unit_territory)


def pieces_of(session: Session) -> list[Piece]:
    """Return the stray pieces of the territories of an open plan."""
    return find_pieces(session.adjacency, session.plan.unit_territory)


class ShapeCommands(QObject):
    """What the menu Map offers about holes and pieces."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.selection.units_changed.connect(lambda *_: self._refresh_fill())

    def handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "next_piece": lambda: self.go_to_piece(1),
            "previous_piece": lambda: self.go_to_piece(-1),
            "next_hole": lambda: self.go_to_hole(1),
            "previous_hole": lambda: self.go_to_hole(-1),
            "fill_hole": self.fill_selected,
            "fill_all_holes": self.fill_all,
        }

    def refresh(self) -> None:
        """Tell how many territories are in pieces; call after every change."""
        session = self._window.session
        self._window.status.set_in_pieces(int((session.totals.pieces > 1).sum()) if session is not None else None)
        self._refresh_fill()

    def _refresh_fill(self) -> None:
        session = self._window.session
        can = session is not None and not session.is_read_only and len(self._window.selection.units) > 0
        self._window.commands["fill_hole"].setEnabled(can)

    # -- going to them -------------------------------------------------------------------------------------------------

    def go_to_piece(self, step: int) -> None:
        """Select and show the next stray piece, the first after the last."""
        session = self._window.session
        if session is None:
            return
        pieces = pieces_of(session)
        at = self._next(step, [piece.units for piece in pieces])
        if at is None:
            self._window.toast.show_message(tr("Every territory is in one piece."))
            return
        piece = pieces[at]
        self._show(session, piece.units, piece.territory_ix)
        self._window.say(
            ntr(
                "Piece {i} of {all}: {name}, {n} unit apart from the rest",
                "Piece {i} of {all}: {name}, {n} units apart from the rest",
                len(piece.units),
                i=number(at + 1),
                all=number(len(pieces)),
                name=session.plan.territories[piece.territory_ix].name,
            )
        )

    def go_to_hole(self, step: int) -> None:
        """Select and show the next hole, the first after the last; the territory around it becomes the target."""
        session = self._window.session
        if session is None:
            return
        holes = holes_of(session)
        at = self._next(step, [hole.units for hole in holes])
        if at is None:
            n = int((session.plan.unit_territory < 0).sum())
            self._window.toast.show_message(
                ntr(
                    "No hole is enclosed by one territory. {n} unassigned unit lies between several or at the coast; "
                    "the fill tool (F) gives it away.",
                    "No hole is enclosed by one territory. {n} unassigned units lie between several or at the coast; "
                    "the fill tool (F) gives them away.",
                    n,
                )
                if n
                else tr("No territory has a hole.")
            )
            return
        hole = holes[at]
        self._show(session, hole.units, hole.territory_ix)
        self._window.say(
            tr(
                "Hole {i} of {n}: {what}, inside {name}. Ctrl+Shift+H fills it.",
                i=number(at + 1),
                n=number(len(holes)),
                what=hole_text(session.plan, hole),
                name=session.plan.territories[hole.territory_ix].name,
            )
        )

    def _next(self, step: int, found: Sequence[NDArray[np.int64]]) -> int | None:
        """Return the one after the one that is selected; with none selected the first, or the last."""
        if not found:
            return None
        selected = self._window.selection.units
        for i, units in enumerate(found):
            if np.array_equal(units, selected):
                return (i + step) % len(found)
        return 0 if step > 0 else len(found) - 1

    def _show(self, session: Session, units: NDArray[np.int64], territory_ix: int) -> None:
        window = self._window
        window.selection.set_territory(session.plan.territories[territory_ix].territory_id, ORIGIN)
        window.selection.set_units(units.astype(np.int32), ORIGIN)
        window.map_view.fly_to(*_with_room(bounds_of_units(session, units)))

    # -- filling -------------------------------------------------------------------------------------------------------

    def fill_selected(self) -> None:
        """Fill the holes that the selected units lie in."""
        session = self._window.session
        if session is None:
            return
        selected = self._window.selection.units
        holes = [hole for hole in holes_of(session) if np.isin(hole.units, selected).any()]
        if not holes:
            self._window.refuse(
                UserError(
                    tr("The selected units lie in no hole."),
                    tr("A hole is enclosed by one territory. Ctrl+F3 goes to the next; the tool Fill fills others."),
                )
            )
            return
        self._fill(session, holes)

    def fill_all(self) -> None:
        """Give every hole to the territory around it, as one step."""
        if self._window.session is not None:
            self._fill(self._window.session, holes_of(self._window.session))

    def _fill(self, session: Session, holes: Sequence[Hole]) -> None:
        try:
            change = session.do(fill_holes(session.plan, holes), initiator=ORIGIN)
        except UserError as error:
            self._window.refuse(error)
            return
        self._window.say(tr("Done: {step}", step=change.label))


def _with_room(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return the box with its surroundings: a hole is understood by what is around it."""
    west, south, east, north = bounds
    room = max(east - west, north - south, 0.2) * 0.75
    return west - room, south - room, east + room, north + room
