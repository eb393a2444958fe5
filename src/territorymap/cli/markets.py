"""The commands market and scorecard: markets ranked by weighted criteria, and territories by the same.

Owns arguments and what is printed; the formulas are metrics.capacity's.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import choices_hint, find_territory
from territorymap.cli.numbers import read_ratio
from territorymap.cli.output import print_facts, print_json, print_table
from territorymap.cli.plans import editing, json_option, plan_argument, reading, scenario_option
from territorymap.errors import UserError
from territorymap.i18n import number, percent, tr

if TYPE_CHECKING:
    from territorymap.metrics.capacity.assumed import Market
    from territorymap.metrics.capacity.ranked import Ranked
    from territorymap.metrics.capacity.scorecard import Card, Scorecards
    from territorymap.session.session import Session

LEVELS = ("units", "states", "countries")


@click.command(
    help=tr(
        "Rank units, states or countries by weighted criteria.\n\n"
        "Each criterion is brought to a scale from 0 to 1; the score is the weighted mean. --level and --weight are "
        "for this run; with --save they are kept in the plan, one step, which undo takes back."
    )
)
@plan_argument
@click.option("--level", type=click.Choice(LEVELS), help=tr("What is ranked; as kept in the plan if not told."))
@click.option(
    "--weight", "weights", multiple=True, metavar="CRITERION=NUMBER", help=tr("Another weight; may be repeated.")
)
@click.option(
    "--top", type=click.IntRange(1), default=20, show_default=True, metavar="N", help=tr("How many to print.")
)
@click.option("--save", is_flag=True, help=tr("Keep level and weights in the plan."))
@json_option
@scenario_option
def market(plan: Path, level: str | None, weights: tuple[str, ...], top: int, save: bool, as_json: bool) -> None:
    """Rank markets."""
    from territorymap.model.coverage import Assumption
    from territorymap.session.capacity import market_of, rank_session
    from territorymap.session.commands.capacity import assume_market

    with editing(plan) if save else reading(plan) as session:
        chosen = _weighed(market_of(session), weights)
        if level is not None:
            chosen = replace(chosen, level=level)
        command = assume_market(session.register(Assumption), chosen)
        if save:
            session.do(command, "cli")
        _tell(rank_session(session, chosen), chosen, top, as_json)


def _weighed(chosen: Market, weights: tuple[str, ...]) -> Market:
    names = [criterion.name for criterion in chosen.criteria]
    for text in weights:
        name, sign, value = text.rpartition("=")
        at = next((i for i, known in enumerate(names) if known.casefold() == name.strip().casefold()), None)
        if not sign or at is None:
            raise UserError(tr("There is no criterion {name}.", name=repr(name or text)), choices_hint(name, names))
        criteria = list(chosen.criteria)
        criteria[at] = replace(criteria[at], weight=read_ratio(name, value))
        chosen = replace(chosen, criteria=tuple(criteria))
    return chosen


def _tell(ranked: Ranked, chosen: Market, top: int, as_json: bool) -> None:
    order = [int(i) for i in ranked.order[:top]]
    if as_json:
        print_json(
            {
                "level": chosen.level,
                "criteria": [asdict(criterion) for criterion in ranked.criteria],
                "n_markets": len(ranked.rank),
                "markets": [_market_json(ranked, i) for i in order],
            }
        )
        return
    names = [criterion.name for criterion in ranked.criteria]
    print_table(
        [tr("rank"), tr("market"), tr("score"), *names],
        [
            [number(ranked.rank[i]) if ranked.rank[i] else "-", ranked.places.names[i], _score(ranked.score[i]),
             *(_value(v) for v in ranked.value[:, i])]
            for i in order
        ],
        numeric=(0, *range(2, 3 + len(names))),
    )  # fmt: skip


def _market_json(ranked: Ranked, i: int) -> dict[str, Any]:
    return {
        "rank": int(ranked.rank[i]) or None,
        "code": ranked.places.keys[i],
        "name": ranked.places.names[i],
        "score": float(ranked.score[i]),
        "values": {c.name: float(v) for c, v in zip(ranked.criteria, ranked.value[:, i], strict=True)},
        "scaled": {c.name: float(v) for c, v in zip(ranked.criteria, ranked.scaled[:, i], strict=True)},
    }


def _score(value: float) -> str:
    return "-" if value != value else number(100 * value, 1)


def _value(value: float) -> str:
    if value != value:
        return "-"
    return number(value, 0 if abs(value) >= 100 or value == int(value) else 2)


@click.command(
    help=tr(
        "Tell potential, revenue, competition, fit, score, quota, goals and synergies of territories.\n\n"
        "--goal and --synergy add one to the territory named: one step, which undo takes back."
    )
)
@plan_argument
@click.option("--territory", metavar="NAME", help=tr("Only this one, with its goals and synergies."))
@click.option("--goal", "goals", multiple=True, metavar="TEXT", help=tr("Add a goal; needs --territory."))
@click.option("--synergy", "synergies", multiple=True, metavar="TEXT", help=tr("Add a synergy; needs --territory."))
@click.option("--owner", default="", metavar="NAME", help=tr("Who sees to the goal that is added."))
@click.option("--due", default="", metavar="DAY", help=tr("Until when, such as 2027-03-31."))
@json_option
@scenario_option
def scorecard(
    plan: Path,
    territory: str | None,
    goals: tuple[str, ...],
    synergies: tuple[str, ...],
    owner: str,
    due: str,
    as_json: bool,
) -> None:
    """Tell the scorecards of territories; add goals and synergies on request."""
    from territorymap.session.capacity import scorecards_of
    from territorymap.session.commands.capacity import add_goal

    wanted = [*(("goal", text) for text in goals), *(("synergy", text) for text in synergies)]
    if wanted and territory is None:
        raise UserError(tr("It is not told whose goal this is."), tr("Name the territory: --territory NAME."))
    with editing(plan) if wanted else reading(plan) as session:
        only = None if territory is None else find_territory(session.plan, territory)
        for kind, text in wanted:
            assert only is not None
            session.do(add_goal(session.plan, only.territory_id, kind, text, owner=owner, due_on=due), "cli")
        found = scorecards_of(session)
        cards = [c for c in found.cards if only is None or session.plan.territories[c.territory_ix] == only]
        if as_json:
            print_json({"year": found.year or None, "territories": [_card_json(session, c, found) for c in cards]})
        elif only is not None and cards:
            _print_card(session, cards[0], found)
        else:
            _print_cards(session, cards)


def _print_cards(session: Session, cards: list[Card]) -> None:
    print_table(
        [tr("rank"), tr("territory"), tr("score"), tr("potential"), tr("revenue"), tr("penetration"),
         tr("competition"), tr("fit"), tr("quota"), tr("goals"), tr("synergies")],
        [
            [number(c.rank) if c.rank else "-", session.plan.territories[c.territory_ix].name, _score(c.score),
             _value(c.value["potential"]), _value(c.value["revenue"]), _share(c.penetration),
             _value(c.value["competition"]), _value(c.value["fit"]), "-" if c.quota is None else _value(c.quota),
             number(len(c.goals)), number(len(c.synergies))]
            for c in sorted(cards, key=lambda c: (c.rank == 0, c.rank))
        ],
        numeric=(0, *range(2, 11)),
    )  # fmt: skip


def _print_card(session: Session, card: Card, found: Scorecards) -> None:
    territory, rep = session.plan.territories[card.territory_ix], session.plan.rep_of(card.territory_ix)
    facts = {
        tr("territory"): territory.name,
        tr("rep"): rep.name if rep is not None else "-",
        tr("rank"): tr("{rank} of {n}", rank=number(card.rank), n=number(len(found.cards))) if card.rank else "-",
        tr("score"): _score(card.score),
        tr("potential"): _value(card.value["potential"]),
        tr("revenue"): _value(card.value["revenue"]),
        tr("penetration"): _share(card.penetration),
        tr("competition"): _value(card.value["competition"]),
        tr("fit"): _value(card.value["fit"]),
        tr("quota"): "-"
        if card.quota is None
        else tr("{amount} in {year}", amount=_value(card.quota), year=found.year),
    }
    print_facts(facts)
    for heading, actions in ((tr("goals"), card.goals), (tr("synergies"), card.synergies)):
        if actions:
            click.echo()
            print_table(
                [heading, tr("owner"), tr("due"), tr("done")],
                [[a.title, a.owner, a.due_on, a.done_on] for a in actions],
            )


def _share(value: float) -> str:
    return "-" if value != value else percent(value, 1)


def _card_json(session: Session, card: Card, found: Scorecards) -> dict[str, Any]:
    rep = session.plan.rep_of(card.territory_ix)
    return {
        "territory": session.plan.territories[card.territory_ix].name,
        "rep": rep.name if rep is not None else None,
        "rank": card.rank or None,
        "score": card.score,
        **card.value,
        "penetration": card.penetration,
        "quota": card.quota,
        "criteria": {
            c.name: {"value": float(v), "scaled": float(s)}
            for c, v, s in zip(
                found.ranked.criteria,
                found.ranked.value[:, card.territory_ix],
                found.ranked.scaled[:, card.territory_ix],
                strict=True,
            )
        },
        "goals": [_goal_json(action) for action in card.goals],
        "synergies": [_goal_json(action) for action in card.synergies],
    }


def _goal_json(action: Any) -> dict[str, Any]:
    return {"title": action.title, "owner": action.owner, "due_on": action.due_on, "done_on": action.done_on}
