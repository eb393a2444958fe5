"""Ties the proposals into the window. Owns the wiring; panel and map do the work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from territorymap.i18n import tr
from territorymap.ui.proposals.facts import PlanFacts
from territorymap.ui.proposals.panel import ProposalsPanel

if TYPE_CHECKING:
    from territorymap.session.solving.proposal import Proposal
    from territorymap.ui.main_window import MainWindow

NAME = "proposals"  # of the dock


class ProposalsPart(QObject):
    """Proposals of one window."""

    def __init__(self, window: MainWindow, panel: ProposalsPanel) -> None:
        super().__init__(window)
        self._window, self.panel = window, panel
        panel.taken.connect(self._say_taken)
        panel.dropped.connect(lambda: window.docks.put_away(NAME))

    def show(self, proposals: Sequence[Proposal], facts: PlanFacts | None = None) -> None:
        """Bring the panel up with these proposals."""
        self.panel.set_proposals(proposals, facts)
        self._window.docks.offer(NAME)

    def _say_taken(self, proposal: Proposal, scenario: str) -> None:
        title, letter = proposal.label or proposal.title, self.panel.letter_of(proposal)
        if scenario:
            said = tr("{letter} ({title}) is taken as the scenario {name}.", letter=letter, title=title, name=scenario)
        else:
            said = tr("{letter} ({title}) is taken. Undo takes it back.", letter=letter, title=title)
        if proposal.figures.measures:
            self._window.territory_panel.show_index_of(proposal.figures.measures[0].measure)
        self._window.say(said)
