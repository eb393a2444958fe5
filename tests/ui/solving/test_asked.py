from __future__ import annotations

import pytest

from territorymap.model.records import Measure
from territorymap.ui.solving.asked import Shared, first_measures


def shared(source: str, column: str, obstacle: str = "", *, is_shown: bool = True) -> Shared:
    return Shared(Measure(1, column, column, source, column, is_shown=is_shown), 0.0 if obstacle else 9.0, obstacle)


NO_WORKLOAD = shared("builtin", "workload_h", "It is 0 everywhere, so it cannot be shared out.")


@pytest.mark.parametrize(
    ("measures", "first"),
    [
        pytest.param([shared("account", "revenue"), shared("builtin", "workload_h")], {"workload_h"}, id="workload"),
        # As in the table of territories, whose bar shows what accounts bring before what units do.
        pytest.param([NO_WORKLOAD, shared("unit", "people"), shared("account", "sales")], {"sales"}, id="accounts"),
        pytest.param([shared("unit", "people"), shared("account", "sales", is_shown=False)], {"people"}, id="shown"),
        pytest.param([NO_WORKLOAD, shared("builtin", "units"), shared("unit", "people")], {"people"}, id="no count"),
        pytest.param([shared("builtin", "units"), shared("builtin", "accounts")], {"accounts"}, id="counts"),
        pytest.param([NO_WORKLOAD], set(), id="nothing"),
    ],
)
def test_a_dialog_ticks_what_leads_among_what_can_be_shared(measures: list[Shared], first: set[str]) -> None:
    assert first_measures(measures) == first
