"""Boundary files with corners, rings, codes and texts that are no map."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.hostile.cases import EITHER, GOOD, REFUSED, Hostile, Trap, bytes_file
from tests.importers.boundary_files import frame, write_shapefile

Ring = list[list[float]]


def square(x: float = 0.0, y: float = 0.0, side: float = 1.0) -> Ring:
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(coordinates: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": "A1", **properties},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def collection(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode("utf-8", "surrogatepass")


GOOD_FEATURE = feature([square(5, 5)], code="B1")


def cases() -> Iterator[Hostile]:
    for name, found, ends in _shapes():
        content = collection(found, GOOD_FEATURE)
        yield Hostile(f"area {name}", "units", bytes_file("area.geojson", content), ends)
        yield Hostile(f"area {name}, mended", "repair", bytes_file("area.geojson", content), ends)
        for target in ("polygon", "line"):
            yield Hostile(f"area {name}", target, bytes_file("area.geojson", collection(found)))
    for name, point in _POINTS.items():
        content = collection(feature(point, "Point", key="q1"), feature([0.5, 0.5], "Point", key="q2"))
        yield Hostile(f"point {name}", "accounts", bytes_file("points.geojson", content), GOOD)
    for name, text in _TEXTS.items():
        yield Hostile(f"geojson {name}", "units", bytes_file("text.geojson", text.encode("utf-8", "surrogatepass")))
        yield Hostile(f"geojson {name}", "line", bytes_file("text.geojson", text.encode("utf-8", "surrogatepass")))
    for name, text in _TOPOLOGIES.items():
        yield Hostile(f"topojson {name}", "units", bytes_file("arcs.topojson", text.encode()))
    for name, value in _CODES.items():
        content = collection(feature([square()], code=value), GOOD_FEATURE)
        yield Hostile(f"code {name}", "units", bytes_file("codes.geojson", content))
    for name, change in _SHAPEFILES.items():
        yield Hostile(f"shapefile {name}", "units", _shapefile(change))
    yield from _fgb()
    yield from _heavy()


def _shapes() -> Iterator[tuple[str, dict[str, Any], str]]:
    inf, nan = math.inf, math.nan
    yield "self-crossing", feature([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]), GOOD
    yield "of a spike", feature([[[0, 0], [1, 0], [1, 1], [1, 9], [1, 1], [0, 1], [0, 0]]]), GOOD
    yield "not closed", feature([[[0, 0], [1, 0], [1, 1], [0, 1]]]), GOOD
    yield "of one corner", feature([[[0, 0]]]), GOOD
    yield "of one corner a hundred times", feature([[[0, 0]] * 100]), GOOD
    yield "of two corners", feature([[[0, 0], [1, 1], [0, 0]]]), GOOD
    yield "of no corner", feature([[]]), GOOD
    yield "of no ring", feature([]), GOOD
    yield "of a hole outside", feature([square(), square(9, 9)]), GOOD
    yield "of a hole larger than it", feature([square(), square(-1, -1, 5)]), GOOD
    yield "of 2,000 holes alike", feature([square(), *[square(0.2, 0.2, 0.1)] * 2000]), GOOD
    yield "infinite", feature([[[0, 0], [inf, 0], [inf, inf], [0, 0]]]), EITHER
    yield "nan", feature([[[0, 0], [nan, 0], [1, nan], [0, 0]]]), EITHER
    yield "of 1e300", feature([square(1e300, 1e300, 1e300)]), EITHER
    yield "of 1e-300", feature([square(0, 0, 1e-300)]), GOOD
    yield "beyond the poles", feature([square(0, 500, 3)]), REFUSED
    yield "far beyond the date line", feature([square(900, 0)]), REFUSED
    yield "of the whole world", feature([[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]]), GOOD
    yield "at the pole", feature([square(0, 89, 1)]), GOOD
    yield "around the pole", feature([[[x, 80] for x in range(-180, 181, 20)]]), GOOD
    yield "over the date line", feature([square(179.5, 0)]), GOOD
    yield "with text for numbers", feature([[["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]]), EITHER
    yield "with nothing for numbers", feature([[[None, None], [1, 0], [1, 1], [None, None]]]), EITHER
    yield "with numbers in depth", feature([[[[[[0, 0]]]]]]), EITHER
    yield "of 20 dimensions", feature([[[0] * 20, [1, 0] + [0] * 18, [1, 1] + [0] * 18, [0] * 20]]), EITHER
    yield "of one dimension", feature([[[0], [1], [2], [0]]]), EITHER
    yield "of no kind", feature([square()], "Blob"), EITHER
    yield "of a kind that lies", feature([square()], "MultiPolygon"), EITHER
    yield "of points", feature([[0, 0], [1, 1]], "MultiPoint"), GOOD
    yield "of a comb", feature([[[0, 0], *[[i / 2000, i % 2] for i in range(2000)], [1, 0], [0, 0]]]), GOOD
    star = [[math.sin(i * 2.513) + 1, math.cos(i * 2.513) + 1] for i in range(400)]
    yield "of a star of 400 rays", feature([[*star, star[0]]]), GOOD
    line = {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[0, 0], [3, 3]]}}
    yield "that is a line", line, EITHER
    odd = {"type": "LineString", "coordinates": [[0.5, -1], [0.5, 5], [0.5, -1]] * 300}
    yield "that is a line to and fro", {"type": "Feature", "properties": {}, "geometry": odd}, EITHER


_POINTS: dict[str, Any] = {
    "infinite": [math.inf, -math.inf], "nan": [math.nan, 0], "of 1e308": [1e308, 1e308], "beyond": [900, 900],
    "empty": [], "of text": ["x", "y"], "of one number": [1], "of nothing": None, "at zero": [0, 0],
}  # fmt: skip
_DEEP = 20_000
_TEXTS = {
    "deep": '{"type":"FeatureCollection","features":' + "[" * _DEEP + "]" * _DEEP + "}",
    "deep in a property": '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"a":'
    + '{"a":' * _DEEP + "1" + "}" * _DEEP + "}}]}",
    "deep collection": '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
    + '{"type":"GeometryCollection","geometries":[' * 3000 + "]}" * 3000 + "}]}",
    "deep and never closed": '{"type":"FeatureCollection","features":' + "[" * 200_000,
    "open string": '{"type":"FeatureCollection","features":[{"type":"' + "x" * 200_000,
    "not a number": '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":'
    '"Point","coordinates":[NaN,Infinity]}}]}',
    "no features": '{"type":"FeatureCollection"}',
    "features of nothing": '{"type":"FeatureCollection","features":null}',
    "features of numbers": '{"type":"FeatureCollection","features":[1,2,3]}',
    "features of themselves": '{"type":"FeatureCollection","features":[{"type":"FeatureCollection","features":[]}]}',
    "type twice": '{"type":"Feature","type":"FeatureCollection","features":[],"type":"Topology"}',
    "numbers of 10,000 digits": '{"type":"Polygon","coordinates":[[[' + "9" * 10_000 + ",0],[1,0],[1,1],[0,0]]]}",
    "a crs of a file": '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"/etc/passwd"}},'
    '"features":[]}',
    "a crs by link": '{"type":"FeatureCollection","crs":{"type":"link","properties":{"href":"file:///etc/passwd",'
    '"type":"esriwkt"}},"features":[{"type":"Feature","properties":{"code":"A"},"geometry":{"type":"Polygon",'
    '"coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}',
    "a crs nobody knows": '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:99999999"}},'
    '"features":[{"type":"Feature","properties":{"code":"A"},"geometry":{"type":"Polygon",'
    '"coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}',
    "a thousand properties": json.dumps(
        {"type": "FeatureCollection", "features": [feature([square()], **{f"p{i}": i for i in range(1200)})]}
    ),
    "properties that change": json.dumps(
        {"type": "FeatureCollection", "features": [feature([square(i)], x=v) for i, v in
         enumerate([1, "a", None, True, 1.5, [1], {"a": 1}, 10**30])]}
    ),
    "lone surrogates": '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"\\ud800"},'
    '"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}',
    "zeros in text": '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"a\\u0000b"},'
    '"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}',
    "sequence": '{"type":"Feature","properties":{},"geometry":null}\n' * 50,
    "esri": '{"geometryType":"esriGeometryPolygon","features":[{"attributes":{},"geometry":{"rings":[]}}],"type":"Feature"}',
}  # fmt: skip


def _topology(arcs: Any, of: Any, **more: Any) -> str:
    objects = {"units": {"type": "GeometryCollection", "geometries": [
        {"type": "Polygon", "arcs": of, "properties": {"code": "A1"}}]}}  # fmt: skip
    return json.dumps({"type": "Topology", "objects": objects, "arcs": arcs, **more})


_ARC = [[0, 0], [1, 0], [1, 1], [0, 0]]
_TOPOLOGIES = {
    "arc that is not there": _topology([_ARC], [[99]]),
    "arc of itself": _topology([[0]], [[0]]),
    "arcs of arcs": _topology([[[0]], [[1]]], [[[0]]]),
    "arc before the first": _topology([_ARC], [[-99999999999]]),
    "arc that is text": _topology(["x"], [["x"]]),
    "arc again and again": _topology([_ARC], [[0] * 20_000]),
    "arc backwards": _topology([_ARC], [[~0]]),
    "arcs of nothing": _topology(None, None),
    "scale of 1e300": _topology([_ARC], [[0]], transform={"scale": [1e300, 1e300], "translate": [1e300, 0]}),
    "scale that is text": _topology([_ARC], [[0]], transform={"scale": "x", "translate": None}),
    "no objects": json.dumps({"type": "Topology", "objects": {}, "arcs": []}),
    "objects of objects": '{"type":"Topology","arcs":[],"objects":{"a":'
    + '{"type":"GeometryCollection","geometries":[' * 2000 + "]}" * 2000 + "}}",
    "objects that are a list": json.dumps({"type": "Topology", "objects": [1, 2], "arcs": []}),
}  # fmt: skip
_CODES: dict[str, Any] = {
    "missing": None, "empty": "", "zero letter": "\0", "markup": "<b>x</b>", "long": "c" * 100_000, "a list": [1, 2],
    "an object": {"a": {"b": 1}}, "a huge number": 10**40, "a float": 1.5, "true": True, "surrogate": "\ud800",
    "bidi": "\u202eA1\u2066", "line ends": "A\n1\r\n2", "sql": "'; DROP TABLE unit;--", "format": "{0}{x.y}%s",
    "blanks": "   \u3000 ", "the same": "B1",
}  # fmt: skip


def _shapefile(change: Callable[[dict[str, bytes]], None]) -> Callable[[Path, Trap], Path]:
    """Return a maker of a shapefile whose parts are changed by extension."""

    def make(folder: Path, _: Trap) -> Path:
        path = write_shapefile(folder / "parts", frame())
        parts = {part.suffix: part.read_bytes() for part in path.parent.iterdir()}
        change(parts)
        for part in path.parent.iterdir():
            part.unlink()
        for suffix, content in parts.items():
            path.with_suffix(suffix).write_bytes(content)
        return path

    return make


def _put(end: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.__setitem__(end, content)


def _patch(end: str, at: int, value: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts[end] = parts[end][:at] + value + parts[end][at + len(value) :]

    return change


def _keep(end: str, share: float) -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.__setitem__(end, parts[end][: int(len(parts[end]) * share)])


_PRJ = 'GEOGCS["x",DATUM["d",SPHEROID["s",{a},{f}]],PRIMEM["p",0],UNIT["degree",0.01745]]'
_SHAPEFILES: dict[str, Callable[[dict[str, bytes]], None]] = {
    **{f"without {end}": lambda parts, end=end: parts.pop(end) and None for end in (".dbf", ".shx", ".prj", ".cpg")},
    **{f"{end} empty": _put(end, b"") for end in (".dbf", ".shx", ".prj", ".cpg")},
    **{f"{end} of zeros": _put(end, b"\0" * 300) for end in (".dbf", ".shx", ".prj", ".cpg")},
    **{f"{end} cut": _keep(end, 0.6) for end in (".shp", ".dbf", ".shx", ".prj")},
    "prj of nonsense": _put(".prj", b"This is not a coordinate system"),
    "prj of a pipeline": _put(".prj", b"+proj=pipeline +step +proj=axisswap +order=2,1"),
    "prj of a grid elsewhere": _put(".prj", b"+proj=longlat +ellps=WGS84 +nadgrids=/etc/passwd +no_defs"),
    "prj of a grid at an address": _put(".prj", b"+proj=longlat +nadgrids=http://127.0.0.1:9/grid +no_defs"),
    "prj of an init file": _put(".prj", b"+init=/etc/passwd:1"),
    "prj that is deep": _put(".prj", b"PROJCS[" * 50_000),
    "prj of 2 MB": _put(".prj", b'GEOGCS["' + b"x" * 2_000_000 + b'"]'),
    "prj of no ball": _put(".prj", _PRJ.format(a=0, f=0).encode()),
    "prj of an infinite ball": _put(".prj", _PRJ.format(a="1e308", f="1e-308").encode()),
    "prj of a negative ball": _put(".prj", _PRJ.format(a=-6378137, f=298).encode()),
    "prj of the moon": _put(".prj", b'GEOGCS["Moon",DATUM["M",SPHEROID["M",1737400,0]],PRIMEM["p",0],UNIT["Degree",0.0174532925199433]]'),
    "cpg of nonsense": _put(".cpg", b"no-such-encoding"),
    "cpg of an odd codec": _put(".cpg", b"zlib_codec"),
    "cpg of rot13": _put(".cpg", b"rot13"),
    "cpg of punycode": _put(".cpg", b"idna"),
    "cpg of undefined": _put(".cpg", b"undefined"),
    "dbf of a billion rows": _patch(".dbf", 4, b"\xff\xff\xff\x7f"),
    "dbf of rows of no width": _patch(".dbf", 10, b"\0\0"),
    "dbf of a head beyond the end": _patch(".dbf", 8, b"\xff\xff"),
    "dbf of a field of width 0": _patch(".dbf", 32 + 16, b"\0"),
    "dbf of a field of width 255": _patch(".dbf", 32 + 16, b"\xff"),
    "dbf of a field of no kind": _patch(".dbf", 32 + 11, b"\xee"),
    "shp longer than it says": _patch(".shp", 24, b"\0\0\0\1"),
    "shp of a length below zero": _patch(".shp", 24, b"\xff\xff\xff\xff"),
    "shp of no kind": _patch(".shp", 32, b"\x63\0\0\0"),
    "shp of infinite extent": _patch(".shp", 36, b"\0\0\0\0\0\0\xf0\x7f" * 4),
    "shp of a billion corners": _patch(".shp", 100 + 8 + 4 + 32 + 4, b"\xff\xff\xff\x7f"),
    "shp of a billion parts": _patch(".shp", 100 + 8 + 4 + 32, b"\xff\xff\xff\x7f"),
    "shp of parts below zero": _patch(".shp", 100 + 8 + 4 + 32 + 8, b"\xff\xff\xff\xff"),
    "shp of nan corners": _patch(".shp", 100 + 8 + 4 + 32 + 12, b"\0\0\0\0\0\0\xf8\x7f" * 8),
    "shx that points beyond": _patch(".shx", 100, b"\x7f\xff\xff\xff"),
    "shx that points to itself": _patch(".shx", 100, b"\0\0\0\0"),
}  # fmt: skip


def _fgb() -> Iterator[Hostile]:
    def flat(change: Callable[[bytearray], bytes]) -> Callable[[Path, Trap], Path]:
        def make(folder: Path, _: Trap) -> Path:
            path = folder / "units.fgb"
            frame().to_file(path, driver="FlatGeobuf")
            path.write_bytes(change(bytearray(path.read_bytes())))
            return path

        return make

    def patched(at: int, value: bytes) -> Callable[[bytearray], bytes]:
        def change(content: bytearray) -> bytes:
            content[at : at + len(value)] = value
            return bytes(content)

        return change

    yield Hostile("flatgeobuf whole", "units", flat(bytes), GOOD)
    yield Hostile("flatgeobuf of its head", "units", flat(lambda c: bytes(c[:8])), REFUSED)
    for share in (20, 50, 90):
        yield Hostile(f"flatgeobuf cut at {share} %", "units", flat(lambda c, s=share: bytes(c[: len(c) * s // 100])))
    for at in (8, 12, 16, 24, 40, 60, 100, 150, 200, 300, 400, 500):
        yield Hostile(f"flatgeobuf with a huge number at {at}", "units", flat(patched(at, b"\xff\xff\xff\x7f")))


def _heavy() -> Iterator[Hostile]:
    def million(star: bool) -> Callable[[Path, Trap], Path]:
        def make(folder: Path, _: Trap) -> Path:
            n, step = 1_000_000, (2.399963 if star else 2 * math.pi / 1_000_000)
            points = (f"[{math.cos(i * step) + 2:.9f},{math.sin(i * step) + 2:.9f}]" for i in range(n))
            path = folder / "million.geojson"
            with path.open("w") as stream:
                stream.write('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"A"},')
                stream.write('"geometry":{"type":"Polygon","coordinates":[[')
                stream.write(",".join(points))
                stream.write(",[3.0,2.0]]]}}]}")
            return path

        return make

    def deep(folder: Path, _: Trap) -> Path:
        path = folder / "deep.geojson"
        path.write_bytes(b'{"type":"FeatureCollection","features":' + b"[" * 10_000_000)
        return path

    def long_text(folder: Path, _: Trap) -> Path:
        path = folder / "text.geojson"
        with path.open("wb") as stream:
            stream.write(b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"')
            for _i in range(100):
                stream.write(b"x" * (1 << 20))
            stream.write(b'"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}')
        return path

    def many(folder: Path, _: Trap) -> Path:
        path = folder / "many.geojson"
        with path.open("wb") as stream:
            stream.write(b'{"type":"FeatureCollection","features":[')
            for i in range(250_000):
                stream.write(b'{"type":"Feature","properties":{"code":"%d"},"geometry":null},' % i)
            stream.write(b'{"type":"Feature","properties":{},"geometry":null}]}')
        return path

    yield Hostile("ring of a million corners", "units", million(False), GOOD, heavy=True)
    yield Hostile("ring of a million corners", "polygon", million(False), heavy=True)
    yield Hostile("star of a million rays", "units", million(True), heavy=True)
    yield Hostile("star of a million rays", "polygon", million(True), heavy=True)
    for target in ("units", "accounts", "line", "terms", "scope", "sizing"):
        yield Hostile("10,000,000 brackets", target, deep, REFUSED, heavy=True)
    yield Hostile("text of 100 MB", "units", long_text, heavy=True)
    yield Hostile("250,000 features", "units", many, REFUSED, heavy=True)
