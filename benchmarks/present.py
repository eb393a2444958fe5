"""What a presentation costs at national size: its own map page, hiding names, going to another scenario.

    python benchmarks/present.py [UNITS_LAYER ACCOUNTS]

33,791 units, 150 territories, 100,000 accounts unless told otherwise. Memory is that of all processes.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np

from support.layers import BIG, bench_layer
from support.memory import memory_mb
from support.plans import make_plan
from support.window import Window, application, spin
from territorymap.session import commands
from territorymap.session.commands.scenarios import new_scenario
from territorymap.ui.screenshot import wait_until


def main() -> int:
    layer, n_accounts = sys.argv[1:3] if len(sys.argv) > 2 else (BIG, "100000")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERRITORYMAP_STATE_DIR"] = str(Path(folder, "state"))
        plan = Path(folder, "big.gpkg")
        make_plan(plan, bench_layer(layer), 150, int(n_accounts))
        application()
        window = Window(plan)
        session, show = window.session, window.main.present.presentation
        session.do(new_scenario(session.plan, "Proposal"))
        first, second = (s.scenario_id for s in session.plan.scenarios)
        session.switch_scenario(second)
        session.do(commands.assign_units(session.plan, np.arange(300), session.plan.territories[3].territory_id))
        session.switch_scenario(first)
        spin(3000)
        alone = memory_mb()["memory_mb"]
        begin = time.perf_counter()
        show.begin()
        audience = show.audience
        assert audience is not None
        assert wait_until(lambda: audience.map_view.is_ready, 60)
        print(f"begin to painted: {time.perf_counter() - begin:.2f} s")
        spin(3000)
        print(f"memory: plan alone {alone:.0f} MB, with the audience's page {memory_mb()['memory_mb']:.0f} MB")
        for name in ("rep_names", "account_names"):
            print(f"hide {name}: {took(lambda name=name: show.switches.actions[name].setChecked(True)):.0f} ms")
            spin(2500)
        for scenario in (second, first):
            print(f"another scenario, hidden: {took(lambda s=scenario: session.switch_scenario(s)):.0f} ms")
            spin(2500)
        units = np.arange(40, 41)
        edit = commands.assign_units(session.plan, units, session.plan.territories[5].territory_id)
        print(f"an edit of one unit, hidden: {took(lambda: session.do(edit)):.1f} ms")
        show.end()
        print(f"memory after the end: {memory_mb()['memory_mb']:.0f} MB")
        window.close()
    return 0


def took(run: object) -> float:
    begin = time.perf_counter()
    run()  # type: ignore[operator]
    return (time.perf_counter() - begin) * 1000


if __name__ == "__main__":
    sys.exit(main())
