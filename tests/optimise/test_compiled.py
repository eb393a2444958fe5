"""Compiled loops are found again, also where the program is frozen and no source stands beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from territorymap.optimise import kept

# Counts the pieces of two territories in a row of four units: 0 1 0 1; prints them and how often it was compiled.
_CHILD = """
import numpy as np
from territorymap.optimise.whole import count_pieces
pieces = count_pieces(
    np.array([0, 1, 0, 1], dtype=np.int32), np.array([0, 1, 3, 5, 6]), np.array([1, 0, 2, 1, 3, 2], dtype=np.int32), 2
)
print(pieces.tolist(), sum(count_pieces.stats.cache_misses.values()))
"""


def _run(folder: Path, frozen: Path | None = None) -> str:
    """Return what the loop said in a process of its own, for numba reads its variables on import."""
    start = f"import sys\nsys.frozen, sys._MEIPASS = True, {str(frozen)!r}\n" if frozen else ""
    env = {**os.environ, **kept.plain_processor(), "NUMBA_CACHE_DIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", start + _CHILD], env=env, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.slow
def test_a_frozen_program_reads_the_shipped_loop_and_writes_nothing(tmp_path: Path) -> None:
    made, frozen = tmp_path / "made", tmp_path / "frozen"
    assert _run(made) == "[2, 2] 1"
    assert _run(made) == "[2, 2] 0"  # kept for this user
    packed = frozen / "resources" / "compiled"
    shutil.copytree(made, packed)
    (packed / kept.STAMP_FILE).write_text(kept.source_stamp(), encoding="utf-8")
    nowhere = tmp_path / "a file"
    nowhere.write_text("no folder can be made here", encoding="utf-8")
    assert _run(nowhere, frozen) == "[2, 2] 0"
    (packed / kept.STAMP_FILE).write_text("of another version", encoding="utf-8")
    assert _run(nowhere, frozen) == "[2, 2] 1"  # loops of other sources are not used; and nothing can be kept


@pytest.mark.slow
def test_a_damaged_loop_is_compiled_anew(tmp_path: Path) -> None:
    """Numba would believe it: what is damaged in the machine code ends the program."""
    assert _run(tmp_path) == "[2, 2] 1"
    for kind in ("loop", "index"):
        (file,) = (path for path in tmp_path.glob(f"*.{kind}") if "count_pieces" in path.name)
        whole = file.read_bytes()
        content = bytearray(whole)
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
        assert _run(tmp_path) == "[2, 2] 1"
        assert file.read_bytes() != bytes(content)
        assert _run(tmp_path) == "[2, 2] 0"


def test_any_change_of_a_source_makes_another_stamp(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, text in (("kept.py", "a"), ("whole.py", "b")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(kept, "__file__", str(tmp_path / "kept.py"))
    stamps = []
    for text in ("b", "c"):  # whole.py is compiled into loops of other files
        (tmp_path / "whole.py").write_text(text, encoding="utf-8")
        kept.source_stamp.cache_clear()
        stamps.append(kept.source_stamp())
    monkeypatch.undo()
    kept.source_stamp.cache_clear()
    assert stamps[0] != stamps[1]
