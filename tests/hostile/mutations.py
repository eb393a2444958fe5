"""Good files with bytes flipped, cut, doubled and spliced, by a seed."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Iterator

from tests.hostile.cases import Hostile, bytes_file
from tests.hostile.good_files import good_files

_ODD = (b"\0", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\x80", b'"', b"\n", b",", b"<", b"&", b"{",
        b"[", b"9" * 40, b"-1", b"1e999", b"NaN", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"'", b"\\u0000", b"=1+1")  # fmt: skip


_LARGE = 100_000  # bytes; larger ones are not doubled


def mutate(content: bytes, rng: random.Random, other: bytes = b"") -> bytes:
    """Return bytes with one to six changes."""
    out = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        at = rng.randrange(len(out) + 1)
        how = rng.randrange(8)
        if how == 0 and out:
            out[min(at, len(out) - 1)] ^= 1 << rng.randrange(8)
        elif how == 1:
            word = rng.choice(_ODD)
            out[at : at + len(word)] = word
        elif how == 2:
            out[at:at] = rng.choice(_ODD)
        elif how == 3:
            del out[at : at + rng.choice((1, 2, 4, 16, 200))]
        elif how == 4 and len(out) < _LARGE:
            end = at + rng.choice((1, 8, 64, 500))
            out[at:at] = bytes(out[at:end]) * rng.choice((1, 2, 50))
        elif how == 5 and rng.random() < 0.3:
            del out[at:]
        elif how == 6 and other:
            begin = rng.randrange(len(other))
            out[at : at + 40] = other[begin : begin + rng.choice((4, 40, 400))]
        else:
            out[at : at + 4] = rng.randbytes(4)
    return bytes(out)


def mutate_inside(content: bytes, rng: random.Random) -> bytes:
    """Return an archive with one of its members changed, so that what unpacks it finds nothing wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > 20 * _LARGE:
                return mutate(content, rng)
            members = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return mutate(content, rng)  # a mutation itself, and no archive any more
    if not members:
        return mutate(content, rng)
    name = rng.choice(sorted(members))
    members[name] = mutate(members[name], rng)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, inside in members.items():
            archive.writestr(member, inside)
    return out.getvalue()


def changed(content: bytes, rng: random.Random, other: bytes = b"") -> bytes:
    """Return a mutation of a file, within an archive mostly within."""
    if content.startswith(b"PK\3\4") and rng.random() < 0.8:
        return mutate_inside(content, rng)
    return mutate(content, rng, other)


def mutated(seed: int, n: int) -> Iterator[Hostile]:
    """Yield ``n`` mutations, the formats by turns."""
    files = sorted(good_files().items())
    for i in range(n):
        rng = random.Random(seed * 1_000_003 + i)
        (target, end), content = files[i % len(files)]
        other = rng.choice(files)[1]
        yield Hostile(f"mutation {seed}.{i}{end}", target, bytes_file(f"m{end}", changed(content, rng, other)))
