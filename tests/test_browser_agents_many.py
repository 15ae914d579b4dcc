"""Many agents at once, and sentences instead of clicks: selection, the bar for it, the command palette, the groups."""

import re

import pytest
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


def tile(page: Page, name: str):
    return page.locator(".tile", has_text=name)


def bar(page: Page):
    return page.get_by_role("region", name="Selected agents")


def toast(page: Page, text: str):
    return page.locator(".toast", has_text=text)


def options(page: Page):
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def chosen(page: Page):
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option", selected=True)


async def selected(page: Page) -> list[str]:
    return await page.locator(".tile[aria-selected=true] [data-part=name]").all_inner_texts()


async def say(page: Page, sentence: str) -> None:
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("combobox", name="What to do")).to_be_focused()
    await page.keyboard.type(sentence)


async def test_arrows_home_and_end_move_among_the_agents(visit, floor):
    page = (await visit("supervisor", viewport={"width": 800, "height": 900})).page
    tiles = page.locator(".tile")
    await tiles.first.focus()
    for key, index in (("ArrowRight", 1), ("ArrowLeft", 0), ("End", 2), ("ArrowDown", 3), ("Control+Home", 0)):
        await page.keyboard.press(key)
        await expect(tiles.nth(index)).to_be_focused()
    await expect(page.locator(".tile[tabindex='0']")).to_have_count(1)


async def test_agents_are_selected_by_mouse_and_by_keyboard(visit, floor):
    page = (await visit("supervisor")).page
    await expect(bar(page)).to_be_hidden()
    await tile(page, "Ada Berg").click(modifiers=["Control"])
    await tile(page, "Dana Eng").click(modifiers=["Shift"])
    assert await selected(page) == ["Ada Berg", "Bob Cole", "Dana Eng"]
    await tile(page, "Bob Cole").click(modifiers=["Control"])
    assert await selected(page) == ["Ada Berg", "Dana Eng"]
    await expect(bar(page)).to_contain_text("2 agents selected")
    await expect(bar(page)).to_contain_text("Ada Berg, Dana Eng")
    await expect(bar(page).get_by_role("button", name="Hang up")).to_have_attribute("title", "No call now.")
    await page.keyboard.press("Escape")
    await expect(bar(page)).to_be_hidden()
    await page.locator(".tile").nth(1).focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Shift+ArrowRight")
    assert len(await selected(page)) == 2
    await page.keyboard.press("Control+a")
    await expect(bar(page)).to_contain_text("4 agents selected")
    await expect(page.locator("[role=grid][aria-multiselectable=true]")).to_have_count(1)
    await bar(page).get_by_role("button", name="Clear").click()
    await expect(page.locator(".tile[aria-selected=true]")).to_have_count(0)
    await page.get_by_role("button", name="Select", exact=True).click()
    await tile(page, "Bob Cole").click()
    assert await selected(page) == ["Bob Cole"]


async def test_many_are_paused_at_once_and_undone_and_unpaused(visit, floor):
    page = (await visit("supervisor")).page
    tiles = page.locator(".tile")
    await tiles.first.focus()
    await page.keyboard.press("Control+a")
    await bar(page).get_by_role("button", name="Pause", exact=True).focus()
    await page.keyboard.press("Enter")
    question = page.get_by_role("dialog", name="Pause 4 agents")
    await expect(question.get_by_label("Reason in your own words")).to_be_focused()
    await page.keyboard.type("Fire drill")
    await page.keyboard.press("Enter")
    await expect(toast(page, "Pause 4 agents: Fire drill")).to_contain_text(re.compile(r"in [2345] s"))
    await page.keyboard.press("u")
    await expect(toast(page, "Pause 4 agents: Fire drill")).to_contain_text("4 undone.")
    await expect(page.locator(".tile[data-state=available]")).to_have_count(4)
    await page.get_by_role("button", name="Select", exact=True).click()
    await bar(page).get_by_role("button", name="Select all 4 shown").click()
    await bar(page).get_by_role("button", name="Pause", exact=True).click()
    await question.get_by_role("button", name="Lunch").click()
    await question.get_by_role("radio", name="30 min").check()
    await question.get_by_role("button", name="Pause", exact=True).click()
    await expect(toast(page, "Pause 4 agents: Lunch")).to_contain_text("4 done.")
    await expect(page.locator(".tile[data-state=paused]")).to_have_count(4)
    await expect(tile(page, "Bob Cole")).to_contain_text("back in")
    await page.mouse.move(5, 5)
    await page.get_by_role("button", name="Select", exact=True).click()
    await bar(page).get_by_role("button", name="Select all 4 shown").click()
    await bar(page).get_by_role("button", name="Unpause").click()
    await expect(page.locator(".tile[data-state=available]")).to_have_count(4)


async def test_a_sentence_pauses_and_undo_takes_it_back(visit, floor):
    page = (await visit("supervisor")).page
    await say(page, "pause 1001 15 lun")
    await expect(chosen(page)).to_contain_text("Pause Bob Cole: Lunch for 15 min")
    await page.keyboard.press("Enter")
    await expect(tile(page, "Bob Cole")).to_contain_text("Paused · Lunch")
    await expect(page.locator("#palette")).to_be_hidden()
    await page.keyboard.press("Control+z")
    await expect(tile(page, "Bob Cole")).to_have_attribute("data-state", "available")


async def test_what_may_mean_several_is_chosen_first_and_what_is_impossible_says_why(visit, floor):
    page = (await visit("supervisor")).page
    await say(page, "pause 100")
    await expect(options(page)).to_have_count(4)
    await expect(chosen(page)).to_have_count(0)
    await expect(page.locator("#palette-hint")).to_have_text("4 choices: arrow keys choose.")
    await page.keyboard.press("Enter")
    await expect(page.locator("#palette")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await expect(chosen(page)).to_have_count(1)
    await page.keyboard.press("Escape")
    await say(page, "hang up bob")
    await expect(options(page)).to_contain_text(["No call now."])
    await page.keyboard.press("Escape")
    await say(page, "dial 0301234")
    await expect(options(page)).to_contain_text(["No phone is linked to your login."])


async def test_sentences_open_filter_group_and_dress_the_page(visit, floor):
    page = (await visit("supervisor")).page
    await say(page, "theme dark")
    await page.keyboard.press("Enter")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await say(page, "show paused")
    await page.keyboard.press("Enter")
    await expect(page.locator("#agents-empty")).to_be_visible()
    await say(page, "show all")
    await page.keyboard.press("Enter")
    await expect(page.locator(".tile")).to_have_count(4)
    await say(page, "group state")
    await page.keyboard.press("Enter")
    await expect(page.locator(".group-head")).to_contain_text(["Free"])
    floor.pause("PJSIP/1001", reason="Away")
    await expect(page.locator(".group-head")).to_contain_text(["Free", "Paused"])
    await say(page, "bob")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await expect(options(page).first).to_contain_text("Open Bob Cole")
    await options(page).first.click()
    await expect(page.locator("#agent-sheet").get_by_role("heading", name="Bob Cole")).to_be_visible()


async def test_an_agent_is_offered_only_what_is_theirs(visit, floor):
    page = (await visit("agent")).page
    await say(page, "listen 1000")
    await expect(page.locator("#palette-hint")).to_contain_text("not understood")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("pause ada break")
    await page.keyboard.press("Enter")
    await expect(tile(page, "Ada Berg")).to_contain_text("Paused · Break")
    await expect(page.get_by_role("button", name="Select", exact=True)).to_have_count(0)
