"""Figures of territories that come from registers: which there are now, and their values when they are looked at.

Owns the list of those who provide them; a provider is a module with ``figure_specs`` (cheap: it is asked at each step),
``figure_values`` and ``explain_figure``.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from territorymap.model.territory_figure import FigureSpec, TerritoryFigure

if TYPE_CHECKING:
    from territorymap.metrics.explain import Explanation
    from territorymap.session.session import Session

PROVIDERS = (
    "territorymap.session.money.shown",
    "territorymap.session.metrics_shown",
    "territorymap.session.capacity_shown",
)


class Figures:
    """The figures of a session, without those of pay where pay is hidden."""

    def __init__(self, session: Session, *, hides_pay: bool = False) -> None:
        self._session, self._hides_pay = session, hides_pay

    def specs(self) -> list[FigureSpec]:
        """Return which there are, without working any out."""
        return [spec for spec in figure_specs(self._session) if not (self._hides_pay and spec.is_pay)]

    def explain(self, key: str, territory_ix: int) -> Explanation | None:
        """Return how a figure of one territory came about; None if nobody knows."""
        found = [provider.explain_figure(self._session, key, territory_ix) for provider in _providers()]
        return next((explanation for explanation in found if explanation is not None), None)

    def find(self, key: str) -> TerritoryFigure | None:
        """Return one with its values; None if there is none of this key now, or it is hidden."""
        return find_figure(self._session, key) if any(spec.key == key for spec in self.specs()) else None


def _providers() -> list[ModuleType]:
    return [import_module(name) for name in PROVIDERS]


def figure_specs(session: Session) -> list[FigureSpec]:
    """Return the figures that there are, without working any out."""
    return [spec for provider in _providers() for spec in provider.figure_specs(session)]


def find_figure(session: Session, key: str) -> TerritoryFigure | None:
    """Return a figure with its values; None if there is none of this key now."""
    for provider in _providers():
        specs: Sequence[FigureSpec] = provider.figure_specs(session)
        spec = next((s for s in specs if s.key == key), None)
        if spec is not None:
            return TerritoryFigure(spec, provider.figure_values(session, key), session.plan.info.currency)
    return None
