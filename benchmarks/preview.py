"""What it costs to draw proposals while a search goes on, and what an edit costs meanwhile, against one without.

    python benchmarks/preview.py [--units us-zip5] [--accounts 100000] [--territories 150] [--repeats 8]

Prints one JSON line: milliseconds of Python and of the page for each proposal in which nearly every unit moves, and of
the page from pointer up to the repainted edit, whose ratio is what matters: a proposal on the map must not be felt.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from support.plans import size_options, sized_plan
from support.window import Window, application, spin
from territorymap.model.variant import Variant, variant_of
from territorymap.session.session import Session

PAUSE_MS = 400
# Milliseconds of each frame that paints, and of taking a proposal in.
WATCH = """(() => {
  const { stage, proposal } = __tm, flush = stage.flush.bind(stage), take = proposal.take.bind(proposal);
  window.__paints = []; window.__takes = [];
  stage.flush = () => { const begin = performance.now(); flush(); __paints.push(performance.now() - begin); };
  proposal.take = async (m) => {
    const begin = performance.now();
    await take(m);
    __takes.push(performance.now() - begin);
  };
  return 1;
})()"""


@dataclass(frozen=True)
class Idea:
    """A proposal as the map takes it."""

    title: str
    variant: Variant


def main() -> None:
    """Make the plan, and print the figures."""
    parser = size_options(__doc__)
    parser.add_argument("--repeats", type=int, default=8)
    options = parser.parse_args()
    with sized_plan(options) as path:
        app = application()
        window = Window(path)
        print(json.dumps(_measure(window, options.repeats)))
        window.close()
        app.quit()


def _measure(window: Window, repeats: int) -> dict[str, object]:
    session = window.session
    rng = np.random.default_rng(1)
    everywhere = np.ones(len(session.plan.units), dtype=np.bool_)
    window.evaluate(WATCH)
    python_ms = []
    for k in range(repeats):
        idea = _idea(session, everywhere, rng, k)
        begin = time.perf_counter()
        window.map.show_proposal(idea, everywhere)
        python_ms.append((time.perf_counter() - begin) * 1000)
        spin(PAUSE_MS)
    takes, paints = window.evaluate("[__takes, __paints]")
    west = session.plan.units.lon < float(np.median(session.plan.units.lon))
    window.map.show_proposal(None)
    lon, lat = _middle(session, ~west)
    window.zoom_to(lon, lat, 8)
    plain = _edits(window, repeats)
    window.map.show_proposal(_idea(session, west, rng, 0), west)
    spin(PAUSE_MS)
    with_one = _edits(window, repeats)
    return {
        "units": len(session.plan.units),
        "python_ms": round(float(np.median(python_ms)), 1),
        "page_ms": round((sum(takes) + sum(paints)) / repeats, 1),
        "edit_ms": round(plain, 1),
        "edit_with_proposal_ms": round(with_one, 1),
        "ratio": round(with_one / plain, 2),
    }


def _idea(session: Session, decides: NDArray[np.bool_], rng: np.random.Generator, k: int) -> Idea:
    """Return a plan in which each decided unit is of the nearest of some units."""
    plan = session.plan
    points = np.column_stack([plan.units.lon * 0.78, plan.units.lat])
    seeds = points[rng.choice(np.flatnonzero(decides), plan.n_territories, replace=False)]
    nearest = cKDTree(seeds).query(points)[1]
    held = np.where(decides, nearest, plan.unit_territory).astype(np.int32)
    return Idea(f"Number {k}", replace(variant_of(plan), unit_territory=held))


def _middle(session: Session, units: NDArray[np.bool_]) -> tuple[float, float]:
    return float(np.median(session.plan.units.lon[units])), float(np.median(session.plan.units.lat[units]))


def _edits(window: Window, repeats: int) -> float:
    """Return the median of some edits of one unit."""
    plan, ms = window.session.plan, []
    for unit in window.visible_units()[: repeats * 2]:
        other = (int(plan.unit_territory[unit]) + 1) % plan.n_territories
        ms.append(window.paint_unit(unit, plan.territories[other].territory_id))
        plan = window.session.plan
    return float(np.median(ms))


if __name__ == "__main__":
    main()
