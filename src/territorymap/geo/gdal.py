"""GDAL with only those drivers that we read and write. Owns that list; everything that needs GDAL gets it from here.

GDAL chooses a driver by what stands in a file: a VRT in a file named .kml would make it open other files and
addresses, whatever was checked before. What is not there cannot be reached.
"""

from __future__ import annotations

import pyogrio
import pyogrio.core
import pyogrio.errors
import pyogrio.raw

__all__ = ["DRIVERS", "pyogrio"]
DRIVERS = frozenset(
    {"ESRI Shapefile", "FlatGeobuf", "GPKG", "GeoJSON", "KML", "LIBKML", "MEM", "OpenFileGDB", "TopoJSON"}
)
_OPTIONS = {
    "CPL_ALLOW_VSISTDIN": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "GDAL_PAM_ENABLED": "NO",  # nothing is written beside the file of a person
}


def _leave_out_others() -> None:
    """Take every other driver away; GDAL itself does that when it registers its drivers once more.

    WORKAROUND pyogrio 0.13: it cannot be told which drivers may open a file, and registers them without being asked.
    """
    others = set(pyogrio.list_drivers()) - DRIVERS
    pyogrio.set_gdal_config_options({**_OPTIONS, "GDAL_SKIP": ",".join(sorted(others))})
    pyogrio.core._register_drivers()
    left = set(pyogrio.list_drivers()) - DRIVERS
    if left:
        raise RuntimeError(f"GDAL keeps drivers that must not open files: {sorted(left)}")


_leave_out_others()
