"""What the page shows is what the server says: after hundreds of events, and whatever became of the frames, the server
or the PC meanwhile."""

import asyncio
import json
import random
import re
from contextlib import suppress

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from queues.simulator.calls import Refused
from queues.simulator.entities import Call, CallState
from tests.support.browser import PASSWORD, SECONDS
from tests.support.patience import patient

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

AGENTS = [f"PJSIP/{extension}" for extension in range(1000, 1004)]
#: What stands on the page and what the server says of it, in the same words.
_BOTH = """async () => {
  const { agents, callers, queues } = await (await fetch("/api/v1/board")).json();
  const rows = (selector, read) => [...document.querySelectorAll(selector)].map(read).sort();
  const text = (row, part) => row.querySelector(`[data-part=${part}]`).textContent.trim();
  const digits = (words) => words.replace(/\\D/g, "");
  const shown = {
    waiting: rows("#waiting tbody tr", (row) => `${text(row, "position")} ${digits(text(row, "open"))}`),
    talking: [digits(document.getElementById("talking-count").textContent)],
    agents: rows(".tile", (tile) => `${tile.querySelector(".tile-name").textContent.trim()} ${tile.dataset.state}`),
    queues: rows("#queues tbody tr", (row) => `${text(row, "open")} ${text(row, "waiting")} ${text(row, "answered")}`),
  };
  const told = {
    waiting: callers.filter((one) => one.state === "waiting").map((one) => `${one.position} ${one.number}`),
    talking: [String(callers.filter((one) => one.state === "talking").length)],
    agents: agents.map((one) => `${one.display_name || one.name} ${one.extension} ${one.state}`),
    queues: queues.map((one) => `${one.name} ${one.waiting} ${one.today_answered}`),
  };
  for (const name of Object.keys(told)) told[name].sort();
  return [shown, told];
}"""


@pytest.fixture(scope="module")
def more_settings():
    """So that every event is an update of its own."""
    return {"BOARD_MAX_FLUSHES_PER_SECOND": "50"}


class Frames:
    """What passes between the page and the server. `times` is how often the next delta is to arrive; `treated` counts
    those for which it was said, `connections` the sockets of the page."""

    def __init__(self) -> None:
        self.times: int | None = None
        self.treated = self.connections = 0

    async def until_connected(self, times: int) -> None:
        async with asyncio.timeout(patient(SECONDS)):
            while self.connections < times:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    def join(self, page: WebSocketRoute) -> None:
        self.connections += 1
        server = page.connect_to_server()

        def pass_on(frame: str | bytes) -> None:
            times = 1
            if self.times is not None and json.loads(frame)["type"] == "delta":
                times, self.times = self.times, None
                self.treated += 1
            for _ in range(times):
                page.send(frame)

        server.on_message(pass_on)


class Day:
    """Callers and agents by the dice."""

    def __init__(self, floor) -> None:
        self._floor, self._dice = floor, random.Random(8)
        self._calls: list[Call] = []
        self._count = 0

    async def go_on(self, steps: int) -> None:
        for _ in range(steps):
            with suppress(Refused):
                self._step()
            await asyncio.sleep(0)
        self._arrive("night")  # where nobody answers

    def _step(self) -> None:
        floor, dice = self._floor, self._dice
        self._calls = [call for call in self._calls if call.state is not CallState.ENDED]
        choice = dice.random()
        if not self._calls or (choice < 0.35 and len(self._calls) < 8):
            self._arrive(dice.choice(("sales", "night")))
        elif choice < 0.6:
            floor.answer(dice.choice(self._calls))
        elif choice < 0.8:
            dice.choice((floor.abandon, floor.hang_up_agent))(dice.choice(self._calls))
        else:
            dice.choice((floor.pause, floor.unpause))(dice.choice(AGENTS))

    def _arrive(self, queue: str) -> None:
        self._count += 1
        self._calls.append(self._floor.arrive(queue, number=str(2000 + self._count)))


async def shows_the_truth(page: Page) -> None:
    """Returns once the page shows what the server says, with somebody waiting."""
    seen = None
    with suppress(TimeoutError):
        async with asyncio.timeout(patient(SECONDS)):
            while True:
                shown, told = await page.evaluate(_BOTH)
                if shown == told:
                    assert told["waiting"]
                    return
                seen = [(name, shown[name], told[name]) for name in told if shown[name] != told[name]]
                await asyncio.sleep(0.1)
    raise AssertionError(f"(shown, told): {seen}")


async def test_the_page_shows_what_the_server_says_whatever_happens(visit, floor, site):
    # High enough for all rows: only those in view are drawn.
    visitor, frames, day = await visit(viewport={"width": 1440, "height": 1800}), Frames(), Day(floor)
    page = visitor.page
    await page.route_web_socket(re.compile("/ws/board/"), frames.join)
    await page.clock.install()
    await page.get_by_label("Username").fill("supervisor")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#badge-word")).to_have_text("Live")

    await day.go_on(500)
    await shows_the_truth(page)
    for times in (0, 2):  # a delta that is lost, one that comes twice
        frames.times = times
        async with asyncio.timeout(patient(SECONDS)):
            while frames.times is not None:
                await day.go_on(20)
                await asyncio.sleep(0.1)
        await shows_the_truth(page)
    assert frames.treated == 2

    # Of another server's run, which counts anew.
    await site.stop()
    await day.go_on(20)
    await site.start()
    await expect(page.locator("#badge-word")).to_have_text("Live", timeout=patient(SECONDS) * 1000)
    await shows_the_truth(page)

    # The lid is closed for 70 seconds.
    before = frames.connections
    await page.clock.fast_forward("01:10")
    await frames.until_connected(before + 1)
    await day.go_on(20)
    await expect(page.locator("#badge-word")).to_have_text("Live", timeout=patient(SECONDS) * 1000)
    await shows_the_truth(page)
    visitor.expect_outage()
