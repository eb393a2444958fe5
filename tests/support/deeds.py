"""Random deeds on a small plan, for what must follow each of them; two copies of one plan that may be merged.

Owns the deeds; what follows is each test's.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from territorymap.session import commands
from territorymap.session.merging import merge_file
from territorymap.session.session import Session
from tests.support.grid import grid_layer

DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["give", "give", "undo", "undo", "redo", "note", "scenario", "alignment", "rename", "merge"]),
        st.integers(0, 8),
    ),
    min_size=1,
    max_size=14,
)


class Pair:
    """A plan of nine squares that Ada has open, and the copy of it that Ben goes on with."""

    def __init__(self, folder: Path) -> None:
        self.path, self._copy = folder / "ada.gpkg", folder / "ben.gpkg"
        with Session.create(self.path, grid_layer(3, 3), author="Ada") as session:
            session.do(commands.create_territories(session.plan, ["West", "East"]))
        shutil.copy(self.path, self._copy)
        self.session = Session.open(self.path, author="Ada")

    def close(self) -> None:
        self.session.close()

    def do(self, deed: str, n: int) -> None:
        """Do a deed on the open plan; one that cannot be done now does nothing."""
        session = self.session
        if deed == "give":
            give(session, n)
        elif deed in ("undo", "redo"):
            if getattr(session.document, f"can_{deed}"):
                getattr(session, deed)()
        elif deed == "note":
            steps = session.document.history()
            session.document.annotate(steps[n % len(steps)].step_id, f"because {n}")
        elif deed == "scenario":
            session.do(commands.new_scenario(session.plan, f"What if {len(session.document.history())}"))
            session.switch_scenario(session.plan.scenarios[-1].scenario_id)
        elif deed == "alignment":
            session.do(commands.new_alignment(session.plan, f"Inside {len(session.document.history())}"))
            session.switch_alignment(session.plan.alignments[-1].alignment_id)
        elif deed == "rename":
            scenario = session.plan.scenario.scenario_id
            session.do(
                commands.edit_scenario(session.plan, scenario, name=f"Renamed {len(session.document.history())}")
            )
        else:
            with Session.open(self._copy, author="Ben") as ben:
                give(ben, n)
                give(ben, n + 1)
                ben.undo()
            merge_file(session, self._copy)


def give(session: Session, n: int) -> None:
    """Give a square to the other territory."""
    unit = n % len(session.plan.units)
    ids = [territory.territory_id for territory in session.plan.territories]
    if len(ids) < 2:  # their making was undone
        return
    target = ids[1] if session.plan.unit_territory[unit] == 0 else ids[0]
    session.do(commands.assign_units(session.plan, np.array([unit]), target))
