"""One territory split into parts. Owns which part keeps the name and what stays in it; optimise.splitting searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import ntr, number, tr
from territorymap.mapview.palette import assign_colors
from territorymap.model.records import Territory
from territorymap.model.variant import Variant
from territorymap.optimise.problem import Labels, Problem
from territorymap.session.commands.checks import find_territory, refuse_locked_territories
from territorymap.session.solving import unite_words as words
from territorymap.session.solving.aims import Aim, Limits
from territorymap.session.solving.alter_words import displaced
from territorymap.session.solving.alteration import Alteration, alter, protecting, usual_aims
from territorymap.session.solving.dissolving import DIRECT
from territorymap.session.solving.home import home_among
from territorymap.session.solving.jobs import Clock
from territorymap.session.solving.proposal import FIRST_NEW_ID, Proposal
from territorymap.session.solving.still import Still
from territorymap.session.solving.task import adjacency_among
from territorymap.session.solving.watch import NOBODY, Watch


class SplitJob:
    """Builds parts inside one territory; the one with its rep's home, or the largest, keeps name, colour and rep."""

    def __init__(
        self,
        still: Still,
        territory_id: int,
        n_parts: int,
        aims: Sequence[Aim] = (),
        geometry: NDArray[np.object_] | None = None,
    ) -> None:
        """Raise UserError if it is locked or has too few units; ``geometry`` tells in which unit a home is."""
        self.still, plan = still, still.plan
        self.territory = find_territory(plan, territory_id)
        name = self.territory.name
        refuse_locked_territories([self.territory], plan)
        self.aims = usual_aims(still, aims)
        self.units = np.flatnonzero(plan.unit_territory == plan.territory_ix(territory_id))
        if n_parts < 2:
            raise UserError(tr("{name} stays as it is in one part.", name=name), tr("Split it into 2 or more."))
        n_free = len(self.units) - max(int(plan.units.locked[self.units].sum()), 1)
        if n_parts > n_free + 1:
            raise UserError(
                ntr(
                    "{name} cannot be split into {parts} parts: it has {n} unit, {locked} of them locked.",
                    "{name} cannot be split into {parts} parts: it has {n} units, {locked} of them locked.",
                    len(self.units),
                    name=name,
                    parts=number(n_parts),
                    locked=number(int(plan.units.locked[self.units].sum())),
                ),
                tr("Ask for fewer parts, unlock units, or use smaller units."),
            )
        self.n_parts = n_parts
        self.title = tr("Split {name} into {n}", name=name, n=number(n_parts))
        self.scope = np.zeros(len(plan.units), dtype=np.bool_)
        self.scope[self.units] = True
        rep = plan.rep(self.territory.rep_id)
        self.home = home_among(plan, self.units, rep, geometry)
        self.new = self._new_territories()
        before = still.variant
        self.after = replace(before, territories=[*before.territories, *self.new])
        self.alteration: Alteration = alter(still, self.aims, self.after, np.zeros_like(self.scope))

    def _new_territories(self) -> list[Territory]:
        plan, old = self.still.plan, self.territory
        taken = {t.name.strip().casefold() for t in plan.territories}
        names: list[str] = []
        k = 1
        while len(names) < self.n_parts - 1:
            k += 1
            name = tr("{name} {n}", name=old.name, n=k)
            if name.casefold() not in taken:
                names.append(name)
        order = max(t.sort_order for t in plan.territories) + 1
        colors = self._colors()
        return [
            Territory(FIRST_NEW_ID - i, "", name, color, region_id=old.region_id, sort_order=order + i)
            for i, (name, color) in enumerate(zip(names, colors, strict=True))
        ]

    def _colors(self) -> list[str]:
        """Return colours for the parts that neither each other nor those around have."""
        plan, n = self.still.plan, self.still.plan.n_territories
        around = np.unique(plan.unit_territory[self.still.adjacency.pair], axis=0)
        own = plan.territory_ix(self.territory.territory_id)
        beside = {int(b if a == own else a) for a, b in around.tolist() if own in (a, b) and a >= 0 and b >= 0}
        new = range(n, n + self.n_parts - 1)
        pairs = [(min(a, b), max(a, b)) for a in new for b in [*beside, own, *new] if a != b]
        return assign_colors(
            sorted(set(pairs)), n + self.n_parts - 1, {i: t.color for i, t in enumerate(plan.territories)}
        )[n:]

    def run(self, limits: Limits, watch: Watch = NOBODY) -> list[Proposal]:
        """Return the parts; if protected accounts would leave their rep, also parts in which they stay."""
        from territorymap.optimise.build import warm_up

        warm_up()
        clock = Clock(limits, watch)
        locked = self.still.plan.units.locked[self.units]
        guarded = locked | protecting(self.still)[self.units]
        has_guarded = bool((guarded & ~locked).any()) and int((~guarded).sum()) >= self.n_parts - 1
        free = self._searched(clock, locked, DIRECT if has_guarded else 1.0, watch)
        if not has_guarded or not displaced(self.still, free.variant).any():
            return [free]
        kept = replace(self._searched(clock, guarded, 1.0, watch), label=tr("protected accounts stay"))
        free = replace(free, label=tr("more even"))
        worst = max(self._unevenness(kept.variant) / self.tolerances)
        return (
            [kept, free]
            if worst <= 1 or worst <= max(self._unevenness(free.variant) / self.tolerances)
            else [free, kept]
        )

    @property
    def tolerances(self) -> NDArray[np.float64]:
        return np.array([aim.tolerance for aim in self.aims])

    def _unevenness(self, variant: Variant) -> NDArray[np.float64]:
        """(M,) how far the part that is furthest from the mean of the parts is from it."""
        total = self.still.totals_of(variant).territory_total[list(self.alteration.task.rows)]
        ids = {self.territory.territory_id, *(t.territory_id for t in self.new)}
        parts = total[:, [ix for ix, t in enumerate(variant.territories) if t.territory_id in ids]]
        mean = parts.mean(axis=1, keepdims=True)
        return np.asarray((np.abs(parts - mean) / np.where(mean > 0, mean, 1.0)).max(axis=1))

    def _searched(self, clock: Clock, stays: NDArray[np.bool_], until: float, watch: Watch) -> Proposal:
        from territorymap.optimise.splitting import Splitting

        home = -1 if self.home is None else int(np.flatnonzero(self.units == self.home)[0])
        search = Splitting(self._problem(stays), home, clock.limits.seed)
        part = None
        try:
            for answer in search.run(clock.budget(until, lambda: search.n_done)):
                part = answer.label
                if clock.is_time_to_show():
                    watch.on_best(self._proposal(part, clock, search.giants))
        except ValueError as error:
            raise UserError(
                tr("{name} cannot be split: its locked units leave nothing for other parts.", name=self.territory.name),
                tr("Unlock some of its units, or ask for fewer parts."),
            ) from error
        clock.n_done += search.n_done
        assert part is not None, "a search always has a first answer"
        return self._proposal(part, clock, search.giants)

    def _problem(self, stays: NDArray[np.bool_]) -> Problem:
        """Return the territory alone; its parts are to have equal shares of what it has."""
        a, n = self.alteration, self.n_parts
        t = self.still.plan.territory_ix(self.territory.territory_id)
        at = np.searchsorted(a.unit_ix, self.units)
        weight = a.problem.weight[:, at]
        besides = np.zeros((len(weight), n))
        besides[:, 0] = a.problem.besides[:, t]
        way = a.problem.way
        if way is not None:
            home = np.full((n, 2), np.nan)
            home[0] = way.home_km[t]
            way = replace(way, per_km=way.per_km[at], from_km=way.from_km[at], home_km=home)
        whole = np.maximum(weight.sum(axis=1) + besides.sum(axis=1), 1e-300)
        return Problem(
            adjacency=adjacency_among(self.still, self.units),
            weight=weight,
            target=np.repeat(whole[:, None] / n, n, axis=1),
            tolerance=a.problem.tolerance,
            xy_km=a.problem.xy_km[at],
            importance=a.problem.importance,
            stays=np.where(stays, 0, -1).astype(np.int32),
            besides=besides,
            way=way if way is not None and np.isfinite(way.home_km).any() else None,
        )

    def _proposal(self, part: Labels, clock: Clock, giants: NDArray[np.int64]) -> Proposal:
        a, plan = self.alteration, self.still.plan
        own = plan.territory_ix(self.territory.territory_id)
        place = np.array([own, *range(plan.n_territories, plan.n_territories + self.n_parts - 1)], dtype=np.int32)
        unit_territory = self.still.variant.unit_territory.copy()
        unit_territory[self.units] = place[part]
        variant = replace(self.after, unit_territory=unit_territory)
        label = a.standing.label.copy()
        label[np.searchsorted(a.unit_ix, self.units)] = place[part]
        sentences = words.of_splitting(a, self, variant, part, self._unevenness(variant), giants)
        whole = a.share_of(self.scope)
        most = (1 + self.aims[0].tolerance) / self.n_parts  # that may stay
        figures = a.figures(label, variant, None if whole is None else whole * (1 - most))
        return a.proposal(self.title, variant, figures, sentences, clock)
