"""Every hostile file ends in a good result or in one clear error; nothing of the planner's is changed.

Here a sample of the list is tried, the same at each run; all of them, and the heavy ones, by
benchmarks/hard_files.py.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.cases import Hostile, all_cases
from tests.hostile.mutations import mutated
from tests.hostile.watch import Watcher, watching

# Whose files are all tried more often: what could reach other files, swell or never end. One in six of them, one in fourteen of others.
_OFTEN = ("bomb", "entity", "view", "pipe", "endless", "link", "path", "braces", "circle", "grid")
_SLOW = ("cell of all rows", "comb", "zip bomb of a deck", "1000 columns", "star", "2,000 holes", "codes of 50 MB",
         "a million metadata", "zip of 12,000", "never ends", "shape of 200 MB", "a billion rows", "line of 5 MB")  # fmt: skip

# What was once wrong is tried every time.
_ONCE_WRONG = ("cpg of an odd codec", "cpg of rot13", "geopackage with a log beside it",
               "with tables cut in half")  # fmt: skip
_ONCE_WRONG_MUTATION = "mutation 7.206.topojson"  # GDAL called it by a name of its own


def _is_cheap(case: Hostile) -> bool:
    return not case.heavy and not any(word in case.name for word in _SLOW)


def _is_sampled(case: Hostile) -> bool:
    if case.name.startswith(("pipe", "endless")) or case.name.endswith(_ONCE_WRONG):
        return True
    share = 6 if any(word in case.name for word in _OFTEN) else 14
    return zlib.crc32(case.key.encode()) % share == 0


@pytest.fixture(scope="module")
def watcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watcher]:
    with watching(tmp_path_factory.mktemp("hostile") / "w") as made:
        yield made


def _judge(watcher: Watcher, cases: list[Hostile]) -> list[str]:
    found = [(case.key, watcher.judge(case).faults) for case in cases]
    return [f"{key}: {fault}" for key, faults in found for fault in faults]


def test_there_are_over_two_thousand_hostile_files() -> None:
    assert len(all_cases()) > 2000
    assert sum(case.heavy for case in all_cases()) > 30


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the limits are those of Linux")
class TestHostile:
    def test_a_good_result_or_one_clear_error(self, watcher: Watcher) -> None:
        cases = [case for case in all_cases() if _is_cheap(case) and _is_sampled(case)]
        assert len(cases) > 150
        wrong = _judge(watcher, cases)
        assert not wrong, "\n".join(wrong)

    def test_mutations_of_good_files(self, watcher: Watcher) -> None:
        once_wrong = [case for case in mutated(7, 207) if case.name == _ONCE_WRONG_MUTATION]
        assert len(once_wrong) == 1
        wrong = _judge(watcher, [*once_wrong, *mutated(11, 50)])
        assert not wrong, "\n".join(wrong)

    @pytest.mark.slow
    def test_some_of_the_heavy_ones(self, watcher: Watcher) -> None:
        names = ("cell of 100 MB", "xlsx of one endless tag")
        cases = [case for case in all_cases() if case.heavy and case.name in names and case.target == "accounts"]
        assert len(cases) == 2
        wrong = _judge(watcher, cases)
        assert not wrong, "\n".join(wrong)

    def test_the_watcher_sees_what_is_wrong(self, watcher: Watcher) -> None:
        """A file that ends otherwise than it should, is changed, or is asked for words it does not say, is told."""
        from tests.hostile.cases import bytes_file

        empty = Hostile("watched", "accounts", bytes_file("list.csv", b""), "good", says="no such words")
        faults = watcher.judge(empty).faults
        assert len(faults) == 2
        assert "should end good" in faults[0]
        assert "no such words" in faults[1]
