"""Alignments: made empty or from another's territories, described, scoped, ordered, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.i18n import listed, ntr, number, tr
from territorymap.model.coverage import ROLES
from territorymap.model.covering import covered_accounts
from territorymap.model.plan import Plan
from territorymap.model.records import ROLE_FIELD, Alignment
from territorymap.model.role_words import role_label, role_of
from territorymap.model.scope import EVERYTHING, scope_from_json
from territorymap.session.commands.checks import clean_name
from territorymap.session.commands.scenarios import checked_color
from territorymap.session.session import Command

MAX_ROLE = 60


def find_alignment(plan: Plan, alignment_id: int) -> Alignment:
    """Return an alignment of the plan; UserError if it is gone."""
    for alignment in plan.alignments:
        if alignment.alignment_id == alignment_id:
            return alignment
    raise UserError(tr("This alignment is not in the plan any more."), tr("Choose another one."))


def new_alignment(
    plan: Plan,
    name: str,
    *,
    role: str = ROLE_FIELD,
    scope: str = "",
    color: str = "",
    note: str = "",
    copy_of: int | None = None,
    with_reps: bool = False,
) -> Command:
    """Make an alignment, the last in the order; empty, or with the territories and units that another one has.

    The copy is made in every scenario. Its territories are vacant unless ``with_reps``; nothing in it is locked or
    given by name.
    """
    row = _fields(plan, None, {"name": name, "role": role, "scope": scope, "color": color, "note": note})
    row["sort_order"] = max((alignment.sort_order for alignment in plan.alignments), default=-1) + 1
    source = None if copy_of is None else find_alignment(plan, copy_of)

    def run(writer: Writer, plan: Plan) -> None:
        (alignment_id,) = writer.insert("alignment", [row])
        if source is not None:
            writer.copy_alignment(source.alignment_id, alignment_id, with_reps=with_reps)

    if source is None:
        label = tr("New alignment {name}", name=row["alignment_name"])
    else:
        label = tr("New alignment {name} from {source}", name=row["alignment_name"], source=source.name)
    return Command(label, run, scope_notes(plan, row["scope"]))


def edit_alignment(plan: Plan, alignment_id: int, **values: str) -> Command:
    """Set name, role, scope, color or note of an alignment."""
    alignment = find_alignment(plan, alignment_id)
    row = _fields(plan, alignment, values)
    if set(values) == {"name"}:
        label = tr("Rename alignment {old} to {new}", old=alignment.name, new=row["alignment_name"])
    elif set(values) == {"scope"}:
        label = tr("Scope of alignment {name}", name=alignment.name)
    elif set(values) == {"role"}:
        label = tr("Alignment {name} is for the role {role}", name=alignment.name, role=role_label(row["role"]))
    else:
        label = tr("Edit alignment {name}", name=alignment.name)
    notes = scope_notes(plan, row["scope"]) if "scope" in row else ()
    return Command(label, lambda writer, plan: writer.update("alignment", {alignment_id: row}), notes)


def set_scope(plan: Plan, alignment_id: int, scope: str) -> Command:
    """Let an alignment cover the accounts of a rule (see model.scope), as JSON; "" = every account."""
    return edit_alignment(plan, alignment_id, scope=scope)


def order_alignments(plan: Plan, alignment_ids: Sequence[int]) -> Command:
    """Put the alignments in this order; those not named follow as they were."""
    named = [find_alignment(plan, alignment_id) for alignment_id in dict.fromkeys(alignment_ids)]
    ordered = [*named, *(alignment for alignment in plan.alignments if alignment not in named)]
    values = {a.alignment_id: {"sort_order": i} for i, a in enumerate(ordered) if a.sort_order != i}
    return Command(tr("Order of alignments"), lambda writer, plan: writer.update("alignment", values))


def delete_alignment(plan: Plan, alignment_id: int) -> Command:
    """Delete an alignment with its territories, assignments, overrides, regions and quotas, in every scenario."""
    alignment = find_alignment(plan, alignment_id)
    if len(plan.alignments) == 1:
        raise UserError(
            tr("{name} is the only alignment of the plan.", name=alignment.name),
            tr("Make another one first; a plan always has one."),
        )
    return Command(
        tr("Delete alignment {name}", name=alignment.name),
        lambda writer, plan: writer.delete("alignment", [alignment_id]),
    )


def checked_role(text: str) -> str:
    """Return the role that a person named, by its word or its key; UserError if it cannot be one."""
    role = role_of(text)
    if not role or len(role) > MAX_ROLE:
        raise UserError(
            tr("{text} is not the name of a role.", text=repr(text)),
            tr("Write one of {roles}, or a name of your own.", roles=listed(map(role_label, ROLES))),
        )
    return role


def scope_notes(plan: Plan, scope: str) -> tuple[str, ...]:
    """Return what a person should know of a scope: that it covers nothing, or how much it leaves out."""
    n = len(plan.accounts)
    n_in = int(covered_accounts(plan, scope).sum())
    if not scope or not n:
        return ()
    if n_in == 0:
        return (tr("The scope covers none of the accounts: nobody has any in this alignment unless given by name."),)
    told = ntr(
        "The scope covers {n_in} of {n} account.", "The scope covers {n_in} of {n} accounts.", n, n_in=number(n_in)
    )
    return (told,)


def _fields(plan: Plan, alignment: Alignment | None, values: dict[str, str]) -> dict[str, Any]:
    """Return the columns of checked fields."""
    row: dict[str, Any] = {}
    for name, value in values.items():
        if name == "name":
            others = [a.name for a in plan.alignments if a is not alignment]
            row["alignment_name"] = cleaned = clean_name(value, (), tr("alignment"))
            if cleaned.casefold() in {other.casefold() for other in others}:
                raise UserError(
                    tr("There is already an alignment named {name}.", name=cleaned), tr("Choose another name.")
                )
        elif name == "role":
            row["role"] = checked_role(value)
        elif name == "scope":
            rule = scope_from_json(value)
            row["scope"] = "" if rule == EVERYTHING else rule.to_json()
        elif name == "color":
            row["color"] = checked_color(value)
        elif name == "note":
            row["note"] = value.strip()
        else:
            raise TypeError(name)
    return row
