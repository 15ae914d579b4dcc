"""Installations that would start and then not work, or not safely."""

import sys
from importlib import import_module

import pytest
from django.core.exceptions import ImproperlyConfigured

from queues.checks import check_exposure, check_processes_reach_each_other


def ids(messages: list) -> list[str]:
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


ALONE = [("run_ami_worker", ["queues.E001"]), ("runserver", ["queues.E001"]), ("serve", []), ("migrate", [])]


@pytest.mark.parametrize(("command", "found"), ALONE)
def test_a_part_alone_needs_a_layer_that_reaches_others(monkeypatch, command, found):
    monkeypatch.setattr(sys, "argv", ["manage.py", command])
    assert ids(check_processes_reach_each_other(None)) == found


def test_daphne_alone_needs_a_layer_that_reaches_others():
    sys.modules.pop("ucmdash.asgi", None)
    with pytest.raises(ImproperlyConfigured, match=r"The pages would run alone.*REDIS_URL"):
        import_module("ucmdash.asgi")


def test_with_redis_a_worker_may_be_alone(monkeypatch, settings):
    monkeypatch.setattr(sys, "argv", ["manage.py", "run_ami_worker"])
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}}
    assert ids(check_processes_reach_each_other(None)) == []


@pytest.mark.parametrize(
    ("unsafe", "found"),
    [
        ({}, []),
        ({"ALLOWED_HOSTS": ["*"]}, ["queues.W001"]),
        ({"DEBUG": True, "ALLOWED_HOSTS": ["dash.example.com"]}, ["queues.E002"]),
        ({"DEBUG": True, "ALLOWED_HOSTS": ["localhost"]}, []),
        ({"SECRET_KEY": "short"}, ["queues.W002"]),
        ({"HTTPS": False}, ["queues.W003"]),
        ({"HTTPS": False, "DEBUG": True, "ALLOWED_HOSTS": ["localhost"]}, []),
        ({"HTTPS": False, "ALLOWED_HOSTS": ["localhost", "127.0.0.1"]}, []),
        ({"DEMO": True, "ALLOWED_HOSTS": ["*"]}, []),
    ],
)
def test_unsafe_settings_are_found(settings, unsafe, found):
    safe = {"ALLOWED_HOSTS": ["dash.example.com"], "SECRET_KEY": "x" * 50, "DEBUG": False, "DEMO": False, "HTTPS": True}
    for name, value in {**safe, **unsafe}.items():
        setattr(settings, name, value)
    assert ids(check_exposure(None)) == found
