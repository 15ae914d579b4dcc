"""What the page says when the server, the PBX or the login is gone, and that it recovers by itself."""

import re

import pytest
from playwright.async_api import expect

from tests.support.accessibility import violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_lost_server_makes_the_page_reconnect_then_stale_then_live_again(visit, floor, site):
    visitor = await visit("supervisor")
    page = visitor.page
    floor.arrive("night", number="0301")
    wait = page.locator("#waiting time")
    await expect(wait).to_have_text(re.compile(r"\d:\d\d"))
    # The dialogs' modules come after the page; what is asked here is what they say without a server.
    await page.locator(".tile").first.click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await site.stop()
    badge, bar = page.locator("#badge-word"), page.locator("#bars")
    await expect(badge).to_have_text("Reconnecting")
    await expect(bar).to_be_empty()
    await expect(badge).to_have_text("Stale")
    await expect(bar).to_contain_text(re.compile(r"Data is 1\d s old"))
    await expect(page.locator("#waiting tbody tr")).to_have_attribute("data-old", "")
    await expect(page).to_have_title("Stale · Live · UCM Dash")
    stopped = await wait.inner_text()
    await expect(bar).to_contain_text(re.compile(r"Data is 1[4-9] s old"))
    assert await wait.inner_text() == stopped
    assert await violations(page) == []
    await page.locator(".tile").first.click()
    await expect(page.get_by_role("dialog")).to_contain_text("Not now: there is no connection to main.")
    await page.keyboard.press("Escape")
    await site.start()
    await expect(badge).to_have_text("Live")
    await expect(bar).to_be_empty()
    await expect(page.locator("#waiting tbody tr")).not_to_have_attribute("data-old", "")
    await expect(wait).not_to_have_text(stopped)
    visitor.expect_outage()


async def test_a_lost_pbx_is_told_apart_and_its_last_board_stays_in_grey(visit, floor, site):
    page = (await visit("supervisor")).page
    floor.arrive("night", number="0301")
    await expect(page.locator("#waiting tbody tr")).to_have_count(1)
    port = site.pbx.port
    await site.pbx.stop()
    await expect(page.locator("#bars")).to_contain_text("main: connection to the PBX lost since")
    await expect(page.locator("#badge-word")).to_have_text("PBX lost")
    await expect(page.locator("#waiting tbody tr")).to_have_attribute("data-old", "")
    await expect(page.locator(".tile[data-old]")).to_have_count(4)
    site.pbx.port = port
    await site.pbx.start()
    await expect(page.locator("#badge-word")).to_have_text("Live", timeout=60_000)
    await expect(page.locator(".tile[data-old]")).to_have_count(0)


async def test_what_an_agent_chooses_from_stays_while_the_pbx_is_lost_for_a_moment(visit, floor, site):
    visitor = await visit("agent", path="/me/")
    page, port = visitor.page, site.pbx.port
    word = page.locator("#state-word")
    await expect(word).to_have_text("Free")
    await page.keyboard.press("p")
    lunch = page.get_by_role("button", name="Lunch", exact=True)
    await expect(lunch).to_be_focused()
    await site.pbx.stop()
    await expect(page.locator("#state-card")).to_have_attribute("data-old", "")
    await expect(lunch).to_be_focused()
    site.pbx.port = port
    await site.pbx.start()
    await expect(page.locator("#state-card")).not_to_have_attribute("data-old", "")
    await expect(word).to_have_text("Free")
    await page.keyboard.press("Enter")
    await expect(word).to_have_text("Paused")


async def test_what_an_agent_types_for_a_transfer_stays_while_the_pbx_is_lost_and_goes_with_the_call(
    visit, floor, site
):
    visitor = await visit("agent", path="/me/")
    page, port = visitor.page, site.pbx.port
    card = page.locator("#call-card")
    call = floor.arrive("sales", number="0301234567")
    floor.answer(call, "PJSIP/1000")
    await card.get_by_role("button", name="Transfer").click()
    box = card.get_by_role("combobox")
    await box.fill("10")
    await site.pbx.stop()
    await expect(card).to_have_attribute("data-old", "")
    await expect(card.get_by_role("button", name="Transfer")).to_be_hidden()
    await expect(box).to_have_value("10")
    floor.abandon(call)
    site.pbx.port = port
    await site.pbx.start()
    await expect(box).to_be_hidden()


async def test_a_login_that_ends_leads_to_the_login_and_back_to_the_same_view(visit, floor, site):
    visitor = await visit("supervisor", "/?group=state")
    page = visitor.page
    await page.context.clear_cookies()
    await site.stop()
    await site.start()
    await expect(page).to_have_url(re.compile(r"/login/\?next=%2F%3Fgroup%3Dstate$|/login/\?next=/%3Fgroup%3Dstate$"))
    visitor.expect_outage()
