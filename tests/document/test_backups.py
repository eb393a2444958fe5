"""Save a copy, and the automatic backups of the last ten states."""

from __future__ import annotations

import pytest

from territorymap.document import Document
from territorymap.document.backups import KEPT_BACKUPS
from territorymap.errors import UserError
from tests.document.plans import plan_with_content, raw, rows_in


def test_a_copy_is_a_plan_of_its_own_with_the_same_past(tmp_path):
    with plan_with_content(tmp_path) as document:
        with document.step("Before") as writer:
            writer.update("plan", {1: {"note": "before"}})
        target = tmp_path / "copy.gpkg"
        target.write_text("old")
        document.save_copy(target)
        assert sorted(p.name for p in tmp_path.iterdir() if "copy" in p.name) == ["copy.gpkg"]
        state, history = rows_in(document), document.history()
        with document.step("After") as writer:
            writer.update("plan", {1: {"note": "after"}})
        with Document.open(target, author="Bob") as copy:
            assert copy.notices == []
            assert not copy.is_read_only
            assert rows_in(copy) == state
            assert copy.history() == history
            copy.undo()
            assert copy.check() == []
        assert document.load().info.note == "after"


def test_a_copy_does_not_take_the_place_of_the_plan(tmp_path):
    with plan_with_content(tmp_path) as document:
        (tmp_path / "link.gpkg").symlink_to(document.path)
        for target in (document.path, tmp_path / "link.gpkg"):
            with pytest.raises(UserError, match="place of the plan itself"):
                document.save_copy(target)
        with pytest.raises(UserError, match=r"could not be written|cannot be opened"):
            document.save_copy(tmp_path / "no folder" / "copy.gpkg")
        assert document.check() == []


def test_the_last_ten_states_are_kept(tmp_path, state_folder):
    path = tmp_path / "plan.gpkg"
    plan_with_content(tmp_path).close()
    for n in range(KEPT_BACKUPS + 4):
        with Document.open(path, author="Ada") as document, document.step(f"Step {n}") as writer:
            writer.update("plan", {1: {"note": f"note {n}"}})
    with Document.open(path, author="Ada") as document:
        backups = document.backups()
        assert document.backup_dir.is_relative_to(state_folder / "backups")
    assert len(backups) == len(list(backups[0].parent.iterdir())) == KEPT_BACKUPS
    for n, backup in enumerate(backups):
        with Document.open(backup, author="Ada", read_only=True) as document:
            assert document.load().info.note == f"note {KEPT_BACKUPS + 3 - n}"
            assert document.check() == []


def test_an_unchanged_plan_is_backed_up_once(tmp_path):
    plan_with_content(tmp_path).close()
    for _ in range(3):
        with Document.open(tmp_path / "plan.gpkg", author="Ada") as document:
            assert len(document.backups()) == 1


def test_what_another_program_left_is_backed_up_before_it_is_touched(tmp_path):
    path = tmp_path / "plan.gpkg"
    plan_with_content(tmp_path).close()
    Document.open(path, author="Ada").close()
    connection = raw(path)
    connection.execute("CREATE VIEW theirs AS SELECT 1")
    connection.execute("UPDATE plan SET note = 'theirs'")
    connection.close()
    with Document.open(path, author="Ada") as document:
        newest = document.backups()[0]
    connection = raw(newest)
    assert connection.execute("SELECT note FROM plan, theirs").fetchone() == ("theirs",)
    assert connection.execute("SELECT count(*) FROM journal_step WHERE kind = 'outside'").fetchone() == (0,)
    connection.close()


def test_a_backup_that_cannot_be_made_does_not_keep_the_plan_shut(tmp_path, state_folder):
    path = tmp_path / "plan.gpkg"
    plan_with_content(tmp_path).close()
    (state_folder / "backups").write_text("in the way")
    with Document.open(path, author="Ada") as document:
        assert document.notices[0].startswith("The automatic backup could not be made")
        assert not document.is_read_only


def test_plans_of_one_name_have_backups_of_their_own(tmp_path):
    folders = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        with plan_with_content(tmp_path / name) as document:
            folders.append(document.backup_dir)
    assert folders[0] != folders[1]
    assert folders[0].name.startswith("plan-")
