"""Colour by change against another scenario: what stays is grey, what moves has the colour of its new territory, and
that colour is strong where the rep changes too. Owns these colours; not what counts as a move (metrics.comparison).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import number, tr
from territorymap.mapview.palette import dark_variant
from territorymap.mapview.shading.registry import (
    Case,
    Choice,
    Classing,
    Group,
    Shades,
    family,
    is_owners_change,
)
from territorymap.mapview.vision import hex_of_oklab, oklab_of_hex
from territorymap.metrics.comparison import REP, SAME, kinds_of_moves, rep_ids_of
from territorymap.model.change import PlanDelta

UNCHANGED = {False: "#e3e3df", True: "#3a3f45"}
NOBODY_NOW = {False: "#5d5a58", True: "#b9b3ac"}  # unassigned, and was not
_STRONG = {False: (0.56, 1.7), True: (0.80, 1.5)}  # lightness; by how much the chroma grows
KEY = "change"
_UNCHANGED, _NOBODY, _FIRST = 0, 1, 2  # groups; then two a territory: the same rep, another rep


@family("change", order=5)
class ByChange:
    """What differs from the baseline, or from the scenario that is compared."""

    def heading(self) -> str:
        return tr("Change")

    def choices(self, case: Case) -> list[Choice]:
        if case.before is None:
            return []
        label = tr("Change against {scenario}", scenario=case.before.scenario.name)
        return [Choice(KEY, label, tr("Change"))]

    def shade(self, case: Case, key: str, classing: Classing) -> Shades:
        before, plan = case.before, case.plan
        assert before is not None
        kind = kinds_of_moves(before.territories, plan.territories, before.unit_territory, plan.unit_territory)
        was = rep_ids_of(before.territories)[before.unit_territory]
        is_ = rep_ids_of(plan.territories)[plan.unit_territory]
        has_other_rep = was != is_
        of = _FIRST + 2 * plan.unit_territory.astype(np.int64) + has_other_rep
        of[plan.unit_territory < 0] = _NOBODY
        of[kind == SAME] = _UNCHANGED
        count = np.bincount(of, minlength=_FIRST + 2 * plan.n_territories)
        groups = [
            Group(tr("Unchanged"), UNCHANGED[False], UNCHANGED[True], int(count[_UNCHANGED])),
            Group(tr("No longer assigned"), NOBODY_NOW[False], NOBODY_NOW[True], int(count[_NOBODY]), "part"),
            *_territory_groups([t.color for t in plan.territories]),
        ]
        groups += _legend(groups, count, kind)
        return Shades("unit", groups, of.astype(np.int16), note=_note(before.scenario.name))

    def is_changed_by(self, delta: PlanDelta) -> bool:
        return bool(len(delta.unit_ix)) or is_owners_change(delta)


def _territory_groups(colors: Sequence[str]) -> list[Group]:
    """Return two groups a territory; the legend tells of them all in two lines of its own."""
    strong = {is_dark: strong_colors(colors, is_dark=is_dark) for is_dark in (False, True)}
    groups = []
    for ix, color in enumerate(colors):
        groups.append(Group("", color, dark_variant(color), 0, "silent"))
        groups.append(Group("", strong[False][ix], strong[True][ix], 0, "silent"))
    return groups


def strong_colors(colors: Sequence[str], *, is_dark: bool) -> list[str]:
    """Return the same hues deeper on the light map, brighter on the dark one."""
    if not colors:
        return []
    lab = oklab_of_hex(colors)
    lightness, grow = _STRONG[is_dark]
    lab[:, 0] = lightness
    lab[:, 1:] *= grow
    return hex_of_oklab(lab)


def _legend(groups: Sequence[Group], count: NDArray[np.int64], kind: NDArray[np.int8]) -> list[Group]:
    """Return lines that stand for no unit: the territory that gains most lends its colours as a sample."""
    gained = count[_FIRST::2] + count[_FIRST + 1 :: 2]
    if not len(gained):
        return []
    at = _FIRST + 2 * int(np.argmax(gained))
    same, other = groups[at], groups[at + 1]
    n_same, n_other = int(count[_FIRST::2].sum()), int(count[_FIRST + 1 :: 2].sum())
    n_given = int((kind == REP).sum())
    label = tr("Another rep")
    if 0 < n_given < n_other:
        label = tr("Another rep ({n} in the same territory)", n=number(n_given))
    return [
        Group(tr("Another territory, the same rep"), same.light, same.dark, n_same, "part"),
        Group(label, other.light, other.dark, n_other, "part"),
    ]


def _note(scenario: str) -> str:
    return tr(
        "Against {scenario}: units that move have the colour of their new territory, strong where the rep is another.",
        scenario=scenario,
    )
