"""SQL through GDAL's own GeoPackage driver, as QGIS does it: the library that pyogrio brings, called directly."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Sequence
from pathlib import Path

import pyogrio
import pytest

UPDATE, VECTOR = 0x1, 0x4


@functools.cache
def library() -> ctypes.CDLL:
    folder = Path(pyogrio.__file__).parent.parent / "pyogrio.libs"
    found = sorted(folder.glob("libgdal*")) + sorted(folder.glob("gdal*.dll"))
    if not found:
        pytest.skip("this pyogrio does not bring GDAL as a library of its own")
    gdal = ctypes.CDLL(str(found[0]))
    gdal.GDALOpenEx.restype = ctypes.c_void_p
    gdal.GDALOpenEx.argtypes = [ctypes.c_char_p, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    gdal.GDALDatasetExecuteSQL.restype = ctypes.c_void_p
    gdal.GDALDatasetExecuteSQL.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_char_p]
    gdal.GDALDatasetReleaseResultSet.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    gdal.GDALClose.argtypes = [ctypes.c_void_p]
    gdal.CPLGetLastErrorMsg.restype = ctypes.c_char_p
    return gdal


def run_sql(path: Path, statements: Sequence[str]) -> None:
    """Run statements on a GeoPackage opened by GDAL for update."""
    gdal = library()
    dataset = gdal.GDALOpenEx(str(path).encode(), UPDATE | VECTOR, None, None, None)
    assert dataset, gdal.CPLGetLastErrorMsg()
    for sql in statements:
        gdal.CPLErrorReset()
        result = gdal.GDALDatasetExecuteSQL(dataset, sql.encode(), None, None)
        assert gdal.CPLGetLastErrorMsg() == b"", (sql, gdal.CPLGetLastErrorMsg())
        if result:
            gdal.GDALDatasetReleaseResultSet(dataset, result)
    gdal.GDALClose(dataset)


def add_spatial_index(path: Path, *layers: str) -> None:
    """Give layers the RTree with its triggers that GDAL and QGIS use."""
    run_sql(path, [f"SELECT CreateSpatialIndex('{layer}', 'geom')" for layer in layers])
