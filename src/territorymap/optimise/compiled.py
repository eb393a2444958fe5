"""Compiling of inner loops by numba, with what it made kept for the next start.

Owns the decorator and how numba finds what is kept; where that stands is kept's, the loops are elsewhere.
"""

from __future__ import annotations

import contextlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from territorymap.optimise.kept import numba_variables, shipped_folder, source_stamp, user_folder
from territorymap.sealing import sealed, unsealed

os.environ.update(numba_variables())  # numba reads them on import

from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile, _CacheLocator

_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Locator(_CacheLocator):
    """Where numba keeps a loop, and for which sources it holds.

    Numba's own locators ask for a source file, which a frozen program lacks; and they look at the file of the loop
    alone, not at those of the loops that are compiled into it.
    """

    def __init__(self, py_func: Any, py_file: str) -> None:
        self._py_file = py_file
        self._line = py_func.__code__.co_firstlineno

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> _Locator:
        return cls(py_func, py_file)

    def get_cache_path(self) -> str:
        return str(user_folder())

    def get_source_stamp(self) -> str:
        return source_stamp()

    def get_disambiguator(self) -> str:
        return str(self._line)


class _Impl(CompileResultCacheImpl):
    _locator_classes = [_Locator]  # noqa: RUF012 - numba's own form


class _KeptFiles(IndexDataCacheFile):
    """Numba's two files of a loop, sealed: of a damaged one numba believes every byte, and what it runs is no loop."""

    def __init__(self, folder: str, name: str) -> None:
        super().__init__(folder, name, source_stamp())
        self._index_path = str(Path(folder) / f"{name}.index")  # numba's own hold no seal
        self._data_name_pattern = f"{name}.{{number:d}}.loop"

    def _load_index(self) -> dict[Any, str]:
        content = _read(self._index_path)
        if content is None:
            return {}
        stamp, overloads = pickle.loads(content)
        return overloads if stamp == self._stamp else {}

    def _save_index(self, overloads: dict[Any, str]) -> None:
        self._write(self._index_path, (self._stamp, overloads))

    def _load_data(self, name: str) -> Any:
        content = _read(self._data_path(name))
        return None if content is None else pickle.loads(content)

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), data)

    def _write(self, path: str, content: Any) -> None:
        with self._open_for_write(path) as file:
            file.write(sealed(self._dump(content)))

    @property
    def _stamp(self) -> tuple[str, str]:
        return self._version, self._source_stamp


def _read(path: str) -> bytes | None:
    try:
        return unsealed(Path(path).read_bytes())
    except FileNotFoundError:
        return None


class _Cache(FunctionCache):
    """A loop as shipped, else as kept for this user."""

    _impl_class = _Impl

    def __init__(self, py_func: Any) -> None:
        super().__init__(py_func)
        folder = shipped_folder()
        name = self._impl.filename_base
        self._cache_file = _KeptFiles(self._cache_path, name)
        self._shipped = None if folder is None else _KeptFiles(str(folder), name)

    def _load_overload(self, sig: Any, target_context: Any) -> Any:
        if self._shipped is not None:
            data = self._shipped.load(self._index_key(sig, target_context.codegen()))
            if data is not None:
                return self._impl.rebuild(target_context, data)
        with contextlib.suppress(OSError):  # a cache that cannot be read costs time, nothing else
            return super()._load_overload(sig, target_context)
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        with contextlib.suppress(OSError):  # a full or read-only disk costs time at the next start, nothing else
            super().save_overload(sig, data)


def compiled(function: _Function) -> _Function:
    """Compile a function of numbers and arrays at its first call; the result is kept for the next start."""
    dispatcher = cast(Any, njit(nogil=True, error_model="numpy")(function))
    dispatcher._cache = _Cache(function)
    return cast(_Function, dispatcher)
