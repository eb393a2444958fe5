"""The command turnover: who covers when a rep leaves, and how that ends. Owns arguments and what is printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import choices_hint
from territorymap.cli.output import print_json, print_table, printable
from territorymap.cli.plans import editing, json_option, plan_argument, reading, scenario_options
from territorymap.errors import UserError
from territorymap.i18n import number, percent, tr

if TYPE_CHECKING:
    from territorymap.model.records import Rep
    from territorymap.session.session import Session
    from territorymap.session.turnover.cover import Cover, Load, Turnover


@click.command(
    help=tr(
        "Tell who could cover when a rep leaves, and let them.\n\n"
        "Neighbours take over all that the rep has, in every alignment, with the least overload and the fewest new "
        "owners; nothing is changed until --take. --end gives all back, to --successor or to the rep who was away. "
        "Without a rep the covers that have not ended are listed."
    )
)
@plan_argument
@click.argument("rep", required=False, default="")
@click.option(
    "--owners", type=click.IntRange(1, 4), metavar="N", help=tr("Neighbours that share a territory, at most.")
)
@click.option("--since", default="", metavar="DAY", help=tr("First day of the cover; today if not told."))
@click.option("--until", default="", metavar="DAY", help=tr("Last day of the cover, as far as it is known."))
@click.option("--take", is_flag=True, help=tr("Do it, as one step that undo takes back."))
@click.option("--end", is_flag=True, help=tr("End the cover and give all back."))
@click.option("--successor", default="", metavar="REP", help=tr("With --end: who gets it."))
@scenario_options
@json_option
def turnover(
    plan: Path,
    rep: str,
    owners: int | None,
    since: str,
    until: str,
    take: bool,
    end: bool,
    successor: str,
    as_json: bool,
) -> None:
    """Tell who could cover when a rep leaves, and let them."""
    if not rep:
        _list(plan, as_json)
    elif end:
        _end(plan, rep, successor, as_json)
    elif take:
        with editing(plan) as session:
            found, option = _planned(session, rep, owners)
            from territorymap.session.commands.turnover import cover_rep

            session.do(cover_rep(session, found, option, since, until), "cli")
            _tell(found, option, True, as_json)
    else:
        with reading(plan) as session:
            found, option = _planned(session, rep, owners)
            _tell(found, option, False, as_json)


def _planned(session: Session, name: str, owners: int | None) -> tuple[Turnover, int]:
    from territorymap.session.turnover.planning import plan_cover

    found = plan_cover(session, _find_rep(session, name).rep_id)
    if owners is None:
        return found, found.best
    fitting = [i for i, option in enumerate(found.options) if option.most <= owners]
    return found, fitting[-1]


def _find_rep(session: Session, name: str) -> Rep:
    wanted = " ".join(name.split()).casefold()
    reps = session.plan.reps
    found = next((rep for rep in reps if rep.name.casefold() == wanted), None)
    if found is None:
        raise UserError(
            tr("There is no rep named {name}.", name=repr(name)), choices_hint(name, [rep.name for rep in reps])
        )
    return found


def _tell(found: Turnover, option: int, is_taken: bool, as_json: bool) -> None:
    cover = found.options[option]
    if as_json:
        print_json(
            {
                "rep": found.rep.name,
                "taken": is_taken,
                "proposed": found.best,
                "chosen": option,
                "options": [_option_json(one) for one in found.options],
                "leaves_teams": [{"alignment": a.name, "territory": t.name} for a, t in found.teams],
                "notes": list(found.notes[option]),
            }
        )
        return
    rows = [
        [
            "*" if i == option else "",
            number(one.n_owners),
            percent(one.worst) if one.worst == one.worst else "-",
            number(one.overload_h),
            number(one.n_accounts),
        ]
        for i, one in enumerate(found.options)
    ]
    print_table(["", tr("New owners"), tr("Fullest"), tr("Hours too much"), tr("Accounts")], rows, numeric=range(1, 5))
    click.echo("")
    parts = [
        [
            one.alignment.name,
            one.territory.name,
            heir.rep.name,
            tr("in charge") if heir.is_main else tr("units to {territory}", territory=heir.territory.name),
            number(len(heir.unit_ix)),
            number(heir.n_accounts),
        ]
        for one in cover.covered
        for heir in one.heirs
    ]
    heads = [tr("Alignment"), tr("Territory"), tr("Covered by"), tr("How"), tr("Units"), tr("Accounts")]
    print_table(heads, parts, numeric=(4, 5))
    click.echo("")
    loads = [
        [load.rep.name, number(load.before_h), number(load.after_h), number(load.capacity_h), percent(load.after)]
        for load in cover.loads
    ]
    print_table([tr("Rep"), tr("Hours now"), tr("Then"), tr("Capacity"), tr("Load")], loads, numeric=range(1, 5))
    for note in found.notes[option]:
        click.echo(printable(note))
    if not is_taken:
        click.echo(tr("Nothing is changed yet; --take does it."))


def _option_json(cover: Cover) -> dict[str, Any]:
    return {
        "most_per_territory": cover.most,
        "new_owners": cover.n_owners,
        "accounts": cover.n_accounts,
        "worst_load": cover.worst,
        "overload_h": cover.overload_h,
        "territories": [
            {
                "alignment": one.alignment.name,
                "territory": one.territory.name,
                "covered_by": [
                    {
                        "rep": heir.rep.name,
                        "territory": heir.territory.name,
                        "is_in_charge": heir.is_main,
                        "units": len(heir.unit_ix),
                        "accounts": heir.n_accounts,
                    }
                    for heir in one.heirs
                ],
            }
            for one in cover.covered
        ],
        "loads": [_load_json(load) for load in cover.loads],
    }


def _load_json(load: Load) -> dict[str, Any]:
    return {
        "rep": load.rep.name,
        "before_h": load.before_h,
        "after_h": load.after_h,
        "capacity_h": load.capacity_h,
        "capacity_is_told": load.is_told,
        "before": load.before,
        "after": load.after,
    }


def _list(plan: Path, as_json: bool) -> None:
    with reading(plan) as session:
        from datetime import date

        from territorymap.model.coverage import Assumption
        from territorymap.session.commands.turnover import noted_covers

        covers = noted_covers(session.register(Assumption))
        today = date.today()
    if as_json:
        print_json(
            {
                "covers": [
                    {
                        "rep": one.name,
                        "since": one.since,
                        "until": one.until or None,
                        "overdue": one.is_overdue(today),
                        "territories": len(one.territories),
                    }
                    for one in covers
                ]
            }
        )
        return
    if not covers:
        click.echo(tr("Nobody is covered for; name a rep to see who could."))
        return
    rows = [
        [
            one.name,
            one.since,
            one.until or "-",
            number(len(one.territories)),
            tr("overdue") if one.is_overdue(today) else "",
        ]
        for one in covers
    ]
    print_table([tr("Rep"), tr("Since"), tr("Until"), tr("Territories"), ""], rows, numeric=(3,))


def _end(plan: Path, name: str, successor: str, as_json: bool) -> None:
    from territorymap.model.coverage import Assumption
    from territorymap.session.commands.turnover import end_cover, noted_covers

    with editing(plan) as session:
        covers = noted_covers(session.register(Assumption))
        wanted = " ".join(name.split()).casefold()
        cover = next((one for one in covers if one.name.casefold() == wanted), None)
        if cover is None:
            raise UserError(
                tr("Nobody covers for {name}.", name=repr(name)), choices_hint(name, [one.name for one in covers])
            )
        successor_id = _find_rep(session, successor).rep_id if successor else None
        change = session.do(end_cover(session, cover.rep, successor_id), "cli")
    if as_json:
        print_json({"ended": cover.name, "successor": successor or cover.name})
    else:
        click.echo(printable(change.label))
