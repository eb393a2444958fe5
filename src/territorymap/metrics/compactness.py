"""How round territories are. Owns the formulas; not areas and perimeters (totals)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from territorymap.i18n import number, tr
from territorymap.metrics.registry import Case, Lines, metric


def _lines(case: Case) -> Lines:
    t, totals = case.territory_ix, case.totals
    return [
        (tr("Area"), tr("{value} km²", value=number(totals.area_km2[t], 1))),
        (tr("Perimeter, coasts and holes included"), tr("{value} km", value=number(totals.perimeter_km[t], 1))),
        (tr("4 × π × area ÷ perimeter²"), number(totals.polsby_popper[t], 3) if totals.n_units[t] else tr("no unit")),
    ]


@metric(
    "polsby_popper",
    scope="territory",
    label=lambda: tr("Compactness"),
    formula=lambda: tr("4 × π × area ÷ perimeter²"),
    meaning=lambda: tr("A circle has 1, a square 0.785, a ragged or long shape comes near 0."),
    lines=_lines,
)
def polsby_popper(area_km2: ArrayLike, perimeter_km: ArrayLike) -> NDArray[np.float64]:
    """Polsby-Popper compactness of each territory.

    Parameters
    ----------
    area_km2 : (T,) float
    perimeter_km : (T,) float

    Returns
    -------
    (T,) float in 0..1; 1 is a circle; nan where the perimeter is 0 (no unit).

    Source
    ------
    Polsby & Popper 1991, 4 pi A / P^2; geodesic area and perimeter, WGS 84.
    """
    area, perimeter = np.asarray(area_km2, dtype=np.float64), np.asarray(perimeter_km, dtype=np.float64)
    safe = np.where(perimeter > 0, perimeter, np.nan)
    return np.asarray(4 * np.pi * area / safe**2)
