"""One POST: whatever the receiver does, it ends in time and in words."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from queues.alerts.post import NoAnswer, post
from tests.support.certificates import self_signed
from tests.support.receivers import CUT, HANG, receiving


@pytest.fixture(autouse=True)
def this_machine(settings):
    settings.WEBHOOKS_TO_THIS_MACHINE = True


async def fault(url: str, seconds: float = 10) -> str:
    with pytest.raises(NoAnswer) as caught:
        await post(url, {}, b"{}", seconds=seconds)
    return str(caught.value)


async def test_an_answer_that_never_comes_is_not_waited_for_longer_than_asked():
    async with receiving(HANG) as receiver:
        assert await fault(receiver.url, seconds=0.3) == "no answer within 0.3 s"


async def test_a_connection_cut_refused_or_never_heard_of_is_told_in_words():
    async with receiving(CUT) as receiver:
        assert await fault(receiver.url) == "the connection was closed without an answer"
    assert await fault(receiver.url) == "connection refused: nothing listens there"
    assert await fault("http://no-such-machine.invalid/") == "the name no-such-machine.invalid is not known"


@asynccontextmanager
async def saying(answer: bytes) -> AsyncIterator[str]:
    """The address of a server that says just this to a request and then waits for the other side to go."""
    gone = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(answer)
        with suppress(ConnectionError):
            await reader.read()
        writer.transport.abort()
        gone.set()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    await gone.wait()
    server.close()


async def test_who_speaks_no_http_is_told_so():
    async with saying(b"220 mail.example.com ESMTP\r\n\r\n") as url:
        assert "status line" in await fault(url)


async def test_an_answer_whose_body_never_ends_counts_by_its_status():
    head = b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\nRetry-After: 7\r\n\r\n"
    async with saying(head + b"4\r\nslow\r\n") as url:
        answer = await post(url, {}, b"{}")
    assert (answer.status, answer.words, answer.is_taken, answer.retry_after_seconds) == (202, "slow", True, 7)


async def test_a_certificate_must_be_one_this_machine_trusts(tmp_path, monkeypatch):
    path = tmp_path / "receiver.pem"
    self_signed(path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    async with receiving(ssl_context=context) as receiver:
        assert (await fault(receiver.url)).startswith("certificate: self")
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        assert (await post(receiver.url, {}, b"{}")).status == 200
    assert len(receiver.received) == 1
