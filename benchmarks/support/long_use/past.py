"""What a long history costs: the same work on a plan of ten thousand steps and on one of few, in the same run.

Owns making the two plans and timing the session; the window is not in it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from territorymap.session.changelog import ChangeLog
from territorymap.session.changelog.reading import read_log
from territorymap.session.commands.units import assign_units
from territorymap.session.merge_preview import counts_by_kind, incoming, read_fork
from territorymap.session.merging import prepare_merge
from territorymap.session.session import Session

Costs = dict[str, float]  # processor milliseconds by what was done
MB = "MB of the file"


def compare_costs(plan: Path, n_steps: int, seed: int) -> tuple[Costs, Costs]:
    """Return the costs with few steps and with many; who has what is the same in both."""
    with tempfile.TemporaryDirectory(prefix="hard-past-") as name:
        folder = Path(name)
        os.environ["TERRITORYMAP_STATE_DIR"] = str(folder / "state")
        few, many = (Path(shutil.copy(plan, folder / f"{name}.gpkg")) for name in ("few", "many"))
        rng = np.random.default_rng(seed)
        _lengthen(many, n_steps, rng)
        for path in (few, many):  # each is seen for the first time once
            Session.open(path).close()
        return _costs(few, rng), _costs(many, rng)


def _lengthen(path: Path, n_steps: int, rng: np.random.Generator) -> None:
    """Make a plan's history longer: units go to another territory and back, some by undo and redo."""
    with Session.open(path) as session:
        while len(session.document.history()) < n_steps:
            before = session.plan.unit_territory.copy()
            unit = _edit(session, rng)
            if rng.random() < 0.3:
                session.undo()
                session.redo()
            session.do(assign_units(session.plan, np.array([unit]), _id(session, int(before[unit]))))


def _id(session: Session, territory_ix: int) -> int | None:
    return session.plan.territories[territory_ix].territory_id if territory_ix >= 0 else None


def _edit(session: Session, rng: np.random.Generator) -> int:
    """Give a unit to another territory; return it."""
    plan = session.plan
    unit = int(rng.integers(len(plan.units)))
    others = [ix for ix in range(plan.n_territories) if ix != plan.unit_territory[unit]]
    session.do(assign_units(plan, np.array([unit]), _id(session, others[int(rng.integers(len(others)))])))
    return unit


def _costs(path: Path, rng: np.random.Generator) -> Costs:
    costs: Costs = {}
    opened: list[Session] = []
    costs["open"] = _cpu_ms(lambda: opened.append(Session.open(path)))
    session = opened[0]
    _edit(session, rng)
    log = ChangeLog(session.document)
    colleague = path.with_name(f"{path.stem} copy.gpkg")

    def read_change_log() -> None:
        log.entries()

    def merge() -> None:
        prepared = prepare_merge(session, colleague)
        read_fork(prepared.merger, session.document.history())
        incoming(prepared.merger)
        counts_by_kind(prepared.merger)
        session.do(prepared.command("mine"))
        prepared.close()

    costs["edit"] = _cpu_ms(lambda: _edit(session, rng), 40)
    costs["undo"] = _cpu_ms(session.undo, 20)
    costs["redo"] = _cpu_ms(session.redo, 20)
    costs["list of the panel History"] = _cpu_ms(session.timeline, 10)
    costs["list of the panel Changes, first"] = _cpu_ms(read_change_log)
    _edit(session, rng)
    costs["list of the panel Changes, after a step"] = _cpu_ms(read_change_log, 5)
    costs["change log as a file"] = _cpu_ms(lambda: read_log(path))
    costs["check"] = _cpu_ms(session.document.check)
    costs["copy"] = _cpu_ms(lambda: session.document.save_copy(colleague))
    with Session.open(colleague, author="colleague") as other:
        _edit(other, rng)
    _edit(session, rng)
    costs["merge"] = _cpu_ms(merge)
    costs["close"] = _cpu_ms(session.close)
    costs["open, with a backup"] = _cpu_ms(lambda: Session.open(path).close())
    costs[MB] = path.stat().st_size / 1e6
    return costs


def _cpu_ms(work: Callable[[], object], times: int = 1) -> float:
    """Return the processor time of a piece of work, the median of so many times."""
    found = []
    for _ in range(times):
        begin = time.process_time()
        work()
        found.append((time.process_time() - begin) * 1000)
    return float(np.median(found))
