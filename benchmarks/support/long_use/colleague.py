"""What a colleague does with a copy of the plan, in a process of their own: its memory is none of the planner's.

Run: ``python colleague.py PLAN SEED``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from territorymap.session.commands.units import assign_units
from territorymap.session.session import Session

_N_EDITS = 3


def have_edited(plan: Path, seed: int) -> None:
    """Have a colleague give a few units of a plan file to other territories; nobody else has it open."""
    subprocess.run([sys.executable, __file__, plan, str(seed)], check=True)


def _edit(path: Path, rng: np.random.Generator) -> None:
    with Session.open(path, author="colleague") as session:
        into = [t.territory_id for t in session.plan.territories if not t.locked]
        for _ in range(_N_EDITS):
            unit = int(rng.choice(np.flatnonzero(~session.plan.units.locked)))
            holder = int(session.plan.unit_territory[unit])
            if holder < 0 or not session.plan.territories[holder].locked:
                session.do(assign_units(session.plan, np.array([unit]), int(rng.choice(into))))


if __name__ == "__main__":
    _edit(Path(sys.argv[1]), np.random.default_rng(int(sys.argv[2])))
