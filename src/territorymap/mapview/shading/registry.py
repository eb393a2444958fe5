"""The list of what the map can be coloured by. Owns how a family is declared and found; not any colour.

A family is a class with the decorator :func:`family`; a new one (such as the change against a baseline) is one new file
in this package. It offers no choice while there is nothing to show, so that no dead entry stands in the menu.
"""

from __future__ import annotations

import base64
import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.totals import Totals
from territorymap.model.change import PlanDelta
from territorymap.model.plan import Plan
from territorymap.model.territory_figure import FigureSpec, TerritoryFigure
from territorymap.model.variant import Variant

METHODS = ("quantiles", "natural_breaks")
FEWEST_CLASSES, MOST_CLASSES, DEFAULT_CLASSES = 3, 9, 5
TERRITORY = "territory"


@dataclass(frozen=True)
class Classing:
    """How numbers become classes; kept as the person set it."""

    method: str = "quantiles"  # one of METHODS
    n_classes: int = DEFAULT_CLASSES
    per_km2: bool = False  # numbers divided by the area of their unit

    @classmethod
    def read(cls, method: str, n_classes: str, per_km2: str) -> Self:
        """Return what was kept as text; what is not understood is as if nothing was kept."""
        n = int(n_classes) if n_classes.isdecimal() else DEFAULT_CLASSES
        return cls(
            method if method in METHODS else METHODS[0],
            min(max(n, FEWEST_CLASSES), MOST_CLASSES),
            per_km2 == "1",
        )


class Figures(Protocol):
    """Figures of territories that come from registers."""

    def specs(self) -> Sequence[FigureSpec]:
        """Return which there are, without working any out."""
        ...

    def find(self, key: str) -> TerritoryFigure | None:
        """Return one with its values."""
        ...


@dataclass(frozen=True)
class Case:
    """What is to be coloured."""

    plan: Plan
    totals: Totals
    labels: Mapping[str, str]  # of measures, by name
    before: Variant | None = None  # what a change is measured against
    register: Callable[[type], Mapping[int, Any]] | None = None  # the records of a kind; None = not to be had here
    figures: Figures | None = None  # of territories; None = not to be had here


@dataclass(frozen=True)
class Choice:
    """One entry of the list "Colour by"."""

    key: str  # the same in every run and after a renaming: "index:UUID"
    label: str  # in the list, under its heading
    title: str  # on its own: "Index of Sales"
    is_classed: bool = False  # whether Classing makes a difference


@dataclass(frozen=True)
class Group:
    """What is filled alike, and its line in the legend."""

    label: str
    light: str  # "#rrggbb" on the light map
    dark: str
    n: int | None = None  # how many units or territories; None = the page counts
    # "class"; "zero" and "none": two looks of their own; "part": in the legend where there is one; "silent": never
    kind: str = "class"


@dataclass(frozen=True)
class Shades:
    """Colours of a plan, as the page (resources/web/shading.js) takes them.

    ``form`` says what ``of`` and ``limits`` mean:

    - "territory": each territory has its own colour; nothing else is told;
    - "owner": ``of`` (T,) is the group of each territory, -1 = unassigned;
    - "index": the page finds each territory's group from its index of measure ``row``, also while a stroke is under
      way: the number of ``below`` that the index reaches plus the number of ``above`` that it goes beyond; the last
      group is for territories without an index;
    - "unit": ``of`` (U,) is the group of each unit, by its measure ``row`` (-1 = something else).
    """

    form: str
    groups: Sequence[Group] = ()
    of: NDArray[np.integer] | None = None
    row: int = -1
    below: Sequence[float] = ()
    above: Sequence[float] = ()
    note: str = ""

    def message(self, choice: Choice) -> dict[str, Any]:
        """Return what is sent to the page."""
        return {
            "kind": "shading",
            "key": choice.key,
            "title": choice.title,
            "note": self.note,
            "form": self.form,
            "groups": [
                {"label": g.label, "light": g.light, "dark": g.dark, "n": g.n, "kind": g.kind} for g in self.groups
            ],
            "of": None if self.of is None else base64.b64encode(self.of.astype("<i2").tobytes()).decode("ascii"),
            "row": self.row,
            "below": [float(x) for x in self.below],
            "above": [float(x) for x in self.above],
        }


class Family(Protocol):
    """Choices that are coloured in one way; ``tables`` (if it has them) names registers that its colours stand on."""

    def heading(self) -> str:
        """Return what stands over its choices in the list, "" = nothing."""
        ...

    def choices(self, case: Case) -> list[Choice]:
        """Return what can be chosen now."""
        ...

    def shade(self, case: Case, key: str, classing: Classing) -> Shades:
        """Return the colours of one of the choices."""
        ...

    def is_changed_by(self, delta: PlanDelta) -> bool:
        """Tell whether the page's copy is void after a change that is not full."""
        ...


_FAMILIES: dict[str, tuple[int, Family]] = {}
_Class = TypeVar("_Class", bound=Callable[[], Family])


def family(name: str, order: int) -> Callable[[_Class], _Class]:
    """Register the decorated class; ``order`` is its place in the list."""

    def register(cls: _Class) -> _Class:
        if name in _FAMILIES:
            raise ValueError(f"two families are named {name!r}")
        _FAMILIES[name] = (order, cls())
        return cls

    return register


def families() -> dict[str, Family]:
    """Return all families by name, in the order of the list."""
    package = importlib.import_module("territorymap.mapview.shading")
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        importlib.import_module(f"territorymap.mapview.shading.{module}")
    return {name: entry for name, (_, entry) in sorted(_FAMILIES.items(), key=lambda item: item[1][0])}


def find_choice(case: Case, key: str) -> tuple[Family, Choice] | None:
    """Return the choice of a key and its family; None if it cannot be chosen (any more)."""
    for entry in families().values():
        for choice in entry.choices(case):
            if choice.key == key:
                return entry, choice
    return None


def is_owners_change(delta: PlanDelta) -> bool:
    """Tell whether territories, their reps or regions are others."""
    return bool(
        delta.is_settings_changed
        or delta.added_territory_ix
        or delta.removed_territory_ix
        or delta.changed_territory_ix
        or delta.changed_rep_ids
    )
