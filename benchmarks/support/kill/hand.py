"""The hand that kills: at a random moment, or at the n-th write, flush, rename, removal of the process (by strace).

Owns the processes; every one that it ends it has started itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
# Calls between which a file is neither what it was nor what it is to be; with how often a second of work makes them.
AIMS = {
    "pwrite64": 60, "write": 30, "fsync": 8, "fdatasync": 12, "rename": 3, "unlink": 6, "ftruncate": 4, "openat": 60,
    "mkdir": 2,
}  # fmt: skip


@dataclass(frozen=True)
class Blow:
    """When a process is to die."""

    after_s: float
    call: str = ""  # "": at a moment of the clock
    nth: int = 0

    @classmethod
    def drawn(cls, rng: random.Random, longest_s: float) -> Blow:
        """Return one by chance; every second is aimed where strace is there."""
        if rng.random() < 0.5 or not shutil.which("strace"):
            return cls(rng.random() * longest_s)
        call = rng.choice(list(AIMS))
        return cls(longest_s * 2, call, 1 + int(rng.random() ** 2 * AIMS[call] * longest_s))


class Hand:
    """One server of children, and the killing of them."""

    def __init__(self) -> None:
        env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.support.kill.child"],
            cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._next() == {"ready": True}

    def _next(self) -> dict[str, Any]:
        assert self._server.stdout is not None
        line = self._server.stdout.readline()
        assert line.endswith("\n"), "the server of children has died"
        return dict(json.loads(line))

    def kill_one(self, job: dict[str, Any], blow: Blow) -> tuple[list[dict[str, Any]], str]:
        """Have one job done until the blow falls; return what was said, and how it ended."""
        assert self._server.stdin is not None
        print(json.dumps({**job, "waits": bool(blow.call)}), file=self._server.stdin, flush=True)
        pid = int(self._next()["pid"])
        tracer = _trace(pid, blow) if blow.call else None
        timer = threading.Timer(blow.after_s, _end, [pid])
        said = []
        while "dead" not in (line := self._next()):
            if line.get("begun"):
                timer.start()
            said.append(line)
        timer.cancel()
        if tracer is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                tracer.wait(10)
            if tracer.poll() is None:
                tracer.kill()
            assert tracer.stderr is not None
            tracer.stderr.close()
        code = line["dead"]
        how = "" if code in (-signal.SIGKILL, 0) else f"it ended by itself with {code}"
        return [entry for entry in said if "begun" not in entry], how

    def close(self) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(60)
        assert self._server.stdout is not None
        self._server.stdout.close()


def _end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _trace(pid: int, blow: Blow) -> subprocess.Popen[str]:
    """Hang a tracer on a process once it stands still; it dies as it enters the n-th such call."""
    state = Path(f"/proc/{pid}/stat")
    while ") T " not in state.read_text():
        time.sleep(0.002)
    tracer = subprocess.Popen(
        ["strace", "-f", "-p", str(pid), "-o", "/dev/null", "-e", f"trace={blow.call}",
         "-e", f"inject={blow.call}:signal=SIGKILL:when={blow.nth}"],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert tracer.stderr is not None
    line = tracer.stderr.readline()
    assert "attached" in line, line
    os.kill(pid, signal.SIGCONT)
    return tracer
