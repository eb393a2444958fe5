"""Runs hostile files in a child process under limits, and judges what came of them. Owns the limits."""

from __future__ import annotations

import http.server
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.hostile.cases import EITHER, GOOD, REFUSED, Hostile, Trap
from tests.hostile.targets import IS_NEW_PLAN, NEW_PLAN

ROOT = Path(__file__).parents[2]
MOST_SECONDS = 60.0  # of the processor
_PATIENCE = 10  # times as long by the clock: the machine may be busy with something else
MOST_MB = 2000
SECRET = "XYZZY-7731-OF-ANOTHER-FILE"
_LONGEST = 900  # letters of an error and its hint


@dataclass(frozen=True)
class Outcome:
    """What came of a file. ``faults`` is empty where it is as it has to be."""

    case: Hostile
    result: str  # "good" | "refused" | "bug" | "hung" | "died"
    said: str
    seconds: float = 0.0
    peak_mb: int = 0
    size: int = 0  # bytes of the file
    faults: list[str] = field(default_factory=list)

    @property
    def error(self) -> str:
        """The line that a person reads, "" if there is none."""
        return next((line for line in self.said.splitlines() if line.startswith("error: ")), "")


class Watcher:
    """One child process at a time; a new one after it died."""

    def __init__(self, folder: Path, most_seconds: float = MOST_SECONDS) -> None:
        self.folder = folder
        self.most_seconds = most_seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._n = 0
        self._server = _Listener()
        (folder / "secret").mkdir(parents=True)
        secret = folder / "secret" / "secret.csv"
        secret.write_text(f"code,key,name,lon,lat\n{SECRET},k1,{SECRET},0.5,0.5\n{SECRET}2,k2,{SECRET},1.5,0.5\n")
        self.trap = Trap(secret, self._server.url)

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._server.close()

    def judge_all(self, cases: Iterable[Hostile]) -> Iterator[Outcome]:
        for case in cases:
            yield self.judge(case)

    def judge(self, case: Hostile) -> Outcome:
        """Make a file, give it to the program, and take it away again."""
        self._n += 1
        place = self.folder / f"file-{self._n}"
        place.mkdir()
        try:
            path = case.make(place, self.trap)
            size = path.stat().st_size if path.is_file() else 0
            return self._judged(case, path, size)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _judged(self, case: Hostile, path: Path, size: int) -> Outcome:
        child = self._started()
        assert child.stdin is not None
        task = {
            "target": case.target,
            "path": os.fsencode(path).hex(),
            "meddling": case.meddling,
            "secret": SECRET,
        }
        n_visits = self._server.n_visits
        child.stdin.write(json.dumps(task).encode() + b"\n")
        child.stdin.flush()
        line = self._answer(child)
        if not line:
            is_hung = child.poll() is None
            self._stop()
            how = "it never ended" if is_hung else f"exit code {child.returncode}"
            result = "hung" if is_hung else "died"
            return Outcome(case, result, how, self.most_seconds if is_hung else 0, 0, size, [f"{result}: {how}"])
        told = json.loads(line)
        if self._server.n_visits != n_visits:
            told["attempts"].append("a request reached the listener")
        result = {0: GOOD, 2: REFUSED}.get(told["code"], "bug")
        faults = list(_faults(case, path, told, result))
        return Outcome(case, result, told["said"], told["seconds"], told["peak_mb"], size, faults)

    def _answer(self, child: subprocess.Popen[bytes]) -> bytes:
        assert child.stdout is not None
        ready, _, _ = select.select([child.stdout], [], [], self.most_seconds * _PATIENCE)
        return child.stdout.readline() if ready else b""

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._n += 1
            home = self.folder / f"child-{self._n}"
            home.mkdir()
            paths = [str(ROOT / "src"), str(ROOT)]
            environment = {
                **os.environ,
                "PYTHONPATH": os.pathsep.join(paths),
                "TERRITORYMAP_LANGUAGE": "en",
                "OPENBLAS_NUM_THREADS": "1",
            }
            with (home / "log").open("wb") as log:
                self._child = subprocess.Popen(
                    [sys.executable, "-m", "tests.hostile.child", str(home)],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment, cwd=ROOT,
                )  # fmt: skip
            assert self._child.stdout is not None
            if self._child.stdout.readline() != b"ready\n":
                raise AssertionError((home / "log").read_text(errors="replace"))
        return self._child

    def _stop(self) -> None:
        if self._child is not None:
            if self._child.poll() is None:
                self._child.send_signal(signal.SIGKILL)
            self._child.communicate()
            self._child = None


def _faults(case: Hostile, path: Path, told: dict[str, Any], result: str) -> Iterator[str]:
    """Yield what is not as it has to be."""
    if result == "bug":
        yield f"a bug: {told['said'][:300]}\n{told['trace']}"
    if result == REFUSED:
        yield from _faults_of_words(path, told["said"])
        if told["plan_changed"]:
            yield f"refused, and yet something changed: {told['left']}"
    elif result == GOOD and case.target in IS_NEW_PLAN and NEW_PLAN not in told["left"]:
        yield "good, and yet there is no plan"
    if told["file_changed"]:
        yield "the planner's file or folder was changed"
    if told["temp_left"]:
        yield f"temporary files are left: {told['temp_left']}"
    if told["secret_told"]:
        yield f"another file was read: {told['secret_told']}"
    if told["attempts"]:
        yield f"reached out: {told['attempts']}"
    if told["seconds"] > MOST_SECONDS:
        yield f"took {told['seconds']} s"
    if told["peak_mb"] > MOST_MB:
        yield f"took {told['peak_mb']} MB"
    if case.ends != EITHER and result != case.ends:
        yield f"ended {result}, should end {case.ends}: {told['said'][:300]}"
    if case.says and case.says not in told["said"]:
        yield f"should say {case.says!r}: {told['said'][:300]}"


def _faults_of_words(path: Path, said: str) -> Iterator[str]:
    """Yield what is wrong with the words of an error: one line, which file, what, what to do."""
    lines = said.splitlines()
    errors = [line for line in lines if line.startswith("error: ")]
    hints = [line for line in lines if line.startswith("hint: ") and line != "hint: "]
    if len(errors) != 1 or len(hints) != 1:
        yield f"not one error with one hint: {said[:400]!r}"
        return
    told = errors[0] + hints[0]
    if _as_shown(path.name) not in errors[0] + hints[0]:
        yield f"does not say which file: {errors[0]}"
    if len(told) > _LONGEST:
        yield f"{len(told)} letters are no clear words: {told[:200]}..."
    odd = sorted({hex(ord(letter)) for letter in told if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co")})
    if odd:
        yield f"holds letters that cannot be read: {odd}"
    for word in (
        "Traceback",
        "/vsi",
        "pyogrio",
        "Errno",
        "<class",
        "Error(",
        "codec can",
        "NoneType",
        "sqlite3_",
        "SELECT ",
    ):
        if word in told and word not in str(path):
            yield f"speaks of {word}: {told[:300]}"


def _as_shown(name: str) -> str:
    from territorymap.cli.output import printable

    return printable(name)


class _Listener:
    """Listens on this computer and counts who comes."""

    def __init__(self) -> None:
        listener = self
        self.n_visits = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_error(404)

            do_HEAD = do_GET  # noqa: N815

            def setup(self) -> None:
                listener.n_visits += 1
                super().setup()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def watching(folder: Path, most_seconds: float = MOST_SECONDS) -> Iterator[Watcher]:
    with Watcher(folder, most_seconds) as watcher:
        yield watcher
