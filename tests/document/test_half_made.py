"""What a killed process was making goes at the next start; what is being made stays."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from territorymap.document.half_made import half_made, kept_file, scratch_folder, sweep_half_made
from territorymap.errors import UserError

MAKE = """
import os, sys
from pathlib import Path
from territorymap.document.half_made import half_made, scratch_folder
with half_made(Path(sys.argv[1])) as path, scratch_folder() as folder:
    path.write_text("half")
    path.with_name(path.name + "-journal").write_text("half")
    (folder / "large").write_text("half")
    print(path.name, folder, flush=True)
    sys.stdin.readline()
    os._exit(1)
"""


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def test_what_a_killed_process_was_making_goes_and_what_a_living_one_makes_stays(tmp_path, state_folder):
    target = tmp_path / "Plan [1].xlsx"
    target.write_text("old")
    command = [sys.executable, "-c", MAKE, str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        name, folder = other.stdout.readline().rstrip("\n").rsplit(" ", 1)
        sweep_half_made()
        assert names(tmp_path) == sorted([name, f"{name}-journal", target.name]), "it is still being made"
        other.communicate("\n", timeout=60)
    with half_made(target) as path:  # the next export sweeps
        assert names(tmp_path) == [target.name]
        path.write_text("new")
        path.replace(target)
    assert not Path(folder).exists()
    assert names(tmp_path) == [target.name]
    assert target.read_text() == "new"
    assert names(state_folder / "half-made") == []


def test_a_lock_without_a_note_goes_and_a_note_of_an_absent_stick_stays(tmp_path, state_folder):
    folder = state_folder / "half-made"
    folder.mkdir()
    (folder / "0123456789ab.lock").touch()
    (folder / "aaaaaaaaaaaa.path").write_text(str(tmp_path / "stick" / ".a-aaaaaaaaaaaa.tmp"))
    (folder / "bbbbbbbbbbbb.path").write_text("")
    sweep_half_made()
    assert [p.name for p in folder.glob("*.path")] == ["aaaaaaaaaaaa.path"]
    assert not (folder / "0123456789ab.lock").exists()
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / ".a-aaaaaaaaaaaa.tmp").touch()
    sweep_half_made()
    assert names(folder) == names(tmp_path / "stick") == []


def test_without_a_state_folder_files_are_made_all_the_same(tmp_path, state_folder):
    (state_folder / "half-made").write_text("no folder")
    with half_made(tmp_path / "a.csv", ".csv") as path:
        path.write_text("x")
    assert names(tmp_path) == []


def test_a_scratch_folder_is_found_where_the_system_has_none(tmp_path, state_folder, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with scratch_folder() as folder:
        assert folder.parent == state_folder / "cache"
    (state_folder / "cache").rmdir()
    (state_folder / "cache").write_text("no folder")
    with pytest.raises(UserError, match="No folder for temporary files") as caught, scratch_folder():
        pass
    assert "Make room" in caught.value.hint


def test_a_file_of_the_caches_is_whole_or_as_it_was(tmp_path):
    target = tmp_path / "cache" / "a.bin"
    with kept_file(target) as partial:
        partial.write_text("one")
    with pytest.raises(OSError, match="full"), kept_file(target) as partial:
        raise OSError("full")
    assert (names(target.parent), target.read_text()) == (["a.bin"], "one")
