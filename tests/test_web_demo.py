"""The demo as a newcomer starts it: a real process, real HTTP, real sockets, a simulated UCM behind it all."""

import json
import urllib.error
import urllib.request

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from tests.support.cookies import Browser
from tests.support.serving import manage, outcome, serving


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.sqlite3'}"


@pytest.fixture(scope="module")
def site(database):
    with serving("demo", "--port", "0", "--agents", "6", "--rate", "60", DEMO_DATABASE_URL=database) as site:
        yield site


def until(socket: ClientConnection, is_it) -> dict:
    """The first frame for which something is so."""
    for _ in range(1000):
        frame = json.loads(socket.recv(timeout=30))
        if is_it(frame):
            return frame
    raise AssertionError("it never came")


def is_up(frame: dict) -> bool:
    rows = frame.get("rows") or frame.get("set") or {}
    return any(link["state"] == "up" for link in rows.get("links", []))


def test_a_click_reaches_the_pbx_and_comes_back_to_the_page(site):
    browser = Browser(site.url).log_in("supervisor")
    with browser.socket(Origin=site.url.rstrip("/")) as socket:
        assert json.loads(socket.recv(timeout=30))["type"] == "hello"
        until(socket, is_up)
        agent = next(agent for agent in json.loads(browser.get("api/v1/board"))["agents"] if agent["member_count"])
        asked = browser.ask(f"agents/{agent['id']}/pause", queue=None, reason="Lunch")
        assert asked["state"] == "queued"

        heard: dict[str, dict] = {}

        def both(frame: dict) -> bool:
            if frame["type"] == "command" and frame["id"] == asked["id"]:
                heard["command"] = frame
            for row in frame.get("set", {}).get("agents", []):
                if row["id"] == agent["id"] and row["paused_count"] == row["member_count"]:
                    heard["row"] = row
            return heard.get("command", {}).get("state") not in (None, "sent") and "row" in heard

        until(socket, both)
        assert (heard["command"]["state"], heard["row"]["pause_reason"]) == ("done", "Lunch")
    assert json.loads(browser.get(f"api/v1/commands/{asked['id']}"))["state"] == "done"


def test_an_agent_of_the_demo_sees_less(site):
    with Browser(site.url).log_in("agent1").socket(Origin=site.url.rstrip("/")) as socket:
        hello = json.loads(socket.recv(timeout=30))
        assert hello["user"]["is_supervisor"] is False
        snapshot = until(socket, lambda frame: frame["type"] == "snapshot")
        assert {row["id"] for row in snapshot["rows"]["agents"]} == set(hello["user"]["agent_ids"])


def test_the_supervisors_of_the_demos_teams_see_their_own_queues_and_some_agents_of_both(site):
    agents, names = {}, {}
    for username in ("sales", "support"):
        browser = Browser(site.url).log_in(username)
        with browser.socket(Origin=site.url.rstrip("/")) as socket:
            hello = json.loads(socket.recv(timeout=30))["user"]
            until(socket, is_up)
        board = json.loads(browser.get("api/v1/board"))
        names[username] = {row["name"] for row in board["queues"]}
        agents[username] = {row["id"] for row in board["agents"]} - set(hello["agent_ids"])
        assert (hello["role"], [team["name"] for team in hello["teams"]]) == ("supervisor", [username.capitalize()])
        assert len(hello["agent_ids"]) == 1
    assert names == {"sales": {"Sales", "Reservations"}, "support": {"Support", "Billing"}}
    assert agents["sales"] & agents["support"]
    assert agents["sales"] - agents["support"]


def test_the_viewer_of_the_demo_sees_everything_and_does_nothing(site):
    browser = Browser(site.url).log_in("viewer")
    board = json.loads(browser.get("api/v1/board"))
    assert len(board["queues"]) == 4
    with pytest.raises(urllib.error.HTTPError) as refusal:
        browser.ask(f"agents/{board['agents'][0]['id']}/pause", queue=None, reason="")
    with refusal.value as answer:
        assert answer.code == 403


def test_the_demo_has_a_wallboard_that_shows_its_day(site):
    browser = Browser(site.url).log_in("supervisor")
    assert "<title>Call centre" in browser.get("wall/demo/")
    assert json.loads(browser.get("wall/demo/trend.json"))["minutes"] == 15
    assert 'class="pairing-code"' in Browser(site.url).get("wall/")


def test_another_sites_page_is_refused_with_403(site):
    with pytest.raises(InvalidStatus) as refusal:
        Browser(site.url).log_in("supervisor").socket(Origin="http://evil.example")
    assert refusal.value.response.status_code == 403


def test_nobodys_socket_is_closed_with_the_code_that_leads_to_the_login(site):
    with Browser(site.url).socket() as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=30)
    assert closed.value.rcvd.code == 4401


def test_the_page_and_all_its_files_are_served_and_cached_for_ever(site):
    page = Browser(site.url).log_in("supervisor").get("")
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    response = urllib.request.urlopen(site.url.rstrip("/") + address, timeout=30)
    assert "immutable" in response.headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in response.headers


def test_a_second_demo_on_the_same_database_does_not_start(site, database):
    status, errors = outcome(manage("demo", "--port", "0", DEMO_DATABASE_URL=database))
    assert status == 1
    assert "Another demo is running" in errors


def test_it_ends_cleanly_while_pages_are_open(tmp_path):
    database = f"sqlite:///{tmp_path / 'demo.sqlite3'}"
    with serving("demo", "--port", "0", DEMO_DATABASE_URL=database) as site:
        browser = Browser(site.url).log_in("supervisor")
        with browser.socket() as socket:
            until(socket, is_up)
            assert site.stop() == 0
        assert "Traceback" not in site.errors
        assert "Warning" not in site.errors


def test_a_wrong_size_is_refused_with_a_sentence(tmp_path):
    database = f"sqlite:///{tmp_path / 'demo.sqlite3'}"
    status, errors = outcome(manage("demo", "--agents", "100000", DEMO_DATABASE_URL=database))
    assert (status, errors) == (1, "CommandError: At most 50 queues and 1000 agents\n")


def test_the_demo_never_opens_the_database_of_an_installation(tmp_path):
    ours = tmp_path / "ours.sqlite3"
    environment = {"DATABASE_URL": f"sqlite:///{ours}", "DEMO_DATABASE_URL": f"sqlite:///{tmp_path / 'demo.sqlite3'}"}
    outcome(manage("demo", "--agents", "100000", **environment))
    assert not ours.exists()
