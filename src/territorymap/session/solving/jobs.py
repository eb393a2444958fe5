"""What can be run: made on the GUI thread of a plan that stands still, run in any. Owns the protocol and the clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.build import Budget
from territorymap.session.solving.aims import Limits
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.watch import NOBODY, Watch

NO_LIMIT = 10**15
_SHOW_EVERY_S = 0.4  # better plans that come faster than that are not shown


class Job(Protocol):
    """A search; never touches the session. Raises UserError with the reason where no plan can be."""

    title: str  # of the step that taking a proposal makes
    scope: NDArray[np.bool_]  # (U,) units that are solved: not to be edited meanwhile

    def run(self, limits: Limits, watch: Watch = NOBODY) -> list[Proposal]:
        """Return proposals, the best first, at least one."""


@dataclass
class Clock:
    """The limits of one run, told as budgets of its phases, and as progress."""

    limits: Limits
    watch: Watch = NOBODY
    started: float = field(default_factory=time.monotonic)
    n_done: int = 0  # steps of the phases before
    share: float = 1.0  # of the limits, that the budgets divide
    _shown: float = -1.0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def budget(self, until: float = 1.0, n_done: Callable[[], int] = lambda: 0) -> Budget:
        """Return the budget of a phase that may go on until this part of the share of the limits is used up.

        ``n_done`` tells the steps that the phase has done.
        """
        steps, seconds = self.limits.steps, self.limits.seconds
        until *= self.share
        n_steps = NO_LIMIT if steps is None else max(0, round(steps * until) - self.n_done)

        def is_over() -> bool:
            gone, n = self.seconds, self.n_done + n_done()
            share = max(0.0 if seconds is None else gone / seconds, 0.0 if steps is None else n / steps)
            self.watch.on_progress(min(1.0, share), n)
            return self.watch.is_stopped() or (seconds is not None and gone > seconds * until)

        return Budget(n_steps, is_over)

    def is_time_to_show(self) -> bool:
        """Tell whether the last plan has been shown long enough."""
        if self._shown >= 0 and self.seconds - self._shown < _SHOW_EVERY_S:
            return False
        self._shown = self.seconds
        return True
