"""A supervisor's page before a real PBX: what it offers for agents, callers and calls, by mouse and by keyboard, with
phones that ring. The PBX's own lists judge what was done; then the page must show it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.asterisk.callers import Caller, hang_up, hang_up_all, nobody_answers, place_call, waiting_caller
from tests.asterisk.dashboard import Dashboard, running_dashboard
from tests.asterisk.judgement import at, becomes, channel, is_out, is_over, of, stands, they_talk, waits
from tests.asterisk.pbx import RealPbx
from tests.asterisk.visits import logged_in
from tests.asterisk.witness import Witness, witness

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

#: The supervisor's own phone, and the agent who is sent about: both fixed members of 6701, both quick to answer.
MINE, SEAN = "PJSIP/1102", "PJSIP/1103"


@pytest.fixture(scope="module")
def dashboard(real_pbx: RealPbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    folder = tmp_path_factory.mktemp("pages")
    with running_dashboard(folder, real_pbx.url("dashboard", "dash-1234")) as dashboard:
        yield dashboard


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def supervisor(dashboard: Dashboard, chromium: Browser) -> AsyncIterator[Page]:
    """The one page of this module."""
    await dashboard.wait_for_link("up")
    dashboard.give_phone(MINE)
    async with logged_in(chromium, dashboard, "supervisor", 1440, 900) as page:
        await expect(page.locator("#badge-word")).to_have_text("Live")
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def session(real_pbx: RealPbx) -> AsyncIterator[Witness]:
    """As in conftest.py, in the loop of this module. Afterwards no phone is in use."""
    async with witness(real_pbx.ami_port) as session:
        yield session
        await hang_up_all(session)


@pytest_asyncio.fixture(loop_scope="module")
async def page(supervisor: Page, session: Witness) -> Page:
    """The page with nothing open on it, and every agent once."""
    await supervisor.goto("/?group=name")
    await expect(supervisor.locator("#badge-word")).to_have_text("Live")
    return supervisor


# --- the page --------------------------------------------------------------------------------------------------


def tile(page: Page, name: str) -> Locator:
    """Of the agent with this name or extension."""
    return page.locator(".tile", has=page.locator(".tile-name", has_text=name))


def sheet(page: Page) -> Locator:
    return page.locator("#agent-sheet")


def act(page: Page, name: str) -> Locator:
    return sheet(page).locator(".acts").get_by_role("button", name=name)


def toast(page: Page, text: str) -> Locator:
    return page.locator(".toast", has_text=text)


def row_of(page: Page, number: str) -> Locator:
    return page.locator("#waiting tbody tr", has_text=number)


async def open_sheet(page: Page, name: str) -> None:
    await tile(page, name).click()
    await expect(sheet(page).get_by_role("heading", name=name)).to_be_visible()


async def choose(page: Page, number: str, choice: str) -> None:
    """From the menu of a waiting caller, with the mouse."""
    await row_of(page, number).get_by_role("button", name="What may be done").click()
    await page.get_by_role("menu").get_by_role("menuitem", name=choice).click()


async def say(page: Page, sentence: str, meaning: str) -> None:
    """Tell the palette, which must have understood this (a pattern: a phone without a name gets the PBX's with its
    first call)."""
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("combobox", name="What to do")).to_be_focused()
    await page.keyboard.type(sentence)
    chosen = page.get_by_role("listbox", name="Suggestions").get_by_role("option", selected=True)
    await expect(chosen).to_contain_text(re.compile(meaning))
    await page.keyboard.press("Enter")
    await expect(page.locator("#palette")).to_be_hidden()


async def tab_to(page: Page, there: Locator) -> None:
    for _ in range(100):
        if await there.evaluate("(one) => one === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"no way from the keyboard to {there}")


# --- pauses ----------------------------------------------------------------------------------------------------


async def test_a_pause_is_given_by_mouse_and_ended_from_the_keyboard(page: Page, session: Witness):
    await open_sheet(page, "Seán O'Neil")
    await sheet(page).get_by_role("button", name="Training").click()
    await sheet(page).locator("[data-panel=pause]").get_by_role("button", name="Pause", exact=True).click()
    await becomes(session, "6701", SEAN, Paused="1", PausedReason="Training")
    await page.keyboard.press("Escape")
    await expect(tile(page, "Seán O'Neil")).to_contain_text("Paused · Training")
    await expect(tile(page, "Seán O'Neil")).to_contain_text("by supervisor")
    await expect(tile(page, "Seán O'Neil")).to_be_focused()
    await page.keyboard.press("Enter")
    await tab_to(page, act(page, "Unpause"))
    await page.keyboard.press("Enter")
    await becomes(session, "6701", SEAN, Paused="0")
    await expect(sheet(page).locator("[data-part=word]")).to_have_text("Free")


async def test_a_sentence_pauses_for_minutes_and_the_page_says_who_and_until_when(page: Page, session: Witness):
    await say(page, "pause 1103 15 lunch", "Pause Seán O'Neil: Lunch for 15 min")
    await becomes(session, "6701", SEAN, Paused="1", PausedReason="Lunch")
    await expect(tile(page, "Seán O'Neil")).to_contain_text("Paused · Lunch")
    await expect(tile(page, "Seán O'Neil")).to_contain_text("back in")
    await open_sheet(page, "Seán O'Neil")
    told = sheet(page).locator("[data-part=pause-text]")
    await expect(told).to_contain_text(re.compile(r"by supervisor, until \d.*back in"))
    await page.keyboard.press("Escape")
    await page.keyboard.press("u")
    await becomes(session, "6701", SEAN, Paused="0")
    await expect(tile(page, "Seán O'Neil")).to_have_attribute("data-state", "available")


async def test_two_agents_are_paused_at_once(page: Page, session: Witness):
    pair = (("6702", "PJSIP/1104", "Dora"), ("6702", "PJSIP/1106", "Emil"))
    await tile(page, "Dora").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Shift+ArrowRight")
    bar = page.get_by_role("region", name="Selected agents")
    await expect(bar).to_contain_text("Dora, Emil")
    await tab_to(page, bar.get_by_role("button", name="Pause", exact=True))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Pause 2 agents")).to_be_visible()
    await page.keyboard.type("Lunch")
    await page.keyboard.press("Enter")
    for queue, interface, _ in pair:
        await becomes(session, queue, interface, Paused="1", PausedReason="Lunch")
    await expect(toast(page, "Pause 2 agents: Lunch")).to_contain_text("2 done.")
    for *_, name in pair:
        await expect(tile(page, name)).to_contain_text("Paused · Lunch")
    for queue, interface, name in pair:
        await say(page, f"unpause {name}", f"Unpause {name}")
        await becomes(session, queue, interface, Paused="0")
        await expect(tile(page, name)).to_have_attribute("data-state", "available")


# --- queues ----------------------------------------------------------------------------------------------------


async def test_an_agent_is_logged_in_to_queues_preferred_there_and_logged_out(page: Page, session: Witness):
    await open_sheet(page, "Seán O'Neil")
    await act(page, "Log in").click()
    await sheet(page).locator("#login-queue").select_option("6700")
    await sheet(page).locator("[data-panel=login] input").fill("4")
    await sheet(page).locator("[data-panel=login]").get_by_role("button", name="Log in").click()
    await becomes(session, "6700", SEAN, Membership="dynamic", Penalty="4", Name="Seán O'Neil")
    row = sheet(page).locator(".memberships tbody tr", has_text="6700")
    await expect(row.get_by_role("button", name="Penalty in 6700: 4.")).to_be_visible()
    await page.keyboard.press("Escape")
    await say(page, "login 1103 6702", "Log Seán O'Neil in to 6702")
    await becomes(session, "6702", SEAN, Membership="dynamic", Penalty="0")
    await say(page, "penalty 1103 6702 7", "Penalty 7 for Seán O'Neil in 6702")
    await becomes(session, "6702", SEAN, Penalty="7")
    await open_sheet(page, "Seán O'Neil")
    await expect(sheet(page).get_by_role("button", name="Penalty in 6702: 7.")).to_be_visible()
    await page.keyboard.press("Escape")
    # The five seconds of this one pass while others are asked for.
    await say(page, "logout 1103 6702", "Log Seán O'Neil out of 6702")
    await open_sheet(page, "Seán O'Neil")
    await act(page, "Penalty").click()
    await sheet(page).locator("#penalty-queue").select_option("6700")
    await sheet(page).locator("[data-panel=penalty] input").fill("5")
    await sheet(page).locator("[data-panel=penalty]").get_by_role("button", name="Set").click()
    await becomes(session, "6700", SEAN, Penalty="5")
    await expect(row.get_by_role("button", name="Penalty in 6700: 5.")).to_be_visible()
    await row.get_by_role("button", name="Log out of 6700").click()
    for queue in ("6702", "6700"):
        await is_out(session, queue, SEAN)
    await expect(sheet(page).locator(".memberships tbody tr")).to_have_count(1)


# --- callers ---------------------------------------------------------------------------------------------------


async def test_callers_are_kept_moved_preferred_hung_up_and_picked_up(page: Page, session: Witness):
    async with (
        nobody_answers(session, "6700", "6702"),
        waiting_caller(session, "6700", number="0301111") as kept,
        waiting_caller(session, "6700", number="0302222") as moved,
        waiting_caller(session, "6700", number="0303333") as ended,
        waiting_caller(session, "6700", number="0304444") as sent,
    ):
        await choose(page, "0301111", "Hang up")
        await page.keyboard.press("Control+z")
        await expect(toast(page, "Hang up the call of 0301111")).to_have_attribute("data-outcome", "undone")
        # What is asked from here on is done later than this would have been.
        await choose(page, "0302222", "Redirect")
        await expect(page.get_by_label("To a queue, an extension or a number")).to_be_focused()
        await page.keyboard.type("6702")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Escape")
        await choose(page, "0304444", "Redirect")
        await page.get_by_label("To a queue, an extension or a number").fill("800")
        await page.get_by_role("dialog", name="0304444").get_by_role("button", name="Redirect").click()
        await page.keyboard.press("Escape")
        await row_of(page, "0303333").locator("[data-part=menu]").focus()
        for key in ("Enter", "End", "Enter"):  # the last choice ends the call
            await page.keyboard.press(key)
        await choose(page, "0301111", "Raise priority")
        await is_over(session, of(ended))
        await stands(session, of(sent), Exten="800")
        await waits(session, "6702", moved, priority="0")
        await waits(session, "6700", kept, priority="1")
        await expect(row_of(page, "0302222")).to_contain_text("6702")
        await expect(page.locator("#waiting tbody tr")).to_have_count(2)
        await choose(page, "0301111", "Pick up on my phone 1102")
        await they_talk(session, at(MINE), of(kept))
        await expect(tile(page, "Åsa Öberg")).to_have_attribute("data-state", "other_call")
        await expect(tile(page, "Åsa Öberg")).to_contain_text("0301111")


# --- calls -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def talk(session: Witness, phone: str = "PJSIP/1100", number: str = "0305555") -> AsyncIterator[Caller]:
    """A caller of 6700, with this phone: the only one there that is neither paused nor on a call."""
    await session.ask("QueuePause", Queue="6700", Interface="PJSIP/1101", Paused=str(phone != "PJSIP/1101").lower())
    await session.ask("QueuePause", Queue="6700", Interface="PJSIP/1100", Paused="false")
    caller = await place_call(session, "6700", number=number)
    try:
        await they_talk(session, at(phone), of(caller))
        yield caller
    finally:
        await hang_up(session, caller)


async def is_joined(session: Witness, options: str) -> None:
    """Returns once my phone listens at 1100's call with these options of ChanSpy. It ends with that call: Asterisk may
    take no other notice of a hang-up, between phones without a sound."""
    spied = await channel(session, at("PJSIP/1100"))
    await stands(session, at(MINE), Application="ChanSpy", ApplicationData=f"{spied['Channel']},{options}")


async def test_calls_in_hand_are_kept_transferred_and_ended(page: Page, session: Witness):
    async with talk(session) as first, talk(session, "PJSIP/1101", "0306666") as second:
        await expect(tile(page, "1100")).to_contain_text("On a call · 6700")
        await open_sheet(page, "1100")
        await act(page, "Hang up").click()
        await sheet(page).locator(".toast").get_by_role("button", name="Undo").click()
        await expect(sheet(page).locator(".result")).to_contain_text("Undone. The PBX was not told.")
        await act(page, "Transfer").click()
        await expect(sheet(page).get_by_label("Queue, extension or number")).to_be_focused()
        await page.keyboard.type("800")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Escape")
        await say(page, "hang up 1101", "Hang up the call of .*1101")
        await is_over(session, of(second))
        # Had its end not been undone, it would have ended before the other one.
        await stands(session, of(first), Exten="800")
        for name in ("1100", "1101"):
            await is_over(session, at(f"PJSIP/{name}"))
            await expect(tile(page, name)).to_have_attribute("data-state", "available")
            await expect(tile(page, name)).to_contain_text("1 call")
        await is_over(session, at(MINE))


async def test_calls_in_hand_are_joined(page: Page, session: Witness):
    async with talk(session):
        await expect(tile(page, "1100")).to_contain_text("On a call · 6700")
        await open_sheet(page, "1100")
        await act(page, "Listen").click()
        await is_joined(session, "qESu")
        await expect(sheet(page).locator(".result")).to_have_attribute("data-outcome", "done")
        await page.keyboard.press("Escape")
    for verb, meaning, options in (("join", "Join .*1100", "qESuB"), ("whisper", "Whisper to .*1100", "qESuw")):
        await is_over(session, at(MINE))
        async with talk(session):
            # Until the board knows of the call, and that my phone is free, the server refuses.
            await expect(tile(page, "Åsa Öberg")).to_have_attribute("data-state", "available")
            await expect(tile(page, "1100")).to_contain_text("On a call · 6700")
            await say(page, f"{verb} 1100", meaning)
            await is_joined(session, options)


async def test_agents_are_called_from_the_own_phone_and_call_out_from_theirs(page: Page, session: Witness):
    await open_sheet(page, "1100")
    await act(page, "Call them").click()
    await they_talk(session, at(MINE), at("PJSIP/1100"))
    await expect(sheet(page).locator("[data-part=party]")).to_contain_text("1102")
    await page.keyboard.press("Escape")
    await expect(tile(page, "Åsa Öberg")).to_have_attribute("data-state", "other_call")
    await session.ask("Hangup", Channel=(await channel(session, at(MINE)))["Channel"])
    await is_over(session, at("PJSIP/1100"))
    await expect(tile(page, "Åsa Öberg")).to_have_attribute("data-state", "available")
    await say(page, "call 1101", "Call .*1101")
    await they_talk(session, at(MINE), at("PJSIP/1101"))
    await open_sheet(page, "Seán O'Neil")
    await act(page, "Dial a number").click()
    await page.keyboard.type("1100")
    await page.keyboard.press("Enter")
    await they_talk(session, at(SEAN), at("PJSIP/1100"))
    await expect(sheet(page).locator(".result")).to_contain_text("Connected with 1100.")
    await expect(sheet(page).locator("[data-part=party]")).to_contain_text("1100")
    await expect(tile(page, "1100")).to_have_attribute("data-state", "other_call")
