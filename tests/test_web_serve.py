"""`manage.py serve`: it starts or says in one line why not, and ends cleanly whatever the PBX does."""

import shutil
import socket
import urllib.error
import urllib.request

import pytest

from tests.support.serving import KEY, manage, outcome, serving


@pytest.fixture
def installation(tmp_path, migrated) -> dict[str, str]:
    """Settings of an installation whose PBX does not answer, with a database that is up to date."""
    database = shutil.copy(migrated, tmp_path)
    return {"SECRET_KEY": KEY, "DATABASE_URL": f"sqlite:///{database}", "AMI_URL": "ami://user:sesame@127.0.0.1:1"}


def test_the_pages_are_there_even_if_no_pbx_is(installation):
    with serving("serve", "--port", "0", **installation) as site:
        assert urllib.request.urlopen(site.url + "healthz", timeout=30).status == 200
        with pytest.raises(urllib.error.HTTPError, match="503"):
            urllib.request.urlopen(site.url + "readyz", timeout=30)
        assert site.stop() == 0
    assert "Traceback" not in site.errors
    assert "sesame" not in site.errors


def test_without_a_pbx_it_says_what_to_set(installation):
    status, errors = outcome(manage("serve", "--port", "0", **{**installation, "AMI_URL": ""}))
    assert status == 1
    assert errors.startswith("CommandError: AMI_URL names no PBX.")


def test_a_wrong_address_is_named_without_its_secret(installation):
    wrong = {**installation, "AMI_URL": "amis://user:sesame@127.0.0.1:1?verify=maybe"}
    status, errors = outcome(manage("serve", "--port", "0", **wrong))
    assert status == 1
    assert errors.startswith("CommandError: AMI_URL, pbx: ")
    assert "sesame" not in errors


def test_a_database_that_is_not_up_to_date_is_not_used(installation, tmp_path):
    empty = {**installation, "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"}
    status, errors = outcome(manage("serve", "--port", "0", **empty))
    assert (status, errors) == (1, "CommandError: The database is not up to date. Run: manage.py migrate\n")


def test_a_port_that_is_taken_is_named(installation):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, errors = outcome(manage("serve", "--port", str(port), **installation))
    assert status == 1
    assert f"CommandError: 127.0.0.1:{port} cannot be listened on" in errors
    assert "Traceback" not in errors
