"""What every panel is: a view of one session and of the shared selection, with one way to write.

Owns the wiring (listen, do, fail, zoom); not what a panel shows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import QWidget

from territorymap.errors import UserError
from territorymap.geo.span import longitude_span
from territorymap.model.plan import Plan
from territorymap.session.session import Command, PlanChange, Session
from territorymap.ui import icons
from territorymap.ui.selection import Selection

Bounds = tuple[float, float, float, float]  # west, south, east, north; beyond +-180 where the units are


class Panel(QWidget):
    """A view that follows a session. Refusals go out through ``failed``."""

    zoom_requested = Signal(float, float, float, float)
    failed = Signal(object)  # UserError

    def __init__(self, selection: Selection, origin: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.selection = selection
        self.origin = origin
        self.session: Session | None = None
        self._stop: Callable[[], None] | None = None
        self._is_behind = False  # another's tab

    def set_session(self, session: Session | None) -> None:
        """Show another plan, or none."""
        if self._stop is not None:
            self._stop()
        self.session = session
        self._stop = session.listen(self.plan_changed) if session is not None else None
        self.session_replaced()

    def session_replaced(self) -> None:
        """Show ``self.session`` from scratch."""

    def plan_changed(self, change: PlanChange) -> None:
        """Show what a step changed."""

    @property
    def is_in_sight(self) -> bool:
        return self.isVisible() and not self._is_behind

    def set_seen(self, is_seen: bool) -> None:
        """Say whether the panel is in sight: one behind another's tab counts as visible for Qt, and is not."""
        self._is_behind = not is_seen
        if self.is_in_sight:
            self.catch_up()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.is_in_sight:
            self.catch_up()

    def catch_up(self) -> None:
        """Show what was put off while nobody saw the panel."""

    @property
    def can_write(self) -> bool:
        return self.session is not None and not self.session.is_read_only

    def attempt(self, build: Callable[[Plan], Command]) -> UserError | None:
        """Build a command and run it; the refusal, or None where it was done."""
        if self.session is None:
            return None
        try:
            self.session.do(build(self.session.plan), initiator=self.origin)
        except UserError as error:
            return error
        return None

    def do(self, build: Callable[[Plan], Command]) -> bool:
        """Build a command and run it; a refusal goes out through ``failed``."""
        error = self.attempt(build)
        if error is not None:
            self.failed.emit(error)
        return error is None

    def make_action(
        self,
        name: str,
        text: str,
        tip: str,
        run: Callable[[], object],
        *,
        shortcut: str = "",
        icon: str = "",
        is_local: bool = False,
        is_checkable: bool = False,
    ) -> QAction:
        """Return an action of this panel; a local one has its shortcut only while the panel has the focus."""
        action = QAction(text, self)
        action.setObjectName(name)
        action.setCheckable(is_checkable)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        if is_local:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tip} ({key})" if key else tip)
        action.setStatusTip(tip)
        if icon:
            icons.set_icon(action, icon)
        action.triggered.connect(lambda _checked=False: run())
        self.addAction(action)
        return action

    def zoom_to_units(self, unit_ix: NDArray[np.integer]) -> None:
        """Ask for the map to show these units."""
        if self.session is not None and len(unit_ix):
            self.zoom_requested.emit(*bounds_of_units(self.session, unit_ix))

    def zoom_to_accounts(self, account_ix: NDArray[np.integer]) -> None:
        """Ask for the map to show these accounts; those with no place are left out."""
        if self.session is not None:
            found = bounds_of_accounts(self.session.plan, account_ix)
            if found is not None:
                self.zoom_requested.emit(*found)


def bounds_of_units(session: Session, unit_ix: NDArray[np.integer]) -> Bounds:
    """Return the box around units; one that crosses 180 degrees is taken whole, on the side of its point."""
    geometry = session.geometry[unit_ix]
    bounds = shapely.bounds(geometry)
    for row in np.flatnonzero(bounds[:, 2] - bounds[:, 0] > 180):
        lon = shapely.get_coordinates(geometry[row])[:, 0]
        middle = session.plan.units.lon[unit_ix[row]]
        lon = lon - 360 * np.round((lon - middle) / 360)
        bounds[row, [0, 2]] = lon.min(), lon.max()
    west, east = longitude_span(bounds[:, 0], bounds[:, 2])
    return west, float(bounds[:, 1].min()), east, float(bounds[:, 3].max())


def bounds_of_accounts(plan: Plan, account_ix: NDArray[np.integer]) -> Bounds | None:
    """Return the box around accounts, by their unit's point where they have none; None if nothing has a place."""
    lon, lat = positions_of_accounts(plan, account_ix)
    known = np.isfinite(lon) & np.isfinite(lat)
    if not known.any():
        return None
    lon, lat = lon[known], lat[known]
    pad = 0.05  # degrees: a single account is shown with its surroundings
    return float(lon.min() - pad), float(lat.min() - pad), float(lon.max() + pad), float(lat.max() + pad)


def positions_of_accounts(
    plan: Plan, account_ix: NDArray[np.integer]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude of accounts, nan where there is neither an own nor a unit's point."""
    accounts, units = plan.accounts, plan.units
    lon, lat = accounts.lon[account_ix].copy(), accounts.lat[account_ix].copy()
    unit_ix = accounts.unit_ix[account_ix]
    missing = ~np.isfinite(lon) & (unit_ix >= 0)
    lon[missing], lat[missing] = units.lon[unit_ix[missing]], units.lat[unit_ix[missing]]
    return lon, lat
