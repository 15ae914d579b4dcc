"""An agent's desk before a real PBX, in a window as small as a telephone: their state, the call in hand, dialling, and
the calls we owe, with phones that ring. The PBX's own lists judge what was done; then the page must show it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.asterisk.callers import hang_up, hang_up_all, nobody_answers, place_call, waiting_caller
from tests.asterisk.dashboard import Dashboard, running_dashboard
from tests.asterisk.judgement import at, becomes, channel, is_over, of, they_talk
from tests.asterisk.pbx import RealPbx
from tests.asterisk.visits import logged_in
from tests.asterisk.witness import Witness, witness

pytestmark = [pytest.mark.asterisk, pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

#: The agent's phone, which rings for 0.8 seconds, and the queue of which it is a fixed member.
MINE, QUEUE = "PJSIP/1102", "6701"
OUTSIDE = "PJSIP/trunk_1"


@pytest.fixture(scope="module")
def dashboard(real_pbx: RealPbx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    folder = tmp_path_factory.mktemp("desk")
    with running_dashboard(folder, real_pbx.url("everything", "all w1th sp@ce/&?:%"), owes=QUEUE) as dashboard:
        yield dashboard


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def agent(dashboard: Dashboard, chromium: Browser) -> AsyncIterator[Page]:
    """The one page of this module."""
    await dashboard.wait_for_link("up")
    dashboard.add_agent("asa", MINE)
    async with logged_in(chromium, dashboard, "asa", 360, 740) as page:
        await expect(page).to_have_url(f"{dashboard.url}/me/")
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def session(real_pbx: RealPbx) -> AsyncIterator[Witness]:
    """As in conftest.py, in the loop of this module. Before and afterwards no phone is in use."""
    async with witness(real_pbx.ami_port) as session:
        await hang_up_all(session)
        yield session
        await hang_up_all(session)


@pytest_asyncio.fixture(loop_scope="module")
async def desk(agent: Page, session: Witness) -> Page:
    await agent.goto("/me/")
    await expect(word(agent)).to_have_text("Free")
    return agent


def word(page: Page) -> Locator:
    return page.locator("#state-word")


def card(page: Page) -> Locator:
    return page.locator("#call-card")


def progress(page: Page) -> Locator:
    return page.locator("#dial-form .result")


async def test_a_pause_with_a_reason_is_begun_and_ended_from_the_keyboard(desk: Page, session: Witness):
    await desk.keyboard.press("p")
    training = desk.get_by_role("button", name="Training")
    await training.focus()
    await desk.keyboard.press("Enter")
    await becomes(session, QUEUE, MINE, Paused="1", PausedReason="Training")
    await expect(word(desk)).to_have_text("Paused")
    await expect(desk.locator("#state-card [data-part=detail]")).to_contain_text("Training")
    await desk.keyboard.press("p")
    await becomes(session, QUEUE, MINE, Paused="0")
    await expect(word(desk)).to_have_text("Free")


async def test_a_number_is_dialled_both_phones_ring_and_the_page_tells_each_step(desk: Page, session: Witness):
    await desk.keyboard.press("d")
    await desk.keyboard.type("1104")
    await desk.keyboard.press("Enter")
    await expect(progress(desk)).to_have_text("Your phone 1102 rings: pick it up.")
    await expect(progress(desk)).to_have_text("It rings there.")
    await they_talk(session, at(MINE), at("PJSIP/1104"))
    await expect(progress(desk)).to_have_text("Connected.")
    await expect(word(desk)).to_have_text("Other call")
    await card(desk).get_by_role("button", name="Hang up").press("Enter")
    for phone in (MINE, "PJSIP/1104"):
        await is_over(session, at(phone))
    await expect(progress(desk)).to_have_text("The call is over.")


async def test_why_a_number_was_not_reached_is_said(desk: Page, session: Witness):
    box = desk.locator("#dial-number")
    for number, words in (("1108", "Busy."), ("1110", "1110 cannot be reached")):
        await box.fill(number)
        await box.press("Enter")
        await expect(progress(desk)).to_contain_text(words)
        await is_over(session, at(MINE))
        await expect(word(desk)).to_have_text("Free")


async def test_the_call_in_hand_is_shown_noted_and_transferred(desk: Page, session: Witness):
    caller = await place_call(session, QUEUE, number="0304711", name="Eve Frost")
    await they_talk(session, at(MINE), of(caller))
    await expect(word(desk)).to_have_text("On a call")
    await expect(card(desk)).to_contain_text(re.compile(r"0304711 Eve Frost.*6701.*waited 0:\d\d", re.DOTALL))
    note = card(desk).get_by_label("A note about this caller")
    await note.fill("Wants the blue one")
    await note.press("Control+Enter")
    await expect(card(desk).get_by_role("list", name="Notes about them")).to_contain_text("Wants the blue one")
    await card(desk).get_by_role("button", name="Transfer").press("Enter")
    await desk.keyboard.type("1100")
    await desk.keyboard.press("Enter")
    await they_talk(session, at("PJSIP/1100"), of(caller))
    await is_over(session, at(MINE))
    await expect(word(desk)).not_to_have_text("On a call")
    await hang_up(session, caller)
    await expect(desk.locator("#desk-calls li").first).to_contain_text("0304711")


async def test_who_gave_up_is_called_back_by_a_click_and_their_line_goes_when_they_answer(desk: Page, session: Witness):
    number = "0307770002"
    async with nobody_answers(session, QUEUE), waiting_caller(session, QUEUE, number=number, name="Anna"):
        pass
    await desk.goto("/owed/")
    line = desk.locator(".owed-row", has_text=number)
    await expect(line).to_contain_text("Anna")
    await line.get_by_role("button", name="Call").click()
    await they_talk(session, at(MINE), at(OUTSIDE))
    await expect(desk.locator(".closed-row", has_text=number)).to_contain_text("asa reached them.")
    assert (await channel(session, at(OUTSIDE)))["ChannelStateDesc"] == "Up"
