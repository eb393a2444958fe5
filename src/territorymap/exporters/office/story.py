"""The story that a deck tells: today, the proposal, what changes for whom, next steps.

Owns the order, the sentences and which figures they hold; how slides look is slides' and slide_tables'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.alignment_words import accounts_words
from territorymap.exporters.headline import headline_measure
from territorymap.exporters.office.facts import Facts, status_label
from territorymap.exporters.office.maps import Maps
from territorymap.exporters.office.next_steps import next_steps
from territorymap.exporters.office.scenario_figures import Figures, figures_now, figures_of
from territorymap.exporters.office.slide_tables import (
    ONE_COLOR,
    OVER_COLOR,
    UNDER_COLOR,
    Series,
    SlideTable,
    add_table_slides,
    amount,
    color_points,
    put_bars,
    put_table,
)
from territorymap.exporters.office.slides import Slides, add_caption
from territorymap.exporters.office.who import Part, by_change, parts_of
from territorymap.exporters.view import ExportView
from territorymap.i18n import day, ntr, percent, tr
from territorymap.mapview.strings import measure_labels

Floats = NDArray[np.float64]

MOST_BARS = 25
_MAP_SHARE = 0.64
_MAP_SHARE_BESIDE_FIVE = 0.56  # beside a table of five columns
_MOST_MEASURES = 6  # rows of the table beside a map


@dataclass(frozen=True)
class Teller:
    """What the story is told from."""

    slides: Slides
    view: ExportView
    facts: Facts
    maps: Maps

    @property
    def label(self) -> Callable[[str], str]:
        labels = measure_labels(self.view.plan)
        return lambda name: labels.get(name, name)


def tell_title(teller: Teller) -> None:
    """Add the title slide."""
    view, facts = teller.view, teller.facts
    scenario = view.plan.scenario
    lines = [facts.alignment] if facts.alignment else []
    if facts.scope:
        lines.append(facts.scope)
    if facts.scenario:
        lines.append(tr("{scenario} · {status}", scenario=facts.scenario, status=status_label(scenario.status)))
    if facts.effective is not None:
        lines.append(tr("Effective {date}", date=day(facts.effective)))
    counts = [ntr("{n} territory", "{n} territories", view.plan.n_territories)]
    counts.append(ntr("{n} rep", "{n} reps", len(view.plan.reps)))
    if len(view.plan.accounts):
        counts.append(accounts_words(view))
    lines += [" · ".join(counts), day(facts.written)]
    teller.slides.add_title_slide(facts.title, lines)


def tell_story(teller: Teller) -> None:
    """Add the slides from today to the next steps; without a baseline, today is the plan as it stands."""
    view = teller.view
    baseline = view.baseline
    if baseline is None or baseline.scenario.scenario_id == view.plan.scenario.scenario_id:
        now = figures_now(view)
        _tell_state(teller, tr("Today"), now, None)
        _tell_balance(teller, now, None)
        _tell_territories(teller, None)
        _tell_next_steps(teller, [])
        return
    before, now = figures_of(view, baseline), figures_now(view)
    parts = parts_of(view.plan, baseline)
    _tell_state(teller, tr("Today"), before, None, is_before=True)
    _tell_state(teller, tr("Proposal"), now, before)
    _tell_balance(teller, now, before)
    _tell_changes(teller, parts)
    _tell_for_whom(teller, parts)
    _tell_territories(teller, before)
    _tell_next_steps(teller, parts)


def _tell_state(
    teller: Teller, title: str, figures: Figures, before: Figures | None, *, is_before: bool = False
) -> None:
    """Add a map, and beside it how even the scenario is."""
    view, slides = teller.view, teller.slides
    measure = headline_measure(view)
    if measure >= 0 and figures.territories:
        outside = int(figures.balance.outside[measure])
        about = ntr(
            "{title}: {n} of {all} territories is outside the tolerance for {measure}",
            "{title}: {n} of {all} territories are outside the tolerance for {measure}",
            outside, title=title, all=len(figures.territories), measure=teller.label(figures.balance.measures[measure]),
        )  # fmt: skip
    else:
        about = title
    slide, slot = slides.add_slide(about, _notes_on_figures(teller))
    left, right = slot.split(_MAP_SHARE if before is None else _MAP_SHARE_BESIDE_FIVE, slides.gap)
    maps = teller.maps
    png = maps.before(left) if is_before else maps.now(left, has_old_borders=before is not None)
    slides.add_picture(slide, png, left, tr("Map of the territories"))
    table = _measure_table(teller, figures, before)
    used = put_table(slide, table, slice(None), right) + slides.gap if table.rows else 0
    if before is not None:
        add_caption(slide, tr("A dashed line is a border as it is today."), right.below(used))


def _measure_table(teller: Teller, figures: Figures, before: Figures | None) -> SlideTable:
    """Return max deviation and number outside the tolerance of each measure, beside those of today if told."""
    balance = figures.balance
    heads: tuple[str, ...] = (tr("Measure"), tr("Max deviation"), tr("Outside"))
    if before is not None:
        heads = (tr("Measure"), tr("Max deviation today"), tr("then"), tr("Outside today"), tr("then"))
    rows: list[tuple[str, ...]] = []
    for i, name in enumerate(balance.measures[:_MOST_MEASURES]):
        now = (_percent(balance.max_deviation[i]), amount(float(balance.outside[i])))
        if before is None:
            rows.append((teller.label(name), *now))
            continue
        then = (_percent(before.balance.max_deviation[i]), amount(float(before.balance.outside[i])))
        rows.append((teller.label(name), then[0], now[0], then[1], now[1]))
    return SlideTable(heads, rows)


def _tell_balance(teller: Teller, now: Figures, before: Figures | None) -> None:
    """Add a native bar chart of the index of each territory, today's beside the proposal's."""
    view, slides = teller.view, teller.slides
    measure = headline_measure(view)
    if measure < 0 or not now.territories:
        return
    index = now.balance.index[measure]
    old = _matched(now, before, before.balance.index[measure]) if before is not None else None
    off = np.abs(np.nan_to_num(index, nan=1.0) - 1)
    if old is not None:
        off = np.maximum(off, np.abs(np.nan_to_num(old, nan=1.0) - 1))
    shown = np.argsort(-off, kind="stable")[:MOST_BARS]
    name = teller.label(now.balance.measures[measure])
    title = tr("Balance: {measure} by territory, 100 % is even", measure=name)
    slide, slot = slides.add_slide(title, _notes_on_figures(teller))
    if len(shown) < len(now.territories):
        n = len(shown)
        which = ntr("The {n} territory furthest from its target", "The {n} territories furthest from their target", n)
        add_caption(slide, which, slot)
        slot = slot.below(slides.gap * 2)
    series = [Series(tr("Index"), index[shown])]
    if old is not None:
        series = [Series(tr("Today"), old[shown]), Series(tr("Proposal"), index[shown])]
    chart = put_bars(slide, [now.territories[ix].name for ix in shown], series, slot, title, even_at=1.0)
    if old is None:
        tolerance = float(now.balance.tolerance[measure]) + 1e-9
        colors = [
            ONE_COLOR if not abs(value - 1) > tolerance else OVER_COLOR if value > 1 else UNDER_COLOR
            for value in index[shown]
        ]
        color_points(chart, colors)


def _matched(now: Figures, before: Figures, values: Floats) -> Floats:
    """Return the values of another scenario's territories in the order of this one; nan for a new territory."""
    at = {territory.territory_id: ix for ix, territory in enumerate(before.territories)}
    found = [at.get(territory.territory_id, -1) for territory in now.territories]
    return np.append(values, np.nan)[found]


def _tell_changes(teller: Teller, parts: list[Part]) -> None:
    """Add how much changes rep in all."""
    main = next((part for part in parts if part.name == "accounts"), parts[0])
    if main.moved == 0:
        title = tr("What changes: nobody gets another rep")
    elif main.name == "accounts":
        title = tr("What changes: {share} of the accounts get another rep", share=_percent(main.share))
    else:
        title = tr("What changes: {share} of the units get another rep", share=_percent(main.share))
    slide, slot = teller.slides.add_slide(title, tr("Counted against the baseline {name}.", name=teller.facts.baseline))
    heads = (tr("Measure"), tr("With reps today"), tr("Changes rep"), tr("Share"))
    rows: list[tuple[str, ...]] = [
        (_part_label(teller, part), amount(float(part.base[:-1].sum())), amount(part.moved), _percent(part.share))
        for part in parts
    ]
    left, right = slot.split(0.46, teller.slides.gap * 2)
    put_table(slide, SlideTable(heads, rows), slice(None), left)
    known = [part for part in parts if np.isfinite(part.share)]
    if known:
        names = [_part_label(teller, part) for part in known]
        shares = np.array([part.share * 100 for part in known])
        put_bars(slide, names, [Series(tr("Changes rep, %"), shares)], right, title)


def _tell_for_whom(teller: Teller, parts: list[Part]) -> None:
    """Add the table of what each rep keeps, gains and loses, over as many slides as it takes."""
    main = next((part for part in parts if part.name == "accounts"), parts[0])
    changed, same = by_change(main)
    if not changed and not same:
        return
    money = next((part for part in parts if part.name not in ("accounts", "units")), None)
    names = [rep.name for rep in teller.view.plan.reps]
    first = tr("{what} today", what=_part_label(teller, main))
    heads = [tr("Rep"), first, tr("kept"), tr("lost"), tr("gained"), tr("then")]
    if money is not None:
        heads += [tr("{what} today", what=_part_label(teller, money)), tr("lost"), tr("gained"), tr("then")]

    def row(name: str, at: list[int]) -> tuple[str, ...]:
        counts = (main.base, main.kept, main.lost, main.gained, main.now)
        sums = (money.base, money.lost, money.gained, money.now) if money is not None else ()
        return (name, *(amount(float(values[at].sum())) for values in (*counts, *sums)))

    rows = [row(names[at], [at]) for at in changed]
    if same:
        everyone = ntr("{n} who keeps everything", "{n} who keep everything", len(same))
        rows.append(row(everyone, same))
    add_table_slides(
        teller.slides,
        tr("What changes for whom"),
        SlideTable(tuple(heads), rows),
        tr(
            "Counted against the baseline {name}. Those with the largest change come first.", name=teller.facts.baseline
        ),
    )


def _tell_territories(teller: Teller, before: Figures | None) -> None:
    """Add the table of all territories."""
    view = teller.view
    if not view.plan.n_territories:
        return
    measure = headline_measure(view)
    heads = [tr("Territory"), tr("Rep"), tr("Units"), tr("Accounts")]
    columns: list[tuple[Floats, Callable[[float], str]]] = []
    if measure >= 0:
        name = view.balance.measures[measure]
        if name not in ("units", "accounts"):
            heads.append(teller.label(name))
            columns.append((view.territory_total[view.balance.measure_ix[measure]], _whole))
        heads.append(tr("Target"))
        columns.append((view.balance.target[measure], _whole))
        if before is not None:
            heads.append(tr("Index today"))
            columns.append((_matched(figures_now(view), before, before.balance.index[measure]), _index))
        heads.append(tr("Index"))
        columns.append((view.balance.index[measure], _index))
    names, reps = view.territory_names(), view.rep_names()
    rows = [
        (
            str(names[ix]), str(reps[ix]) or tr("vacant"), amount(float(view.n_units[ix])),
            amount(float(view.n_accounts[ix])), *(write(float(values[ix])) for values, write in columns),
        )
        for ix in range(view.plan.n_territories)
    ]  # fmt: skip
    add_table_slides(teller.slides, tr("Territories"), SlideTable(tuple(heads), rows, n_texts=2))


def _whole(value: float) -> str:
    return amount(value, 0)


def _index(value: float) -> str:
    return percent(value) if np.isfinite(value) else amount(value)


def _tell_next_steps(teller: Teller, parts: list[Part]) -> None:
    lines = next_steps(teller.view, teller.facts, parts, teller.label)
    teller.slides.add_text_slide(
        tr("Next steps"), lines, tr("Drawn from the plan: change, add and delete as you like.")
    )


def _part_label(teller: Teller, part: Part) -> str:
    return teller.label(part.name)


def _notes_on_figures(teller: Teller) -> str:
    return tr(
        "Index: total of a territory ÷ its target; 100 % is even. Max deviation: the largest distance from 100 %. "
        "Outside: territories beyond the tolerance. Data: {attribution}. As of {date}.",
        attribution=teller.facts.attribution or "–",
        date=day(teller.facts.written),
    )


def _percent(value: float) -> str:
    return percent(value, 1) if np.isfinite(value) else "–"
