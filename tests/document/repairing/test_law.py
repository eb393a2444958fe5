"""Random damage to random plans: a sound plan comes of it, true to the old one, or one clear error."""

from __future__ import annotations

import random

import pytest

from territorymap.document.repairing import repair_plan
from territorymap.errors import UserError
from tests.document.repairing.plans import check_law, damage, plan_with_past, rows_by_key

N_DAMAGES = 8  # of each plan; benchmarks/hard_plans.py does thousands


@pytest.mark.parametrize("seed", range(2))
def test_what_is_kept_is_true_and_what_is_not_is_listed(tmp_path, seed):
    path = plan_with_past(tmp_path, seed)
    whole, before = path.read_bytes(), rows_by_key(path)
    rng = random.Random(seed)
    for n in range(N_DAMAGES):
        path.write_bytes(whole)
        damage(path, rng)
        damaged = path.read_bytes()
        saved = tmp_path / f"saved {n}.gpkg"
        report, refusal = _repaired(path, saved)
        if report is not None:
            check_law(before, saved, report)
        else:
            assert "no units" in refusal
            assert not saved.exists()
        assert path.read_bytes() == damaged


def _repaired(path, saved):
    try:
        return repair_plan(path, saved, author="Ada"), ""
    except UserError as error:
        return None, error.message if error.hint else ""
