"""What a worker's log tells: a line for each thing that happened, in order, and nothing that is nobody's business."""

import logging
from functools import partial

import pytest

from queues.live.state import LinkState
from tests.support import asking
from tests.support.working import by_hand, in_database, watching, working
from ucmdash.logs import TextFormatter

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "03012345678"
NAME = "Anna Caller"


def is_up(board):
    return board.link is not None and board.link.state is LinkState.UP


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.INFO)
    return caplog


def told(log) -> list[tuple[str, str]]:
    """Level and message of each of our lines."""
    return [(r.levelname, r.message) for r in log.records if r.name.startswith(("queues", "agents"))]


def lines(log) -> str:
    return "\n".join(TextFormatter().format(record) for record in log.records)


def facts(log, message: str) -> dict:
    """Those of the only line with this message."""
    (found,) = [record for record in log.records if record.message == message]
    return found.facts


async def test_a_day_is_told_in_a_line_for_each_change_of_the_link_and_each_command(log):
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        call = pbx.floor.arrive("6500", number=NUMBER, name=NAME)
        pbx.floor.answer(call, "PJSIP/1000")
        await watch.until(lambda board: any(row.agent_interface for row in board.callers.values()))
        pause = await in_database(asking.pause, "PJSIP/1001", None, "Lunch")
        await watch.until_in_database(partial(asking.ended, pause))
        dial = await in_database(asking.originate, "PJSIP/1000", NUMBER)
        await watch.until_in_database(partial(asking.ended, dial))
        pbx.drop()
        await watch.until(lambda board: board.link.state is LinkState.DOWN)
        await watch.until(is_up)
    assert told(log) == [
        ("INFO", "leading"),
        ("INFO", "link connecting"),
        ("INFO", "link up"),
        ("INFO", "command done"),
        ("INFO", "command refused"),
        ("WARNING", "link down"),
        ("INFO", "link up"),
        ("WARNING", "link down"),
    ]
    assert pbx.secret not in lines(log)
    assert NUMBER not in lines(log)
    assert NAME not in lines(log)


async def test_a_command_is_the_same_in_log_table_and_on_the_wire(log):
    async with by_hand() as pbx, watching() as watch, working(pbx):
        await watch.until(is_up)
        command = await in_database(asking.pause, "PJSIP/1000")
        while not any(message["type"] == "command.result" for message in watch.messages):
            await watch.message()
    told = facts(log, "command done")
    assert (told["command"], told["kind"], told["by"]) == (command.pk, "pause", command.requested_by_id)
    assert (told["pbx"], told["agent"]) == ("pbx", command.agent_id)
    assert told["action"].startswith("ucmdash-")
    assert told["action"].endswith(f"-command-{command.pk}")


async def test_a_refused_login_is_told_with_the_pbxs_words_and_no_secret(log):
    async with by_hand() as pbx, watching() as watch, working(pbx, secret="wr0ng-sesame"):
        await watch.until(lambda board: board.link and board.link.state is LinkState.REFUSED)
    assert told(log)[:3] == [("INFO", "leading"), ("INFO", "link connecting"), ("WARNING", "link refused")]
    assert "Authentication failed" in facts(log, "link refused")["error"]
    for secret in ("wr0ng-sesame", pbx.secret):
        assert secret not in lines(log)
