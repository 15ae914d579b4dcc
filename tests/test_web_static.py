"""Our own files as they are served."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

STYLE = Path("static/css/base.css")
ADDRESS = f"{settings.STATIC_URL}css/base.css"
#: One with modules, and one that loads more later.
SCRIPTS = [f"{settings.STATIC_URL}js/{name}" for name in ("me.js", "live_floor.js", "live_floor.js?later")]


def packed(address: str) -> bytes:
    response = Client().get(address, headers={"Accept-Encoding": "gzip, deflate"})
    assert response["Content-Encoding"] == "gzip"
    assert response["Content-Length"] == str(len(response.content))
    return gzip.decompress(response.content)


def test_a_style_is_packed_for_who_takes_gzip_and_is_the_same():
    assert packed(ADDRESS) == STYLE.read_bytes()


@pytest.mark.parametrize("address", SCRIPTS)
def test_a_script_comes_with_all_its_modules_packed_or_not(address):
    response = Client().get(address)
    assert response.content == packed(address)
    assert response["Content-Type"].startswith("text/javascript")
    assert len(response.content) > 50_000


def test_what_is_loaded_later_holds_nothing_twice():
    first, later = (set(re.findall(rb"\$\.([\w$]+)=\(", packed(address))) for address in SCRIPTS[1:])
    assert b"view$dom" in first
    assert b"view$dialogs" in later
    assert not first & later


def test_with_debug_each_module_is_served_as_it_is_written(settings):
    settings.DEBUG = True
    assert packed(f"{settings.STATIC_URL}js/live.js") == Path("static/js/live.js").read_bytes()


def test_of_a_script_there_are_no_parts():
    response = Client().get(SCRIPTS[0], headers={"Range": "bytes=0-9"})
    assert (response.status_code, len(response.content) > 10) == (200, True)


def test_asked_for_its_head_only_a_script_tells_no_other_length():
    response = Client().head(SCRIPTS[0])
    assert (response.status_code, response.content) == (200, b"")
    assert int(response.get("Content-Length", 0)) == 0


@pytest.mark.parametrize("accepted", [{}, {"Accept-Encoding": "br"}])
def test_who_does_not_take_gzip_gets_it_as_it_is(accepted):
    response = Client().get(ADDRESS, headers=accepted)
    assert "Content-Encoding" not in response
    assert response.content == STYLE.read_bytes()


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
    assert (response.status_code, response.content) == (206, STYLE.read_bytes()[:10])
