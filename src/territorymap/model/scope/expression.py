"""A scope written as people write it: ``Size >= 100 and (Industry in (Retail, Banking) or not Country = US)``.

Owns the grammar and its refusals; what a rule means is tree's. Words of the grammar are English in every language.

A field is called as in the plan, in square brackets where it has words of the grammar in it: ``[Sold in]``. A value is
a number, words, or a text in double quotes. Conditions: ``= != < <= > >=``, ``in (a, b)``, ``not in (a, b)``,
``begins with (a, b)``, ``contains a``, ``is empty``, ``is not empty``, ``is marked``, ``is not marked``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from territorymap.errors import UserError
from territorymap.i18n import listed, tr
from territorymap.model.scope.fields import MARK, NUMBER, Field
from territorymap.model.scope.text import MAX_DEPTH, check_scope
from territorymap.model.scope.tree import All, Any, Flag, IsEmpty, Not, OneOf, Range, Scope, TextMatch, folded

_TOKEN = re.compile(
    r"""\s*(?:
    "(?P<text>(?:[^"]|"")*)" | \[(?P<field>[^\]]+)\] | (?P<sign><=|>=|!=|<>|[=<>(),]) | (?P<word>[^\s"\[\]<>=!(),]+)
    )""",
    re.VERBOSE,
)
_RESERVED = frozenset({"and", "or", "not", "in", "is", "contains", "begins"})
_COMPARED = frozenset({"=", "!=", "<>", "<", "<=", ">", ">="})


@dataclass(frozen=True)
class _Token:
    kind: str  # "text" | "field" | "sign" | "word" | "end"
    text: str

    @property
    def word(self) -> str:
        """The word of the grammar that this is, "" for any other."""
        return self.text.casefold() if self.kind == "word" and self.text.casefold() in _RESERVED else ""


def scope_from_words(text: str, fields: Sequence[Field]) -> Scope:
    """Return the rule that a person wrote; "" is the rule that all accounts satisfy.

    Raises
    ------
    UserError
        naming what was not understood, or the field that is not there.
    """
    reader = _Reader(_tokens(text), fields)
    if reader.now.kind == "end":
        return All()
    rule = reader.either()
    if reader.now.kind != "end":
        raise _unclear(tr("“{text}” stands where “and”, “or” or the end was expected.", text=reader.now.text))
    return check_scope(rule)


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            raise _unclear(tr("“{text}” was not understood.", text=text[at : at + 20]))
        kind = str(match.lastgroup)
        value = match.group(kind)
        found.append(_Token(kind, value.replace('""', '"') if kind == "text" else value))
        at = match.end()
    return [*found, _Token("end", "")]


class _Reader:
    """Reads tokens left to right."""

    def __init__(self, tokens: Sequence[_Token], fields: Sequence[Field]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0
        self._fields = {folded(field.label): field for field in reversed(fields)} | {f.key: f for f in fields}
        self._labels = [field.label for field in fields]

    @property
    def now(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self.now
        self._at += token.kind != "end"
        return token

    def _is_sign(self, *signs: str) -> bool:
        return self.now.kind == "sign" and self.now.text in signs

    def _took_word(self, word: str) -> bool:
        if self.now.kind == "word" and self.now.text.casefold() == word:
            self._take()
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._is_sign(sign):
            raise _unclear(tr("A “{sign}” is missing before “{text}”.", sign=sign, text=self.now.text or tr("the end")))
        self._take()

    # -- groups --------------------------------------------------------------------------------------------------------

    def either(self) -> Scope:
        parts = [self._both()]
        while self.now.word == "or":
            self._take()
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _both(self) -> Scope:
        parts = [self._one()]
        while self.now.word == "and":
            self._take()
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Scope:
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                raise _unclear(tr("It is nested too deep."))
            if self.now.word == "not":
                self._take()
                return Not(self._one())
            if self._is_sign("("):
                self._take()
                rule = self.either()
                self._expect(")")
                return rule
            return self._condition()
        finally:
            self._depth -= 1

    # -- one condition -------------------------------------------------------------------------------------------------

    def _condition(self) -> Scope:
        field = self._field()
        if self.now.kind == "sign" and self.now.text in _COMPARED:
            return self._compared(field, self._take().text)
        if self._took_word("is"):
            is_not = self._took_word("not")
            if self._took_word("empty"):
                rule: Scope = IsEmpty(field.key)
            elif self._took_word("marked"):
                rule = Flag(field.key)
            else:
                rule = OneOf(field.key, self._values())
            return Not(rule) if is_not else rule
        is_not = self._took_word("not")
        if self._took_word("in"):
            rule = OneOf(field.key, self._values())
        elif self._took_word("contains"):
            rule = TextMatch(field.key, "contains", self._values())
        elif self._took_word("begins"):
            self._took_word("with")
            rule = TextMatch(field.key, "begins", self._values())
        elif field.kind == MARK and not is_not:
            return Flag(field.key)
        else:
            raise _unclear(
                tr("After {field} a comparison is missing, before “{text}”.", field=field.label,
                   text=self.now.text or tr("the end"))
            )  # fmt: skip
        return Not(rule) if is_not else rule

    def _field(self) -> Field:
        if self.now.kind == "field":
            name = self._take().text
        else:
            words = []
            while self.now.kind in ("word", "text") and not self.now.word:
                words.append(self._take().text)
            name = " ".join(words)
        field = self._fields.get(name) or self._fields.get(folded(name))
        if field is None:
            if not name:
                raise _unclear(tr("A field is missing before “{text}”.", text=self.now.text or tr("the end")))
            raise UserError(
                tr("There is no field {name}.", name=name),
                tr("Its fields: {names}.", names=listed(self._labels[:30])),
            )
        return field

    def _compared(self, field: Field, sign: str) -> Scope:
        value = self._value()
        if field.kind != NUMBER:
            if sign not in ("=", "!=", "<>"):
                raise _unclear(tr("{field} is no number, so “{sign}” cannot be asked.", field=field.label, sign=sign))
            rule: Scope = OneOf(field.key, (value,))
        else:
            try:
                amount = float(value.replace("_", ""))
            except ValueError:
                raise _unclear(
                    tr("{field} is a number, and “{text}” is none.", field=field.label, text=value)
                ) from None
            if sign in (">", ">="):
                rule = Range(field.key, amount, None, is_low_open=sign == ">")
            elif sign in ("<", "<="):
                rule = Range(field.key, None, amount, is_high_open=sign == "<")
            else:
                rule = Range(field.key, amount, amount)
        return Not(rule) if sign in ("!=", "<>") else rule

    def _values(self) -> tuple[str, ...]:
        if not self._is_sign("("):
            return (self._value(),)
        self._take()
        values = [self._value()]
        while self._is_sign(","):
            self._take()
            values.append(self._value())
        self._expect(")")
        return tuple(values)

    def _value(self) -> str:
        if self.now.kind == "text":
            return self._take().text
        words = []
        while self.now.kind == "word" and self.now.word not in ("and", "or"):
            words.append(self._take().text)
        if not words:
            raise _unclear(tr("A value is missing before “{text}”.", text=self.now.text or tr("the end")))
        return " ".join(words)


def _unclear(reason: str) -> UserError:
    return UserError(
        tr("The rule was not understood: {reason}", reason=reason),
        tr("Write it like this: Size >= 100 and Industry in (Retail, Banking)."),
    )
