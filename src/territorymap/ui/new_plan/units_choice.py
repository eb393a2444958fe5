"""What page 1 of New plan has chosen, and getting it. Owns the choice as a value; not the form."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from territorymap.geo.layer import UnitLayer
from territorymap.geo.shipped import load_layer
from territorymap.importers.unit_layer import import_unit_layer
from territorymap.importers.unit_options import LayerImport, UnitOptions


@dataclass(frozen=True)
class UnitsChoice:
    """A shipped layer, or files with the meaning of their columns."""

    layer_id: str = ""
    measures: tuple[str, ...] = ()  # of a shipped layer
    paths: tuple[Path, ...] = ()
    options: UnitOptions = field(default_factory=UnitOptions)
    ready: LayerImport | None = field(default=None, compare=False)  # read already


def load_units(choice: UnitsChoice, is_cancelled: Callable[[], bool] | None = None) -> UnitLayer:
    """Return the chosen layer with the measures that were wished for."""
    if not choice.paths:
        layer = load_layer(choice.layer_id)
        wished = {name: values for name, values in layer.values.items() if name in choice.measures}
        return dataclasses.replace(layer, values=wished)
    if choice.ready is not None:
        return choice.ready.layer
    return import_unit_layer(choice.paths, choice.options, is_cancelled=is_cancelled).layer
