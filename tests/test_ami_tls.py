"""TLS: trusted by authority, by file, by fingerprint, or expressly not at all."""

import ssl

import pytest

from queues.ami.actions import Ping
from queues.ami.client import connect
from queues.ami.errors import LinkDown
from tests.support.certificates import self_signed
from tests.support.fake_pbx import FakePbx


@pytest.fixture
def pem(tmp_path):
    return tmp_path / "pbx.pem"


@pytest.fixture
def fingerprint(pem):
    return self_signed(pem)


@pytest.fixture
async def pbx(pem, fingerprint):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    async with FakePbx(tls=context) as pbx:
        yield pbx


async def test_a_certificate_of_the_file_is_trusted(pbx, pem):
    client = await connect(pbx.address(is_tls=True, cafile=str(pem)))
    assert (await client.perform(Ping())).fields.get("Ping") == "Pong"
    await client.close()


async def test_a_self_signed_certificate_is_refused_by_default(pbx):
    with pytest.raises(LinkDown, match="certificate is not trusted"):
        await connect(pbx.address(is_tls=True))
    assert pbx.requests == []


async def test_a_certificate_for_another_host_is_refused(tmp_path):
    pem = tmp_path / "other.pem"
    self_signed(pem, "192.0.2.1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    async with FakePbx(tls=context) as pbx:
        with pytest.raises(LinkDown, match="not trusted"):
            await connect(pbx.address(is_tls=True, cafile=str(pem)))


async def test_the_pinned_certificate_is_trusted(pbx, fingerprint):
    client = await connect(pbx.address(is_tls=True, fingerprint=fingerprint))
    assert (await client.perform(Ping())).fields.get("Ping") == "Pong"
    await client.close()


async def test_any_other_certificate_than_the_pinned_one_is_refused_before_a_byte_is_sent(pbx):
    with pytest.raises(LinkDown, match="fingerprint"):
        await connect(pbx.address(is_tls=True, fingerprint="ab" * 32))
    assert pbx.requests == []


async def test_verification_may_be_switched_off(pbx):
    client = await connect(pbx.address(is_tls=True, is_verified=False))
    assert client.address.warnings == ("tls_unverified",)
    await client.close()


async def test_a_port_without_tls_is_said():
    async with FakePbx() as pbx:
        with pytest.raises(LinkDown, match="no TLS"):
            await connect(pbx.address(is_tls=True))


async def test_a_file_that_cannot_be_used_is_said(pbx, tmp_path):
    with pytest.raises(LinkDown, match="file of certificates"):
        await connect(pbx.address(is_tls=True, cafile=str(tmp_path / "none.pem")))
    (tmp_path / "empty.pem").touch()
    with pytest.raises(LinkDown, match="file of certificates"):
        await connect(pbx.address(is_tls=True, cafile=str(tmp_path / "empty.pem")))


async def test_a_line_of_a_megabyte_over_tls_ends_the_link_cleanly(pbx, pem):
    client = await connect(pbx.address(is_tls=True, cafile=str(pem)))
    pbx.callers[0].send(b"Event: X\r\nData: " + b"x" * 1_000_000 + b"\r\n\r\n")
    with pytest.raises(LinkDown, match="too long"):
        await anext(client.events())
    await client.close()
