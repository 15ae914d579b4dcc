"""Getting in: what a real PBX lets us do, and how it says no."""

import hashlib
import ssl

import pytest

from agents.states import BOARD_KINDS, CommandKind
from queues.ami.actions import Ping, QueueStatus, Status
from queues.ami.client import Address, Client, Patience, connect
from queues.ami.dialects import probe
from queues.ami.errors import ActionRefused, LinkDown, LoginRefused
from tests.asterisk.pbx import RealPbx

pytestmark = pytest.mark.asterisk

DASHBOARD = ("dashboard", "dash-1234")


async def _login(url: str) -> Client:
    client = await connect(Address.parse(url))
    assert (await client.perform(Ping())).fields.get("Response") == "Success"
    return client


async def test_a_dashboard_user_gets_in_and_learns_the_ami_version(real_pbx: RealPbx):
    client = await _login(real_pbx.url(*DASHBOARD))
    assert client.banner_version.split(".")[0].isdigit()
    await client.close()


async def test_a_secret_full_of_special_characters_works_percent_encoded(real_pbx: RealPbx):
    client = await _login(real_pbx.url("everything", "all w1th sp@ce/&?:%"))
    await client.close()


@pytest.mark.parametrize(
    ("user", "secret"),
    [("dashboard", "wrong"), ("nobody", "dash-1234"), ("elsewhere", "else-1234")],
    ids=["wrong secret", "unknown user", "address not permitted"],
)
async def test_who_may_not_enter_is_refused_in_the_pbx_words(real_pbx: RealPbx, user: str, secret: str):
    with pytest.raises(LoginRefused, match="Authentication failed"):
        await connect(Address.parse(real_pbx.url(user, secret)))


async def test_tls_with_the_certificate_file_works(real_pbx: RealPbx):
    client = await _login(real_pbx.url(*DASHBOARD, tls=f"cafile={real_pbx.certificate}"))
    await client.close()


async def test_tls_with_the_fingerprint_works(real_pbx: RealPbx):
    client = await _login(real_pbx.url(*DASHBOARD, tls=f"fingerprint={_fingerprint(real_pbx)}"))
    await client.close()


async def test_tls_unverified_works_and_warns(real_pbx: RealPbx):
    client = await _login(real_pbx.url(*DASHBOARD, tls="verify=no"))
    assert client.address.warnings == ("tls_unverified",)
    await client.close()


async def test_tls_refuses_a_certificate_nobody_vouches_for(real_pbx: RealPbx):
    with pytest.raises(LinkDown, match="not trusted"):
        await connect(Address.parse(real_pbx.url(*DASHBOARD, tls="verify=yes")))


async def test_tls_refuses_another_certificate_than_the_pinned_one(real_pbx: RealPbx):
    with pytest.raises(LinkDown):
        await connect(Address.parse(real_pbx.url(*DASHBOARD, tls=f"fingerprint={'0' * 64}")))


async def test_plain_ami_at_the_tls_port_ends_in_words(real_pbx: RealPbx):
    url = real_pbx.url(*DASHBOARD).replace(str(real_pbx.ami_port), str(real_pbx.tls_port))
    with pytest.raises(LinkDown):
        await connect(Address.parse(url), patience=Patience(banner=2))


async def test_the_dialect_is_stock_and_everything_is_offered_to_a_dashboard_user(real_pbx: RealPbx):
    client = await _login(real_pbx.url(*DASHBOARD))
    dialect = await probe(client)
    assert dialect.name == "asterisk"
    assert dialect.version.startswith(f"Asterisk {real_pbx.release.version}.")
    assert dialect.boot
    assert abs(dialect.clock_offset_seconds) < 1
    # To record a call takes Asterisk's privilege "system", which no dashboard should have.
    assert set(dialect.actions) == set(CommandKind) - BOARD_KINDS - {CommandKind.RECORD, CommandKind.STOP_RECORDING}
    assert dialect.limitations == ()
    await client.close()


async def test_an_onlooker_is_told_what_they_may_not_do(real_pbx: RealPbx):
    client = await _login(real_pbx.url("onlooker", "look-1234"))
    dialect = await probe(client)
    assert dialect.actions == ()
    assert set(dialect.limitations) == {"no_channels", "no_pause", "no_originate", "no_hangup", "no_call_control"}
    assert len((await client.perform(QueueStatus())).rows) > 4
    await client.close()


async def test_a_refused_action_says_why_and_the_link_goes_on(real_pbx: RealPbx):
    client = await _login(real_pbx.url(*DASHBOARD))
    with pytest.raises(ActionRefused, match="No such channel"):
        await client.perform(Status("PJSIP/nobody-00000001"))
    assert (await client.perform(Ping())).fields.get("Ping") == "Pong"
    await client.close()


def _fingerprint(real_pbx: RealPbx) -> str:
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(real_pbx.certificate.read_text())).hexdigest()
