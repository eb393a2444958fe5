"""Facts of a step as sentences for a planner: like facts are told together, with names and numbers.

Owns the words; facts are read in facts.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from territorymap.i18n import clauses, listed, ntr, number, percent, tr
from territorymap.model.change import Value
from territorymap.session.changelog.facts import BY_NAME, CAME, CHANGED, GROUND, WENT, Fact

_NAMED = 3  # of a group, the rest is counted
_TOLD_ONE_BY_ONE = 3  # changed fields of accounts or units of one step


@dataclass(frozen=True)
class Sentence:
    """One thing that was done, and what it was done to."""

    text: str
    unit_ids: tuple[int, ...] = ()
    account_ids: tuple[int, ...] = ()
    territory_ids: tuple[int, ...] = ()


def sentences_of(facts: Sequence[Fact]) -> list[Sentence]:
    """Return facts in words, like ones as one sentence, in the order of the first of each."""
    rows: dict[str, set[int]] = {}
    for fact in facts:
        rows.setdefault(fact.table, set()).add(fact.row_id)
    groups: dict[tuple[object, ...], list[Fact]] = {}
    for fact in facts:
        groups.setdefault(_like(fact, len(rows[fact.table]) > _TOLD_ONE_BY_ONE), []).append(fact)
    return [_sentence(group) for group in groups.values()]


def _like(fact: Fact, are_many: bool) -> tuple[object, ...]:
    """What facts must share to be told together."""
    if fact.table in (GROUND, BY_NAME):
        return fact.table, fact.kind, fact.field, fact.before, fact.after, fact.reason
    if fact.table in ("unit", "account") and (fact.kind != CHANGED or fact.field == "locked"):
        return fact.table, fact.kind, fact.field, fact.after
    if fact.table in ("unit", "account"):
        return fact.table, fact.field
    if fact.table == "conflict":
        return fact.table, fact.kind, fact.after
    if are_many:
        return fact.table, fact.kind, fact.field
    return fact.table, fact.kind, fact.row_id


def _sentence(group: Sequence[Fact]) -> Sentence:
    first = group[0]
    ids = tuple(fact.row_id for fact in group)
    return Sentence(
        _text(group),
        unit_ids=ids if first.table in (GROUND, "unit") else (),
        account_ids=ids if first.table in (BY_NAME, "account") else (),
        territory_ids=tuple(dict.fromkeys(t for fact in group for t in fact.territory_ids)),
    )


def _text(group: Sequence[Fact]) -> str:
    first = group[0]
    if first.table == GROUND:
        return _ground(group)
    if first.table == BY_NAME:
        return _by_name(group)
    if first.table in ("unit", "account"):
        return _many(group)
    if first.table == "conflict":
        return _conflicts(group)
    if first.kind != CHANGED:
        return _came_or_went(group)
    if len({fact.row_id for fact in group}) > 1:
        names = _names(group)
        field, what = field_name(first.table, first.field), thing_name(first.table)
        return tr("{what}: {field} of {names}", what=what, field=field, names=names)
    return _fields(group)


def _ground(group: Sequence[Fact]) -> str:
    first, n = group[0], len(group)
    way = tr("{before} → {after}", before=nobody(first.before), after=nobody(first.after))
    if n == 1:
        return tr("{unit}: {way}", unit=first.name, way=way)
    names = _names(group)
    return ntr("{n} unit: {way} ({names})", "{n} units: {way} ({names})", n, way=way, names=names)


def nobody(name: Value) -> str:
    """Return a territory's name, or what it is called to have none."""
    return tr("unassigned") if name is None else str(name)


def _by_name(group: Sequence[Fact]) -> str:
    first = group[0]
    who = _accounts(group)
    values = {"who": who, "before": str(first.before or ""), "after": str(first.after or ""), "reason": first.reason}
    if first.field == "reason":
        return tr("{who}: reason “{before}” → “{after}”", **values)
    if first.kind == WENT:
        return tr("{who} no longer given to {before} by name", **values)
    if first.kind == CAME:
        text = tr("{who} given to {after} by name: {reason}", **values)
        return text if first.reason else tr("{who} given to {after} by name", **values)
    text = tr("{who} given to {after} by name instead of {before}: {reason}", **values)
    return text if first.reason else tr("{who} given to {after} by name instead of {before}", **values)


def _accounts(group: Sequence[Fact]) -> str:
    if len(group) == 1:
        return group[0].name
    names = _names(group)
    return ntr("{n} account ({names})", "{n} accounts ({names})", len(group), names=names)


def _many(group: Sequence[Fact]) -> str:
    """Units or accounts that came, went, or have another value."""
    first, n, is_unit = group[0], len(group), group[0].table == "unit"
    if n == 1 and first.kind == CHANGED:
        return _fields(group)
    names = _names(group)
    if first.kind == CAME:
        if is_unit:
            return ntr("{n} unit added: {names}", "{n} units added: {names}", n, names=names)
        return ntr("{n} account added: {names}", "{n} accounts added: {names}", n, names=names)
    if first.kind == WENT:
        if is_unit:
            return ntr("{n} unit removed: {names}", "{n} units removed: {names}", n, names=names)
        return ntr("{n} account removed: {names}", "{n} accounts removed: {names}", n, names=names)
    if first.field == "locked":
        if first.after:
            return ntr("{n} unit locked: {names}", "{n} units locked: {names}", n, names=names)
        return ntr("{n} unit unlocked: {names}", "{n} units unlocked: {names}", n, names=names)
    field = field_name(first.table, first.field)
    if n <= _TOLD_ONE_BY_ONE:
        return clauses(_fields([fact]) for fact in group)
    if is_unit:
        return ntr("{field} of {n} unit: {names}", "{field} of {n} units: {names}", n, field=field, names=names)
    return ntr("{field} of {n} account: {names}", "{field} of {n} accounts: {names}", n, field=field, names=names)


def _names(group: Sequence[Fact]) -> str:
    """Return the first names of a group, each once as customers often share one, and how many more there are."""
    names = list(dict.fromkeys(fact.name for fact in group[: _NAMED * 4]))[:_NAMED]
    if len(group) <= _NAMED:
        return listed(names)
    return tr("{names} and {n} more", names=listed(names), n=number(len(group) - _NAMED))


def _came_or_went(group: Sequence[Fact]) -> str:
    first, what, names = group[0], thing_name(group[0].table), _names(group)
    if first.table == "conflict":  # what it is about stands in the list of conflicts
        if first.kind == CAME:
            return ntr("{n} conflict left open", "{n} conflicts left open", len(group))
        return ntr("{n} conflict taken off the list", "{n} conflicts taken off the list", len(group))
    if first.table == "territory" and first.after and len(group) == 1:
        return tr("Territory {name} added, covered by {rep}", name=first.name, rep=first.after)
    if first.kind == CAME:
        return tr("{what} added: {names}", what=what, names=names)
    return tr("{what} deleted: {names}", what=what, names=names)


def _conflicts(group: Sequence[Fact]) -> str:
    n, first = len(group), group[0]
    if first.kind == CAME:
        text = ntr("{n} conflict left open", "{n} conflicts left open", n)
    elif first.kind == WENT:
        text = ntr("{n} conflict replaced by a later one", "{n} conflicts replaced by later ones", n)
    elif first.after == "mine":
        text = ntr("{n} conflict decided, mine kept", "{n} conflicts decided, mine kept", n)
    elif first.after == "theirs":
        text = ntr("{n} conflict decided, theirs taken", "{n} conflicts decided, theirs taken", n)
    else:
        text = ntr("{n} conflict open again", "{n} conflicts open again", n)
    return tr("{what}: {names}", what=text, names=_names(group)) if first.name else text


def _fields(group: Sequence[Fact]) -> str:
    """Fields of one thing that have another value."""
    first = group[0]
    whole = [text for text in (_whole(fact) for fact in group) if text]
    pairs = [
        tr(
            "{field} {before} → {after}",
            field=field_name(fact.table, fact.field),
            before=shown(fact.field, fact.before),
            after=shown(fact.field, fact.after),
        )
        for fact in group
        if not _whole(fact)
    ]
    if pairs:
        name = first.name or thing_name(first.table)
        whole.append(tr("{name}: {fields}", name=name, fields=listed(pairs)))
    return clauses(whole)


def _whole(fact: Fact) -> str:
    """Return a change that has a sentence of its own, "" for any other."""
    name, what = fact.name, thing_name(fact.table)
    if fact.field == "locked":
        return tr("{name} locked", name=name) if fact.after else tr("{name} unlocked", name=name)
    if fact.field.endswith("_name") and fact.table not in ("account", "unit"):
        before, after = shown(fact.field, fact.before), shown(fact.field, fact.after)
        return tr("{what} {before} renamed to {after}", what=what, before=before, after=after)
    if fact.field == "is_baseline":
        return tr("{name} is the baseline", name=name) if fact.after else tr("{name} is not the baseline", name=name)
    if fact.table == "conflict" and fact.field == "state":
        words = {"mine": tr("A conflict was decided for my value"), "theirs": tr("A conflict was decided for theirs")}
        return words.get(str(fact.after), tr("A conflict is open again"))
    if fact.field == "place":
        return tr("{name} moved to another place", name=name)
    if fact.field in ("content", "scores"):
        return tr("{what} changed: {name}", what=what, name=name)
    if fact.field == "sort_order":
        return tr("{name} has another place in the list", name=name)
    return ""


def shown(field: str, value: Value) -> str:
    """Return a value as people read it."""
    if value is None or value == "":
        return tr("vacant") if field == "rep_id" else tr("none")
    if field in ("locked", "is_shown", "is_protected", "wants_change", "is_baseline"):
        return tr("yes") if value else tr("no")
    if isinstance(value, float):
        if field in ("tolerance", "max_share"):
            return percent(value, 0 if round(value * 100, 6) == round(value * 100) else 1)
        return number(value, 0 if value == round(value) else 2)
    if isinstance(value, int):
        return number(value)
    return "…" if isinstance(value, bytes) else str(value)


def thing_name(table: str) -> str:
    """Return what a planner calls a thing of this table."""
    return {
        GROUND: tr("Unit"),
        BY_NAME: tr("Account"),
        "unit": tr("Unit"),
        "account": tr("Account"),
        "territory": tr("Territory"),
        "rep": tr("Rep"),
        "region": tr("Region"),
        "alignment": tr("Alignment"),
        "scenario": tr("Scenario"),
        "measure": tr("Measure"),
        "segment": tr("Segment"),
        "plan": tr("Plan"),
        "cap": tr("Cap"),
        "scene": tr("Scene"),
        "conflict": tr("Conflict"),
        "role_rule": tr("Rule between roles"),
        "tier": tr("Tier"),
        "partner": tr("Partner"),
        "tier_change": tr("Change of tier"),
        "credential": tr("Certification or training"),
        "deal": tr("Deal"),
        "action": tr("Action"),
        "figure": tr("Figure"),
        "quota": tr("Quota"),
        "pay_plan": tr("Pay plan"),
        "funnel": tr("Funnel rates"),
        "assumption": tr("Assumptions"),
    }.get(table, table)


def field_name(table: str, column: str) -> str:
    """Return what a planner calls a field."""
    known = {
        "territory_id": tr("territory"),
        "rep_id": tr("rep"),
        "region_id": tr("region"),
        "unit_id": tr("unit"),
        "reason": tr("reason"),
        "color": tr("colour"),
        "locked": tr("locked"),
        "place": tr("place"),
        "note": tr("note"),
        "status": tr("status"),
        "tolerance": tr("tolerance"),
        "is_shown": tr("shown"),
        "is_protected": tr("protected"),
        "wants_change": tr("to change rep"),
        "satisfaction": tr("satisfaction"),
        "career_level": tr("career level"),
        "started_on": tr("first day"),
        "team": tr("team"),
        "vacant_since": tr("vacant since"),
        "manager": tr("manager"),
        "parent_region_id": tr("region around"),
        "role": tr("role"),
        "scope": tr("scope"),
        "languages": tr("languages"),
        "verticals": tr("verticals"),
        "seniority": tr("seniority"),
        "is_baseline": tr("baseline"),
        "alignment_id": tr("alignment"),
        "account_id": tr("account"),
        "tier_id": tr("tier"),
        "role_a": tr("one role"),
        "role_b": tr("other role"),
        "rule": tr("rule"),
        "kind": tr("kind"),
        "partner_type": tr("type"),
        "contact": tr("contact"),
        "agreed_on": tr("agreed on"),
        "left_on": tr("left on"),
        "joint_plan": tr("joint plan"),
        "benefits": tr("benefits"),
        "obtained_on": tr("obtained on"),
        "expires_on": tr("expires on"),
        "registered_on": tr("registered on"),
        "expected_on": tr("expected on"),
        "closed_on": tr("closed on"),
        "due_on": tr("due on"),
        "done_on": tr("done on"),
        "stage": tr("stage"),
        "amount": tr("amount"),
        "probability": tr("probability"),
        "period": tr("period"),
        "metric": tr("figure"),
        "root_cause": tr("root cause"),
        "owner": tr("owner"),
        "target_kind": tr("target"),
        "title": tr("title"),
        "effective_date": tr("effective date"),
        "currency": tr("currency"),
        "capacity_h": tr("capacity, hours a year"),
        "fte": tr("full-time share"),
        "visits": tr("visits a year"),
        "visit_min": tr("minutes a visit"),
        "speed_kmh": tr("speed, km/h"),
        "detour": tr("detour"),
        "stops_per_trip": tr("stops a trip"),
        "location_level": tr("how its place is known"),
        "home_city": tr("home city"),
        "home_state": tr("home state"),
        "home_postal_code": tr("home postal code"),
        "home_country": tr("home country"),
        "postal_code": tr("postal code"),
        "state": tr("state"),
        "city": tr("city"),
        "country": tr("country"),
        "account_name": tr("name"),
        "account_key": tr("key"),
        "unit_name": tr("name"),
        "unit_code": tr("code"),
    }
    return known.get(column) or (tr("name") if column == f"{table}_name" else column.replace("_", " "))


def in_one_line(sentences: Iterable[Sentence]) -> str:
    """Return the sentences of a step as one text."""
    return clauses(sentence.text for sentence in sentences)
