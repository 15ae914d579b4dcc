"""Signing in and out, the page shells, monitoring, and what browsers are told about security."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from agents.sessions import SessionStore
from queues.models import Link
from tests.support.layers import ALWAYS, FAILING, FailingLayer
from tests.support.saved import save_link

pytestmark = pytest.mark.django_db


def log_in(client: Client, username: str, password: str, **headers: str):
    return client.post("/login/", {"username": username, "password": password}, headers=headers)


def test_the_live_page_asks_nobody_in(client):
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/login/?next=/")


@pytest.mark.parametrize("person", ["supervisor", "agent_user", "admin"])
def test_who_may_see_anything_gets_the_live_page(client, request, person):
    client.force_login(request.getfixturevalue(person))
    response = client.get("/")
    assert response.status_code == 200
    assert "queues/live.html" in [template.name for template in response.templates]


def test_an_outsider_is_told_that_there_is_nothing_for_them(client, outsider):
    client.force_login(outsider)
    assert client.get("/").status_code == 403


def test_the_right_password_lets_in_and_logging_out_lets_out(client, supervisor):
    response = log_in(client, "supervisor", "supervisor's secret")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert client.get("/").status_code == 302


def test_a_wrong_password_does_not(client, supervisor):
    response = log_in(client, "supervisor", "guess")
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_after_login_the_page_asked_for_opens_but_none_of_another_site(client, supervisor):
    good = {"username": "supervisor", "password": "supervisor's secret"}
    assert client.post("/login/?next=/admin/", good)["Location"] == "/admin/"
    client.post("/logout/")
    assert client.post("/login/?next=https://evil.example/", good)["Location"] == "/"


def test_a_form_of_another_site_cannot_log_in_or_out(supervisor):
    browser = Client(enforce_csrf_checks=True)
    assert log_in(browser, "supervisor", "supervisor's secret").status_code == 403
    browser.force_login(supervisor)
    assert browser.post("/logout/").status_code == 403


def test_who_guesses_too_often_must_wait_even_with_the_right_password(client, supervisor, outsider):
    for _ in range(10):
        response = log_in(client, "supervisor", "guess")
    assert response.status_code == 429
    assert "quarter of an hour" in response.content.decode()
    assert log_in(client, "supervisor", "supervisor's secret").status_code == 429
    assert log_in(client, "outsider", "outsider's secret").status_code == 302


def test_a_guesser_elsewhere_does_not_lock_out_the_person(supervisor):
    for _ in range(11):
        Client(REMOTE_ADDR="203.0.113.9").post("/login/", {"username": "supervisor", "password": "guess"})
    assert log_in(Client(REMOTE_ADDR="203.0.113.10"), "supervisor", "supervisor's secret").status_code == 302


def test_pages_may_load_nothing_from_elsewhere_and_run_nothing_inline(client):
    policy = client.get("/login/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy + ";"
    assert "require-trusted-types-for 'script'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_administration_has_the_same_policy_but_for_trusted_types(client, admin):
    client.force_login(admin)
    response = client.get("/admin/")
    assert response.status_code == 200
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "trusted-types" not in response["Content-Security-Policy"]


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(client, supervisor):
    cookies = log_in(client, "supervisor", "supervisor's secret").cookies
    assert cookies["sessionid"]["httponly"]
    assert cookies["sessionid"]["samesite"] == "Lax"


@pytest.mark.parametrize("key", ["\0bcdefghijkl", "../../etc/passwd", "x" * 10_000, "ébcdefghijkl"])
def test_a_session_cookie_that_can_be_none_is_nobody(client, key):
    assert SessionStore(key).session_key is None
    client.cookies["sessionid"] = key
    assert client.get("/").status_code == 302


def test_health_is_told_to_anybody(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_ready_means_database_layer_and_every_link(client):
    save_link("main")
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"database": True, "layer": True, "links": True})
    save_link("branch", state="down")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["links"]) == (503, False)


def test_without_a_live_worker_it_is_not_ready(client):
    assert client.get("/readyz").status_code == 503
    save_link("main")
    Link.objects.update(lease_expires_at=timezone.now())
    assert client.get("/readyz").status_code == 503


def test_somebody_with_a_new_password_is_logged_out_elsewhere(client, supervisor):
    client.force_login(supervisor)
    User.objects.get(pk=supervisor.pk)
    supervisor.set_password("new")
    supervisor.save()
    assert client.get("/").status_code == 302


def test_without_its_layer_it_is_not_ready(client, settings):
    settings.CHANNEL_LAYERS = FAILING
    FailingLayer.broken["group_send"] = ALWAYS
    try:
        response = client.get("/readyz")
    finally:
        FailingLayer.mend()
    assert (response.status_code, response.json()["layer"]) == (503, False)


def test_our_files_are_served_under_the_address_of_this_build(client, settings):
    assert settings.BUILD in settings.STATIC_URL
    address = settings.STATIC_URL + "icons/favicon.svg"
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")
    assert "immutable" in response["Cache-Control"]
    assert client.head(address).content == b""
    assert client.get(address, headers={"If-Modified-Since": response["Last-Modified"]}).status_code == 304
    assert client.get(settings.STATIC_URL + "../settings.py").status_code == 404


def test_browsers_find_our_icon_where_they_look_by_themselves(client):
    response = client.get("/favicon.ico", follow=True)
    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")
