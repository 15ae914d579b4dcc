"""A worker's messages reach real receivers: at once, signed, again after a fault, and never at the board's cost."""

import asyncio
import signal
import subprocess
import sys

import pytest
from django.db import OperationalError, connection
from standardwebhooks.webhooks import Webhook as Receiving

from queues.alerts.delivery import Delivery
from queues.live.clock import now
from queues.models import Limit, OutboxMessage
from tests.support.alerts import CALLS, delivering, flush, incident, save_hook, shown, states, until_saved
from tests.support.receivers import CUT, HANG, receiving
from tests.support.serving import ROOT
from tests.support.working import PBX, by_hand, in_database, watching, working

pytestmark = pytest.mark.django_db(transaction=True)

#: A process that flushes an incident and begins to send what belongs to it, as a worker does.
WORKER = """
import asyncio, sys
import django
django.setup()
from queues.alerts.delivery import Delivery
from queues.live.clock import now
from queues.live.database import DatabaseThread
from tests.support.alerts import flush, incident, shown
flush(now(), shown(incident(now())))
asyncio.run(Delivery("main", DatabaseThread("messages")).deliver_forever())
"""


@pytest.fixture(autouse=True)
def this_machine(settings):
    settings.WEBHOOKS_TO_THIS_MACHINE = True


def make_due(**about: object) -> None:
    """As if the time until the next tries had passed."""
    OutboxMessage.objects.filter(state="waiting", **about).update(next_try_at=now())


async def begin(*queues: str) -> None:
    """An incident in each of these queues."""
    for queue in queues:
        await in_database(flush, now(), shown(incident(now(), queue=queue)))


async def test_a_call_is_told_of_as_it_rings_is_answered_and_ends_by_a_worker_on_a_real_link():
    async with receiving() as receiver, by_hand() as pbx, watching() as watch, working(pbx):
        hook = await in_database(save_hook, receiver.url, CALLS)
        await watch.until(lambda board: board.link and board.link.state == "up" and len(board.members) == 2)
        call = pbx.floor.arrive("6500", number="0301234567", name="Anna")
        await receiver.until(lambda r: r.events() == ["call.ringing"] * 2)
        pbx.floor.answer(call, "PJSIP/1000")
        await receiver.until(lambda r: "call.answered" in r.events())
        pbx.floor.hang_up_agent(call)
        await receiver.until(lambda r: r.events()[2:] == ["call.answered", "call.ended"])
        await until_saved(lambda: states() == [("sent", "200")] * 4)

    for request in receiver.received:
        assert Receiving(hook.secret).verify(request.body, request.headers) == request.json
        assert (request.path, request.headers["content-type"]) == ("/hook", "application/json")
        assert request.json["id"] == request.id
    ended = receiver.received[-1].json["call"]
    assert (ended["number"], ended["name"], ended["agent"]) == ("0301234567", "Anna", "PJSIP/1000")
    assert (ended["outcome"], ended["ended_by"], ended["queue_name"]) == ("completed", "agent", "Sales")


async def test_a_breach_is_in_the_receiver_within_two_seconds_and_its_end_follows():
    async with receiving() as receiver, by_hand() as pbx, watching() as watch, working(pbx):
        await in_database(save_hook, receiver.url)
        await watch.until(lambda b: "6500" in b.queues)
        # A machine with much else to do may need longer once, but not each time.
        quickest = min([await seconds_until_told(pbx, watch, receiver) for _ in range(2)])
    assert quickest < 2
    assert receiver.events() == ["incident.opened", "incident.closed"] * 2
    opened, closed = (request.json["incident"] for request in receiver.received[:2])
    assert (opened["cause"], opened["queue"], opened["queue_name"]) == ("limit:waiting", "6500", "Sales")
    assert (opened["value"], opened["limit"], closed["opened_at"]) == (2, 1, opened["opened_at"])
    assert closed["closed_at"]


async def seconds_until_told(pbx, watch, receiver) -> float:
    """From the call that breaks a limit to the receiver's message. Leaves the queue as it was."""
    known = len(receiver.received)
    await in_database(lambda: Limit.objects.create(pbx=PBX, queue="6500", figure="waiting", red=1))
    await watch.until(lambda b: ("waiting", 0.7, 1.0) in b.queues["6500"].limits)
    calls = [pbx.floor.arrive("6500", number="1")]
    await watch.until(lambda b: b.queues["6500"].waiting == 1)
    began = asyncio.get_running_loop().time()
    calls.append(pbx.floor.arrive("6500", number="2"))
    await receiver.until(lambda r: len(r.received) > known)
    await in_database(lambda: Limit.objects.all().delete())
    await receiver.until(lambda r: len(r.received) == known + 2)
    for call in calls:
        pbx.floor.abandon(call)
    await watch.until(lambda b: not b.callers)
    return receiver.received[known].at - began


async def test_receivers_that_hang_or_fail_hold_up_neither_others_nor_the_order_of_their_own():
    async with receiving(HANG) as hanging, receiving(CUT, (500, "later", {}), 200) as failing, receiving() as well:
        for receiver in (hanging, failing, well):
            await in_database(save_hook, receiver.url)
        await begin("6500", "6501")
        async with delivering() as sender:
            await well.until(lambda r: len(r.received) == 2, seconds=5)
            for answer in ("the connection was closed without an answer", "500 later"):
                await until_saved(lambda told=answer: states(webhook__name="Hook 2")[0] == ("waiting", told))
                await in_database(lambda: make_due(webhook__name="Hook 2"))
                sender.wake()
            await until_saved(lambda: states(webhook__name="Hook 2") == [("sent", "200")] * 2)
    assert len(hanging.received) == 1
    first, again, once_more, second = failing.received
    assert first.id == again.id == once_more.id != second.id
    assert [request.json["incident"]["queue"] for request in failing.received] == ["6500"] * 3 + ["6501"]
    assert [request.json["incident"]["queue"] for request in well.received] == ["6500", "6501"]


async def test_a_receiver_that_hangs_never_delays_the_board():
    async with receiving(HANG) as hanging, by_hand() as pbx, watching() as watch, working(pbx):
        await in_database(save_hook, hanging.url, CALLS)
        await watch.until(lambda board: len(board.members) == 2)
        for number in range(5):
            pbx.floor.arrive("6500", number=str(number))
        await hanging.until(lambda r: r.received)
        pbx.floor.arrive("6500", number="999")
        await watch.until(lambda board: len(board.callers) == 6, seconds=2)
        assert {state for state, _answer in await in_database(states)} == {"waiting"}


async def test_several_workers_send_each_message_a_single_time():
    async with receiving() as receiver, delivering(3) as sender:
        await in_database(save_hook, receiver.url)
        await begin(*(str(6500 + number) for number in range(10)))
        sender.wake()
        await until_saved(lambda: states() == [("sent", "200")] * 10)
    assert [request.json["incident"]["queue"] for request in receiver.received] == [str(6500 + n) for n in range(10)]


async def test_a_worker_killed_between_flush_and_delivery_loses_nothing():
    name = connection.settings_dict["NAME"]
    url = {"sqlite": f"sqlite:///{name}"}.get(connection.vendor)
    if url is None:
        pytest.skip("the other database's tests run in one process")
    told = {"DATABASE_URL": url, "WEBHOOKS_TO_THIS_MACHINE": "true", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    async with receiving(HANG, 200) as receiver:
        await in_database(save_hook, receiver.url)
        command = [sys.executable, "-c", WORKER]
        worker = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=told, stderr=subprocess.PIPE)
        try:
            await receiver.until(lambda r: r.received, seconds=60)
        finally:
            worker.send_signal(signal.SIGKILL)
            _output, errors = await worker.communicate()
        assert (worker.returncode, errors) == (-signal.SIGKILL, b"")
        assert await in_database(states) == [("waiting", "")]
        await in_database(make_due)  # the dead worker's claim is over
        async with delivering():
            await until_saved(lambda: states() == [("sent", "200")])
    first, again = receiver.received
    assert (first.id, first.json) == (again.id, again.json)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((302, "", {"Location": "http://127.0.0.1:9/elsewhere"}), "302 redirects are not followed"),
        ((404, "no_service\n", {}), "404 no_service"),
        ((400, "<b>bad</b>\x00\x1b[31m" + "x" * 500, {}), "400 <b>bad</b> [31m" + "x" * 145),
    ],
    ids=["redirect", "refused", "hostile"],
)
async def test_what_a_receiver_answers_is_kept_in_one_line_and_a_redirect_is_not_followed(answer, words):
    async with receiving(answer) as receiver:
        await in_database(save_hook, receiver.url)
        await begin("6500")
        async with delivering():
            await until_saved(lambda: states() == [("waiting", words)])
    assert len(receiver.received) == 1


async def test_messages_are_sent_once_the_database_is_back(caplog):
    async with receiving() as receiver:
        await in_database(save_hook, receiver.url)
        await begin("6500")
        away = [OperationalError("away"), OperationalError("away"), None, OperationalError("away")]

        async def database(function, *args):
            if away and (error := away.pop(0)):
                raise error
            return await in_database(function, *args)

        task = asyncio.create_task(Delivery("main", database).deliver_forever())
        await receiver.until(lambda r: r.received)
        await until_saved(lambda: not away and states() == [("waiting", "")])  # sent, but that could not be noted
        await in_database(make_due)
        await until_saved(lambda: states() == [("sent", "200")])
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert [record.message for record in caplog.records if record.name == "queues.alerts.delivery"] == [
        "messages cannot be read, trying on",
        "not noted how a message went",
    ]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is an address under which"),
        ("http://0x7f000001/", "which WEBHOOKS_TO_THIS_MACHINE does not allow"),
        ("http://localhost/", "which WEBHOOKS_TO_THIS_MACHINE does not allow"),
        ("http://no-such-machine.invalid/", "the name no-such-machine.invalid is not known"),
    ],
)
async def test_messages_go_to_no_forbidden_address_however_it_is_written(url, words, settings):
    settings.WEBHOOKS_TO_THIS_MACHINE = False
    await in_database(save_hook, url)
    await begin("6500")
    async with delivering():
        ((state, _answer),) = await until_saved(lambda: states(answer__contains=words))
    assert state == "waiting"
