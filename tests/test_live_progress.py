"""How far a dialled call has got, from what the PBX tells: in stories, in recordings, and whatever the order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.ami import events as ami
from queues.live.progress import FOLLOWED_LIMIT, DialledCalls, Step, Why
from tests.support.streams import frames, stream

DIAL = "1-command-7"


def told(uniqueid, state=0, channel="PJSIP/1000-00000001", linkedid=None):
    return ami.ChannelTold(uniqueid, channel, linkedid=linkedid or uniqueid, state=state)


def theirs(uniqueid, state=0, channel="PJSIP/1001-00000002", linkedid="1.1"):
    return told(uniqueid, state, channel, linkedid)


def gone(uniqueid, cause=16):
    return ami.ChannelGone(uniqueid, "", cause, "")


def answered(uniqueid="1.1", action_id=DIAL):
    return ami.OriginateEnded(action_id, True, 4, "PJSIP/1000-00000001", uniqueid)


def dial_ended(uniqueid, status, dialled_by="1.1"):
    return ami.DialEnded(dialled_by, uniqueid, status)


def entered(bridge, uniqueid, is_in=True):
    return ami.BridgeChanged(bridge, uniqueid, "", is_in)


#: The own phone rings and is picked up; the first story goes on from here.
PICKED_UP = (told("1.1"), told("1.1", 5), told("1.1", 6), ami.DialEnded("", "1.1", "ANSWER"), answered())


def story(*events, interface="PJSIP/1000"):
    """The steps of a call that was dialled just before these events, as "progress" or "progress/why"."""
    calls = DialledCalls()
    calls.begin(DIAL, interface)
    return [_text(step) for event in events for step in calls.heard(event)]


def _text(step):
    assert step.action_id == DIAL
    return f"{step.progress}/{step.why}" if step.why else str(step.progress)


@pytest.mark.parametrize(
    ("events", "steps"),
    [
        pytest.param(
            (
                theirs("1.2"),
                theirs("1.2", 5),
                theirs("1.2", 6),
                dial_ended("1.2", "ANSWER"),
                entered("b", "1.2"),
                entered("b", "1.1"),
                entered("b", "1.2", is_in=False),
                gone("1.2"),
                gone("1.1"),
            ),
            ["theirs", "connected", "ended"],
            id="they answer and hang up",
        ),
        pytest.param(
            (theirs("1.2"), dial_ended("1.2", "BUSY"), gone("1.2", 17), gone("1.1", 17)), ["busy"], id="they are busy"
        ),
        pytest.param(
            (theirs("1.2", 5), dial_ended("1.2", "NOANSWER"), gone("1.2", 0), gone("1.1")),
            ["theirs", "no_answer"],
            id="nobody answers",
        ),
        pytest.param(
            (theirs("1.2", 5), dial_ended("1.2", "NOANSWER"), gone("1.2", 21), gone("1.1", 21)),
            ["theirs", "no_answer", "failed/rejected"],
            id="they reject the call, which only the cause tells",
        ),
        pytest.param(
            (dial_ended("1.2", "CONGESTION"), gone("1.2", 1), gone("1.1", 1)),
            ["failed/no_line", "failed/no_such_number"],
            id="there is no such number",
        ),
        pytest.param((gone("1.1", 20),), ["failed/unreachable"], id="nothing was dialled: the phone is off"),
        pytest.param((gone("1.1"),), ["ended"], id="nothing was dialled and the PBX hung up"),
        pytest.param((dial_ended("1.2", "TORTURE"), gone("1.1")), ["failed/other"], id="a word nobody knows"),
        pytest.param(
            (theirs("1.2", 5), dial_ended("1.2", "CANCEL"), gone("1.1"), gone("1.2", 0)),
            ["theirs", "ended/cancelled"],
            id="who dialled gives up",
        ),
        pytest.param(
            (theirs("1.2", 5), gone("1.1")), ["theirs", "ended/cancelled"], id="who dialled gives up, hung up first"
        ),
        pytest.param(
            (
                theirs("1.2", 5),
                theirs("1.3", 5, "PJSIP/1002-00000003"),
                dial_ended("1.2", "BUSY"),
                gone("1.2", 17),
                dial_ended("1.3", "ANSWER"),
                dial_ended("1.4", "CANCEL"),
            ),
            ["theirs", "connected"],
            id="of two who are rung one is busy and the other answers",
        ),
        pytest.param(
            (theirs("1.2", 5), theirs("1.3", 5), dial_ended("1.2", "BUSY"), dial_ended("1.3", "NOANSWER")),
            ["theirs", "no_answer"],
            id="of two who are rung nobody answers",
        ),
        pytest.param(
            (dial_ended("1.2", "BUSY"), gone("1.2", 17), theirs("1.3", 5), dial_ended("1.3", "ANSWER"), gone("1.1")),
            ["busy", "theirs", "connected", "ended"],
            id="the dialplan tries somebody else after a busy one",
        ),
        pytest.param(
            (ami.DialProgressed("1.1", "1.2"), dial_ended("1.2", "ANSWER")),
            ["theirs", "connected"],
            id="a trunk that sends sound instead of ringing",
        ),
        pytest.param(
            (entered("b", "9.9"), entered("b", "1.1"), entered("b", "9.9", is_in=False), gone("1.1")),
            ["connected", "ended"],
            id="a conference, or a parked call that is fetched",
        ),
        pytest.param(
            (
                theirs("1.2", 5, "Local/1020@phones-00000001;1"),
                theirs("1.3", 4, "Local/1020@phones-00000001;2"),
                theirs("1.4", 5, "PJSIP/1020-00000004"),
                dial_ended("1.4", "BUSY", dialled_by="1.3"),
                dial_ended("1.2", "BUSY"),
                gone("1.4", 17),
            ),
            ["theirs", "busy"],
            id="a phone behind a Local channel is busy",
        ),
        pytest.param(
            (dial_ended("1.2", "ANSWER"), theirs("1.3", 5), dial_ended("1.3", "BUSY"), gone("1.3", 17)),
            ["connected"],
            id="who talks may be rung about and stays connected",
        ),
        pytest.param(
            (theirs("1.2", 5, linkedid="8.8"), dial_ended("1.2", "BUSY", dialled_by="8.8"), gone("1.2", 17)),
            [],
            id="the calls of others",
        ),
    ],
)
def test_a_call_gets_on_as_the_pbx_tells(events, steps):
    assert story(*PICKED_UP, *events) == ["own_phone", "dialling", *steps]


@pytest.mark.parametrize(
    ("events", "steps"),
    [
        pytest.param((told("1.1"), answered()), ["dialling"], id="a phone that answers by itself"),
        pytest.param((answered(), told("1.1", 6)), ["dialling"], id="the response overtakes the channel"),
        pytest.param(
            (told("1.1", 5), ami.OriginateEnded(DIAL, False, 3, "", ""), gone("1.1", 0)),
            ["own_phone", "failed/own_phone"],
            id="the own phone is not picked up",
        ),
        pytest.param(
            (told("1.1", 5), gone("1.1", 17), ami.OriginateEnded(DIAL, False, 0, "", "")),
            ["own_phone", "failed/own_phone"],
            id="the own phone is hung up before the response comes",
        ),
        pytest.param(
            (told("5.5", 5, linkedid="5.1"), told("6.6", 4)), [], id="the phone rings for a queue, or dials by hand"
        ),
        pytest.param((told("5.5", 5, "PJSIP/10001-00000001"),), [], id="another phone"),
        pytest.param(
            (told("5.5", 5), answered("1.1"), theirs("1.2", 5), gone("5.5")),
            ["own_phone", "dialling", "theirs"],
            id="the response says that another channel of the phone is meant",
        ),
        pytest.param((dial_ended("1.2", "BUSY"), answered("")), ["dialling"], id="a response without a channel"),
        pytest.param((answered("1.1", "2-other"),), [], id="the response to somebody else"),
        pytest.param(
            (told("1.1"), dial_ended("1.2", "BUSY")), ["dialling", "busy"], id="who dials was picked up, told or not"
        ),
    ],
)
def test_the_own_phone_comes_first(events, steps):
    assert story(*events) == steps


#: The Originates of the recording, by what they are named there: whose phone, and the steps.
RECORDED = {
    "answered": ("PJSIP/1002", ["own_phone", "dialling", "theirs", "connected", "ended"]),
    "busy": ("PJSIP/1001", ["own_phone", "dialling", "busy"]),
    "no-answer": ("PJSIP/1000", ["own_phone", "dialling", "theirs", "no_answer"]),
    "unreachable": ("PJSIP/1001", ["own_phone", "dialling", "failed/unreachable"]),
    "cancelled": ("PJSIP/1001", ["own_phone", "dialling", "theirs", "ended/cancelled"]),
    "outside": ("PJSIP/1001", ["own_phone", "dialling", "theirs", "connected", "ended"]),
    "local": ("PJSIP/1001", ["own_phone", "dialling", "theirs", "connected", "ended"]),
    "local-own": ("Local/1021@phones", ["own_phone", "dialling", "theirs", "connected", "ended"]),
    "own-busy": ("PJSIP/1012", ["failed/own_phone"]),
    "own-no-answer": ("PJSIP/1010", ["own_phone", "failed/own_phone"]),
    # A busy tone is not a busy phone: nothing tells it from any other announcement.
    "busy-tone": ("PJSIP/1001", ["own_phone", "dialling", "ended"]),
    "congestion": ("PJSIP/1001", ["own_phone", "dialling", "ended"]),
}


def test_calls_on_a_real_asterisk_get_on_several_at_a_time():
    calls, steps = DialledCalls(), {f"dial-{name}": [] for name in RECORDED}
    for said in whole_stream("dialled-16"):
        if isinstance(said, str):
            calls.begin(said, RECORDED[said.removeprefix("dial-")][0])
            continue
        for step in calls.heard(said):
            steps[step.action_id].append(f"{step.progress}/{step.why}" if step.why else str(step.progress))
    assert steps == {f"dial-{name}": expected for name, (_phone, expected) in RECORDED.items()}


def whole_stream(name):
    """What a recording tells, in order: the ActionIDs of Originates as they are answered, and events."""
    for frame in frames(stream(name)):
        action_id = frame.get("ActionID") or ""
        if frame.get("Event") is None:
            if action_id.startswith("dial-"):
                yield action_id
        elif (event := ami.from_frame(frame)) is not None and (frame.get("Privilege") or not action_id):
            yield event


def test_an_own_phone_behind_a_local_channel_rings_and_lives_on_when_that_is_optimised_away():
    local = "Local/1020@phones-00000001"
    steps = story(
        told("1.1", 0, f"{local};1"),
        told("1.2", 4, f"{local};2", linkedid="1.1"),
        told("1.3", 5, "PJSIP/1020-00000001", linkedid="1.1"),
        told("1.3", 6, "PJSIP/1020-00000001", linkedid="1.1"),
        answered(),
        told("1.3", 5, "PJSIP/1020-00000001", linkedid="1.1"),
        theirs("1.4", 5),
        dial_ended("1.4", "ANSWER"),
        entered("b", "1.4"),
        entered("b", "1.3"),
        gone("1.1"),
        gone("1.2"),
        gone("1.3"),
        interface="Local/1020@phones",
    )
    assert steps == ["own_phone", "dialling", "theirs", "connected", "ended"]


def test_calls_are_followed_each_by_itself_and_forgotten_when_asked():
    calls = DialledCalls()
    calls.begin("a", "PJSIP/1000")
    calls.begin("b", "PJSIP/2000")
    assert calls.heard(told("1.1", 5)) == [Step("a", "own_phone")]
    assert calls.heard(told("2.1", 5, "PJSIP/2000-00000002")) == [Step("b", "own_phone")]
    calls.forget("a")
    calls.forget("a")
    assert calls.heard(told("1.1", 6)) == []
    assert calls.forget_all() == ["b"]
    assert calls.heard(told("2.1", 6, "PJSIP/2000-00000002")) == []


def test_the_oldest_are_forgotten_when_too_many_are_followed():
    calls = DialledCalls()
    for number in range(FOLLOWED_LIMIT + 1):
        calls.begin(str(number), "PJSIP/1000")
    assert [calls.follows(name) for name in ("0", "1", str(FOLLOWED_LIMIT))] == [False, True, True]


IDS = st.sampled_from(["1.1", "1.2", "1.3", ""])
CHANNELS = st.sampled_from(
    ["PJSIP/1000-00000001", "PJSIP/1001-00000002", "Local/1@x-00000001;1", "Local/1@x-00000001;2"]
)
EVENTS = st.one_of(
    st.builds(ami.ChannelTold, IDS, CHANNELS, st.none() | IDS, st.none() | st.integers(0, 10)),
    st.builds(ami.DialEnded, IDS, IDS, st.sampled_from(["ANSWER", "BUSY", "NOANSWER", "CANCEL", "CONGESTION", "x"])),
    st.builds(ami.DialProgressed, IDS, IDS),
    st.builds(ami.BridgeChanged, st.sampled_from("ab"), IDS, CHANNELS, st.booleans()),
    st.builds(ami.ChannelGone, IDS, CHANNELS, st.integers(0, 127), st.just("")),
    st.builds(ami.OriginateEnded, st.sampled_from([DIAL, "x"]), st.booleans(), st.integers(0, 8), CHANNELS, IDS),
)
OVER = {"busy", "no_answer", "failed", "ended"}


@given(st.lists(EVENTS, max_size=40))
def test_in_whatever_order_events_come_steps_make_sense(events):
    calls = DialledCalls()
    calls.begin(DIAL, "PJSIP/1000")
    steps = []
    for event in events:
        new = calls.heard(event)
        # Who is no longer followed has ended, one way or the other; what ended is told once.
        assert not new or calls.follows(DIAL) or new[-1].progress in OVER
        steps += new
        assert calls.heard(event) == []
    words = [str(step.progress) for step in steps]
    assert all(one != other for one, other in pairwise(steps))
    if "connected" in words:  # then nothing but the end is left
        assert set(words[words.index("connected") + 1 :]) <= {"ended"}
    if "dialling" in words:
        assert "own_phone" not in words[words.index("dialling") :]
    assert all(step.why is not Why.OWN_PHONE or step is steps[-1] for step in steps)
