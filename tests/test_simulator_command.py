"""`manage.py simulate_pbx` as a process: it says where it listens, and stops when told."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.patience import patient

_ROOT = Path(__file__).parent.parent


@asynccontextmanager
async def simulating(*flags: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command with these flags; killed in the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "manage.py", "simulate_pbx", "--port", "0", *flags),
        cwd=_ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_it_prints_one_line_serves_and_stops_on_sigterm():
    flags = ("--dialect", "asterisk", "--rate", "0", "--user", "someuser1", "--secret", "some1234")
    async with simulating(*flags) as process, asyncio.timeout(patient(30)):
        line = (await process.stdout.readline()).decode()
        found = re.fullmatch(r"Simulated asterisk PBX on 127\.0\.0\.1:(\d+), user someuser1, secret some1234\n", line)
        reader, writer = await asyncio.open_connection("127.0.0.1", int(found[1]))
        assert await reader.readline() == b"Asterisk Call Manager/5.0.4\r\n"
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        assert time.monotonic() - begin < 5
        assert await reader.read() == b""
        assert await process.stdout.read() == b""
        writer.close()


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (("--privileges", "agent,nonsense"), b"Unknown privilege: nonsense"),
        (("--agents", "1001"), b"At most 50 queues and 1000 agents"),
        (("--tls-cert", "/no/such/file"), b"No such file"),
    ],
)
async def test_senseless_flags_stop_it_with_one_line(flags, complaint):
    async with simulating(*flags) as process, asyncio.timeout(patient(30)):
        _, errors = await process.communicate()
        assert process.returncode != 0
        assert complaint in errors
        assert errors.count(b"\n") == 1
