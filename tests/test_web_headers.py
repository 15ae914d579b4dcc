"""What browsers are told with every answer, whatever the page and whoever asks; and how cookies and https go."""

import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.saved import save_board

pytestmark = pytest.mark.django_db

#: Beside all addresses of ours: what is not there, and some pages of Django's.
PAGES = ["/nowhere/", "/favicon.ico", "/admin/", "/admin/login/", "/admin/agents/agent/", "/admin/queues/call/"]


def addresses(patterns, prefix="/") -> Iterator[str]:
    """Of everything that is there, with a 1 for whatever an address has in it."""
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, route)
        elif isinstance(entry, URLPattern) and "(" not in route:
            yield re.sub("<[^>]+>", "1", route)


@pytest.fixture(params=["admin", "supervisor", "agent_user", "outsider", None])
def browser(request, client) -> Client:
    save_board()
    if request.param:
        client.force_login(request.getfixturevalue(request.param))
    return client


#: What each answer says.
CARRIED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = ("default-src 'none'", "frame-ancestors 'none'")


def faults_of(response) -> list[str]:
    """What is missing from this answer, or too much in it."""
    policy = response.headers.get("Content-Security-Policy", "")
    missing = [name for name, value in CARRIED.items() if response.headers.get(name) != value]
    missing += [rule for rule in POLICY if rule not in policy]
    return missing + [word for word in ("unsafe", "Access-Control-Allow-Origin") if word in str(response.headers)]


def test_every_answer_carries_them(browser):
    ours = {path for path in addresses(get_resolver().url_patterns) if not path.startswith("/admin/")}
    assert {"/", "/login/", "/metrics", "/api/v1/board", "/api/v1/agents/1/pause"} <= ours
    wrong = {path: faults_of(browser.get(path)) for path in [*PAGES, *sorted(ours)]}
    assert not any(wrong.values()), wrong


def test_an_answer_without_them_is_noticed():
    wrong = faults_of(HttpResponse(headers={"Content-Security-Policy": "unsafe", "Access-Control-Allow-Origin": "*"}))
    assert wrong == [*CARRIED, *POLICY, "unsafe", "Access-Control-Allow-Origin"]


def test_our_files_carry_them_too(client, settings):
    response = client.get(settings.STATIC_URL + "js/live.js")
    assert response.status_code == 200
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in response


@pytest.fixture
def behind_a_proxy(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_SSL_REDIRECT = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    return {"X-Forwarded-Proto": "https"}


def test_by_https_browsers_are_told_to_stay_there_and_cookies_travel_only_there(behind_a_proxy, supervisor):
    browser = Client(headers=behind_a_proxy)
    assert browser.get("/login/")["Strict-Transport-Security"] == "max-age=31536000"
    browser.post("/login/", {"username": "supervisor", "password": "supervisor's secret"})
    assert {name for name, cookie in browser.cookies.items() if cookie["secure"]} == {"csrftoken", "sessionid"}
    assert browser.get("/").status_code == 200


def test_who_comes_by_http_is_sent_to_https_but_for_monitoring(behind_a_proxy):
    browser = Client()
    response = browser.get("/login/?next=/")
    assert (response.status_code, response["Location"]) == (301, "https://testserver/login/?next=/")
    assert [browser.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")] == [200, 503, 200]
    assert "Strict-Transport-Security" not in browser.get("/healthz")


@pytest.mark.parametrize("path", ["/login/", "/logout/", "/i18n/setlang/", "/admin/login/", "/admin/agents/agent/"])
def test_every_form_wants_the_token_of_our_own_page(path, admin):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(admin)
    assert browser.post(path, {"language": "en"}).status_code == 403
