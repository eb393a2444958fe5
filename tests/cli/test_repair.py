"""``check --repair`` from end to end: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import random

import pytest

from tests.cli.conftest import Run
from tests.document.repairing.plans import PAGE, plan_with_past


@pytest.fixture
def damaged(tmp_path):
    """A plan of which one page is noise."""
    path = plan_with_past(tmp_path)
    content = bytearray(path.read_bytes())
    at = content.index(b"Ore", PAGE * 4) // PAGE * PAGE
    content[at : at + PAGE] = random.Random(1).randbytes(PAGE)
    path.write_bytes(content)
    return path


def test_a_damaged_plan_is_repaired_into_a_new_file(run: Run, damaged, tmp_path):
    before = damaged.read_bytes()
    assert run("check", damaged).exit_code == 2
    told = run("check", "--repair", damaged, tmp_path / "out.gpkg")
    assert told.exit_code == 0
    assert "taken from the history" in told.output
    assert "The history is kept" in told.output
    assert "Written" in told.output
    assert damaged.read_bytes() == before
    assert run("check", tmp_path / "out.gpkg").exit_code == 0


def test_losses_end_with_another_code(run: Run, tmp_path):
    path = plan_with_past(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"do\x00Content", b"no\x00Content").replace(b"doContent", b"noContent"))
    told = run("check", "--repair", path, tmp_path / "out.gpkg")
    assert "later steps are lost" in told.output
    assert told.exit_code == 1
    assert run("check", tmp_path / "out.gpkg").exit_code == 0


def test_a_whole_plan_is_saved_whole(run: Run, tmp_path):
    path = plan_with_past(tmp_path)
    told = run("check", "--repair", path, tmp_path / "out.gpkg", "--json")
    assert told.exit_code == 0
    found = json.loads(told.output)
    assert found["everything_saved"]
    assert found["lost"] == 0
    assert {table["table"]: table["kept"] for table in found["tables"]}["unit"] == 25


def test_nothing_is_overwritten(run: Run, damaged, tmp_path):
    out = tmp_path / "out.gpkg"
    out.write_bytes(b"mine")
    told = run("check", "--repair", damaged, out)
    assert told.exit_code == 2
    assert "already there" in told.output
    assert out.read_bytes() == b"mine"
    assert run("check", "--repair", damaged, damaged).exit_code == 2


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + bytes(5000), bytes(range(256)) * 64])
def test_a_file_with_nothing_of_a_plan_in_it(run: Run, tmp_path, content):
    (tmp_path / "x.gpkg").write_bytes(content)
    told = run("check", "--repair", tmp_path / "x.gpkg", tmp_path / "out.gpkg")
    assert told.exit_code == 2
    assert "no units of a plan" in told.output
    assert not (tmp_path / "out.gpkg").exists()


def test_what_is_missing_is_said(run: Run, damaged, tmp_path):
    assert "needs the name of a new file" in run("check", "--repair", damaged).output
    assert "no plan file" in run("check", "--repair", damaged, tmp_path / "out.zip").output
    assert "only written with --repair" in run("check", damaged, tmp_path / "out.gpkg").output
    assert "is not there" in run("check", "--repair", tmp_path / "gone.gpkg", tmp_path / "out.gpkg").output
