"""All that may be asked for one agent, by mouse and by keyboard: what is shown is what the PBX did, in the server's
words, and what can be undone is."""

import asyncio
import re

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.support.serving import manage, outcome

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

#: The supervisor's own phone is Dana's.
_OWN_PHONE = """
from django.contrib.auth.models import User
from agents.models import Agent
Agent.objects.filter(interface="PJSIP/1003").update(user=User.objects.get(username="supervisor"))
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def own_phone(site):
    command = manage("shell", "--verbosity", "0", "-c", _OWN_PHONE, **site.environment)
    status, errors = await asyncio.to_thread(outcome, command)
    assert status == 0, errors


def tile(page: Page, name: str):
    return page.locator(".tile", has_text=name)


def sheet(page: Page):
    return page.locator("#agent-sheet")


def button(page: Page, name: str):
    return sheet(page).locator(".acts").get_by_role("button", name=name)


def toast(page: Page, text: str):
    return page.locator(".toast", has_text=text)


async def open_sheet(page: Page, name: str):
    await tile(page, name).click()
    await expect(sheet(page).get_by_role("heading", name=name)).to_be_visible()


async def test_found_paused_with_a_reason_and_undone_without_a_mouse(visit, floor):
    page = (await visit("supervisor")).page
    await page.keyboard.press("/")
    await page.keyboard.type("bob")
    await expect(page.locator(".tile")).to_have_count(1)
    for _ in range(20):  # past the chips and the grouping, to the one tab stop of all agents
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.classList.contains('tile')"):
            break
    await page.keyboard.press("Enter")
    await expect(sheet(page).get_by_role("heading", name="Bob Cole")).to_be_visible()
    reason = sheet(page).get_by_label("Reason in your own words")
    while not await reason.evaluate("(field) => field === document.activeElement"):
        await page.keyboard.press("Tab")
    await page.keyboard.type("Lunch, back at one")
    await page.keyboard.press("Enter")
    await expect(sheet(page).locator(".result")).to_have_attribute("data-outcome", "done")
    await expect(page.locator("#polite")).to_contain_text("Pause Bob Cole: Lunch, back at one")
    assert all(member.pause_reason == "Lunch, back at one" for member in floor.members_of("PJSIP/1001"))
    await page.keyboard.press("Escape")
    await expect(tile(page, "Bob Cole")).to_contain_text("Paused · Lunch, back at one")
    await expect(tile(page, "Bob Cole")).to_contain_text("by supervisor")
    await expect(tile(page, "Bob Cole")).to_be_focused()
    await page.keyboard.press("u")
    await expect(tile(page, "Bob Cole")).to_have_attribute("data-state", "available")
    await expect(toast(page, "Unpause Bob Cole")).to_have_attribute("data-outcome", "done")


async def test_a_pause_of_so_many_minutes_says_when_it_ends_and_what_is_impossible_says_why(visit, floor):
    page = (await visit("supervisor")).page
    await open_sheet(page, "Bob Cole")
    for name, why in (
        ("Unpause", "Not paused."),
        ("Hang up", "No call now."),
        ("Transfer", "No call now."),
        ("Listen", "No call now."),
    ):
        await expect(button(page, name)).to_have_attribute("aria-disabled", "true")
        await expect(button(page, name)).to_contain_text(why)
    await sheet(page).get_by_role("button", name="Training").click()
    await sheet(page).get_by_role("radio", name="15 min").check()
    await sheet(page).locator("[data-panel=pause]").get_by_role("button", name="Pause", exact=True).click()
    pause = sheet(page).locator("[data-part=pause-text]")
    await expect(pause).to_contain_text(re.compile(r"by supervisor, until .*back in"))
    await expect(sheet(page).locator(".memberships")).to_contain_text("Training since")
    await button(page, "Unpause").click()
    await expect(sheet(page).locator("[data-part=word]")).to_have_text("Free")
    row = sheet(page).locator(".memberships tbody tr")
    await row.get_by_role("button", name="Pause in sales").click()
    await expect(row.get_by_role("button", name="Unpause in sales")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+z")
    await expect(tile(page, "Bob Cole")).to_have_attribute("data-state", "available")


async def test_nothing_changes_before_the_pbx_says_so_and_a_late_result_is_still_told(visit, floor, site):
    page = (await visit("supervisor")).page
    site.pbx.freeze()
    try:
        await open_sheet(page, "Bob Cole")
        await sheet(page).locator("[data-panel=pause]").get_by_role("button", name="Pause", exact=True).click()
        await expect(sheet(page).locator(".result")).to_have_attribute("data-outcome", "pending")
        await expect(tile(page, "Bob Cole")).to_have_attribute("data-state", "available")
        await page.keyboard.press("Escape")
    finally:
        site.pbx.thaw()
    await expect(toast(page, "Pause Bob Cole")).to_have_attribute("data-outcome", "done")


async def test_hanging_up_can_be_undone_for_five_seconds_and_is_done_after_them(visit, floor):
    page = (await visit("supervisor")).page
    call = floor.arrive("sales", number="0301234567", name="Eve Frost")
    floor.answer(call, "PJSIP/1001")
    await expect(tile(page, "Bob Cole")).to_contain_text("On a call · sales")
    await open_sheet(page, "Bob Cole")
    await button(page, "Hang up").click()
    # The toast stands in the sheet, where it can be reached.
    undo = sheet(page).locator(".toast").get_by_role("button", name="Undo")
    await undo.click()
    await expect(sheet(page).locator(".result")).to_contain_text("Undone. The PBX was not told.")
    await button(page, "Hang up").click()
    await page.keyboard.press("Escape")
    await expect(toast(page, "Hang up the call of Bob Cole")).to_contain_text(re.compile(r"in [345] s"))
    await expect(tile(page, "Bob Cole")).to_have_attribute("data-state", "available")
    await expect(tile(page, "Bob Cole")).to_contain_text("1 call")
    await tile(page, "Bob Cole").click()
    await expect(sheet(page).locator(".day-calls tbody tr")).to_contain_text(["0301234567"])


async def test_a_call_is_transferred_and_listened_to(visit, floor):
    page = (await visit("supervisor")).page
    call = floor.arrive("sales", number="0301234567")
    floor.answer(call, "PJSIP/1001")
    await expect(tile(page, "Bob Cole")).to_have_attribute("data-state", "on_call")
    await open_sheet(page, "Bob Cole")
    await button(page, "Listen").click()
    await expect(tile(page, "Dana Eng")).to_have_attribute("data-state", "ringing")
    floor.pick_up("PJSIP/1003")
    await expect(sheet(page).locator(".result")).to_have_attribute("data-outcome", "done")
    for channel in list(floor.switch.phones["PJSIP/1003"].channels):
        floor.calls.hang_up(channel)
    await button(page, "Transfer").click()
    await expect(sheet(page).get_by_label("Queue, extension or number")).to_be_focused()
    assert "1000" in await page.locator("#transfer-choices option").evaluate_all("(all) => all.map((o) => o.value)")
    await page.keyboard.type("1000")
    await page.keyboard.press("Enter")
    await expect(toast(page, "Transfer the caller of Bob Cole to Ada Berg (1000)")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(tile(page, "Ada Berg")).to_have_attribute("data-state", "ringing")
    await expect(tile(page, "Bob Cole")).to_have_attribute("data-state", "available")


async def test_penalties_and_logins_of_one_queue(visit, floor):
    page = (await visit("supervisor")).page
    await open_sheet(page, "Bob Cole")
    await button(page, "Penalty").click()
    await sheet(page).locator("#penalty-queue").select_option("sales")
    await sheet(page).locator("[data-panel=penalty] input").fill("5")
    await page.keyboard.press("Enter")
    await expect(sheet(page).get_by_role("button", name="Penalty in sales: 5.")).to_be_visible()
    assert floor.members_of("PJSIP/1001", "sales")[0].penalty == 5
    await page.keyboard.press("Control+z")  # in a field: the field's own
    await page.locator("#sheet-queues-title").click()
    await button(page, "Log in").click()
    await sheet(page).locator("#login-queue").select_option("night")
    await sheet(page).locator("[data-panel=login]").get_by_role("button", name="Log in").click()
    row = sheet(page).locator(".memberships tbody tr", has_text="night")
    await expect(row).to_be_visible()
    await row.get_by_role("button", name="Log out of night").click()
    await expect(row).to_have_count(0)
    assert not floor.members_of("PJSIP/1001", "night")


async def test_dialling_refused_in_words_rings_the_agents_own_phone_first(visit, floor):
    visitor = await visit("supervisor")
    page = visitor.page
    await open_sheet(page, "Bob Cole")
    await button(page, "Dial a number").click()
    await page.keyboard.type("call me")
    await page.keyboard.press("Enter")
    result = sheet(page).locator(".result")
    await expect(result).to_have_attribute("data-outcome", "failed")
    await expect(result).to_have_text(re.compile(r"\w+ \w+.*\."))
    await sheet(page).get_by_label("Number", exact=True).fill("1003")
    await page.keyboard.press("Enter")
    await expect(tile(page, "Bob Cole")).to_have_attribute("data-state", "ringing")
    floor.pick_up("PJSIP/1001")
    await expect(result).to_have_attribute("data-outcome", "done")
    floor.reject("PJSIP/1003")
    await expect(tile(page, "Bob Cole")).to_have_attribute("data-state", "available")
    await button(page, "Call them").click()
    await expect(tile(page, "Dana Eng")).to_have_attribute("data-state", "ringing")
    floor.reject("PJSIP/1003")
    await expect(result).to_have_attribute("data-outcome", "failed")
    visitor.complaints = [text for text in visitor.complaints if "422" not in text]


async def test_an_agent_acts_for_their_own_phone(visit, floor):
    page = (await visit("agent")).page
    own = page.locator("#own-phones")
    await expect(own.get_by_role("button", name="Hang up")).to_be_hidden()
    await own.get_by_role("button", name="Pause").click()
    await expect(sheet(page).get_by_label("Reason in your own words")).to_be_focused()
    await page.keyboard.type("Break")
    await sheet(page).get_by_role("radio", name="30 min").check()
    await sheet(page).locator("[data-panel=pause]").get_by_role("button", name="Pause", exact=True).click()
    await expect(tile(page, "Ada Berg")).to_contain_text("Paused · Break")
    await expect(tile(page, "Ada Berg")).to_contain_text("back in")
    await expect(button(page, "Listen")).to_be_hidden()
    await page.keyboard.press("Escape")
    await own.get_by_role("button", name="Unpause").click()
    await expect(tile(page, "Ada Berg")).to_have_attribute("data-state", "available")
    call = floor.arrive("sales")
    floor.answer(call, "PJSIP/1000")
    await own.get_by_role("button", name="Hang up").click()
    await page.keyboard.press("u")
    await expect(toast(page, "Hang up the call of Ada Berg")).to_contain_text("Undone")
    await expect(tile(page, "Ada Berg")).to_have_attribute("data-state", "on_call")
