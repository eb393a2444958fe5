"""Who looks on at a run. Owns what a job can be asked and what it tells; light, for whoever starts one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from territorymap.session.solving.proposal import Proposal


def _never() -> bool:
    return False


def _pass(*_told: object) -> None:
    """Let it pass."""


@dataclass(frozen=True)
class Watch:
    """Asked and told while a job runs, in its thread."""

    is_stopped: Callable[[], bool] = _never  # ends the search with the best so far
    on_best: Callable[[Proposal], None] = _pass  # a better plan, now and then
    on_progress: Callable[[float, int], None] = _pass  # share done (0 .. 1), steps so far


NOBODY = Watch()
