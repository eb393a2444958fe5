"""What two sales roles may do with one account. Owns the rules that hold where a planner said nothing; not storage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

SHARE, EXCLUSIVE, HANDOVER = "share", "exclusive", "handover"
FIELD, INSIDE, HYBRID, PARTNER = "field", "inside", "hybrid", "partner"
NEW_BUSINESS, ACCOUNT_MANAGEMENT = "new_business", "account_management"

# Two of these on one account are two sellers for one sale, unless a planner says otherwise. All other pairs may share.
_ONE_SELLER = (FIELD, INSIDE, HYBRID)
_AGAINST_PARTNERS = (*_ONE_SELLER, NEW_BUSINESS)


@dataclass(frozen=True)
class RoleMatrix:
    """Rules by pair of roles, in either order; roles are compared without regard to case.

    Said nothing: one role twice, field, inside and hybrid among each other, and a partner against any of these or new
    business must not; new business hands over to account management; every other pair may share.

    >>> matrix = RoleMatrix.of([("Field", "inside", SHARE)])
    >>> [matrix.rule(a, b) for a, b in [("inside", "field"), ("field", "hybrid"), ("partner", "partner")]]
    ['share', 'exclusive', 'exclusive']
    >>> matrix.handover("account_management", "new_business")
    ('new_business', 'account_management')
    """

    declared: Mapping[frozenset[str], tuple[str, str, str]] = field(default_factory=dict)  # roles as said, and rule

    @classmethod
    def of(cls, rules: Iterable[tuple[str, str, str]]) -> RoleMatrix:
        """Return the matrix of (role, role, rule); of a pair that is said twice the last counts."""
        return cls({_pair(a, b): (a, b, rule) for a, b, rule in rules})

    def rule(self, a: str, b: str) -> str:
        """Return "share", "exclusive" or "handover"."""
        said = self.declared.get(_pair(a, b))
        return said[2] if said is not None else default_rule(a, b)

    def is_declared(self, a: str, b: str) -> bool:
        return _pair(a, b) in self.declared

    def hands_over(self, a: str, b: str) -> bool:
        """Return whether the first of two roles hands over to the second."""
        return self.rule(a, b) == HANDOVER and self.handover(a, b) == (a, b)

    def handover(self, a: str, b: str) -> tuple[str, str]:
        """Return who gives and who takes where the rule is a hand-over.

        New business always gives and account management always takes; else the role that was said first gives.
        """
        one, other = a.casefold(), b.casefold()
        if NEW_BUSINESS in (one, other) and one != other:
            return (a, b) if one == NEW_BUSINESS else (b, a)
        if ACCOUNT_MANAGEMENT in (one, other):
            return (b, a) if one == ACCOUNT_MANAGEMENT else (a, b)
        said = self.declared.get(_pair(a, b))
        is_turned = said is not None and said[0].casefold() == other
        return (b, a) if is_turned else (a, b)


def default_rule(a: str, b: str) -> str:
    """Return the rule that holds for two roles where a planner said nothing."""
    one, other = a.casefold(), b.casefold()
    if one == other or (one in _ONE_SELLER and other in _ONE_SELLER):
        return EXCLUSIVE
    if {one, other} == {NEW_BUSINESS, ACCOUNT_MANAGEMENT}:
        return HANDOVER
    if PARTNER in (one, other) and (one in _AGAINST_PARTNERS or other in _AGAINST_PARTNERS):
        return EXCLUSIVE
    return SHARE


def _pair(a: str, b: str) -> frozenset[str]:
    return frozenset({a.casefold(), b.casefold()})
