"""Colour by index: territories below, at and above their target. Owns the limits; the page finds each one's class."""

from __future__ import annotations

from itertools import pairwise

from territorymap.i18n import percent, tr
from territorymap.mapview.shading.ramps import NO_VALUE, around_even
from territorymap.mapview.shading.registry import Case, Choice, Classing, Group, Shades, family
from territorymap.model.change import PlanDelta

STEPS = (0, 1, 3)  # limits lie at the tolerance and so many steps beyond it
DEFAULT_STEP = 0.05  # where the tolerance is 0
SLACK = 1e-9  # as metrics.targets.outside_tolerance


@family("index", order=3)
class ByIndex:
    """Blue below the target, orange above it, grey within tolerance; follows a stroke while it is drawn."""

    def heading(self) -> str:
        return tr("Index of the territory")

    def choices(self, case: Case) -> list[Choice]:
        return [
            Choice(f"index:{m.uuid}", case.labels[m.name], tr("Index of {measure}", measure=case.labels[m.name]))
            for m in case.plan.measures
            if m.is_shown and case.plan.n_territories
        ]

    def shade(self, case: Case, key: str, classing: Classing) -> Shades:
        row = next(ix for ix, m in enumerate(case.plan.measures) if key == f"index:{m.uuid}")
        below, above = index_limits(case.plan.measures[row].tolerance)
        light, dark = (around_even(len(below), len(above), is_dark) for is_dark in (False, True))
        labels = limit_labels(below, above)
        groups = [Group(*row) for row in zip(labels, light, dark, strict=True)]
        groups.append(Group(tr("No target, no index"), NO_VALUE[False], NO_VALUE[True], None, "none"))
        return Shades(
            "index",
            groups,
            row=row,
            below=[limit - SLACK for limit in below],
            above=[limit + SLACK for limit in above],
            note=tr("Within tolerance: ±{tolerance}", tolerance=_percent(case.plan.measures[row].tolerance)),
        )

    def is_changed_by(self, delta: PlanDelta) -> bool:
        return delta.is_settings_changed or bool(delta.added_territory_ix or delta.removed_territory_ix)


def index_limits(tolerance: float) -> tuple[list[float], list[float]]:
    """Return the limits below even and those above it, each ascending; what cannot be reached is left out."""
    step = tolerance or DEFAULT_STEP
    gaps = [tolerance + n * step for n in STEPS]
    return [round(1 - gap, 9) for gap in reversed(gaps) if gap < 1], [round(1 + gap, 9) for gap in gaps]


def limit_labels(below: list[float], above: list[float]) -> list[str]:
    """Return the words of the classes between limits around 1."""
    edges = [None, *below, *above, None]
    labels = []
    for low, high in pairwise(edges):
        if low is None:
            labels.append(tr("▼ below {limit}", limit=_percent(high or 0.0)))
        elif high is None:
            labels.append(tr("▲ above {limit}", limit=_percent(low)))
        else:
            sign = "▼ " if high in below else "▲ " if low in above else ""
            text = tr("{low} to {high}", low=_percent(low), high=_percent(high))
            labels.append(f"{sign}{text}")
    return labels


def _percent(ratio: float) -> str:
    digits = 0 if abs(ratio * 100 - round(ratio * 100)) < 1e-6 else 1
    return percent(ratio, digits)
