"""Named arrays in one block of bytes, read by the page as typed arrays without copying.

Owns the container's layout (resources/web/packed.js reads it); not what is packed (packing, context).

    "TMAP" | u32 version | u32 length of head | head: JSON, UTF-8 | padding to 8 | arrays, each padded to 8
    head = {"kind", "meta", "arrays": [{"name", "dtype", "shape", "offset", "length"}]}; little-endian throughout,
    offsets count from the first array.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"TMAP"
VERSION = 1
DTYPES = {"u1": np.uint8, "i2": np.int16, "i4": np.int32, "u4": np.uint32, "f4": np.float32, "f8": np.float64}
_NAMES = {np.dtype(d): name for name, d in DTYPES.items()}


@dataclass(frozen=True)
class Packed:
    """A container that was read."""

    kind: str
    meta: dict[str, Any]
    arrays: dict[str, NDArray[Any]]


def pack(kind: str, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> bytes:
    """Return the container of these arrays."""
    entries, blocks, offset = [], [], 0
    for name, array in arrays.items():
        flat = np.ascontiguousarray(array)
        block = flat.astype(flat.dtype.newbyteorder("<"), copy=False).tobytes()
        entries.append(
            {
                "name": name,
                "dtype": _NAMES[flat.dtype],
                "shape": list(flat.shape),
                "offset": offset,
                "length": len(block),
            }
        )
        block += bytes(-len(block) % 8)
        blocks.append(block)
        offset += len(block)
    head = json.dumps({"kind": kind, "meta": meta, "arrays": entries}, separators=(",", ":"), allow_nan=False).encode()
    start = MAGIC + struct.pack("<II", VERSION, len(head)) + head
    return b"".join([start, bytes(-len(start) % 8), *blocks])


def unpack(data: bytes) -> Packed:
    """Return the arrays of a container.

    Raises
    ------
    ValueError
        if it is not one, or cut off.
    """
    if data[:4] != MAGIC or len(data) < 12:
        raise ValueError("not a container of the map page")
    version, head_length = struct.unpack_from("<II", data, 4)
    if version != VERSION or 12 + head_length > len(data):
        raise ValueError("another version, or cut off")
    head = json.loads(data[12 : 12 + head_length])
    base = 12 + head_length + (-(12 + head_length) % 8)
    arrays = {}
    for entry in head["arrays"]:
        dtype = np.dtype(DTYPES[entry["dtype"]]).newbyteorder("<")
        count = entry["length"] // dtype.itemsize
        arrays[entry["name"]] = np.frombuffer(data, dtype, count, base + entry["offset"]).reshape(entry["shape"])
    return Packed(head["kind"], head["meta"], arrays)
