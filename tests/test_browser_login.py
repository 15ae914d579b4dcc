"""Signing in and out with a real browser."""

import re

import pytest
from playwright.async_api import expect

from tests.support.browser import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_wrong_password_is_told_at_both_fields_and_the_name_is_kept(visit):
    page = (await visit(path="/login/")).page
    await page.get_by_label("Username").fill("supervisor")
    await page.get_by_label("Password", exact=True).fill("guess")
    await page.get_by_role("button", name="Sign in").click()
    error = page.get_by_role("alert")
    await expect(error).to_contain_text("correct username and password")
    for label in ("Username", "Password"):
        field = page.get_by_label(label, exact=True)
        await expect(field).to_have_attribute("aria-invalid", "true")
        await expect(field).to_have_accessible_description(re.compile("correct username and password"))
    await expect(page.get_by_label("Username")).to_have_value("supervisor")
    await expect(page.get_by_label("Password", exact=True)).to_have_value("")


async def test_after_login_the_page_with_its_filters_opens(visit):
    page = (await visit("supervisor", "/?state=paused&group=state")).page
    await expect(page).to_have_url(re.compile(r"/\?state=paused&group=state$"))
    await expect(page.get_by_role("button", name="State", exact=True)).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("[data-state=paused][aria-pressed]")).to_have_attribute("aria-pressed", "true")


async def test_the_password_can_be_looked_at(visit):
    page = (await visit(path="/login/")).page
    field = page.get_by_label("Password", exact=True)
    await field.fill(PASSWORD)
    await page.get_by_role("button", name="Show the password").click()
    await expect(field).to_have_attribute("type", "text")
    await expect(field).to_have_value(PASSWORD)


async def test_logging_out_leads_to_the_login(visit):
    page = (await visit("supervisor")).page
    await page.locator("#user-menu summary").click()
    await page.get_by_role("button", name="Log out").click()
    await expect(page).to_have_url(re.compile("/login/$"))
    await page.goto("/")
    await expect(page).to_have_url(re.compile(r"/login/\?next=/$"))


async def test_a_page_nobody_may_see_says_so_in_our_own_look(visit):
    visitor = await visit("agent")
    await visitor.page.goto("/nothing/here")
    await expect(visitor.page.get_by_role("heading", name="Nothing here")).to_be_visible()
    visitor.complaints = [text for text in visitor.complaints if "404" not in text]
