"""What is in a plan, as digests by part, so that two looks at it can be compared and the difference named.

Owns the digests; reading the file is the session's.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from territorymap.selftest.telling import SelfTestError
from territorymap.session.session import Session

Content = dict[str, str]  # part of the plan -> digest


def content_of(session: Session) -> Content:
    """Return the digests of all that a session shows: units with borders, accounts, all lists, variants, history."""
    from shapely import to_wkb

    plan = session.plan
    parts: dict[str, Any] = {field.name: getattr(plan, field.name) for field in dataclasses.fields(plan)}
    parts["borders"] = to_wkb(session.geometry)
    for variant in session.other_variants():
        where = f"scenario {variant.scenario.name}, alignment {variant.alignment_id}"
        parts[where] = [
            variant.territories, variant.unit_territory, variant.account_override, variant.overrides
        ]  # fmt: skip
    parts["history"] = [(s.uuid, s.kind, s.label, s.is_undone) for s in session.timeline()]
    return {name: _digest(part) for name, part in parts.items()}


def content_of_file(path: Path) -> Content:
    """Return the digests of what stands in a plan file, read by a reader of its own."""
    with Session.open(path, read_only=True) as session:
        return content_of(session)


def check_same(before: Content, after: Content, what: str) -> None:
    """Raise SelfTestError naming the parts that differ."""
    parts = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if parts:
        raise SelfTestError(f"{what}: different are {', '.join(parts)}")


def _digest(value: Any) -> str:
    digest = hashlib.sha256()
    for piece in _pieces(value):
        digest.update(piece)
        digest.update(b"\0")
    return digest.hexdigest()


def _pieces(value: Any) -> Iterator[bytes]:
    if isinstance(value, np.ndarray):
        yield f"{value.shape}".encode()
        yield repr(value.tolist()).encode("utf-8", "surrogatepass")
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield field.name.encode()
            yield from _pieces(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key in sorted(value, key=repr):
            yield repr(key).encode("utf-8", "surrogatepass")
            yield from _pieces(value[key])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _pieces(item)
    else:
        yield repr(value).encode("utf-8", "surrogatepass")
