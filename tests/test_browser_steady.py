"""What must not move while everything moves, and whose clock counts: pages under a stream of updates, on PCs whose
clock is wrong. Breaches of the Content-Security-Policy and requests to elsewhere fail every browser test."""

import asyncio
import itertools
import json

import pytest
from playwright.async_api import Page, WebSocket, expect

from tests.support.browser import PASSWORD, SECONDS
from tests.support.patience import patient

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

UPDATES = 100


@pytest.fixture(scope="module")
def more_settings():
    """So that a hundred updates take seconds."""
    return {"BOARD_MAX_FLUSHES_PER_SECOND": "50"}


class Deltas:
    """Counts the updates that a page is told."""

    def __init__(self, page: Page) -> None:
        self.count = 0
        self._came = asyncio.Event()
        page.on("websocket", self._listen)

    def _listen(self, websocket: WebSocket) -> None:
        websocket.on("framereceived", self._hear)

    def _hear(self, frame: str | bytes) -> None:
        if json.loads(frame)["type"] == "delta":
            self.count += 1
            self._came.set()

    async def next(self) -> None:
        self._came.clear()
        async with asyncio.timeout(patient(SECONDS)):
            await self._came.wait()


#: What the reader has in hand.
_IN_HAND = """() => ({
  focus: document.activeElement.textContent.trim(),
  isMenuOpen: document.getElementById("row-menu").matches(":popover-open"),
  selected: getSelection().toString(),
  scrolled: document.getElementById("waiting-panel").scrollTop,
})"""
_SELECT = """getSelection().selectAllChildren(
  [...document.querySelectorAll("#queues tbody [data-part=open]")].find((name) => name.textContent === "night"))"""
_LISTEN = """() => {
  window.said = 0;
  const observer = new MutationObserver(() => (said += 1));
  for (const id of ["polite", "assertive"])
    observer.observe(document.getElementById(id), { childList: true, characterData: true, subtree: true });
}"""


async def log_in(page: Page) -> Page:
    await page.get_by_label("Username").fill("supervisor")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#badge-word")).to_have_text("Live")
    return page


async def test_a_hundred_updates_leave_what_the_reader_has_in_hand(visit, floor):
    floor.arrive("night", number="0301")
    floor.arrive("night", number="0302")
    visitor = await visit(viewport={"width": 1440, "height": 500})
    deltas = Deltas(visitor.page)
    page = await log_in(visitor.page)
    row = page.locator("#waiting tbody tr", has_text="0302")
    await page.evaluate("scrollTo(0, 90)")
    await row.get_by_role("button", name="What may be done").click()
    await page.keyboard.press("ArrowDown")
    await page.evaluate(_SELECT)
    await page.evaluate(_LISTEN)
    before, place = await page.evaluate(_IN_HAND), await row.bounding_box()
    assert before["isMenuOpen"]
    assert before["focus"]
    assert before["selected"] == "night"
    assert await page.evaluate("scrollY") == 90

    began = asyncio.get_running_loop().time()
    waiting = []
    for number in itertools.count(400):
        if deltas.count >= UPDATES:
            break
        # Somebody comes whenever somebody leaves, and Bob has his lunch in between.
        waiting.append(floor.arrive("night", number=f"0{number}"))
        await deltas.next()
        if number % 2:
            floor.pause("PJSIP/1001", reason="Lunch")
        else:
            floor.unpause("PJSIP/1001")
        floor.abandon(waiting.pop(0))
    floor.pause("PJSIP/1001", reason="Supper")
    await expect(page.locator(".tile", has_text="Bob Cole")).to_contain_text("Supper")
    took = asyncio.get_running_loop().time() - began

    assert await page.evaluate(_IN_HAND) == before
    assert await row.bounding_box() == place  # on the screen, though an alert may have come above the tables
    assert await page.evaluate("said") <= 1 + took / 5
    await page.keyboard.press("Escape")
    await page.mouse.move(5, 5)
    await page.locator("#find").focus()
    await expect(page.locator("#waiting tbody tr")).to_have_count(2)


#: A PC whose clock is wrong by so many milliseconds; `trueNow` is what it should say.
_WRONG_CLOCK = """
const Right = Date;
window.trueNow = () => Right.now();
window.Date = class extends Right {
  constructor(...parts) {
    super(...(parts.length ? parts : [Right.now() + SKEW]));
  }
  static now() {
    return Right.now() + SKEW;
  }
};
"""
#: What the timer of the first waiting caller says and what it should say, in seconds.
_TIMER = """async () => {
  const { callers } = await (await fetch("/api/v1/board")).json();
  const [minutes, seconds] = document.querySelector("#waiting tbody time").textContent.split(":").map(Number);
  return [minutes * 60 + seconds, (trueNow() - Date.parse(callers[0].joined_at)) / 1000];
}"""


@pytest.mark.parametrize("minutes", [10, -10])
async def test_timers_go_by_the_servers_clock_however_wrong_the_pcs_is(visit, floor, minutes):
    visitor = await visit()
    await visitor.page.add_init_script(_WRONG_CLOCK.replace("SKEW", str(minutes * 60_000)))
    page = await log_in(visitor.page)
    assert abs(await page.evaluate("Date.now() - trueNow()")) > 500_000
    floor.arrive("night", number="0301")
    await expect(page.locator("#waiting time")).not_to_have_text("0:00")
    shown, truth = await page.evaluate(_TIMER)
    assert -1 < truth - shown < 2  # it shows whole seconds, and those of a moment ago
