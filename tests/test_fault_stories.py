"""Any order of calls, people and faults: when all is well again, database and PBX say the same, call by call."""

from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from queues.simulator.calls import Refused
from queues.simulator.entities import CallState
from tests.support.faults_truth import differences
from tests.support.faults_world import World

QUEUES = st.sampled_from(["6500", "6501"])
PHONES = st.sampled_from(["PJSIP/1000", "PJSIP/1001", "PJSIP/1002"])
CHOICE = st.integers(0, 1000)


class Story(RuleBasedStateMachine):
    """Rules that make no sense at the moment do nothing, so that stories stay short when they are reduced."""

    dialect = "asterisk"

    def __init__(self):
        super().__init__()
        self.world = World(self.dialect)
        self.floor = self.world.floor

    def pick(self, choice, *states):
        calls = [call for call in self.world.joined if call.state in states]
        return calls[choice % len(calls)] if calls else None

    # People

    @rule(queue=QUEUES)
    def somebody_calls(self, queue):
        self.floor.arrive(queue, number="0301")

    @rule(choice=CHOICE)
    def an_agent_answers(self, choice):
        call = self.pick(choice, CallState.WAITING)
        if call and call.rings:
            self.floor.answer(call)

    @rule(choice=CHOICE)
    def the_caller_hangs_up(self, choice):
        call = self.pick(choice, CallState.WAITING, CallState.TALKING)
        if call:
            self.floor.abandon(call)

    @rule(choice=CHOICE)
    def the_agent_hangs_up(self, choice):
        call = self.pick(choice, CallState.TALKING)
        if call:
            self.floor.hang_up_agent(call)

    @rule(choice=CHOICE, queue=QUEUES)
    def the_agent_sends_the_caller_on(self, choice, queue):
        call = self.pick(choice, CallState.TALKING)
        if call and call.agent_channel:
            self.floor.calls.blind_transfer(call.agent_channel, "from-internal", queue)
            self.floor.agenda.settle()

    @rule(phone=PHONES, reason=st.sampled_from(["", "Lunch"]))
    def an_agent_pauses(self, phone, reason):
        with suppress(Refused):
            self.floor.pause(phone, reason=reason)

    @rule(phone=PHONES)
    def an_agent_comes_back(self, phone):
        with suppress(Refused):
            self.floor.unpause(phone)

    @rule(phone=PHONES, queue=QUEUES)
    def an_agent_logs_in(self, phone, queue):
        with suppress(Refused):
            self.floor.log_in(phone, queue)

    @rule(phone=PHONES, queue=QUEUES)
    def an_agent_logs_out(self, phone, queue):
        with suppress(Refused):
            self.floor.log_out(phone, queue)

    @rule(phone=PHONES, is_registered=st.booleans())
    def a_phone_is_unplugged(self, phone, is_registered):
        self.floor.set_registered(phone, is_registered)

    @rule(phone=PHONES)
    def an_agent_dials(self, phone):
        if not self.floor.switch.phones[phone].channels:
            self.floor.dial(phone, "0891234567")

    @rule(seconds=st.sampled_from([0.5, 1, 3, 20, 70]))
    def time_passes(self, seconds):
        self.world.wait(seconds)

    # The link and the worker

    @rule(packets=st.sampled_from([1, 5, 1000]))
    def events_arrive(self, packets):
        self.world.deliver(packets)

    @precondition(lambda self: self.world.is_linked)
    @rule(queue=st.sampled_from([None, "6500"]))
    def the_pbx_is_polled(self, queue):
        self.world.poll(queue=queue)

    @rule()
    def the_board_is_saved(self):
        self.world.flush()

    # Faults

    @precondition(lambda self: self.world.is_linked)
    @rule()
    def the_link_is_lost(self):
        self.world.lose_link()

    @precondition(lambda self: not self.world.is_linked)
    @rule()
    def the_link_is_there_again(self):
        self.world.connect()

    @precondition(lambda self: self.world.is_linked)
    @rule()
    def the_inbox_overflows(self):
        self.world.wire.clear()
        self.world.poll(is_first=True)

    @rule()
    def the_worker_is_killed(self):
        self.world.kill_worker()

    @rule()
    def the_pbx_starts_again(self):
        self.world.lose_link()
        self.world.wait(2)
        self.floor.restart()

    def teardown(self):
        self.world.settle()
        shown, true = self.world.views()
        assert not differences(shown, true)
        assert not self.world.wrong_calls()
        assert not self.world.wrong_figures()


class UcmStory(Story):
    dialect = "ucm"


QUICK = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestAsterisk = Story.TestCase
TestUcm = UcmStory.TestCase
TestAsterisk.settings = TestUcm.settings = QUICK
