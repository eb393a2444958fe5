"""A process that is given hostile files, one after another, and tells what came of each.

Reads a JSON object a line on stdin, answers with one a line; what the program itself prints goes elsewhere. Memory is
bounded, so what would fill a laptop fails here.
"""

from __future__ import annotations

import faulthandler
import hashlib
import json
import os
import resource
import shutil
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from tests.hostile import targets

ROOM = 2_200_000_000  # bytes of address space beyond what the idle process has
_attempts: list[str] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    """Note what reaches for the network or starts a program."""
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system", "os.exec"):
        _attempts.append(f"{event} {arguments[-1]!r}")


def _status(field: str) -> int:
    """Return a number of bytes that Linux tells of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise KeyError(field)


def _digest(folder: Path) -> str:
    """Return a digest of names and contents in a folder; odd things by their kind."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        total.update(os.fsencode(path.relative_to(folder)))
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as stream:
                while block := stream.read(1 << 20):
                    total.update(block)
    return total.hexdigest()


def _meddle(path: Path, how: str, until: threading.Event) -> None:
    """Change a file again and again while it is read."""
    content = path.read_bytes()
    turn = 0
    while not until.is_set():
        turn += 1
        if how == "grow":
            with path.open("ab") as stream:
                stream.write(content[-100:])
        elif how == "cut":
            os.truncate(path, len(content) * (turn % 7) // 7)
        else:
            path.unlink(missing_ok=True)
            path.write_bytes(content[: len(content) * (turn % 3) // 2])
        time.sleep(0.001)


def judge(task: dict[str, Any], home: Path) -> dict[str, Any]:
    """Give one file to the program and return what came of it."""
    file, work, temp = Path(os.fsdecode(bytes.fromhex(task["path"]))), home / "work", home / "temp"
    for folder in (work, temp):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    shutil.copy(home / "made" / targets.PLAN, work / targets.PLAN)
    is_watched = not task["meddling"] and home.parent in file.parents  # not the root folder, say
    before, plan_before = (_digest(file.parent) if is_watched else ""), _digest(work)
    _attempts.clear()
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    until = threading.Event()
    if task["meddling"]:
        threading.Thread(target=_meddle, args=(file, task["meddling"], until), daemon=True).start()
    began = time.process_time()
    told: dict[str, Any] = {"trace": ""}
    try:
        code, said = targets.TARGETS[task["target"]](file, work)
    except BaseException as error:  # noqa: BLE001 - a bug, or a panic in a library: it is told
        code, said = -1, f"{type(error).__name__}: {error}"
        told["trace"] = traceback.format_exc()[-3000:]
    seconds = time.process_time() - began  # of the processor: others may be busy on the machine
    until.set()
    kept = _digest(work)
    secret = task["secret"].encode()
    leaks = [p.name for p in work.rglob("*") if p.is_file() and secret in p.read_bytes()]
    return told | {
        "code": code,
        "said": said,
        "seconds": round(seconds, 3),
        "peak_mb": round(_status("VmHWM") / 1e6),
        "plan_changed": kept != plan_before,
        "file_changed": is_watched and _digest(file.parent) != before,
        "temp_left": sorted(path.name for path in temp.rglob("*")),
        "secret_told": leaks or secret.decode() in said,
        "attempts": list(_attempts),
        "left": sorted(path.name for path in work.iterdir() if path.name != targets.PLAN),
    }


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    faulthandler.enable()
    home = Path(sys.argv[1])
    os.environ["TERRITORYMAP_STATE_DIR"] = str(home / "state")
    for name in ("made", "temp", "state"):
        (home / name).mkdir()
    os.environ["TMPDIR"] = tempfile.tempdir = str(home / "temp")
    targets.make_plan(home / "made")
    sys.addaudithook(_audit)
    most = _status("VmSize") + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(judge(json.loads(line), home)), file=answers, flush=True)


if __name__ == "__main__":
    main()
