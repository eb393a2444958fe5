"""Whether a territory's team fits its accounts: languages, verticals, homes.

Owns the rules and their arithmetic; what is asked (fields, distances) is a setting of the plan (fit_settings).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.distance import great_circle_km
from territorymap.metrics.fit_settings import FitSettings
from territorymap.metrics.team import OVERLAY, Seat, plan_teams
from territorymap.model.languages import language_code
from territorymap.model.plan import Plan
from territorymap.model.scope import PlanFields, folded

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
LANGUAGE, VERTICAL, HOME = "language", "vertical", "home"


@dataclass(frozen=True)
class FitWarning:
    """One thing that does not fit in one territory."""

    territory_ix: int
    kind: str  # LANGUAGE | VERTICAL | HOME
    what: str  # code of the language; the vertical; name of the rep whose home is far
    account_ix: Ints  # whom it concerns
    home_km: float = 0.0  # mean way from the home, for HOME
    centre_km: float = 0.0  # mean way from the middle of the accounts, for HOME


def lacking_accounts(owner: NDArray[np.integer], value_ix: NDArray[np.integer], has: Bools) -> Bools:
    """Accounts whose language or vertical nobody in the team of their territory has.

    Parameters
    ----------
    owner : (A,) int, territory of each account, -1 = none
    value_ix : (A,) int, position of its language or vertical, -1 = not told
    has : (T, V) bool, whether the team has it

    Returns
    -------
    (A,) bool; False where nothing is told, or nobody owns the account.

    Examples
    --------
    North's team speaks English, South's English and German. Accounts: 0 in North, German: lacking. 1 in South, German:
    not. 2 in North, not told: not. 3 in no territory, German: not.

    Source
    ------
    Definition of this program.
    """
    asked = (owner >= 0) & (value_ix >= 0)
    found = np.zeros(len(owner), dtype=np.bool_)
    found[asked] = ~has[owner[asked], value_ix[asked]]
    return found


def mean_way_km(lon: Floats, lat: Floats, at_lon: float, at_lat: float) -> float:
    """Mean great-circle distance from a point to places.

    Parameters
    ----------
    lon, lat : (n,) float, degrees

    Returns
    -------
    float, km, >= 0; nan where there is no place.

    Examples
    --------
    From (0, 0) to (0, 1) and (0, 3) on the equator's meridian: (111.195 + 333.585) / 2 = 222.39 km.

    Source
    ------
    Haversine on a sphere of 6371.0088 km.
    """
    return float(np.mean(great_circle_km(lon, lat, at_lon, at_lat))) if len(lon) else float("nan")


def middle_of(lon: Floats, lat: Floats) -> tuple[float, float]:
    """Return longitude and latitude of the middle of places: their mean on the sphere, on both sides of 180 degrees."""
    along, up = np.radians(lon), np.radians(lat)
    x, y, z = np.mean(np.cos(up) * np.cos(along)), np.mean(np.cos(up) * np.sin(along)), np.mean(np.sin(up))
    return float(np.degrees(np.arctan2(y, x))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))


def is_far(home_km: float, centre_km: float, settings: FitSettings) -> bool:
    """Whether a home is far from its accounts: the mean way is longer than from their middle, by factor and by km.

    Examples
    --------
    By the factor 2 and 50 km: home 130 km, middle 40 km: 130 > 80 and 130 - 40 > 50, far. Home 80 km, middle 35 km: 80
    > 70, but 45 km more only: not far. Home 300 km, middle 200 km: 300 < 400: not far, the territory is wide.

    Source
    ------
    Definition of this program: a wide territory is far from any home.
    """
    return home_km > settings.far_factor * centre_km and home_km - centre_km > settings.far_km


class FitFinder:
    """Finds what does not fit; what accounts ask is read once for the accounts of a plan."""

    def __init__(self, plan: Plan, settings: FitSettings) -> None:
        self.settings = settings
        self._accounts = plan.accounts
        fields = PlanFields(plan)
        self._language = _Asked(fields, settings.language_field, language_code)
        self._vertical = _Asked(fields, settings.vertical_field, folded)
        units, at = plan.units, plan.accounts.unit_ix
        lon, lat = np.append(units.lon, np.nan)[at], np.append(units.lat, np.nan)[at]
        own = np.isfinite(plan.accounts.lon)
        self._lon, self._lat = np.where(own, plan.accounts.lon, lon), np.where(own, plan.accounts.lat, lat)

    def is_of(self, plan: Plan, settings: FitSettings) -> bool:
        """Whether what was read is still that of the plan."""
        return plan.accounts is self._accounts and settings == self.settings

    def find(self, plan: Plan, owner: NDArray[np.integer]) -> list[FitWarning]:
        """Return what does not fit, territory by territory.

        Nothing is said of a vacancy, and nothing of languages (verticals) where those of nobody in the team are told.
        """
        teams = plan_teams(plan)
        found = [
            *self._lacking(LANGUAGE, self._language, owner, teams, lambda seat: seat.rep.languages),
            *self._lacking(VERTICAL, self._vertical, owner, teams, lambda seat: seat.rep.verticals),
            *self._far_homes(owner, teams),
        ]
        return sorted(found, key=lambda w: (w.territory_ix, (LANGUAGE, VERTICAL, HOME).index(w.kind), w.what))

    def _lacking(
        self,
        kind: str,
        asked: _Asked,
        owner: NDArray[np.integer],
        teams: Sequence[Sequence[Seat]],
        words_of_seat: Callable[[Seat], Sequence[str]],
    ) -> list[FitWarning]:
        if not asked.words:
            return []
        has = np.zeros((len(teams), len(asked.words)), dtype=np.bool_)
        for ix, team in enumerate(teams):
            told = {asked.key(word) for seat in team for word in words_of_seat(seat)}
            has[ix] = True if not told else [asked.key(word) in told for word in asked.words]
        lacking = np.flatnonzero(lacking_accounts(owner, asked.value_ix, has))
        pair = owner[lacking].astype(np.int64) * len(asked.words) + asked.value_ix[lacking]
        order = np.argsort(pair, kind="stable")
        pairs, starts = np.unique(pair[order], return_index=True)
        groups = np.split(lacking[order], starts[1:])
        return [
            FitWarning(int(p // len(asked.words)), kind, asked.words[int(p % len(asked.words))], accounts)
            for p, accounts in zip(pairs, groups, strict=False)
        ]

    def _far_homes(self, owner: NDArray[np.integer], teams: Sequence[Sequence[Seat]]) -> list[FitWarning]:
        placed = np.flatnonzero((owner >= 0) & np.isfinite(self._lon))
        order = placed[np.argsort(owner[placed], kind="stable")]
        starts = np.searchsorted(owner[order], np.arange(len(teams) + 1))
        found = []
        for ix, team in enumerate(teams):
            accounts = order[starts[ix] : starts[ix + 1]]
            people = [seat.rep for seat in team if seat.kind != OVERLAY and seat.rep.has_home]
            if not len(accounts) or not people:
                continue
            lon, lat = self._lon[accounts], self._lat[accounts]
            centre_km = mean_way_km(lon, lat, *middle_of(lon, lat))
            for rep in people:
                assert rep.lon is not None
                assert rep.lat is not None
                home_km = mean_way_km(lon, lat, rep.lon, rep.lat)
                if is_far(home_km, centre_km, self.settings):
                    found.append(FitWarning(ix, HOME, rep.name, accounts, home_km, centre_km))
        return found


class _Asked:
    """What the accounts ask in one field: the different words, and which of them each account has."""

    def __init__(self, fields: PlanFields, field: str, key: Callable[[str], str]) -> None:
        self.key = key
        self.words: list[str] = []  # as written first; a language by its code
        self.value_ix = np.full(fields.n, -1, dtype=np.int64)
        values = fields.values(field) if field else None
        if values is None or values.dtype != object:
            return
        position: dict[str, int] = {}
        of_text: dict[str, int] = {"": -1}
        for at, text in enumerate(values.tolist()):
            found = of_text.get(text)
            if found is None:
                word = " ".join(text.split())
                found = -1
                if word:
                    name = key(word)
                    found = position.setdefault(name, len(self.words))
                    if found == len(self.words):
                        self.words.append(name if key is language_code else word)
                of_text[text] = found
            self.value_ix[at] = found
