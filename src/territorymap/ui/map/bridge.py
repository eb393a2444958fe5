"""The line between page and session: every message is checked, every stroke becomes one command.

Owns revisions, acknowledgements and refusals; not the widget (view) and not the wording (mapview.replies).
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.mapview import messages, protocol, replies
from territorymap.mapview.packing import pack_values
from territorymap.mapview.strings import measure_labels
from territorymap.metrics.preview import preview_arrays, unit_values
from territorymap.session.commands.units import assign_units
from territorymap.session.session import PlanChange, Session
from territorymap.ui.map.accounts import MapAccounts
from territorymap.ui.map.drawn import command_for
from territorymap.ui.map.limits_link import LimitsLink
from territorymap.ui.map.probe import Prober

_log = logging.getLogger(__name__)
ORIGIN = "map"
MOST_OVERRIDES = 500  # at once; above, all numbers anew are the shorter message


class PageLink(QObject):
    """What the page sees of us: one way in, one way out."""

    sent = Signal(str)
    received = Signal(str)

    @Slot(str)
    def receive(self, text: str) -> None:
        self.received.emit(text)


class Bridge(QObject):
    """Carries strokes to the session and changes to the page."""

    message = Signal(object)  # messages.Message that is no edit
    ground_changed = Signal()  # other units: the layer must be sent again
    refused = Signal(str)

    def __init__(self, put: Callable[[str, bytes], str], parent: QObject | None = None) -> None:
        """``put`` keeps data for the page and returns its URL."""
        super().__init__(parent)
        self.link = PageLink(self)
        self.link.received.connect(self._take)
        self._put = put
        self.accounts = MapAccounts(put, self.send)
        self.limits = LimitsLink(put, self.send)
        self._session: Session | None = None
        self._stop: Callable[[], None] | None = None
        self._prober = Prober()
        self._seq = 0  # of the stroke that is being done, 0 = none

    def set_session(self, session: Session | None) -> None:
        if self._stop is not None:
            self._stop()
        self._session = session
        self.accounts.set_session(session)
        self.limits.set_session(session)
        self._stop = session.listen(self._changed) if session is not None else None

    def send(self, reply: replies.Reply) -> None:
        self.link.sent.emit(replies.encode(reply))

    # -- from the page -------------------------------------------------------------------------------------------------

    def _take(self, text: str) -> None:
        plan = self._session.plan if self._session is not None else None
        n_units, n_accounts = (len(plan.units), len(plan.accounts)) if plan is not None else (0, 0)
        try:
            message = protocol.parse(text, n_units, n_accounts)
        except protocol.ProtocolError as error:
            _log.error("The map page sent a message that is not understood: %s", error)
            self.send_state()
            return
        if isinstance(message, messages.Assign):
            self._assign(message)
        elif isinstance(message, messages.Draw | messages.Cut | messages.Join):
            self._draw(message)
        elif isinstance(message, messages.Probe):
            if self._session is not None:
                self.send(self._prober.answer(message, self._session))
        else:
            self.message.emit(message)

    def _is_stale(self, rev: int) -> bool:
        """Whether a stroke was drawn on a plan that is no more; the page then gets the state."""
        session = self._session
        if session is None:
            return True
        if rev == session.rev:
            return False
        self.send_state()
        self._refuse(0, UserError(tr("The plan changed while you were drawing."), tr("Draw the stroke again.")))
        return True

    def _draw(self, message: messages.Draw | messages.Cut | messages.Join) -> None:
        session = self._session
        if session is None or self._is_stale(message.rev):
            return
        try:
            change = session.do(command_for(message, session.plan_to_edit, session.geometry), initiator=ORIGIN)
        except UserError as error:
            self._refuse(message.seq, error)
            return
        said = " ".join([tr("Done: {step}.", step=change.label), *change.notes])
        self.send(replies.done(message.seq, change.rev, said, change.notes))

    def _assign(self, message: messages.Assign) -> None:
        session = self._session
        if session is None or self._is_stale(message.rev):
            return
        self._seq = message.seq
        try:
            units = np.array(message.units, dtype=np.int64)
            session.do(assign_units(session.plan_to_edit, units, message.territory), initiator=ORIGIN)
        except UserError as error:
            self._refuse(message.seq, error)
        finally:
            self._seq = 0

    def _refuse(self, seq: int, error: UserError) -> None:
        text = f"{error.message} {error.hint}".strip()
        if seq:
            self.send(replies.refuse(seq, text))
        self.refused.emit(text)

    # -- to the page ---------------------------------------------------------------------------------------------------

    def send_plan(self) -> None:
        """Send numbers, places of accounts and the alignment; after the unit layer, or when everything changed."""
        self.accounts.forget_points()
        self.limits.forget()
        self._send_values(with_accounts=True)
        self.send_state()
        self.limits.send()
        self.accounts.send_style()

    def send_state(self, how: str = "") -> None:
        """Send the whole alignment; ``how`` it came about: "do", "undo", "redo", "" = it is told once more."""
        session = self._session
        if session is None:
            return
        labels = measure_labels(session.plan)
        state = replies.state(session.plan, session.totals, session.balance, labels, session.rev, session.is_read_only)
        self.send({**state, "how": how})

    def _send_values(self, with_accounts: bool) -> None:
        session = self._session
        assert session is not None
        values = self._put("values", pack_values(preview_arrays(session.plan, session.totals)))
        accounts = self.accounts.put_points() if with_accounts else None
        self.send(replies.values(values, accounts))

    def _changed(self, change: PlanChange) -> None:
        session = self._session
        assert session is not None
        delta = change.delta
        if delta.is_ground_changed:
            self.ground_changed.emit()
            return
        if delta.is_full or delta.is_settings_changed or len(delta.account_ix) > MOST_OVERRIDES:
            self._send_values(with_accounts=delta.is_full)
        elif len(delta.account_ix):
            unit = session.plan.accounts.unit_ix[delta.account_ix]
            self.send(replies.unit_values(unit_values(session.plan, session.totals, unit[unit >= 0])))
        if (
            delta.is_full
            or delta.is_settings_changed
            or delta.is_home_changed
            or delta.added_territory_ix
            or delta.removed_territory_ix
            or delta.changed_rep_ids
        ):
            self.send_state(change.kind)
            self.limits.send()
            if delta.is_full:
                self.accounts.send_style()
            return
        # First: what follows is laid over it.
        if change.touches("cap", "account"):
            self.limits.send()
        else:
            self.limits.follow(delta)
        plan, totals, balance, touched = session.plan, session.totals, session.balance, change.touched
        if self._seq and change.initiator == ORIGIN:
            reply = replies.ack(plan, totals, balance, delta, touched, change.rev, self._seq)
        else:
            reply = replies.patch(plan, totals, balance, delta, touched, change.rev)
        self.send({**reply, "how": change.kind})
