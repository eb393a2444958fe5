"""Searches a file, or an object, for what must not be in it: also in zip members, deflated and base64 streams.

Numbers are searched as text and as the eight bytes of a double, both ways round.
"""

from __future__ import annotations

import base64
import dataclasses
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

_BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_DEEPEST = 6


def found_in_file(path: Path, names: list[str], numbers: list[float]) -> list[str]:
    """Return what of the names and numbers is in the file, each with where."""
    wanted = {name: _spellings(name) for name in names} | {repr(x): _writings(x) for x in numbers}
    found = []
    for where, blob in _blobs(path.name, path.read_bytes(), 0):
        low = blob.lower()
        found += [f"{what} in {where}" for what, forms in wanted.items() if any(form in low for form in forms)]
    return found


def _spellings(name: str) -> list[bytes]:
    """Return a name as UTF-8, UTF-16, and as JSON and XML escape it."""
    escaped = name.encode("ascii", "backslashreplace")
    references = name.encode("ascii", "xmlcharrefreplace")
    plain = name.lower()
    forms = {plain.encode(), plain.encode("utf-16-le"), plain.encode("utf-16-be"), escaped.lower(), references.lower()}
    return sorted(forms)


def _writings(x: float) -> list[bytes]:
    texts = {f"{x:.2f}", f"{x:.1f}", f"{x:,.2f}", f"{x:,.0f}", f"{x:.0f}", repr(x), f"{x:.15g}"}
    # Lower case, as the searched bytes are: a byte of a double that reads as a capital letter is one then, too.
    binary = {struct.pack("<d", x).lower(), struct.pack(">d", x).lower(), struct.pack("<f", x).lower()}
    return sorted({text.encode() for text in texts} | binary)


def _blobs(where: str, data: bytes, depth: int) -> Iterator[tuple[str, bytes]]:
    yield where, data
    if depth >= _DEEPEST:
        return
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield f"{where}!{name}", name.encode()
                yield from _blobs(f"{where}!{name}", archive.read(name), depth + 1)
        return
    if data[:2] == b"\x1f\x8b":
        yield from _blobs(f"{where}!gzip", zlib.decompress(data, zlib.MAX_WBITS | 16), depth + 1)
    for match in _ZLIB.finditer(data):
        plain = _inflated(data[match.start() :])
        if plain:
            yield from _blobs(f"{where}!deflated@{match.start()}", plain, depth + 1)
    for match in _BASE64.finditer(data):
        text = match[0]
        plain = base64.b64decode(text + b"=" * (-len(text) % 4)) if len(text) % 4 != 1 else b""
        yield from _blobs(f"{where}!base64@{match.start()}", plain, depth + 1)


def _inflated(data: bytes) -> bytes:
    reader = zlib.decompressobj()
    try:
        plain = reader.decompress(data)
    except zlib.error:
        return b""
    return plain if len(plain) > 8 else b""


def found_in_object(thing: object, names: list[str], numbers: list[float]) -> list[str]:
    """Return what of the names and numbers can be reached from an object, each with the way to it."""
    low = [name.casefold() for name in names]
    found = []
    for way, leaf in _leaves("view", thing, set()):
        if isinstance(leaf, str):
            found += [f"{name} at {way}" for name in low if name in leaf.casefold()]
        else:
            found += [f"{x!r} at {way}" for x in numbers if np.isclose(leaf, x, rtol=1e-12, atol=0).any()]
    return found


def _leaves(way: str, thing: object, seen: set[int]) -> Iterator[tuple[str, object]]:
    if isinstance(thing, str | float) or (isinstance(thing, int) and not isinstance(thing, bool)):
        yield way, thing
        return
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, np.ndarray):
        if thing.dtype.kind in "fiu":
            yield way, thing
        elif thing.dtype == object:
            yield from ((way, x) for x in thing.ravel() if isinstance(x, str))
    elif dataclasses.is_dataclass(thing):
        for field in vars(thing):  # what was worked out and kept, too
            yield from _leaves(f"{way}.{field}", getattr(thing, field), seen)
    elif isinstance(thing, Mapping):
        for key, value in thing.items():
            yield from _leaves(f"{way}[{key!r}]", key, seen)
            yield from _leaves(f"{way}[{key!r}]", value, seen)
    elif isinstance(thing, list | tuple | set | frozenset):
        for i, value in enumerate(thing):
            yield from _leaves(f"{way}[{i}]", value, seen)
    elif hasattr(thing, "__dict__"):
        for name, value in vars(thing).items():
            yield from _leaves(f"{way}.{name}", value, seen)
