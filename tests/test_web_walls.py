"""Wallboards and TVs over plain HTTP: codes, tokens, forms, and who may touch what."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from queues import pairing
from queues.models import Call, PairingCode, Queue, Screen, WallBoard
from queues.pairing import ALPHABET, CODE_LENGTH, PAIRING_COOKIE, Pairing, as_typed, qr_path
from queues.screens import SCREEN_COOKIE
from queues.trend import Trend, trend_of
from queues.views_walls import MOST_WRONG_CODES
from queues.walls import FIGURES, MOST_FIGURES, Wall, free_slug, wall_of
from tests.support.saved import AT, save_board

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def floor():
    save_board()
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sales() -> WallBoard:
    return WallBoard.objects.create(slug="sales", name="Sales", queues=[["main", "6500"]])


@pytest.fixture
def support() -> WallBoard:
    return WallBoard.objects.create(slug="support", name="Support", queues=[["main", "6501"]])


def browser_of(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


class Tv(Client):
    """A browser on the wall."""

    def code(self) -> str:
        return str(self.get("/wall/").context["code"])

    def ask(self) -> str:
        return str(json.loads(self.post("/wall/").content)["state"])

    @property
    def secret(self) -> str:
        return self.cookies[PAIRING_COOKIE].value


def approve(browser: Client, code: str, board: WallBoard, name: str = ""):
    return browser.post("/walls/connect/", {"code": code, "board": board.pk, "name": name})


def connected(browser: Client, board: WallBoard) -> Tv:
    tv = Tv()
    approve(browser, tv.code(), board, "Hall")
    assert tv.ask() == "approved"
    return tv


# --- codes -------------------------------------------------------------------------------------------------------


def test_a_tv_that_was_approved_fetches_its_token_once_and_shows_that_board(supervisor, sales):
    tv = Tv()
    code = tv.code()
    assert tv.ask() == "waiting"
    assert approve(browser_of(supervisor), code, sales, "Hall").status_code == 302
    secret = tv.secret
    assert tv.ask() == "approved"
    token = tv.cookies[SCREEN_COOKIE]
    assert token["httponly"]
    assert token["samesite"] == "Lax"
    screen = Screen.objects.get()
    assert (screen.name, screen.board, screen.paired_by) == ("Hall", sales, supervisor)
    assert token.value not in (screen.digest, code)
    assert tv.get("/wall/")["Location"] == "/wall/sales/"
    assert tv.get("/wall/sales/").status_code == 200
    # Whoever copied the secret, or the code, comes too late.
    assert pairing.claim(secret, timezone.now()) == (Pairing.EXPIRED, "")
    assert tv.ask() == "expired"
    assert "No TV waits with this code" in approve(browser_of(supervisor), code, sales).content.decode()
    assert Screen.objects.count() == 1


def test_a_code_has_no_letters_that_look_alike_and_is_read_however_it_is_typed():
    code = Tv().code()
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(ALPHABET)
    assert not set(ALPHABET) & set("0O1IL2Z5S8B")
    assert as_typed(f" {code[:3].lower()}-{code[3:]} ") == code


def test_a_tv_that_loads_its_page_again_keeps_its_code():
    tv = Tv()
    assert tv.code() == tv.code()
    assert PairingCode.objects.count() == 1


def test_after_ten_minutes_a_code_is_worth_nothing_and_the_tv_gets_another(supervisor, sales):
    tv = Tv()
    code = tv.code()
    PairingCode.objects.update(expires_at=timezone.now())
    assert tv.ask() == "expired"
    assert approve(browser_of(supervisor), code, sales).status_code == 400
    assert tv.code() != code
    assert PairingCode.objects.count() == 1, "old codes are swept away"


def test_a_code_lives_ten_minutes():
    Tv().code()
    code = PairingCode.objects.get()
    assert code.expires_at - code.created_at == timedelta(minutes=10)


def test_approved_but_fetched_too_late_gives_no_token(supervisor, sales):
    tv = Tv()
    approve(browser_of(supervisor), tv.code(), sales)
    PairingCode.objects.update(expires_at=timezone.now())
    assert tv.ask() == "expired"
    assert not Screen.objects.exists()


def test_only_so_many_codes_are_about_for_an_address_and_altogether(monkeypatch):
    monkeypatch.setattr(pairing, "MOST_FOR_ADDRESS", 2)
    monkeypatch.setattr(pairing, "MOST_CODES", 3)
    answers = [Tv().get("/wall/").status_code for _ in range(3)]
    answers += [Tv(REMOTE_ADDR=address).get("/wall/").status_code for address in ("10.0.0.2", "10.0.0.3")]
    assert answers == [200, 200, 429, 200, 429]


def test_who_guesses_codes_is_refused_even_the_right_one_for_a_while(supervisor, sales):
    browser = browser_of(supervisor)
    for _ in range(MOST_WRONG_CODES):
        browser.get("/walls/connect/?code=AAAAAA")
    assert approve(browser, Tv().code(), sales).status_code == 400


def test_a_page_of_another_site_can_neither_approve_nor_revoke(supervisor, sales):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(supervisor)
    assert approve(browser, Tv().code(), sales).status_code == 403
    assert browser.post("/walls/new/", {"name": "x"}).status_code == 403


def test_the_page_of_a_code_has_its_qr_code_without_a_script_or_style(client):
    response = client.get("/wall/")
    path, size = qr_path(f"http://testserver/walls/connect/?code={response.context['code']}")
    assert f'd="{path}"' in response.content.decode()
    assert f'viewBox="0 0 {size} {size}"' in response.content.decode()


def test_a_qr_code_has_its_three_eyes_within_a_quiet_zone():
    path, size = qr_path("https://dash.example.com/walls/connect/?code=ACDEFG")
    far = size - 3 - 7
    for x, y in ((3, 3), (far, 3), (3, far)):
        assert f"M{x} {y}h7v1h-7z" in path
        assert f"M{x} {y + 6}h7v1h-7z" in path


# --- who looks after what ----------------------------------------------------------------------------------------


def test_everybody_sees_the_boards_and_tvs_of_queues_they_watch(sales_lead, supervisor, sales, support):
    WallBoard.objects.create(slug="both", name="Both", queues=[["main", "6500"], ["main", "6501"]])
    everywhere = browser_of(supervisor)
    for board in (sales, support):
        connected(everywhere, board)
    page = browser_of(sales_lead).get("/walls/").context
    assert [row["board"].name for row in page["rows"]] == ["Sales"]
    assert [tv["screen"].board.name for tv in page["tvs"]] == ["Sales"]
    page = everywhere.get("/walls/").context
    assert [(row["board"].name, row["screens"]) for row in page["rows"]] == [("Both", 0), ("Sales", 1), ("Support", 1)]


def test_nobody_touches_what_is_not_theirs(sales_lead, supervisor, sales, support):
    connected(browser_of(supervisor), support)
    screen = Screen.objects.get()
    browser = browser_of(sales_lead)
    assert browser.get("/walls/board/support/").status_code == 404
    assert browser.post("/walls/board/support/delete/").status_code == 404
    assert browser.post(f"/walls/screens/{screen.pk}/disconnect/").status_code == 404
    assert browser.post(f"/walls/screens/{screen.pk}/", {"board": sales.pk}).status_code == 404
    assert approve(browser, Tv().code(), support).status_code == 400
    form = {"name": "Mine", "layout": "rows", "theme": "dark", "figures": ["waiting"], "queues": ["main 6501"]}
    assert browser.post("/walls/new/", form).status_code == 400
    screen.refresh_from_db()
    assert (screen.revoked_at, screen.board) == (None, support)
    assert WallBoard.objects.count() == 2


def test_nobody_gives_a_tv_a_board_that_is_not_theirs(sales_lead, supervisor, sales, support):
    connected(browser_of(supervisor), sales)
    screen = Screen.objects.get()
    browser_of(sales_lead).post(f"/walls/screens/{screen.pk}/", {"board": support.pk, "name": "x"})
    screen.refresh_from_db()
    assert (screen.board, screen.name) == (sales, "Hall")


def test_a_tv_without_a_board_is_for_who_paired_it(sales_lead, support_lead, supervisor, sales):
    tv = connected(browser_of(sales_lead), sales)
    browser_of(sales_lead).post("/walls/board/sales/delete/")
    assert len(browser_of(sales_lead).get("/walls/").context["tvs"]) == 1
    assert len(browser_of(supervisor).get("/walls/").context["tvs"]) == 1
    assert len(browser_of(support_lead).get("/walls/").context["tvs"]) == 0
    assert "no wallboard is chosen" in tv.get("/wall/").content.decode()


def test_a_tv_opens_its_board_and_nothing_else(supervisor, sales, support):
    tv = connected(browser_of(supervisor), sales)
    assert tv.get("/wall/sales/trend.json").status_code == 200
    assert tv.get("/wall/support/")["Location"] == "/wall/"
    assert tv.get("/wall/support/trend.json").status_code == 403
    for path in ("/api/v1/board", "/api/v1/commands/1", "/api/v1/queues/main/6500/calls"):
        assert tv.get(path).status_code == 401
    for path in ("/", "/walls/", "/audit/"):
        assert tv.get(path).status_code == 302
    browser_of(supervisor).post(f"/walls/screens/{Screen.objects.get().pk}/disconnect/")
    assert tv.get("/wall/sales/")["Location"] == "/wall/"
    assert tv.get("/wall/").context["code"]


# --- boards ------------------------------------------------------------------------------------------------------

FORM = {"name": "Hall", "layout": "callers", "theme": "light", "is_masked": "on", "message": "Hello"}


def test_queues_and_figures_keep_the_order_they_were_sent_in(supervisor):
    browser = browser_of(supervisor)
    sent = {**FORM, "queues": ["main 6501", "main 6500"], "figures": ["abandoned", "waiting", "abandoned"]}
    assert browser.post("/walls/new/", sent).status_code == 302
    board = WallBoard.objects.get()
    assert wall_of(board) == Wall(
        slug="hall",
        name="Hall",
        queues=(("main", "6501"), ("main", "6500")),
        figures=("abandoned", "waiting"),
        layout="callers",
        theme="light",
        is_masked=True,
        shows_names=False,
        message="Hello",
    )
    form = browser.get("/walls/board/hall/").context["form"]
    assert [value for value, _words, is_chosen in form.queue_rows() if is_chosen] == ["main 6501", "main 6500"]
    browser.post("/walls/board/hall/", {**sent, "name": "Renamed", "is_masked": ""})
    board.refresh_from_db()
    assert (board.slug, board.name, board.is_masked) == ("hall", "Renamed", False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 65},
        {"queues": []},
        {"queues": ["main 9999"]},
        {"queues": ["nonsense"]},
        {"figures": ["nonsense"]},
        {"figures": list(FIGURES)[: MOST_FIGURES + 1]},
        {"layout": "nonsense"},
        {"theme": "nonsense"},
    ],
)
def test_what_cannot_be_shown_is_not_saved_and_said(supervisor, wrong):
    sent = {**FORM, "queues": ["main 6500"], "figures": ["waiting"], **wrong}
    response = browser_of(supervisor).post("/walls/new/", sent)
    assert response.status_code == 400
    assert "field-error" in response.content.decode() or wrong.keys() & {"layout", "theme"}
    assert not WallBoard.objects.exists()


def test_a_new_board_masks_numbers_unless_somebody_says_otherwise(supervisor):
    form = browser_of(supervisor).get("/walls/new/").context["form"]
    assert form["is_masked"].value() is True
    assert not form["shows_names"].value()


def test_boards_of_one_name_have_addresses_of_their_own(sales):
    assert [free_slug(name) for name in ("Sales", "???", "Büro Nord")] == ["sales-2", "board", "buro-nord"]


def test_a_board_saved_by_another_release_is_shown_as_far_as_it_is_known():
    board = WallBoard(slug="x", name="x", figures=["waiting", "gone"], layout="gone", theme="gone")
    assert wall_of(board) == Wall(slug="x", name="x", figures=("waiting",))


def test_a_queue_that_the_pbx_has_no_more_stays_on_its_board_until_it_is_taken_off(supervisor, sales):
    Queue.objects.filter(number="6500").update(is_on_board=False)
    form = browser_of(supervisor).get("/walls/board/sales/").context["form"]
    assert ("main 6500", "6500 Queue 6500", True) in form.queue_rows()


# --- the day -----------------------------------------------------------------------------------------------------


def call_at(minutes: int, **fields: object) -> Call:
    at = AT + timedelta(minutes=minutes)
    ended = {"ended_at": at, "outcome": "abandoned"} if fields.pop("is_abandoned", False) else {}
    return Call(pbx="main", uniqueid=str(minutes), queue="6500", joined_at=at, **{**ended, **fields})


def counts(trend: Trend) -> list[tuple[int, int, int]]:
    """Minutes after AT, offered, abandoned."""
    return [(int((slot.at - AT).total_seconds() // 60), slot.offered, slot.abandoned) for slot in trend.slots]


def test_the_day_has_a_slot_for_every_quarter_and_begins_with_none():
    calls = [call_at(3), call_at(14, is_abandoned=True), call_at(15), call_at(31, is_abandoned=True)]
    trend = trend_of(calls, AT + timedelta(minutes=46))
    assert trend.minutes == 15
    assert counts(trend) == [(-15, 0, 0), (0, 2, 1), (15, 1, 0), (30, 1, 1), (45, 0, 0)]


def test_a_long_day_is_told_by_the_half_hour():
    trend = trend_of([call_at(20), call_at(600)], AT + timedelta(hours=10, minutes=5))
    assert trend.minutes == 30
    assert (len(trend.slots), sum(slot.offered for slot in trend.slots)) == (22, 2)


def test_a_call_of_a_clock_that_was_wrong_is_in_the_last_slot_and_no_calls_are_no_slots():
    assert sum(slot.offered for slot in trend_of([call_at(90), call_at(0)], AT).slots) == 2
    assert trend_of([], AT).slots == ()


def test_the_day_is_of_the_boards_queues_since_each_day_began(supervisor, sales):
    Queue.objects.filter(number="6500").update(today_since=AT)
    Call.objects.create(pbx="main", uniqueid="1", queue="6500", joined_at=AT - timedelta(hours=1))
    told = browser_of(supervisor).get("/wall/sales/trend.json").json()
    assert sum(slot["offered"] for slot in told["slots"]) == Call.objects.filter(queue="6500", joined_at=AT).count()
