"""Map files that point at other files or addresses, and archives that climb out of themselves.

GDAL chooses a driver by what stands in a file: whatever the name, no other driver than the wanted may answer.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.cases import EITHER, GOOD, REFUSED, Hostile, Trap, bytes_file
from tests.hostile.maps import GOOD_FEATURE, collection, feature, square
from tests.hostile.odd_files import zipped
from tests.importers.boundary_files import frame, write_shapefile

_GOOD = collection(feature([square()]), GOOD_FEATURE)
_KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
_AREA = (
    "<Placemark><name>{}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{}</coordinates></LinearRing>"
    "</outerBoundaryIs></Polygon></Placemark>"
)
_RING = "0,0 1,0 1,1 0,1 0,0"

# What other drivers of GDAL know a file by; {file} and {url} are the traps.
_OTHERS = {
    "vrt": '<OGRVRTDataSource><!-- <kml> --><OGRVRTLayer name="secret"><SrcDataSource>{file}</SrcDataSource>'
    '<GeometryType>wkbPoint</GeometryType><GeometryField encoding="PointFromColumns" x="lon" y="lat"/>'
    "</OGRVRTLayer></OGRVRTDataSource>",
    "vrt of an address": '<OGRVRTDataSource><!-- <kml> --><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/{url}/x.json'
    "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
    "vrt of SQL": '<OGRVRTDataSource><!-- <kml> --><OGRVRTLayer name="x"><SrcDataSource>{file}</SrcDataSource>'
    "<SrcSQL>SELECT * FROM secret</SrcSQL></OGRVRTLayer></OGRVRTDataSource>",
    "union of vrts": '<OGRVRTDataSource><!-- <kml> --><OGRVRTUnionLayer name="u"><OGRVRTLayer name="secret">'
    "<SrcDataSource>{file}</SrcDataSource></OGRVRTLayer></OGRVRTUnionLayer></OGRVRTDataSource>",
    "wfs": "<OGRWFSDataSource><!-- <kml> --><URL>{url}/wfs</URL></OGRWFSDataSource>",
    "csw": "<OGRCSWDataSource><!-- <kml> --><URL>{url}/csw</URL></OGRCSWDataSource>",
    "oapif": "<OGRWFS3DataSource><!-- <kml> --><URL>{url}/</URL></OGRWFS3DataSource>",
    "ogcapi": "<OGCAPIDataset><!-- <kml> --><Collection>{url}/</Collection></OGCAPIDataset>",
    "gml with a schema": '<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml" '
    'xsi:schemaLocation="x {url}/x.xsd"><!-- <kml> --><gml:featureMember/></gml:FeatureCollection>',
    "gpx": '<gpx version="1.1"><!-- <kml> --><wpt lat="1" lon="1"><name>x</name></wpt></gpx>',
    "georss": "<rss><!-- <kml> --><channel><item><georss:point>1 1</georss:point></item></channel></rss>",
    "gdalg": '{{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline read {file}"}}',
    "gdalg behind a type": '{{"a":"{pad}","type":"Feature","type":"gdal_streamed_alg","command_line":'
    '"gdal vector pipeline ! read {file} ! write x.geojson"}}',
    "features service": '{{"type":"FeatureCollection","features":[],"links":[{{"rel":"next","href":"{url}/next"}}],'
    '"properties":{{"exceededTransferLimit":true}}}}',
    "esri service": '{{"type":"Feature","exceededTransferLimit":true,"geometryType":"esriGeometryPoint","fields":[],'
    '"features":[]}}',
    "stac": '{{"type":"FeatureCollection","stac_version":"1.0.0","features":[{{"type":"Feature","stac_version":"1.0.0",'
    '"geometry":null,"properties":{{}},"assets":{{"a":{{"href":"{url}/a.tif"}}}},"links":[{{"rel":"next",'
    '"href":"{url}/next"}}]}}]}}',
    "topojson by link": '{{"type":"Topology","objects":{{}},"arcs":[],"href":"{url}/x"}}',
    "json-fg": '{{"type":"FeatureCollection","conformsTo":["[ogc-json-fg-1-0.1:core]"],"features":[],"coordRefSys":'
    '"{url}/crs"}}',
    "address as a file": "/vsicurl/{url}/x.geojson",
    "wms": "<GDAL_WMS><!-- <kml> --><Service><ServerUrl>{url}/</ServerUrl></Service></GDAL_WMS>",
    "pipeline of text": "gdal vector pipeline ! read {file} ! write out.gpkg",
}


def _filled(text: str, trap: Trap) -> str:
    """Return a text with the traps put in; two braces are one."""
    text = text.replace("{{", "{").replace("}}", "}")
    return text.replace("{file}", str(trap.secret_file)).replace("{url}", trap.url).replace("{pad}", "x" * 70_000)


def cases() -> Iterator[Hostile]:
    for name, text in _OTHERS.items():
        for end in (".kml", ".geojson", ".csv", ".topojson", ".vrt", ".shp"):

            def make(folder: Path, trap: Trap, text: str = text, end: str = end) -> Path:
                path = folder / f"other{end}"
                path.write_text(_filled(text, trap))
                return path

            for target in ("accounts", "units"):
                yield Hostile(f"{name} called {end}", target, make)

        def inside(folder: Path, trap: Trap, text: str = text) -> Path:
            path = folder / "other.zip"
            content = _filled(text, trap).encode()
            path.write_bytes(zipped(("a.vrt", content), ("a.kml", content), ("b.json", content)))
            return path

        yield Hostile(f"{name} in a zip", "units", inside)
    for name, content in _KMLS.items():

        def make_kml(folder: Path, trap: Trap, content: str = content) -> Path:
            path = folder / "doc.kml"
            text = content.replace("{file}", str(trap.secret_file)).replace("{url}", trap.url)
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
            return path

        yield Hostile(f"kml {name}", "units", make_kml)
        yield Hostile(f"kml {name}", "accounts", make_kml)
    yield from _archives()
    for name, path_name in {
        "vsizip": "/vsizip/vsicurl/http://127.0.0.1:9/a.zip",
        "vsicurl": "/vsicurl/http://127.0.0.1:9/a.geojson",
        "vsimem": "/vsimem/x.geojson",
        "stdin": "/vsistdin/x.geojson",
        "http": "http://127.0.0.1:9/x.geojson",
        "postgres": "PG:host=127.0.0.1",
        "geojson prefix": "GeoJSON:http://127.0.0.1:9/x",
        "json text": '{"type":"Point","coordinates":[0,0]}',
    }.items():
        for target in ("accounts", "units", "line", "tiles", "template"):
            yield Hostile(
                f"name of GDAL's: {name}", target, lambda _f, _t, path_name=path_name: Path(path_name), REFUSED
            )


_KMLS = {
    "a link to itself": _KML.format("<NetworkLink><Link><href>doc.kml</href></Link></NetworkLink>" + _AREA.format("a", _RING)),
    "a link to an address": _KML.format(
        "<NetworkLink><Link><href>{url}/x.kml</href></Link></NetworkLink>" + _AREA.format("a", _RING)
    ),
    "a link to a file": _KML.format("<NetworkLink><Link><href>{file}</href></Link></NetworkLink>"),
    "only links": _KML.format("<NetworkLink><Link><href>doc.kml</href></Link></NetworkLink>" * 500),
    "a schema elsewhere": _KML.format('<Placemark><ExtendedData><SchemaData schemaUrl="{url}/s#x"/></ExtendedData></Placemark>'),
    "a style elsewhere": _KML.format(f"<Style><IconStyle><Icon><href>{{url}}/i.png</href></Icon></IconStyle></Style>{_AREA.format('a', _RING)}"),
    "folders in folders": _KML.format("<Folder>" * 3000 + _AREA.format("a", _RING) + "</Folder>" * 3000),
    "geometries in geometries": _KML.format(
        "<Placemark>" + "<MultiGeometry>" * 3000 + "<Point><coordinates>1,1</coordinates></Point>"
        + "</MultiGeometry>" * 3000 + "</Placemark>"
    ),
    "a name of 2 MB": _KML.format(_AREA.format("n" * 2_000_000, _RING)),
    "coordinates of text": _KML.format(_AREA.format("a", "x,y z,w hello")),
    "coordinates of nothing": _KML.format(_AREA.format("a", "")),
    "coordinates of nan": _KML.format(_AREA.format("a", "nan,nan inf,inf 1,1 nan,nan")),
    "coordinates of 1e999": _KML.format(_AREA.format("a", "1e999,0 1,0 1,1 1e999,0")),
    "coordinates without blanks": _KML.format(_AREA.format("a", "0,0,1,0,1,1,0,0")),
    "a time beyond all days": _KML.format("<Placemark><TimeStamp><when>99999-99-99</when></TimeStamp></Placemark>"),
    "cdata": _KML.format(_AREA.format("<![CDATA[<script>alert(1)</script>]]>", _RING)),
    "never closed": _KML.format(_AREA.format("a", _RING)).removesuffix("</Document></kml>"),
    "of another root": "<x><kml>" + _AREA.format("a", _RING) + "</kml></x>",
    "two roots": _KML.format(_AREA.format("a", _RING)) * 2,
    "an encoding nobody knows": '<?xml version="1.0" encoding="no-such"?>' + _KML.format(_AREA.format("a", _RING)),
    "an encoding that lies": '<?xml version="1.0" encoding="utf-16"?>' + _KML.format(_AREA.format("ä", _RING)),
    "a processing instruction": '<?xml version="1.0"?><?xml-stylesheet href="{url}/x.xsl"?>' + _KML.format(_AREA.format("a", _RING)),
    "an include": _KML.format('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{file}"/>' + _AREA.format("a", _RING)),
    "10,000 attributes": "<kml " + " ".join(f'a{i}="x"' for i in range(10_000)) + ">" + _AREA.format("a", _RING) + "</kml>",
}  # fmt: skip


def _linked(name: str, target: bytes) -> bytes:
    """Return an archive with a symbolic link in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.create_system = 3
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, target)
    return out.getvalue()


def _device(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.create_system = 3
        entry.external_attr = 0o020666 << 16
        archive.writestr(entry, b"")
    return out.getvalue()


def _nested(depth: int) -> bytes:
    content = zipped(("a.geojson", _GOOD))
    for i in range(depth):
        content = zipped((f"{i}.zip", content))
    return content


def _archives() -> Iterator[Hostile]:
    made: dict[str, tuple[bytes, str]] = {
        "path upwards": (zipped(("../../evil.geojson", _GOOD)), REFUSED),
        "absolute path": (zipped(("/tmp/evil.geojson", _GOOD)), REFUSED),
        "path of Windows": (zipped(("C:\\evil.geojson", _GOOD)), REFUSED),
        "path upwards of Windows": (zipped(("..\\..\\evil.geojson", _GOOD)), REFUSED),
        "path in the middle": (zipped(("a/../../evil.geojson", _GOOD)), REFUSED),
        "a link": (_linked("a.geojson", b"/etc/passwd"), REFUSED),
        "a link to a shapefile": (_linked("a.shp", b"/etc/passwd"), REFUSED),
        "a device": (_device("a.geojson"), REFUSED),
        "a zip in a zip": (_nested(1), REFUSED),
        "zips in zips": (_nested(20), REFUSED),
        "a name of braces": (zipped(("a}b{c.geojson", _GOOD)), EITHER),
        "a name of GDAL's": (zipped(("/vsicurl/http:/x/a.geojson", _GOOD)), EITHER),
        "a name with a line end": (zipped(("a\nb.geojson", _GOOD)), EITHER),
        "a name of 60,000 letters": (zipped(("n" * 60_000 + ".geojson", _GOOD)), EITHER),
        "a bidi name": (zipped(("\u202egnp.geojson", _GOOD)), EITHER),
        "folders only": (zipped(("a.shp/", b""), ("b/", b"")), REFUSED),
        "Mac forks only": (zipped(("__MACOSX/._a.shp", b"x")), REFUSED),
        "a vrt": (zipped(("a.vrt", b"<OGRVRTDataSource/>")), REFUSED),
        "a vrt called shp": (zipped(("a.shp", b"<OGRVRTDataSource/>"), ("a.dbf", b"")), REFUSED),
        "a png called geojson": (zipped(("a.geojson", b"\x89PNG\r\n\x1a\n")), REFUSED),
        "a geodatabase of nothing": (zipped(("x.gdb/a00000001.gdbtable", b""), ("x.gdb/gdb", b"")), REFUSED),
        "a geodatabase of noise": (zipped(("x.gdb/a00000001.gdbtable", bytes(range(256)) * 9)), REFUSED),
        "a geodatabase in no folder": (zipped(("a00000001.gdbtable", b"x")), REFUSED),
        "an empty shapefile": (zipped(("a.shp", b""), ("a.dbf", b""), ("a.shx", b"")), REFUSED),
        "good": (zipped(("a.geojson", _GOOD)), GOOD),
        "a comment of 65,535": (_commented(), EITHER),
    }
    for name, (content, ends) in made.items():
        yield Hostile(f"zip of {name}", "units", bytes_file("maps.zip", content), ends)
        yield Hostile(f"zip of {name}, as KMZ", "accounts", bytes_file("maps.kmz", content))
    for name, make in (
        ("twice the same name", _twice),
        ("a lying directory", _lying),
        ("overlapping members", _overlap),
    ):
        yield Hostile(f"zip of {name}", "units", _of_shapefile(make))
    for name in ("maps}.zip", "{maps.zip"):
        yield Hostile(f"zip called {name}", "units", bytes_file(name, zipped(("a.geojson", _GOOD))), REFUSED, "brace")
    for name in ("ma ps%20.zip", "vsizip.zip", "ma'p\"s.zip", "地图.zip"):
        yield Hostile(f"zip called {name}", "units", bytes_file(name, zipped(("a.geojson", _GOOD))), GOOD)
        yield Hostile(f"shapefile in {name}", "units", _of_shapefile(lambda m: zipped(*m), name), GOOD)


def _commented() -> bytes:
    content = zipped(("a.geojson", _GOOD))
    return content[:-2] + struct.pack("<H", 65_535) + b"PK\5\6" + b"x" * 65_531


Members = list[tuple[str, bytes]]


def _of_shapefile(make: Callable[[Members], bytes], name: str = "maps.zip") -> Callable[[Path, Trap], Path]:
    def maker(folder: Path, _: Trap) -> Path:
        shp = write_shapefile(folder / "parts", frame())
        members = [(part.name, part.read_bytes()) for part in sorted(shp.parent.iterdir())]
        path = folder / name
        path.write_bytes(make(members))
        return path

    return maker


def _twice(members: Members) -> bytes:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile says that the names are there twice: that is the point
        return zipped(*members, *[(name, b"junk") for name, _ in members])


def _lying(members: Members) -> bytes:
    content = bytearray(zipped(*members))
    at = content.find(b"PK\1\2")
    content[at + 42 : at + 46] = struct.pack("<I", 7)  # where the first member begins
    return bytes(content)


def _overlap(members: Members) -> bytes:
    content = bytearray(zipped(*members))
    at = content.find(b"PK\1\2")
    while at >= 0:
        content[at + 42 : at + 46] = struct.pack("<I", 0)
        at = content.find(b"PK\1\2", at + 4)
    return bytes(content)
