"""The file under the open plan goes, moves, is replaced or written over: nothing is written into nowhere."""

from __future__ import annotations

import os

import pytest

from territorymap.document import Document, in_place
from territorymap.document.files import beside
from territorymap.errors import UserError
from tests.document.plans import plan_with_content, raw

IN_2040_NS = 2_208_988_800_000_000_000


def retitle(document, title):
    with document.step(title) as writer:
        writer.update("plan", {1: {"title": title}})


@pytest.fixture
def document(tmp_path):
    """A plan in a folder of its own, opened again, with one step more."""
    folder = tmp_path / "folder"
    folder.mkdir()
    plan_with_content(folder).close()
    document = Document.open(folder / "plan.gpkg", author="Ada")
    retitle(document, "Mine")
    yield document
    document._release()


def assert_refused(document, match):
    """A step is refused, and nothing of it stays."""
    history = document.history()
    with pytest.raises(UserError, match=match) as caught:
        retitle(document, "Too late")
    assert caught.value.hint
    with pytest.raises(UserError, match=match):
        document.undo()
    assert document.history() == history


def title_in(path):
    with Document.open(path, author="Ada", read_only=True) as found:
        assert found.check() == []
        return found.load().info.title


def test_a_deleted_plan_is_told_and_can_be_saved_elsewhere(document, tmp_path):
    document.path.unlink()
    assert_refused(document, r"plan\.gpkg is no longer in")
    document.save_copy(tmp_path / "copy.gpkg")
    with pytest.raises(UserError, match="is no longer in"):
        document.close()
    assert not document.is_open
    assert title_in(tmp_path / "copy.gpkg") == "Mine"
    assert title_in(document.backups()[0]) == "Mine"
    assert list(document.path.parent.iterdir()) == []


def test_a_plan_in_a_renamed_folder_goes_on_when_the_folder_is_back(document):
    folder = document.path.parent
    folder.rename(folder.with_name("elsewhere"))
    assert_refused(document, "is no longer in")
    folder.with_name("elsewhere").rename(folder)
    retitle(document, "Back")
    document.close()
    assert [p.name for p in folder.iterdir()] == ["plan.gpkg"]
    assert title_in(document.path) == "Back"


def test_a_moved_plan_has_all_when_it_is_closed(document):
    moved = document.path.with_name("moved.gpkg")
    document.path.rename(moved)
    assert_refused(document, "is no longer in")
    with pytest.raises(UserError, match="is no longer in"):
        document.close()
    assert title_in(moved) == "Mine"
    with Document.open(moved, author="Ada") as again:
        retitle(again, "On")
    assert [p.name for p in moved.parent.iterdir()] == ["moved.gpkg"]


def test_where_all_is_kept_is_said_at_closing(document):
    document.path.unlink()
    with pytest.raises(UserError, match="is no longer in") as caught:
        document.close()
    (backup,) = [path for path in document.backups() if title_in(path) == "Mine"]
    assert f"automatic backup {backup.name} in {backup.parent}" in caught.value.hint


def test_a_backup_that_failed_is_tried_again_and_not_promised(document, monkeypatch):
    """The disk of the backups is full at first."""

    def no_space(*_given, **_named):
        raise OSError(28, "No space left on device")

    before = document.backups()
    document.path.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(in_place, "make_backup", no_space)
        assert_refused(document, "is no longer in")
        assert document.backups() == before
    assert_refused(document, "is no longer in")
    assert title_in(document.backups()[0]) == "Mine"
    n_backups = len(document.backups())
    assert_refused(document, "is no longer in")
    assert len(document.backups()) == n_backups
    document.backups()[0].unlink()
    monkeypatch.setattr(in_place, "make_backup", no_space)
    with pytest.raises(UserError) as caught:
        document.close()
    assert caught.value.hint == "No automatic backup of what was done could be made: No space left on device."


def test_pages_that_did_not_get_home_do_not_get_into_another_file(document, tmp_path):
    """A reader of another program keeps the WAL of a file whose place another one took."""
    reader = raw(document.path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM plan").fetchone()
    other = plan_with_content(tmp_path, 3, 3)
    other.close()
    retitle(document, "Last")
    other.path.replace(document.path)
    document._connection.execute("PRAGMA busy_timeout = 100")
    with pytest.raises(UserError, match="Another file has taken the place"):
        document.close()
    assert not beside(document.path, "-wal").exists()
    reader.close()
    assert title_in(document.path) == "Test"
    assert title_in(document.backups()[0]) == "Last"


def test_a_file_that_took_the_place_is_left_as_it_is(document, tmp_path):
    other = plan_with_content(tmp_path, 3, 3)
    other.close()
    content = other.path.read_bytes()
    other.path.replace(document.path)
    assert_refused(document, "Another file has taken the place")
    document.save_copy(tmp_path / "copy.gpkg")
    with pytest.raises(UserError, match="Another file has taken the place"):
        document.close()
    assert document.path.read_bytes() == content
    assert title_in(document.path) == "Test"
    assert title_in(tmp_path / "copy.gpkg") == "Mine"
    assert title_in(document.backups()[0]) == "Mine"


def test_a_file_written_over_is_not_mixed_with_what_was_open(document, tmp_path):
    """Another plan's bytes in the same file, as a copy over it leaves them."""
    other = plan_with_content(tmp_path, 5, 5)
    retitle(other, "Theirs")
    other.close()
    content = other.path.read_bytes()
    with document.path.open("rb+") as file:
        file.write(content)
        file.truncate()
    assert_refused(document, "Another program has written over")
    with pytest.raises(UserError, match="Another program has written over"):
        document.close()
    assert document.path.read_bytes() == content
    assert title_in(document.path) == "Theirs"


def test_a_truncated_file_is_told_and_not_made_worse(document):
    content = document.path.read_bytes()[:20_000]
    os.truncate(document.path, 20_000)
    assert_refused(document, "Another program has written over")
    with pytest.raises(UserError, match="Another program has written over"):
        document.close()
    assert document.path.read_bytes() == content
    assert [title_in(path) for path in document.backups()][-1] == "Test"


def test_a_touched_file_and_a_checkpoint_by_another_program_are_no_harm(document):
    os.utime(document.path)
    retitle(document, "Touched")
    other = raw(document.path)
    other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other.close()
    retitle(document, "Checkpointed")
    document.close()
    assert title_in(document.path) == "Checkpointed"


def test_a_plan_that_was_only_looked_at_closes_without_a_word(tmp_path):
    document = plan_with_content(tmp_path)
    document.close()
    document = Document.open(document.path, author="Ada")
    document.path.unlink()
    document.close()
    assert list(tmp_path.iterdir()) == []


def test_backups_stay_in_order_when_the_clock_is_set_back(tmp_path):
    document = plan_with_content(tmp_path)
    document.close()
    tips = []
    for n in range(13):
        with Document.open(document.path, author="Ada") as again:
            for path in again.backups():  # the clock was in 2040 when they were made
                os.utime(
                    path,
                    ns=(2_208_988_800_000_000_000 + (tips.index(tip_of(path)) if tip_of(path) in tips else -1),) * 2,
                )
            retitle(again, f"Title {n}")
            tips.append(again.history()[-1].uuid)
    with Document.open(document.path, author="Ada") as again:
        found = [title_in(path) for path in again.backups()]
    assert found == [f"Title {n}" for n in range(12, 2, -1)]


def tip_of(path):
    connection = raw(path)
    (tip,) = connection.execute("SELECT uuid FROM journal_step ORDER BY step_id DESC LIMIT 1").fetchone()
    connection.close()
    return tip
