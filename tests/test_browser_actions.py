"""Clicks and keys that ask something of the PBX: what is shown is what the PBX did, in the server's words."""

import re

import pytest
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


def tile(page: Page, name: str):
    return page.locator(".tile", has_text=name)


def sheet(page: Page):
    return page.get_by_role("dialog")


def action(page: Page, name: str):
    return page.locator(f"#agent-sheet form[data-action={name}]")


async def test_pausing_with_a_reason_needs_no_mouse(visit, floor):
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
    reason = page.get_by_label("Reason in your own words")
    while not await reason.evaluate("(field) => field === document.activeElement"):
        await page.keyboard.press("Tab")
    await page.keyboard.type("Lunch, back at one")
    await page.keyboard.press("Enter")
    await expect(action(page, "pause").locator(".result")).to_have_attribute("data-outcome", "done")
    await expect(page.locator("#polite")).to_contain_text("Pause Bob Cole")
    await page.keyboard.press("Escape")
    await expect(sheet(page)).to_be_hidden()
    await expect(tile(page, "Bob Cole")).to_contain_text("Paused · Lunch, back at one")
    await expect(tile(page, "Bob Cole")).to_be_focused()
    assert all(member.pause_reason == "Lunch, back at one" for member in floor.members_of("PJSIP/1001"))


async def test_arrows_home_and_end_move_among_the_agents(visit, floor):
    page = (await visit("supervisor", viewport={"width": 800, "height": 900})).page
    tiles = page.locator(".tile")
    await tiles.first.focus()
    for key, index in (("ArrowRight", 1), ("ArrowLeft", 0), ("End", 2), ("ArrowDown", 3), ("Control+Home", 0)):
        await page.keyboard.press(key)
        await expect(tiles.nth(index)).to_be_focused()
    await expect(page.locator(".tile[tabindex='0']")).to_have_count(1)


async def test_a_reason_is_chosen_by_a_click_and_the_pause_ended_again(visit, floor):
    page = (await visit("supervisor")).page
    await tile(page, "Dana Eng").click()
    await sheet(page).get_by_role("button", name="Training").click()
    await sheet(page).get_by_role("button", name="Pause", exact=True).click()
    await expect(tile(page, "Dana Eng")).to_contain_text("Paused · Training")
    await sheet(page).get_by_role("button", name="Unpause").click()
    await expect(tile(page, "Dana Eng")).to_have_attribute("data-state", "available")
    await expect(action(page, "unpause").locator(".result")).to_have_attribute("data-outcome", "done")


async def test_nothing_changes_before_the_pbx_says_so(visit, floor, site):
    page = (await visit("supervisor")).page
    site.pbx.freeze()
    try:
        await tile(page, "Bob Cole").click()
        await sheet(page).get_by_role("button", name="Pause", exact=True).click()
        await expect(action(page, "pause").locator(".result")).to_have_attribute("data-outcome", "pending")
        await expect(action(page, "pause").get_by_role("button", name="Pause", exact=True)).to_be_disabled()
        await expect(tile(page, "Bob Cole")).to_have_attribute("data-state", "available")
    finally:
        site.pbx.thaw()
    await expect(action(page, "pause").locator(".result")).to_have_attribute("data-outcome", "done")


async def test_a_number_that_cannot_be_dialled_is_refused_in_words(visit, floor):
    visitor = await visit("supervisor")
    page = visitor.page
    await tile(page, "Bob Cole").click()
    await page.get_by_label("Number", exact=True).fill("call me")
    await page.keyboard.press("Enter")
    result = action(page, "dial").locator(".result")
    await expect(result).to_have_attribute("data-outcome", "failed")
    await expect(result).to_have_text(re.compile(r"\w+ \w+.*\."))
    visitor.complaints = [text for text in visitor.complaints if "422" not in text]


async def test_dialling_rings_the_agents_own_phone_first(visit, floor):
    page = (await visit("supervisor")).page
    await tile(page, "Bob Cole").click()
    await page.get_by_label("Number", exact=True).fill("1003")
    await sheet(page).get_by_role("button", name="Call", exact=True).click()
    await expect(tile(page, "Bob Cole")).to_have_attribute("data-state", "ringing")
    floor.pick_up("PJSIP/1001")
    await expect(action(page, "dial").locator(".result")).to_have_attribute("data-outcome", "done")
    floor.reject("PJSIP/1003")
    await expect(tile(page, "Bob Cole")).to_have_attribute("data-state", "available")


async def test_a_result_that_comes_after_the_sheet_was_closed_is_still_told(visit, floor, site):
    page = (await visit("supervisor")).page
    site.pbx.freeze()
    try:
        await tile(page, "Bob Cole").click()
        await sheet(page).get_by_role("button", name="Pause", exact=True).click()
        await expect(action(page, "pause").locator(".result")).to_have_attribute("data-outcome", "pending")
        await page.keyboard.press("Escape")
    finally:
        site.pbx.thaw()
    await expect(page.locator(".toast")).to_contain_text("Pause Bob Cole")


async def test_an_agent_pauses_their_own_phone(visit, floor):
    page = (await visit("agent")).page
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_label("Reason in your own words")).to_be_focused()
    await page.keyboard.type("Break")
    await page.keyboard.press("Enter")
    await expect(tile(page, "Ada Berg")).to_contain_text("Paused · Break")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Unpause").click()
    await sheet(page).get_by_role("button", name="Unpause").click()
    await expect(tile(page, "Ada Berg")).to_have_attribute("data-state", "available")
