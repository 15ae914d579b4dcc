"""Modules joined into files: `ucmdash.scripts`. That browsers run them as they run the modules is what every test with
a real Chromium shows."""

from pathlib import Path

import pytest
import tree_sitter_javascript
from tree_sitter import Language, Parser

from ucmdash.scripts import ScriptError, joined, joined_later

OURS = Path("static/js")
JAVASCRIPT = Parser(Language(tree_sitter_javascript.language()))
ENTRIES = sorted(str(path.relative_to(OURS)) for path in OURS.rglob("*.js"))


def written(folder: Path, **modules: str) -> Path:
    """A folder of these modules; `a__b` stands for a/b.js."""
    for name, code in modules.items():
        path = folder / f"{name.replace('__', '/')}.js"
        path.parent.mkdir(exist_ok=True)
        path.write_text(code, "utf-8")
    return folder


def test_a_module_comes_after_what_it_needs_and_each_once(tmp_path):
    folder = written(
        tmp_path,
        page='import { one } from "./view/one.js";\nimport { two as zwei } from "./two.js";\none(zwei);\n',
        view__one='import * as all from "../two.js";\nexport function one() { return all.two; }\n',
        two="/** Not this. */\nexport const two = 2;\n",
    )
    assert joined(folder, "page.js").splitlines() == [
        "const $={};$.two=(()=>{const two=2;return{two};})();"
        "$.view$one=(()=>{const all=$.two;function one(){return all.two;}",
        "return{one};})();$.page=(()=>{const{one}=$.view$one;const{two:zwei}=$.two;one(zwei);return{};})();",
    ]


def test_what_is_loaded_later_comes_in_a_second_file_without_what_is_there(tmp_path):
    folder = written(
        tmp_path,
        page='import { one } from "./one.js";\nconst load = async () => (await import("./view/late.js")).go(one);\n',
        one="export const one = 1;\n",
        view__late='import { one } from "../one.js";\nexport class go { more = () => import("./last.js"); }\n',
        view__last="export const last = 1;\n",
    )
    first, later = joined(folder, "page.js"), joined_later(folder, "page.js")
    assert 'import("./page.js?later").then(exports)' in first
    assert "export{$,$load}" in first
    assert "(await $load(()=>$.view$late)).go(one)" in first
    assert later.startswith('import{$,$load}from"./page.js";')
    assert "$.view$last=" in later
    assert "$.one=" in first
    assert "$.one=" not in later


def test_a_script_without_modules_is_only_made_smaller(tmp_path):
    folder = written(tmp_path, page="// Why.\nconst one = 1;\n")
    assert joined(folder, "page.js") == "const one=1;"
    assert joined_later(folder, "page.js") == ""


@pytest.mark.parametrize(
    "code",
    [
        'import one from "./one.js";',
        'import "./one.js";',
        "export default 1;",
        "export let one = 1;",
        "export { one };",
        'export * from "./one.js";',
        "const one = await import(`./${name}.js`);",
        "const here = import.meta.url;",
    ],
)
def test_what_is_not_understood_is_told_with_its_place(tmp_path, code):
    folder = written(tmp_path, page='import { one } from "./one.js";\n', one=code)
    with pytest.raises(ScriptError, match=r"^one\.js: not understood: ") as told:
        joined(folder, "page.js")
    assert code.removeprefix("const one = await ").removeprefix("const here = ") in str(told.value)


def test_modules_that_need_each_other_are_told_by_name(tmp_path):
    folder = written(
        tmp_path, page='import { b } from "./b.js";\nexport const a = 1;\n', b='import { a } from "./page.js";\n'
    )
    with pytest.raises(ScriptError, match=r"modules need each other: page\.js → b\.js → page\.js"):
        joined(folder, "page.js")


def test_nothing_outside_the_folder_is_read(tmp_path):
    folder = written(tmp_path, page='import { a } from "./../../secret.js";\n')
    with pytest.raises(ScriptError, match="not among our scripts"):
        joined(folder, "page.js")


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_script_of_ours_is_understood_and_stays_javascript(entry):
    for text in (joined(OURS, entry), joined_later(OURS, entry)):
        assert not JAVASCRIPT.parse(text.encode()).root_node.has_error
