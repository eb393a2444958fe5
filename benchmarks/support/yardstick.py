"""Yardsticks of territory building: instances as problems, and a scorer that is not ours.

Owns where the instances and the scorer stand; not what is measured on them. The scorer, its graph and its peers are
scripts beside the folder of instances (``DIR/../common.py``): our numbers are checked against what it says.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency, adjacency_of_pairs
from territorymap.optimise.problem import Problem, even_targets

_SCRIPTS = ("common.py", "score.py", "peers.py", "rebalance_peers.py", "proto.py")


class Yardstick:
    """A folder of instances with its scorer; what needs caches is copied where it may write."""

    def __init__(self, instances: Path) -> None:
        if importlib.util.find_spec("pyarrow") is None:
            raise SystemExit(
                "The instances are parquet files: this benchmark needs pyarrow, which the program does not. Install it "
                f"for this run (pip install pyarrow, for {sys.executable}), or name its folder in PYTHONPATH."
            )
        instances = instances.resolve()
        if missing := [name for name in _SCRIPTS if not (instances.parent / name).exists()]:
            raise SystemExit(f"{instances.parent} has no {', '.join(missing)}: --instances DIR stands beside them.")
        self.scripts = instances.parent
        self.folder = instances if os.access(instances, os.W_OK) else _copied(instances)
        self.common: ModuleType = _module(self.scripts / "common.py")
        self._loaded: dict[str, Any] = {}

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def instance(self, name: str) -> Any:
        """Return an instance as the scorer holds it; its graph is made at the first use and kept beside it."""
        if name not in self._loaded:
            self._loaded[name] = self.common.load(str(self.path(name)))
        return self._loaded[name]

    def adjacency(self, name: str) -> Adjacency:
        """Return the scorer's own graph: everybody works on the same."""
        one = self.instance(name)
        pair = np.column_stack([one.ei, one.ej])
        pair = np.sort(pair, axis=1).astype(np.int32)
        order = np.lexsort((pair[:, 1], pair[:, 0], one.bridge))
        km = np.where(one.bridge, 0.0, one.elen / 1000)
        return adjacency_of_pairs(pair[order], km[order], one.n)

    def problem(self, name: str, n_territories: int, tolerance: float, **further: Any) -> Problem:
        """Return an instance as a problem: one measure, even targets."""
        one = self.instance(name)
        weight = np.ascontiguousarray(one.w[None, :], dtype=np.float64)
        targets = even_targets(weight, n_territories)
        return Problem(
            self.adjacency(name), weight, targets, np.array([tolerance]), one.xy.astype(np.float64) / 1000, **further
        )

    def base(self, name: str, n_territories: int) -> NDArray[np.int32]:
        """Return (U,) the plan as it was before its workload drifted."""
        import pandas as pd

        given = pd.read_csv(self.folder / f"{name}_p{n_territories}_base.csv", dtype=str)
        by_unit = given.set_index("unit_id").territory.reindex(self.instance(name).ids)
        return pd.factorize(by_unit)[0].astype(np.int32)

    def score(self, name: str, label: NDArray[np.integer], n_territories: int) -> dict[str, Any]:
        """Return what the independent scorer says of a plan."""
        facts: dict[str, Any] = self.common.score(self.instance(name), label, n_territories)
        return facts


def _copied(instances: Path) -> Path:
    """Return a copy of the instances in a temporary folder that stays from run to run, with their graphs."""
    kept = Path(tempfile.gettempdir()) / "territorymap-yardsticks" / instances.name
    kept.mkdir(parents=True, exist_ok=True)
    for file in sorted(instances.iterdir()):
        copy = kept / file.name
        if not copy.exists() or copy.stat().st_size != file.stat().st_size:
            shutil.copyfile(file, copy)
            for stale in kept.glob(f"{file.name}.graph.npz"):
                stale.unlink()
    return kept


def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"yardstick_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # the scripts' folder may be read-only
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module
