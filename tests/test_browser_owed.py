"""The calls we owe in a real browser: who gives up appears, one person takes it on, and whom we reach is gone."""

import asyncio
import re

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from queues.simulator.entities import ChannelState
from tests.support.accessibility import violations
from tests.support.serving import manage, outcome

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PHONE = {"width": 360, "height": 740}
STILL = {"reduced_motion": "reduce", "color_scheme": "light"}
DARK = {"reduced_motion": "reduce", "color_scheme": "dark"}
ANNA, PAUL = "0301234567", "0309876543"
_NO_OVERFLOW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
#: Who hangs up at once counts, so that nobody has to wait.
_NO_SHORT = """
from queues.models import Queue
Queue.objects.update(target_short_seconds=0)
Queue.objects.get_or_create(pbx="main", number="sales", defaults={"name": "sales", "target_short_seconds": 0})
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def no_short_abandons(site):
    made = await asyncio.to_thread(outcome, manage("shell", "--verbosity", "0", "-c", _NO_SHORT, **site.environment))
    assert made == (0, ""), made


def line(page: Page, number: str):
    return page.locator(".owed-row", has_text=number)


def settled(page: Page, number: str):
    return page.locator(".closed-row", has_text=number)


async def gives_up(floor, page: Page, queue: str, number: str, name: str = "") -> None:
    """Somebody calls until they are on the list: the worker reads settings every two seconds."""
    for _ in range(20):
        floor.abandon(floor.arrive(queue, number=number, name=name))
        try:
            await expect(line(page, number)).to_be_visible(timeout=1000)
        except AssertionError:
            continue
        return
    raise AssertionError(f"{number} is not on the list")


def theirs(floor):
    """The channel of the outside line that rings them."""
    (channel,) = [c for c in floor.switch.channels.values() if c.state is ChannelState.RINGING and c.phone is None]
    return channel


async def test_a_caller_who_gave_up_is_taken_on_called_back_and_gone_when_they_answer(visit, floor):
    for extension in range(1000, 1004):
        floor.pause(f"PJSIP/{extension}")
    lead = (await visit("supervisor", path="/owed/", viewport={"width": 1440, "height": 900}, **DARK)).page
    agent = (await visit("agent", path="/owed/", viewport=PHONE, **STILL)).page
    await expect(agent.locator("#owed-empty")).to_have_text("We owe nobody a call.")
    await gives_up(floor, agent, "sales", ANNA, "Anna")
    await gives_up(floor, lead, "night", PAUL)

    # Everybody has their queues, and the number of lines in the navigation.
    await expect(line(lead, ANNA)).to_contain_text(re.compile(r"Anna.*sales.*tried", re.DOTALL))
    await expect(lead.locator(".bar-nav .owed-count")).to_have_text("2")
    assert await line(agent, PAUL).count() == 0
    await expect(line(agent, ANNA)).to_contain_text("due in")
    await lead.locator("#owed-queue").select_option("main night")
    await expect(line(lead, ANNA)).to_have_count(0)
    await lead.reload()
    await expect(line(lead, PAUL)).to_be_visible()
    await lead.locator("#owed-queue").select_option("")

    # The agent takes it on by keyboard; the supervisor sees whose it is, and may still overrule.
    await line(agent, ANNA).get_by_role("button", name="Take it on").focus()
    await agent.keyboard.press("Enter")
    await expect(line(agent, ANNA)).to_contain_text("yours until")
    await expect(line(lead, ANNA)).to_contain_text("agent is on it until")
    await expect(line(lead, ANNA).get_by_role("button", name="back")).to_have_attribute("aria-disabled", "true")
    assert await violations(agent) == []
    assert await violations(lead) == []
    assert await agent.evaluate(_NO_OVERFLOW)

    # Called back: the own phone first, then theirs; the line is gone once they answer, and not before.
    await agent.keyboard.press("Shift+Tab")
    await agent.keyboard.press("Enter")
    await expect(line(agent, ANNA)).to_contain_text("Your phone 1000 rings")
    floor.pick_up("PJSIP/1000")
    await expect(line(agent, ANNA)).to_contain_text("It rings there.")
    floor.calls.pick_up(theirs(floor))
    await expect(settled(agent, ANNA)).to_contain_text("agent reached them.")
    await expect(line(lead, ANNA)).to_have_count(0)
    # Under the keyboard nothing moves: what is settled stays until it has left.
    await expect(line(agent, ANNA)).to_contain_text("settled")
    await expect(line(agent, ANNA).get_by_role("button", disabled=True)).to_have_count(3)
    await agent.locator(".skip").focus()
    await expect(line(agent, ANNA)).to_have_count(0)
    floor.calls.hang_up(floor.switch.phones["PJSIP/1000"].channels[0])

    # Whom nobody has to call any more is closed by hand, with the outcome in words.
    await line(lead, PAUL).get_by_role("button", name="Close").click()
    dialog = lead.locator("#owed-close")
    await expect(dialog).to_contain_text(PAUL)
    assert await violations(lead, "#owed-close") == []
    await dialog.get_by_label("Wrong number").check()
    await dialog.get_by_label("Note").fill("a fax")
    await lead.keyboard.press("Enter")
    await expect(settled(lead, PAUL)).to_contain_text("Wrong number: a fax")
    await expect(settled(lead, PAUL)).to_contain_text("Closed by supervisor.")
    await lead.locator(".skip").focus()
    await expect(lead.locator("#owed-empty")).to_have_text("We owe nobody a call.")
    await expect(lead.locator(".bar-nav .owed-count")).to_be_hidden()


async def test_who_calls_again_and_is_answered_goes_by_themselves(visit, floor):
    for extension in range(1001, 1004):
        floor.pause(f"PJSIP/{extension}")
    floor.pause("PJSIP/1000")
    page = (await visit("supervisor", path="/owed/", **STILL)).page
    await gives_up(floor, page, "sales", ANNA)
    floor.unpause("PJSIP/1000")
    call = floor.arrive("sales", number=ANNA)
    await expect(line(page, ANNA)).to_contain_text("They are calling right now")
    floor.answer(call, "PJSIP/1000")
    await expect(settled(page, ANNA).first).to_contain_text("They called again and were answered.")
    await expect(line(page, ANNA)).to_have_count(0)
