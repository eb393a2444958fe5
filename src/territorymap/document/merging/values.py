"""Values of conflicts as JSON text, exactly: tuples, polygons and all. Owns the encoding."""

from __future__ import annotations

import base64
import json
from typing import Any

Stored = dict[str, Any]


def encode(value: object, text: str) -> str:
    """Return a value and how it is called as JSON."""
    return json.dumps({"value": value, "text": text}, ensure_ascii=False, default=_carried)


def decode(text: str) -> Stored:
    """Return {"value", "text"} of :func:`encode`.

    Raises
    ------
    ValueError
        if it is nothing of ours.
    """
    found = json.loads(text, object_hook=_restored)
    if not isinstance(found, dict) or "value" not in found:
        raise ValueError("a conflict holds no value")
    return found


def as_fields(value: object) -> dict[str, object] | None:
    """Return a row with its groups as tuples again."""
    if not isinstance(value, dict):
        return None
    return {str(name): tuple(part) if isinstance(part, list) else part for name, part in value.items()}


def _carried(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"a conflict cannot hold {type(value).__name__}")


def _restored(found: dict[str, Any]) -> Any:
    if len(found) == 1 and isinstance(text := found.get("base64"), str):
        return base64.b64decode(text)
    return found
