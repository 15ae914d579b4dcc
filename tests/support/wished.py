"""What people want a board to be judged by, and a board's life with it, for tests of limits, rules and incidents."""

from __future__ import annotations

from typing import Any

from queues.ami.events import ChannelGone
from queues.live.concerns import IncidentRow
from queues.live.limits import Limit
from queues.live.reducer import adopt, apply_link, apply_tick, apply_wait, apply_wishes
from queues.live.rules import Rule, conditions_of
from queues.live.state import Board, LinkState
from queues.live.wishes import Wishes
from tests.support.told import Story, after, member, queue, snapshot

#: Neither the promise of a queue nor a phone that rings breaks anything.
QUIET = {
    (number, figure): Limit()
    for number, figures in {"": ("longest_wait", "service_level", "ringing", "stuck")}.items()
    for figure in figures
}


def rule(*conditions: str, id: int = 7, **told: Any) -> Rule:
    """A rule of conditions written as "waiting > 3"."""
    parts = (condition.split() for condition in conditions)
    read = conditions_of([{"figure": figure, "operator": word, "value": float(value)} for figure, word, value in parts])
    return Rule(id=id, conditions=read, **{"name": "Too much", "recover_seconds": 10} | told)


class Judged(Story):
    """A story on a floor of some phones in one queue, judged by these wishes. A second passes by `tick`."""

    def __init__(self, *rules: Rule, phones: tuple[str, ...] = ("PJSIP/1",), **wishes: Any) -> None:
        super().__init__()
        self.phones = phones
        self.poll(0, snapshot(queues=[queue()], members=[member(phone) for phone in phones]), is_first=True)
        self.wish(0, *rules, **wishes)

    def wish(self, seconds: float, *rules: Rule, limits: Any = QUIET, **wishes: Any) -> None:
        self.changes += apply_wishes(self.board, after(seconds), Wishes(limits=limits, rules=rules, **wishes))

    def tick(self, seconds: float) -> None:
        pass_second = apply_tick if self.is_up else apply_wait
        self.changes += pass_second(self.board, after(seconds))

    def wait(self, begin: int, end: int) -> None:
        """Every second from `begin` to `end` passes."""
        for second in range(begin, end + 1):
            self.tick(second)

    def link(self, seconds: float, state: LinkState) -> None:
        self.changes += apply_link(self.board, after(seconds), state)

    def hang_up(self, seconds: float, uniqueid: str) -> None:
        self.event(seconds, ChannelGone(uniqueid=uniqueid, channel="", cause=16, cause_text=""))

    @property
    def is_up(self) -> bool:
        return self.board.link is not None and self.board.link.state is LinkState.UP

    @property
    def open(self) -> list[IncidentRow]:
        return list(self.board.incidents.values())

    @property
    def closed(self) -> list[IncidentRow]:
        return [c.row for c in self.changes if c.table == "closed" and isinstance(c.row, IncidentRow)]


def restarted(story: Judged, seconds: float, state: LinkState = LinkState.CONNECTING) -> Judged:
    """The story goes on with the board as another worker run loads it."""
    tables = ("links", "queues", "members", "callers", "agents", "incidents")
    board = Board(story.board.pbx, **{table: dict(getattr(story.board, table)) for table in tables})
    again: Judged = Judged.__new__(Judged)
    again.board, again.phones = adopt(board), story.phones
    again.changes = list(apply_link(board, after(seconds), state))
    return again
