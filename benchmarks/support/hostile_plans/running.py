"""Tries doors in processes of their own, with limits: 60 s of the processor a door, and 2 GB.

Owns processes; not what is tried. Forks, so the program is read once; Linux only. Of the processor, for others may be
busy on the machine; one that waits without end is told by the clock.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.support.hostile_plans.cases import Case
from benchmarks.support.hostile_plans.doors import DOORS, Room, try_door

LIMIT_S = 60.0  # of the processor
PATIENCE_S = 300.0  # by the clock
_LOOK_EVERY_S = 1.0
LIMIT_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Outcome:
    """How one door ended for one case."""

    case: str
    door: str
    result: str  # "good", "refused: ...", or what went wrong
    seconds: float  # of the processor
    memory_mb: float = 0.0

    @property
    def is_fault(self) -> bool:
        return self.result != "good" and not self.result.startswith("refused: ")


def run_case(case: Case, base: Path, doors: Sequence[str] = tuple(DOORS)) -> list[Outcome]:
    """Make one hostile plan and try doors on it; a door that hangs or dies ends the case."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    try:
        room = Room(folder, folder / "hostile.gpkg")
        shutil.copyfile(base, room.hostile)
        case.bend(room.hostile)
        left, found = list(doors), []
        while left:
            found += _in_child(case.name, room, base, left)
            done = {outcome.door for outcome in found}
            left = [door for door in left if door not in done]
        return found
    finally:
        shutil.rmtree(folder)


def _in_child(case: str, room: Room, base: Path, doors: Sequence[str]) -> list[Outcome]:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _work(room, base, doors, writer)
    os.close(writer)
    found: list[Outcome] = []
    door, started, buffer = "", _Started(child), b""
    fault = ""
    while True:
        ready, _, _ = select.select([reader], [], [], _LOOK_EVERY_S)
        if not ready:
            if started.is_over:
                os.kill(child, signal.SIGKILL)
                fault = f"hangs: more than {LIMIT_S:.0f} s"
                break
            continue
        part = os.read(reader, 65536)
        if not part:
            break
        buffer += part
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            told = json.loads(line)
            if told["what"] == "begin":
                door, started = told["door"], _Started(child)
            else:
                result = told["result"] if told["seconds"] <= LIMIT_S else f"takes more than {LIMIT_S:.0f} s"
                found.append(Outcome(case, door, result, told["seconds"], told["memory_mb"]))
                door = ""
    os.close(reader)
    seconds = started.seconds
    _, status, usage = os.wait4(child, 0)
    if door:
        how = fault or f"died: signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else fault or f"died: {status}"
        found.append(Outcome(case, door, how, seconds, usage.ru_maxrss / 1024))
    return found


class _Started:
    """When a door was tried: by the clock, and by what the process had used of the processor."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._clock, self._used = time.monotonic(), self._used_now()

    def _used_now(self) -> float:
        fields = Path(f"/proc/{self._process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def seconds(self) -> float:
        return self._used_now() - self._used

    @property
    def is_over(self) -> bool:
        return self.seconds > LIMIT_S or time.monotonic() - self._clock > PATIENCE_S


def _work(room: Room, base: Path, doors: Iterable[str], writer: int) -> None:
    def tell(**what: object) -> None:
        os.write(writer, json.dumps(what).encode() + b"\n")

    try:
        os.environ["TERRITORYMAP_STATE_DIR"] = str(room.folder / "state")
        os.environ["TMPDIR"] = tempfile.tempdir = str(room.folder)
        resource.setrlimit(resource.RLIMIT_DATA, (LIMIT_BYTES, LIMIT_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        gc.freeze()
        for door in doors:
            room.place_good(base)
            tell(what="begin", door=door)
            started = time.process_time()
            try:
                result = try_door(door, room)
            except BaseException:  # noqa: BLE001  (whatever it is, it is the finding)
                result = traceback.format_exc()
            seconds = time.process_time() - started
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            tell(what="end", result=result, seconds=seconds, memory_mb=most)
    except BaseException:  # noqa: BLE001  (a fork must not go on as its parent)
        sys.stderr.write(traceback.format_exc())
    finally:
        os._exit(0)
