"""The self-test of the installed program, run from the source tree; what it would say of broken files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from territorymap.exporters.registry import list_exporters
from territorymap.selftest.opened import look_into
from territorymap.selftest.telling import PASSED, SelfTestError, Teller, check


@pytest.mark.slow
def test_the_program_passes_its_self_test_and_leaves_no_word_on_stderr(tmp_path: Path) -> None:
    state = tmp_path / "state of the person"
    done = subprocess.run(
        [sys.executable, "-m", "territorymap", "--self-test", "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        env={**os.environ, "TERRITORYMAP_STATE_DIR": str(state), "QTWEBENGINE_DISABLE_SANDBOX": "1"},
        check=False,
    )
    lines = done.stdout.splitlines()
    assert (done.returncode, lines[-1:]) == (0, [PASSED]), done.stdout + done.stderr
    steps = {told["step"]: told for told in map(json.loads, lines[:-2])}
    assert all(told["ok"] for told in steps.values())
    assert {name.removeprefix("export ") for name in steps if name.startswith("export ")} == {
        exporter.name for exporter in list_exporters()
    }
    assert json.loads(lines[-2])["network"] == 0
    assert not state.exists()  # nothing of the person's was touched
    strange = [line for line in done.stderr.splitlines() if "Failed to connect to the bus" not in line]
    assert strange == []  # Chromium looks for the system's bus, which a container lacks


def fail(facts: dict[str, object]) -> None:
    facts["seen"] = 3
    check(False, "there is less than there was", now=3)


def test_a_step_that_fails_says_what_and_why(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    teller = Teller(tmp_path / "told.jsonl")
    with pytest.raises(SelfTestError), teller.step("look") as facts:
        fail(facts)
    teller.close()
    told = json.loads(capsys.readouterr().out)
    assert told | {"seconds": 0} == {
        "step": "look", "ok": False, "seconds": 0, "seen": 3, "why": "there is less than there was (now = 3)",
    }  # fmt: skip
    assert json.loads((tmp_path / "told.jsonl").read_text("utf-8")) == told


def test_a_step_fails_by_what_is_heard_while_it_lasts_and_only_once() -> None:
    heard = ["before"]
    teller = Teller(None)
    with teller.step("first"):
        teller.watch(lambda: heard)
        heard.clear()
    with pytest.raises(SelfTestError, match="network: example"), teller.step("second"):
        heard.append("network: example")
    with teller.step("third"):
        pass


def broken(folder: Path, name: str) -> Path:
    """Return a file as an export that broke off would have left it."""
    path = folder / name
    texts = {
        "a.csv": "code,territory\n1,A\n2\n", "b.csv": "code\n", "a.pdf": "%PDF-1.7\n/Count 3",
        "a.html": "<html><title>",
        "a.geojson": '{"features": []}', "a.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>", "a.xyz": "?",
        "a.kml": "<kml xmlns='http://www.opengis.net/kml/2.2'/>", "empty.csv": "",
        "loads.html": "<html><title>Content-Security-Policy<script src='https://example.org/x.js'></script></html>",
    }  # fmt: skip
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("part.csv", "")
    else:
        path.write_text(texts[name], encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a.csv", "different lengths"), ("b.csv", "no row"), ("a.pdf", "cut short"), ("a.html", "cut short"),
        ("a.geojson", "features lack"), ("a.svg", "no path"), ("a.kml", "no place"), ("empty.csv", "empty"),
        ("a.zip", "is empty"), ("loads.html", "from elsewhere"), ("a.xyz", "a look of its own"),
    ],
)  # fmt: skip
def test_half_files_are_seen(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(SelfTestError, match=why):
        look_into(broken(tmp_path, name))


@pytest.mark.parametrize("arguments", [["--self-test", "surplus"], ["--self-test", "--out"]])
def test_other_arguments_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    from territorymap.app import main

    assert main(arguments) == 2
    assert "--self-test [--out FOLDER]" in capsys.readouterr().err
