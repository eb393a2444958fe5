"""A file that appears whole or not at all.

Owns the temporary file beside the target and the rename; not what is written.
"""

from __future__ import annotations

import errno
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from territorymap.errors import UserError
from territorymap.i18n import tr


@contextmanager
def staged(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; it takes the name of ``path`` when the block ends well.

    A file of that name is replaced then, never before. On any failure the partial file is removed.

    Raises
    ------
    UserError
        if the folder is not there, the disk is full, or writing is not allowed.
    """
    if path.is_dir():
        raise UserError(tr("{path} is a folder.", path=path), tr("Give the name of a file in it."))
    if not path.parent.is_dir():
        raise UserError(tr("There is no folder {path}.", path=path.parent), tr("Make it, or choose another place."))
    partial = path.with_name(f".{path.stem}-{uuid.uuid4().hex[:8]}{path.suffix}")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        raise _as_user_error(path, error) from error
    finally:
        for leftover in (partial, *(partial.with_name(partial.name + end) for end in ("-journal", "-wal", "-shm"))):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)


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
