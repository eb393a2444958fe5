"""Filter and sort of accounts: the accounts panel against Qt's own QSortFilterProxyModel over the same model.

Run: QT_QPA_PLATFORM=offscreen .venv/bin/python benchmarks/accounts_table.py [N_ACCOUNTS]
US counties, 150 territories, seed 1; each time is the median of five, from the call to the repainted table. Above
100,000 accounts the peer is left out: its sort alone takes minutes.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QApplication, QTableView

from support.layers import bench_layer
from support.plans import make_plan
from territorymap.session import commands
from territorymap.session.session import Session
from territorymap.ui.panels import AccountPanel
from territorymap.ui.parts.tables import dress_table
from territorymap.ui.selection import Selection

MOST_OF_PEER = 100_000


def main() -> None:
    n_accounts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERRITORYMAP_STATE_DIR"] = folder
        plan = Path(folder) / "plan.gpkg"
        make_plan(plan, bench_layer("us-counties"), 150, n_accounts)
        with Session.open(plan) as session:
            measure(app, session, n_accounts)


def measure(app: QApplication, session: object, n_accounts: int) -> None:
    selection = Selection()
    panel = AccountPanel(selection)
    panel.resize(1100, 400)
    panel.set_session(session)
    panel.show()
    app.processEvents()
    names = iter(["account 91", "account 92", "account 93", "account 94", "account 95"] * 4)
    name = next(i for i, column in enumerate(panel.model.columns) if column.key == "name")
    orders = iter([True, False] * 20)
    ours_filter = median(app, lambda: panel.filters.choose(text=next(names)))
    panel.filters.clear()
    first_sort = median(app, lambda: panel.sort_by(name, is_descending=False), 1)
    ours_sort = median(app, lambda: panel.sort_by(name, is_descending=next(orders)))
    ours_edit = median(app, lambda: edit(session))
    chosen = np.random.default_rng(1).choice(n_accounts, n_accounts // 5, replace=False).astype(np.int32)
    ours_select = median(app, lambda: selection.set_accounts(chosen, "map"))
    ours_all = median(app, panel.view.selectAll)
    panel.set_session(None)
    ours_open = median(app, lambda: panel.set_session(session))
    print(f"{n_accounts:,} accounts           panel      proxy model   ratio")
    peer_filter, peer_sort = peer_times(app, panel, name) if n_accounts <= MOST_OF_PEER else (None, None)
    panel.set_session(None)
    for what, ours, theirs in (("filter by text", ours_filter, peer_filter), ("sort by name", ours_sort, peer_sort)):
        compared = f"{theirs:12.1f} ms {theirs / ours:7.1f}x" if theirs is not None else ""
        print(f"{what:22} {ours:8.1f} ms {compared}")
    print(f"{'first sort by name':22} {first_sort:8.1f} ms")
    print(f"{'open the plan':22} {ours_open:8.1f} ms")
    print(f"{'select 20 % at random':22} {ours_select:8.1f} ms")
    print(f"{'select all':22} {ours_all:8.1f} ms")
    print(f"{'edit, table repainted':22} {ours_edit:8.1f} ms (with the commit to the file)")


def peer_times(app: QApplication, panel: AccountPanel, column: int) -> tuple[float, float]:
    """Return the milliseconds of a filter and of a sort by Qt's own proxy model."""
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(panel.model)
    proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    peer = QTableView()
    peer.setModel(proxy)
    dress_table(peer, "peer")
    peer.resize(1100, 400)
    peer.show()
    names = iter(["account 91", "account 92", "account 93"])
    orders = iter([Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder] * 3)
    filtered = median(app, lambda: proxy.setFilterFixedString(next(names)), 3)
    proxy.setFilterFixedString("")
    return filtered, median(app, lambda: proxy.sort(column, next(orders)), 3)


def edit(session: object) -> None:
    """Move one unit to the next territory."""
    unit = np.array([130])
    here = int(session.plan.unit_territory[130])
    session.do(
        commands.assign_units(
            session.plan, unit, session.plan.territories[(here + 1) % len(session.plan.territories)].territory_id
        )
    )


def median(app: QApplication, run: Callable[[], object], n: int = 5) -> float:
    times = []
    for _ in range(n):
        start = time.perf_counter()
        run()
        app.processEvents()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
