"""The Rust crates that are compiled into wheels, as the bills of material inside the wheels (PEP 770) name them.

Owns the choice among the licences that a crate offers.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from installer.legal.parts import NoticesError, Part, Text
from installer.legal.texts import standard_text

# Where a crate lets us choose, the first of these that it offers; those before MIT ask for no notice of the holders.
_CHOICES = ("Apache-2.0", "Unlicense", "Zlib", "BSL-1.0", "MIT", "ISC", "BSD-3-Clause", "BSD-2-Clause", "MPL-2.0")

# These run in the compiler (procedural macros and what they stand on): nothing of them is in the library.
_COMPILER_ONLY = re.compile(
    r"(unicode-ident|proc-macro.*|quote|syn|heck|rustversion|.*[-_]macros?([-_].*)?|.*_derive)$"
)


def crate_parts(one: Distribution) -> list[Part]:
    """Return the crates that the bills of material of a distribution name."""
    owner = one.metadata["Name"]
    found = []
    for file in one.files or []:
        path = Path(str(file.locate()))
        if "sboms" in path.parts and path.suffix == ".json" and path.is_file():
            bill = json.loads(path.read_text(encoding="utf-8"))
            found += [_part(row, owner) for row in bill.get("components", ()) if _is_inside(row)]
    return found


def _is_inside(row: dict[str, Any]) -> bool:
    is_crate = str(row.get("purl", "")).startswith("pkg:cargo/")
    return is_crate and row.get("scope") != "excluded" and _COMPILER_ONLY.match(row["name"]) is None


def _part(row: dict[str, Any], owner: str) -> Part:
    name, version = row["name"], str(row["version"])
    expression = _expression(row)
    holders = row.get("author") or f"the authors of {name}"
    texts = [_text(choice, holders) for choice in _chosen(expression, f"{name} {version} (in {owner})")]
    return Part(
        name=f"{name} (crate)",
        version=version,
        licence=expression,
        url=f"https://crates.io/crates/{name}",
        kind="native",
        texts=tuple(texts),
        owner=owner,
        purl=f"pkg:cargo/{name}@{version}",
    )


def _expression(row: dict[str, Any]) -> str:
    words = []
    for each in row.get("licenses", ()):
        named = each.get("license", {})
        words.append(each.get("expression") or named.get("id") or named.get("name") or "")
    return " AND ".join(word for word in words if word).replace("/", " OR ")


def _chosen(expression: str, what: str) -> list[str]:
    """Return one licence of each group that AND joins."""
    if not expression:
        raise NoticesError(f"{what} does not say what its licence is")
    chosen = []
    for group in re.split(r"\bAND\b", expression):
        offered = set(re.findall(r"[\w.+-]+", group.replace(" WITH ", "-WITH-"))) - {"OR"}
        choice = next((name for name in _CHOICES if name in offered), None)
        if choice is None:
            raise NoticesError(f"{what}: no text is known for the licence {group.strip()}")
        chosen.append(choice)
    return chosen


def _text(licence: str, holders: str) -> Text:
    needs_notice = licence not in _CHOICES[: _CHOICES.index("MIT")] and licence != "MPL-2.0"
    return standard_text(licence, f"Copyright (c) {holders}. All rights reserved." if needs_notice else "")
