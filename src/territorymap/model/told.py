"""Texts of the file that name things by their uuid, as people read them: the team of a territory, a scope.

Owns these two readings; the names are the caller's.
"""

from __future__ import annotations

from collections.abc import Callable

from territorymap.errors import UserError
from territorymap.i18n import listed, percent, tr
from territorymap.model.change import Value
from territorymap.model.scope import fields_used, scope_from_json, sentence
from territorymap.model.scope.fields import own_labels
from territorymap.model.written import team_of

# table, uuid -> name
NameOf = Callable[[str, str], str]


def told(column: str, value: Value, name_of: NameOf) -> Value:
    """Return a value of a column in words; of other columns as it is."""
    if not isinstance(value, str):
        return value
    if column == "team":
        return _team(value, name_of)
    if column == "scope":
        return _scope(value, name_of)
    return value


def _team(text: str, name_of: NameOf) -> str:
    people = []
    for member in team_of(text):
        values = {"name": name_of("rep", member.rep_uuid), "share": percent(member.share)}
        if member.kind == "lead":
            people.append(tr("{name} {share} (lead)", **values))
        elif member.kind == "overlay":
            people.append(tr("{name} {share} (overlay)", **values))
        else:
            people.append(tr("{name} {share}", **values))
    return listed(people)


def _scope(text: str, name_of: NameOf) -> str:
    try:
        scope = scope_from_json(text)
    except UserError:
        return text
    labels = own_labels()
    for key in fields_used(scope):
        table, _, uuid = key.partition(":")
        if uuid and table in ("segment", "measure"):
            labels[key] = name_of(table, uuid)
    return sentence(scope, labels)
