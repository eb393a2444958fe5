"""Zip files from outside, looked at before anything is unpacked. Owns the limits; nothing is ever extracted to disk."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from territorymap.errors import UserError
from territorymap.i18n import number, tr

MAX_UNPACKED = 2_000_000_000  # bytes
MAX_MEMBERS = 10_000
MAX_RATIO = 400  # of a member larger than SMALL; XML of spreadsheets packs 10 to 60 times
_KNOWN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SMALL = 50_000_000


def check_archive(path: Path) -> list[str]:
    """Return the names of the members of a zip file that may be opened.

    Raises
    ------
    UserError
        if it is damaged, protected, or would unpack to more than a laptop can hold.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UserError(
            tr("{name} is damaged: it is not a whole zip archive.", name=path.name), tr("Get the file again.")
        ) from error
    if len(members) > MAX_MEMBERS:
        raise UserError(
            tr("{name} holds {n} files: too many.", name=path.name, n=number(len(members))),
            tr("If the file is what it should be, unpack it yourself and import its parts."),
        )
    if any(member.flag_bits & 1 for member in members):
        raise UserError(tr("{name} is protected by a password.", name=path.name), tr("Save it without a password."))
    if any(member.compress_type not in _KNOWN for member in members):
        raise UserError(
            tr("{name} is packed in a way that is not known here.", name=path.name),
            tr("Unpack it and pack it again as a usual zip file, or save it again with the program that made it."),
        )
    size = sum(member.file_size for member in members)
    is_bomb = any(m.file_size > _SMALL and m.file_size > MAX_RATIO * max(1, m.compress_size) for m in members)
    if size > MAX_UNPACKED or is_bomb:
        raise UserError(
            tr("{name} would unpack to {size} MB: too large to open.", name=path.name, size=number(size / 1e6)),
            tr("If the file is what it should be, unpack it yourself and import its parts."),
        )
    return [member.filename for member in members]


def read_member(path: Path, name: str, n_bytes: int = -1) -> bytes:
    """Return the first bytes of a member of a zip file, all of them for -1.

    Raises
    ------
    UserError
        if it cannot be unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as stream:
            return stream.read(n_bytes)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, RuntimeError) as error:
        raise UserError(
            tr("{member} in {name} cannot be unpacked.", name=path.name, member=name), tr("Get the file again.")
        ) from error
