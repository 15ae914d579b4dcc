"""`/api/v1/preferences`: everybody finds their own again, wherever they log in."""

import json
import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

URL = "/api/v1/preferences"
DEFAULTS = {
    "favourites": [],
    "hidden": [],
    "order": "",
    "filters": "",
    "density": "normal",
    "alerts": {"banner": True, "badge": True, "sound": True, "notify": False},
}
KEPT = {
    "favourites": [{"pbx": "main", "number": "6500"}],
    "hidden": [{"pbx": "main", "number": "6501"}, {"pbx": "branch", "number": "nacht-ü"}],
    "order": "waiting",
    "filters": "state=free&queue=main/6500",
    "density": "compact",
    "alerts": {"banner": True, "badge": False, "sound": False, "notify": True},
}


def browser_of(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def put(browser: Client, body: object):
    return browser.put(URL, body, content_type="application/json")


def test_who_has_changed_nothing_gets_the_defaults(outsider):
    assert browser_of(outsider).get(URL).json() == DEFAULTS


def test_what_is_saved_is_found_again_by_this_person_and_by_nobody_else(agent_user, supervisor):
    assert put(browser_of(agent_user), KEPT).json() == KEPT
    assert browser_of(agent_user).get(URL).json() == KEPT
    assert browser_of(supervisor).get(URL).json() == DEFAULTS


def test_saving_replaces_all_of_what_was_kept(viewer):
    put(browser_of(viewer), KEPT)
    assert put(browser_of(viewer), {"density": "comfortable"}).json() == {**DEFAULTS, "density": "comfortable"}
    assert browser_of(viewer).get(URL).json() == {**DEFAULTS, "density": "comfortable"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"colour": "red"}, "colour: "),
        ({"favourites": [{"pbx": "main", "number": "6500", "name": "x"}]}, "favourites.0.name: "),
        ({"favourites": [{"pbx": "main"}]}, "favourites.0.number: "),
        ({"favourites": [{"pbx": "main", "number": "x" * 256}]}, "favourites.0.number: "),
        ({"hidden": "6500"}, "hidden: "),
        ({"density": "huge"}, "density: "),
        ({"order": "a\nb"}, "order: "),
        ({"alerts": {"sound": "yes"}}, "alerts.sound: "),
        ({"alerts": {"smell": True}}, "alerts.smell: "),
        ({"filters": "x" * 4097}, "filters: "),
        ([], "The body"),
    ],
)
def test_what_is_not_a_preference_is_refused_with_a_sentence_and_changes_nothing(viewer, body, said):
    put(browser_of(viewer), KEPT)
    response = put(browser_of(viewer), body)
    assert (response.status_code, response.json()["detail"].startswith(said)) == (422, True)
    assert browser_of(viewer).get(URL).json() == KEPT


def test_more_than_32_kilobytes_are_refused(viewer):
    many = {"hidden": [{"pbx": "main", "number": str(number)} for number in range(2000)]}
    response = put(browser_of(viewer), many)
    assert (response.status_code, response.json()) == (413, {"detail": "That is too much to remember."})
    assert browser_of(viewer).get(URL).json() == DEFAULTS


def test_another_sites_page_cannot_change_them(viewer):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(viewer)
    assert put(browser, KEPT).status_code == 403


def test_the_live_page_comes_with_them_and_is_never_an_earlier_one(supervisor):
    browser = browser_of(supervisor)
    put(browser, {**KEPT, "filters": "</script><b>"})
    answer = browser.get("/")
    page = answer.content.decode()
    [told] = re.findall(r'<script id="preferences" type="application/json">(.*?)</script>', page)
    assert json.loads(told) == {**KEPT, "filters": "</script><b>"}
    assert "no-store" in answer["Cache-Control"]
