"""What is kept between runs, with a digest before it: a file that a disk or another program damaged is known for one.

Owns the form only; where files stand and how they are written is their owners'. No protection against who means harm:
the folders are the user's own.
"""

from __future__ import annotations

import hashlib

_SIZE = 16  # bytes of the digest


def sealed(data: bytes) -> bytes:
    """Return the bytes to be kept."""
    return _digest(data) + data


def unsealed(content: bytes) -> bytes | None:
    """Return the bytes that were kept; None where these are not what :func:`sealed` gave."""
    data = content[_SIZE:]
    return data if _digest(data) == content[:_SIZE] else None


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_SIZE).digest()
