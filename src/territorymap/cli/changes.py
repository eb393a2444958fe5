"""The command that tells who changed what, when and why: changes.

Owns arguments and what is printed; the log is session.changelog's.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from territorymap.cli.naming import choices_hint
from territorymap.cli.output import print_json, print_table, printable
from territorymap.cli.plans import editing, json_option, plan_argument, taking_in
from territorymap.errors import UserError
from territorymap.i18n import moment, ntr, number, tr

if TYPE_CHECKING:
    from territorymap.session.changelog import ChangeLog, Entry, Wanted
    from territorymap.session.session import Session


@click.command(
    help=tr(
        "Tell who changed what, when and why.\n\n"
        "A territory, an account or a scenario is named as it is, or as it once was. Days count as on this computer. "
        "With --out every changed unit, account and field is a row of a CSV or XLSX file. "
        "With --note a step gets a note that says why: the last one, or that of --step."
    )
)
@plan_argument
@click.option("--territory", default="", metavar="NAME", help=tr("Only what touched this territory."))
@click.option("--account", default="", metavar="KEY", help=tr("Only what touched this account: its key or name."))
@click.option("--author", default="", metavar="NAME", help=tr("Only what this person did."))
@click.option("--since", metavar="YYYY-MM-DD", help=tr("Not what is older."))
@click.option("--until", metavar="YYYY-MM-DD", help=tr("Not what is newer."))
@click.option("--scenario", default="", metavar="NAME", help=tr("Only what was done in this scenario."))
@click.option("--alignment", default="", metavar="NAME", help=tr("Only what was done in this alignment."))
@click.option("--out", type=click.Path(path_type=Path), metavar="OUT.{csv,xlsx}", help=tr("Write the log into a file."))
@click.option("--note", metavar="TEXT", help=tr("Write why a step was done; an empty text takes the note away."))
@click.option("--step", type=int, metavar="ID", help=tr("The step that the note is for; its number is in the list."))
@json_option
def changes(
    plan: Path,
    territory: str,
    account: str,
    author: str,
    since: str | None,
    until: str | None,
    scenario: str,
    alignment: str,
    out: Path | None,
    note: str | None,
    step: int | None,
    as_json: bool,
) -> None:
    """Tell who changed what, when and why; filtered, as a table, JSON or a file."""
    from territorymap.session.changelog import ChangeLog, Wanted

    wanted = Wanted(territory, account, author, _day("--since", since), _day("--until", until), scenario, alignment)
    if note is not None:
        with editing(plan) as session:
            _annotate(session, step, note)
            _tell(ChangeLog(session.document), wanted, out, as_json)
        return
    if step is not None:
        raise UserError(tr("--step needs a note."), tr("Give --note TEXT too."))
    with taking_in(plan) as session:
        log = ChangeLog(session.document)
        _refuse_unknown(session, log, wanted)
        _tell(log, wanted, out, as_json)


def _tell(log: ChangeLog, wanted: Wanted, out: Path | None, as_json: bool) -> None:
    from territorymap.session.changelog.table import entry_json

    entries = log.entries(wanted)
    if out is not None:
        _write(log, entries, out)
    if as_json:
        print_json({"changes": [entry_json(log, entry) for entry in entries]})
    elif out is None:
        _print(log, entries)


def _write(log: ChangeLog, entries: list[Entry], out: Path) -> None:
    from territorymap.exporters.list_file import write_list
    from territorymap.session.changelog.table import WIDTHS, headers, table_rows

    write_list(out, tr("Changes"), headers(), table_rows(log, entries), widths=WIDTHS)
    click.echo(tr("Written: {path}", path=out), err=True)


def _print(log: ChangeLog, entries: list[Entry]) -> None:
    from territorymap.session.changelog.log import step_moment

    if not entries:
        click.echo(tr("No step fits."))
        return
    rows = []
    for entry in entries:
        step, when = entry.step, step_moment(entry.step)
        state = tr("merged in") if entry.is_merged else tr("taken back") if step.is_undone else ""
        texts = [sentence.text for sentence in log.sentences(step)] or [step.label]
        rows.append([number(step.step_id), moment(when) if when else "", step.author, texts[0], step.note, state])
        rows += [["", "", "", text, "", ""] for text in texts[1:]]
    print_table([tr("Step"), tr("Time"), tr("Author"), tr("What"), tr("Why"), ""], rows, numeric=(0,))
    click.echo("")
    click.echo(ntr("{n} step", "{n} steps", len(entries)))


def _refuse_unknown(session: Session, log: ChangeLog, wanted: Wanted) -> None:
    """UserError for a name that no territory, account, author or scenario ever had."""
    past = session.document.past
    if wanted.territory and not past.find("territory", wanted.territory):
        names = [t.name for t in session.plan.territories]
        raise UserError(
            tr("No territory is or was called {name}.", name=repr(wanted.territory)),
            choices_hint(wanted.territory, names),
        )
    if wanted.account and not past.find("account", wanted.account):
        raise UserError(
            tr("No account is or was called {name}.", name=repr(wanted.account)),
            tr("Give the account's key or its whole name."),
        )
    if wanted.scenario and not past.find("scenario", wanted.scenario):
        raise UserError(
            tr("No scenario is or was called {name}.", name=repr(wanted.scenario)),
            choices_hint(wanted.scenario, sorted(set(past.scenario_names().values()))),
        )
    if wanted.alignment and not past.find("alignment", wanted.alignment):
        raise UserError(
            tr("No alignment is or was called {name}.", name=repr(wanted.alignment)),
            choices_hint(wanted.alignment, sorted(set(past.alignment_names().values()))),
        )
    authors = log.authors()
    if wanted.author and wanted.author.strip().casefold() not in {author.casefold() for author in authors}:
        raise UserError(
            tr("Nobody called {name} did a step of this plan.", name=repr(wanted.author)),
            choices_hint(wanted.author, authors),
        )


def _annotate(session: Session, step_id: int | None, note: str) -> None:
    steps = [step for step in session.document.history() if step.kind not in ("undo", "redo")]
    found = steps[-1] if step_id is None else next((s for s in steps if s.step_id == step_id), None)
    if found is None:
        raise UserError(
            tr("There is no step {id}.", id=step_id),
            tr("territorymap changes PLAN lists the steps with their numbers."),
        )
    session.document.annotate(found.step_id, printable(note))


def _day(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(
            tr("{option} cannot be {text}.", option=option, text=repr(text)),
            tr("Write a day as year-month-day, e.g. 2027-01-31."),
        ) from None
