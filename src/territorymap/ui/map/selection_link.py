"""What is selected, on the map and elsewhere: what the page chose goes to the selection, what others chose to the page.

Owns the way in both directions; what strokes paint into is the view's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from territorymap.mapview import replies
from territorymap.mapview.account_sets import encode_set
from territorymap.session.session import Session
from territorymap.ui.map.accounts import MapAccounts
from territorymap.ui.map.bridge import ORIGIN
from territorymap.ui.selection import Ix, Selection


class SelectionLink(QObject):
    """Keeps the page and the selection of the window alike."""

    def __init__(
        self, selection: Selection, send: Callable[[replies.Reply], None], accounts: MapAccounts, parent: QObject
    ) -> None:
        """``send`` tells the page."""
        super().__init__(parent)
        self._selection, self._send, self._accounts = selection, send, accounts
        self._session: Session | None = None
        selection.territory_changed.connect(self._territory_selected)
        selection.units_changed.connect(self._units_selected)
        selection.accounts_changed.connect(self._accounts_selected)

    def set_session(self, session: Session | None) -> None:
        """Follow another plan."""
        self._session = session

    def send(self) -> None:
        """Tell the page anew, which has forgotten all."""
        chosen = self._selection
        accounts = self._account_set(chosen.accounts)
        self._send(replies.selection(chosen.territory_id, chosen.units.tolist(), accounts))

    # -- what the page chose -------------------------------------------------------------------------------------------

    def take(self, territory_id: int | None, units: Sequence[int]) -> None:
        """Select a territory, or none, and units."""
        if self._session is None or (territory_id is not None and not _has(self._session, territory_id)):
            return
        self._selection.set_territory(territory_id, ORIGIN)
        self._selection.set_units(np.array(units, dtype=np.int32), ORIGIN)

    def take_territory(self, territory_id: int) -> None:
        """Select a territory; units stay selected."""
        self._selection.set_territory(territory_id, ORIGIN)

    def take_accounts(self, accounts: Ix) -> None:
        """Select accounts."""
        self._selection.set_accounts(accounts, ORIGIN)

    # -- what was chosen elsewhere -------------------------------------------------------------------------------------

    def _territory_selected(self, territory_id: int | None, origin: str) -> None:
        if origin != ORIGIN:
            self._send(replies.selection(territory_id))

    def _units_selected(self, units: Ix, origin: str) -> None:
        if origin != ORIGIN:
            self._send(replies.selection(self._selection.territory_id, units=units.tolist()))

    def _accounts_selected(self, accounts: Ix, origin: str) -> None:
        self._accounts.set_selected(accounts)
        if origin != ORIGIN:
            self._send(replies.selection(self._selection.territory_id, accounts=self._account_set(accounts)))

    def _account_set(self, accounts: Ix) -> dict[str, Any]:
        n = len(self._session.plan.accounts) if self._session is not None else 0
        return encode_set(accounts[accounts < n], n)


def _has(session: Session, territory_id: int) -> bool:
    return any(t.territory_id == territory_id for t in session.plan.territories)
