"""A job whose proposals are compared: what they are measured against is found in its thread too. Owns the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territorymap.session.solving.watch import NOBODY, Watch
from territorymap.ui.proposals.facts import PlanFacts

if TYPE_CHECKING:
    from territorymap.session.solving.aims import Limits
    from territorymap.session.solving.proposal import Proposal
    from territorymap.session.solving.rebalancing import RebalanceJob


class ComparedJob:
    """A rebalancing, and the plan as it is in the same figures."""

    def __init__(self, job: RebalanceJob) -> None:
        self._job = job
        self.title, self.scope = job.title, job.scope
        self.facts: PlanFacts | None = None  # known when it has run

    def run(self, limits: Limits, watch: Watch = NOBODY) -> list[Proposal]:
        """See jobs.Job."""
        job = self._job
        proposals = job.run(limits, watch)
        self.facts = PlanFacts(job.least, job.now(), job.lower_bound, job.flow)
        return proposals
