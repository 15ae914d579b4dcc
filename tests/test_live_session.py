"""One connection to a PBX: what makes it ask again, and what it tells when that fails."""

import asyncio
from contextlib import asynccontextmanager, suppress

from queues.ami.client import Address, connect
from queues.ami.errors import AmiError
from queues.live.reducer import adopt
from queues.live.session import Session
from queues.live.state import Board, LinkState
from tests.support.patience import patient
from tests.support.working import by_hand


class Watched:
    """A session's board, and a way to wait for what changes on it."""

    def __init__(self):
        self.board = adopt(Board("pbx"))
        self._changed = asyncio.Event()

    def changed(self, changes):
        if list(changes):
            self._changed.set()

    async def until(self, check):
        async with asyncio.timeout(patient(10)):
            while not check(self.board):
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def session_on(pbx, *, poll_seconds=60.0, inbox_size=1000):
    watched = Watched()
    address = Address.parse(f"ami://{pbx.user}:{pbx.secret}@127.0.0.1:{pbx.port}")
    client = await connect(address, inbox_size=inbox_size)
    session = Session(watched.board, client, changed=watched.changed, poll_seconds=poll_seconds)
    await session.start()
    running = asyncio.create_task(session.run(lambda event: None))
    try:
        yield watched, session
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError, AmiError, ExceptionGroup):
            await running
        await client.close()


async def test_a_reload_is_followed_by_asking_for_everything():
    async with by_hand(dialect="asterisk", privileges=("all",)) as pbx, session_on(pbx) as (watched, _):
        pbx.floor.add_phone("1002")
        pbx.floor.add_member("6500", "PJSIP/1002")  # as a reload does it: no event
        pbx.reload()

        await watched.until(lambda board: "PJSIP/1002" in board.agents)


async def test_more_events_than_the_inbox_holds_are_made_good_by_asking_again(caplog):
    async with by_hand(dialect="asterisk") as pbx, session_on(pbx, inbox_size=5) as (watched, _):
        for n in range(8):
            pbx.floor.arrive("6500", number=str(n))

        await watched.until(lambda board: board.queues["6500"].waiting == 8)
        assert {c.position for c in watched.board.callers.values()} == set(range(1, 9))
    told = [record for record in caplog.records if "overflowed" in record.message]
    assert [record.levelname for record in told] == ["WARNING"]
    assert told[0].facts["pbx"] == "pbx"
    assert told[0].facts["dropped"] >= 5


async def test_a_queues_counters_follow_its_calls_without_waiting_for_the_next_full_poll():
    async with by_hand() as pbx, session_on(pbx) as (watched, _):
        call = pbx.floor.arrive("6500")
        await watched.until(lambda board: board.callers)
        pbx.floor.abandon(call)

        await watched.until(lambda board: board.queues["6500"].abandoned == 1)


async def test_two_calls_in_quick_succession_are_both_counted():
    async with by_hand() as pbx, session_on(pbx) as (watched, _):
        for expected in (1, 2):
            call = pbx.floor.arrive("6500")
            await watched.until(lambda board: board.callers)
            pbx.floor.abandon(call)
            await watched.until(lambda board, count=expected: board.queues["6500"].abandoned == count)


async def test_a_user_without_call_events_is_told_so_once_calls_are_seen():
    async with by_hand(privileges=("agent", "originate")) as pbx, session_on(pbx, poll_seconds=0.2) as (watched, _):
        assert watched.board.link is None or watched.board.link.state is LinkState.UP
        pbx.floor.arrive("6500")

        await watched.until(lambda board: "no_call_events" in board.link.limitations)
