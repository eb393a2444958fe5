"""A scope as a whole sentence in the user's language. Owns the words; names of fields are the caller's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from babel.lists import format_list

from territorymap.i18n import locale_name, ntr, number, tr
from territorymap.model.scope.fields import Field
from territorymap.model.scope.tree import All, Any, Condition, Flag, Group, IsEmpty, Not, OneOf, Range, Scope, TextMatch

MAX_LISTED = 8  # values that a sentence names; "or one of 12 others" stands for more


def sentence(scope: Scope, names: Mapping[str, str] | Iterable[Field], max_listed: int = MAX_LISTED) -> str:
    """Return what a rule means: "Accounts where Size is at least 100, and Industry is Retail or Wholesale."

    Parameters
    ----------
    names : name of each field by its key, or the fields themselves; one that is missing is called gone
    max_listed : how many values of a list are named
    """
    labels = names if isinstance(names, Mapping) else {field.key: field.label for field in names}
    if isinstance(scope, Group) and not scope.parts:
        return tr("All accounts.") if isinstance(scope, All) else tr("No account.")
    return tr("Accounts where {condition}.", condition=condition_words(scope, labels, max_listed))


def condition_words(scope: Scope, names: Mapping[str, str], max_listed: int = MAX_LISTED) -> str:
    """Return a rule as the words that stand inside a sentence."""

    def inner(part: Scope) -> str:
        words = condition_words(part, names, max_listed)
        return tr("({condition})", condition=words) if isinstance(part, Group) and len(part.parts) > 1 else words

    match scope:
        case Group(parts=()):
            return tr("nothing is asked") if isinstance(scope, All) else tr("it is none of the accounts")
        case Group(parts=(part,)):
            return condition_words(part, names, max_listed)
        case All(parts=parts):
            return _listed([inner(part) for part in parts], "standard")
        case Any(parts=parts):
            return _listed([inner(part) for part in parts], "or")
        case Not(part=Condition() as part):
            return _opposite(part, _name(part, names), max_listed)
        case Not(part=part):
            return tr("not ({condition})", condition=condition_words(part, names, max_listed))
        case Condition():
            return _says(scope, _name(scope, names), max_listed)
    raise TypeError(f"no scope: {scope!r}")


def _says(condition: Condition, name: str, max_listed: int) -> str:
    match condition:
        case IsEmpty():
            return tr("{field} is empty", field=name)
        case Flag():
            return tr("{field} is marked", field=name)
        case OneOf(values=values):
            return tr("{field} is {values}", field=name, values=_values(values, max_listed))
        case TextMatch(way="begins", values=values):
            return tr("{field} begins with {values}", field=name, values=_values(values, max_listed))
        case TextMatch(values=values):
            return tr("{field} contains {values}", field=name, values=_values(values, max_listed))
        case Range():
            return _range(condition, name)
    raise TypeError(f"no condition: {condition!r}")


def _opposite(condition: Condition, name: str, max_listed: int) -> str:
    match condition:
        case IsEmpty():
            return tr("{field} is not empty", field=name)
        case Flag():
            return tr("{field} is not marked", field=name)
        case OneOf(values=values):
            return tr("{field} is not {values}", field=name, values=_values(values, max_listed))
        case TextMatch(way="begins", values=values):
            return tr("{field} does not begin with {values}", field=name, values=_values(values, max_listed))
        case TextMatch(values=values):
            return tr("{field} does not contain {values}", field=name, values=_values(values, max_listed))
        case _:
            return tr("not ({condition})", condition=_says(condition, name, max_listed))


def _range(asked: Range, name: str) -> str:
    low, high = _amount(asked.low), _amount(asked.high)
    if asked.high is None:
        if asked.is_low_open:
            return tr("{field} is more than {low}", field=name, low=low)
        return tr("{field} is at least {low}", field=name, low=low)
    if asked.low is None:
        if asked.is_high_open:
            return tr("{field} is less than {high}", field=name, high=high)
        return tr("{field} is at most {high}", field=name, high=high)
    if asked.low == asked.high:
        return tr("{field} is {values}", field=name, values=low)
    match asked.is_low_open, asked.is_high_open:
        case False, False:
            return tr("{field} is from {low} to {high}", field=name, low=low, high=high)
        case False, True:
            return tr("{field} is from {low} to less than {high}", field=name, low=low, high=high)
        case True, False:
            return tr("{field} is more than {low} and at most {high}", field=name, low=low, high=high)
        case _:
            return tr("{field} is more than {low} and less than {high}", field=name, low=low, high=high)


def _amount(value: float | None) -> str:
    """A number with as many digits as it has, twelve at most."""
    if value is None:
        return ""
    text = f"{value:.12f}".rstrip("0")
    return number(value, len(text.partition(".")[2]))


def _values(values: Sequence[str], max_listed: int) -> str:
    named = [tr("“{value}”", value=value) if " " in value or "," in value else value for value in values]
    n_others = len(named) - max_listed
    if n_others > 1:
        named = [*named[:max_listed], ntr("one other", "one of {n} others", n_others)]
    return _listed(named, "or")


def _listed(texts: Sequence[str], style: Literal["standard", "or"]) -> str:
    return str(format_list(list(texts), style=style, locale=locale_name()))


def _name(condition: Condition, names: Mapping[str, str]) -> str:
    return names.get(condition.field) or tr("(a field that is gone)")
