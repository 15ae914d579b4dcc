"""The faults and oddities the simulated PBX can be asked for."""

from __future__ import annotations

import asyncio
import ssl
import time

import pytest

from tests.support.certificates import self_signed
from tests.support.patience import patient
from tests.support.simulated import Wire, still


async def test_no_live_events_means_none_but_lists_still_come():
    async with still(live_events=False, privileges=["all"]) as pbx, await Wire.to(pbx) as wire:
        pbx.floor.arrive("6500")
        entries = [row for row in await wire.rows("QueueStatus", "QueueStatusComplete") if row["Event"] == "QueueEntry"]
        assert len(entries) == 1
        assert wire.events == []


async def test_without_echo_no_packet_carries_an_action_id():
    async with still(echo_action_id=False) as pbx, await Wire.to(pbx) as wire:
        wire.send("GSAgents", ActionID="x")
        await wire.until("Event", "GsAgentComplete")
        assert b"ActionID" not in wire.raw


async def test_pieces_of_one_byte_are_the_same_stream():
    async with still(chunk=1) as pbx, await Wire.to(pbx) as wire:
        pbx.floor.arrive("6500")
        rows = await wire.rows("Queues", "QueuesComplete")
        assert len([row for row in rows if row["Event"] == "QueueStatus"]) == 2


async def test_its_clock_is_wrong_by_the_offset():
    async with still(clock_offset=-3600) as pbx, await Wire.to(pbx) as wire:
        told = float((await wire.ask("Ping"))["Timestamp"])
        assert abs(told - (time.time() - 3600)) < 5


async def test_simulated_time_runs_as_fast_as_it_is_told():
    async with still(speed=50) as pbx, await Wire.to(pbx) as wire:
        pbx.floor.find_queue("6500").max_wait_seconds = 20
        pbx.floor.arrive("6500")
        abandon = await wire.until("Event", "QueueCallerAbandon")
        assert abandon["HoldTime"] == "20"


async def test_drop_closes_and_lets_in_again():
    async with still() as pbx:
        async with await Wire.to(pbx) as wire:
            pbx.drop()
            assert await wire.rest() == b""
        async with await Wire.to(pbx) as wire:
            assert (await wire.ask("Ping"))["Ping"] == "Pong"


async def test_frozen_it_hangs_and_thawed_it_goes_on():
    async with still() as pbx, await Wire.to(pbx) as wire:
        pbx.freeze()
        pbx.floor.arrive("6500")
        wire.send("Ping", ActionID="later")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(patient(0.2)):
                await wire.packet()
        newcomer = await asyncio.open_connection(pbx.host, pbx.port)
        pbx.thaw()
        assert (await wire.until("Response"))["ActionID"] == "later"
        async with asyncio.timeout(patient(5)):
            assert await newcomer[0].readline() == b"Asterisk Call Manager/5.0.0\r\n"
        newcomer[1].close()


async def test_a_restart_forgets_calls_counters_and_dynamic_members():
    async with still() as pbx:
        floor = pbx.floor
        floor.log_in("PJSIP/1004", "6501")
        call = floor.arrive("6500")
        async with await Wire.to(pbx) as wire:
            boot = await wire.ask("CoreStatus")
            floor.abandon(call)
            floor.arrive("6500")
            floor.advance(floor.now + 2)
            pbx.restart()
            await wire.rest()
        assert floor.booted_at > call.joined_at
        async with await Wire.to(pbx) as wire:
            again = await wire.ask("CoreStatus")
            assert (boot["CoreStartupDate"], boot["CoreStartupTime"]) != (
                again["CoreStartupDate"],
                again["CoreStartupTime"],
            )
            assert again["CoreCurrentCalls"] == "0"
            rows = await wire.rows("Queues", "QueuesComplete")
            assert {row["CallsAbandoned"] for row in rows if row["Event"] == "QueueStatus"} == {"0"}
            assert "PJSIP/1004" not in [row["Location"] for row in rows if row["Queue"] == "6501"]


async def test_a_reset_comes_in_mid_packet():
    async with still() as pbx, await Wire.to(pbx) as wire:
        pbx.reset_in_mid_packet()
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await wire.packet()


async def test_garbage_comes_between_packets():
    async with still() as pbx, await Wire.to(pbx) as wire:
        pbx.garbage(b"\xff\xfe\x00\r\n\r\n")
        async with asyncio.timeout(patient(5)):
            assert await wire.reader.readuntil(b"\r\n\r\n") == b"\xff\xfe\x00\r\n\r\n"
        assert (await wire.ask("Ping"))["Ping"] == "Pong"


async def test_faults_come_by_themselves_when_asked_for():
    async with still(drop_after=0.1) as pbx, await Wire.to(pbx) as wire:
        assert await wire.rest() == b""


async def test_a_client_that_does_not_read_is_cut_off(monkeypatch):
    monkeypatch.setattr("queues.simulator.session._MAX_UNSENT", 200_000)
    async with still(agents=200) as pbx, await Wire.to(pbx) as wire:
        wire.writer.transport.pause_reading()
        async with asyncio.timeout(patient(20)):
            while pbx.sessions:
                wire.send("Queues")
                await asyncio.sleep(0)


async def test_freezing_and_restarting_come_by_themselves_too():
    async with still(freeze_after=0.05, restart_after=0.1) as pbx, await Wire.to(pbx) as wire:
        assert await wire.rest() == b""
        assert pbx.floor.booted_at > pbx.floor.queues["6500"].members["PJSIP/1000"].last_call_at


async def test_frozen_in_the_middle_of_its_pieces_it_goes_on_where_it_was():
    async with still(chunk=3) as pbx, await Wire.to(pbx) as wire:
        wire.send("Queues", ActionID="long")
        await wire.until("Event", "QueueStatus")
        pbx.freeze()
        pbx.thaw()
        assert (await wire.until("Event", "QueuesComplete"))["ActionID"] == "long"


async def test_it_speaks_tls(tmp_path):
    pem = tmp_path / "pbx.pem"
    self_signed(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    trust = ssl.create_default_context(cafile=str(pem))
    async with still(tls=context) as pbx, await Wire.to(pbx, ssl=trust) as wire:
        assert (await wire.ask("Ping"))["Ping"] == "Pong"


async def test_a_restart_on_autopilot_goes_on_with_new_callers():
    async with still(rate=600, speed=20, privileges=["all"]) as pbx, await Wire.to(pbx) as wire:
        await wire.until("Event", "QueueCallerJoin")
        pbx.restart()
        await wire.rest()
        async with await Wire.to(pbx) as again:
            assert await again.until("Event", "QueueCallerJoin")


async def test_a_reload_is_told_to_those_who_may_hear_of_the_system():
    async with still(dialect="asterisk", privileges=["all"]) as pbx, await Wire.to(pbx) as wire:
        pbx.reload("app_queue")
        assert (await wire.until("Event", "Reload"))["Module"] == "app_queue"
