"""A full disk: the step is not made, memory and file agree, and the person is told what to do."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from territorymap.document import Document
from territorymap.errors import UserError
from tests.document.plans import new_plan, plan_with_content, rows_in


def insert_much(document):
    with document.step("Much") as writer:
        writer.insert("account", [{"account_name": "x" * 2000}] * 3000)


def test_a_step_that_does_not_fit_is_not_made(tmp_path):
    with plan_with_content(tmp_path) as document:
        before, history = rows_in(document), document.history()
        (n_pages,) = document._connection.execute("PRAGMA page_count").fetchone()
        document._connection.execute(f"PRAGMA max_page_count = {n_pages + 20}")
        with pytest.raises(UserError, match="The disk is full") as caught:
            insert_much(document)
        assert "Free some space" in caught.value.hint
        assert rows_in(document) == before
        assert document.history() == history
        with document.step("Small") as writer:
            writer.update("plan", {1: {"note": "fits"}})
        document.undo()
        assert rows_in(document) == before
        assert document.check() == []
    with Document.open(tmp_path / "plan.gpkg", author="Ada") as document:
        assert rows_in(document) == before


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 3 MB; skipped where it cannot be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    if not sys.platform.startswith("linux") or not shutil.which("mount"):
        pytest.skip("needs Linux")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("may not mount a file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(path):
    """Write until the disk is full."""
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(65536))


def test_a_real_full_disk(small_disk):
    filler = small_disk / "filler"
    filler.write_bytes(bytes(1_500_000))
    document = plan_with_content(small_disk)
    before = rows_in(document)
    with pytest.raises(UserError, match="The disk is full"):
        insert_much(document)
    assert rows_in(document) == before
    assert document.check() == []
    with document.step("Small") as writer:
        writer.update("plan", {1: {"note": "fits"}})
    after = rows_in(document)
    with pytest.raises(OSError, match="No space"):
        fill(small_disk / "more")
    with pytest.raises(UserError, match=r"disk is full|could not be"):
        document.save_copy(small_disk / "copy.gpkg")
    assert sorted(p.name for p in small_disk.iterdir() if not p.name.startswith("plan.gpkg")) == ["filler", "more"]
    document.close()  # may not come to rest now, and loses nothing by it
    filler.unlink()
    with Document.open(small_disk / "plan.gpkg", author="Ada") as again:
        assert rows_in(again) == after
        assert again.check() == []


def test_creating_on_a_full_disk_leaves_nothing(small_disk):
    (small_disk / "filler").write_bytes(bytes(2_800_000))
    with pytest.raises(UserError, match=r"disk is full|could not be"):
        new_plan(small_disk, 40, 40)
    assert [p.name for p in small_disk.iterdir()] == ["filler"]
