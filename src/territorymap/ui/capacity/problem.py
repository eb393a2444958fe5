"""What stands in a page of capacity that cannot show its figures: why, and a way out where something is unreadable.

Owns that; the command is session.commands.capacity's.
"""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedLayout

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.coverage import Assumption, Funnel
from territorymap.session.commands.capacity import mend_unreadable
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.planning.page import PlanningPage


class Problem:
    """The empty state of a page, in place 0 of its stack; the content is in place 1."""

    def __init__(self, page: PlanningPage, icon: str, stack: QStackedLayout) -> None:
        self._page, self._stack = page, stack
        self.state = EmptyState(icon, "", "")
        self.mend = QAction(tr("&Begin with the usual assumptions"), page)
        self.mend.setToolTip(tr("Only what cannot be read is replaced; undo brings it back"))
        self.mend.setEnabled(False)
        self.mend.triggered.connect(lambda _checked=False: self._mend())
        self.state.offer(self.mend)
        stack.insertWidget(0, self.state)

    def say(self, heading: str, sentence: str) -> None:
        """Show that there is nothing yet, and what to do next."""
        self.mend.setEnabled(False)
        self.state.say(heading, sentence)
        self._stack.setCurrentIndex(0)

    def refuse(self, error: UserError) -> None:
        """Show why the figures cannot be had, and offer to mend what is unreadable."""
        self.state.say(error.message, error.hint)
        self.mend.setEnabled(self._page.can_write)
        self._stack.setCurrentIndex(0)

    def clear(self) -> None:
        """Show the content."""
        self._stack.setCurrentIndex(1)

    def _mend(self) -> None:
        session = self._page.session
        if session is None:
            return
        done = self._page.do(lambda plan: mend_unreadable(plan, session.register(Assumption), session.register(Funnel)))
        if done:
            self._page.refresh_now()
