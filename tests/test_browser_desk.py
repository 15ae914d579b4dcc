"""An agent's working day at the desk, by keyboard, in a window as small as a telephone: a real server, a simulated PBX,
a real browser."""

import asyncio
import re

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.support.accessibility import violations
from tests.support.asking_in_page import agent_id, ask
from tests.support.serving import manage, outcome

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PHONE = {"width": 360, "height": 740}
STILL = {"reduced_motion": "reduce", "color_scheme": "light"}
ADA, BOB = "PJSIP/1000", "PJSIP/1001"
#: What browsers do with sound until the first click on a page; counts the tones that could be heard.
_SILENT = """const Real = window.AudioContext;
window.AudioContext = class extends Real {
  get state() { return this.isAllowed ? "running" : "suspended"; }
  async resume() { this.isAllowed = true; this.dispatchEvent(new Event("statechange")); }
  createOscillator() {
    const { dataset } = document.documentElement;
    dataset.tones = Number(dataset.tones ?? 0) + 1;
    return super.createOscillator();
  }
};"""
_NO_OVERFLOW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
#: Lunch is for one at a time.
_REASONS = """
from agents.models import PauseReason
PauseReason.objects.filter(name="Lunch").update(budget_minutes=30, limit_per_queue=1)
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def reasons(site):
    made = await asyncio.to_thread(outcome, manage("shell", "--verbosity", "0", "-c", _REASONS, **site.environment))
    assert made == (0, ""), made


@pytest.fixture
def desk(visit):
    async def open_desk(person: str = "agent", path: str = "/me/", **options) -> Page:
        page = (await visit(person, path=path, **{"viewport": PHONE, **STILL, **options})).page
        await expect(page.locator("#state-card")).to_be_visible()
        return page

    return open_desk


def word(page: Page):
    return page.locator("#state-word")


async def test_an_agent_lands_on_the_desk_and_pauses_by_keyboard(visit, site, floor):
    page = (await visit(viewport=PHONE, **STILL)).page
    await page.get_by_label("Username").fill("agent")
    await page.get_by_label("Password", exact=True).fill("a password for tests")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{site.url}me/")
    await expect(word(page)).to_have_text("Free")
    assert await page.evaluate(_NO_OVERFLOW)

    await page.keyboard.press("p")
    lunch = page.get_by_role("button", name="Lunch 30 min")
    await expect(lunch).to_be_focused()
    assert await violations(page) == []
    await page.keyboard.press("Enter")
    await expect(word(page)).to_have_text("Paused")
    await expect(page.locator("#state-card [data-part=detail]")).to_contain_text(re.compile(r"Lunch · 29:\d\d left"))
    assert all(member.is_paused for member in floor.members_of(ADA))
    await expect(page.get_by_role("button", name="Unpause")).to_be_focused()
    await expect(page).to_have_title(re.compile("^Paused · My desk"))
    await page.keyboard.press("Enter")
    await expect(word(page)).to_have_text("Free")
    await expect(page.get_by_role("button", name="Pause", exact=True)).to_be_focused()


async def test_reasons_that_come_late_find_the_keyboard_waiting(desk):
    page = await desk()
    opened = asyncio.Event()

    async def answer_late(route):
        await opened.wait()
        await route.continue_()

    await page.route("**/pause-reasons", answer_late)
    await page.reload()
    await expect(word(page)).to_have_text("Free")
    await page.keyboard.press("p")
    await expect(page.get_by_label("Reason in your own words")).to_be_focused()
    opened.set()
    await expect(page.get_by_role("button", name="Lunch 30 min")).to_be_focused()


async def test_what_a_supervisor_does_to_me_is_told_and_a_full_reason_has_a_line(visit, floor):
    visitor = await visit("agent", path="/me/", viewport=PHONE, **STILL)
    page = visitor.page
    boss = (await visit("supervisor")).page
    ada, bob = await agent_id(boss, ADA), await agent_id(boss, BOB)
    assert await ask(boss, f"agents/{ada}/pause", {"queue": None, "reason": "Drill", "minutes": 20}) == 202
    await expect(word(page)).to_have_text("Paused")
    await expect(page.locator("#state-card [data-part=changed]")).to_have_text(
        re.compile(r"^supervisor paused you at .*\. Reason: Drill\.$")
    )
    await expect(page.locator("#state-card [data-part=back]")).to_contain_text("You are back by yourself at")
    await page.keyboard.press("p")
    await expect(word(page)).to_have_text("Free")

    assert await ask(boss, f"agents/{bob}/pause", {"queue": None, "reason": "Lunch"}) == 202
    await expect(boss.locator(".tile", has_text="Bob Cole")).to_have_attribute("data-state", "paused")
    await page.keyboard.press("p")
    await page.keyboard.press("Enter")
    wait = page.get_by_role("button", name="Wait in line")
    await expect(wait).to_be_visible()
    # The browser notes each refusal in its console.
    visitor.complaints = [text for text in visitor.complaints if "409" not in text]
    await wait.press("Enter")
    line = page.locator("#state-card [data-part=line]")
    await expect(line).to_contain_text("You are next for Lunch")
    assert await violations(page, "#state-card") == []
    await page.get_by_role("button", name="Leave the line").press("Enter")
    await expect(line).to_be_hidden()
    await expect(word(page)).to_have_text("Free")


async def test_a_call_is_rung_shown_helped_with_noted_and_transferred(visit, desk, floor):
    page = await desk()
    card = page.locator("#call-card")
    missed = floor.arrive("sales", number="0301234567")
    await expect(card).to_contain_text("Calling you")
    floor.abandon(missed)
    await expect(word(page)).to_have_text("Free")
    call = floor.arrive("sales", number="0301234567", name="Eve Frost")
    await expect(card).to_contain_text("Calling you")
    await expect(card).to_contain_text("call 2 today")
    await expect(card.get_by_role("button", name="Hang up")).to_be_hidden()
    floor.answer(call, ADA)
    await expect(card).to_contain_text(re.compile(r"0301234567 Eve Frost.*sales.*waited 0:\d\d", re.DOTALL))

    await page.keyboard.press("h")
    await expect(card).to_contain_text("Hand raised")
    assert await violations(page) == []
    await page.keyboard.press("h")
    await expect(card.locator("[data-part=handUp]")).to_be_hidden()

    note = card.get_by_label("A note about this caller")
    await note.fill("Wants the <b>blue</b> one")
    await note.press("Control+Enter")
    await expect(card.get_by_role("list", name="Notes about them")).to_contain_text("Wants the <b>blue</b> one")

    await card.get_by_role("button", name="Transfer").press("Enter")
    box = card.get_by_role("combobox")
    await expect(box).to_be_focused()
    await page.keyboard.type("dan")
    await expect(card.get_by_role("option")).to_have_text([re.compile("Dana Eng")])  # nobody "da" finds, too
    assert await violations(page) == []
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("1003")
    await page.keyboard.press("Enter")
    await expect(word(page)).not_to_have_text("On a call")
    floor.pick_up("PJSIP/1003")

    again = floor.arrive("sales", number="0301234567")
    floor.answer(again, ADA)
    await card.get_by_role("button", name="Park").press("Enter")
    await expect(page.locator("#dial-form [data-part=reminder]")).to_contain_text("to fetch the caller")
    # Or the next line would find the card of the call that is parked.
    await expect(word(page)).not_to_have_text("On a call")
    again = floor.arrive("sales", number="0301234567")
    floor.answer(again, ADA)
    await expect(card.get_by_role("list", name="Notes about them")).to_contain_text("agent · sales")
    await card.get_by_role("button", name="Hang up").press("Enter")
    await expect(card).to_be_hidden()
    await expect(page.locator("#desk-calls li")).not_to_have_count(0)


async def test_a_number_is_found_dialled_and_followed(desk, floor):
    page = await desk()
    await page.keyboard.press("d")
    box = page.locator("#dial-number")
    await expect(box).to_be_focused()
    await page.keyboard.type("bo")
    await expect(page.get_by_role("option", name="Bob Cole")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await expect(box).to_have_attribute("aria-activedescendant", "dial-choices-0")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("listbox")).to_be_hidden()
    await expect(box).to_have_value("bo")
    await page.keyboard.press("ArrowDown")
    await expect(box).to_have_attribute("aria-activedescendant", "dial-choices-0")
    async with page.expect_response(lambda answer: "/directory?" in answer.url):
        await box.dispatch_event("focus")  # asks again
    await page.evaluate("new Promise((done) => requestAnimationFrame(done))")
    await expect(box).to_have_attribute("aria-activedescendant", "dial-choices-0")
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("1001")
    await page.keyboard.press("Enter")
    progress = page.locator("#dial-form .result")
    await expect(progress).to_have_text("Your phone 1000 rings: pick it up.")
    floor.pick_up(ADA)
    await expect(progress).to_have_text("It rings there.")
    floor.pick_up(BOB)
    await expect(progress).to_have_text("Connected.")
    await expect(word(page)).to_have_text("Other call")
    await page.locator("#call-card").get_by_role("button", name="Hang up").press("Enter")
    await expect(progress).to_have_text("The call is over.")

    await box.fill("12x4")
    await expect(page.locator("#dial-form [data-part=words]")).to_contain_text("not a number that can be dialled")


async def test_a_ring_is_heard_once_the_browser_allows_it(visit, floor):
    visitor = await visit(viewport=PHONE, **STILL)
    page = visitor.page
    await page.add_init_script(_SILENT)
    await page.get_by_label("Username").fill("agent")
    await page.get_by_label("Password", exact=True).fill("a password for tests")
    await page.keyboard.press("Enter")
    blocked = page.get_by_role("button", name="Sound blocked: click to enable")
    await expect(blocked).to_be_visible()
    call = floor.arrive("sales", number="0301234567")
    await expect(word(page)).to_have_text("Ringing")
    await expect(page.locator("html[data-tones]")).to_have_count(0)
    await blocked.click()
    await expect(blocked).to_be_hidden()
    await expect(page.locator("html")).to_have_attribute("data-tones", re.compile("[1-9]"))
    floor.abandon(call)
    await expect(word(page)).to_have_text("Free")


async def test_a_telephone_link_dials_by_its_button_only(visit, site, floor):
    visitor = await visit("agent", path="/me/", viewport=PHONE, **STILL)
    page = visitor.page
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    await page.goto("/dial/?n=tel:1001")
    button = page.get_by_role("button", name="Call from my phone 1000")
    await expect(button).not_to_have_attribute("aria-disabled", "true")
    assert await violations(page) == []
    assert await page.evaluate(_NO_OVERFLOW)
    assert asked == []
    await button.press("Enter")
    await expect(page.locator("#dial-result")).to_have_text("Your phone 1000 rings: pick it up.")
    floor.pick_up(ADA)
    floor.pick_up(BOB)
    await expect(page.locator("#dial-result")).to_have_text("Connected.")
    await page.goto("/me/")
    await page.locator("#call-card").get_by_role("button", name="Hang up").press("Enter")
    await expect(word(page)).to_have_text("Free")


async def test_a_token_is_shown_once_and_revoked(visit):
    page = (await visit("agent", path="/me/", viewport=PHONE, **STILL)).page
    await page.goto("/me/tokens/")
    await expect(page.get_by_text("You have no token.")).to_be_visible()
    await page.get_by_label("What it is for").fill("CRM")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("The token")).to_have_value(re.compile("^ucmdash_"))
    assert await violations(page) == []
    assert await page.evaluate(_NO_OVERFLOW)
    await page.reload()
    await expect(page.locator("#token-list li")).to_have_count(1)
    await expect(page.get_by_label("The token")).to_be_hidden()
    revoke = page.get_by_role("button", name="Revoke CRM")
    await revoke.press("Enter")
    await revoke.press("Enter")
    await expect(page.get_by_text("You have no token.")).to_be_visible()


async def test_state_and_call_go_to_the_window_on_top_and_come_back(desk, floor):
    page = await desk(viewport={"width": 1280, "height": 800})
    async with page.context.expect_page() as opening:
        await page.get_by_role("button", name="Open the small window").click()
    small = await opening.value
    await expect(small.locator("#state-word")).to_have_text("Free")
    await expect(page.get_by_text("Your state and your call are in the small window.")).to_be_visible()
    call = floor.arrive("sales", number="0301234567")
    await expect(small.locator("#call-card")).to_contain_text("0301234567")
    floor.abandon(call)
    await page.get_by_role("button", name="Bring them back").click()
    await expect(page.locator("#state-card")).to_be_visible()
