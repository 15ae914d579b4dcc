"""Whatever happens to queues, agents, link, wishes and worker: no incident is lost, none doubled, each is closed."""

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from queues.ami import events as ami
from queues.live.concerns import IncidentRow
from queues.live.limits import Limit
from queues.live.state import LinkState
from tests.support.told import after, join, member
from tests.support.wished import QUIET, Judged, restarted, rule

HOLD, RECOVER = 3, 4
CROWD = rule("waiting > 1", hold_seconds=HOLD, recover_seconds=RECOVER)
RULES = (CROWD, rule("waiting > 0", "free_agents = 0", id=8), rule("link_down > 2", id=9, recover_seconds=1))
LIMITS = QUIET | {("", "longest_wait"): Limit(None, 5), ("", "free_agents"): Limit(None, 1)}
BUDGETS = {"Lunch": 1}

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("join"), st.integers(1, 3)),
        st.tuples(st.just("leave"), st.integers(1, 3)),
        st.tuples(st.just("pause"), st.booleans()),
        st.tuples(st.just("wait"), st.sampled_from([1, 2, 3, 4, 5, 20, 70])),
        st.tuples(st.just("link"), st.booleans()),
        st.tuples(st.just("restart"), st.none()),
        st.tuples(st.just("wish"), st.sampled_from(["all", "rules", "limits", "nothing"])),
    ),
    max_size=25,
)
WISHES = {
    "all": (RULES, LIMITS, BUDGETS),
    "rules": (RULES, QUIET, {}),
    "limits": ((), LIMITS, BUDGETS),
    "nothing": ((), QUIET, {}),
}


class World:
    """A floor on which things happen at whole seconds, with all that was ever told of incidents in order."""

    def __init__(self) -> None:
        self.story, self.now, self.calls, self.waiting = Judged(), 0, 0, {}
        self.wished, self.told = "nothing", list(self.story.changes)
        self.wish("all")

    def keep(self) -> None:
        self.told += self.story.changes
        self.story.changes = []

    def join(self, place: int) -> None:
        if self.story.is_up and place not in self.waiting:
            self.calls += 1
            self.waiting[place] = f"1.{self.calls}"
            self.story.event(self.now, join(self.waiting[place]))

    def leave(self, place: int) -> None:
        if self.story.is_up and place in self.waiting:
            self.story.event(self.now, ami.CallerAbandoned("6500", self.waiting.pop(place), 1, 1))

    def pause(self, is_paused: bool) -> None:
        if self.story.is_up:
            told = member("PJSIP/1", kind="pause", paused=is_paused, pause_reason="Lunch" if is_paused else "")
            self.story.event(self.now, told)

    def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            self.story.tick(self.now)
            self.seconds_passed()

    def link(self, is_up: bool) -> None:
        self.story.link(self.now, LinkState.UP if is_up else LinkState.DOWN)

    def restart(self, _nothing: None) -> None:
        self.keep()
        self.now += 1
        self.story = restarted(self.story, self.now)
        self.wish(self.wished)

    def wish(self, which: str) -> None:
        self.wished = which
        rules, limits, budgets = WISHES[which]
        self.story.wish(self.now, *rules, limits=limits, budgets=budgets)

    def seconds_passed(self) -> None:
        """For those who watch along."""

    def live(self, steps) -> None:
        for name, argument in steps:
            getattr(self, name)(argument)
            self.keep()


def histories(told) -> dict[str, list[IncidentRow]]:
    """Of each key the rows that were told, opened and closed, in order."""
    found: dict[str, list[IncidentRow]] = {}
    for change in told:
        if isinstance(change.row, IncidentRow):
            found.setdefault(change.row.key, []).append(change.row)
    return found


@settings(max_examples=120, deadline=None)
@given(STEPS)
def test_each_is_opened_once_and_closed_once(steps):
    world = World()
    world.live(steps)
    world.live([("link", True), ("wish", "all"), *(("leave", place) for place in (1, 2, 3)), ("pause", False)])
    world.live([("wait", 20)])
    assert world.story.open == []
    assert not world.story.board.memory.watch.active
    for rows in histories(world.told).values():
        openings = list(dict.fromkeys(row.opened_at for row in rows))
        assert openings == sorted(openings)
        for opened_at in openings:
            of_it = [row for row in rows if row.opened_at == opened_at]
            assert [row.closed_at is not None for row in of_it] == [False] * (len(of_it) - 1) + [True]
            assert of_it[-1].breached_at <= opened_at <= of_it[-1].closed_at
            assert {row.breached_at for row in of_it} == {of_it[0].breached_at}
        for one, other in pairwise(openings):
            closed_at = max(row.closed_at for row in rows if row.opened_at == one and row.closed_at)
            assert closed_at <= other


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_the_board_is_what_was_told(steps):
    world = World()
    world.live(steps)
    last = {key: rows[-1] for key, rows in histories(world.told).items()}
    assert {key: row for key, row in last.items() if row.closed_at is None} == world.story.board.incidents


@dataclass
class Expected:
    """The rule about a crowd, written down once more as simply as can be: by whole seconds."""

    is_open: bool = False
    bad_for: int = 0
    well_for: int = 0

    def second(self, is_bad: bool) -> None:
        self.bad_for = self.bad_for + 1 if is_bad else 0
        self.well_for = 0 if is_bad else self.well_for + 1
        if self.bad_for >= HOLD:
            self.is_open = True
        if self.well_for >= RECOVER:
            self.is_open = False


class Watched(World):
    """Things happen between the seconds, at most once in each place, so that seconds tell all."""

    def __init__(self) -> None:
        super().__init__()
        self.expected = Expected()

    def seconds_passed(self) -> None:
        if self.story.is_up:
            self.expected.second(len(self.waiting) > 1)
        else:
            self.expected.bad_for = self.expected.well_for = 0
        is_open = any(row.cause == CROWD.cause for row in self.story.open)
        assert is_open == self.expected.is_open


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["join", "leave"]), st.integers(1, 3)) | st.just(("down", 0)), max_size=30))
def test_none_is_lost_and_none_comes_from_nothing(steps):
    world = Watched()
    world.wish("rules")
    for name, place in steps:
        if name == "down":
            world.live([("link", False), ("wait", 2), ("link", True)])
        else:
            world.live([(name, place)])
        world.live([("wait", place or 1)])


def test_the_simple_model_opens_and_closes_when_the_rule_does():
    world = Watched()
    world.wish("rules")
    world.live([("join", 1), ("join", 2), ("wait", 10), ("leave", 1), ("wait", 10)])
    (row,) = [rows[-1] for rows in histories(world.told).values()]
    assert (row.cause, row.opened_at, row.closed_at) == (CROWD.cause, after(3), after(14))
