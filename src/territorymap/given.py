"""Files that a person gives: looked at before a byte is read. Owns that check and its words; not what files mean.

A pipe never ends and may never begin, a device has no end: both would hold the program, so only plain files are read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from territorymap.errors import UserError
from territorymap.i18n import number, tr

_LONGEST = 500  # letters of an error: a file can hold names of any length
MAX_TEXT = 100_000_000  # bytes of a file that is read as a whole


def open_given(path: Path) -> BinaryIO:
    """Return a plain file, open for reading.

    Raises
    ------
    UserError
        if it is missing, a folder, a pipe, a device, or may not be read.
    """
    try:
        # Without O_NONBLOCK the opening of a pipe waits for somebody to write into it.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except IsADirectoryError as error:
        raise _folder(path) from error
    except (OSError, ValueError) as error:
        if path.is_dir():  # what Windows says of a folder is that access is denied
            raise _folder(path) from error
        raise unopened(path, error) from error
    stream = os.fdopen(descriptor, "rb") if stat.S_ISREG(mode := os.fstat(descriptor).st_mode) else None
    if stream is not None:
        return stream
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise _folder(path)
    raise UserError(
        tr("{name} is a pipe or a device, not a file.", name=_name(path)),
        tr("Save what comes out of it as a file, and choose that."),
    )


def read_given(path: Path, most: int = MAX_TEXT) -> bytes:
    """Return all bytes of a plain file.

    Raises
    ------
    UserError
        if it cannot be read, or is larger than ``most`` bytes.
    """
    with open_given(path) as stream:
        try:
            content = stream.read(most + 1)
        except OSError as error:
            raise unopened(path, error) from error
    if len(content) > most:
        raise UserError(
            tr("{name} has more than {size} MB: too large to open.", name=_name(path), size=number(most / 1e6)),
            tr("Is it the right file? Choose another one, or cut it down."),
        )
    return content


def read_given_text(path: Path, most: int = MAX_TEXT) -> str:
    """Return a plain file as text in UTF-8 or UTF-16, as its mark tells, else in Windows-1252.

    Raises
    ------
    UserError
        if it cannot be read, or is larger than ``most`` bytes.
    """
    content = read_given(path, most)
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UserError(
            tr("{name} is empty.", name=_name(path)),
            tr("It was probably cut off while it was copied or sent; get it again."),
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace").replace("\0", "")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


@contextmanager
def about_file(path: Path, hint: str) -> Iterator[None]:
    """Let an error about what stands in a file say which file, and what to do where it does not tell."""
    try:
        yield
    except UserError as error:
        told = error.message if len(error.message) <= _LONGEST else error.message[: _LONGEST - 1] + "…"
        if path.name not in told + error.hint:
            told = tr("{name}: {message}", name=_name(path), message=told)
        if told == error.message and error.hint:
            raise
        raise UserError(told, error.hint or hint) from error


def unopened(path: Path, error: Exception) -> UserError:
    """Return the words for a file that cannot be opened or read."""
    why = (error.strerror if isinstance(error, OSError) else "") or str(error)
    return UserError(
        tr("{name} cannot be opened: {why}.", name=_name(path), why=why),
        tr("Check that the file is there and that you may read it."),
    )


def _folder(path: Path) -> UserError:
    return UserError(tr("{name} is a folder, not a file.", name=_name(path)), tr("Choose a file in it."))


def _name(path: Path) -> str:
    return path.name or str(path)
