"""What the program found of itself: modules, metrics, importers, exporters, searches, pages. For those who pack it.

Owns the list; a frozen program must tell the same as its sources (installer/check_registries.py).
"""

from __future__ import annotations

import json
import pkgutil
from importlib import import_module
from typing import Any

import click

_PACKAGE = "territorymap"


@click.command("registries", hidden=True, help="List what the program is made of, as JSON.")  # no planner's command
def registries() -> None:
    """List what the program is made of, as JSON; everything is imported, so a part that cannot be is told."""
    click.echo(json.dumps(list_registries(), indent=1, ensure_ascii=False))


def list_registries() -> dict[str, list[str]]:
    """Return the names in every registry, and of all modules, each imported."""
    modules = sorted(_import_all())
    names: dict[str, Any] = {
        "commands": _command_names(import_module(f"{_PACKAGE}.cli.root").territorymap),
        "metrics": list(_call("metrics.registry", "metrics")),
        "importers": [one.name for one in _call("importers.registry", "table_formats")],
        "exporters": [one.name for one in _call("exporters.registry", "list_exporters")],
        "shadings": list(_call("mapview.shading.registry", "families")),
        "optimisers": [one for one in modules if ".optimise." in one and hasattr(import_module(one), "warm_up")],
        "pages": [_found(page.place) for page in _call("ui.planning.pages", "list_pages")],
        "figures": [import_module(name).__name__ for name in import_module(f"{_PACKAGE}.session.figures").PROVIDERS],
        "layers": [layer.id for layer in _call("geo.shipped", "list_layers")],
    }
    return {**{key: sorted(value) for key, value in names.items()}, "modules": modules}


def _import_all() -> list[str]:
    package = import_module(_PACKAGE)
    found = [info.name for info in pkgutil.walk_packages(package.__path__, f"{_PACKAGE}.")]
    found = [name for name in found if not name.endswith("__main__")]  # importing those runs the program
    return [import_module(name).__name__ for name in found]


def _call(module: str, function: str) -> Any:
    return getattr(import_module(f"{_PACKAGE}.{module}"), function)()


def _found(place: str) -> str:
    """Return "module:Class" after the class was found there."""
    module, _, name = place.partition(":")
    return f"{module}:{getattr(import_module(module), name).__name__}"


def _command_names(group: click.Group) -> list[str]:
    names: list[str] = []
    for name, command in group.commands.items():
        names.append(name)
        if isinstance(command, click.Group):
            names += [f"{name} {inner}" for inner in _command_names(command)]
    return names
