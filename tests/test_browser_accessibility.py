"""Every page, sheet and dialog in both themes, judged by axe-core in a real browser; forced colours; no motion.

One page walks through all states: opening it costs more than judging it.
"""

import pytest
from playwright.async_api import Page, expect

from tests.support.accessibility import violations
from tests.support.browser import HOSTILE, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

#: Without the movements that would blur a colour while it is judged.
STILL = {"reduced_motion": "reduce", "color_scheme": "light"}
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}


def furnish(floor) -> None:
    """Every state at once: who waits, who talks, who rings, who pauses."""
    floor.arrive("night", number="0301234567", name="Eve Frost")
    floor.answer(floor.arrive("sales", number="0309876543", name=HOSTILE), "PJSIP/1001")
    floor.pause("PJSIP/1003", reason="Lunch")
    floor.arrive("sales", number="0305550001", name="Gil Hart")


class Judge:
    """Collects what axe finds, state by state, so that one walk tells all."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []

    async def sees(self, what: str, place: str = "html") -> None:
        """`place` must be there; of a dialog it is enough to judge the dialog, for the rest lies behind it."""
        await expect(self.page.locator(place)).to_be_visible()
        self.found += [f"{what}, {line}" for line in await violations(self.page, place)]


async def log_in(page: Page) -> None:
    await page.get_by_label("Username").fill("supervisor")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#badge-word")).to_have_text("Live")


async def test_axe_finds_nothing_on_any_page_sheet_or_dialog_of_a_supervisor(visit, floor):
    floor.abandon(floor.arrive("night", number="0301234567"))
    page = (await visit(viewport=DESK, **STILL)).page
    judge = Judge(page)
    await judge.sees("login")
    await log_in(page)
    furnish(floor)  # after somebody's first try
    await expect(page.locator("#waiting tbody tr")).to_have_count(2)
    await judge.sees("live")

    await page.locator("#queues tbody tr", has_text="sales").locator("[data-part=open]").click()
    await expect(page.locator("#queue-sheet [data-part=members] tr")).to_have_count(4)
    await judge.sees("a queue's sheet", "#queue-sheet")
    await page.locator("#queue-sheet [data-part=members] button[data-part=menu]").first.click()
    await judge.sees("a member's menu", "#row-menu")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")

    await page.locator("#waiting tbody tr", has_text="0301234567").locator("[data-part=open]").click()
    await expect(page.locator("#why-next")).not_to_be_empty()
    await expect(page.locator("#caller-sheet [data-part=visits] tr")).not_to_have_count(0)
    await judge.sees("a caller's sheet with why nobody rings", "#caller-sheet")
    await page.keyboard.press("Escape")

    await page.locator("#figures [data-explain=abandoned]").click()
    await page.locator("#explain").get_by_role("button", name="night").click()
    await expect(page.locator("#explain tbody tr")).not_to_have_count(0)
    await page.locator("#explain summary").click()
    await judge.sees("a figure explained", "#explain")
    await page.keyboard.press("Escape")

    await page.locator("#user-menu summary").click()
    await judge.sees("the user's menu", "#user-menu")
    await page.keyboard.press("?")
    await judge.sees("help", "#help")
    await page.keyboard.press("Escape")

    await page.locator(".tile", has_text="Bob Cole").click()
    await judge.sees("an agent's sheet", "#agent-sheet")
    await page.keyboard.press("Escape")

    await page.keyboard.press("Control+k")
    await expect(page.locator("#palette")).to_be_visible()
    await page.keyboard.type("pause 100")
    await expect(page.locator("#palette").get_by_role("option")).to_have_count(4)
    await page.keyboard.press("ArrowDown")
    await judge.sees("the palette", "#palette")
    await page.keyboard.press("Escape")

    await page.locator(".tile", has_text="Ada Berg").click(modifiers=["Control"])
    await page.locator(".tile", has_text="Dana Eng").click(modifiers=["Control"])
    await page.locator("#bulk [data-act=pause]").click()
    await judge.sees("a question about many", "#bulk-question")
    await page.keyboard.type("Drill")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast").get_by_role("button", name="Undo")).to_be_visible()
    await judge.sees("a toast with undo", "#toasts")
    await page.keyboard.press("u")
    await page.locator(".tile", has_text="Ada Berg").click(modifiers=["Control"])
    await judge.sees("the bar for many", "#bulk")
    await page.keyboard.press("Escape")

    await page.set_viewport_size(PHONE)
    await judge.sees("live on a small screen")
    await page.goto("/audit/")
    await expect(page.locator("tbody tr:not(.day)")).not_to_have_count(0)
    await judge.sees("audit on a small screen")
    await page.set_viewport_size(DESK)
    await judge.sees("audit")
    assert not judge.found, "\n".join(judge.found)


async def test_axe_finds_nothing_on_the_agents_page(visit, floor):
    furnish(floor)
    page = (await visit("agent", viewport=PHONE, **STILL)).page
    await expect(page.locator("#own-phones > li")).to_have_count(1)
    judge = Judge(page)
    await judge.sees("an agent's page")
    assert not judge.found, "\n".join(judge.found)


# --- people who see and move otherwise -------------------------------------------------------------------------


_MOVING = "document.getAnimations().filter((one) => one.playState === 'running').length"
_COUNT = "document.addEventListener('animationstart', () => document.body.setAttribute('data-moved', ''))"


@pytest.mark.parametrize(("person", "motion"), [("agent", "no-preference"), ("agent", "reduce"), ("supervisor", None)])
async def test_the_own_phone_moves_when_it_rings_but_not_for_who_wants_no_motion_and_no_other(
    visit, floor, person, motion
):
    page = (await visit(person, reduced_motion=motion)).page
    await page.evaluate(_COUNT)
    floor.arrive("sales", number="0305550001")
    ringing = page.locator(".tile[data-state=ringing]", has_text="Ada Berg")
    await expect(ringing).to_be_visible()
    if motion == "no-preference":
        await expect(page.locator("body[data-moved]")).to_be_visible()
    else:
        assert await page.evaluate(_MOVING) == 0
        await expect(page.locator("body[data-moved]")).to_have_count(0)


#: What the eye gets of an element when colours are the system's: the widths of its border and its outline.
_SEEN = """(element) => {
  const style = getComputedStyle(element);
  const width = (line) => (style[`${line}Style`] === "none" ? 0 : parseFloat(style[`${line}Width`]));
  return [Math.max(width("borderTop"), width("borderLeft")), width("outline")];
}"""


async def test_words_and_borders_say_everything_when_colours_are_the_systems(visit, floor):
    furnish(floor)
    page = (await visit("supervisor", forced_colors="active", **STILL)).page
    assert await page.evaluate("matchMedia('(forced-colors: active)').matches")

    async def seen(selector: str) -> list[float]:
        return await page.locator(selector).first.evaluate(_SEEN)

    # Each state is a word in a box of its own.
    await expect(page.locator(".tile[data-state=ringing]")).not_to_have_count(0)
    for state, word in (("ringing", "Ringing"), ("on_call", "On a call"), ("paused", "Paused")):
        await expect(page.locator(f".tile[data-state={state}]").first).to_contain_text(word)
        assert (await seen(f".tile[data-state={state}]"))[0] >= 1
    # What is selected, pressed or chosen is told by a line that the others lack.
    await page.locator(".tile", has_text="Ada Berg").click(modifiers=["Control"])
    assert (await seen(".tile[aria-selected=true]"))[1] > (await seen(".tile[aria-selected=false]"))[1]
    await page.locator(".chip[data-state=paused]").click()
    assert (await seen(".chip[aria-pressed=true]"))[1] > (await seen(".chip[aria-pressed=false]"))[1]
    await page.locator(".chip[data-state=paused]").click()
    # All that lies above the page has a line around it, and so have the badge and a wait near its limit.
    assert (await seen("#badge"))[0] >= 1
    assert (await seen("#bulk"))[0] >= 1
    await page.keyboard.press("Control+k")
    await expect(page.locator("#palette")).to_be_visible()
    assert (await seen("#palette"))[0] >= 1
    await page.keyboard.type("pause 100")
    await expect(page.locator("#palette").get_by_role("option")).to_have_count(4)
    await page.keyboard.press("ArrowDown")
    assert (await seen("#palette [aria-selected=true]"))[1] > (await seen("#palette [aria-selected=false]"))[1]
    await page.keyboard.press("Escape")
    await page.locator(".tile", has_text="Bob Cole").click()
    assert (await seen("#agent-sheet"))[0] >= 1
    await page.keyboard.press("Escape")
    await expect(page.locator("#waiting time[data-level]").first).to_be_visible()
    assert (await seen("#waiting time[data-level]"))[0] >= 1
