"""The command suggest: the few border moves that help a territory most, each in a sentence; done on request.

Owns arguments and what is printed; moves and sentences are session.solving's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import find_territory
from territorymap.cli.output import print_json, printable
from territorymap.cli.plans import editing, is_for_new_scenario, json_option, plan_argument, reading, scenario_options
from territorymap.cli.solving import read_aim
from territorymap.errors import UserError
from territorymap.i18n import number, tr

if TYPE_CHECKING:
    from territorymap.model.plan import Plan
    from territorymap.session.session import Session
    from territorymap.session.solving.suggesting import Suggestion, Suggestions

_DEFAULT_NUMBER = 5


@click.command(
    help=tr(
        "Suggest the few border moves that help a territory most.\n\n"
        "Each move keeps territories whole, leaves locked territories, locked units and protected accounts alone, and "
        "is told in a sentence with its figures before and after. --apply K does the K-th of them: one step, which "
        "undo takes back."
    )
)
@plan_argument
@click.option("--territory", metavar="NAME", help=tr("Whose moves; the one furthest from even if none is named."))
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="M[:TOLERANCE[:WEIGHT]]",
    help=tr("What counts; workload_h, and the other shown measures a quarter, if none is named."),
)
@click.option(
    "--number",
    "n_wanted",
    type=click.IntRange(1, 50),
    default=_DEFAULT_NUMBER,
    show_default=True,
    metavar="N",
    help=tr("How many moves at most."),
)
@click.option("--apply", "chosen", type=click.IntRange(1), metavar="K", help=tr("Do the K-th move."))
@json_option
@scenario_options
def suggest(
    plan: Path,
    territory: str | None,
    measures: tuple[str, ...],
    n_wanted: int,
    chosen: int | None,
    as_json: bool,
) -> None:
    """Suggest border moves; do one of them on request."""
    if chosen is None:
        if is_for_new_scenario():
            raise UserError(
                tr("--as-scenario without --apply has nothing to put into the new scenario."),
                tr("Say which move is to be done there: --apply 1."),
            )
        with reading(plan) as session:
            found = _find(session, territory, measures, n_wanted)
            _tell(session.plan, found, None, as_json)
        return
    with editing(plan) as session:
        found = _find(session, territory, measures, max(n_wanted, chosen))
        if chosen > len(found.moves):
            raise _no_such_move(found, chosen)
        before = session.plan
        session.do(found.moves[chosen - 1].command(session.plan), "cli")
        _tell(before, found, chosen, as_json)


def _find(session: Session, territory: str | None, measures: tuple[str, ...], n_wanted: int) -> Suggestions:
    from territorymap.session.solving.suggesting import suggest_moves

    about = None if territory is None else find_territory(session.plan, territory).territory_id
    aims = tuple(read_aim(session, text) for text in measures) or None
    return suggest_moves(session, about, aims, n_wanted)


def _no_such_move(found: Suggestions, chosen: int) -> UserError:
    if not found.moves:
        return UserError(
            tr("There is no move to do. {heading}.", heading=found.heading),
            found.reason,
        )
    return UserError(
        tr("There is no move {k}: {n} were found.", k=chosen, n=len(found.moves)),
        tr("Run the command without --apply to see them."),
    )


def _tell(plan: Plan, found: Suggestions, applied: int | None, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(plan, found, applied))
        return
    if applied is not None:
        click.echo(tr("Done: {sentence}", sentence=printable(found.moves[applied - 1].sentence)))
        return
    click.echo(printable(found.heading))
    for text in found.passed:
        click.echo(printable(text))
    for k, suggestion in enumerate(found.moves, 1):
        click.echo(tr("{k}  {sentence}", k=number(k), sentence=printable(suggestion.sentence)))
    if found.reason:
        click.echo(printable(found.reason))


def _as_json(plan: Plan, found: Suggestions, applied: int | None) -> dict[str, Any]:
    name_by_id = {t.territory_id: t.name for t in plan.territories}
    return {
        "territory": name_by_id.get(found.territory_id) if found.territory_id is not None else None,
        "heading": found.heading,
        "reason": found.reason or None,
        "passed_over": list(found.passed),
        "aims": [{"measure": aim.measure, "tolerance": aim.tolerance, "weight": aim.importance} for aim in found.aims],
        "moves": [_move_json(plan, found, suggestion) for suggestion in found.moves],
        "applied": applied,
    }


def _move_json(plan: Plan, found: Suggestions, suggestion: Suggestion) -> dict[str, Any]:
    move = suggestion.move
    sides = [("from", move.giver), ("to", move.taker)]
    return {
        "sentence": suggestion.sentence,
        "units": [str(plan.units.code[u]) for u in move.units],
        **{key: plan.territories[t].name if t >= 0 else None for key, t in sides},
        "accounts": suggestion.n_accounts,
        "gain": move.gain,
        "overrun_less": move.fall,
        "index": {
            aim.measure: {
                key: {"before": move.index_before[m, side], "after": move.index_after[m, side]}
                for side, (key, _) in enumerate(sides)
            }
            for m, aim in enumerate(found.aims)
        },
        "pieces": {
            key: {"before": move.pieces_before[side], "after": move.pieces_after[side]}
            for side, (key, _) in enumerate(sides)
        },
    }
