"""The page's JavaScript modules as one classic script, for the exported file that may fetch nothing.

Owns the joining; not the modules (resources/web). Only the forms of import and export used there are understood:
``import { a, b } from "./x.js";`` and ``export class|function|async function|const NAME``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([a-z_]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) +)(\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


def bundle(entry: str, read: Callable[[str], str]) -> str:
    """Return one script that runs the entry module and all that it imports, each in a scope of its own.

    Parameters
    ----------
    entry
        file name of the module to run, e.g. "main.js".
    read
        returns the text of a module by its file name.

    Raises
    ------
    ValueError
        if a module is written in a form that is not understood, or modules import each other in a circle.
    """
    done: dict[str, str] = {}
    _add(entry, read, done, [])
    return '"use strict";\n' + "\n".join(done.values())


def _add(name: str, read: Callable[[str], str], done: dict[str, str], path: list[str]) -> None:
    if name in path:
        raise ValueError(f"{' -> '.join([*path, name])} is a circle")
    if name in done:
        return
    text = read(name)
    for match in _IMPORT.finditer(text):
        _add(match[2], read, done, [*path, name])
    body = _IMPORT.sub(lambda m: f"const {{{m[1].replace(' as ', ': ')}}} = {_variable(m[2])};\n", text)
    names = [match[2] for match in _EXPORT.finditer(body)]
    body = _EXPORT.sub(r"\1\2", body)
    rest = _LEFT_OVER.search(body)
    if rest:
        raise ValueError(f"{name}: cannot join {rest[0]!r}")
    done[name] = f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {', '.join(names)} }};\n}})();"


def _variable(name: str) -> str:
    return "module_" + name.removesuffix(".js")
