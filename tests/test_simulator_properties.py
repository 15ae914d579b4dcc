"""What holds on any day: calls end once, figures add up, the same seed tells the same story."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from queues.simulator.behaviour import Autopilot
from queues.simulator.calls import Refused
from queues.simulator.cast import furnish
from queues.simulator.distribution import STRATEGIES
from queues.simulator.entities import Call, CallState, Outcome
from queues.simulator.facts import Fact
from queues.simulator.floor import Floor
from queues.simulator.render_stock import StockDialect
from queues.simulator.render_ucm import UcmDialect
from tests.support.simulated import BEGIN


class Witness:
    """Keeps the calls of a floor and the queue events told about them."""

    def __init__(self, floor: Floor) -> None:
        self.calls: list[Call] = []
        self.counts: dict[str, int] = {}
        floor.listen(self._note)

    def _note(self, fact: Fact) -> None:
        self.counts[fact.event] = self.counts.get(fact.event, 0) + 1
        if fact.event == "QueueCallerJoin" and fact.call:
            assert fact.call not in self.calls
            self.calls.append(fact.call)


def check_sums(floor: Floor, witness: Witness) -> None:
    """Every call that joined is somewhere, once; figures and events agree with the calls."""
    counters = [queue.counters for queue in floor.queues.values()]
    waiting = [call for queue in floor.queues.values() for call in queue.waiting]
    outcomes = [call.outcome for call in witness.calls]
    unanswered = {Outcome.ABANDONED, Outcome.TIMED_OUT, Outcome.REDIRECTED}
    assert (
        sum(counter.offered for counter in counters) == len(witness.calls) == witness.counts.get("QueueCallerJoin", 0)
    )
    assert [call for call in witness.calls if call.state is CallState.WAITING] == sorted(
        waiting, key=witness.calls.index
    )
    abandoned = sum(outcome in unanswered for outcome in outcomes)
    assert sum(counter.abandoned for counter in counters) == abandoned == witness.counts.get("QueueCallerAbandon", 0)
    completed = outcomes.count(Outcome.COMPLETED)
    assert witness.counts.get("AgentComplete", 0) == completed
    assert sum(counter.completed for counter in counters) <= completed
    assert witness.counts.get("QueueCallerLeave", 0) == len(witness.calls) - len(waiting)
    for call in witness.calls:
        assert (call.outcome is not None) == (call.state is CallState.ENDED) == (call.ended_at > 0)
        assert call.channel.is_gone or call.channel.uniqueid in floor.switch.channels
    for queue in floor.queues.values():
        assert all(call.state is CallState.TALKING for call in queue.talking)
        assert sum(member.is_in_call for member in queue.members.values()) <= len(queue.talking)
    for phone in floor.switch.phones.values():
        assert phone.told is phone.state
        assert all(not channel.is_gone for channel in phone.channels)


_WORDS = (
    "arrive answer abandon hang_up pause unpause log_in log_out redirect transfer park reject dial plug wait "
    "ami_hang_up"
)
ORDERS = st.lists(st.tuples(st.sampled_from(_WORDS.split()), st.integers(0, 11)), max_size=60)


@settings(max_examples=150, deadline=None)
@given(orders=ORDERS, strategy=st.sampled_from(STRATEGIES), seed=st.integers(0, 5))
def test_whatever_people_do_every_call_ends_once_and_the_sums_are_right(orders, strategy, seed):
    floor = Floor(now=BEGIN, seed=seed)
    for number in ("6500", "6501"):
        floor.add_queue(number, strategy=strategy, ring_seconds=5, wrap_up_seconds=2, max_wait_seconds=40)
    for extension in range(1000, 1004):
        floor.add_phone(str(extension))
        floor.add_member("6500", f"PJSIP/{extension}")
    witness = Witness(floor)
    for order, number in orders:
        with suppress(Refused):
            obey(floor, witness, order, number)
        check_sums(floor, witness)
    floor.advance(floor.now + 60)
    for channel in list(floor.switch.channels.values()):
        floor.calls.hang_up(channel)
    check_sums(floor, witness)
    assert all(call.state is CallState.ENDED for call in witness.calls)
    assert not floor.switch.channels


def obey(floor: Floor, witness: Witness, order: str, number: int) -> None:
    """Carry out one order; `number` picks whom it is about."""
    interface, queue = f"PJSIP/{1000 + number % 4}", f"650{number % 2}"
    call = witness.calls[number % len(witness.calls)] if witness.calls else None
    channels = list(floor.switch.channels.values())
    channel = channels[number % len(channels)] if channels else None
    match order:
        case "arrive":
            floor.arrive(queue, priority=number % 3)
        case "answer":
            floor.pick_up(interface)
        case "pause":
            floor.pause(interface, queue if number > 5 else None)
        case "unpause":
            floor.unpause(interface)
        case "log_in":
            floor.log_in(interface, "6501")
        case "log_out":
            floor.log_out(interface, "6501")
        case "reject":
            floor.reject(interface)
        case "dial":
            floor.dial(interface, ("1001", "6501", "0123456")[number % 3])
        case "plug":
            floor.set_registered(interface, number % 3 > 0)
        case "wait":
            floor.advance(floor.now + number)
        case "abandon" if call:
            floor.abandon(call)
        case "hang_up" if call:
            floor.hang_up_agent(call)
        case "ami_hang_up" if channel:
            floor.calls.hang_up(channel, is_by_party=False)
        case "redirect" if channel:
            floor.calls.redirect(channel, "from-internal", ("1001", "6501", "404")[number % 3])
        case "transfer" if channel:
            floor.calls.blind_transfer(channel, "from-internal", ("1001", "6501", "404")[number % 3])
        case "park" if channel:
            floor.calls.park(channel, 20.0)


def day(
    seed: int, dialect: StockDialect, *, queues: int = 5, agents: int = 20, minutes: int = 20
) -> tuple[str, Floor, Witness]:
    """A day on autopilot as the text a client with all privileges would read."""
    floor = Floor(now=BEGIN, seed=seed, human_names=dialect.human_names)
    furnish(floor, queues=queues, agents=agents)
    witness = Witness(floor)
    told: list[str] = []
    floor.listen(lambda fact: told.append(dialect.event(fact)) if fact.event in dialect.classes else None)
    Autopilot(floor, rate=20).begin()
    floor.advance(BEGIN + 60 * minutes)
    return "\n".join(told), floor, witness


def test_the_same_seed_tells_the_same_day_and_another_seed_another():
    first, second, other = (day(seed, UcmDialect(), minutes=3)[0] for seed in (4, 4, 5))
    assert first == second
    assert first != other


def test_small_steps_of_time_tell_the_same_as_one_big_step():
    big = day(9, StockDialect(), minutes=2)[0]
    floor = Floor(now=BEGIN, seed=9, human_names=True)
    furnish(floor, queues=5, agents=20)
    dialect, told = StockDialect(), []
    floor.listen(lambda fact: told.append(dialect.event(fact)) if fact.event in dialect.classes else None)
    Autopilot(floor, rate=20).begin()
    for step in range(1, 1201):
        floor.advance(BEGIN + step / 10)
    assert "\n".join(told) == big


def test_a_day_on_autopilot_has_everything_in_it_and_adds_up():
    _, floor, witness = day(3, UcmDialect(), minutes=60)
    check_sums(floor, witness)
    outcomes = {call.outcome for call in witness.calls}
    assert outcomes >= {Outcome.COMPLETED, Outcome.ABANDONED}
    expected = {
        *("AgentRingNoAnswer", "QueueMemberPause", "QueueMemberAdded", "QueueMemberRemoved", "BlindTransfer"),
        *("QueueCallerHangup", "NewConnectedLine"),
    }
    assert expected <= witness.counts.keys()
    completed = sum(queue.counters.completed for queue in floor.queues.values())
    assert completed > 0.6 * len(witness.calls)
