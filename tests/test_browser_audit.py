"""The audit in a real Chromium: what somebody does is there with its outcome, found by keyboard and by address."""

import asyncio
import csv
import io

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

_PAUSE = """async ([csrf, reason]) => {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  const board = await (await fetch("/api/v1/board")).json();
  const agent = board.agents.find((row) => row.interface === "PJSIP/1001").id;
  const body = JSON.stringify({ queue: "sales", reason, minutes: 30 });
  const answer = await fetch(`/api/v1/agents/${agent}/pause`, { method: "POST", headers, body });
  const { id } = await answer.json();
  for (;;) {
    const { state } = await (await fetch(`/api/v1/commands/${id}`)).json();
    if (!["queued", "sent"].includes(state)) return state;
  }
}"""


async def test_what_was_done_is_listed_filtered_and_exported(visit, floor):
    page = (await visit("supervisor")).page
    csrf = await page.locator("#live").get_attribute("data-csrf")
    for reason in ("Lunch", "=1+1"):
        assert await page.evaluate(_PAUSE, [csrf, reason]) == "done"

    await page.get_by_role("navigation", name="Pages").get_by_role("link", name="Audit").click()
    rows = page.locator("tbody tr:not(.day)")
    await expect(rows).to_have_count(2)
    await expect(rows.last).to_contain_text("supervisor paused Bob Cole (1001) in sales: Lunch, 30 min")
    await expect(rows.last.locator(".outcome")).to_have_text("Done")
    await expect(page.get_by_role("link", name="Audit")).to_have_attribute("aria-current", "page")

    # By keyboard alone, and the address has only what was set.
    await page.get_by_label("Text").focus()
    await page.keyboard.type("lunch")
    await page.keyboard.press("Enter")
    await expect(rows).to_have_count(1)
    assert page.url.endswith("/audit/?text=lunch")
    await expect(page.get_by_label("Text")).to_have_value("lunch")

    # Days matter only once they are asked for.
    await expect(page.get_by_label("From")).to_be_hidden()
    await page.get_by_label("Period").select_option("From … to …")
    await page.get_by_label("From").fill("2020-01-01")
    await page.get_by_label("To", exact=True).fill("2020-01-02")
    await page.get_by_role("button", name="Apply").click()
    await expect(page.get_by_text("Nothing was asked that fits these filters.")).to_be_visible()
    await page.get_by_role("link", name="Show everything").click()

    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Export as CSV").click()
    path = await (await downloading.value).path()
    told = await asyncio.to_thread(lambda: list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))))
    assert [(row["Person"], row["Agent"], row["Outcome"]) for row in told] == [
        ("supervisor", "Bob Cole (1001)", "Done")
    ] * 2

    # On a phone nothing is cut off; the theme changes here, too.
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.locator("#theme").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")


async def test_an_agent_is_not_shown_the_way_to_it(visit):
    page = (await visit("agent")).page
    await expect(page.get_by_role("link", name="Audit")).to_have_count(0)
