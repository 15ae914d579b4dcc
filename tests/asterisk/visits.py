"""Somebody's page of a dashboard before a real PBX, in Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page

from tests.asterisk.dashboard import PASSWORD, Dashboard
from tests.support.browser import Visit


@asynccontextmanager
async def logged_in(
    chromium: Browser, dashboard: Dashboard, person: str, width: int, height: int
) -> AsyncIterator[Page]:
    """A page on which this person has just logged in; it may have complained about nothing in the end."""
    context = await chromium.new_context(base_url=dashboard.url, viewport={"width": width, "height": height})
    visit = Visit(await context.new_page(), dashboard.url)
    visit.watch()
    await visit.page.goto("/")
    await visit.page.get_by_label("Username").fill(person)
    await visit.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await visit.page.keyboard.press("Enter")
    yield visit.page
    await context.close()
    assert visit.complaints == []
