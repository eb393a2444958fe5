"""One writer a plan; the others read."""

from __future__ import annotations

import dataclasses
import os
import socket
import subprocess
import sys

import pytest

from territorymap.document import Document
from territorymap.document.lock import Holder, current_user, is_running
from territorymap.document.opening import Wish, open_file
from territorymap.errors import UserError
from tests.document.plans import new_plan, plan_with_content, raw

HOLD = """
import sys
from pathlib import Path
from territorymap.document import Document
with Document.open(Path(sys.argv[1]), author="Other") as document:
    if sys.argv[2] == "write":
        with document.step("Theirs") as writer:
            writer.update("plan", {1: {"title": "Theirs"}})
    print("open", document.is_read_only, flush=True)
    sys.stdin.readline()
print("closed", flush=True)
"""


@pytest.fixture
def path(tmp_path):
    document = plan_with_content(tmp_path)
    document.close()
    return document.path


@pytest.mark.parametrize("mode", ["write", "look"])
def test_a_plan_open_in_another_process_opens_for_reading(path, mode):
    command = [sys.executable, "-c", HOLD, str(path), mode]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "open False\n"
        with Document.open(path, author="Ada") as document:
            assert document.is_read_only
            (notice,) = document.notices
            assert notice.startswith("plan.gpkg is open in another window, so here it is open for reading only")
            assert document.load().info.title == ("Theirs" if mode == "write" else "Test")
            with pytest.raises(UserError, match="reading only"), document.step("Mine"):
                pass
        other.communicate("\n", timeout=30)
        assert other.returncode == 0
    with Document.open(path, author="Ada") as document:
        assert not document.is_read_only
        assert document.notices == []
        assert document.check() == []


def test_a_second_window_of_one_process_reads(path, tmp_path):
    link = tmp_path / "link.gpkg"
    link.symlink_to(path)
    with Document.open(path, author="Ada") as first:
        with Document.open(link, author="Ada") as second:
            assert second.is_read_only
        with Document.open(path, author="Ada", read_only=True) as third:
            assert third.notices == []
        with first.step("Still") as writer:
            writer.update("plan", {1: {"title": "Still"}})
    with Document.open(path, author="Ada") as document:
        assert not document.is_read_only


def test_the_lock_is_free_after_a_failed_opening(tmp_path):
    path = tmp_path / "plan.gpkg"
    path.write_bytes(b"no plan")
    with pytest.raises(UserError):
        Document.open(path, author="Ada")
    path.unlink()
    new_plan(tmp_path).close()
    with Document.open(path, author="Ada") as document:
        assert not document.is_read_only


def test_the_lock_row_stands_while_the_plan_is_written(path):
    def holder():
        connection = raw(path)
        rows = connection.execute("SELECT host, user, pid FROM plan_lock").fetchall()
        connection.close()
        return rows

    with Document.open(path, author="Ada") as document:
        assert holder() == []
        with document.step("Mine") as writer:
            writer.update("plan", {1: {"title": "Mine"}})
        assert holder() == [(socket.gethostname(), current_user(), os.getpid())]
    assert holder() == []


def test_a_row_of_another_computer_counts_on_a_share_only():
    other = Holder("elsewhere", "bob", 1, "")
    assert other.may_be_writing(is_on_share=True)
    assert not other.may_be_writing(is_on_share=False)


def test_a_row_of_this_computer_counts_while_another_user_runs():
    here = Holder(socket.gethostname(), "somebody else", os.getpid(), "")
    assert here.may_be_writing(is_on_share=False)
    assert not dataclasses.replace(here, user=current_user()).may_be_writing(is_on_share=False)
    assert not dataclasses.replace(here, pid=0).may_be_writing(is_on_share=True)


def test_is_running_tells_the_living_from_the_dead():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert is_running(process.pid)
        process.communicate(b"\n", timeout=30)
    assert not is_running(process.pid)


def test_a_plan_that_another_user_writes_opens_for_reading_unless_taken_over(path):
    connection = raw(path)
    row = (socket.gethostname(), "somebody else", os.getpid(), "2026-01-01T00:00:00.000Z")
    connection.execute("INSERT INTO plan_lock (host, user, pid, since) VALUES (?, ?, ?, ?)", row)
    connection.close()
    with Document.open(path, author="Ada") as document:
        assert document.is_read_only
        assert document.notices[0].startswith("somebody else has this plan open on")
    with Document.open(path, author="Ada", take_over=True) as document:
        assert not document.is_read_only


def test_on_a_share_there_is_no_wal_and_the_row_is_there_from_the_start(path):
    opened = dataclasses.replace(open_file(path, Wish()), is_on_share=True)
    with Document(path, opened, author="Ada") as document:
        connection = raw(path)
        assert connection.execute("SELECT count(*) FROM plan_lock").fetchone() == (1,)
        connection.close()
        with document.step("Mine") as writer:
            writer.update("plan", {1: {"title": "Mine"}})
        assert not path.with_name("plan.gpkg-wal").exists()
        assert path.read_bytes()[18:20] == b"\x01\x01"
    with Document.open(path, author="Ada") as document:
        assert document.notices == []
        assert document.load().info.title == "Mine"
