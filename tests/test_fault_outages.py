"""PostgreSQL and Redis restarted, or gone silent, under calls and clicks: pages say so, nothing is lost, nothing is
sent twice, and soon after the end all is right again."""

from __future__ import annotations

import asyncio
import logging
import urllib.error
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from tests.support.outages import OUTAGE_SECONDS, PBX, OutageScene, Wire, outage_scene
from tests.support.servers import Server
from tests.support.serving import START_SECONDS

pytestmark = pytest.mark.asyncio(loop_scope="module")

logger = logging.getLogger(__name__)

#: How much more a process may hold after an outage.
MEGABYTES = 30


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wires(servers) -> AsyncIterator[dict[str, Wire]]:
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(Wire(getattr(servers, name).port)) for name in ("postgres", "redis")
        }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(servers, wires, tmp_path_factory) -> AsyncIterator[OutageScene]:
    async with outage_scene(servers, tmp_path_factory.mktemp("outages"), wires) as scene:
        await scene.until(lambda: scene.page.is_live(PBX), seconds=START_SECONDS)
        yield scene


def calls_pass(scene: OutageScene, numbers: range) -> None:
    """Some come; whoever has waited longest is answered and done with, the next one gives up, others wait on."""
    for number in numbers:
        scene.floor.arrive("6500", number=str(number))
    waiting = scene.floor.queues["6500"].waiting
    served = waiting[0]
    scene.floor.answer(served, "PJSIP/1000")
    scene.floor.hang_up_agent(served)
    scene.floor.abandon(waiting[0])


async def pause(scene: OutageScene) -> dict[str, Any] | None:
    """The request as the API took it; None when it could not."""
    try:
        asked: dict[str, Any] = await scene.web.ask(
            f"agents/{scene.agent_id('PJSIP/1001')}/pause", queue=None, reason="Lunch"
        )
    except urllib.error.HTTPError as error:
        if error.code != 503:
            raise AssertionError(error.read()) from error
        return None
    return asked


async def outage(scene: OutageScene, kind: str, server: Server, wire: Wire) -> None:
    """A real server is stopped, or still there but nothing comes through, for a while; at its end no page may still
    pass its board off as live."""
    if kind == "gone":
        await asyncio.to_thread(server.stop)
    else:
        wire.lose_everything()
    await asyncio.sleep(OUTAGE_SECONDS)
    was_live = scene.page.is_live(PBX)
    if kind == "gone":
        server.launch()
        await asyncio.to_thread(server.wait)
    else:
        wire.carry_new_ones()
    assert not was_live


@pytest.mark.parametrize("kind", ["gone", "silent"])
@pytest.mark.parametrize("name", ["postgres", "redis"])
async def test_an_outage_is_told_and_then_made_good(name, kind, scene, servers, wires):
    await scene.settle()
    sent_before, memory_before = len(scene.line.asked("QueuePause")), scene.memory()
    loop = asyncio.get_running_loop()
    fault = asyncio.create_task(outage(scene, kind, getattr(servers, name), wires[name]))
    try:
        calls_pass(scene, range(100, 103))
        asking = asyncio.create_task(pause(scene))
        await scene.until(lambda: not scene.page.is_live(PBX))
        calls_pass(scene, range(200, 203))
    finally:
        await fault
    ended_at = loop.time()
    await scene.settle()
    seconds = loop.time() - ended_at

    asked = await asking
    command = await scene.ended(asked) if asked else None
    sent = len(scene.line.asked("QueuePause")) - sent_before
    logger.info("%s %s: right after %.1f s; %s; sent %d; MB %s", name, kind, seconds, command, sent, scene.memory())
    # Without Redis everything can be asked, and is done, only not at once.
    assert (command and command.state, sent) == ("done", 1) or (name == "postgres" and sent <= 1)
    assert command is None or command.sent_at is None or command.sent_at <= command.expires_at
    assert all(megabytes - memory_before[pid] < MEGABYTES for pid, megabytes in scene.memory().items())
