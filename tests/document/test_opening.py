"""Every bad file is refused with a clear message and left byte for byte as it was."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
import sys
import tempfile

import geopandas
import pytest
import shapely

from territorymap.document import Document
from territorymap.document.opening import renew_on_copy
from territorymap.document.resting import read_header
from territorymap.document.schema import FORMAT_VERSION, MIGRATIONS
from territorymap.document.state_folder import backup_folder
from territorymap.errors import UserError
from tests.document.plans import plan_with_content, raw, rows_in, same_rows, to_format_2


@pytest.fixture
def path(tmp_path):
    document = plan_with_content(tmp_path)
    document.close()
    return document.path


def refuse(path, message, **options):
    """Open a file that must be refused; return the hint."""
    before = path.read_bytes() if path.is_file() else None
    beside = sorted(p.name for p in path.parent.iterdir()) if path.parent.exists() else []
    with pytest.raises(UserError, match=message) as caught:
        Document.open(path, author="Ada", **options)
    if before is not None:
        assert path.read_bytes() == before
        assert sorted(p.name for p in path.parent.iterdir()) == beside
    assert path.name in caught.value.message
    assert caught.value.hint
    return caught.value.hint


def test_a_missing_file(tmp_path):
    assert str(tmp_path) in refuse(tmp_path / "gone.gpkg", "is not there")


def test_a_folder(tmp_path):
    refuse(tmp_path, "is a folder")


def test_an_empty_file(tmp_path):
    (tmp_path / "a.gpkg").touch()
    refuse(tmp_path / "a.gpkg", "is empty")


@pytest.mark.parametrize("content", [b"x", b"hello" * 100, b"PK\x03\x04" + bytes(500), b"SQLite format 3\0"])
def test_no_database(tmp_path, content):
    (tmp_path / "a.gpkg").write_bytes(content)
    hint = refuse(tmp_path / "a.gpkg", "is not a plan")
    assert "new plan" in hint


def test_a_database_that_is_no_geopackage(tmp_path):
    connection = raw(tmp_path / "a.gpkg")
    connection.execute("CREATE TABLE plan (plan_id)")
    connection.close()
    refuse(tmp_path / "a.gpkg", "is not a plan")


def test_a_geopackage_that_is_no_plan(tmp_path):
    frame = geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(1, 1)], crs=4326)
    frame.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    refuse(tmp_path / "a.gpkg", "is not a plan")


def test_a_newer_plan(path):
    connection = raw(path)
    connection.execute("UPDATE plan SET format_version = format_version + 1")
    connection.close()
    assert "newest version" in refuse(path, "newer version")
    refuse(path, "newer version", read_only=True)


@pytest.mark.parametrize("version", ["'x'", "0", "-1", "NULL", "1.5"])
def test_a_format_version_that_means_nothing(path, version):
    connection = raw(path)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "UPDATE sqlite_master SET sql = replace(sql, 'INTEGER NOT NULL,', 'INTEGER,') WHERE name = 'plan'"
    )
    connection.close()
    connection = raw(path)
    connection.execute(f"UPDATE plan SET format_version = {version}")
    connection.close()
    refuse(path, "is not a plan")


@pytest.mark.parametrize("table", ["unit", "assignment", "journal_row", "rest_mark"])
def test_a_plan_without_a_table(path, table):
    connection = raw(path)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(f"DROP TABLE {table}")
    connection.close()
    refuse(path, "is damaged")


def test_a_view_in_the_place_of_a_table(path):
    connection = raw(path)
    connection.execute("ALTER TABLE rep RENAME TO real_rep")
    connection.execute("CREATE VIEW rep AS SELECT * FROM real_rep")
    connection.close()
    refuse(path, "is damaged")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_plan(path, part):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    refuse(path, "is damaged")


def test_a_plan_with_bytes_behind_its_end(path):
    path.write_bytes(path.read_bytes() + bytes(4096))
    refuse(path, "is damaged")


def test_any_flipped_bit_is_noticed(path):
    """Except in the bytes of the mark's own page, which only the mark uses."""
    whole = path.read_bytes()
    rng = random.Random(7)
    for _ in range(60):
        at, bit = rng.randrange(len(whole)), 1 << rng.randrange(8)
        content = bytearray(whole)
        content[at] ^= bit
        path.write_bytes(content)
        try:
            document = Document.open(path, author="Ada")
        except UserError:
            assert path.read_bytes() == content
            continue
        # What was let in was seen as a change from outside or is of no consequence.
        assert document.check() == []
        document.close()
        path.write_bytes(whole)
    path.write_bytes(whole)
    with Document.open(path, author="Ada") as document:
        assert document.check() == []


def test_a_flipped_bit_in_a_value_is_noticed_though_sqlite_does_not_see_it(path):
    content = bytearray(path.read_bytes())
    at = content.index(b"Square B2")
    content[at] ^= 1
    path.write_bytes(content)
    connection = raw(path)
    assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    connection.close()
    refuse(path, "is damaged: bytes have changed that no program wrote")
    with Document.open(path, author="Ada", read_only=True) as document:
        assert "is damaged" in document.notices[0]
        assert document.load().units.name[5] == "Rquare B2"
        document.save_copy(path.with_name("rescued.gpkg"))
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE account SET lon = 500", "account.lon"),
        ("UPDATE account SET location_level = 'moon'", "location_level"),
        ("UPDATE plan SET target_kind = 'none'", "target_kind"),
        ("UPDATE unit SET area_km2 = -1", "area_km2"),
        ("UPDATE unit SET lon = NULL", "unit.lon"),
        ("UPDATE unit SET geom = x'4750' WHERE unit_id = 3", "unit.geom"),
    ],
)
def test_values_that_cannot_be_are_refused_at_load(path, statement, what):
    connection = raw(path)
    connection.execute(statement)
    connection.close()
    with Document.open(path, author="Ada", read_only=True) as document:
        read = document.geometry if "geom" in what else document.load
        with pytest.raises(UserError, match=what):
            read()


def test_a_write_protected_file_opens_for_reading(path):
    path.chmod(stat.S_IRUSR)
    before = path.read_bytes()
    with Document.open(path, author="Ada") as document:
        assert document.is_read_only
        assert document.notices == ["plan.gpkg is write-protected, so it is open for reading only."]
        assert len(document.load().units) == 16
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["plan.gpkg"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_a_file_that_may_not_be_read_or_its_folder_not_be_written(tmp_path_factory):
    """Another user's process: no right to read the file; then to read it, in a folder of somebody else."""
    folder = tmp_path_factory.mktemp("shared")
    for part in (folder, *list(folder.parents)[:3]):  # one more where tests run side by side
        if part.stat().st_uid == os.geteuid() and str(part) != tempfile.gettempdir():
            part.chmod(0o755)
    plan_with_content(folder).close()
    code = """
import os, sys, tempfile
from pathlib import Path
import pyproj
from territorymap.document import Document
from territorymap.errors import UserError
pyproj.Geod(ellps="WGS84")
os.setgid(65534)
os.setuid(65534)
os.environ["TERRITORYMAP_STATE_DIR"] = tempfile.mkdtemp()
try:
    document = Document.open(Path(sys.argv[1]), author="Bob")
except UserError as error:
    print("refused:", error)
else:
    print(document.notices, len(document.load().units))
"""

    def as_nobody():
        command = [sys.executable, "-c", code, str(folder / "plan.gpkg")]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    (folder / "plan.gpkg").chmod(0o600)
    assert as_nobody().startswith("refused: You may not read plan.gpkg.")
    (folder / "plan.gpkg").chmod(0o666)
    assert as_nobody() == "['The folder of plan.gpkg is write-protected, so the plan is open for reading only.'] 16\n"


def test_a_half_done_write_of_another_program_is_rolled_back(path, tmp_path):
    """A hot rollback journal, as a killed program leaves it."""
    with Document.open(path, author="Ada") as document:
        before = rows_in(document)
    code = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size = 1'); c.execute('PRAGMA cache_spill = 1'); c.execute('BEGIN')\n"
        'c.execute("UPDATE unit SET unit_name = hex(randomblob(3000))"); os.kill(os.getpid(), 9)\n'
    )
    subprocess.run([sys.executable, "-c", code, str(path)], timeout=60, check=False)
    assert path.with_name("plan.gpkg-journal").stat().st_size > 0
    with Document.open(path, author="Ada", read_only=True) as document:
        assert rows_in(document) == before
    with Document.open(path, author="Ada") as document:
        assert rows_in(document) == before
        assert document.check() == []
        assert "outside" not in {step.kind for step in document.history()}


def test_an_older_plan_is_migrated_on_a_copy(path):
    def add_mood(connection):
        connection.execute("ALTER TABLE rep ADD COLUMN mood TEXT DEFAULT 'good'")

    renew_on_copy(path, FORMAT_VERSION, (*MIGRATIONS, add_mood))
    connection = raw(path)
    assert connection.execute("SELECT format_version FROM plan").fetchone() == (FORMAT_VERSION + 1,)
    assert connection.execute("SELECT mood FROM rep").fetchall() == [("good",)]
    connection.close()


def test_a_plan_of_the_first_format_gets_what_cutting_needs_and_keeps_its_history(path):
    with Document.open(path, author="Ada") as document:
        with document.step("Mine") as writer:
            writer.update("unit", {1: {"unit_name": "Mine"}})
        before = rows_in(document)
    connection = raw(path)
    to_format_2(connection)
    before.pop("scenario")  # its author and time are not in the older format
    connection.execute("ALTER TABLE unit DROP COLUMN uuid")
    connection.execute("ALTER TABLE unit DROP COLUMN part_of")
    connection.execute("UPDATE plan SET format_version = 1")
    connection.close()
    with Document.open(path, author="Ada") as document:
        after = rows_in(document)
        after.pop("scenario")
        assert same_rows(after, before)
        assert document.check() == []
        # The first scenario's author and time were lost on the way to the older format: a change from outside.
        assert [step.kind for step in document.history()] == ["create", "do", "do", "outside"]
        document.undo()
        assert document.load().units.part_of.tolist() == [""] * len(document.load().units)
        document.undo()
        assert document.check() == []


def test_a_plan_without_scenarios_gets_what_they_need_and_keeps_its_history(path):
    with Document.open(path, author="Ada") as document:
        with document.step("Mine") as writer:
            (territory,) = writer.insert("territory", [{"territory_name": "North", "color": "#123456"}])
            writer.assign([1, 2, 3], territory)
        before = rows_in(document)
    connection = raw(path)
    to_format_2(connection)
    before.pop("scenario")  # its author and time are not in the older format
    connection.close()
    with Document.open(path, author="Ada") as document:
        after = rows_in(document)
        after.pop("scenario")
        assert same_rows(after, before)
        assert document.check() == []
        with document.step("Scenario") as writer:
            (scenario,) = writer.insert("scenario", [{"scenario_name": "Other", "parent_scenario_id": 1}])
            with writer.within(scenario):
                writer.assign([2], None)
        document.undo()
        document.undo()
        assert document.check() == []


def test_a_failing_migration_leaves_the_file_as_it_was(path):
    def fail(connection):
        connection.execute("DELETE FROM journal_step")
        raise sqlite3.OperationalError("no")

    before = path.read_bytes()
    with pytest.raises(sqlite3.OperationalError):
        renew_on_copy(path, FORMAT_VERSION, (*MIGRATIONS, fail))
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["plan.gpkg"]


def test_a_file_in_use_elsewhere_is_not_replaced(path):
    connection = raw(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TRIGGER t AFTER UPDATE ON plan BEGIN SELECT 1; END")
    with pytest.raises(UserError, match="is open in another program"):
        Document.open(path, author="Ada")
    connection.close()
    with Document.open(path, author="Ada") as document:
        assert document.notices == []


def test_a_plan_that_qgis_looks_at_in_wal_mode_can_be_edited(path):
    connection = raw(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("SELECT count(*) FROM plan").fetchone()
    with Document.open(path, author="Ada") as document, document.step("Mine") as writer:
        writer.update("plan", {1: {"note": "mine"}})
    assert connection.execute("SELECT note FROM plan").fetchone() == ("mine",)
    connection.close()
    with Document.open(path, author="Ada") as document:
        assert document.load().info.note == "mine"
        assert [step.kind for step in document.history()] == ["create", "do", "do"]
        assert document.check() == []


def test_names_with_signs_of_uris_open(tmp_path):
    folder = tmp_path / "100% & more?#x é ü"
    folder.mkdir()
    document = plan_with_content(folder)
    document.close()
    with Document.open(document.path, author="Ada") as again:
        assert len(again.load().units) == 16


def test_a_damaged_history_is_refused(path):
    connection = raw(path)
    connection.execute("UPDATE journal_row SET new = '{' WHERE row_id = 3")
    connection.close()
    with pytest.raises(UserError, match="is damaged"):
        Document.open(path, author="Ada")
    connection = raw(path)
    connection.execute("UPDATE journal_step SET kind = 'undo' WHERE step_id = 2")
    connection.close()
    with pytest.raises(UserError, match="is damaged"):
        Document.open(path, author="Ada")
    assert read_header(path).page_size == 4096
    assert backup_folder(path).exists()
