"""The floor by mouse and by keyboard: queues, their figures and sheets, callers and all that may be asked for them."""

import asyncio
import re

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.support.serving import manage, outcome

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

#: The supervisor sits at Dana's phone; one who looks after the queue night only; one who only looks.
_PEOPLE = """
from django.contrib.auth.models import User
from agents.models import Agent, Team, TeamQueue
from tests.support.browser import PASSWORD
Agent.objects.filter(interface="PJSIP/1003").update(user=User.objects.get(username="supervisor"))
for team, queues in (("Night", ["night"]), ("Everybody", ["night", "sales"])):
    team = Team.objects.create(name=team)
    TeamQueue.objects.bulk_create(TeamQueue(team=team, pbx="main", number=number) for number in queues)
Team.objects.get(name="Night").supervisors.add(User.objects.create_user("lead", password=PASSWORD))
viewer = User.objects.create_user("viewer", password=PASSWORD)
for team in Team.objects.all():
    team.viewers.add(viewer)
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def people(site):
    command = manage("shell", "--verbosity", "0", "-c", _PEOPLE, **site.environment)
    status, errors = await asyncio.to_thread(outcome, command)
    assert status == 0, errors


def queue_row(page: Page, name: str):
    return page.locator("#queues tbody tr", has_text=name)


def waiting(page: Page, number: str = ""):
    return page.locator("#waiting tbody tr", has_text=number)


def toast(page: Page, text: str):
    return page.locator(".toast", has_text=text)


def choice(page: Page, name: str):
    return page.get_by_role("menu").get_by_role("menuitem", name=name)


async def names(page: Page) -> list[str]:
    return await page.locator("#queues tbody [data-part=open]").all_inner_texts()


async def offer(page: Page, number: str) -> None:
    """Open the menu of a waiting caller with the mouse."""
    await waiting(page, number).get_by_role("button", name="What may be done").click()


# --- queues ----------------------------------------------------------------------------------------------------


async def test_queues_are_sorted_favoured_and_hidden_and_a_reload_finds_them_so(visit, floor):
    page = (await visit("supervisor")).page
    await page.get_by_role("button", name="Queue", exact=True).first.click()
    assert await names(page) == ["night", "sales"]
    await page.get_by_role("button", name="Queue", exact=True).first.click()
    await expect(page.locator("#queues th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    assert await names(page) == ["sales", "night"]
    await queue_row(page, "night").get_by_role("button", name="night is a favourite").click()
    await page.mouse.move(5, 5)
    await expect(page.locator("#queues tbody tr").first).to_contain_text("night")
    async with page.expect_response(re.compile("preferences")):
        await queue_row(page, "sales").click(button="right")
        await choice(page, "Hide this queue").click()
    await expect(queue_row(page, "sales")).to_have_count(0)
    await page.goto("/")
    await expect(page).to_have_url(re.compile(r"sort=-name"))
    await expect(page.get_by_role("button", name="night is a favourite")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#queues-count")).to_have_text("1")
    await page.get_by_role("button", name="1 hidden").click()
    await queue_row(page, "sales").click(button="right")
    await choice(page, "Hide it no more").click()
    await expect(page.get_by_role("button", name="hidden")).to_have_count(0)
    async with page.expect_response(re.compile("preferences")):
        await page.get_by_role("button", name="night is a favourite").click()
        await page.locator("#user-menu summary").click()
        await page.get_by_label("Rows").select_option("compact")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-density", "compact")


async def test_figures_explain_themselves_from_the_keyboard(visit, floor):
    call = floor.arrive("sales", number="0301111")
    floor.answer(call, "PJSIP/1000")
    floor.abandon(call)
    page = (await visit("supervisor", "/?sort=name")).page
    await expect(queue_row(page, "sales").locator("[data-part=answered]")).not_to_have_text("0")
    await page.locator("#queues tbody button.link").first.focus()
    assert await page.locator("#queues [tabindex='0']").count() == 1
    for key in ("ArrowDown", "End", "Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"):
        await page.keyboard.press(key)
    answered = queue_row(page, "sales").locator("[data-part=answered]")
    await expect(answered).to_be_focused()
    await page.keyboard.press("Enter")
    explain = page.get_by_role("dialog", name="Answered, sales")
    await expect(explain).to_contain_text("Callers whom an agent answered")
    await expect(explain).to_contain_text("since 00:00:00")
    await expect(explain.locator("tbody tr")).to_contain_text(["0301111"])
    await expect(explain.locator("[data-part=value]")).to_have_text(await answered.inner_text())
    await explain.get_by_text("What the PBX says").click()
    await expect(explain).to_contain_text("count since its last reset")
    await page.keyboard.press("Escape")
    await expect(answered).to_be_focused()
    await page.locator("#figures [data-explain=service_level]").focus()
    await page.keyboard.press("Enter")
    level = page.get_by_role("dialog", name="Service level, all queues shown")
    await expect(level).to_contain_text("each by the definition it is set to")
    await level.get_by_role("button", name="sales").click()
    await expect(page.get_by_role("dialog", name="Service level, sales")).to_contain_text("Answered within 20 s")
    await page.keyboard.press("Escape")
    await page.locator("#figures [data-explain=free]").click()
    await page.get_by_role("dialog").get_by_role("button", name="sales").click()
    free = page.get_by_role("dialog", name="Free, sales")
    await expect(free).to_contain_text("no wrap-up")
    await free.get_by_role("button", name="Bob Cole").click()
    await expect(page.get_by_role("heading", name="Bob Cole")).to_be_visible()


async def test_a_queues_sheet_shows_members_and_acts_for_them_in_this_queue_only(visit, floor):
    floor.arrive("night", number="0302222")
    page = (await visit("supervisor")).page
    await queue_row(page, "night").get_by_role("button", name="night", exact=True).click()
    sheet = page.get_by_role("dialog", name="night")
    await expect(sheet).to_contain_text("nobody takes its calls")
    await expect(sheet.locator("[data-call]")).to_contain_text(["0302222"])
    bob = sheet.locator("[data-part=borrowed] li", has_text="Bob Cole")
    await bob.get_by_role("button", name="Log in here").click()
    member = sheet.locator("[data-part=members] tr", has_text="Bob Cole")
    await expect(member).to_contain_text("Ringing")
    floor.reject("PJSIP/1001")
    await member.get_by_role("button", name="What may be done with Bob Cole").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await expect(choice(page, "Pause here: ")).not_to_have_count(0)
    await page.keyboard.press("Home")
    await expect(choice(page, "Pause here").first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(member).to_contain_text("Paused here, by supervisor")
    assert [one.is_paused for one in floor.members_of("PJSIP/1001")] == [False, True]
    await member.get_by_role("button", name="What may be done with Bob Cole").click()
    await choice(page, "Penalty 1").click()
    await expect(member.locator("[data-part=penalty]")).to_have_text("1")
    await member.get_by_role("button", name="What may be done with Bob Cole").click()
    await choice(page, "Log out of this queue").click()
    await toast(page, "Log Bob Cole out of night").get_by_role("button", name="Undo").click()
    await expect(toast(page, "Log Bob Cole out of night")).to_have_attribute("data-outcome", "undone")
    assert len(floor.members_of("PJSIP/1001")) == 2
    floor.log_out("PJSIP/1001", "night")
    await expect(member).to_have_count(0)


# --- callers ---------------------------------------------------------------------------------------------------


async def test_a_call_is_hung_up_from_its_menu_unless_that_is_undone(visit, floor):
    page = (await visit("supervisor")).page
    floor.arrive("night", number="0309876543", name="Eve Frost")
    await offer(page, "0309876543")
    await choice(page, "Hang up").click()
    await page.keyboard.press("Control+z")
    label = "Hang up the call of 0309876543 Eve Frost"
    await expect(toast(page, label)).to_have_attribute("data-outcome", "undone")
    await waiting(page, "0309876543").locator("[data-part=open]").focus()
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    await page.keyboard.press("End")
    await expect(choice(page, "Hang up")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(waiting(page, "0309876543").locator("[data-part=menu]")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast[data-outcome=done]", has_text=label)).to_be_visible()
    await page.mouse.move(5, 5)
    await page.locator("#find").focus()
    await expect(waiting(page)).to_have_count(0)


async def test_of_many_callers_those_in_sight_are_drawn_and_the_keyboard_reaches_all(visit, floor):
    page = (await visit("supervisor")).page
    for number in range(100, 160):
        floor.arrive("night", number=f"0{number}")
    await expect(page.locator("#waiting-count")).to_have_text("60")
    await expect(page.locator("#waiting")).to_have_attribute("aria-rowcount", "61")
    assert await waiting(page).count() < 40
    first, last = (page.locator(f"#waiting [aria-rowindex='{place}']") for place in (2, 61))
    await first.locator("[data-part=open]").focus()
    await page.keyboard.press("Control+End")
    await expect(last.locator("[data-part=open]")).to_be_focused()
    await expect(last).to_be_in_viewport()
    await expect(first).to_have_count(0)
    await page.keyboard.press("ArrowUp")
    await expect(page.locator("#waiting [aria-rowindex='60'] [data-part=open]")).to_be_focused()
    await page.keyboard.press("Control+Home")
    await expect(first.locator("[data-part=open]")).to_be_focused()
    await page.locator("#waiting-panel").hover()
    await page.mouse.wheel(0, 1000)
    await expect(page.locator("#waiting [aria-rowindex='24']")).to_be_in_viewport()
    await expect(first).to_have_count(0)
    await expect(page.locator("#waiting-panel")).to_be_focused()  # where the keyboard's row went out of sight


async def test_a_caller_is_given_priority_and_sent_to_an_extension(visit, floor):
    page = (await visit("supervisor")).page
    floor.arrive("night", number="0301")
    floor.arrive("night", number="0302")
    await expect(waiting(page, "0302").locator("[data-part=position]")).to_have_text("2")
    await offer(page, "0302")
    await choice(page, "Raise priority").click()
    # Releases of Asterisk differ in what it does to those who wait already; the answer says so.
    await expect(toast(page, "Raise 0302 to priority 1")).to_contain_text(re.compile(r"Priority 1.*place \d"))
    await offer(page, "0302")
    await choice(page, "Redirect").click()
    sheet = page.get_by_role("dialog", name="0302")
    await expect(sheet.get_by_label("To a queue, an extension or a number")).to_be_focused()
    assert await page.locator("#redirect-targets option").evaluate_all("(all) => all.map((one) => one.value)") == [
        *("1000", "1001", "1002", "1003")
    ]
    await page.keyboard.type("1001")
    await page.keyboard.press("Enter")
    await expect(sheet.locator("[data-action=redirect] .result")).to_have_attribute("data-outcome", "done")
    await expect(page.locator(".tile", has_text="Bob Cole")).to_have_attribute("data-state", "ringing")
    await expect(sheet).to_contain_text("This call is over, or in no queue any more.")


async def test_a_caller_is_picked_up_on_the_own_phone(visit, floor):
    page = (await visit("supervisor")).page
    floor.arrive("night", number="0303")
    await offer(page, "0303")
    await choice(page, "Pick up on my phone 1003").click()
    await expect(toast(page, "Pick up 0303 on phone 1003")).to_have_attribute("data-outcome", "done")
    await expect(page.locator(".tile", has_text="Dana Eng")).to_have_attribute("data-state", "ringing")
    floor.pick_up("PJSIP/1003")
    await expect(page.locator(".tile", has_text="Dana Eng")).to_have_attribute("data-state", "other_call")


async def test_why_nobody_rings_and_how_often_the_caller_tried(visit, floor):
    floor.abandon(floor.arrive("night", number="0304444"))
    for number in range(1000, 1003):
        floor.pause(f"PJSIP/{number}", reason="Lunch")
    floor.set_registered("PJSIP/1003", False)
    try:
        page = (await visit("supervisor")).page
        floor.arrive("sales", number="0304444")
        row = waiting(page, "0304444")
        await expect(row.locator("[data-part=tries]")).to_have_text("2×")
        await row.locator("[data-part=open]").click()
        sheet = page.get_by_role("dialog", name="0304444")
        await expect(sheet.get_by_role("heading", name="Why is nobody ringing?")).to_be_visible()
        reasons = sheet.locator("#why-members li")
        await expect(reasons.filter(has_text="Ada Berg")).to_contain_text("paused: Lunch")
        await expect(reasons.filter(has_text="Dana Eng")).to_contain_text("phone unreachable")
        await expect(sheet.locator("#why-next")).to_contain_text("Nobody will be free by themselves")
        floor.unpause("PJSIP/1000")
        await expect(sheet.locator("#why-next")).to_contain_text("Ada Berg, whose phone rings for this caller")
        await expect(sheet).to_contain_text("call 2 today")
        await expect(sheet.locator("[data-part=visits] tr")).to_contain_text(["abandoned"])
    finally:
        floor.set_registered("PJSIP/1003", True)


# --- who may see and do what -----------------------------------------------------------------------------------


async def test_who_only_looks_is_offered_nothing_to_do(visit, floor):
    page = (await visit("viewer")).page
    floor.arrive("night", number="0305")
    await offer(page, "0305")
    assert await page.get_by_role("menuitem").all_inner_texts() == ["Why is nobody ringing?"]
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="0305")).to_contain_text("No agent is logged in")
    await expect(page.locator("#caller-sheet form.action:visible")).to_have_count(0)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Night", exact=True).click()
    await expect(page).to_have_url(re.compile("team=Night"))
    assert await names(page) == ["night"]
    await page.get_by_role("button", name="Night", exact=True).click()
    await queue_row(page, "sales").get_by_role("button", name="sales", exact=True).click()
    sheet = page.get_by_role("dialog", name="sales")
    await expect(sheet.locator("[data-part=members] tr")).to_have_count(4)
    await expect(sheet.get_by_role("button", name="What may be done")).to_have_count(0)
    await expect(sheet.get_by_text("Who could help out")).to_be_hidden()


async def test_a_teams_supervisor_sees_and_touches_their_queue_only(visit, floor):
    page = (await visit("lead")).page
    floor.arrive("night", number="0306")
    floor.arrive("sales", number="0307")
    await expect(waiting(page)).to_have_count(1)
    assert await names(page) == ["night"]
    await offer(page, "0306")
    await expect(choice(page, "Pick up on my phone")).to_contain_text("No phone is linked to your login.")
    await expect(choice(page, "Pick up on my phone")).to_have_attribute("aria-disabled", "true")
    await expect(choice(page, "Hang up")).not_to_have_attribute("aria-disabled", "true")
