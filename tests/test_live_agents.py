"""What an agent's tile shows, worked out from members, callers, phones and settings."""

from datetime import UTC

from agents.states import AgentState, DeviceState
from queues.ami import events as ami
from queues.live.memory import AskedPause, QueueSettings
from queues.live.pauses import note_pause
from queues.live.reducer import apply_settings, apply_tick
from queues.live.state import AgentRow
from tests.support.told import BEGIN, Story, after, complete, connect, hangup, join, member, snapshot

PHONE = "PJSIP/1000"


def agent(story, interface=PHONE):
    return story.board.agents[interface]


def settings(story, seconds=0, *, names=None, left=None, wrap_up=None):
    queues = {number: QueueSettings(wrap_up_seconds=seconds) for number, seconds in (wrap_up or {}).items()}
    told = {"display_names": names or {}, "left_queues": left or {}, "queues": queues}
    story.changes += apply_settings(story.board, after(seconds), **told, zone=UTC)


def talk(story, begin=0, end=10):
    story.event(begin, join())
    story.event(begin + 1, connect())
    story.event(end, complete("1.1", talk_seconds=end - begin - 1))


def test_wrap_up_begins_with_the_end_of_a_queue_call_and_ends_by_itself():
    story = Story(member(kind="status"))
    settings(story, wrap_up={"6500": 15})
    talk(story, end=10)

    assert agent(story).state is AgentState.WRAP_UP
    assert agent(story).wrap_up_until == after(25)
    assert agent(story).state_since == after(10)
    assert apply_tick(story.board, after(24)) == []
    apply_tick(story.board, after(25))
    assert agent(story).state is AgentState.AVAILABLE
    assert agent(story).wrap_up_until is None


def test_a_queue_without_wrap_up_frees_the_agent_at_once():
    story = Story(member(kind="status"))
    talk(story)

    assert agent(story).state is AgentState.AVAILABLE


def test_a_members_own_wrap_up_counts_before_the_queues():
    story = Story(member(kind="status", wrap_up_seconds=40))
    settings(story, wrap_up={"6500": 15})
    talk(story, end=10)

    assert agent(story).wrap_up_until == after(50)


def test_wrap_up_is_known_from_the_last_call_after_a_restart_of_ours():
    story = Story()
    settings(story, wrap_up={"6500": 30})
    told = snapshot(members=[member(last_call_at=BEGIN.timestamp() - 10)])
    story.poll(0, told, is_first=True)

    assert agent(story).state is AgentState.WRAP_UP
    assert agent(story).wrap_up_until == after(20)


def test_a_phone_reported_in_use_right_after_a_queue_call_is_that_call_still():
    story = Story(member(kind="status"), join(), connect())
    story.event(2, member(kind="status", device_state=2))
    story.event(10, complete("1.1"))
    assert agent(story).state is AgentState.AVAILABLE

    apply_tick(story.board, after(13))
    assert agent(story).state is AgentState.OTHER_CALL


def test_a_call_no_queue_made_shows_whom_the_phone_is_connected_with():
    story = Story(member(kind="status"))
    channel = {"uniqueid": "9.1", "channel": "PJSIP/1000-00000009"}
    story.event(1, ami.ChannelTold(**channel, state=6, connected_number="0407", connected_name="Mum"))
    story.event(1, ami.DeviceChanged("PJSIP/1000", 2))

    shown = agent(story)
    assert (shown.state, shown.party_number, shown.party_name) == (AgentState.OTHER_CALL, "0407", "Mum")
    assert shown.call_uniqueid == "9.1"

    story.event(9, hangup("9.1"))
    story.event(9, ami.DeviceChanged("PJSIP/1000", 1))
    assert (agent(story).state, agent(story).party_number) == (AgentState.AVAILABLE, "")


def test_a_pause_in_some_queues_is_a_mark_in_all_of_them_a_state():
    story = Story(member(kind="status"), member(queue="6501", kind="status"))
    story.event(5, member(kind="pause", paused=True, pause_reason="Mail"))
    assert (agent(story).state, agent(story).paused_count, agent(story).member_count) == (AgentState.AVAILABLE, 1, 2)

    story.event(9, member(queue="6501", kind="pause", paused=True, pause_reason="Lunch"))
    assert (agent(story).state, agent(story).pause_reason) == (AgentState.PAUSED, "Lunch")
    assert agent(story).state_since == after(9)


def test_pausing_again_starts_the_clock_anew_and_the_same_event_twice_does_not():
    story = Story(member(kind="status"))
    story.event(5, member(kind="pause", paused=True, pause_reason="Mail", last_pause_at=after(5).timestamp()))
    again = member(kind="pause", paused=True, pause_reason="Lunch", last_pause_at=after(60).timestamp())
    story.event(60, again)
    story.event(61, again)

    assert agent(story).state_since == after(60)


def test_a_stale_last_pause_of_a_realtime_member_is_not_believed():
    story = Story(member(kind="status"))
    story.event(500, member(kind="pause", paused=True, last_pause_at=after(5).timestamp()))

    assert agent(story).state_since == after(500)


def test_a_reason_given_here_stays_with_a_pbx_that_keeps_none():
    story = Story(member(kind="status"))
    note_pause(story.board, PHONE, None, AskedPause(after(5), "Lunch", "", None))
    story.event(5, member(kind="pause", paused=True))
    story.poll(10, snapshot(members=[member(paused=True, paused_time=after(5).timestamp())]))
    assert agent(story).pause_reason == "Lunch"

    story.event(20, member(kind="pause", paused=False))
    story.event(30, member(kind="pause", paused=True))
    assert agent(story).pause_reason == ""


def test_an_agent_is_named_by_people_here_then_by_the_queue_then_by_the_phone():
    story = Story(member(kind="status", member_name=PHONE))
    assert agent(story).name == "1000"

    story.event(1, ami.ChannelTold("9.1", "PJSIP/1000-00000009", number="1000", name="Ext Anna"))
    assert agent(story).name == "Ext Anna"
    story.event(2, member(kind="status", member_name="Anna Kowalska"))
    assert agent(story).name == "Anna Kowalska"
    settings(story, 3, names={PHONE: "Anna K."})
    assert agent(story).name == "Anna K."


def test_the_busiest_word_of_any_membership_counts_for_the_phone():
    story = Story(member(kind="status"), member(queue="6501", kind="status"))
    story.event(1, member(queue="6501", kind="status", device_state=8))

    assert agent(story).device_state is DeviceState.ON_HOLD
    assert agent(story).state is AgentState.OTHER_CALL


def test_a_member_watched_through_another_device_follows_that_one():
    local = "Local/1020@queue/n"
    story = Story(member(local, kind="status", state_interface="PJSIP/1020"))
    story.event(1, ami.DeviceChanged("PJSIP/1020", 5))

    assert agent(story, local).state is AgentState.UNREACHABLE
    assert agent(story, local).extension == "1020"


def test_an_agent_entered_by_hand_before_the_pbx_told_of_it_gets_its_extension():
    story = Story()
    story.board.agents[PHONE] = AgentRow(pbx="pbx", interface=PHONE, id=7)
    story.poll(1, snapshot(members=[member()]), is_first=True)

    assert (agent(story).id, agent(story).extension, agent(story).name) == (7, "1000", "1000")


def test_a_reason_is_kept_for_the_queue_it_was_given_for():
    story = Story(member(kind="status"), member(queue="6501", kind="status"))
    note_pause(story.board, PHONE, frozenset({"6501"}), AskedPause(after(5), "Mail", "", None))
    for queue in ("6500", "6501"):
        story.event(5, member(queue=queue, kind="pause", paused=True))

    assert story.board.members["6500/PJSIP/1000"].pause_reason == ""
    assert story.board.members["6501/PJSIP/1000"].pause_reason == "Mail"


def test_a_member_row_without_a_word_on_pausing_leaves_it():
    story = Story(member(kind="status"))
    story.event(5, member(kind="pause", paused=True))
    story.event(6, ami.MemberTold("6500", PHONE, "penalty", penalty=3))

    assert agent(story).state is AgentState.PAUSED
    assert story.board.members["6500/PJSIP/1000"].penalty == 3


def test_a_state_that_changed_while_nobody_looked_began_at_an_unknown_instant():
    story = Story(member(kind="status"))
    story.poll(600, snapshot(members=[member(device_state=2)]), is_first=True)

    assert (agent(story).state, agent(story).is_since_exact) == (AgentState.OTHER_CALL, False)
    story.event(601, member(kind="status"))
    assert (agent(story).state, agent(story).is_since_exact) == (AgentState.AVAILABLE, True)


def test_the_queues_an_agent_was_logged_out_of_are_told_until_they_are_back():
    story = Story(member(kind="status"))
    settings(story, left={PHONE: ("6500", "of-another-time")})
    assert agent(story).left_queues == ()
    story.event(1, ami.MemberRemoved("6500", PHONE))
    assert (agent(story).state, agent(story).left_queues) == (AgentState.LOGGED_OUT, ("6500",))
    story.event(2, member(kind="added"))
    assert agent(story).left_queues == ()
