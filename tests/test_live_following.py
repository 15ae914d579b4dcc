"""A dialled call is followed from the own phone's ringing to its end, saved, and told to the pages of who dialled."""

import asyncio
from functools import partial

import orjson
import pytest

from agents.models import Command
from agents.services import lose_progress
from queues.ami import events as ami
from queues.ami.client import Overflow
from queues.live.following import Following
from queues.live.publish import Publisher
from queues.live.state import LinkState
from tests.support import asking
from tests.support.saved import save_command
from tests.support.working import by_hand, in_database, watching, working

pytestmark = pytest.mark.django_db(transaction=True)

both_dialects = pytest.mark.parametrize("dialect", ["ucm", "asterisk"])


def is_up(board):
    return board.link is not None and board.link.state is LinkState.UP


async def has_got(watch, command, progress):
    """The command once its call has got so far."""

    def look():
        command.refresh_from_db()
        return command if command.progress == progress else None

    return await watch.until_in_database(look)


async def told(watch, command, last):
    """How far pages were told that this call has got, up to that step, each once."""
    while True:
        frames = [orjson.loads(message["text"]) for message in watch.messages if message["type"] == "command.result"]
        steps = list(dict.fromkeys(frame["progress"] for frame in frames if frame["id"] == command.pk))
        if last in steps:
            return steps
        await watch.message()


@both_dialects
async def test_each_step_of_a_dialled_call_is_told_until_the_callee_hangs_up(dialect):
    async with by_hand(dialect=dialect) as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        command = await in_database(asking.originate, "PJSIP/1000", "1001")
        await has_got(watch, command, "own_phone")
        pbx.floor.pick_up("PJSIP/1000")
        await has_got(watch, command, "theirs")
        pbx.floor.pick_up("PJSIP/1001")
        assert (await has_got(watch, command, "connected")).message == "Connected with 1001."
        pbx.floor.calls.hang_up(pbx.floor.switch.phones["PJSIP/1001"].channels[0])
        ended = await has_got(watch, command, "ended")

        assert (ended.state, ended.message) == ("done", "The call with 1001 is over.")
        assert await told(watch, command, "ended") == ["own_phone", "dialling", "theirs", "connected", "ended"]


@both_dialects
async def test_busy_no_answer_and_unreachable_are_told_apart(dialect):
    async with by_hand(dialect=dialect) as pbx, watching() as watch, working(pbx):
        for extension in ("2000", "2001"):
            pbx.floor.add_phone(extension)
        await watch.until(is_up)

        async def dialled(number):
            command = await in_database(asking.originate, "PJSIP/1000", number)
            await has_got(watch, command, "own_phone")
            pbx.floor.pick_up("PJSIP/1000")
            return command

        pbx.floor.dial("PJSIP/2001", "2000")
        busy = await has_got(watch, await dialled("2001"), "busy")
        assert (busy.state, busy.message) == ("done", "2001 is busy.")

        unreachable = "PJSIP/1001"
        pbx.floor.set_registered(unreachable, False)
        failed = await has_got(watch, await dialled("1001"), "failed")
        assert "cannot be reached" in failed.message
        pbx.floor.set_registered(unreachable, True)

        command = await dialled("1001")
        await has_got(watch, command, "theirs")
        pbx.floor.calls.hang_up(pbx.floor.switch.phones["PJSIP/1000"].channels[0])
        ended = await has_got(watch, command, "ended")
        assert ended.message == "You hung up before 1001 answered."


async def test_the_own_phone_that_is_not_picked_up_ends_it_in_words():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        command = await in_database(asking.originate, "PJSIP/1000", "1001")
        await has_got(watch, command, "own_phone")
        pbx.floor.reject("PJSIP/1000")
        command = await watch.until_in_database(partial(asking.ended, command))
        await has_got(watch, command, "failed")

        assert (command.state, "before the phone 1000 answered" in command.message) == ("refused", True)


async def test_a_pbx_that_never_says_how_an_originate_went_is_understood_by_its_channels():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        pbx.dialect.classes = {name: kind for name, kind in pbx.dialect.classes.items() if name != "OriginateResponse"}
        await watch.until(is_up)
        answered = await in_database(asking.originate, "PJSIP/1000", "1001")
        await has_got(watch, answered, "own_phone")
        pbx.floor.pick_up("PJSIP/1000")
        answered = await watch.until_in_database(partial(asking.ended, answered))
        assert answered.state == "done"
        pbx.floor.calls.hang_up(pbx.floor.switch.phones["PJSIP/1000"].channels[0])
        await has_got(watch, answered, "ended")

        rejected = await in_database(asking.originate, "PJSIP/1000", "1001")
        await has_got(watch, rejected, "own_phone")
        pbx.floor.reject("PJSIP/1000")
        rejected = await watch.until_in_database(partial(asking.ended, rejected))
        assert rejected.state == "refused"


async def test_a_call_that_goes_on_while_the_link_is_lost_is_out_of_sight():
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        command = await in_database(asking.originate, "PJSIP/1000", "1001")
        await has_got(watch, command, "own_phone")
        pbx.floor.pick_up("PJSIP/1000")
        await has_got(watch, command, "theirs")
        pbx.drop()
        lost = await has_got(watch, command, "")

        assert (lost.state, "how the call went on is unknown" in lost.message) == ("done", True)


def test_only_calls_of_that_pbx_that_were_under_way_are_out_of_sight():
    now = asking.now()
    live = save_command(now, kind="originate", state="done", progress="connected")
    over = save_command(now, kind="originate", state="done", progress="busy", message="Busy.")
    elsewhere = save_command(now, kind="originate", state="done", progress="theirs", pbx="other")
    assert [command.pk for command in lose_progress("main", now)] == [live.pk]
    assert dict(Command.objects.values_list("pk", "progress")) == {live.pk: "", over.pk: "busy", elsewhere.pk: "theirs"}


async def test_calls_are_out_of_sight_when_events_were_missed():
    now = asking.now()
    number = {"number": "1001"}
    command = await in_database(partial(save_command, now, kind="originate", pbx="pbx", arguments=number))
    publisher = Publisher("pbx", 1)
    following = Following(
        hears_calls=lambda: True, stepped=lambda *_step: None, database=in_database, publisher=publisher
    )
    async with watching() as watch:
        telling = asyncio.create_task(following.tell_forever())
        following.begin(command, "a", "PJSIP/1000")
        following.heard(ami.ChannelTold("1.1", "PJSIP/1000-00000001", linkedid="1.1", state=5))
        await has_got(watch, command, "own_phone")
        following.heard(Overflow(3))
        lost = await has_got(watch, command, "")
        telling.cancel()

    assert "too much happened at once" in lost.message
    following.heard(ami.ChannelGone("1.1", "", 16, ""))
