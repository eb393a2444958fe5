"""What is kept of the change log is what reading it anew gives, whatever was done."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings

from territorymap.session.changelog import ChangeLog, Wanted
from tests.support.deeds import DEEDS, Pair


@settings(max_examples=25)
@given(deeds=DEEDS)
def test_a_log_that_followed_is_one_that_was_read_anew(deeds: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as name:
        pair = Pair(Path(name))
        log = ChangeLog(pair.session.document)
        for deed, n in deeds:
            pair.do(deed, n)
            anew = ChangeLog(pair.session.document)
            assert log.entries() == anew.entries()
            wanted = Wanted(author="Ben", scenario=pair.session.plan.scenario.name)
            assert log.entries(wanted) == anew.entries(wanted)
        pair.close()


def test_an_entry_that_nothing_happened_to_stays_the_same_object(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    log = ChangeLog(pair.session.document)
    for n in range(4):
        pair.do("give", n)
    before = log.entries()
    pair.do("give", 5)
    after = log.entries()
    assert [a is b for a, b in zip(before, after, strict=False)] == [True] * len(before)
    pair.session.undo()
    undone = log.entries()
    assert [a is b for a, b in zip(after, undone, strict=True)] == [True] * len(before) + [False]
    assert undone[-1].undone_by == pair.session.document.history()[-1]
    pair.close()


def test_a_second_merge_leaves_the_first_one_its_steps(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    log = ChangeLog(pair.session.document)
    pair.do("merge", 0)
    pair.do("merge", 2)
    assert [entry.n_merged for entry in log.entries() if entry.step.kind == "merge"] == [2, 2]
    pair.session.undo()
    pair.do("merge", 4)  # what was taken back comes again, and with it two more
    assert [entry.n_merged for entry in log.entries() if entry.step.kind == "merge"] == [2, 0, 4]
    pair.close()
