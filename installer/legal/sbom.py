"""The bill of materials: CycloneDX 1.6, JSON, checked against its schema before it is written.

Owns the form; the parts are collect.py's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from installer.legal.parts import NoticesError, Part
from installer.legal.python_parts import normal_name

VERSION = SchemaVersion.V1_6


def bill_of_materials(name: str, version: str, licence: str, parts: Iterable[Part]) -> str:
    """Return the bill of the program as JSON text.

    Raises
    ------
    NoticesError
        if the text does not hold to the schema.
    """
    parts = list(parts)
    factory = LicenseFactory()
    root = Component(
        type=ComponentType.APPLICATION,
        name=name,
        version=version,
        bom_ref=f"{name}@{version}",
        licenses=[factory.make_from_string(licence)],
        purl=PackageURL("pypi", name=name, version=version),
    )
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, "\n".join(f"{part.name} {part.version}" for part in parts)))
    bom.metadata.component = root
    bom.metadata.timestamp = _time_of_build()
    components = {(part.name, part.version): _component(part, factory) for part in parts}
    for component in components.values():
        bom.components.add(component)
    by_name = {
        normal_name(part.name): components[part.name, part.version]
        for part in parts
        if part.kind == "python" or part.name == "Python"
    }
    for part in parts:
        needed = [by_name[need] for need in part.needs if need in by_name]
        bom.register_dependency(components[part.name, part.version], needed)
        owner = by_name.get(normal_name(part.owner))
        bom.register_dependency(owner or root, [components[part.name, part.version]])
    text = str(make_outputter(bom, OutputFormat.JSON, VERSION).output_as_string(indent=1))
    check_bill(text)
    return text


def check_bill(text: str) -> None:
    """End the build if a bill does not hold to the schema of CycloneDX."""
    error = JsonStrictValidator(VERSION).validate_str(text)
    if error is not None:
        raise NoticesError(f"the bill of materials does not hold to CycloneDX {VERSION.to_version()}: {error}")


def _component(part: Part, factory: LicenseFactory) -> Component:
    component = Component(
        type=ComponentType.DATA if part.kind == "data" else ComponentType.LIBRARY,
        name=part.name,
        version=part.version or None,
        bom_ref=f"{part.kind}:{part.name}@{part.version}",
        licenses=[factory.make_from_string(part.licence)],
        purl=PackageURL.from_string(part.purl) if part.purl else None,
        properties=[Property(name="territorymap:licence-file", value=f"licences/{part.file}")],
    )
    component.properties.update(Property(name="territorymap:file", value=file) for file in part.files)
    if part.url:
        component.external_references.add(ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(part.url)))
    return component


def _time_of_build() -> datetime:
    """Return the time of the build; that of the source, where a repeatable build says so."""
    said = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(said), UTC) if said else datetime.now(UTC).replace(microsecond=0)
