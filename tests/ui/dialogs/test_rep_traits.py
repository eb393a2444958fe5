"""What can be chosen for a rep: the usual words, as the plan spells them."""

from __future__ import annotations

from types import SimpleNamespace

from territorymap.ui.dialogs.rep_traits import seniorities_of


def test_a_seniority_is_offered_once_as_the_plan_spells_it():
    reps = [SimpleNamespace(seniority=text) for text in ("senior", "", "mid", "senior")]
    assert seniorities_of(reps) == ("Junior", "senior", "mid")
