"""A few of the thousand kills of benchmarks/hard_kill.py: nothing shown is lost, nothing half made is left."""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.hard_kill import Place
from benchmarks.support.kill.child import prepare
from benchmarks.support.kill.hand import Blow, Hand
from benchmarks.support.kill.judge import sha_of

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the children are forked")


@pytest.fixture(scope="module")
def hand() -> Iterator[Hand]:
    hand = Hand()
    yield hand
    hand.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORYMAP_STATE_DIR", str(folder / "state"))
        prepare(folder)
    return folder


BLOWS = {
    "edits": [Blow(20, "fdatasync", 4), Blow(20, "pwrite64", 30), Blow(0.3)],
    "imports": [Blow(20, "pwrite64", 12)],
    "merges": [Blow(20, "mkdir", 1), Blow(20, "fdatasync", 6)],
    "copies": [Blow(20, "rename", 1), Blow(20, "rename", 3), Blow(20, "unlink", 5)],
}


@pytest.mark.parametrize("kind", BLOWS)
def test_what_was_shown_is_there_and_nothing_half_made(
    hand: Hand, template: Path, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERRITORYMAP_STATE_DIR", str(tmp_path / "state"))
    place = Place(tmp_path, template, kind)
    rng = random.Random(5)
    for blow in BLOWS[kind]:
        if blow.call and not shutil.which("strace"):
            blow = Blow(0.4)
        before = {path.name: sha_of(path) for path in (tmp_path / "plans" / "out").iterdir()}
        said, how = hand.kill_one(place.job(rng.randrange(10**6)), blow)
        assert how == ""
        _, wrong = place.judge(said, before)
        assert wrong == []
