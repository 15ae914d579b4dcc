"""Actions as headers, and what they refuse to say."""

import dataclasses
import inspect

import pytest

from queues.ami import actions
from queues.ami.errors import InvalidAction
from queues.ami.frames import encode

ALL = [kind for _, kind in inspect.getmembers(actions, inspect.isclass) if kind is not actions.Action]


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        (actions.Challenge(), [("AuthType", "MD5")]),
        (actions.Login("u", secret="s"), [("Username", "u"), ("Secret", "s")]),
        (
            actions.Login("u", auth_type="MD5", key="k", events="call,agent"),
            [("Username", "u"), ("AuthType", "MD5"), ("Key", "k"), ("Events", "call,agent")],
        ),
        (actions.Logoff(), []),
        (actions.Events("off"), [("EventMask", "off")]),
        (actions.Filter("!Event: VarSet"), [("Filter", "!Event: VarSet"), ("Operation", "Add")]),
        (actions.Queues(), []),
        (actions.QueueStatus(), []),
        (actions.QueueStatus("6500", "PJSIP/1000"), [("Queue", "6500"), ("Member", "PJSIP/1000")]),
        (actions.QueueSummary("6500"), [("Queue", "6500")]),
        (actions.Status("PJSIP/1-1"), [("Channel", "PJSIP/1-1")]),
        (actions.QueuePause("PJSIP/1000", paused=False), [("Interface", "PJSIP/1000"), ("Paused", "false")]),
        (
            actions.QueuePause("PJSIP/1000", paused=True, queue="6500", reason="Lunch"),
            [("Interface", "PJSIP/1000"), ("Paused", "true"), ("Queue", "6500"), ("Reason", "Lunch")],
        ),
        (
            actions.QueueAdd(
                "6500", "PJSIP/1000", penalty=0, paused=False, member_name="Ada", state_interface="hint:1@x"
            ),
            [
                ("Queue", "6500"),
                ("Interface", "PJSIP/1000"),
                ("Penalty", "0"),
                ("Paused", "false"),
                ("MemberName", "Ada"),
                ("StateInterface", "hint:1@x"),
            ],
        ),
        (actions.QueueRemove("6500", "PJSIP/1000"), [("Queue", "6500"), ("Interface", "PJSIP/1000")]),
        (actions.QueuePenalty("PJSIP/1000", 5), [("Interface", "PJSIP/1000"), ("Penalty", "5")]),
        (actions.QueueReset("6500"), [("Queue", "6500")]),
        (
            actions.QueueChangePriorityCaller("6500", "PJSIP/1-1", 9),
            [("Queue", "6500"), ("Caller", "PJSIP/1-1"), ("Priority", "9")],
        ),
        (
            actions.QueueWithdrawCaller("6500", "PJSIP/1-1", "x"),
            [("Queue", "6500"), ("Caller", "PJSIP/1-1"), ("WithdrawInfo", "x")],
        ),
        (actions.Hangup("1795422264.5"), [("Channel", "1795422264.5")]),
        (actions.Hangup("PJSIP/trunk_2-000000", cause=16), [("Channel", "PJSIP/trunk_2-000000"), ("Cause", "16")]),
        (
            actions.Redirect("1.2", "from-internal", "1005"),
            [("Channel", "1.2"), ("Context", "from-internal"), ("Exten", "1005"), ("Priority", "1")],
        ),
        (actions.Getvar("DIALPLAN_EXISTS(a,1,1)"), [("Variable", "DIALPLAN_EXISTS(a,1,1)")]),
        (
            actions.QueueChangePriorityCaller("6500", "PJSIP/x-1", 5, immediate=True),
            [("Queue", "6500"), ("Caller", "PJSIP/x-1"), ("Priority", "5"), ("Immediate", "true")],
        ),
        (actions.BlindTransfer("1.2", "1005"), [("Channel", "1.2"), ("Exten", "1005")]),
        (
            actions.Atxfer("1.2", "1005", "from-internal"),
            [("Channel", "1.2"), ("Exten", "1005"), ("Context", "from-internal")],
        ),
        (actions.Park("1.2", timeout_milliseconds=45000), [("Channel", "1.2"), ("Timeout", "45000")]),
        (actions.MixMonitor("1.2", "call.wav", "b"), [("Channel", "1.2"), ("File", "call.wav"), ("Options", "b")]),
        (actions.StopMixMonitor("1.2", "0x7f"), [("Channel", "1.2"), ("MixMonitorID", "0x7f")]),
        (actions.PauseMonitor("1.2"), [("Channel", "1.2")]),
        (actions.UnpauseMonitor("1.2"), [("Channel", "1.2")]),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, actions.Action) else "",
)
def test_an_action_becomes_its_headers(action, fields):
    assert action.fields() == fields
    assert encode(action.name, action.fields(), "1")


def test_the_guides_internal_call_is_originated_asynchronously():
    action = actions.Originate(
        "PJSIP/1000", context="from-internal", exten="1001", priority=1, timeout_milliseconds=60000
    )
    assert action.fields() == [
        ("Channel", "PJSIP/1000"),
        ("Context", "from-internal"),
        ("Exten", "1001"),
        ("Priority", "1"),
        ("Timeout", "60000"),
        ("Async", "true"),
    ]


def test_an_originate_may_run_an_application_and_set_variables():
    action = actions.Originate(
        "Local/1000@phones/n",
        application="Wait",
        data="2",
        caller_id='"Ada" <1000>',
        account="x",
        variables=(("A", "1"), ("B", "x=y")),
    )
    assert action.fields() == [
        ("Channel", "Local/1000@phones/n"),
        ("Application", "Wait"),
        ("Data", "2"),
        ("Timeout", "30000"),
        ("CallerID", '"Ada" <1000>'),
        ("Account", "x"),
        ("Variable", "A=1"),
        ("Variable", "B=x=y"),
        ("Async", "true"),
    ]


@pytest.mark.parametrize(
    "channel",
    [
        "",
        "1000",
        "/PJSIP/.*",
        "PJSIP/1000&PJSIP/1001",
        "PJSIP/1,30",
        "PJSIP/1|2",
        "PJSIP/x/sip:a@evil",
        "Local/1@a;2",
        "PJSIP/",
    ],
)
def test_an_interface_that_is_more_than_one_phone_is_refused(channel):
    with pytest.raises(InvalidAction, match="PJSIP/1000"):
        actions.Originate(channel, application="Wait").fields()
    with pytest.raises(InvalidAction, match="PJSIP/1000"):
        actions.QueueAdd("6500", channel).fields()


@pytest.mark.parametrize("exten", ["", "1 2", "1,2", "1&2", "${SHELL(x)}", "x" * 81, "1\n", "١"])
def test_an_extension_that_is_none_is_refused(exten):
    for action in (
        actions.Originate("PJSIP/1000", context="from-internal", exten=exten, priority=1),
        actions.Redirect("1.2", "from-internal", exten),
        actions.BlindTransfer("1.2", exten),
        actions.Atxfer("1.2", exten),
    ):
        with pytest.raises(InvalidAction, match="extension"):
            action.fields()


@pytest.mark.parametrize(
    "kind", [actions.Hangup, actions.Park, actions.StopMixMonitor, actions.PauseMonitor, actions.UnpauseMonitor]
)
@pytest.mark.parametrize("channel", ["", "/.*", "/PJSIP/1000-.*"])
def test_a_channel_that_is_a_pattern_is_refused(kind, channel):
    with pytest.raises(InvalidAction, match="channel"):
        kind(channel).fields()


@pytest.mark.parametrize(("mode", "options"), [("listen", "qESu"), ("whisper", "qESuw"), ("barge", "qESuB")])
def test_joining_a_call_names_one_channel_in_full(mode, options):
    fields = dict(actions.chan_spy("PJSIP/2000", "PJSIP/1000-0000002a", mode).fields())
    assert (fields["Channel"], fields["Application"]) == ("PJSIP/2000", "ChanSpy")
    assert fields["Data"] == f"PJSIP/1000-0000002a,{options}"


@pytest.mark.parametrize("target", ["", "PJSIP/1000-1,o", "PJSIP/1&PJSIP/2", "all", "PJSIP/1000\n", "/x"])
def test_joining_what_is_no_single_channel_is_refused(target):
    with pytest.raises(InvalidAction, match="channel"):
        actions.chan_spy("PJSIP/2000", target, "listen")


@pytest.mark.parametrize("variable", [("A", "1,B=2"), ("A,B", "1"), ("A=", "1")])
def test_a_variable_that_would_be_two_is_refused(variable):
    with pytest.raises(InvalidAction, match="commas"):
        actions.Originate("PJSIP/1000", application="Wait", variables=(variable,)).fields()


def test_a_reason_is_cut_to_79_bytes_and_never_inside_a_character():
    fields = dict(actions.QueuePause("PJSIP/1000", paused=True, reason="ä" * 60).fields())
    assert fields["Reason"] == "ä" * 39
    assert dict(actions.QueuePause("PJSIP/1", paused=True, reason="x" * 79).fields())["Reason"] == "x" * 79


def test_secrets_are_never_in_the_repr_of_an_action():
    action = actions.Login("u", secret="geheim", key="c0ffee")
    assert "geheim" not in repr(action)
    assert "c0ffee" not in repr(action)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_action_is_frozen_named_like_its_class_and_described(kind):
    assert kind.name == kind.__name__
    assert dataclasses.is_dataclass(kind)
    assert kind.__dataclass_params__.frozen
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}(")
    assert bool(kind.rows) == bool(kind.completion)


def test_only_the_actions_no_document_describes_are_unverified():
    unverified = {"QueueLogin", "QueueLogoff", "Monitor", "StopMonitor"}
    assert {kind.name for kind in ALL if not kind.is_verified} == unverified
