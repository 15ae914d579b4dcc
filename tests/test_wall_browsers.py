"""What a TV loads must be understood by Chromium 85: every module, style and template of its pages is parsed and looked
through for what came later. (A syntax that a browser does not know leaves the screen black, and nobody near a TV reads
its console.)"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter_css
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

ROOT = Path(__file__).resolve().parent.parent
JAVASCRIPT = Parser(Language(tree_sitter_javascript.language()))
CSS = Parser(Language(tree_sitter_css.language()))
TEMPLATES = sorted((ROOT / "templates/wall").glob("*.html"))

#: Syntax: node types of the grammar that stand for something newer than ES2020 and private members.
NEW_NODES = {"class_static_block", "using_declaration", "decorator", "import_attribute"}
NEW_ASSIGNMENTS = {"??=", "||=", "&&="}
#: Methods that Chromium 85 does not have, by the version that brought them.
NEW_MEMBERS = {
    **dict.fromkeys(["replaceChildren"], 86),
    **dict.fromkeys(["at", "hasOwn"], 93),
    **dict.fromkeys(["findLast", "findLastIndex", "structuredClone", "randomUUID"], 98),
    **dict.fromkeys(["showPicker"], 99),
    **dict.fromkeys(["timeout", "checkVisibility"], 105),
    **dict.fromkeys(["toSorted", "toReversed", "toSpliced", "with", "groupBy", "showPopover"], 117),
    **dict.fromkeys(["withResolvers", "canParse", "fromAsync", "any", "setHTMLUnsafe", "parse", "try"], 126),
    **dict.fromkeys(["union", "intersection", "difference", "isSubsetOf", "isSupersetOf"], 122),
}
#: Names that are fine on the objects they are called on here.
OLD_OWNERS = {"JSON.parse", "Date.parse", "Promise.any"}
NEW_GLOBALS = {"structuredClone", "WeakRef", "FinalizationRegistry", "Iterator", "reportError", "scheduler", "Temporal"}

NEW_SELECTORS = re.compile(
    r":(has|is|where|focus-visible|modal|popover-open|open|user-valid|user-invalid|not\([^)]*,)|::(backdrop-filter|part)"
)
NEW_PROPERTIES = re.compile(
    r"^(inset(-.*)?|aspect-ratio|accent-color|container(-.*)?|translate|rotate|scale|offset(-.*)?|field-sizing"
    r"|text-wrap(-.*)?|color-scheme-.*|(margin|padding)-(block|inline)|overflow-clip-margin|view-transition-name)$"
)
NEW_FUNCTIONS = re.compile(r"\b(light-dark|color-mix|oklch|oklab|lch|lab|round|mod|rem|sin|cos|anchor|if)\(")
NEW_UNITS = re.compile(r"\d(dvh|svh|lvh|dvw|svw|lvw|cqw|cqh|cqi|cqb|rlh|lh)\b")
NEW_RULES = re.compile(r"@(layer|container|scope|starting-style|position-try|view-transition)\b")
NEW_VALUES = re.compile(r"overflow(-[xy])?:\s*clip|display:\s*(inline )?(grid-lanes)|:\s*revert-layer")


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def words(node: Node | None) -> str:
    return node.text.decode() if node is not None and node.text is not None else ""


# --- what a module has that is newer ----------------------------------------------------------------------------


def newer_script(source: str) -> list[str]:
    """What of this module Chromium 85 does not know, each with its line."""
    tree = JAVASCRIPT.parse(source.encode())
    if tree.root_node.has_error:
        return ["cannot be parsed"]
    return [
        f"{node.start_point.row + 1}: {found}" for node in nodes(tree.root_node) if (found := _newer_in_script(node))
    ]


def _newer_in_script(node: Node) -> str:
    match node.type:
        case kind if kind in NEW_NODES:
            return kind
        case "augmented_assignment_expression":
            operator = words(node.child_by_field_name("operator"))
            return operator if operator in NEW_ASSIGNMENTS else ""
        case "binary_expression":
            left = node.child_by_field_name("left")
            return "#x in object" if left is not None and left.type == "private_property_identifier" else ""
        case "await_expression":
            return "" if _is_in_function(node) else "top-level await"
        case "call_expression":
            called = node.child_by_field_name("function")
            name = words(called.child_by_field_name("property")) if called is not None else ""
            return f".{name}()" if name in NEW_MEMBERS and words(called) not in OLD_OWNERS else ""
        case "identifier":
            return words(node) if words(node) in NEW_GLOBALS else ""
        case "regex_flags":
            return f"/{words(node)}" if set(words(node)) & set("dv") else ""
        case "new_expression" if words(node.child_by_field_name("constructor")) == "WebSocket":
            return "" if "address" in words(node) else "a WebSocket by a relative address"
    return ""


def _is_in_function(node: Node) -> bool:
    above = node.parent
    while above is not None:
        if above.type in {"function_declaration", "arrow_function", "method_definition", "function_expression"}:
            return True
        above = above.parent
    return False


# --- what a style has that is newer -----------------------------------------------------------------------------


def newer_style(source: str) -> list[str]:
    """What of this style Chromium 85 does not know."""
    tree = CSS.parse(source.encode())
    plain = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    found = ["cannot be parsed"] if tree.root_node.has_error else []
    for node in nodes(tree.root_node):
        if node.type == "rule_set" and _is_in(node, "rule_set"):
            found.append(f"nesting: {words(node.children[0])}")
        if node.type == "selectors" and NEW_SELECTORS.search(words(node)):
            found.append(words(node))
        if node.type == "property_name" and NEW_PROPERTIES.search(words(node)):
            found.append(words(node))
    for pattern in (NEW_FUNCTIONS, NEW_UNITS, NEW_RULES, NEW_VALUES):
        found += [match[0] for match in pattern.finditer(plain)]
    if len(re.findall(r"[{;\s]mask:", plain)) != len(re.findall(r"[{;\s]-webkit-mask:", plain)):
        found.append("mask without -webkit-mask")
    return found


def _is_in(node: Node, kind: str) -> bool:
    above = node.parent
    while above is not None and above.type != kind:
        above = above.parent
    return above is not None


# --- what the pages load ----------------------------------------------------------------------------------------


def loaded() -> set[Path]:
    """Every script and style that a TV's pages load, by their templates and from there by imports."""
    found: set[Path] = set()
    templates = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    left = [ROOT / "static" / name for name in re.findall(r"{% static '([^']+\.(?:js|css))' %}", templates)]
    while left:
        path = left.pop().resolve()
        if path in found:
            continue
        found.add(path)
        imports = re.findall(r"""(?m)^(?:import|export)\b[^;]*?["'](\.[^"']+)["']""", path.read_text(encoding="utf-8"))
        left += [path.parent / name for name in imports if path.suffix == ".js"]
    return found


LOADED = sorted(loaded())


def test_the_pages_of_a_tv_load_what_is_looked_at_here():
    names = {str(path.relative_to(ROOT / "static")) for path in LOADED}
    assert {"js/wall/wall.js", "js/wall/pairing.js", "js/store.js", "js/socket.js", "js/figures.js"} <= names
    assert {name for name in names if name.endswith(".css")} == {"css/wall.css"}
    assert not any("base.html" in path.read_text(encoding="utf-8").split("wall/base.html")[0] for path in TEMPLATES)


@pytest.mark.parametrize("path", [path for path in LOADED if path.suffix == ".js"], ids=lambda path: path.name)
def test_a_module_that_a_tv_loads_has_nothing_newer(path):
    assert newer_script(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [path for path in LOADED if path.suffix == ".css"], ids=lambda path: path.name)
def test_a_style_that_a_tv_loads_has_nothing_newer(path):
    assert newer_style(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "newer",
    [
        "a ??= 1",
        "a ||= 1",
        "class A { static { this.b = 1; } }",
        "class A { #x; has(o) { return #x in o; } }",
        "list.at(-1)",
        "list.toSorted()",
        "Object.groupBy(list, f)",
        "structuredClone(a)",
        "await ready",
        "/a/v.test(b)",
        "new WebSocket('/ws/')",
        "let = = 1",
    ],
)
def test_what_is_newer_in_a_module_is_found(newer):
    assert newer_script(newer)


def test_what_chromium_85_knows_is_let_be():
    assert (
        newer_script("class A { #x = 1; #m() { return this.#x ?? JSON.parse(b)?.c; } async n() { await 1_000; } }")
        == []
    )


@pytest.mark.parametrize(
    "newer",
    [
        "a { b { color: red } }",
        "a:has(b) { color: red }",
        ":is(a, b) { color: red }",
        "a { inset: 0 }",
        "a { color: light-dark(#fff, #000) }",
        "a { height: 100dvh }",
        "@layer x { a { color: red } }",
        "a { mask: none }",
        "a { aspect-ratio: 1 }",
    ],
)
def test_what_is_newer_in_a_style_is_found(newer):
    assert newer_style(newer)


# --- colours ----------------------------------------------------------------------------------------------------


def test_the_colours_of_the_wall_are_those_of_the_other_pages():
    """It cannot load tokens.css, whose light-dark() came with Chromium 123."""
    tokens = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    light, dark = {}, {}
    for name, of_light, of_dark in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\);", tokens):
        light[name], dark[name] = of_light, of_dark
    wall = (ROOT / "static/css/wall.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root[^{]*{([^}]*)}", wall)
    for block, known in zip(blocks, (dark, light), strict=True):
        own = dict(re.findall(r"--([\w-]+): (#\w+);", block))
        assert len(own) > 15
        assert own == {name: known[name] for name in own}
