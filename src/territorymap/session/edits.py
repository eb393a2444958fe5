"""An edit before and after: what is asked for, and what every listener is told of it.

Owns the two records; the order of events between them is the session's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from territorymap.document import Writer
from territorymap.model.change import PlanDelta, RowChange
from territorymap.model.plan import Plan

Check = Callable[[Sequence[RowChange]], None]  # sees what rows are to be, and may raise UserError


@dataclass(frozen=True)
class Command:
    """What the person wants done; ``run`` checks first, then writes rows, and raises UserError to refuse."""

    label: str
    run: Callable[[Writer, Plan], None]
    notes: tuple[str, ...] = ()  # what the person should know besides
    kind: str = "do"  # "merge": brings another file's steps, of which ref_uuid is the newest
    ref_uuid: str = ""


@dataclass(frozen=True)
class PlanChange:
    """What one do, undo or redo changed, as every listener gets it."""

    rev: int
    kind: str  # "do" | "undo" | "redo" | "switch" (another scenario or alignment is in use) | "follow" (another window)
    label: str
    initiator: str
    delta: PlanDelta
    touched: tuple[int, ...]  # territory_ix whose numbers or record changed
    changes: tuple[RowChange, ...]
    notes: tuple[str, ...] = ()  # what the command says besides
    elsewhere: frozenset[int] = frozenset()  # alignment_id of those not in use whose territories or owners changed

    def touches(self, *tables: str) -> bool:
        """Whether rows of one of these tables changed, or all may have."""
        return (self.delta.is_full and not self.changes) or any(change.table in tables for change in self.changes)
