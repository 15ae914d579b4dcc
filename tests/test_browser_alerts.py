"""Alerts on the Live page: raised hands and broken limits are told once, seen by name, and over when they are over."""

import asyncio
import re

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.support.accessibility import violations
from tests.support.asking_in_page import agent_id, ask
from tests.support.serving import manage, outcome

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


#: What browsers do with sound until the first click on a page. A browser that is driven takes every step for one.
_SILENT = """window.AudioContext = class extends EventTarget {
    state = "suspended";
    async resume() {
        this.state = "running";
        this.dispatchEvent(new Event("statechange"));
    }
};"""


_LIMITS = """
from queues.models import Limit
Limit.objects.create(pbx="main", queue="night", figure="waiting", red=0)
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def limits(site):
    """Nobody is to wait in the queue night."""
    command = manage("shell", "--verbosity", "0", "-c", _LIMITS, **site.environment)
    assert await asyncio.to_thread(outcome, command) == (0, "")


def bars(page: Page):
    return page.locator("#alert-list .alert-bar")


async def test_a_raised_hand_is_a_card_until_it_is_lowered(visit, floor):
    watching = (await visit("supervisor")).page
    await expect(watching.locator("#alerts")).to_be_hidden()
    asking = (await visit("agent")).page
    call = floor.arrive("sales", number="0301234567", name="Eve Frost")
    floor.answer(call, "PJSIP/1000")
    ada = await agent_id(asking, "PJSIP/1000")
    await expect(watching.locator(".tile", has_text="Ada Berg")).to_have_attribute("data-state", "on_call")

    assert await ask(asking, f"agents/{ada}/hand", {"raised": True}) == 202
    card = bars(watching).filter(has_text="Ada Berg asks for help with a call")
    await expect(card).to_contain_text("sales · Eve Frost")
    await expect(watching).to_have_title(re.compile(r"^\(1\) "))
    await expect(watching.locator("#polite")).to_have_text("Ada Berg asks for help with a call")
    assert await violations(watching) == []
    await card.get_by_role("button", name="Seen").click()
    await expect(card).to_have_count(0)
    await expect(watching).to_have_title(re.compile("^Live"))

    assert await ask(asking, f"agents/{ada}/hand", {"raised": True}) == 202
    await expect(card).to_have_count(1)
    floor.abandon(call)
    await expect(card).to_have_count(0)


async def test_a_broken_limit_is_an_alert_that_is_seen_by_name_and_over_in_time(visit, floor):
    page = (await visit("supervisor")).page
    await page.emulate_media(reduced_motion="reduce")
    call = floor.arrive("night", number="0301234567")
    alert = bars(page).filter(has_text="night")
    await expect(alert).to_have_attribute("data-severity", "red")
    await expect(alert).to_contain_text("More than 0 callers wait")
    row = page.locator("#queues tbody tr", has_text="night")
    await expect(row.locator("[data-part=waiting]")).to_have_attribute("data-level", "bad")
    await alert.get_by_role("button", name="Look").click()
    await expect(page.locator("#queue-sheet")).to_be_visible()
    await page.keyboard.press("Escape")
    await alert.get_by_role("button", name="Seen").click()
    await expect(alert).to_contain_text("seen by supervisor")
    await expect(alert.get_by_role("button", name="Seen")).to_be_hidden()
    floor.abandon(call)
    await expect(alert).to_have_count(0)


async def test_sound_is_said_to_be_blocked_until_the_first_click(visit, floor):
    page = (await visit("supervisor")).page
    blocked = page.get_by_role("button", name="Sound blocked: click to hear alerts")
    await page.add_init_script(_SILENT)
    await page.reload()
    await expect(page.locator("#badge-word")).to_have_text("Live")
    await expect(blocked).to_be_visible()
    await page.locator("h2").first.click()
    await expect(blocked).to_be_hidden()


async def test_everybody_chooses_how_they_are_told(visit, floor):
    page = (await visit("supervisor")).page
    menu = page.locator("#user-menu summary")
    await menu.click()
    await expect(page.get_by_label("Number in the tab's title")).to_be_checked()
    async with page.expect_response("**/preferences") as saved:
        await page.get_by_label("Number in the tab's title").click()
    assert (await (await saved.value).json())["alerts"]["badge"] is False
    await page.get_by_role("button", name="Try it").click()
    await page.reload()
    await menu.click()
    await expect(page.get_by_label("Number in the tab's title")).not_to_be_checked()
    async with page.expect_response("**/preferences"):
        await page.get_by_label("Number in the tab's title").click()
