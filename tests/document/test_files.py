"""Putting files in place of others, and what lies beside them."""

from __future__ import annotations

import os
import shutil

import pytest

from territorymap.document import Document
from territorymap.document.files import replace_whole, sweep_beside
from territorymap.errors import UserError
from tests.document.plans import new_plan, plan_with_content, rows_in


def crashed_plan(folder):
    """Return the path of a plan whose process died: the WAL beside it holds the last step."""
    document = plan_with_content(folder)
    with document.step("Last") as writer:
        writer.update("plan", {1: {"note": "last"}})
    for end in ("", "-wal", "-shm"):
        shutil.copy(f"{document.path}{end}", folder / f"crashed.gpkg{end}")
    document.close()
    return folder / "crashed.gpkg"


def test_what_a_crash_left_in_the_wal_is_taken_in(tmp_path):
    path = crashed_plan(tmp_path)
    with Document.open(path, author="Ada", read_only=True) as document:
        assert document.load().info.note == "last"
    with Document.open(path, author="Ada") as document:
        assert document.load().info.note == "last"
        assert "not closed properly" in document.notices[0]
        assert document.check() == []
        document.undo()
        assert document.load().info.note == ""


def test_a_backup_copied_over_a_crashed_plan_is_not_mixed_with_its_wal(tmp_path):
    path = crashed_plan(tmp_path)
    other = new_plan(tmp_path, 3, 3, name="other.gpkg")
    expected = rows_in(other)
    other.close()
    shutil.copy(other.path, path)
    with Document.open(path, author="Ada", read_only=True) as document:
        assert rows_in(document) == expected
    with Document.open(path, author="Ada") as document:
        assert rows_in(document) == expected
        assert document.check() == []
        assert document.notices == []
    assert (tmp_path / "crashed.gpkg-wal.old").exists()


def test_a_new_plan_is_not_mixed_with_the_wal_of_a_deleted_one(tmp_path):
    path = crashed_plan(tmp_path)
    path.unlink()
    with new_plan(tmp_path, 3, 3, name="crashed.gpkg") as document:
        assert len(document.load().units) == 9
        assert document.check() == []


def test_a_copy_does_not_take_the_place_of_a_plan_in_use(tmp_path):
    path = crashed_plan(tmp_path)
    with new_plan(tmp_path, name="mine.gpkg") as document:
        with pytest.raises(UserError, match=r"crashed.gpkg is open"):
            document.save_copy(path)
        with new_plan(tmp_path, name="theirs.gpkg") as other:
            with pytest.raises(UserError, match=r"theirs.gpkg is open"):
                document.save_copy(other.path)
            assert other.check() == []


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    target = tmp_path / "a"
    target.write_text("old")

    def fail(path):
        path.write_text("half")
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        replace_whole(target, fail)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a", "old")]
    replace_whole(target, lambda path: path.write_text("new"))
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a", "new")]


def test_only_old_half_made_files_of_the_plan_are_swept(tmp_path):
    names = [
        ".pl[a]n.gpkg.0123abcd.tmp",
        ".pl[a]n.gpkg.0123abcd.tmp-wal",
        ".pl[a]n.gpkg.89abcdef.tmp",
        ".other.gpkg.0123abcd.tmp",
    ]
    for name in names:
        (tmp_path / name).touch()
    for name in (names[0], names[1], names[3]):
        os.utime(tmp_path / name, (0, 0))
    sweep_beside(tmp_path / "pl[a]n.gpkg")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(names[2:])
