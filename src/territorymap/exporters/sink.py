"""A file for libraries that cannot bear an error of the disk: it is kept until they are done, and raised then.

XlsxWriter's packer and matplotlib's PDF leave things half open when a write fails, and complain of it while they are
collected, or hide the disk's error behind one of their own.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer


class Sink(io.BufferedWriter):
    """Takes all that is written; after the first error it only pretends to. :meth:`finish` raises that error."""

    def __init__(self, path: Path) -> None:
        self._patient = _Patient(path)
        super().__init__(self._patient, 1 << 16)

    def check(self) -> None:
        """Raise the error that has come, so that no work is done for nothing."""
        self._patient.check()

    def finish(self) -> None:
        """Close the file; raise the first error that a write met."""
        self.close()
        self.check()


class _Patient(io.RawIOBase):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("w+b", buffering=0)
        self._at = 0
        self._error: OSError | None = None

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        length = memoryview(data).nbytes
        rest = memoryview(data).cast("B")
        while self._error is None and len(rest):
            try:
                rest = rest[self._file.write(rest) :]
            except OSError as error:
                self._error = error
        self._at += length
        return length

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if self._error is None:
            self._at = self._file.seek(offset, whence)
        elif whence == io.SEEK_SET:
            self._at = offset
        return self._at

    def tell(self) -> int:
        return self._at

    def check(self) -> None:
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        if not self.closed:
            try:
                self._file.close()
            except OSError as error:
                self._error = self._error or error
        super().close()
