"""axe-core on a page, as the rules of WCAG 2.2 A and AA have it, and axe's own best practices."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

_RUN = """async ([place, options]) => {
  const { violations } = await axe.run(place, { resultTypes: ["violations"], ...options });
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${impact}): ${target} ${failureSummary}`));
}"""
_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


async def violations(page: Page, place: str = "html") -> list[str]:
    """What axe objects to in `place` (a selector) as it is now, one line for each element: by all its rules in the
    light theme, in the dark one by those of colours, for nothing else of a page depends on its theme. The page must
    be one that follows the system's theme. What axe cannot judge is not among them."""
    if not await page.evaluate("'axe' in window"):
        # As text given to the browser: a <script> would breach the page's Content-Security-Policy.
        await page.evaluate(AXE_SCRIPT)
    found = []
    for theme, options in (("light", {}), ("dark", _COLOURS)):
        await page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {line}" for line in await page.evaluate(_RUN, [place, options])]
    return found
