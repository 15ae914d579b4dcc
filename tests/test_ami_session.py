"""The protocol between two turns of the event loop: what its callers cannot bring about at will."""

import asyncio
from datetime import UTC, datetime

import pytest

from queues.ami.actions import Ping
from queues.ami.errors import LinkDown
from queues.ami.inbox import Inbox
from queues.ami.session import Patience, Session
from tests.support.dialogue import BANNER, Dialogue
from tests.support.fake_pbx import packet


@pytest.fixture
async def dialogue():
    return Dialogue().log_in()


@pytest.fixture
async def session(dialogue):
    return Session(dialogue.connection, Inbox(10), Patience(), lambda: datetime.now(UTC))


async def test_bytes_that_come_after_the_loss_are_ignored():
    connection = Dialogue().connection
    session = Session(connection, Inbox(10), Patience(), lambda: datetime.now(UTC))
    session.lose(LinkDown("gone"))
    session.data_received(BANNER)
    assert connection.version == ""


async def test_half_a_banner_is_no_greeting():
    session = Session(Dialogue().connection, Inbox(10), Patience(), lambda: datetime.now(UTC))
    greeted = asyncio.ensure_future(session.wait_until_greeted())
    session.data_received(BANNER[:9])
    await asyncio.sleep(0)
    assert not greeted.done()

    session.data_received(BANNER[9:])
    await greeted


async def test_the_first_reason_of_a_loss_counts(session):
    session.lose(LinkDown("first"))
    session.lose(LinkDown("second"))
    with pytest.raises(LinkDown, match="first"):
        await session.wait_until_logged_in()


async def test_a_loss_leaves_an_answer_alone_that_nobody_waits_for_any_more(session):
    _, answer = session.ask(Ping())
    answer.cancel()
    session.lose(LinkDown("gone"))
    assert answer.cancelled()


async def test_an_answer_that_comes_while_its_action_is_being_cancelled_is_dropped(session):
    action_id, answer = session.ask(Ping())
    answer.cancel()
    session.data_received(packet("Response: Success\nPing: Pong", action_id))
    assert answer.cancelled()


async def test_everything_pending_fails_in_the_same_turn(session):
    answers = [session.ask(Ping())[1] for _ in range(3)]
    session.lose(LinkDown("gone"))
    assert [type(answer.result()) for answer in answers] == [LinkDown] * 3
    with pytest.raises(LinkDown, match="gone"):
        session.ask(Ping())
    with pytest.raises(LinkDown, match="gone"):
        await asyncio.wait_for(session.inbox.get(), 1)
