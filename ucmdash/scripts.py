"""Our scripts as browsers get them: the modules of a page joined into one file, and what it loads later into another.

A browser that fetches modules one by one makes a request for each, finds the next only when it has read the one
before, and gets each packed by itself: half as many bytes again. So each module becomes a function's body in the order
in which the browser would run them, and what it exports an entry of one object.

Of JavaScript only what our modules use is understood, each where a line begins, and `ScriptError` tells of the rest:

    import { a, b as c } from "./d.js";
    import * as d from "./d.js";
    export function e…, export async function e…, export class e…, export const e…

and, anywhere, `import("./d.js")` of what is loaded later. Pure: files in, text out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rjsmin import jsmin

#: Comments that have lines of their own.
_COMMENT = re.compile(r"^[ \t]*(?:/\*\*.*?\*/|//[^\n]*)$", re.MULTILINE | re.DOTALL)
_IMPORT = re.compile(r'^import (?:\* as (\w+)|\{([^}]*)\}) from "(\.\.?/[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:(?:async )?function|class|const) (\w+))", re.MULTILINE)
_LATER = re.compile(r'\bimport\("(\.\.?/[^"]+)"\)')
#: What is left where the three above found something else than they know.
_UNKNOWN = re.compile(r"^(?:import|export)\b.*|\bimport\s*[(.].*", re.MULTILINE)
#: The words that joined files have of their own: what modules export, and how to load the second file.
_MODULES, _LOAD = "$", "$load"


class ScriptError(ValueError):
    """A module that cannot be joined: which one, and why."""


@dataclass(frozen=True, slots=True)
class _Module:
    name: str
    code: str
    exports: tuple[str, ...]
    needs: tuple[str, ...]
    later: tuple[str, ...]

    def __str__(self) -> str:
        given = ", ".join(self.exports)
        return f"{_exports(self.name)} = (() => {{\n{self.code}\nreturn {{ {given} }};\n}})();\n"


def joined(folder: Path, entry: str) -> str:
    """The script `entry` (a path below `folder`) with all it imports."""
    first = _closure(folder, [entry])
    later = _later(folder, first)
    if len(first) == 1 and not later:
        return jsmin((folder / entry).read_text("utf-8"))
    own = posixpath.basename(entry)
    head = f"const {_MODULES} = {{}};\n"
    if later:
        head += f'const {_LOAD} = (exports) => import("./{own}?later").then(exports);\n'
        head += f"export {{ {_MODULES}, {_LOAD} }};\n"
    return jsmin(head + "".join(map(str, first.values())))


def joined_later(folder: Path, entry: str) -> str:
    """All that the script `entry` and what it imports load later, without what has come with it; "" for nothing."""
    later = _later(folder, _closure(folder, [entry]))
    if not later:
        return ""
    head = f'import {{ {_MODULES}, {_LOAD} }} from "./{posixpath.basename(entry)}";\n'
    return jsmin(head + "".join(map(str, later.values())))


def _later(folder: Path, first: Mapping[str, _Module]) -> dict[str, _Module]:
    found = dict(first)
    # What is loaded later may itself load something later: it comes with it.
    while missing := {name for module in found.values() for name in module.later} - found.keys():
        found |= _closure(folder, sorted(missing), found)
    return {name: module for name, module in found.items() if name not in first}


def _closure(folder: Path, names: Iterable[str], known: Mapping[str, _Module] | None = None) -> dict[str, _Module]:
    """These and what they import, each after what it needs, without what is `known`."""
    found: dict[str, _Module] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ScriptError(f"modules need each other: {' → '.join((*path, name))}")
        if name in found or name in (known or ()):
            return
        module = _read(folder, name)
        for needed in module.needs:
            visit(needed, (*path, name))
        found[name] = module

    for name in names:
        visit(name, ())
    return found


def _exports(name: str) -> str:
    """Where the exports of a module are: "view/dom.js" has $.view$dom."""
    return f"{_MODULES}.{name.removesuffix('.js').replace('/', '$')}"


def _read(folder: Path, name: str) -> _Module:
    """Raises ScriptError for what is not understood, and OSError for a file that is not there."""
    needs: list[str] = []
    later: list[str] = []

    def resolve(path: str) -> str:
        resolved = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        if resolved.startswith(".."):
            raise ScriptError(f"{name} imports {path}, which is not among our scripts")
        return resolved

    def bind(found: re.Match[str]) -> str:
        whole, names, path = found.groups()
        needs.append(resolve(path))
        bound = whole or f"{{{names.replace(' as ', ': ')}}}"
        return f"const {bound} = {_exports(needs[-1])};"

    def load(found: re.Match[str]) -> str:
        later.append(resolve(found[1]))
        return f"{_LOAD}(() => {_exports(later[-1])})"

    code = _COMMENT.sub("", (folder / name).read_text("utf-8"))
    exports = tuple(found[1] for found in _EXPORT.finditer(code))
    code = _LATER.sub(load, _EXPORT.sub("", _IMPORT.sub(bind, code)))
    if unknown := _UNKNOWN.search(code):
        raise ScriptError(f"{name}: not understood: {unknown[0]}")
    return _Module(name, code, exports, tuple(needs), tuple(later))
