"""Every peer on the same graph, each in a process and a Python of its own, with a limit of time and memory.

Owns how the yardsticks' scripts are called; they hold the peers. All install with pip on Python 3.12: spopt pygeoda
gerrychain pymetis kahip mtkahypar highspy k-means-constrained b2b-territory-optimization, and for the scripts
geopandas pyarrow scikit-learn networkx numba.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.yardstick import Yardstick

METIS = "pymetis_best_of_20"
# Ours of an earlier day, and what spends a minute more on the same answers.
_NOT_PEERS = "proto_tol5_5s,proto_tol2_10s,proto_tol5_1s,gerrychain_bursts_60s"
_MODULES = (
    "spopt", "pygeoda", "gerrychain", "pymetis", "kahip", "mtkahypar", "highspy", "k_means_constrained",
    "b2b_territory_optimization", "sklearn", "geopandas", "pyarrow", "numba",
)  # fmt: skip


@dataclass
class Peers:
    """The peers in one Python; a peer's answer on an instance is asked for once, whatever the tolerance."""

    python: Path
    yardstick: Yardstick
    seconds: float
    memory_gb: float
    names: Sequence[str] = ()
    _known: dict[tuple[str, int, int, str], list[dict[str, Any]]] = field(default_factory=dict)

    def installed(self) -> dict[str, str]:
        """Return which of them this Python has."""
        script = (
            "import importlib.util as u, json, sys\n"
            f"print(json.dumps({{m: 'there' if u.find_spec(m) else 'missing' for m in {_MODULES!r}}}))"
        )
        done = subprocess.run([self.python, "-c", script], capture_output=True, text=True, check=True, timeout=60)
        found: dict[str, str] = json.loads(done.stdout)
        return found

    def build(self, instance: str, n_territories: int, seed: int, only: str = "") -> Iterator[dict[str, Any]]:
        """Yield one row a peer: the scorer's figures and seconds, or ``fail`` with the reason."""
        key = (instance, n_territories, seed, only)
        if key in self._known:
            yield from self._known[key]
            return
        names = only or ",".join(self.names)
        command = ["peers.py", str(self.yardstick.path(instance)), "-p", str(n_territories), "--seed", str(seed)]
        command += ["--time", str(self.seconds), *(["--only", names] if names else ["--skip", _NOT_PEERS])]
        rows: list[dict[str, Any]] = []
        for row in self._lines(command):
            rows.append({"who": row.pop("peer"), "seed": seed, **row})
            yield rows[-1]
        self._known[key] = rows

    def rebalance(self, instance: str, n_territories: int, tolerance: float) -> Iterator[dict[str, Any]]:
        """Yield the drifted plan as it is, a rebuild with names matched, greedy moves, the prototype with its flow."""
        base = self.yardstick.folder / f"{instance}_p{n_territories}_base.csv"
        command = ["rebalance_peers.py", str(self.yardstick.path(instance)), str(base), "-p", str(n_territories)]
        for row in self._lines([*command, "--tol", str(tolerance)]):
            yield {"who": row.pop("method"), **row}

    def _lines(self, command: Sequence[str]) -> Iterator[dict[str, Any]]:
        script, *arguments = command
        # Their Python finds its own packages only, and writes nothing beside the scripts.
        own = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
        with (
            tempfile.TemporaryFile("w+") as said,
            subprocess.Popen(
                [str(self.python), str(self.yardstick.scripts / script), *arguments],
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                env={**own, "PYTHONDONTWRITEBYTECODE": "1"},
                preexec_fn=self._limit_memory,
            ) as process,
        ):
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    if line.startswith("{"):
                        yield json.loads(line)
            finally:
                if process.poll() is None and process.stdout.closed:
                    process.kill()
            if process.wait() != 0:
                said.seek(0)
                last = (said.read().strip().splitlines() or [f"exit {process.returncode}"])[-1]
                yield {"peer": script, "method": script, "fail": last}

    def _limit_memory(self) -> None:
        import resource

        most = int(self.memory_gb * 1024**3)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
