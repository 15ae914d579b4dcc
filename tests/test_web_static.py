"""Our own files as they are served."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

SCRIPT = Path("static/js/store.js")
ADDRESS = f"{settings.STATIC_URL}js/store.js"


def test_a_script_is_packed_for_who_takes_gzip_and_is_the_same():
    response = Client().get(ADDRESS, headers={"Accept-Encoding": "gzip, deflate"})
    assert response["Content-Encoding"] == "gzip"
    assert response["Content-Length"] == str(len(response.content))
    assert gzip.decompress(response.content) == SCRIPT.read_bytes()
    assert len(response.content) < SCRIPT.stat().st_size / 2


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
