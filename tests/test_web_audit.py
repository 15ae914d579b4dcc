"""The audit: supervisors find every request of theirs with its outcome, in words, on a page, as CSV and as JSON."""

import codecs
import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.test import AsyncClient
from django.utils import timezone

from agents.audit import KINDS, Words
from agents.models import Agent, Command, Team, TeamQueue
from agents.states import CommandKind
from queues.views_audit import harmless
from tests.support.saved import save_board, save_command

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def board(db):
    save_board()


@pytest.fixture
def paula(db) -> User:
    """Supervises queue 6500, and so Ada and Bob, by her team."""
    paula = User.objects.create_user("paula", first_name="Paula", last_name="Park")
    team = Team.objects.create(name="Sales")
    team.supervisors.add(paula)
    TeamQueue.objects.create(team=team, pbx="main", number="6500")
    return paula


def asked(by=None, agent="Ada", kind="pause", state="done", at=MORNING, queue="6500", message="", **told) -> Command:
    """A request that ended 0.4 seconds after it could be sent."""
    found = Agent.objects.filter(name=agent).first()
    told = {"interface": found.interface if found else "", "queue": queue or None, "reason": ""} | told
    about = {"requested_by": by, "agent": found, "queue": queue, "arguments": told}
    ended = {"state": state, "message": message, "finished_at": at + timedelta(seconds=0.4)}
    return save_command(at, kind=kind, **about, **ended)


def sentences(client, user, **filters) -> list[str]:
    client.force_login(user)
    response = client.get("/api/v1/commands", filters)
    assert response.status_code == 200, response.json()
    told = response.json()
    assert told["total"] == len(told["commands"])
    return [command["sentence"] for command in told["commands"]]


def exported(user, query="") -> list[dict[str, str]]:
    """The rows of the CSV as a browser gets it over ASGI."""

    async def read() -> bytes:
        browser = AsyncClient()
        await browser.aforce_login(user)
        response = await browser.get(f"/audit/export.csv{query}")
        assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
        return b"".join([part async for part in response.streaming_content])

    content = async_to_sync(read)()
    assert content.startswith(codecs.BOM_UTF8)  # by which Excel knows it
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


# --- words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("paused Ada (1000) in Queue 6500: Lunch, 30 min", {"reason": "Lunch", "minutes": 30}),
        ("paused Ada (1000) in all queues", {"queue": ""}),
        ("paused Ada (1000) in Queue 6500 and Queue 6501", {"queue": "", "queues": ["6500", "6501"]}),
        ("ended the pause of Ada (1000) in Queue 6500", {"kind": "unpause"}),
        ("had the phone of Ada (1000) call 0301234567", {"kind": "originate", "queue": "", "number": "0301234567"}),
        ("hung up on the caller of Ada (1000)", {"kind": "hangup"}),
        ("hung up on a caller of Queue 6500", {"kind": "hangup", "agent": ""}),
        ("sent a caller of Queue 6500 to 6501", {"kind": "redirect", "agent": "", "number": "6501"}),
        ("picked up a caller of Queue 6500 on the phone of Ada (1000)", {"kind": "pickup"}),
        ("gave a caller of Queue 6500 priority 10", {"kind": "priority", "agent": "", "priority": 10}),
        ("transferred the caller of Ada (1000) to 6501", {"kind": "transfer", "number": "6501"}),
        ("logged Ada (1000) in to Queue 6500", {"kind": "log_in"}),
        ("logged Ada (1000) out of all queues", {"kind": "log_out", "queue": ""}),
        ("set the penalty of Ada (1000) in Queue 6500 to 5", {"kind": "penalty", "penalty": 5}),
        ("listened to Ada (1000)", {"kind": "listen"}),
        ("whispered to Ada (1000)", {"kind": "whisper"}),
        ("joined the call of Ada (1000)", {"kind": "barge"}),
    ],
)
def test_each_kind_reads_as_a_sentence(client, admin, sentence, told):
    asked(admin, **told)
    assert sentences(client, admin) == [f"admin {sentence}"]


def test_the_end_of_a_timed_pause_says_that_it_came_by_itself(client, admin, paula):
    asked(paula, kind="unpause", cause="pause_over")
    assert sentences(client, admin) == [
        "Ada (1000) came back by themselves in Queue 6500: the pause by Paula Park was over"
    ]


def test_who_was_deleted_is_said_to_be(client, admin):
    asked(None, agent="", interface="PJSIP/1999")
    assert sentences(client, admin) == ["A deleted account paused PJSIP/1999 in Queue 6500"]


# --- who sees what ----------------------------------------------------------------------------------------------


def test_a_teams_supervisor_sees_their_queues_their_agents_and_themselves(client, admin, paula):
    asked(admin, queue="6500", reason="their queue")
    asked(admin, queue="", reason="their agent")
    asked(admin, queue="", agent="", reason="nobody's")
    asked(admin, agent="Bob", queue="6501", reason="their agent, another team's queue")
    asked(paula, queue="6501", agent="", reason="themselves")
    asked(admin, agent="Bob", queue="", queues=["6500", "6501"], reason="both")
    assert sentences(client, paula) == [
        "admin paused Bob (1001) in Queue 6500 and queues of other teams: both",
        "Paula Park paused a deleted phone in queues of other teams: themselves",
        "admin paused Ada (1000) in all queues: their agent",
        "admin paused Ada (1000) in Queue 6500: their queue",
    ]
    assert len(sentences(client, admin)) == 6
    assert [choice.name for choice in audit_queues(client, paula)] == ["Queue 6500"]


def audit_queues(client, user):
    client.force_login(user)
    return client.get("/audit/").context["queues"]


@pytest.mark.parametrize(
    ("person", "status"), [("admin", 200), ("supervisor", 200), ("agent_user", 403), ("outsider", 403), (None, 302)]
)
@pytest.mark.parametrize("address", ["/audit/", "/audit/export.csv"])
def test_pages_are_for_supervisors(request, person, status, address):
    """Over ASGI, as it is served: the export is sent while it is read."""

    async def visit() -> int:
        browser = AsyncClient()
        if user:
            await browser.aforce_login(user)
        return (await browser.get(address)).status_code

    user = request.getfixturevalue(person) if person else None
    assert async_to_sync(visit)() == status


def test_a_viewer_of_everything_and_one_of_a_team_see_no_audit(client, outsider, paula):
    Team.objects.get().viewers.add(outsider)
    client.force_login(outsider)
    assert client.get("/audit/").status_code == 403
    assert client.get("/api/v1/commands").status_code == 403


# --- filters ----------------------------------------------------------------------------------------------------


@pytest.fixture
def history(admin, supervisor) -> None:
    now = timezone.now()
    asked(admin, at=MORNING, kind="originate", queue="", number="0301234567", reason="long ago")
    asked(admin, at=now - timedelta(days=20), kind="unpause", reason="this month", queue="", queues=["6500", "6501"])
    asked(supervisor, at=now - timedelta(days=5), agent="Bob", queue="6501", reason="this week")
    asked(admin, at=now - timedelta(days=1), reason="yesterday", state="refused", message="Interface not found")
    asked(admin, at=now, reason="today")


@pytest.mark.parametrize(
    ("filters", "reasons"),
    [
        ({}, ["today", "yesterday", "this week", "this month", "long ago"]),
        ({"period": "today"}, ["today"]),
        ({"period": "yesterday"}, ["yesterday"]),
        ({"period": "week"}, ["today", "yesterday", "this week"]),
        ({"period": "month"}, ["today", "yesterday", "this week", "this month"]),
        ({"period": "days", "from": "2026-01-05", "to": "2026-01-05"}, ["long ago"]),
        ({"period": "days", "to": "2026-01-04"}, []),
        ({"kind": "unpause"}, ["this month"]),
        ({"outcome": "refused"}, ["yesterday"]),
        ({"queue": "main/6501"}, ["this week", "this month"]),
        ({"queue": "other/6501"}, []),
        ({"text": "not FOUND"}, ["yesterday"]),
        ({"text": "0301"}, ["long ago"]),
        ({"text": "bob"}, ["this week"]),
        ({"text": "%"}, []),
        ({"period": "week", "outcome": "done", "text": "day"}, ["today"]),
    ],
    ids=str,
)
def test_filters_find(client, admin, history, filters, reasons):
    assert [sentence.rpartition(": ")[2] for sentence in sentences(client, admin, **filters)] == reasons


def test_filters_by_person_and_agent_find(client, admin, supervisor, history):
    by_person = sentences(client, admin, person=str(supervisor.pk))
    by_agent = sentences(client, admin, agent=str(Agent.objects.get(name="Bob").pk))
    assert by_person == by_agent == ["supervisor paused Bob (1001) in Queue 6501: this week"]


@pytest.mark.parametrize(
    "filters",
    [
        {"period": "soon"},
        {"period": "days", "from": "5.1."},
        {"person": "x"},
        {"agent": "²"},
        {"kind": "x"},
        {"outcome": "x"},
    ],
    ids=str,
)
def test_a_filter_that_means_nothing_is_said_and_shows_nothing(client, admin, history, filters):
    client.force_login(admin)
    assert client.get("/api/v1/commands", filters).status_code == 422
    page = client.get("/audit/", filters)
    assert (page.status_code, page.context["rows"], bool(page.context["problem"])) == (400, [], True)
    assert client.get("/audit/export.csv", filters).status_code == 400


# --- the page ---------------------------------------------------------------------------------------------------


def test_the_page_shows_sentence_outcome_answer_and_how_long_it_took(client, admin):
    asked(admin, reason="Lunch", state="refused", message="The PBX refused: <b>Interface not found</b>.")
    client.force_login(admin)
    text = client.get("/audit/").content.decode()
    assert "admin paused Ada (1000) in Queue 6500: Lunch" in text
    assert "&lt;b&gt;Interface not found&lt;/b&gt;" in text
    assert ("Refused" in text, "0.4 s" in text, "1 request" in text) == (True, True, True)


def test_pages_keep_their_filters(client, admin):
    for _ in range(51):
        asked(admin)
    client.force_login(admin)
    page = client.get("/audit/", {"kind": "pause", "page": "2"})
    assert len(page.context["rows"]) == 1
    assert 'href="?kind=pause&amp;page=1"' in page.content.decode()


def test_a_page_with_nothing_on_it_says_why(client, admin):
    client.force_login(admin)
    assert "Nobody has asked" in client.get("/audit/").content.decode()
    assert "fits these filters" in client.get("/audit/", {"kind": "pause"}).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(client, admin, django_assert_max_num_queries):
    for _ in range(40):
        asked(admin)
    client.force_login(admin)
    with django_assert_max_num_queries(20):
        client.get("/audit/")


# --- export -----------------------------------------------------------------------------------------------------


def test_the_export_has_what_was_filtered_over_all_pages(admin, supervisor, monkeypatch):
    monkeypatch.setattr("queues.views_audit._BATCH", 2)
    for number in range(5):
        asked(admin, reason=f"Grün {number}", state="refused", message="Interface not found")
    asked(supervisor, kind="unpause")
    rows = exported(admin, "?kind=pause")
    assert [row["What"].rpartition(" ")[2] for row in rows] == ["4", "3", "2", "1", "0"]
    first = rows[0]
    assert first.pop("Number").isdigit()
    assert first == {
        "Time": "2026-01-05T09:00:00+00:00",
        "PBX": "main",
        "Person": "admin",
        "Kind": "Pause",
        "Agent": "Ada (1000)",
        "Queues": "Queue 6500",
        "What": "admin paused Ada (1000) in Queue 6500: Grün 4",
        "Outcome": "Refused",
        "Answer": "Interface not found",
        "Seconds": "0.4",
    }


def test_a_teams_supervisor_exports_what_they_see(admin, paula):
    asked(admin, queue="6501", agent="Bob")
    asked(admin, queue="6500")
    assert [row["Queues"] for row in exported(paula)] == ["Queue 6500"]


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\n1"])
def test_no_cell_is_a_formula(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ada", "1001", "a=1", "2026-01-05"])
def test_plain_cells_stay_as_they_are(cell):
    assert harmless(cell) == cell


def test_an_agents_hostile_name_is_harmless_in_the_export(admin):
    Agent.objects.filter(name="Ada").update(name="=HYPERLINK(1)")
    asked(admin, agent="=HYPERLINK(1)")
    assert exported(admin)[0]["Agent"] == "'=HYPERLINK(1) (1000)"


def test_every_kind_of_request_has_a_name_and_a_sentence(supervisor, agent_user):
    words = Words(lambda _pbx, number: number)
    for kind in CommandKind:
        command = Command(kind=kind, pbx="main", requested_by=supervisor, agent=agent_user.agents.get(), queue="6500")
        assert str(KINDS[kind])
        assert words.sentence(command).startswith("supervisor")
