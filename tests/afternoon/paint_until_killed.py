"""Paints in the real window until somebody kills it; tells each edit once the screen has shown it as done.

Run by test_killed.py: ``python -m tests.afternoon.paint_until_killed PLAN SEED``. A line of JSON an edit.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from PySide6.QtCore import Qt

from territorymap.ui.preferences import Preferences
from tests.support.window import CTRL, Window, application, wait_until


def main(plan: Path, seed: int) -> None:
    application()
    window = Window(Preferences(plan.parent / f"settings {seed}.ini"), 1200, 800)
    assert window.main.open_plan(plan)
    window.wait_for_map()
    session = window.main.session
    assert session is not None
    tell({"opened": session.document.notices, "can_undo": window.main.commands["undo"].isEnabled()})
    rng = random.Random(seed)
    window.show_place(-96.0, 39.0, 4)
    window.key_on_map(Qt.Key.Key_B)
    window.main.tools.brush.setValue(0)
    units = session.plan.units
    inland = [units.ix_by_code[code] for code in ("08", "20", "29", "31", "19", "48", "40", "05", "56", "49", "46")]
    for i in range(10_000):
        if i % 5 == 4:
            rev = session.rev
            window.key_on_map(Qt.Key.Key_Z, CTRL)
            wait_until(lambda rev=rev: session.rev > rev, "the step is taken back")  # type: ignore[misc]
            tell({"undo": 1})
            continue
        ix = rng.choice(inland)
        others = [t.name for n, t in enumerate(session.plan.territories) if n != session.plan.unit_territory[ix]]
        target = rng.choice(others)
        window.choose(window.main.tools.target, target)
        place = window.place_of_unit(ix)
        window.stroke([place])
        assert not window.refused, window.refused
        tell({"unit": str(units.code[ix]), "territory": target})


def tell(line: dict[str, object]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
