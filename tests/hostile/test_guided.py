"""Fuzzing that follows new lines, for a moment; longer by ``benchmarks/hard_files.py --fuzz SECONDS``."""

from __future__ import annotations

from pathlib import Path

from territorymap.errors import UserError
from tests.hostile.guided import fuzz, fuzz_one
from tests.hostile.mutations import mutated

_BOX_S = 30.0  # of the processor: how far it gets depends on the machine, what is right does not


def test_no_importer_and_no_opening_of_a_plan_is_surprised(state_folder: Path) -> None:
    wrong = []
    for told in fuzz(40, _BOX_S):
        wrong += [f"{told.name}: {entry}" for entry in told.wrong]
        assert told.n_lines > 10, told.name
    assert not wrong, "\n".join(wrong)


def test_what_reaches_new_lines_is_kept_and_a_surprise_is_told() -> None:
    from territorymap.importers.encoding import guess_encoding

    def read(path: Path) -> None:
        guess_encoding(path)
        if b"\xff" in path.read_bytes():
            raise KeyError("surprise")
        if b"9" in path.read_bytes():
            raise UserError("foreseen")

    told = fuzz_one(read, "made up", ".csv", b"a,b\n1,2\n", 1, 60.0, 300)
    assert told.n_kept > 1
    assert [entry for entry in told.wrong if entry.startswith("KeyError")]
    assert not [entry for entry in told.wrong if "foreseen" in entry]


def test_the_same_seed_makes_the_same_files() -> None:
    first, second = list(mutated(3, 40)), list(mutated(3, 40))
    assert [case.key for case in first] == [case.key for case in second]
