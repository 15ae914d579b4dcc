"""The wallboard in a real Chromium: made by a supervisor, shown by a TV that was connected by its code, changed and
taken away from afar; whole on every size of screen; honest when its data is old; and without a number on the wire."""

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from tests.support.accessibility import violations
from tests.support.browser import HOSTILE, SECONDS, Visiting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

#: From the click of a supervisor to the screen.
SOON = 5_000
NUMBER = "0301234567"


@pytest.fixture(scope="module")
def more_settings() -> dict[str, str]:
    """Queues that a test adds are told of by a poll."""
    return {"AMI_POLL_SECONDS": "2"}


async def make_board(page: Page, name: str, queues: tuple[str, ...], **fields: str) -> None:
    """A board of these queues in this order, by the form."""
    await page.goto("/walls/new/")
    await page.get_by_label("Name", exact=True).fill(name)
    for label, text in fields.items():
        await page.get_by_label(label.replace("_", " ")).fill(text)
    for queue in queues:
        await page.get_by_label(queue, exact=True).check()
    chooser = page.locator(".chooser").first
    for place, queue in enumerate(queues):
        item = chooser.locator("li", has=page.get_by_label(queue, exact=True))
        while await item.evaluate("item => Array.from(item.parentElement.children).indexOf(item)") > place:
            await item.get_by_role("button", name=f"{queue} further up").click()
    await save(page, name)


async def save(page: Page, name: str) -> None:
    """The form must be fit for everybody before it is sent."""
    assert await violations(page) == []
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".told")).to_have_text(f"{name} is saved.")


async def connect(tv: Page, desk: Page, board: str, name: str) -> str:
    """Approve the code that the TV shows. Returns the code."""
    await tv.goto("/wall/")
    assert await violations(tv) == []
    code = await tv.locator(".pairing-code").inner_text()
    await desk.goto("/walls/")
    await desk.get_by_label("Code on the TV").fill(f"{code[:3]} {code[3:]}".lower())
    await desk.get_by_role("button", name="Next").click()
    await expect(desk.locator(".code")).to_have_text(code)
    assert await violations(desk) == []
    await desk.get_by_label("Show this board").select_option(label=board)
    await desk.get_by_label("Name of the TV").fill(name)
    await desk.get_by_role("button", name="Connect").click()
    await expect(desk.locator(".told")).to_contain_text(board)
    return code


def keep_frames(page: Page) -> list[str]:
    """Everything that the page's sockets are sent."""
    frames: list[str] = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: frames.append(str(frame))))
    return frames


async def test_a_tv_is_connected_by_its_code_and_obeys_from_afar(visit: Visiting, floor):
    desk = (await visit("supervisor")).page
    await make_board(desk, "Hall", ("sales", "night"), Message_line="Meeting at three")
    await make_board(desk, "Office", ("night",))
    tv = (await visit()).page
    await tv.set_viewport_size({"width": 1280, "height": 720})
    frames = keep_frames(tv)
    code = await connect(tv, desk, "Hall", "Left of the door")

    # The TV goes on by itself.
    await expect(tv).to_have_url(re.compile("/wall/hall/$"), timeout=SOON)
    await expect(tv.locator("h1")).to_have_text("Hall")
    await expect(tv.locator("tbody th")).to_have_text(["sales", "night"])
    await expect(tv.locator(".message")).to_have_text("Meeting at three")
    cookies = {cookie["name"]: cookie for cookie in await tv.context.cookies()}
    assert cookies["ucmdash_screen"]["httpOnly"]
    assert "ucmdash_pairing" not in cookies

    # It shows what happens, and its frames tell no number and no name.
    caller = floor.arrive("night", number=NUMBER, name="Eve Frost")
    floor.answer(floor.arrive("sales", number="0309876543", name="Gil Hart"), "PJSIP/1001")
    await expect(tv.locator("[data-figure=waiting] .value")).to_have_text("1")
    await expect(tv.locator("[data-state=on_call] strong")).to_have_text("1")
    await expect(tv.locator("tbody tr", has_text="night").locator("[data-part=waiting] span")).to_have_text("1")

    # Another layout, at once and without a hand on the TV.
    await desk.goto("/walls/board/hall/")
    await desk.get_by_label("Layout").select_option("callers")
    await desk.get_by_label("Show agents by name").check()
    await desk.get_by_label("Theme").select_option("light")
    await save(desk, "Hall")
    await expect(tv.locator(".callers .who")).to_have_text("…567", timeout=SOON)
    await expect(tv.locator(".agents li", has_text="Bob Cole")).to_be_visible()
    await expect(tv.locator(".agents .who", has_text=HOSTILE)).to_be_visible()
    await expect(tv.locator("html")).to_have_attribute("data-theme", "light")
    assert await violations(tv) == []
    floor.abandon(caller)
    await expect(tv.locator(".callers .empty")).to_be_visible()
    said = "".join(frames)
    assert '"snapshot"' in said
    assert '"delta"' in said
    for secret in (NUMBER, NUMBER[:-3], "9876543", "Eve Frost", "Gil Hart", "PJSIP/", "party_number"):
        assert secret not in said

    # Another board.
    await desk.goto("/walls/")
    mine = desk.locator(".tvs li")
    await expect(mine.locator(".tv-seen")).to_contain_text("Connected")
    assert await violations(desk) == []
    await mine.get_by_label("Shows").select_option(label="Office")
    await mine.get_by_role("button", name="Save").click()
    await expect(tv).to_have_url(re.compile("/wall/office/$"), timeout=SOON)
    await expect(tv.locator("tbody th")).to_have_text(["night"])

    # No board at all, for a while.
    await desk.goto("/walls/board/office/delete/")
    await expect(desk.locator(".bullets li")).to_have_text("Left of the door")
    await desk.get_by_role("button", name="Delete").click()
    await expect(tv.locator("body")).to_contain_text("no wallboard is chosen", timeout=SOON)
    await mine.get_by_label("Shows").select_option(label="Hall")
    await mine.get_by_role("button", name="Save").click()
    await expect(tv).to_have_url(re.compile("/wall/hall/$"), timeout=2 * SOON)
    await expect(tv.locator("tbody th")).to_have_count(2)

    # Taken away: it asks anew, and its old code is worth nothing.
    await mine.get_by_role("button", name="Disconnect").click()
    await expect(tv.locator(".pairing-code")).to_be_visible(timeout=SOON)
    assert await tv.locator(".pairing-code").inner_text() != code
    await desk.goto(f"/walls/connect/?code={code}")
    await expect(desk.get_by_role("alert")).to_contain_text("No TV waits with this code")


#: Width and height of what hangs on walls.
SCREENS = {"HD": (1280, 720), "full HD": (1920, 1080), "4K": (3840, 2160), "upright": (1080, 1920)}
#: What is cut off, sticks out or scrolls.
NOT_WHOLE = """() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) found.push("the page scrolls");
  const inside = (part, whole, name) => {
    const [a, b] = [part.getBoundingClientRect(), whole.getBoundingClientRect()];
    const isIn = a.bottom <= b.bottom + 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.left >= b.left - 1;
    if (a.height && !isIn) found.push(`${name}: ${part.textContent.trim()}`);
  };
  for (const place of document.querySelectorAll(".place"))
    for (const row of place.querySelectorAll("tr, li, svg")) inside(row, place, "row");
  const panels = ".figure, .panel, .states li, .message, .head";
  for (const panel of document.querySelectorAll(panels)) inside(panel, root, "panel");
  for (const figure of document.querySelectorAll(".figure"))
    for (const part of figure.children) inside(part, figure, "figure");
  for (const number of document.querySelectorAll(".value, td span, td small, .wait, strong, .clock"))
    if (number.scrollWidth > number.clientWidth + 1 && getComputedStyle(number).display !== "inline")
      found.push(`number cut: ${number.textContent}`);
  return found;
}"""


async def test_everything_on_the_wall_is_whole_on_every_screen(visit: Visiting, floor):
    numbers = [f"line {number:02}" for number in range(30)]
    for number in numbers:
        floor.add_queue(number)
    page = (await visit("supervisor")).page
    async with asyncio.timeout(SECONDS):
        while "line 29" not in await page.content():
            await page.goto("/walls/new/")
    for _ in range(12):
        floor.arrive("night", number=NUMBER)
    await make_board(page, "Everything", ("night",), Message_line="A long message. " * 15)
    await page.goto("/walls/board/everything/")
    await page.evaluate("() => document.getElementsByName('queues').forEach((box) => (box.checked = true))")
    for figure in ("Offered", "Average speed of answer"):
        await page.get_by_label(figure).check()
    await page.get_by_label("Show agents by name").check()
    await save(page, "Everything")
    for layout in ("figures", "callers", "rows"):
        await page.goto("/walls/board/everything/")
        await page.get_by_label("Layout").select_option(layout)
        await save(page, "Everything")
        await page.goto("/wall/everything/")
        await expect(page.locator("[data-figure=waiting] .value")).to_have_text("12")
        # With the words that stand beside broken limits.
        await expect(page.locator(".figure[data-level=red]").first).to_be_visible()
        for name, (width, height) in SCREENS.items():
            await page.set_viewport_size({"width": width, "height": height})
            await expect(page.locator(".states li").first).to_be_visible()
            await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            assert (layout, name, await page.evaluate(NOT_WHOLE)) == (layout, name, [])
    # On a small screen not all queues fit: they take turns.
    await page.set_viewport_size({"width": 1280, "height": 720})
    dots = page.locator("[data-part=queues_dots] i")
    await expect(dots).not_to_have_count(1)
    await expect(page.locator("[data-part=queues_dots] i[data-now]")).to_have_count(1)
    first = await page.locator("tbody th").first.inner_text()
    await expect(page.locator("tbody th").first).not_to_have_text(first)


async def test_a_wall_whose_data_is_old_says_so_all_over_and_comes_back_by_itself(visit: Visiting, site, floor):
    made = await visit("supervisor")
    page = made.page
    await make_board(page, "Honest", ("night",))
    floor.arrive("night", number=NUMBER)
    await page.goto("/wall/honest/")
    await expect(page.locator("[data-figure=waiting] .value")).to_have_text("1")
    await expect(page.locator(".cover")).to_be_hidden()
    await site.stop()
    await expect(page.locator(".cover-title")).to_contain_text("No data since")
    await expect(page.locator("main[data-old]")).to_be_visible()
    frozen = await page.locator("[data-figure=longest_wait] .value").inner_text()
    await expect(page.locator(".cover-reason")).to_contain_text(re.compile(r"For 0:(1[2-9]|[2-5]\d) now"))
    assert await page.locator("[data-figure=longest_wait] .value").inner_text() == frozen
    await site.start()
    await expect(page.locator(".cover")).to_be_hidden()
    await expect(page.locator("main:not([data-old]) [data-figure=waiting] .value")).to_have_text("1")
    made.expect_outage()
