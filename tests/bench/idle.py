"""Benchmark: how soon an idle board shows that something happened.

An agent is paused in a simulated PBX; the clock runs from the event's way out until the frame with that agent is
in a WebSocket. Between the two are `manage.py serve` (decode, reduce, commit to SQLite, hub) or a bare relay,
in turns. Wall time, since that is what people wait; the relay beside it carries the same noise.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect

from queues.simulator.server import SimulatedPbx
from tests.bench.figures import Row, percentile
from tests.bench.site import PBX, ROOT, site

AIM_SECONDS = 0.010
#: Longer than a flush keeps the next one waiting, so that the board is idle each time.
REST_SECONDS = 0.3
PATIENCE_SECONDS = 20.0

PHONE = "PJSIP/1000"

Frame = dict[str, Any]
Blink = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Idle:
    """Seconds from the event on the wire to the frame in the socket."""

    ours: tuple[float, ...]
    relay: tuple[float, ...]

    def rows(self) -> list[Row]:
        more = percentile(self.ours, 0.5) - percentile(self.relay, 0.5)
        return [
            Row(
                "Idle board: event on the wire → frame in the socket, p50 (p99)",
                _in_words(self.ours),
                f"bare TCP → WebSocket relay: {_in_words(self.relay)}; {more * 1000:.1f} ms more",
                "≤ 10 ms more",
                more <= AIM_SECONDS,
            )
        ]


def _in_words(seconds: tuple[float, ...]) -> str:
    p50, p99 = (percentile(seconds, share) * 1000 for share in (0.5, 0.99))
    return f"{p50:.1f} ms ({p99:.0f})"


def run(*, samples: int = 80) -> Idle:
    return asyncio.run(_run(samples))


async def _run(samples: int) -> Idle:
    ours, bare = [], []
    rng = Random(1)
    async with _our_board() as blink, _bare_relay() as pass_on:
        for _sample in range(samples):
            # Never in step with the beats of a second.
            await asyncio.sleep(REST_SECONDS + rng.random() * 0.1)
            ours.append(await blink())
            bare.append(await pass_on())
    return Idle(tuple(ours), tuple(bare))


@asynccontextmanager
async def _our_board() -> AsyncIterator[Blink]:
    """A function that has an agent paused or back and returns after how long the page was told."""
    pbx = SimulatedPbx(queues=4, agents=24, rate=0.0)
    with tempfile.TemporaryDirectory() as folder:
        async with pbx:
            running = site(Path(folder), pbx.port)
            here = await asyncio.to_thread(running.__enter__)
            try:
                async with connect(here.socket_url, additional_headers=here.headers, compression=None) as browser:
                    await _hear(browser, _is_up)

                    yield partial(_blink, pbx, browser)
            finally:
                await asyncio.to_thread(running.__exit__, None, None, None)


async def _blink(pbx: SimulatedPbx, browser: ClientConnection) -> float:
    is_paused = pbx.floor.members_of(PHONE)[0].is_paused
    act, state = (pbx.floor.unpause, "available") if is_paused else (pbx.floor.pause, "paused")
    began = time.monotonic()
    act(PHONE)
    await _hear(browser, lambda frame: state in _states_of(frame, "agents", PHONE))
    return time.monotonic() - began


def _is_up(frame: Frame) -> bool:
    return "up" in _states_of(frame, "links", PBX)


def _states_of(frame: Frame, table: str, key: str) -> set[str]:
    """The states that a frame, delta or snapshot, tells of one row."""
    rows = frame.get("set", frame.get("rows", {})).get(table, ())
    return {row["state"] for row in rows if row["key"] == key}


async def _hear(browser: ClientConnection, is_it: Callable[[Frame], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for text in browser:
            if is_it(orjson.loads(text)):
                return


@asynccontextmanager
async def _bare_relay() -> AsyncIterator[Blink]:
    """A function that sends a packet's worth of bytes through the relay and returns how long it took."""
    source: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
    server = await asyncio.start_server(lambda _reader, writer: source.put_nowait(writer), "127.0.0.1", 0)
    with _relaying(server.sockets[0].getsockname()[1]) as port:
        writer = await source.get()
        async with server, connect(f"ws://127.0.0.1:{port}/", compression=None) as browser:

            async def pass_on() -> float:
                began = time.monotonic()
                writer.write(b"x" * 400 + b"\n")
                await browser.recv()
                return time.monotonic() - began

            await pass_on()
            yield pass_on
            writer.close()


@contextmanager
def _relaying(source_port: int):
    command = [sys.executable, "-m", "tests.bench.relay", str(source_port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate()
