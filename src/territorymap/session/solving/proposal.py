"""An alternative plan, ready to be shown, compared and taken. Owns its shape; figures and commands are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territorymap.model.variant import Variant
from territorymap.session.solving.figures import Figures

FIRST_NEW_ID = -2  # territory_id of the first territory that the plan does not have yet; the next one has one less


@dataclass(frozen=True)
class Proposal:
    """Who would have what.

    ``variant`` names territories that are not in the plan yet by ids of ``FIRST_NEW_ID`` and below. Only units in
    ``scope`` are proposed anything; what the others are when a proposal is taken is not touched.
    """

    title: str  # of the step: "Build 40 territories"
    variant: Variant
    scope: NDArray[np.bool_]  # (U,)
    before: Variant  # the plan when the job began
    unit_id: NDArray[np.int64]  # (U,) the units that were there
    figures: Figures
    sentences: tuple[str, ...] = ()  # what the planner should be told
    label: str = ""  # what tells it from other proposals of the same run: "least moved"
    n_steps: int = 0  # of the search
    seconds: float = 0.0
    extra: dict[str, object] = field(default_factory=dict)  # more for --json
    protected: frozenset[int] | None = None  # account_id that were when the job began; None = not looked at

    @property
    def moved_units(self) -> NDArray[np.int64]:
        """unit_ix that would change territory."""
        was = self.before.territory_ids()[self.before.unit_territory]
        return np.flatnonzero((self.variant.territory_ids()[self.variant.unit_territory] != was) & self.scope)
