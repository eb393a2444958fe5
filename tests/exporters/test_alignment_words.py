"""What an export says of the alignment that it is of: name, scope, how many accounts that is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np

from territorymap.exporters.alignment_words import accounts_words, alignment_name, scope_words
from territorymap.exporters.formats.html import title_of
from territorymap.exporters.office.facts import facts_of
from territorymap.exporters.office.headings import heading
from territorymap.exporters.picture.facts import facts_of as picture_facts
from territorymap.exporters.tables import Column
from tests.exporters.small_plan import small_view


def test_an_export_says_which_alignment_it_is_of() -> None:
    """Of five accounts two have a revenue of 10 and more: 10.5 and 100; the second is given by name besides."""
    view = small_view()
    today = date(2026, 6, 15)
    assert (alignment_name(view), scope_words(view), accounts_words(view)) == ("", "", "5 accounts")
    (revenue,) = (m for m in view.plan.measures if m.source == "account")
    scope = json.dumps({"field": f"measure:{revenue.uuid}", "from": 10})
    inside = replace(view.plan.alignment, name="Inside", scope=scope)
    plan = replace(
        view.plan, alignments=[inside], alignment=inside, in_scope=np.array([True, False, True, False, False])
    )
    view = replace(view, plan=plan)
    assert accounts_words(view) == "3 of 5 accounts"
    facts = facts_of(view, today)
    assert (facts.alignment, facts.scope) == ("Inside", f"Accounts where {revenue.name} is at least 10.")
    assert facts.place.endswith(" · Inside")
    assert picture_facts(view, today).counts.startswith("Inside · 3 territories")
    assert title_of(view, []).endswith(" · Inside")
    hidden = replace(plan, measures=[m for m in plan.measures if m is not revenue])
    assert scope_words(replace(view, plan=hidden)) == ""  # the words would tell what is hidden


def test_columns_of_other_alignments_have_headings() -> None:
    values = np.array(["x"], dtype=object)
    titles = [heading(Column(name, values), {}) for name in ("territory: Partners", "rep: Partners", "in_scope")]
    assert titles == ["Territory: Partners", "Rep: Partners", "In scope"]
