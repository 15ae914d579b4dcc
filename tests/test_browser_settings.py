"""The settings in a real Chromium: a limit, hours, a rule and a webhook are set by hand, and the webhook is told."""

import pytest
from playwright.async_api import Page, expect

from tests.support.accessibility import violations
from tests.support.receivers import receiving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
#: What of the page reaches beyond the screen, but for tables that scroll by themselves.
_TOO_WIDE = """[...document.querySelectorAll("main *:not(.off-screen)")]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".scroll"))
  .map((element) => element.outerHTML.slice(0, 80))"""
STILL = {"reduced_motion": "reduce", "color_scheme": "light", "viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="module")
def more_settings() -> dict[str, str]:
    return {"WEBHOOKS_TO_THIS_MACHINE": "true"}


async def tab(page: Page, name: str) -> None:
    await page.get_by_role("navigation", name="Settings").get_by_role("link", name=name).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)


async def set_hours(page: Page) -> None:
    """Of all queues, from eight to five on working days."""
    await tab(page, "Opening hours")
    await page.get_by_role("link", name="Change: All queues").click()
    week = page.get_by_role("group", name="Open", exact=True)
    await week.get_by_label("Monday: from").first.fill("08:00")
    await week.get_by_label("Monday: to").first.fill("17:00")
    await week.get_by_role("button", name="Monday's for Tuesday to Friday, too").click()


async def make_rule(page: Page) -> None:
    await tab(page, "Alert rules")
    await page.get_by_role("link", name="New rule").click()
    await page.get_by_label("Name").fill("Callers and nobody free")
    await page.get_by_label("Condition 1: figure").select_option("callers waiting")
    await page.get_by_label("Condition 1: with").fill("0")
    await page.get_by_label("Only within opening hours").uncheck()


async def make_webhook(page: Page, url: str) -> None:
    await tab(page, "Webhooks")
    await page.get_by_role("link", name="New webhook").click()
    await page.get_by_label("Name").fill("CRM")
    await page.get_by_label("Address").fill(url)
    await expect(page.get_by_label("Template", exact=True)).to_be_hidden()
    await page.get_by_label("A template of your own").check()
    await page.get_by_label("Template", exact=True).fill('{"event": "{event}", "said": "{text}"}')


async def test_a_supervisor_sets_everything_by_hand_and_the_webhook_is_told(visit, floor):
    page = (await visit("supervisor", **STILL)).page
    found: dict[str, list[str]] = {}
    await page.get_by_role("navigation", name="Pages").get_by_role("link", name="Settings").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Limits")
    found["limits"] = await violations(page)
    await page.get_by_role("link", name="Change: night").click()
    await expect(page.get_by_label("Longest wait: red")).to_have_attribute("placeholder", "6")
    await page.get_by_label("Callers waiting: red").fill("3")
    found["a queue's limits"] = await violations(page)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_have_text("The limits of night are saved.")
    await expect(page.locator("tbody tr", has_text="night").locator(".own")).to_have_text("2.13")

    await set_hours(page)
    found["hours of a queue"] = await violations(page)
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("tbody tr").first).to_contain_text("Mo–Fr 08:00–17:00")
    found["hours"] = await violations(page)

    async with receiving() as receiver:
        await make_webhook(page, receiver.url)
        found["a new webhook"] = await violations(page)
        await page.get_by_role("button", name="Save").click()
        secret = await page.get_by_role("textbox", name="The secret").input_value()
        assert secret.startswith("whsec_")
        await page.get_by_role("button", name="Send a test message").click()
        await expect(page.get_by_role("status")).to_have_text("CRM took the test message: 200")
        await expect(page.get_by_role("textbox", name="The secret")).to_have_count(0)
        assert receiver.received[0].json["event"] == "test"

        await make_rule(page)
        await page.get_by_label("CRM").check()
        found["a new rule"] = await violations(page)
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", name="Callers and nobody free")).to_be_visible()
        found["rules"] = await violations(page)
        floor.arrive("night", number="0301234567")
        await receiver.until(lambda r: any("Callers and nobody free" in q.json["said"] for q in r.received))

        await tab(page, "Webhooks")
        found["webhooks"] = await violations(page)
        await page.get_by_role("link", name="Open: CRM").click()
        await expect(page.locator(".log tbody tr").first).to_contain_text("night: Callers and nobody free")
        found["a webhook and what was sent"] = await violations(page)
        known = len(receiver.received)
        await page.locator(".log tbody tr").last.get_by_role("button", name="Send again").click()
        await expect(page.get_by_role("status")).to_have_text("It will be sent again at once.")
        await receiver.until(lambda r: len(r.received) > known)

    await tab(page, "E-mail")
    found["e-mail"] = await violations(page)
    page.on("dialog", lambda dialog: dialog.accept())
    await tab(page, "Webhooks")
    await page.get_by_role("link", name="Open: CRM").click()
    await page.get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("status")).to_have_text("The webhook CRM is deleted.")
    assert {where: told for where, told in found.items() if told} == {}


async def test_on_a_phone_nothing_is_wider_than_the_screen(visit):
    page = (await visit("supervisor", **{**STILL, "viewport": {"width": 360, "height": 740}})).page
    for path in ("", "hours/", "hours/main/all/", "limits/main/agents/", "rules/new/", "webhooks/new/", "mail/"):
        await page.goto(f"/settings/{path}")
        assert await page.evaluate(_TOO_WIDE) == [], path
