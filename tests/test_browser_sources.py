"""What no page and no module may contain: each would be refused by our own Content-Security-Policy, or would
make markup of text that came from outside."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "static/js").rglob("*.js"))
#: Mail programs know no style sheets, so an e-mail has its styles inline; no page shows it.
MAILS = sorted((ROOT / "templates/mail").rglob("*.html"))
PAGES = sorted(set((ROOT / "templates").rglob("*.html")) - set(MAILS))
STYLES = sorted((ROOT / "static/css").rglob("*.css"))

MARKUP_FROM_TEXT = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTML|\beval\(|Function\("
)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|\|safe\b|autoescape off")
FROM_ELSEWHERE = re.compile(r"""(?:src|href|import|url\()\s*=?\s*["']?(?:https?:)?//""")


def test_there_is_something_to_check():
    assert len(MODULES) > 10
    assert len(PAGES) > 5
    assert len(STYLES) > 2


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_make_no_markup_of_text(path):
    assert MARKUP_FROM_TEXT.search(path.read_text(encoding="utf-8")) is None


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_have_no_inline_scripts_or_styles_and_trust_no_text(path):
    assert INLINE.search(path.read_text(encoding="utf-8")) is None


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.name)
def test_mails_have_no_scripts_and_trust_no_text(path):
    text = path.read_text(encoding="utf-8")
    assert re.search(INLINE.pattern.replace(r"|<style|\sstyle=", ""), text) is None


@pytest.mark.parametrize("path", [*MODULES, *PAGES, *MAILS, *STYLES], ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path):
    assert FROM_ELSEWHERE.search(path.read_text(encoding="utf-8")) is None


def test_every_place_that_modules_look_for_is_in_a_template():
    templates = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    modules = "".join(path.read_text(encoding="utf-8") for path in MODULES)
    wanted = set(re.findall(r"""(?:getElementById|clone)\(\s*"([\w-]+)"\s*\)""", modules))
    there = set(re.findall(r'(?:\bid=|\|json_script:)"([\w-]+)"', templates))
    assert len(wanted) > 20
    assert wanted <= there
