"""Filter and sort of 100,000 accounts: the accounts panel against Qt's own QSortFilterProxyModel over the same model.

Run: QT_QPA_PLATFORM=offscreen .venv/bin/python benchmarks/accounts_table.py [N_ACCOUNTS]
Grid of 3,000 units, three territories; each time is the median of five, from the call to the repainted table.
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
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtWidgets import QApplication, QTableView

from territorymap.session import commands
from territorymap.ui.panels import AccountPanel
from territorymap.ui.parts.tables import dress_table
from territorymap.ui.selection import Selection
from tests.ui.panels.plans import make_session


def main() -> None:
    n_accounts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERRITORYMAP_STATE_DIR"] = folder
        with make_session(Path(folder) / "plan.gpkg", 60, 50, n_accounts) as session:
            measure(app, session, n_accounts)


def measure(app: QApplication, session: object, n_accounts: int) -> None:
    selection = Selection()
    panel = AccountPanel(selection)
    panel.resize(1100, 400)
    panel.set_session(session)
    panel.show()
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(panel.model)
    proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    peer = QTableView()
    peer.setModel(proxy)
    dress_table(peer, "peer")
    peer.resize(1100, 400)
    peer.show()
    app.processEvents()
    names = iter(["account 91", "account 92", "account 93", "account 94", "account 95"] * 4)
    city = next(i for i, column in enumerate(panel.model.columns) if column.key == "city")
    orders = iter([True, False] * 20)
    ours_filter = median(app, lambda: panel.filters.choose(text=next(names)))
    panel.filters.clear()
    ours_sort = median(app, lambda: panel.sort_by(city, is_descending=next(orders)))
    ours_edit = median(app, lambda: edit(session))
    chosen = np.random.default_rng(1).choice(n_accounts, n_accounts // 5, replace=False).astype(np.int32)
    ours_select = median(app, lambda: selection.set_accounts(chosen, "map"))
    panel.set_session(None)
    panel.set_session(session)
    peer_filter = median(app, lambda: proxy.setFilterFixedString(next(names)), 3)
    proxy.setFilterFixedString("")
    ascending, descending = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
    peer_sort = median(app, lambda: proxy.sort(city, descending if next(orders) else ascending), 3)
    panel.set_session(None)
    print(f"{n_accounts:,} accounts           panel      proxy model   ratio")
    for name, ours, theirs in (("filter by text", ours_filter, peer_filter), ("sort by city", ours_sort, peer_sort)):
        print(f"{name:22} {ours:8.1f} ms {theirs:12.1f} ms {theirs / ours:7.1f}x")
    print(f"{'select 20 % at random':22} {ours_select:8.1f} ms")
    print(f"{'edit, table repainted':22} {ours_edit:8.1f} ms (with the commit to the file)")


def edit(session: object) -> None:
    """Move one unit to the next territory."""
    unit = np.array([130])
    here = int(session.plan.unit_territory[130])
    session.do(commands.assign_units(session.plan, unit, session.plan.territories[(here + 1) % 3].territory_id))


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
