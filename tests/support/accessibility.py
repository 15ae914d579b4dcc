"""axe-core on a page, as the rules of WCAG 2.2 A and AA have it, and axe's own best practices."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page


async def violations(page: Page) -> list[str]:
    """What axe objects to on the page as it is, one line for each element. Rules it cannot judge are not among them."""
    # As text given to the browser: a <script> would breach the page's Content-Security-Policy.
    await page.evaluate(AXE_SCRIPT)
    found = await page.evaluate("axe.run({resultTypes: ['violations']}).then((results) => results.violations)")
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
