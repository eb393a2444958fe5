"""The commands alignment ...: list, new, edit, scope, order, use, delete.

Owns arguments and what is printed; alignments are session's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from territorymap.cli.naming import choices_hint, find_alignment, split_list
from territorymap.cli.output import print_json, print_notes, print_table
from territorymap.cli.plans import editing, json_option, plan_argument, reading
from territorymap.errors import UserError
from territorymap.given import about_file, read_given_text
from territorymap.i18n import number, tr

if TYPE_CHECKING:
    from territorymap.model.plan import Plan
    from territorymap.model.records import Alignment
    from territorymap.model.scope import Scope
    from territorymap.session.session import Session

IN_USE_MARK = "*"


@click.group("alignment", help=tr("Who covers what, by sales role: list, make, scope, switch alignments."))
def alignment_group() -> None:
    """Who covers what, by sales role."""


@alignment_group.command("list", help=tr("List the alignments of a plan and what each covers."))
@plan_argument
@json_option
def list_alignments(plan: Path, as_json: bool) -> None:
    """List the alignments of a plan and what each covers."""
    from territorymap.model.role_words import role_label

    with reading(plan) as session:
        rows = [_alignment_json(session, alignment) for alignment in session.plan.alignments]
    if as_json:
        print_json({"alignments": rows})
        return
    headers = [tr("Alignment"), tr("Role"), tr("Territories"), tr("In scope"), tr("Owned"), tr("Scope")]
    cells = [
        [
            (IN_USE_MARK if row["is_in_use"] else " ") + " " + str(row["name"]),
            role_label(str(row["role"])),
            number(row["territories"]),
            number(row["accounts_in_scope"]),
            number(row["accounts_owned"]),
            str(row["scope_sentence"]),
        ]
        for row in rows
    ]
    print_table(headers, cells, numeric=(2, 3, 4))
    click.echo("")
    click.echo(tr("{mark} = in use: this one opens next time.", mark=IN_USE_MARK))


def _alignment_json(session: Session, alignment: Alignment) -> dict[str, Any]:
    coverage = next(c for c in session.coverages() if c.alignment.alignment_id == alignment.alignment_id)
    return {
        "name": alignment.name,
        "uuid": alignment.uuid,
        "role": alignment.role,
        "is_in_use": alignment.alignment_id == session.plan.alignment.alignment_id,
        "territories": len(coverage.territories),
        "accounts_in_scope": int(coverage.in_scope.sum()),
        "accounts_owned": int((coverage.owner >= 0).sum()),
        "scope": alignment.scope,
        "scope_sentence": _sentence(session.plan, alignment.scope),
        "color": alignment.color,
        "note": alignment.note,
    }


def _sentence(plan: Plan, scope: str) -> str:
    from territorymap.model.covering import told_scope
    from territorymap.model.scope import scope_fields

    return told_scope(scope, scope_fields(plan))


def _tell(session: Session, alignment_id: int, text: str, as_json: bool) -> None:
    if as_json:
        found = next(a for a in session.plan.alignments if a.alignment_id == alignment_id)
        print_json(_alignment_json(session, found))
    else:
        click.echo(text)


_role_option = click.option(
    "--role", metavar="ROLE", help=tr("field, inside, hybrid, account_management, new_business, partner, or your own.")
)
_scope_help = tr(
    "Which accounts it covers, e.g. 'Revenue >= 100000 and Industry in (Retail, Banking)', or as JSON; @FILE reads it "
    "from a file. Fields are called as in the plan; also: not, or, !=, contains, begins with, is empty, is marked."
)


@alignment_group.command(
    "new",
    help=tr(
        "Make an alignment, empty or with the territories of another one.\n\n"
        "The copy is vacant unless --with-reps; it is made in every scenario."
    ),
)
@plan_argument
@click.argument("name")
@_role_option
@click.option("--scope", default="", metavar="RULE", help=_scope_help)
@click.option("--from", "origin", metavar="NAME", help=tr("Begin with the territories and units of this alignment."))
@click.option("--with-reps", is_flag=True, help=tr("Take over the reps of these territories, too."))
@click.option("--color", default="", metavar="#RRGGBB", help=tr("Colour of its outline over another alignment."))
@click.option("--note", default="", metavar="TEXT", help=tr("What it is for."))
@click.option("--use", "is_used", is_flag=True, help=tr("Use it from now on."))
@json_option
def new(
    plan: Path,
    name: str,
    role: str | None,
    scope: str,
    origin: str | None,
    with_reps: bool,
    color: str,
    note: str,
    is_used: bool,
    as_json: bool,
) -> None:
    """Make an alignment, empty or with the territories of another one."""
    from territorymap.session.commands.alignments import new_alignment

    if with_reps and origin is None:
        raise UserError(tr("--with-reps says nothing without --from."), tr("Say from which alignment: --from NAME."))
    with editing(plan) as session:
        source = None if origin is None else find_alignment(session.plan, origin).alignment_id
        command = new_alignment(
            session.plan,
            name,
            role=role or "field",
            scope=read_scope(session.plan, scope),
            color=color,
            note=note,
            copy_of=source,
            with_reps=with_reps,
        )
        print_notes(session.do(command, "cli").notes)
        made = max(session.plan.alignments, key=lambda a: a.alignment_id)
        if is_used:
            session.switch_alignment(made.alignment_id)
        _tell(session, made.alignment_id, tr("New alignment {name}.", name=made.name), as_json)


@alignment_group.command("edit", help=tr("Change name, role, colour or note of an alignment."))
@plan_argument
@click.argument("name")
@click.option("--name", "new_name", metavar="NAME", help=tr("Another name."))
@_role_option
@click.option("--color", metavar="#RRGGBB", help=tr("Colour of its outline over another alignment."))
@click.option("--note", metavar="TEXT", help=tr("What it is for."))
@json_option
def edit(plan: Path, name: str, new_name: str | None, as_json: bool, **fields: str | None) -> None:
    """Change name, role, colour or note of an alignment."""
    from territorymap.session.commands.alignments import edit_alignment

    values = {key: value for key, value in {"name": new_name, **fields}.items() if value is not None}
    if not values:
        raise UserError(tr("Nothing is to be changed."), tr("Give for example --role inside or --name NAME."))
    with editing(plan) as session:
        alignment_id = find_alignment(session.plan, name).alignment_id
        session.do(edit_alignment(session.plan, alignment_id, **values), "cli")
        after = next(a for a in session.plan.alignments if a.alignment_id == alignment_id)
        _tell(session, alignment_id, tr("Alignment {name} changed.", name=after.name), as_json)


@alignment_group.command(
    "scope",
    help=tr(
        "Show or set which accounts an alignment covers.\n\n"
        "SCOPE is a rule such as 'Revenue >= 100000 and Industry in (Retail, Banking)', or JSON. Without SCOPE it is "
        "shown; --all means every account."
    ),
)
@plan_argument
@click.argument("name")
@click.argument("scope", required=False)
@click.option("--all", "is_all", is_flag=True, help=tr("Cover every account."))
@json_option
def scope(plan: Path, name: str, scope: str | None, is_all: bool, as_json: bool) -> None:
    """Show or set which accounts an alignment covers."""
    from territorymap.session.commands.alignments import set_scope

    if scope is not None and is_all:
        raise UserError(tr("A scope and --all contradict each other."), tr("Give one of the two."))
    if scope is None and not is_all:
        with reading(plan) as session:
            alignment = find_alignment(session.plan, name)
            text = _sentence(session.plan, alignment.scope)
            _tell(session, alignment.alignment_id, text, as_json)
        return
    with editing(plan) as session:
        alignment_id = find_alignment(session.plan, name).alignment_id
        rule = read_scope(session.plan, scope or "")
        print_notes(session.do(set_scope(session.plan, alignment_id, rule), "cli").notes)
        _tell(session, alignment_id, _sentence(session.plan, rule), as_json)


@alignment_group.command("order", help=tr("Put the alignments of a plan in this order."))
@plan_argument
@click.argument("names", metavar="NAME,NAME")
@json_option
def order(plan: Path, names: str, as_json: bool) -> None:
    """Put the alignments of a plan in this order."""
    from territorymap.session.commands.alignments import order_alignments

    with editing(plan) as session:
        ids = [find_alignment(session.plan, name).alignment_id for name in split_list(names)]
        session.do(order_alignments(session.plan, ids), "cli")
        ordered = [a.name for a in session.plan.alignments]
    if as_json:
        print_json({"alignments": ordered})
    else:
        click.echo(", ".join(ordered))


@alignment_group.command("use", help=tr("Use another alignment: it opens next time, and commands work in it."))
@plan_argument
@click.argument("name")
@json_option
def use(plan: Path, name: str, as_json: bool) -> None:
    """Use another alignment from now on."""
    with editing(plan) as session:
        alignment = find_alignment(session.plan, name)
        session.switch_alignment(alignment.alignment_id)
        _tell(session, alignment.alignment_id, tr("{name} is in use.", name=alignment.name), as_json)


@alignment_group.command("delete", help=tr("Delete an alignment with its territories, in every scenario."))
@plan_argument
@click.argument("name")
@json_option
def delete(plan: Path, name: str, as_json: bool) -> None:
    """Delete an alignment with its territories, in every scenario."""
    from territorymap.session.commands.alignments import delete_alignment

    with editing(plan) as session:
        alignment = find_alignment(session.plan, name)
        session.do(delete_alignment(session.plan, alignment.alignment_id), "cli")
        in_use = session.plan.alignment.name
    if as_json:
        print_json({"deleted": alignment.name, "in_use": in_use})
    else:
        click.echo(tr("Alignment {name} deleted; {in_use} is in use.", name=alignment.name, in_use=in_use))


def read_scope(plan: Plan, text: str) -> str:
    """Return a scope given on the command line, its fields by key; UserError names a field that is not there."""
    from territorymap.model.scope import scope_fields, scope_from_json, scope_from_words

    if text.startswith("@"):
        path = Path(text[1:])
        with about_file(path, tr("Give a file with a rule in it.")):
            return read_scope(plan, read_given_text(path).lstrip("@"))
    fields = scope_fields(plan)
    if not text.lstrip().startswith("{"):
        return scope_from_words(text, fields).to_json()
    keys = {field.label.strip().casefold(): field.key for field in fields} | {field.key: field.key for field in fields}
    return _with_keys(scope_from_json(text), keys, [field.label for field in fields]).to_json()


def _with_keys(rule: Scope, keys: dict[str, str], labels: list[str]) -> Scope:
    from dataclasses import replace

    from territorymap.model.scope import Condition, Group, Not

    match rule:
        case Group(parts=parts):
            return replace(rule, parts=tuple(_with_keys(part, keys, labels) for part in parts))
        case Not(part=part):
            return Not(_with_keys(part, keys, labels))
        case Condition(field=field):
            key = keys.get(field) or keys.get(field.strip().casefold())
            if key is None:
                raise UserError(tr("There is no field {name}.", name=repr(field)), choices_hint(field, labels))
            return replace(rule, field=key)
    raise TypeError(f"no scope: {rule!r}")
