"""Options for what territories are to be like: how many, from where, within what limits, across which borders.

Owns their names and how their values are read; what they mean is session.solving's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from territorymap.cli.naming import find_measures, find_units, split_list
from territorymap.cli.numbers import read_ratio
from territorymap.cli.wish_files import pairs_of_file, read_seeds
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.session.solving.aims import NO_TOLERANCE, Aim, Borders, Goal, GroundWishes, Wishes

if TYPE_CHECKING:
    from territorymap.model.plan import Plan
    from territorymap.session.session import Session

_Function = TypeVar("_Function", bound=Callable[..., Any])
CAPACITY = "capacity"


@dataclass(frozen=True)
class WishTexts:
    """What was written behind the options."""

    territories: int | None = None
    target: str | None = None
    cap: str | None = None
    at_least: tuple[str, ...] = ()
    at_most: tuple[str, ...] = ()
    by_capacity: bool | None = None
    seeds: Path | None = None
    from_reps: bool | None = None
    max_radius: float | None = None
    shape: str = "inertia"
    barriers: tuple[str, ...] = ()
    barrier_file: Path | None = None
    nobody: tuple[str, ...] = ()
    bridges: tuple[str, ...] = ()
    bridge_file: Path | None = None
    only_bridges: bool = False
    keep_borders: str | None = None


_NOBODY = click.option("--nobody", multiple=True, metavar="CODES", help=tr("Units that no territory may have."))
_RADIUS = click.option(
    "--max-radius",
    type=click.FloatRange(0, min_open=True),
    metavar="KM",
    help=tr("No unit may lie farther from the home or the seed of its territory, else from its middle."),
)
_CAPACITY = click.option(
    "--by-capacity/--equal",
    "by_capacity",
    default=None,
    help=tr("Targets by the reps' capacity, or equal ones; as the plan's own if nothing is said."),
)
_LIMITS = (
    click.option(
        "--at-most", multiple=True, metavar="M=VALUE", help=tr("What no territory may have more of, whatever it takes.")
    ),
    click.option(
        "--at-least", multiple=True, metavar="M=VALUE", help=tr("What every territory must have, whatever it takes.")
    ),
)
_GROUND = (
    click.option(
        "--keep-borders",
        metavar="AREAS:kept|preferred",
        help=tr("Follow the borders of larger areas, such as state: no territory reaches over one, or few do."),
    ),
    click.option("--only-bridges", is_flag=True, help=tr("Join islands by the bridges given and by no others.")),
    click.option(
        "--bridges",
        "bridge_file",
        type=click.Path(path_type=Path),
        metavar="F",
        help=tr("Pairs of a bridge, from a file."),
    ),
    click.option(
        "--bridge",
        "bridges",
        multiple=True,
        metavar="A,B",
        help=tr("Two units that count as neighbours though no border joins them."),
    ),
    _NOBODY,
    click.option(
        "--barriers",
        "barrier_file",
        type=click.Path(path_type=Path),
        metavar="F",
        help=tr("Pairs of a barrier, from a file: two codes a line."),
    ),
    click.option(
        "--barrier",
        "barriers",
        multiple=True,
        metavar="A,B",
        help=tr("Two units between which no territory may cross, such as banks of a river."),
    ),
)
_WISHES = (
    click.option(
        "--shape",
        type=click.Choice(("inertia", "diameter")),
        default="inertia",
        show_default=True,
        help=tr("What compact means: customers near the middle and short borders, or no two units far apart."),
    ),
    _RADIUS,
    click.option(
        "--from-reps/--from-nothing",
        default=None,
        help=tr(
            "A territory for each rep, around the rep's home; ways count from there. So it is by itself where the "
            "workload is to be even and every territory has a rep whose home is known."
        ),
    ),
    click.option(
        "--seeds",
        type=click.Path(path_type=Path),
        metavar="F",
        help=tr("A list of units to grow from: a code a line, and the name of the territory if wanted."),
    ),
    _CAPACITY,
    *_LIMITS,
)
_COUNT = (
    click.option(
        "--cap",
        metavar="M=VALUE",
        help=tr("As few territories as have no more of a measure than that; capacity alone: a full job's hours."),
    ),
    click.option(
        "--target",
        metavar="M=VALUE",
        help=tr("As many territories as have about so much of a measure; capacity alone: a full job's hours."),
    ),
    click.option(
        "--territories", type=click.IntRange(1, 100_000), metavar="N", help=tr("How many, locked ones included.")
    ),
)


def wish_options(function: _Function) -> Callable[..., Any]:
    """Give all options as ``wishes``: texts for :func:`read_wishes`."""
    return _collected(function, (*_GROUND, *_WISHES, *_COUNT))


def ground_options(function: _Function) -> Callable[..., Any]:
    """Give the options about what may be joined as ``wishes``: texts for :func:`read_ground`."""
    return _collected(function, _GROUND)


def kept_options(function: _Function) -> Callable[..., Any]:
    """Give the options that can be asked of territories that are there already as ``wishes``: texts."""
    ground = tuple(option for option in _GROUND if option is not _NOBODY)
    return _collected(function, (*ground, _RADIUS, *_LIMITS, _CAPACITY))


def _collected(function: _Function, options: Sequence[Callable[[Any], Any]]) -> Callable[..., Any]:
    @functools.wraps(function)
    def with_texts(*args: Any, **kwargs: Any) -> Any:
        names = WishTexts.__dataclass_fields__.keys() & kwargs.keys()
        texts = WishTexts(**{name: kwargs.pop(name) for name in names})
        return function(*args, wishes=texts, **kwargs)

    inner: Callable[..., Any] = with_texts
    for option in options:
        inner = option(inner)
    return inner


def read_wishes(session: Session, texts: WishTexts, aims: Sequence[Aim]) -> Wishes:
    """Return what the options mean on a plan.

    Raises
    ------
    UserError
        if options contradict each other, or name what is not there.
    """
    from territorymap.session.solving.start import is_around_homes

    plan = session.plan
    _check_count(plan, texts)
    seeds, names = read_seeds(plan, texts.seeds) if texts.seeds is not None else ((), ())
    if texts.seeds is not None and texts.from_reps:
        raise UserError(tr("--seeds and --from-reps both say where territories grow from."), tr("Give one of the two."))
    goal_text = texts.target if texts.target is not None else texts.cap
    goal = None if goal_text is None else read_goal(plan, goal_text, is_cap=texts.target is None)
    from_reps = texts.from_reps
    if from_reps is None:
        is_free = texts.seeds is None and goal is None
        from_reps = is_free and is_around_homes(plan, tuple(aim.measure for aim in aims), texts.territories)
    by_capacity = plan.info.target_kind == "capacity" if texts.by_capacity is None else texts.by_capacity
    return Wishes(
        aims=limited(plan, aims, texts),
        n_territories=texts.territories,
        goal=goal,
        by_capacity=by_capacity,
        seeds=seeds,
        seed_names=names,
        from_reps=from_reps,
        ground=read_ground(plan, texts),
        max_radius_km=texts.max_radius,
        shape=texts.shape,
    )


def _check_count(plan: Plan, texts: WishTexts) -> None:
    told = [text for text in (texts.territories, texts.target, texts.cap) if text is not None]
    if len(told) > 1:
        raise UserError(
            tr("--territories, --target and --cap each say how many territories."), tr("Give one of the three.")
        )
    if not told and texts.seeds is None and not texts.from_reps:
        raise UserError(
            tr("Nothing says how many territories."),
            tr("Give --territories N, --target MEASURE=VALUE, --cap MEASURE=VALUE, --seeds FILE or --from-reps."),
        )


def read_goal(plan: Plan, text: str, *, is_cap: bool) -> Goal:
    """Return what MEASURE=VALUE means, or "capacity"."""
    option = "--cap" if is_cap else "--target"
    if text.strip().casefold() == CAPACITY and plan.measure_named(CAPACITY) is None:
        return Goal("workload_h", None, is_cap)
    name, value = _measure_and_value(plan, option, text)
    return Goal(name, value, is_cap)


def limited(plan: Plan, aims: Sequence[Aim], texts: WishTexts) -> tuple[Aim, ...]:
    """Return the aims with hard limits; a measure that is only limited becomes an aim without importance."""
    found = list(aims)
    for option, field in (("--at-least", "least"), ("--at-most", "most")):
        for text in texts.at_least if field == "least" else texts.at_most:
            name, value = _measure_and_value(plan, option, text)
            at = next((i for i, aim in enumerate(found) if aim.measure == name), None)
            if at is None:
                found.append(Aim(name, NO_TOLERANCE, 0.0))
                at = len(found) - 1
            elif getattr(found[at], field) is not None:
                raise UserError(
                    tr("{option} is given twice for {name}.", option=option, name=name), tr("Give it once.")
                )
            aim = found[at]
            found[at] = replace(aim, least=value) if field == "least" else replace(aim, most=value)
    return tuple(found)


def _measure_and_value(plan: Plan, option: str, text: str) -> tuple[str, float]:
    name, sign, value = text.rpartition("=")
    if not sign or not name.strip():
        raise UserError(
            tr("{option}: {text} is not MEASURE=VALUE.", option=option, text=repr(text)),
            tr("Write for example {option} accounts=250.", option=option),
        )
    (measure,) = find_measures(plan, [name])
    number = read_ratio(option, value)
    if not 0 < number < float("inf"):
        raise UserError(
            tr("{option}: {value} is not above 0.", option=option, value=repr(value)),
            tr("Write for example {option} accounts=250.", option=option),
        )
    return measure.name, number


# -- ground ------------------------------------------------------------------------------------------------------------


def read_ground(plan: Plan, texts: WishTexts) -> GroundWishes:
    """Return what may be joined with what."""
    return GroundWishes(
        barriers=(*_pairs(plan, "--barrier", texts.barriers), *pairs_of_file(plan, texts.barrier_file)),
        nobody=tuple(int(u) for text in texts.nobody for u in find_units(plan, split_list(text))),
        bridges=(*_pairs(plan, "--bridge", texts.bridges), *pairs_of_file(plan, texts.bridge_file)),
        joins_islands=not texts.only_bridges,
        borders=None if texts.keep_borders is None else _read_borders(plan, texts.keep_borders),
    )


def _pairs(plan: Plan, option: str, texts: Sequence[str]) -> list[tuple[int, int]]:
    pairs = []
    for text in texts:
        codes = [part.strip() for part in text.split(",")]
        if len(codes) != 2 or not all(codes) or codes[0] == codes[1]:
            raise UserError(
                tr("{option}: {text} is not a pair of units.", option=option, text=repr(text)),
                tr("Write two codes: {option} 23003,23029.", option=option),
            )
        a, b = find_units(plan, codes).tolist()
        pairs.append((a, b))
    return pairs


def _read_borders(plan: Plan, text: str) -> Borders:
    from territorymap.session.solving.joining import find_level

    name, sign, rule = text.rpartition(":")
    rule = rule.strip().casefold()
    if not sign or rule not in ("kept", "preferred"):
        raise UserError(
            tr("--keep-borders: {text} is not AREAS:kept or AREAS:preferred.", text=repr(text)),
            tr("Write for example --keep-borders state:preferred."),
        )
    return Borders(find_level(plan, name).key, rule == "kept")
