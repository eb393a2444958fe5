"""Colour by territory: each has its own. Owns nothing more; the colours are the plan's."""

from __future__ import annotations

from territorymap.i18n import tr
from territorymap.mapview.shading.registry import TERRITORY, Case, Choice, Classing, Shades, family
from territorymap.model.change import PlanDelta


@family("territory", order=0)
class ByTerritory:
    """The colours that planners give to territories."""

    def heading(self) -> str:
        return ""

    def choices(self, case: Case) -> list[Choice]:
        return [Choice(TERRITORY, tr("Territory"), tr("Territory"))]

    def shade(self, case: Case, key: str, classing: Classing) -> Shades:
        return Shades("territory")

    def is_changed_by(self, delta: PlanDelta) -> bool:
        return False
