"""A list by postal code where the units are larger: the unit each code lies in, and the territory most of them say.

Owns when a list is taken so, and whose unit it is then; where a postal code lies is placing's and geocode's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.locate import UnitLocator
from territorymap.i18n import ntr, number, tr
from territorymap.importers.geocode import Geocoder
from territorymap.importers.placing import UnitCodes, place_in_units, units_of_postal_codes
from territorymap.importers.progress import Ticker
from territorymap.importers.rejects import Reject

_LEAST_UNKNOWN = 0.5  # share of the codes that are no units: a county's number may be a ZIP code by chance
_LEAST_PLACED = 0.8  # share of the codes that are postal codes in a unit


@dataclass(frozen=True)
class PostalGround:
    """What finds the unit of a postal code: the plan's units and the shipped tables."""

    geocoder: Geocoder
    locator: UnitLocator | None
    country: str = ""  # ISO code that all units lie in; "" = inferred from the codes

    def units_of(self, texts: Sequence[str], codes: UnitCodes, ticker: Ticker | None = None) -> NDArray[np.int32]:
        """Return unit_ix (n,) of postal codes as written, -1 = no postal code, or in no unit."""
        n = len(texts)
        blank = [""] * n
        country = self.country or self.geocoder.infer_country(texts, blank, blank)
        places = self.geocoder.locate_all(texts, blank, blank, blank, default=country, ticker=ticker)
        by_rule = units_of_postal_codes(places.postal_code, places.country, self.geocoder, codes, self.locator)
        none = np.full(n, -1, dtype=np.int32)
        return place_in_units(places.lon, places.lat, np.zeros(n, dtype=bool), none, by_rule, self.locator)


@dataclass(frozen=True)
class Decided:
    """Who gets the units of such a list."""

    owner: dict[int, int]  # unit_ix -> position of the first row that says its territory
    n_used: int  # rows that say what was decided
    rejects: list[Reject]
    notes: list[str]


def is_finer(is_unit: Sequence[bool]) -> bool:
    """Tell whether too few codes of a list are units for it to be a list of units."""
    return bool(len(is_unit)) and 1 - sum(is_unit) / len(is_unit) >= _LEAST_UNKNOWN


def decide(
    units: NDArray[np.int32],
    names: Sequence[str],
    row_numbers: Sequence[int],
    label: Callable[[int], str],
    why_unknown: Callable[[int], str],
) -> Decided | None:
    """Give each unit to the territory that most of its codes name, the one that comes first where two have as many.

    Parameters
    ----------
    units : unit_ix of each row, -1 = none
    names : territory of each row, "" = unassigned
    label : what a unit is called
    why_unknown : why a row, by its position, is no use

    Returns
    -------
    None where too few rows lie in a unit for this to be a list of postal codes.
    """
    placed = units >= 0
    if not len(units) or placed.mean() < _LEAST_PLACED:
        return None
    votes: dict[int, Counter[str]] = {}
    for i in np.flatnonzero(placed).tolist():
        votes.setdefault(int(units[i]), Counter())[names[i]] += 1
    winner = {unit: count.most_common(1)[0][0] for unit, count in votes.items()}  # the first of equals
    owner: dict[int, int] = {}
    rejects: list[Reject] = []
    n_used = 0
    for i, unit in enumerate(units.tolist()):
        row = int(row_numbers[i])
        if unit < 0:
            rejects.append(Reject(row, why_unknown(i)))
        elif names[i] != winner[unit]:
            rejects.append(Reject(row, _why_lost(label(unit), winner[unit], votes[unit])))
        else:
            owner.setdefault(unit, i)
            n_used += 1
    return Decided(owner, n_used, rejects, _notes(int(placed.sum()), votes))


def _why_lost(unit: str, winner: str, votes: Counter[str]) -> str:
    return tr(
        "Unit {unit} goes to {territory}, which has {n} of its {all} codes in the list.",
        unit=unit,
        territory=winner or tr("no territory"),
        n=number(votes[winner]),
        all=number(votes.total()),
    )


def _notes(n_codes: int, votes: dict[int, Counter[str]]) -> list[str]:
    notes = [
        tr(
            "The list names {n} postal codes, and the plan's units are larger: each of {units} units goes to the "
            "territory that most of its codes belong to.",
            n=number(n_codes),
            units=number(len(votes)),
        )
    ]
    n_split = sum(1 for count in votes.values() if len(count) > 1)
    if n_split:
        notes.append(
            ntr(
                "One unit has codes of more than one territory; the rows that lost are listed.",
                "{n} units have codes of more than one territory; the rows that lost are listed.",
                n_split,
            )
        )
    return notes
