"""Every page and sheet in both themes, judged by axe-core in a real browser."""

import pytest
from playwright.async_api import Page, expect

from tests.support.accessibility import violations
from tests.support.browser import HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

THEMES = ("light", "dark")


@pytest.fixture(params=THEMES)
def look(request) -> dict:
    """How a new page looks: in one theme, without the movements that would blur a colour while it is judged."""
    return {"color_scheme": request.param, "reduced_motion": "reduce"}


def furnish(floor) -> None:
    """Every state at once: who waits, who talks, who rings, who pauses."""
    floor.arrive("night", number="0301234567", name="Eve Frost")
    floor.answer(floor.arrive("sales", number="0309876543", name=HOSTILE), "PJSIP/1001")
    floor.pause("PJSIP/1003", reason="Lunch")
    floor.arrive("sales", number="0305550001", name="Gil Hart")


async def judge(page: Page, what: str) -> list[str]:
    return [f"{what}: {line}" for line in await violations(page)]


async def test_axe_finds_nothing_on_the_login(visit, look):
    page = (await visit(path="/login/", **look)).page
    assert await judge(page, "login") == []


async def test_axe_finds_nothing_on_the_supervisors_page(visit, floor, look):
    furnish(floor)
    page = (await visit("supervisor", viewport={"width": 1440, "height": 900}, **look)).page
    await expect(page.locator("#waiting tbody tr")).to_have_count(2)
    found = await judge(page, "live")
    await page.locator(".tile", has_text="Bob Cole").click()
    await expect(page.locator("#agent-sheet")).to_be_visible()
    found += await judge(page, "agent")
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(page.locator("#help")).to_be_visible()
    found += await judge(page, "help")
    assert found == []


async def test_axe_finds_nothing_on_a_small_screen(visit, floor, look):
    furnish(floor)
    page = (await visit("supervisor", viewport={"width": 360, "height": 740}, **look)).page
    await expect(page.locator("#waiting tbody tr")).to_have_count(2)
    assert await judge(page, "small") == []


async def test_axe_finds_nothing_on_the_agents_page(visit, floor, look):
    furnish(floor)
    page = (await visit("agent", **look)).page
    await expect(page.locator("#own-phones > li")).to_have_count(1)
    assert await judge(page, "own") == []
