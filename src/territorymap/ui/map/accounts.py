"""Accounts on the map: their places, what gives them colour and size, which are shown, and what is said of one.

Owns what the page is sent of accounts; the choices' arrays are mapview.account_style's, the menu is ui/account_menu.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.mapview import replies
from territorymap.mapview.account_packing import AccountOrder, order_accounts, pack_accounts
from territorymap.mapview.account_sets import encode_set
from territorymap.mapview.account_style import SHOW_TABLE, AccountStyle, fitting, pack_color, pack_size
from territorymap.model.plan import Plan
from territorymap.session.session import Session
from territorymap.ui.map.account_texts import account_text


class MapAccounts:
    """What the page knows of accounts."""

    def __init__(self, put: Callable[[str, bytes], str], send: Callable[[replies.Reply], None]) -> None:
        """``put`` keeps data for the page and returns its URL."""
        self._put, self._send = put, send
        self._session: Session | None = None
        self._order: AccountOrder | None = None  # as the page has it; None = it has no accounts
        self._filtered: NDArray[np.integer] | None = None
        self._sent = ""  # digest of the places that the page has
        self._selected: NDArray[np.integer] = np.empty(0, dtype=np.int32)
        self.style = AccountStyle()  # as wished; what a plan does not have is left out where it is sent

    def set_session(self, session: Session | None) -> None:
        """Show the accounts of another plan, or none."""
        self._session, self._filtered = session, None
        self._selected = np.empty(0, dtype=np.int32)
        self.forget_points()

    def forget_points(self) -> None:
        """The page has no places: it begins anew, or with another plan."""
        self._order, self._sent = None, ""

    def put_points(self) -> str | None:
        """Keep the places for the page and return their URL; None where the page has them as they are."""
        assert self._session is not None
        accounts = self._session.plan.accounts
        digest = _digest(accounts.lon, accounts.lat, accounts.unit_ix)
        if digest == self._sent:
            return None
        self._order, self._sent = order_accounts(accounts), digest
        return self._put("accounts", pack_accounts(accounts, self._order))

    def send_style(self) -> None:
        """Send all choices and what is selected; after other places were sent, the page has none."""
        self._send_parts(color=True, size=True, shows=True, selected=True, covered=True)

    def set_selected(self, account_ix: NDArray[np.integer]) -> None:
        """Remember what is selected, for a page that is sent other places."""
        self._selected = account_ix

    def set_style(self, style: AccountStyle) -> None:
        """Show accounts in this way from now on; only what differs is sent."""
        before, self.style = self.style, style
        self._send_parts(
            color=style.color != before.color, size=style.size != before.size, shows=style.shows != before.shows
        )

    def change(self, **choices: str) -> None:
        """Set ``color``, ``size`` or ``shows``."""
        self.set_style(replace(self.style, **choices))

    def set_filtered(self, account_ix: NDArray[np.integer] | None) -> None:
        """Tell which accounts the table shows, None = all; the map follows where it is to show these only."""
        self._filtered = account_ix
        if self.style.shows == SHOW_TABLE:
            self._send_parts(shows=True)

    def describe(self, seq: int, account_ix: tuple[int, ...]) -> None:
        """Answer the page what is to be said of the accounts under the pointer."""
        if self._session is not None:
            plan = self._session.plan
            self._send(replies.account_texts(seq, [account_text(plan, ix) for ix in account_ix]))

    def _send_parts(
        self,
        *,
        color: bool = False,
        size: bool = False,
        shows: bool = False,
        selected: bool = False,
        covered: bool = False,
    ) -> None:
        session, order = self._session, self._order
        if session is None or order is None or not (color or size or shows):
            return
        plan = session.plan
        style = fitting(self.style, plan)
        n = len(plan.accounts)
        passing = None
        if style.shows == SHOW_TABLE and self._filtered is not None:
            passing = encode_set(self._filtered, n)
        self._send(
            replies.accounts(
                color=(style.color, self._keep("account-color", pack_color(plan, order, style.color)))
                if color
                else None,
                size=(style.size, self._keep("account-size", pack_size(plan, order, style.size))) if size else None,
                shows=(style.shows, passing) if shows else None,
                selected=encode_set(self._selected[self._selected < n], n) if selected else None,
                covered=(_covered(plan),) if covered else None,
            )
        )

    def _keep(self, name: str, data: bytes | None) -> str | None:
        return None if data is None else self._put(name, data)


def _covered(plan: Plan) -> dict[str, Any] | None:
    return None if plan.in_scope.all() else encode_set(np.flatnonzero(plan.in_scope), len(plan.accounts))


def _digest(*arrays: NDArray[np.generic]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
