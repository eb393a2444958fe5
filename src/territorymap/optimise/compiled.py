"""Compiling of inner loops by numba, with what it made kept for the next start.

Owns the decorator and how numba finds what is kept; where that stands is kept's, the loops are elsewhere.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

from territorymap.optimise.kept import numba_variables, shipped_folder, source_stamp, user_folder

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


class _Cache(FunctionCache):
    """A loop as shipped, else as kept for this user."""

    _impl_class = _Impl

    def __init__(self, py_func: Any) -> None:
        super().__init__(py_func)
        folder = shipped_folder()
        self._shipped = (
            None if folder is None else IndexDataCacheFile(str(folder), self._impl.filename_base, source_stamp())
        )

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
