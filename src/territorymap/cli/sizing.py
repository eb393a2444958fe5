"""The command sizing: how many people the accounts ask for, by three methods; assumptions are shown and set.

Owns arguments, keys of --set and what is printed; the formulas are metrics.capacity's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import choices_hint, find_measures
from territorymap.cli.numbers import read_ratio
from territorymap.cli.output import print_json, print_notes, print_table
from territorymap.cli.plans import editing, json_option, plan_argument, reading, scenario_option
from territorymap.errors import UserError
from territorymap.given import about_file, read_given_text
from territorymap.i18n import number, tr, tr_as

if TYPE_CHECKING:
    from territorymap.metrics.capacity.assumed import Sizing
    from territorymap.metrics.capacity.sized import Line, Method, Need, Sized
    from territorymap.model.plan import Plan
    from territorymap.session.session import Session

_NUMBERS = ("part_fte", "max_part_share", "win_share", "field_sales", "inside_sales", "turnover", "retention", "growth")
_MEASURES = {"potential": "potential_key", "revenue": "revenue_key"}
_TIMES = {"field": "field_time", "inside": "inside_time"}
_TIME_KEYS = ("weeks", "hours_week", "other_share", "travel_share")
_CLASS_KEYS = ("visits", "visit_min", "calls", "call_min")


@click.command(
    help=tr(
        "Tell how many people the accounts ask for.\n\n"
        "Three methods side by side: workload build-up (accounts by class, contacts, time, hours for customers), "
        "potential, and the funnel backwards; each for field and inside, with full-time and part-time people. --set "
        "changes an assumption, one step, which undo takes back: win_share=12% growth=0.1 field.weeks=44 A.visits=18 "
        "potential=MEASURE revenue=MEASURE target=5000000. --assumptions reads them all from a JSON file, as --json "
        "prints them."
    )
)
@plan_argument
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help=tr("Change an assumption; may be repeated.")
)
@click.option(
    "--assumptions",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=tr("Take all assumptions from a JSON file."),
)
@click.option(
    "--by",
    metavar="COLUMN",
    help=tr(
        "Split by class, reason, country, state, or a column of the accounts such as industry; if not told by reason."
    ),
)
@json_option
@scenario_option
def sizing(plan: Path, settings: tuple[str, ...], file: Path | None, by: str | None, as_json: bool) -> None:
    """Tell how many people the accounts ask for; change what is assumed on request."""
    from territorymap.session.capacity import sizing_of, sizing_topic
    from territorymap.session.commands.capacity import assume_sizing

    if not settings and file is None:
        with reading(plan) as session:
            _tell(session, by, as_json)
        return
    with editing(plan) as session:
        assumed = sizing_of(session) if file is None else _read_file(file)
        assumed = changed(session.plan, assumed, settings)
        session.do(assume_sizing(session.register(_assumption()), assumed, sizing_topic(session.plan)), "cli")
        _tell(session, by, as_json)


def _assumption() -> Any:
    from territorymap.model.coverage import Assumption

    return Assumption


def _read_file(path: Path) -> Sizing:
    import json

    from territorymap.metrics.capacity.assumed import read_sizing

    text = read_given_text(path)
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None  # read_sizing says what is wrong
    if isinstance(whole, dict) and isinstance(whole.get("assumptions"), dict):
        text = json.dumps(whole["assumptions"])  # what --json printed, as a whole
    with about_file(path, tr("Give a JSON file, as sizing --json prints it.")):
        return read_sizing(text)


# -- assumptions by key ------------------------------------------------------------------------------------------------


def changed(plan: Plan, assumed: Sizing, settings: Sequence[str]) -> Sizing:
    """Return the assumptions with ["win_share=12%", "field.weeks=44", "A.visits=18", ...] put in.

    Raises
    ------
    UserError
        if a key or value cannot be; ranges are checked by the command that writes.
    """
    for text in settings:
        key, sign, value = text.partition("=")
        key = key.strip()
        if not sign:
            raise UserError(
                tr("{text} is not of the form KEY=VALUE.", text=repr(text)), tr("Write for example: win_share=12%")
            )
        assumed = _with(plan, assumed, key, value.strip())
    return assumed


def _with(plan: Plan, assumed: Sizing, key: str, value: str) -> Sizing:
    group, _, name = key.rpartition(".")
    if key in _NUMBERS:
        numbers: dict[str, Any] = {key: read_ratio(key, value)}
        return replace(assumed, **numbers)
    if key == "target":
        return replace(assumed, target=None if value in ("", "none") else read_ratio(key, value))
    if key in _MEASURES:
        (measure,) = find_measures(plan, [value])
        return replace(assumed, **{_MEASURES[key]: measure.uuid})  # type: ignore[arg-type]
    if key in ("travel", "otherwise"):
        return replace(assumed, **{key: value})  # type: ignore[arg-type]
    if group in _TIMES and name in _TIME_KEYS:
        field = _TIMES[group]
        time = replace(getattr(assumed, field), **{name: read_ratio(key, value)})
        return replace(assumed, **{field: time})
    if name in _CLASS_KEYS and any(c.name == group for c in assumed.classes):
        contacts: dict[str, Any] = {name: read_ratio(key, value)}
        classes = tuple(replace(c, **contacts) if c.name == group else c for c in assumed.classes)
        return replace(assumed, classes=classes)
    raise UserError(tr("There is no assumption {key}.", key=repr(key)), choices_hint(key, known_keys(assumed)))


def known_keys(assumed: Sizing) -> list[str]:
    """Return the keys that --set knows."""
    times = [f"{group}.{name}" for group in _TIMES for name in _TIME_KEYS]
    classes = [f"{one.name}.{name}" for one in assumed.classes for name in _CLASS_KEYS]
    return [*_NUMBERS, "target", "travel", "otherwise", *_MEASURES, *times, *classes]


# -- what is printed ---------------------------------------------------------------------------------------------------


def _tell(session: Session, by: str | None, as_json: bool) -> None:
    from territorymap.session.capacity import size_session, sizing_of

    assumed = sizing_of(session)
    sized = size_session(session, assumed)
    split, lines = _split(session.plan, assumed, sized, by)
    role = session.plan.alignment.role
    if as_json:
        print_json(_as_json(session.plan, assumed, sized, split, lines))
        return
    print_notes(sized.notes)
    print_table(
        [
            tr("method"),
            tr_as("sales role", "field"),
            tr("inside"),
            tr("full-time"),
            tr("part-time"),
            tr("territories"),
            tr("note"),
        ],
        [_row(method, role) for method in sized.methods],
        numeric=(1, 2, 3, 4, 5),
    )
    click.echo()
    print_table(
        [split, tr("accounts"), tr("field h"), tr("inside h"), tr_as("sales role", "field"), tr("inside")],
        [
            [line.name, number(line.n_accounts), number(line.field_h), number(line.inside_h),
             _people(line.field_fte), _people(line.inside_fte)]
            for line in lines
        ],
        numeric=(1, 2, 3, 4, 5),
    )  # fmt: skip


def _row(method: Method, role: str) -> list[str]:
    name = {"workload": tr("workload"), "potential": tr("potential"), "funnel": tr("funnel")}[method.name]
    if method.obstacle:
        return [name, "-", "-", "-", "-", "-", method.obstacle]
    field, inside = method.field.staff, method.inside.staff
    return [
        name,
        _people(field.fte),
        _people(inside.fte),
        number(field.full_time + inside.full_time),
        number(field.part_time + inside.part_time),
        number(method.heads(role)),
        "",
    ]


def _people(fte: float) -> str:
    return "-" if fte != fte else number(fte, 2)


def _split(plan: Plan, assumed: Sizing, sized: Sized, by: str | None) -> tuple[str, list[Line]]:
    """Return the heading and the lines of the split asked for."""
    from territorymap.metrics.capacity.groups import rule_sentence

    wanted = (by or "reason").strip().casefold()
    if wanted == "reason":
        sentences = [rule_sentence(plan, rule) for rule in assumed.rules]
        return tr("reason"), sized.by_rule([*sentences, rule_sentence(plan, None, assumed.otherwise)])
    if wanted == "class":
        return tr("class"), sized.by_class()
    if wanted == "country":
        return tr("country"), sized.by_texts(plan.accounts.country)
    if wanted == "state":
        return tr("state"), sized.by_texts(plan.accounts.state)
    for segment in plan.segments:
        if segment.name.casefold() == wanted:
            return segment.name, sized.by_texts(plan.accounts.segments[segment.column_name])
    known = ["class", "reason", "country", "state", *(s.name for s in plan.segments)]
    raise UserError(tr("There is no column {name} to split by.", name=repr(by)), choices_hint(wanted, known))


def _as_json(plan: Plan, assumed: Sizing, sized: Sized, split: str, lines: list[Line]) -> dict[str, Any]:
    role = plan.alignment.role
    return {
        "methods": [
            {
                "method": method.name,
                "obstacle": method.obstacle or None,
                "field": _need_json(method.field),
                "inside": _need_json(method.inside),
                "territories": None if method.obstacle else method.heads(role),
            }
            for method in sized.methods
        ],
        "selling_h": {"field": sized.selling_h[0], "inside": sized.selling_h[1]},
        "split_by": split,
        "split": [asdict(line) for line in lines],
        "notes": list(sized.notes),
        "assumptions": asdict(assumed),
    }


def _need_json(need: Need) -> dict[str, Any]:
    staff = need.staff
    return {
        "accounts": need.n_accounts,
        "basis": need.basis,
        "each": need.each,
        "fte": staff.fte,
        "full_time": staff.full_time,
        "part_time": staff.part_time,
        "part_fte": staff.part_fte,
    }
