"""Scopes: rules over the fields of accounts that say which accounts are meant.

Owns the rule as a tree, its JSON, what it selects and how it reads as a sentence. An alignment covers the accounts of
its scope; other rules over accounts (classes, flags, filters) use the same trees.
"""

from territorymap.model.scope.expression import scope_from_words
from territorymap.model.scope.fields import Field, PlanFields, scope_fields
from territorymap.model.scope.masking import Fields, FieldValues, mask
from territorymap.model.scope.text import MAX_DEPTH, MAX_NODES, MAX_VALUES, check_scope, scope_from_json
from territorymap.model.scope.tree import (
    EVERYTHING,
    All,
    Any,
    Condition,
    Flag,
    Group,
    IsEmpty,
    Not,
    OneOf,
    Range,
    Scope,
    TextMatch,
    conditions,
    fields_used,
    folded,
)
from territorymap.model.scope.words import condition_words, sentence

__all__ = [
    "EVERYTHING",
    "MAX_DEPTH",
    "MAX_NODES",
    "MAX_VALUES",
    "All",
    "Any",
    "Condition",
    "Field",
    "FieldValues",
    "Fields",
    "Flag",
    "Group",
    "IsEmpty",
    "Not",
    "OneOf",
    "PlanFields",
    "Range",
    "Scope",
    "TextMatch",
    "check_scope",
    "condition_words",
    "conditions",
    "fields_used",
    "folded",
    "mask",
    "scope_fields",
    "scope_from_json",
    "scope_from_words",
    "sentence",
]
