"""A file that appears whole or not at all.

Owns the temporary file beside the target and the rename; not what is written.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from territorymap.document.half_made import flush_folder, flush_to_disk, half_made, refuse_protected
from territorymap.errors import UserError
from territorymap.i18n import tr


@contextmanager
def staged(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; it takes the name of ``path`` when the block ends well.

    A file of that name is replaced then, never before. On any failure the partial file is removed; that of a process
    which was killed goes before the next one is made, see :mod:`territorymap.document.half_made`.

    Raises
    ------
    UserError
        if the folder is not there, the disk is full, or writing is not allowed.
    """
    if path.is_dir():
        raise UserError(tr("{path} is a folder.", path=path), tr("Give the name of a file in it."))
    if not path.parent.is_dir():
        raise UserError(tr("There is no folder {path}.", path=path.parent), tr("Make it, or choose another place."))
    refuse_protected(path)
    try:
        with half_made(path, path.suffix) as partial:
            yield partial
            flush_to_disk(partial)
            partial.replace(path)
            flush_folder(path.parent)
    except OSError as error:
        raise _as_user_error(path, error) from error


def _as_user_error(path: Path, error: OSError) -> UserError:
    if error.errno == errno.ENOSPC:
        return UserError(
            tr("{path} could not be written: the disk is full.", path=path),
            tr("Nothing was written. Make room, or choose another disk."),
        )
    return UserError(
        tr("{path} could not be written: {reason}.", path=path, reason=(error.strerror or str(error)).rstrip(".")),
        tr("Nothing was written. If the file is open in another program, close it there; or choose another place."),
    )
