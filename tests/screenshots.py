"""`python -m tests.screenshots`: the pictures of README.md, of a demo with a fixed seed, into static/img.

A third of the agents is sent to lunch as people would do it, and the demo plays until callers wait too long: the
pictures show a floor in trouble, and the audit has something to say.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "static/img"
SIZE = (1440, 900)
DEMO = ("--port", "0", "--seed", "7", "--queues", "8", "--agents", "36", "--rate", "30")
PERSON, AGENT, PASSWORD = "supervisor", "agent2", "demo"
REASONS = ("lunch 30", "training", "meeting 15", "lunch 45", "break 10")
#: So many are sent away.
AWAY = 12
#: By then callers wait as long as they should not.
PATIENCE_SECONDS = 240


def main() -> None:
    parser = argparse.ArgumentParser(prog="make screenshots", description="Renew the pictures of README.md.")
    parser.add_argument("--seconds", type=int, default=90, help="how long the demo plays first (default %(default)s)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to (default static/img)")
    parser.add_argument("--size", default=SIZE, type=lambda text: tuple(map(int, text.split("x"))), metavar="1440x900")
    options = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        parser.error("no Chromium here")
    width, height = options.size
    with _demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme="light", reduced_motion="reduce"
        )
        _log_in(page, url)
        _send_away(page)
        page.wait_for_timeout(options.seconds * 1000)
        for name, path in _pictures(page, options.folder):
            page.screenshot(path=path)
            sys.stdout.write(f"{name}: {path.stat().st_size / 1000:.0f} kB\n")
        browser.close()


def _pictures(page: Page, folder: Path) -> Iterator[tuple[str, Path]]:
    """Bring each picture about, and name it."""
    for name, shown in (
        ("live", _live),
        ("live-dark", _dark),
        ("queue", _queue),
        ("why", _why),
        ("audit", _audit),
        ("wall", _wall),
        ("desk", _desk),
    ):
        shown(page)
        yield name, folder / f"screenshot-{name}.png"


def _live(page: Page) -> None:
    in_trouble = page.locator("#figures [data-figure=longest][data-level=bad]")
    in_trouble.and_(page.locator(":visible")).wait_for(timeout=PATIENCE_SECONDS * 1000)
    page.locator("#waiting tbody tr:nth-child(4)").wait_for(timeout=PATIENCE_SECONDS * 1000)


def _dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark")


def _queue(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.locator("#queues tbody [data-part=open]").first.click()
    page.locator("#queue-sheet").wait_for()


def _why(page: Page) -> None:
    page.keyboard.press("Escape")
    unheard = page.locator("#waiting tbody tr").filter(has=page.locator("[data-part=ringing]:empty"))
    unheard.locator("[data-part=open]").first.click(timeout=PATIENCE_SECONDS * 1000)
    page.get_by_role("heading", name="Why is nobody ringing?").wait_for()


def _audit(page: Page) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Audit").first.click()
    page.wait_for_url("**/audit/")


def _wall(page: Page) -> None:
    page.goto(f"{page.url.split('/audit/')[0]}/wall/demo/")
    page.locator("#wall tbody tr").nth(3).wait_for()


def _desk(page: Page) -> None:
    """An agent's, in a call."""
    page.goto(urljoin(page.url, "/audit/"))
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Log out").click()
    _log_in(page, page.url, AGENT)
    page.locator("#call-card [data-act=hangup]").wait_for(timeout=PATIENCE_SECONDS * 1000)


def _log_in(page: Page, url: str, person: str = PERSON) -> None:
    page.goto(url)
    page.get_by_label("Username").fill(person)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#badge[data-kind=live]").wait_for()


def _send_away(page: Page) -> None:
    """Pause agents who are free, each by a sentence in the palette."""
    page.locator("#badge[data-kind=live]").wait_for()
    free = page.locator(".tile[data-state=available] [data-part=extension]").all_inner_texts()
    for extension, reason in zip(sorted(set(free))[:AWAY], cycle(REASONS)):
        page.keyboard.press("Control+k")
        page.locator("#palette[open]").wait_for()
        page.keyboard.type(f"pause {extension} {reason}")
        page.locator("#palette [aria-selected=true]").wait_for()
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)


@contextmanager
def _demo() -> Iterator[str]:
    """The address of a demo on a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"PATH": os.environ["PATH"], "DEMO_DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3"}
        command = [sys.executable, str(ROOT / "manage.py"), "demo", *DEMO]
        demo = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True)
        try:
            assert demo.stdout is not None
            yield demo.stdout.readline().split()[-1]
        finally:
            demo.terminate()
            demo.communicate()


if __name__ == "__main__":
    main()
