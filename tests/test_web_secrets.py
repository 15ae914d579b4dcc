"""Secrets stay where they are: no error page tells them, not even with DEBUG, and no repr of what holds them."""

from dataclasses import replace
from functools import partial

import pytest
from django.conf import settings as django_settings
from django.test import RequestFactory
from django.views.debug import ExceptionReporter, get_exception_reporter_filter

from queues.ami.actions import Login
from queues.ami.address import Address
from queues.ami.connection import Connection
from queues.live.worker import Pace, run
from tests.support.serving import manage, outcome

SECRET = "sesame-123"
ADDRESS = Address.parse(f"ami://user:{SECRET}@10.0.0.5")


@pytest.fixture
def installation(settings):
    """Settings of an installation that has a secret in everything that can hold one."""
    settings.AMI_LINKS = {"main": f"ami://user:{SECRET}@10.0.0.5", "other": f"amis://user:{SECRET}%40x@[::1]:5039"}
    settings.REDIS_URL = f"rediss://:{SECRET}@10.0.0.6/0"
    settings.CHANNEL_LAYERS = {"default": {"CONFIG": {"hosts": [settings.REDIS_URL]}}}
    settings.SECRET_KEY = f"{SECRET} is the key"
    return settings


def test_the_error_page_of_debug_shows_settings_without_secrets(installation):
    installation.DEBUG = True
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {SECRET}", "Cookie": f"sessionid={SECRET}"})
    shown = get_exception_reporter_filter(request).get_safe_settings()
    assert shown["AMI_LINKS"]["main"].endswith("@10.0.0.5")
    assert SECRET not in str(shown)
    assert SECRET not in str(get_exception_reporter_filter(request).get_safe_request_meta(request))
    page = ExceptionReporter(request, ValueError, ValueError("broken, on purpose"), None).get_traceback_html()
    assert "10.0.0.5" in page
    assert SECRET not in page


@pytest.mark.django_db
def test_an_error_page_shows_nothing_of_what_happened(client, supervisor, monkeypatch):
    def breaks(*args: object) -> None:
        raise ValueError(f"broken with {SECRET}, on purpose")

    monkeypatch.setattr("queues.views.visible_scope", breaks)
    client.force_login(supervisor)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert SECRET not in response.content.decode()
    assert "Traceback" not in response.content.decode()


@pytest.mark.parametrize(
    "holder",
    [
        ADDRESS,
        replace(ADDRESS, is_tls=True),
        partial(run, "main", ADDRESS, Pace()),
        Login("user", secret=SECRET),
        Login("user", auth_type="MD5", key=SECRET),
        Connection("user", SECRET, wanted=None, id_prefix="x-"),
    ],
    ids=lambda holder: type(holder).__name__,
)
def test_nothing_that_holds_a_secret_tells_it(holder):
    for text in (repr(holder), str(holder), f"{holder}", repr([holder]), repr({"x": holder})):
        assert SECRET not in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"AMI_URL": f"ami://user:{SECRET}@"},
        {"AMI_URL": f"ami://user:{SECRET}@host:port"},
        {"DATABASE_URL": f"mysql://user:{SECRET}@host/name"},
        {"DATABASE_URL": f"postgresql://user:{SECRET}@host:port/name"},
        {"REDIS_URL": f"http://:{SECRET}@host"},
        {"SECRET_KEY": SECRET, "DEBUG": "perhaps"},
    ],
    ids=str,
)
def test_a_wrong_setting_is_named_without_its_secret(wrong):
    status, errors = outcome(manage("check", **{"SECRET_KEY": "x" * 50, **wrong}))
    assert status == 1
    assert SECRET not in errors
    assert len(errors.splitlines()) == 1


def test_our_filter_is_the_one_in_use():
    assert django_settings.DEFAULT_EXCEPTION_REPORTER_FILTER == "ucmdash.errors.ErrorFilter"
