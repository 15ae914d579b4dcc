"""What a dialled call means for the calls we owe, step by step, and that a claim made for it ends with it."""

from types import SimpleNamespace

import pytest

from agents.models import Command
from agents.states import CallProgress, CommandState
from queues.ami.errors import ActionRefused
from queues.live import claiming, claims
from queues.live.progress import Step, Why
from queues.live.state import AgentRow
from tests.support.told import after
from tests.test_live_claims import ADA, KEY, LEAD, claimed, owing
from tests.test_live_owed import ANNA

TOLD = {"interface": "PJSIP/1000", "number": "+49 30 12345", "context": "out"}
CALLBACK = {**TOLD, "party": ANNA, "queue": "6500", "by": "Ada Ash", "login": "ada"}


def step(board, progress: CallProgress, why: Why = Why.NONE, told=CALLBACK):
    return claiming.followed(board, Command(arguments=told), Step("a-1", progress, why), after(90))


@pytest.mark.parametrize(
    "progress", [CallProgress.OWN_PHONE, CallProgress.DIALLING, CallProgress.THEIRS, CallProgress.ENDED]
)
def test_steps_on_the_way_and_after_it_change_nothing(progress):
    assert step(owing(), progress) == []


@pytest.mark.parametrize("progress", [CallProgress.BUSY, CallProgress.NO_ANSWER, CallProgress.FAILED])
def test_who_was_called_and_not_reached_has_been_tried_once_more(progress):
    board = owing()
    claims.claim(board, KEY, ADA, after(60))
    step(board, progress)
    assert (board.owed[KEY].attempts, claimed(board)) == (1, "")


def test_hanging_up_before_they_answer_is_a_try_too():
    board = owing()
    step(board, CallProgress.ENDED, Why.CANCELLED)
    assert board.owed[KEY].attempts == 1


def test_an_own_phone_that_nobody_picks_up_called_nobody():
    board = owing()
    assert step(board, CallProgress.FAILED, Why.OWN_PHONE) == []


def test_any_call_dialled_through_us_that_reaches_them_counts_however_the_number_is_spelled():
    board = owing()
    board.agents["PJSIP/1000"] = AgentRow(pbx="pbx", interface="PJSIP/1000", name="Ada")
    changes = step(board, CallProgress.CONNECTED, told=TOLD)
    assert [change.row.closed_by for change in changes if change.table == "closed"] == ["Ada"]
    board = owing()
    changes = step(board, CallProgress.CONNECTED, told=TOLD)
    assert [change.row.closed_by for change in changes if change.table == "closed"] == ["PJSIP/1000"]


def desk(board):
    return SimpleNamespace(board=board, changed=lambda changes: None)


async def test_the_claim_ends_with_a_callback_that_the_pbx_refused():
    board = owing()

    async def dial(desk, command):
        assert claimed(board) == "Ada Ash"
        raise ActionRefused("No such channel")

    with pytest.raises(ActionRefused):
        await claiming.call_back(desk(board), Command(arguments=CALLBACK), dial)
    assert claimed(board) == ""


async def test_a_claim_that_was_overruled_meanwhile_is_not_released_again():
    board = owing()

    async def dial(desk, command):
        claims.close(board, KEY, LEAD, "", after(61))
        return CommandState.REFUSED, "busy"

    assert await claiming.call_back(desk(board), Command(arguments=CALLBACK), dial) == (CommandState.REFUSED, "busy")
    assert board.owed == {}


async def test_it_holds_while_the_call_goes_on():
    board = owing()

    async def dial(desk, command):
        return CommandState.DONE, "dialling"

    await claiming.call_back(desk(board), Command(arguments=CALLBACK), dial)
    assert claimed(board) == "Ada Ash"
