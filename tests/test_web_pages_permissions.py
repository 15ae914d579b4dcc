"""Every page by every person, as one table, as `test_web_api_permissions` is for the API."""

import pytest
from django.test import Client

from agents.urls import urlpatterns as pages_of_agents
from queues.models import WallBoard
from queues.urls import urlpatterns as pages_of_queues
from tests.support.saved import save_board

pytestmark = pytest.mark.django_db

#: Not of a network that may read the metrics without logging in.
AFAR = "203.0.113.5"
PEOPLE = (
    *("admin", "supervisor", "sales_lead", "support_lead", "viewer", "sales_viewer"),
    *("agent_user", "other_agent", "outsider", "nobody"),
)
#: What each gets, in the order of PEOPLE. 302 leads to the login, or on from there.
EXPECTED = {
    "/": "200 200 200 200 200 200 200 200 403 302",
    "/me/": "403 403 403 403 403 403 200 200 403 302",
    "/me/tokens/": "200 200 200 200 200 200 200 200 403 302",
    "/dial/": "403 403 403 403 403 403 200 200 403 302",
    "/manifest.webmanifest": "200 200 200 200 200 200 200 200 200 200",
    "/owed/": "200 200 200 200 200 200 200 200 403 302",
    "/settings/": "200 200 200 200 403 403 403 403 403 302",
    "/audit/": "200 200 200 200 403 403 403 403 403 302",
    "/audit/export.csv": "200 200 200 200 403 403 403 403 403 302",
    "/wall/": "302 302 302 302 200 200 200 200 200 200",
    "/wall/<slug:slug>/": "200 200 200 302 200 200 302 302 302 302",
    "/wall/<slug:slug>/trend.json": "200 200 200 403 200 200 403 403 403 403",
    "/walls/": "200 200 200 200 403 403 403 403 403 302",
    "/walls/new/": "200 200 200 200 403 403 403 403 403 302",
    "/walls/connect/": "200 200 200 200 403 403 403 403 403 302",
    "/walls/screens/<int:screen_id>/": "405 405 405 405 405 405 405 405 405 302",
    "/walls/screens/<int:screen_id>/disconnect/": "405 405 405 405 405 405 405 405 405 302",
    "/walls/board/<slug:slug>/": "200 200 200 404 403 403 403 403 403 302",
    "/walls/board/<slug:slug>/delete/": "200 200 200 404 403 403 403 403 403 302",
    "/metrics": "200 200 403 403 200 403 403 403 403 403",
    "/healthz": "200 200 200 200 200 200 200 200 200 200",
    "/readyz": "200 200 200 200 200 200 200 200 200 200",
    "/login/": "302 302 302 302 302 302 302 302 302 200",
    "/logout/": "405 405 405 405 405 405 405 405 405 405",
    "/admin/": "200 302 302 302 302 302 302 302 302 302",
}


@pytest.mark.parametrize("path", EXPECTED)
def test_each_person_gets_what_is_theirs(request, path):
    save_board()
    WallBoard.objects.create(slug="sales", name="Sales", queues=[["main", "6500"]])
    address = path.replace("<slug:slug>", "sales").replace("<int:screen_id>", "1")
    answers = {}
    for person in PEOPLE:
        browser = Client(REMOTE_ADDR=AFAR)
        if person != "nobody":
            browser.force_login(request.getfixturevalue(person))
        answers[person] = str(browser.get(address).status_code)
    assert answers == dict(zip(PEOPLE, EXPECTED[path].split(), strict=True))


def test_the_table_names_every_page_there_is():
    ours = {f"/{page.pattern}" for page in (*pages_of_agents, *pages_of_queues)}
    assert ours == set(EXPECTED) - {"/admin/"}
