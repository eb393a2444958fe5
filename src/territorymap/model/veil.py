"""A plan as an audience may see it: the same positions, without the names and numbers that are hidden.

Owns what stands in place of each; figures worked out of a plan are exporters.redact's and session.veiled's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.model.accounts import Accounts
from territorymap.model.name_mask import NameMask, rare_texts, spoken_words, tokens_of
from territorymap.model.plan import Plan
from territorymap.model.privacy import Privacy
from territorymap.model.records import Alignment, Cap, Override, Rep, Scenario, Scene, Segment, Territory
from territorymap.model.scene_view import read_scene_view
from territorymap.model.units import Strings, Units
from territorymap.model.variant import Variant

WORKLOAD = "workload_h"
PLACE_DECIMALS = 2  # of degrees, about a kilometre: which town, not which house
_KIND_SHARE, _KIND_FEW = 0.01, 3  # a text that more accounts have is a kind of account, not the name of one
_ONE_BY_ONE, _FEWEST_TOLD = 0.5, 20  # texts that differ for so many accounts tell which one it is
_ADDRESS = re.compile(r"@\w|://|\bwww\.|^\+?[\d\s()/.-]{7,}$")  # mail, web, telephone
_ORDINARY = (
    "north south east west northeast northwest southeast southwest central upper lower inner outer new old great "
    "greater key account accounts sales team field inside region territory area vacant open house national global"
)


def rep_alias(rep: Rep) -> str:
    """Return what stands for a rep's name; the same for as long as the rep is in the plan."""
    return tr("Rep {n}", n=rep.rep_id)


# What was worked out of a plan and holds for all its scenarios.
_OF_THE_PLAN = {
    "_mask",
    "_rep_mask",
    "_rep_aliases",
    "known_reps",
    "_account_aliases",
    "_places",
    "_ordinary_words",
    "account_names",
    "shown_segments",
    "measure_rows",
}


class Veil:
    """What is hidden of one plan, and the texts that stand for it."""

    def __init__(self, plan: Plan, privacy: Privacy, former: Mapping[str, str] | None = None) -> None:
        """``former``: names that reps had, with what stands for them."""
        self.plan, self.privacy = plan, privacy
        self._former = dict(former or {})

    def beside(self, plan: Plan) -> Veil:
        """Return the veil of another scenario of the same plan: reps, accounts, units and measures are these."""
        other = Veil(plan, self.privacy, self._former)
        other.__dict__.update({name: value for name, value in self.__dict__.items() if name in _OF_THE_PLAN})
        return other

    # -- texts ---------------------------------------------------------------------------------------------------------

    def text(self, text: str) -> str:
        """Return a text that a person wrote, or a sentence about the plan, without hidden names."""
        return self._mask.text(text)

    def free_text(self, text: str) -> str:
        """Return a remark: names, numbers and reasons cannot be told apart in it, so none is shown at all."""
        return "" if self.privacy.is_any else text

    @cached_property
    def _mask(self) -> NameMask:
        words = spoken_words(self._rep_aliases, self._ordinary_words, tr("Rep")) if self._rep_aliases else {}
        return NameMask({**words, **self._account_aliases, **self._rep_aliases})

    @cached_property
    def _rep_aliases(self) -> dict[str, str]:
        return self.known_reps if self.privacy.rep_names else {}

    @cached_property
    def known_reps(self) -> dict[str, str]:
        """Names of reps, those that they had before too, with what stands for each."""
        return {**self._former, **{rep.name: rep_alias(rep) for rep in self.plan.reps if rep.name.strip()}}

    @cached_property
    def _account_aliases(self) -> dict[str, str]:
        """Names and keys that tell an account; a name that is a place's too stays in sentences about the place."""
        if not self.privacy.account_names:
            return {}
        accounts, places = self.plan.accounts, self._places
        keys = (
            (str(key), alias)
            for key, alias in zip(accounts.key, self.account_names, strict=True)
            if len(key) >= 4 and not key.isdecimal()  # a number may be anything
        )
        names = zip(map(str, accounts.name), self.account_names, strict=True)
        pairs = [*keys, *names]
        return {text: alias for text, alias in pairs if text.strip() and text.strip().casefold() not in places}

    @cached_property
    def _places(self) -> set[str]:
        units, accounts = self.plan.units, self.plan.accounts
        columns = (units.name, units.parent_name, units.country, accounts.city, accounts.state, accounts.country)
        return {str(text).strip().casefold() for text in set().union(*(set(column) for column in columns))} - {""}

    @cached_property
    def _ordinary_words(self) -> set[str]:
        return {word for place in self._places for word in tokens_of(place)} | set(_ORDINARY.split())

    # -- arrays and records --------------------------------------------------------------------------------------------

    @cached_property
    def account_names(self) -> Strings:
        """(A,) names, or what stands for them."""
        accounts = self.plan.accounts
        if not self.privacy.account_names:
            return accounts.name
        out = np.empty(len(accounts), dtype=object)
        out[:] = [tr("Account {n}", n=int(account_id)) for account_id in accounts.account_id]
        return out

    def territories(self, territories: Sequence[Territory]) -> list[Territory]:
        """Return territories of this plan, or of another scenario of it, named without hidden names."""
        taken: set[str] = set()
        out = []
        for territory in territories:
            name, n = self.text(territory.name), 1
            while name.casefold() in taken and name != territory.name:
                n += 1
                name = f"{self.text(territory.name)} ({n})"
            taken.add(name.casefold())
            out.append(replace(territory, name=name))
        return out

    def reps(self, *, is_live: bool = False) -> list[Rep]:
        """Return the reps; without a name nobody lives anywhere, but in a live view homes are needed to add up ways."""
        privacy = self.privacy
        out = []
        for rep in self.plan.reps:
            if privacy.rep_names:
                rep = replace(
                    rep,
                    name=rep_alias(rep),
                    home_postal_code="",
                    home_city="",
                    home_state="",
                    lon=rep.lon if is_live else None,
                    lat=rep.lat if is_live else None,
                    location_level="none",
                    seniority="",
                    career_level="",
                    languages=(),
                    verticals=(),
                    started_on="",
                )
            if privacy.hides_terms:
                rep = replace(rep, capacity_h=None, fte=1.0)
            out.append(rep)
        return out

    def accounts(self, *, is_live: bool = False) -> Accounts:
        """Return the accounts with neither hidden names nor hidden numbers."""
        accounts, privacy = self.plan.accounts, self.privacy
        hidden = {m.column_name for m in self.plan.measures if m.source == "account" and privacy.hides(m.name)}
        changed = replace(
            accounts,
            name=self.account_names if privacy.account_names else NameMask(self._rep_aliases).texts(accounts.name),
            values={column: v for column, v in accounts.values.items() if column not in hidden},
            segments=self._segments(),
        )
        if privacy.hides(WORKLOAD):
            changed = replace(changed, constants=np.full_like(accounts.constants, np.nan))
        if not privacy.account_names:
            return changed
        none = np.full(len(accounts), "", dtype=object)
        lon, lat = accounts.lon, accounts.lat
        if not is_live:
            lon, lat = np.round(lon, PLACE_DECIMALS), np.round(lat, PLACE_DECIMALS)
        return replace(changed, key=none, postal_code=none.copy(), city=none.copy(), lon=lon, lat=lat)

    def _segments(self) -> dict[str, Strings]:
        """Return the segments that are shown; a text that names one account, or a rep, is replaced."""
        out = {}
        for segment in self.shown_segments:
            texts = self.plan.accounts.segments[segment.column_name]
            if self._account_aliases:
                few = rare_texts(texts, _KIND_SHARE, _KIND_FEW)
                texts = texts.copy()
                texts[few] = self._mask.texts(texts[few])
            out[segment.column_name] = self._rep_mask.texts(texts) if self._rep_mask else texts
        return out

    @cached_property
    def _rep_mask(self) -> NameMask:
        if not self._rep_aliases:
            return NameMask({})
        return NameMask({**spoken_words(self._rep_aliases, self._ordinary_words, tr("Rep")), **self._rep_aliases})

    @cached_property
    def shown_segments(self) -> list[Segment]:
        """Segments that are neither hidden nor tell which account it is."""
        privacy, accounts = self.privacy, self.plan.accounts
        shown = [s for s in self.plan.segments if not privacy.hides(s.name)]
        if not privacy.account_names:
            return shown
        return [s for s in shown if not tells_accounts(accounts.segments[s.column_name])]

    def units(self) -> Units:
        """Return the units without hidden numbers, and without reps' names where a planner called his units so."""
        units, privacy = self.plan.units, self.privacy
        hidden = {m.column_name for m in self.plan.measures if m.source == "unit" and privacy.hides(m.name)}
        long = {name: alias for name, alias in self._rep_aliases.items() if len(tokens_of(name)) > 1}
        mask = NameMask(long)
        return replace(
            units,
            name=mask.texts(units.name) if mask else units.name,
            parent_name=mask.texts(units.parent_name) if mask else units.parent_name,
            values={column: v for column, v in units.values.items() if column not in hidden},
        )

    @cached_property
    def measure_rows(self) -> NDArray[np.intp]:
        """Positions in ``plan.measures`` of those that are shown."""
        shown = [i for i, m in enumerate(self.plan.measures) if not self.privacy.hides(m.name)]
        return np.array(shown, dtype=np.intp)

    def override(self, override: Override) -> Override:
        return replace(override, reason=self.free_text(override.reason), author=self.free_text(override.author))

    def alignment(self, alignment: Alignment) -> Alignment:
        return replace(alignment, name=self.text(alignment.name), note=self.free_text(alignment.note))

    def scenario(self, scenario: Scenario) -> Scenario:
        return replace(
            scenario,
            name=self.text(scenario.name),
            note=self.free_text(scenario.note),
            author=self.free_text(scenario.author),
        )

    def scene(self, scene: Scene) -> Scene:
        """Return a scene whose caption names nobody, and which is coloured by nothing hidden."""
        view = read_scene_view(scene.content)
        hidden = self.privacy.columns
        view = replace(
            view,
            index_of="" if view.index_of in hidden else view.index_of,
            account_color="" if view.account_color.partition(":")[2] in hidden else view.account_color,
            account_size="" if view.account_size.partition(":")[2] in hidden else view.account_size,
        )
        return replace(
            scene, caption=self.text(scene.caption), notes=self.free_text(scene.notes), content=view.to_text()
        )

    def caps(self) -> list[Cap]:
        shown = {self.plan.measures[i].measure_id for i in self.measure_rows}
        return [cap for cap in self.plan.caps if cap.measure_id in shown]

    def variant(self, variant: Variant) -> Variant:
        """Return another scenario's choices, with names as in this one."""
        return replace(
            variant,
            scenario=self.scenario(variant.scenario),
            territories=self.territories(variant.territories),
            overrides={key: self.override(override) for key, override in variant.overrides.items()},
        )


def veiled(veil: Veil, *, is_live: bool = False, like: Plan | None = None) -> Plan:
    """Return the veil's plan as an audience may see it; positions of units, accounts and territories stay.

    ``is_live``: homes and exact places stay, for a view on the screen that adds up ways and does not tell them.
    ``like``: another scenario of the plan, veiled, whose units and accounts are the same.
    """
    plan = veil.plan
    return replace(
        plan,
        info=replace(
            plan.info,
            title=veil.text(plan.info.title),
            note=veil.free_text(plan.info.note),
            extract_of=veil.text(plan.info.extract_of),
        ),
        units=veil.units() if like is None else like.units,
        accounts=veil.accounts(is_live=is_live) if like is None else like.accounts,
        territories=veil.territories(plan.territories),
        reps=veil.reps(is_live=is_live),
        measures=[plan.measures[i] for i in veil.measure_rows],
        segments=list(veil.shown_segments),
        overrides={key: veil.override(override) for key, override in plan.overrides.items()},
        regions=[
            replace(
                region,
                name=veil.text(region.name),
                manager="" if veil.privacy.rep_names else veil.text(region.manager),
            )
            for region in plan.regions
        ],
        **lists(veil),
    )


def lists(veil: Veil) -> dict[str, Any]:
    """Return scenarios, alignments, scenes, caps and conflicts of the veil's plan, by their names in a plan.

    A conflict holds values as they stand in the file; there is none in a veiled plan.
    """
    plan = veil.plan
    return {
        "scenario": veil.scenario(plan.scenario),
        "scenarios": [veil.scenario(scenario) for scenario in plan.scenarios],
        "alignment": veil.alignment(plan.alignment),
        "alignments": [veil.alignment(alignment) for alignment in plan.alignments],
        "scenes": [veil.scene(scene) for scene in plan.scenes],
        "caps": veil.caps(),
        "conflicts": [],
    }


def tells_accounts(texts: Strings) -> bool:
    """Tell whether a segment's texts say which account it is: nearly each its own, or mail and telephone."""
    told = [text for text in texts if text.strip()]
    if not told:
        return False
    kinds = set(told)
    n_addresses = sum(_ADDRESS.search(text) is not None for text in kinds)
    return n_addresses > 0.5 * len(kinds) or len(kinds) > max(_FEWEST_TOLD, _ONE_BY_ONE * len(told))
