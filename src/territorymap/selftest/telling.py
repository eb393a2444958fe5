"""What the self-test says: one JSON line a step, and a last line. Owns steps, their clock and what fails one.

Nothing of it is translated: it is read by scripts, and by whoever a planner sends it to.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PASSED, FAILED = "self-test passed", "self-test failed"


class SelfTestError(Exception):
    """Something is not as it should be; says what, and what it is instead."""


def check(is_so: object, what: str, **seen: object) -> None:
    """Raise SelfTestError unless it is so; ``seen`` is told."""
    if not is_so:
        told = ", ".join(f"{name} = {value!r}" for name, value in seen.items())
        raise SelfTestError(f"{what} ({told})" if told else what)


class Teller:
    """Writes lines to standard output, where there is one, and to a file."""

    def __init__(self, file: Path | None) -> None:
        self._file = file.open("w", encoding="utf-8") if file is not None else None
        self.n_steps = 0
        self._watches: list[tuple[Callable[[], list[str]], int]] = []

    def watch(self, heard: Callable[[], list[str]]) -> None:
        """Fail every step in which this list grows: errors, warnings, requests for the network."""
        self._watches.append((heard, 0))

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Time a step and tell its outcome with what was put into the dictionary; raises what failed it."""
        facts: dict[str, Any] = {}
        begin = time.perf_counter()
        try:
            yield facts
            self._check_watches()
        except BaseException as error:
            self._tell_step(name, begin, facts, error)
            raise
        self._tell_step(name, begin, facts, None)

    def say(self, line: str) -> None:
        """Write a line as it is."""
        if sys.stdout is not None:  # a windowed program on Windows has none
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        if self._file is not None:
            self._file.write(line + "\n")
            self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _check_watches(self) -> None:
        lists = [(heard, heard(), n) for heard, n in self._watches]
        self._watches = [(heard, len(now)) for heard, now, _ in lists]
        if new := [text for _, now, n in lists for text in now[n:]]:
            raise SelfTestError("this was heard meanwhile: " + "; ".join(new))

    def _tell_step(self, name: str, begin: float, facts: dict[str, Any], error: BaseException | None) -> None:
        self.n_steps += 1
        told: dict[str, Any] = {"step": name, "ok": error is None, "seconds": round(time.perf_counter() - begin, 2)}
        told |= facts
        if error is not None:
            told["why"] = str(error) if isinstance(error, SelfTestError) else f"{type(error).__qualname__}: {error}"
            if not isinstance(error, SelfTestError):
                told["trace"] = traceback.format_exception(error)
        self.say(json.dumps(told, ensure_ascii=False))
