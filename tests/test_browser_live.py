"""What a supervisor and an agent see on the Live page: a real server, a simulated PBX, a real browser."""

import pytest
from playwright.async_api import Page, expect

from tests.support.browser import HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


def tile(page: Page, name: str):
    return page.locator(".tile", has_text=name)


def waiting(page: Page):
    return page.locator("#waiting tbody tr")


async def pick(page: Page, queue: str) -> None:
    await page.get_by_role("button", name=queue, exact=True).click(button="right")
    await page.get_by_role("menuitem", name="Show only its callers and agents").click()


async def numbers(page: Page) -> dict[str, str]:
    """The headline by name."""
    values = page.locator(".figure-value")
    return {str(await one.get_attribute("data-figure")): await one.inner_text() for one in await values.all()}


async def test_the_board_shows_what_the_api_says(visit, floor):
    page = (await visit("supervisor")).page
    board = await page.evaluate("fetch('/api/v1/board').then((answer) => answer.json())")
    assert len(board["agents"]) == 4
    await expect(page.locator(".tile")).to_have_count(4)
    await expect(page.locator("#queues tbody tr")).to_have_count(len(board["queues"]))
    await expect(page.locator("#waiting-empty")).to_have_text("No one is waiting")
    expected = {"waiting": "0", "longest": "–", "service_level": "–", "abandoned": "0", "free": "4"}
    assert await numbers(page) == expected


async def test_the_modules_words_come_through_djangos_catalogue(visit, floor):
    page = (await visit("supervisor")).page
    await page.evaluate("django.catalog['No one is waiting'] = 'Niemand wartet'")
    assert await page.evaluate("django.gettext('No one is waiting')") == "Niemand wartet"
    floor.abandon(floor.arrive("night"))
    await expect(page.locator("#waiting-empty")).to_have_text("Niemand wartet")


async def test_a_caller_is_followed_from_the_line_to_the_agent_and_away(visit, floor):
    page = (await visit("supervisor")).page
    call = floor.arrive("sales", number="0301234567", name="Eve Frost")
    await expect(waiting(page)).to_contain_text(["0301234567 Eve Frost"])
    await expect(tile(page, "Ada Berg")).to_have_attribute("data-state", "ringing")
    await expect(tile(page, "Ada Berg")).to_contain_text("0301234567")
    floor.answer(call, "PJSIP/1001")
    await expect(waiting(page)).to_have_count(0)
    await expect(tile(page, "Bob Cole")).to_contain_text("On a call · sales")
    await page.get_by_role("tab", name="Talking").click()
    await expect(page.locator("#talking tbody tr")).to_contain_text(["Bob Cole"])
    await expect(page.locator("#note-free")).to_contain_text("1 on calls")
    floor.abandon(call)
    await expect(page.locator("#talking-empty")).to_have_text("No one is talking")
    await expect(tile(page, "Bob Cole")).to_have_attribute("data-state", "available")


#: Keeps what the only caller's wait says, how it is marked, and the longest wait, whenever anything was drawn.
_WATCH_THE_WAIT = """() => {
  const longest = document.querySelector("#figures [data-figure=longest]");
  window.waits = [];
  new MutationObserver(() => {
    const wait = document.querySelector("#waiting time");
    if (wait) window.waits.push([wait.textContent, wait.dataset.level ?? "", longest.textContent]);
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


async def test_a_wait_ticks_and_is_noticed_when_it_grows_too_long(visit, floor):
    page = (await visit("supervisor")).page
    await page.evaluate(_WATCH_THE_WAIT)
    floor.arrive("night", number="0301234567")
    await expect(waiting(page).locator("time")).to_have_attribute("data-level", "warn")
    waits = await page.evaluate("window.waits")
    shown = {wait for wait, _level, _longest in waits}
    assert len(shown) > 1
    assert shown == {wait for wait, _level, longest in waits if wait == longest}
    # Of a target of six seconds; without one it would be fourteen. A busy machine may leave a second out.
    assert "0:05" <= min(wait for wait, level, _longest in waits if level == "warn") < "0:14"
    assert {level for wait, level, _longest in waits if wait < "0:05"} == {""}
    await expect(page).to_have_title("1 waiting · Live · UCM Dash")


async def test_names_from_outside_stay_text(visit, floor):
    page = (await visit("supervisor")).page
    floor.arrive("night", number="0309", name="<b onclick=alert(2)>\u202eEve</b>")
    await expect(waiting(page)).to_contain_text("<b onclick=alert(2)>")
    await tile(page, HOSTILE).click()
    await expect(page.get_by_role("dialog").get_by_role("heading", name=HOSTILE)).to_be_visible()
    assert await page.locator("main b[onclick], main img").count() == 0


async def test_rows_keep_their_places_under_the_pointer(visit, floor):
    page = (await visit("supervisor")).page
    first = floor.arrive("night", number="0301")
    await expect(waiting(page)).to_have_count(1)
    floor.arrive("night", number="0302")
    await expect(waiting(page)).to_have_count(2)
    second = waiting(page).filter(has_text="0302")
    await second.hover()
    before = await second.bounding_box()
    floor.abandon(first)
    await expect(waiting(page).filter(has_text="0301")).to_have_attribute("data-gone", "")
    assert await second.bounding_box() == before
    await expect(page.locator("#callers-held")).to_be_visible()
    await page.mouse.move(5, 5)
    await expect(waiting(page)).to_have_count(1)
    await expect(page.locator("#callers-held")).to_be_hidden()


async def test_what_the_reader_asks_for_is_shown_even_where_the_pointer_rests(visit, floor):
    page = (await visit("supervisor")).page
    await tile(page, "Ada Berg").hover()
    await page.keyboard.press("/")
    await page.keyboard.type("dana")
    await expect(page.locator(".tile")).to_have_count(1)
    await expect(page.locator(".tile")).to_contain_text("Dana Eng")


async def test_what_is_chosen_stands_in_the_address_and_survives_a_reload(visit, floor):
    floor.pause("PJSIP/1003", reason="Lunch")
    page = (await visit("supervisor")).page
    await page.get_by_role("button", name="Paused 1").click()
    await expect(page.locator(".tile")).to_have_count(1)
    await page.keyboard.press("/")
    await page.keyboard.type("dana")
    await page.reload()
    await expect(page.locator("#find")).to_have_value("dana")
    await expect(page.locator(".tile")).to_have_count(1)
    await expect(page.locator(".tile")).to_contain_text("Paused · Lunch")
    await page.locator("#find").press("Escape")
    await page.get_by_role("button", name="Paused 1").click()
    await expect(page.locator(".tile")).to_have_count(4)


async def test_a_queue_picked_in_the_table_leaves_only_its_callers_and_agents(visit, floor):
    page = (await visit("supervisor")).page
    floor.arrive("night", number="0301")
    await expect(waiting(page)).to_have_count(1)
    await pick(page, "sales")
    await expect(page.locator("#waiting-empty")).to_have_text("No one is waiting in this queue")
    await pick(page, "night")
    await expect(waiting(page)).to_have_count(1)
    await expect(page.locator(".tile")).to_have_count(0)
    await page.locator(".panel-callers").get_by_role("button", name="Show all").click()
    await expect(page.locator(".tile")).to_have_count(4)


async def test_a_frozen_page_stands_still_and_catches_up(visit, floor):
    page = (await visit("supervisor")).page
    await page.keyboard.press("f")
    await expect(page.locator("#badge-word")).to_have_text("Frozen")
    floor.pause("PJSIP/1003", reason="Lunch")
    await expect(page.locator("[data-state=paused] [data-part=count]")).to_have_text("1")  # the page does know
    await expect(tile(page, "Dana Eng")).to_have_attribute("data-state", "available")
    await page.keyboard.press("f")
    await expect(tile(page, "Dana Eng")).to_have_attribute("data-state", "paused")


@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080), (360, 740)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_fits_without_scrolling_sideways_and_cuts_no_number(visit, floor, size, scheme):
    width, height = size
    page = (await visit("supervisor", viewport={"width": width, "height": height}, color_scheme=scheme)).page
    floor.arrive("night", number="+4930123456789012", name="Somebody With A Very Long Name Indeed GmbH")
    call = floor.arrive("sales", number="+4930123456789012")
    floor.answer(call, "PJSIP/1000")
    await expect(tile(page, "Ada Berg")).to_contain_text("+4930123456789012")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    cut = """[...document.querySelectorAll("#waiting .phone, .tile-party")].map((part) => ({
        text: part.textContent, shown: part.clientWidth, needed: part.scrollWidth,
    })).filter(({ shown, needed }) => needed > shown + 1 && shown)"""
    assert await page.evaluate(cut) == []


async def test_the_theme_can_be_chosen_and_is_kept(visit, floor):
    page = (await visit("supervisor", color_scheme="light")).page
    ground = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(ground)
    for _ in range(2):  # light by choice, then dark
        await page.locator("#theme").click()
    dark = await page.evaluate(ground)
    assert dark != light
    await page.reload()
    assert await page.evaluate(ground) == dark


async def test_an_agent_sees_their_own_phone_and_queues_only(visit, floor):
    page = (await visit("agent")).page
    await expect(page.get_by_role("heading", name="Your phone")).to_be_visible()
    await expect(page.locator(".tile")).to_have_count(1)
    await expect(page.locator(".tile")).to_contain_text("Ada Berg")
    await expect(page.locator("#queues tbody tr")).to_have_count(1)
    await expect(page.locator("#queues")).to_contain_text("sales")
    await expect(page.get_by_role("searchbox")).to_have_count(0)
