"""Our own files as they are served."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

SCRIPT = Path("static/js/store.js")
ADDRESS = f"{settings.STATIC_URL}js/store.js"


MODULES = sorted(Path("static/js").rglob("*.js"))


def packed(address: str) -> bytes:
    response = Client().get(address, headers={"Accept-Encoding": "gzip, deflate"})
    assert response["Content-Encoding"] == "gzip"
    assert response["Content-Length"] == str(len(response.content))
    assert len(response.content) < 5000
    return gzip.decompress(response.content)


def test_a_style_is_packed_for_who_takes_gzip_and_is_the_same():
    assert packed(f"{settings.STATIC_URL}css/base.css") == Path("static/css/base.css").read_bytes()


def test_a_script_is_packed_without_comments_and_each_line_is_where_it_was():
    lines = packed(ADDRESS).decode().splitlines()
    source = SCRIPT.read_text(encoding="utf-8").splitlines()
    kept = [line if line == own else "" for line, own in zip(lines, source, strict=True)]
    assert lines == kept
    left_out = {own.strip()[:2] for line, own in zip(lines, source, strict=True) if line != own}
    assert left_out == {"/*", "* ", "*", "*/"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_what_is_left_out_of_a_script_is_comments_only(path):
    """A line of a text that looks like a comment would be lost: there is none where a text has several lines."""
    for text in re.findall(r"`[^`]*`", re.sub(r"(?m)^\s*(//.*|/\*\*[\s\S]*?\*/)$", "", path.read_text("utf-8"))):
        assert not re.search(r"(?m)^\s*(//|/\*\*)", text)


@pytest.mark.parametrize("accepted", [{}, {"Accept-Encoding": "br"}])
def test_who_does_not_take_gzip_gets_it_as_it_is(accepted):
    response = Client().get(ADDRESS, headers=accepted)
    assert "Content-Encoding" not in response
    assert response.content == SCRIPT.read_bytes()


def test_a_cache_between_keeps_both_apart():
    assert "Accept-Encoding" in Client().get(ADDRESS)["Vary"]


def test_pictures_are_not_packed_again():
    response = Client().get(f"{settings.STATIC_URL}img/screenshot-live.png", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response


def test_a_file_the_browser_has_is_not_sent_again():
    known = Client().get(ADDRESS)["Last-Modified"]
    response = Client().get(ADDRESS, headers={"If-Modified-Since": known, "Accept-Encoding": "gzip"})
    assert (response.status_code, response.content) == (304, b"")


def test_a_part_of_a_file_is_a_part_of_it_unpacked():
    response = Client().get(ADDRESS, headers={"Range": "bytes=0-9", "Accept-Encoding": "gzip"})
    assert (response.status_code, response.content) == (206, SCRIPT.read_bytes()[:10])
